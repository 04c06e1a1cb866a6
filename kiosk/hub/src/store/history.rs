// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading the log while it is being written: for a follower that was cut off.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use torn_queue::Seq;

use super::entry::{self, Entry, Place, Span};
use super::{StoreError, ahead, schema};

/// How long a statement waits for whoever else has the file open.
const BUSY: Duration = Duration::from_secs(5);

/// A second connection, that only reads. It never holds the writer up.
#[derive(Debug)]
pub struct History {
    db: Mutex<Connection>,
    uuid: String,
    /// Whether the file is of a format with checksums.
    chained: bool,
    /// The first damage that was met.
    damaged: OnceLock<Seq>,
}

impl History {
    /// Opens the log at `path` for reading; it must exist.
    ///
    /// # Errors
    /// [`StoreError::Open`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = |source| StoreError::Open {
            path: path.to_owned(),
            source,
        };
        let db = Connection::open_with_flags(path, flags).map_err(open)?;
        db.busy_timeout(BUSY).map_err(open)?;
        Self::over(db, path)
    }

    fn over(db: Connection, path: &Path) -> Result<Self, StoreError> {
        let format = schema::format(&db, path)?;
        Ok(Self {
            uuid: schema::uuid(&db, format)?,
            chained: format >= schema::CHAINED,
            db: Mutex::new(db),
            damaged: OnceLock::new(),
        })
    }

    /// Opens the log at `path` where nothing may be written, not even beside it: on a medium or in a folder that
    /// only reads. If need be it is taken as a file that nobody changes, without what stands in a write-ahead file.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn open_untouched(path: &Path) -> Result<Self, StoreError> {
        let doing = StoreError::doing("opening the log only to read it");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = match probed(path, flags) {
            Err(error) if wants_to_write(&error) => {
                let ahead = ahead::file_of(path);
                if std::fs::metadata(&ahead).is_ok_and(|file| file.len() > 0) {
                    tracing::warn!(
                        "{} can't be used here, so what was written last is missing; copy both files to where this user may write",
                        ahead.display()
                    );
                }
                probed(
                    Path::new(&immutable(path)),
                    flags | OpenFlags::SQLITE_OPEN_URI,
                )
            }
            other => other,
        };
        Self::over(db.map_err(&doing)?, path)
    }

    /// The events after `after`, up to and with `until`, at most `limit` of them, in order, each held against the
    /// chain.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], when the first of them is not as it was written; what is whole before a damage is
    /// given. [`StoreError`], when the log can't be read.
    pub fn after(&self, after: Seq, until: Seq, limit: u32) -> Result<Vec<Entry>, StoreError> {
        let db = self
            .db
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let until = until.min(entry::newest(&db)?);
        if until <= after {
            return Ok(Vec::new());
        }
        let mut place = match self.chained {
            true => Place::after(&db, after, &self.uuid)?,
            false => Place::unchained(after),
        };
        let mut whole = Vec::new();
        let span = Span { until, limit };
        let read = entry::walk(&db, self.chained, &mut place, span, |one| {
            whole.push(one);
            Ok(())
        });
        if let Err(StoreError::Damaged { seq, .. }) = &read {
            self.note_damage(*seq);
        }
        match read {
            Err(damaged) if whole.is_empty() => Err(damaged),
            _ => Ok(whole),
        }
    }

    /// Where a damage was met, if one was: nothing from there on is told.
    #[must_use]
    pub fn damaged_at(&self) -> Option<Seq> {
        self.damaged.get().copied()
    }

    /// Says it once: whoever wants to be told the damaged event will ask again and again.
    fn note_damage(&self, seq: Seq) {
        if self.damaged.set(seq).is_ok() {
            tracing::error!(
                %seq,
                "the log is damaged; nothing from there on is told of an earlier day: look at it with `torn-hub check-log`, and restore a backup"
            );
        }
    }
}

/// Opens what `path` names and reads a little: only then does SQLite look for what is beside it.
fn probed(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(db)
}

/// Whether it failed for want of a place to write to: a log has files beside it while it is read, too.
fn wants_to_write(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
                | ErrorCode::FileLockingProtocolFailed
        )
    )
}

/// The URI by which SQLite neither locks the file nor looks for others beside it.
fn immutable(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // A string takes everything.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + "?immutable=1"
}
