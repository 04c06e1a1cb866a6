// SPDX-License-Identifier: GPL-3.0-or-later
//! The tables, and how a file of an older format becomes one of today's.

use std::path::Path;

use rusqlite::Connection;

use super::StoreError;

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
];

/// Brings the file to today's format, or says why it can't be read.
pub(super) fn migrate(db: &mut Connection, path: &Path, uuid: &str) -> Result<(), StoreError> {
    let doing = StoreError::doing("reading the log's format");
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
    let known = i32::try_from(STEPS.len()).unwrap_or(i32::MAX);
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    let missing = STEPS.iter().skip(usize::try_from(found).unwrap_or(0));
    if found == known {
        return Ok(());
    }
    let doing = StoreError::doing("bringing the log to this version's format");
    let step = db.transaction().map_err(&doing)?;
    for sql in missing {
        step.execute_batch(sql).map_err(&doing)?;
    }
    if found == 0 {
        step.execute("INSERT INTO log (uuid) VALUES (?1)", [uuid])
            .map_err(&doing)?;
    }
    step.pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(&doing)?;
    step.pragma_update(None, "user_version", known)
        .map_err(&doing)?;
    step.commit().map_err(&doing)
}
