// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading the log while it is being written: for a follower that was cut off.

use std::path::Path;
use std::sync::Mutex;

use rusqlite::{Connection, OpenFlags};
use torn_queue::Seq;

use super::StoreError;
use super::log::{Entry, entry};

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
        db.busy_timeout(std::time::Duration::from_secs(5))
            .map_err(open)?;
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
