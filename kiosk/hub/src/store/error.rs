// SPDX-License-Identifier: GPL-3.0-or-later
//! What can be wrong with the file of the log.

use std::path::PathBuf;

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
    /// The seqs of the log have a gap.
    #[error("the log jumps from seq {before} to {found}: it is damaged; restore a backup")]
    Gap {
        /// The last seq that was as it should be.
        before: u64,
        /// What came next.
        found: u64,
    },
}

impl StoreError {
    /// Says what was being done when SQLite failed.
    pub(super) fn doing(doing: &'static str) -> impl Fn(rusqlite::Error) -> Self {
        move |source| Self::Sqlite { doing, source }
    }
}
