// SPDX-License-Identifier: GPL-3.0-or-later
//! The one connection that writes.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use torn_queue::Seq;

use super::booking::{self, BookingRow};
use super::{StoreError, schema};

/// How long a statement waits for whoever else has the file open.
const BUSY: Duration = Duration::from_secs(5);

/// How long emptying the write-ahead file may wait for readers, in milliseconds.
const TRUNCATE_WITHIN_MS: u64 = 50;

/// An event as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place.
    pub seq: Seq,
    /// Its time, in milliseconds since 1970.
    pub at_ms: i64,
    /// Its kind.
    pub kind: String,
    /// The whole event as JSON.
    pub data: String,
}

/// An answer that is given again when its key comes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The business day it was given on, `2026-11-24`.
    pub day: String,
    /// The key that it was given to.
    pub key: String,
    /// The keyed hash of the request's path and body.
    pub digest: [u8; 32],
    /// The HTTP status.
    pub status: u16,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

/// What becomes durable together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Step<'a> {
    /// The events, in order.
    pub entries: &'a [Entry],
    /// The answers they led to.
    pub answers: &'a [Answer],
    /// The answers given before this day are forgotten.
    pub oldest_day: Option<&'a str>,
    /// The rows of bookings that stay, when the others are deleted.
    pub kept: Option<&'a [BookingRow]>,
    /// The rows of bookings that are new or changed; after what is kept.
    pub bookings: &'a [BookingRow],
}

/// Where an answer lies, for the index that is kept in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedKey {
    /// The row of the answer.
    pub row: i64,
    /// The key.
    pub key: String,
    /// The keyed hash of the request's path and body.
    pub digest: [u8; 32],
    /// The business day it was given on.
    pub day: String,
}

/// The log, open for writing.
#[derive(Debug)]
pub struct Log {
    db: Connection,
    path: PathBuf,
    next_answer_row: i64,
    /// Held as long as the log is open: the hub is the only writer. A file of its own, since closing one
    /// of SQLite's would drop SQLite's own locks.
    _sole: File,
}

/// What was found when the log was opened.
#[derive(Debug)]
pub struct Opened {
    /// The log.
    pub log: Log,
    /// The UUID that was made with it.
    pub uuid: String,
    /// The events of the last business day, from its `day-began`.
    pub today: Vec<Entry>,
    /// The answers that may be asked for again.
    pub keys: Vec<RememberedKey>,
    /// Who is booked.
    pub bookings: Vec<BookingRow>,
}

impl Log {
    /// Opens the log at `path`, or begins one there under `new_uuid`, and reads its last business day.
    ///
    /// # Errors
    /// [`StoreError`], when the file can't be opened, is no log, is of a newer format, or is damaged.
    pub fn open(path: &Path, new_uuid: &str) -> Result<Opened, StoreError> {
        let sole = sole(path)?;
        let open = |source| StoreError::Open {
            path: path.to_owned(),
            source,
        };
        let mut db = Connection::open(path).map_err(open)?;
        db.pragma_update(None, "journal_mode", "WAL")
            .map_err(open)?;
        db.pragma_update(None, "synchronous", "FULL")
            .map_err(open)?;
        db.pragma_update(None, "locking_mode", "NORMAL")
            .map_err(open)?;
        // What is deleted is overwritten.
        db.pragma_update(None, "secure_delete", "ON")
            .map_err(open)?;
        db.busy_timeout(BUSY).map_err(open)?;
        schema::migrate(&mut db, path, new_uuid)?;
        let doing = StoreError::doing("reading the log");
        let uuid = db
            .query_row("SELECT uuid FROM log", [], |row| row.get(0))
            .map_err(&doing)?;
        let next_answer_row = db
            .query_row("SELECT coalesce(max(id), 0) + 1 FROM answer", [], |row| {
                row.get(0)
            })
            .map_err(&doing)?;
        let log = Self {
            db,
            path: path.to_owned(),
            next_answer_row,
            _sole: sole,
        };
        let today = log.last_day()?;
        let keys = log.remembered_keys()?;
        let bookings = booking::all(&log.db).map_err(StoreError::doing("reading who is booked"))?;
        Ok(Opened {
            log,
            uuid,
            today,
            keys,
            bookings,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn last_day(&self) -> Result<Vec<Entry>, StoreError> {
        let doing = StoreError::doing("reading the log's last day");
        let began: Option<u64> = self
            .db
            .query_row(
                "SELECT max(seq) FROM event WHERE kind = 'day-began'",
                [],
                |row| row.get(0),
            )
            .map_err(&doing)?;
        let Some(began) = began else {
            return Ok(Vec::new());
        };
        let mut read = self
            .db
            .prepare("SELECT seq, at_ms, kind, data FROM event WHERE seq >= ?1 ORDER BY seq")
            .map_err(&doing)?;
        let rows = read.query_map([began], entry).map_err(&doing)?;
        let entries: Vec<Entry> = rows.collect::<Result<_, _>>().map_err(&doing)?;
        for pair in entries.windows(2) {
            if pair[1].seq != pair[0].seq.next() {
                return Err(StoreError::Gap {
                    before: pair[0].seq.get(),
                    found: pair[1].seq.get(),
                });
            }
        }
        Ok(entries)
    }

    fn remembered_keys(&self) -> Result<Vec<RememberedKey>, StoreError> {
        let doing = StoreError::doing("reading the remembered answers");
        let mut read = self
            .db
            .prepare("SELECT id, key, digest, day FROM answer ORDER BY id")
            .map_err(&doing)?;
        let rows = read.query_map([], |row| {
            Ok(RememberedKey {
                row: row.get(0)?,
                key: row.get(1)?,
                digest: row.get(2)?,
                day: row.get(3)?,
            })
        });
        rows.and_then(Iterator::collect).map_err(&doing)
    }

    /// Makes a step durable, and returns then the row of its first answer; the others follow it.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`]; nothing of it is in the log then, or all of it, which only a new start can tell.
    pub fn commit(&mut self, step: Step<'_>) -> Result<i64, StoreError> {
        let first_row = self.next_answer_row;
        self.write(step, first_row)
            .map_err(StoreError::doing("writing to the log"))?;
        self.next_answer_row += i64::try_from(step.answers.len()).unwrap_or(0);
        Ok(first_row)
    }

    fn write(&mut self, step: Step<'_>, first_row: i64) -> rusqlite::Result<()> {
        let sql = self.db.transaction()?;
        {
            let mut event = sql.prepare_cached(
                "INSERT INTO event (seq, at_ms, kind, data) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for one in step.entries {
                event.execute(params![one.seq.get(), one.at_ms, one.kind, one.data])?;
            }
            let mut answer = sql.prepare_cached(
                "INSERT INTO answer (id, day, key, digest, status, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for (row, one) in (first_row..).zip(step.answers) {
                answer.execute(params![
                    row, one.day, one.key, one.digest, one.status, one.body
                ])?;
            }
        }
        if let Some(day) = step.oldest_day {
            sql.execute("DELETE FROM answer WHERE day < ?1", [day])?;
        }
        if let Some(kept) = step.kept {
            booking::keep(&sql, kept)?;
        }
        if !step.bookings.is_empty() {
            booking::put(&sql, step.bookings)?;
        }
        sql.commit()
    }

    /// Moves what is durable into the file of the log and empties the write-ahead file, so that nothing of
    /// what was deleted stays there. `false`: a reader or a backup is in the way; try again.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], when the disk refuses.
    pub fn truncate(&self) -> Result<bool, StoreError> {
        let emptied = || {
            self.db
                .busy_timeout(Duration::from_millis(TRUNCATE_WITHIN_MS))?;
            let busy = self
                .db
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                    row.get::<_, bool>(0)
                });
            self.db.busy_timeout(BUSY)?;
            busy
        };
        let busy = emptied().map_err(StoreError::doing("emptying the write-ahead file"))?;
        Ok(!busy)
    }

    /// The answer in this row, as its status and body.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`], when it can't be read.
    pub fn answer(&self, row: i64) -> Result<Option<(u16, Vec<u8>)>, StoreError> {
        self.db
            .prepare_cached("SELECT status, body FROM answer WHERE id = ?1")
            .and_then(|mut read| {
                read.query_row([row], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .map_err(StoreError::doing("reading a remembered answer"))
    }
}

/// The right to write the log at `path`, which one process has.
fn sole(path: &Path) -> Result<File, StoreError> {
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

pub(super) fn entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        seq: Seq::new(row.get(0)?),
        at_ms: row.get(1)?,
        kind: row.get(2)?,
        data: row.get(3)?,
    })
}
