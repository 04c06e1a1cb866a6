// SPDX-License-Identifier: GPL-3.0-or-later
//! What can be wrong with the file of the log.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use torn_queue::Seq;

/// Why the log can't be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or the file can't be reached.
    #[error(
        "can't open the log {path}; see that its folder exists and that this user may write there"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// The file may be read and not written.
    #[error(
        "the log {path} can't be written; see that this user may write it, and that its disk is not read-only"
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The right to write the log can't be had.
    #[error("can't lock {path}; see that its folder exists and that this user may write there")]
    Lock {
        /// The file that stands for the right.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// Another process writes the log.
    #[error("another hub has the log {path} open; stop it first, or give another path in [store]")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file is a database, and not one of ours.
    #[error(
        "{path} is not a log of Torn: its application id is {found:#x}; give another path in [store]"
    )]
    NotALog {
        /// The file.
        path: PathBuf,
        /// What stands where our application id should.
        found: i32,
    },
    /// The log was written by a newer version.
    #[error(
        "the log {path} has format {found}, this version reads up to {known}; install the newer version"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The format of the file.
        found: i32,
        /// The newest format that is known here.
        known: i32,
    },
    /// A statement failed.
    #[error("{doing} failed; see that the disk is neither full nor read-only")]
    Sqlite {
        /// What was being done.
        doing: &'static str,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// An event is not as it was written.
    #[error(
        "the log is damaged at seq {seq} ({what}); stop the hub, keep the file, and restore a backup"
    )]
    Damaged {
        /// The first event that can't be vouched for.
        seq: Seq,
        /// What is wrong there.
        what: String,
    },
    /// The write-ahead file can't be looked through.
    #[error("can't read {path}; run this as the user of the hub")]
    Ahead {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// Something beside the events is not as it was written.
    #[error(
        "the log's file is damaged ({what}); stop the hub, keep the file, and restore a backup"
    )]
    DamagedFile {
        /// What is wrong, and where.
        what: String,
    },
}

impl StoreError {
    /// Whether it says that what was once written is no longer as it was.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::DamagedFile { .. })
    }

    /// Says what was being done when SQLite failed.
    pub(super) fn doing(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |source| match damage(&source) {
            Some(what) => Self::DamagedFile {
                what: format!("{doing}: {what}"),
            },
            None => Self::Sqlite { doing, source },
        }
    }

    /// Says that the log at `path` could not be opened.
    pub(super) fn opening(path: &Path) -> impl Fn(rusqlite::Error) -> Self {
        move |source| match damage(&source) {
            Some(what) => Self::DamagedFile {
                what: format!("{}: {what}", path.display()),
            },
            None => Self::Open {
                path: path.to_owned(),
                source,
            },
        }
    }
}

/// What is damaged, if that is why SQLite failed: the file's own structure, or a value that can't have been written.
pub(super) fn damage(error: &rusqlite::Error) -> Option<String> {
    use rusqlite::Error as E;
    match error {
        E::QueryReturnedNoRows => Some("it is not there".to_owned()),
        E::FromSqlConversionFailure(..)
        | E::IntegralValueOutOfRange(..)
        | E::InvalidColumnType(..)
        | E::Utf8Error(..) => Some(error.to_string()),
        _ => {
            let failure = error.sqlite_error()?;
            let corrupt = matches!(
                failure.code,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase
            );
            // What is asked never changes: where SQLite does not understand it, the tables are not ours any more.
            let not_ours = failure.extended_code == rusqlite::ffi::SQLITE_ERROR;
            (corrupt || not_ours).then(|| error.to_string())
        }
    }
}
