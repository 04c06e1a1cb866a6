// SPDX-License-Identifier: GPL-3.0-or-later
//! The tables, and how a file of an older format becomes one of today's: in one transaction, so that a power cut
//! leaves the old file or the new one.

use std::path::Path;

use rusqlite::{Connection, Transaction};
use torn_queue::Seq;

use super::chain::{Chain, Sum};
use super::entry::{self, Entry, Place, Span};
use super::{StoreError, answer, booking, own};

/// "Torn" in ASCII: what `file` and we tell a log by.
const APPLICATION_ID: i32 = 0x546f_726e;

/// One step a format, in order; a file of format n lacks those from n on.
const STEPS: &[&str] = &[
    "
    CREATE TABLE log (uuid TEXT NOT NULL) STRICT;
    CREATE TABLE event (
        seq INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL
    ) STRICT;
    CREATE INDEX day_began ON event (seq) WHERE kind = 'day-began';
    -- Appended by rowid: an index on the keys would double what every commit writes to the card.
    CREATE TABLE answer (
        id INTEGER PRIMARY KEY,
        day TEXT NOT NULL,
        key TEXT NOT NULL,
        digest BLOB NOT NULL,
        status INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
",
    "
    CREATE TABLE booking (
        source TEXT NOT NULL,
        uid TEXT NOT NULL,
        day TEXT NOT NULL,
        start_ms INTEGER NOT NULL,
        end_ms INTEGER,
        service TEXT NOT NULL,
        code TEXT,
        checked_in TEXT,
        cancelled INTEGER NOT NULL,
        PRIMARY KEY (source, uid)
    ) STRICT, WITHOUT ROWID;
",
    // What is empty by default is filled in by `begin_checksums`, and fits nothing before.
    "
    ALTER TABLE log ADD COLUMN sum BLOB NOT NULL DEFAULT x'';
    ALTER TABLE event ADD COLUMN chain BLOB NOT NULL DEFAULT x'';
    ALTER TABLE answer ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE answer ADD COLUMN sum BLOB NOT NULL DEFAULT x'';
    ALTER TABLE booking ADD COLUMN sum BLOB NOT NULL DEFAULT x'';
",
];

/// The first format that has who is booked.
pub(super) const BOOKED: i32 = 2;

/// The first format with checksums.
pub(super) const CHAINED: i32 = 3;

/// Events that are read at once while they are given their checksums, and after which it is said how far it is.
const AT_ONCE: u32 = 1_000;
const SAID_EVERY: u64 = 100_000;

/// The format of a file that is a log, or is to become one (0).
///
/// # Errors
/// [`StoreError`], when it is another program's, of a newer version, or can't be read.
pub(super) fn format(db: &Connection, path: &Path) -> Result<i32, StoreError> {
    let doing = StoreError::opening(path);
    let read = |name| db.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (found_id, found) = (
        read("application_id").map_err(&doing)?,
        read("user_version").map_err(&doing)?,
    );
    let tables: i64 = db
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(&doing)?;
    if found_id != APPLICATION_ID && (found_id != 0 || tables > 0) {
        return Err(StoreError::NotALog {
            path: path.to_owned(),
            found: found_id,
        });
    }
    let known = known();
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    if found < 0 || (found == 0) != (tables == 0) {
        return Err(StoreError::DamagedFile {
            what: format!("its format is {found}, and it has {tables} tables and indices"),
        });
    }
    Ok(found)
}

/// The newest format that is known here.
fn known() -> i32 {
    i32::try_from(STEPS.len()).unwrap_or(i32::MAX)
}

/// Brings the file to today's format, or says why it can't be read.
pub(super) fn migrate(db: &mut Connection, path: &Path, uuid: &str) -> Result<(), StoreError> {
    let found = format(db, path)?;
    let known = known();
    if found == known {
        return Ok(());
    }
    if found > 0 {
        tracing::info!(found, known, "the log is brought to this version's format");
    }
    let missing = STEPS.iter().skip(usize::try_from(found).unwrap_or(0));
    let doing = StoreError::doing("bringing the log to this version's format");
    let step = db.transaction().map_err(&doing)?;
    for sql in missing {
        step.execute_batch(sql).map_err(&doing)?;
    }
    if found == 0 {
        step.execute("INSERT INTO log (uuid) VALUES (?1)", [uuid])
            .map_err(&doing)?;
    }
    if found < CHAINED {
        begin_checksums(&step)?;
    }
    step.pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(&doing)?;
    step.pragma_update(None, "user_version", known)
        .map_err(&doing)?;
    step.commit().map_err(&doing)
}

/// The UUID that was made with the log.
///
/// # Errors
/// [`StoreError::DamagedFile`], when it is not as it was written.
pub(super) fn uuid(db: &Connection, format: i32) -> Result<String, StoreError> {
    let doing = StoreError::doing("reading the log's own name");
    let sql = match format {
        CHAINED.. => "SELECT uuid, sum FROM log",
        _ => "SELECT uuid, NULL FROM log",
    };
    let (uuid, sum): (String, Option<Sum>) = db
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(&doing)?;
    if format >= CHAINED && sum != Some(sum_of(&uuid)) {
        return Err(StoreError::DamagedFile {
            what: "the checksum of the log's own name does not fit".to_owned(),
        });
    }
    Ok(uuid)
}

fn sum_of(uuid: &str) -> Sum {
    Sum::of([Some(uuid.as_bytes())])
}

/// Gives what an older version wrote its checksums. An event that does not say of itself what its columns say
/// is damaged already: it gets one that never fits, so that it is not taken for whole from now on.
fn begin_checksums(step: &Transaction<'_>) -> Result<(), StoreError> {
    let doing = StoreError::doing("giving the log its checksums");
    let uuid = uuid(step, 0)?;
    step.execute("UPDATE log SET sum = ?1", [sum_of(&uuid)])
        .map_err(&doing)?;
    answer::sum_up(step).map_err(&doing)?;
    booking::keep(step, &booking::all(step, false)?).map_err(&doing)?;
    let newest = entry::newest(step)?;
    let mut put = step
        .prepare("UPDATE event SET chain = ?2 WHERE seq = ?1")
        .map_err(&doing)?;
    let mut place = Place::start(&uuid);
    while place.seq < newest {
        let mut entries: Vec<Entry> = Vec::new();
        let span = Span {
            until: newest,
            limit: AT_ONCE,
        };
        let mut read = place;
        entry::walk(step, false, &mut read, span, |one| {
            entries.push(one);
            Ok(())
        })?;
        for one in &entries {
            place.pass(one)?;
            if own::check(one).is_err() {
                tracing::error!(seq = %one.seq, "an event of the log is damaged");
                place.chain = Chain::NONE;
            }
            put.execute((one.seq.get(), place.chain)).map_err(&doing)?;
            say(one.seq, newest);
        }
    }
    Ok(())
}

fn say(seq: Seq, of: Seq) {
    if seq.get().is_multiple_of(SAID_EVERY) {
        tracing::info!(%seq, %of, "events have their checksums");
    }
}
