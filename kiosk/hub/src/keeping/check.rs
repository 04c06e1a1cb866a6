// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether the file of a log is whole: its pages, its indexes, and that no seq is missing. Only read.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::ffi::{self, ErrorCode};
use rusqlite::{Connection, OpenFlags};
use torn_queue::Seq;

use crate::store::StoreError;

/// What was found.
#[derive(Debug)]
pub(super) struct Checked {
    /// The UUID that was made with the log.
    pub(super) uuid: String,
    /// How many events it has.
    pub(super) events: u64,
    /// The last one.
    pub(super) last_seq: Seq,
    /// When that was, in milliseconds since 1970.
    pub(super) last_at_ms: i64,
}

/// Reads the whole file of the log at `path`, also while a hub has it open.
pub(super) fn check(
    path: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<Checked, StoreError> {
    let failed = |source| StoreError::Sqlite {
        doing: "checking the log",
        source,
    };
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    let said: String = db
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(failed)?;
    if said != "ok" {
        return Err(failed(damage(&said)));
    }
    let uuid = db
        .query_row("SELECT uuid FROM log", [], |row| row.get(0))
        .map_err(failed)?;
    let sql = "SELECT count(*), coalesce(max(seq), 0), coalesce(max(at_ms), 0) FROM event";
    let (events, last, last_at_ms) = db
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .map_err(failed)?;
    if events != last {
        return Err(failed(damage(&format!("{events} events up to seq {last}"))));
    }
    progress(events, last);
    Ok(Checked {
        uuid,
        events,
        last_seq: Seq::new(last),
        last_at_ms,
    })
}

fn damage(what: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(what.to_owned()))
}

/// Whether it says that what was once written is no longer as it was.
pub(super) fn is_damage(error: &StoreError) -> bool {
    let StoreError::Sqlite { source, .. } = error else {
        return false;
    };
    matches!(
        source.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// The right to write the log at `path`, which one process has: the hub, or who looks after its log.
pub(super) fn sole(path: &Path) -> Result<File, StoreError> {
    let lock = path.with_extension("lock");
    let failed = |source| StoreError::Lock {
        path: lock.clone(),
        source,
    };
    let mut options = OpenOptions::new();
    let file = options
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&lock);
    let file = file.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}
