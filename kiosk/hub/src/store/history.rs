// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading the log while it is being written: for a follower that was cut off.

use std::path::Path;
use std::sync::{Mutex, OnceLock};

use rusqlite::Connection;
use torn_queue::Seq;

use super::entry::{self, Entry, Place, Span};
use super::reading::{self, BUSY, READ_ONLY};
use super::{StoreError, schema};

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
        let open = |source| StoreError::Open {
            path: path.to_owned(),
            source,
        };
        let db = Connection::open_with_flags(path, READ_ONLY).map_err(open)?;
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
        Self::over(reading::untouched(path).map_err(doing)?, path)
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
            true => self.noted(Place::after(&db, after, &self.uuid))?,
            false => Place::unchained(after),
        };
        let mut whole = Vec::new();
        let span = Span { until, limit };
        let read = entry::walk(&db, self.chained, &mut place, span, |one| {
            whole.push(one);
            Ok(())
        });
        match self.noted(read) {
            Err(damaged) if whole.is_empty() => Err(damaged),
            _ => Ok(whole),
        }
    }

    /// Where a damage was met, if one was: nothing from there on is told.
    #[must_use]
    pub fn damaged_at(&self) -> Option<Seq> {
        self.damaged.get().copied()
    }

    /// Says once where a damage was met: whoever wants to be told the damaged event will ask again and again.
    fn noted<T>(&self, read: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(StoreError::Damaged { seq, what }) = &read
            && self.damaged.set(*seq).is_ok()
        {
            tracing::error!(
                %seq,
                what,
                "the log is damaged; nothing from there on is told of an earlier day: look at it with `torn-hub check-log`, and restore a backup"
            );
        }
        read
    }
}
