// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading the log while it is being written: for a follower that was cut off.

use std::ffi::OsString;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use torn_queue::Seq;

use super::StoreError;
use super::log::{Entry, entry};

/// How long a statement waits for whoever else has the file open.
const BUSY: Duration = Duration::from_secs(5);

/// A second connection, that only reads. It never holds the writer up.
#[derive(Debug)]
pub struct History {
    db: Mutex<Connection>,
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
        Ok(Self { db: Mutex::new(db) })
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
                let ahead = ahead(path);
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
        let db = db.map_err(&doing)?;
        Ok(Self { db: Mutex::new(db) })
    }

    /// The events after `after`, up to and with `until`, at most `limit` of them, in order.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], when the log can't be read.
    pub fn after(&self, after: Seq, until: Seq, limit: u32) -> Result<Vec<Entry>, StoreError> {
        let doing = StoreError::doing("reading the log for a follower");
        let db = self
            .db
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut read = db
            .prepare_cached(
                "SELECT seq, at_ms, kind, data FROM event WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3",
            )
            .map_err(&doing)?;
        let rows = read
            .query_map((after.get(), until.get(), limit), entry)
            .map_err(&doing)?;
        rows.collect::<Result<_, _>>().map_err(&doing)
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

/// The write-ahead file of the log at `path`.
fn ahead(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push("-wal");
    name.into()
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
