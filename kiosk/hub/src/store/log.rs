// SPDX-License-Identifier: GPL-3.0-or-later
//! The one connection that writes.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use torn_queue::Seq;

use super::answer::{self, Answer, Answers, RememberedKey};
use super::booking::{self, BookingRow};
use super::entry::{self, Entry, Place, Span};
use super::reading::BUSY;
use super::{StoreError, ahead, schema};

/// How long emptying the write-ahead file may wait for readers, in milliseconds.
const TRUNCATE_WITHIN_MS: u64 = 50;

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

/// The log, open for writing.
#[derive(Debug)]
pub struct Log {
    db: Connection,
    path: PathBuf,
    next_answer_row: i64,
    /// Where the next event goes.
    end: Place,
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
        // SQLite would take a damaged write-ahead file for one that ends there.
        ahead::check(path)?;
        let mut db = Connection::open(path).map_err(StoreError::opening(path))?;
        // SQLite opens what it may not write for reading, and would say so with the first number only.
        if db.is_readonly("main").map_err(StoreError::opening(path))? {
            return Err(StoreError::ReadOnly {
                path: path.to_owned(),
            });
        }
        set_up(&db).map_err(StoreError::opening(path))?;
        schema::migrate(&mut db, path, new_uuid)?;
        let uuid = schema::uuid(&db, schema::CHAINED)?;
        small_tables(&db)?;
        let next_answer_row =
            answer::next_row(&db).map_err(StoreError::doing("reading the log"))?;
        let Answers { keys, seq } = answer::all(&db, true)?;
        let bookings = booking::all(&db, true)?;
        let (today, end) = last_day(&db, &uuid)?;
        if seq > end.seq {
            return Err(StoreError::Damaged {
                seq: end.seq.next(),
                what: format!("it is not there, and an answer was given after {seq}"),
            });
        }
        let log = Self {
            db,
            path: path.to_owned(),
            next_answer_row,
            end,
            _sole: sole,
        };
        // What another process left ahead is not mixed with what this one writes; a reader may hold that up.
        log.truncate()?;
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

    /// Makes a step durable, and returns then the row of its first answer; the others follow it.
    ///
    /// # Errors
    /// [`StoreError`]; nothing of it is in the log then, or all of it, which only a new start can tell.
    pub fn commit(&mut self, step: Step<'_>) -> Result<i64, StoreError> {
        let first_row = self.next_answer_row;
        self.end = self.write(step, first_row)?;
        self.next_answer_row += i64::try_from(step.answers.len()).unwrap_or(0);
        Ok(first_row)
    }

    fn write(&mut self, step: Step<'_>, first_row: i64) -> Result<Place, StoreError> {
        let doing = StoreError::doing("writing to the log");
        let sql = self.db.transaction().map_err(&doing)?;
        let end = entry::append(&sql, self.end, step.entries)?;
        answer::append(&sql, first_row, end.seq, step.answers).map_err(&doing)?;
        if let Some(day) = step.oldest_day {
            sql.execute("DELETE FROM answer WHERE day < ?1", [day])
                .map_err(&doing)?;
        }
        if let Some(kept) = step.kept {
            booking::keep(&sql, kept).map_err(&doing)?;
        }
        if !step.bookings.is_empty() {
            booking::put(&sql, step.bookings).map_err(&doing)?;
        }
        sql.commit().map_err(&doing)?;
        Ok(end)
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
    /// [`StoreError`], when it can't be read or is not as it was written.
    pub fn answer(&self, row: i64) -> Result<Option<(u16, Vec<u8>)>, StoreError> {
        answer::one(&self.db, row)
    }
}

fn set_up(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "locking_mode", "NORMAL")?;
    // What is deleted is overwritten.
    db.pragma_update(None, "secure_delete", "ON")?;
    // A page that is damaged in itself is found when it is read.
    db.pragma_update(None, "cell_size_check", "ON")
}

/// Looks through the tables that have no chain: a row that is lost with a part of a page has no sum to miss it by.
/// They hold two days, so it takes milliseconds however long the log is.
fn small_tables(db: &Connection) -> Result<(), StoreError> {
    for table in ["log", "answer", "booking"] {
        structure(db, Some(table))?;
    }
    Ok(())
}

/// What SQLite says of the structure of a table, or of the whole file.
pub(super) fn structure(db: &Connection, table: Option<&str>) -> Result<(), StoreError> {
    let doing = StoreError::doing("looking through the file");
    let mut wrong: Vec<String> = Vec::new();
    let mut told = |row: &rusqlite::Row<'_>| {
        wrong.push(row.get(0)?);
        Ok(())
    };
    match table {
        Some(table) => db.pragma(None, "integrity_check", table, &mut told),
        None => db.pragma_query(None, "integrity_check", &mut told),
    }
    .map_err(&doing)?;
    match wrong.first() {
        Some(first) if first != "ok" => Err(StoreError::DamagedFile {
            what: first.replace('\n', "; "),
        }),
        _ => Ok(()),
    }
}

/// The events of the last business day, from its `day-began`, each held against the chain, and the log's end.
fn last_day(db: &Connection, uuid: &str) -> Result<(Vec<Entry>, Place), StoreError> {
    let began: Option<u64> = db
        .query_row(
            "SELECT max(seq) FROM event WHERE kind = 'day-began'",
            [],
            |row| row.get(0),
        )
        .map_err(StoreError::doing("reading the log's last day"))?;
    let newest = entry::newest(db)?;
    let Some(began) = began.map(Seq::new) else {
        let end = Place::start(uuid);
        return match newest == end.seq {
            true => Ok((Vec::new(), end)),
            false => Err(no_day(end.seq.next())),
        };
    };
    let before = Seq::new(began.get().saturating_sub(1));
    let mut end = Place::after(db, before, uuid)?;
    let mut today = Vec::new();
    let span = Span {
        until: newest.max(began),
        limit: u32::MAX,
    };
    entry::walk(db, true, &mut end, span, |one| {
        today.push(one);
        Ok(())
    })?;
    match today.first() {
        Some(first) if first.kind == "day-began" => Ok((today, end)),
        _ => Err(no_day(began)),
    }
}

fn no_day(seq: Seq) -> StoreError {
    StoreError::Damaged {
        seq,
        what: "no day begins there".to_owned(),
    }
}

/// The right to write the log at `path`, which one process has; it goes with the value.
///
/// # Errors
/// [`StoreError::InUse`], when another has it, and [`StoreError::Lock`].
pub fn sole(path: &Path) -> Result<File, StoreError> {
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
