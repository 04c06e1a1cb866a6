// SPDX-License-Identifier: GPL-3.0-or-later
//! The bare commit that the hub is measured against: one insert, durable, in the same folder.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use crate::Fault;

/// A table with nothing around it.
pub(crate) struct BareLog {
    db: Connection,
    seq: i64,
}

/// As long as a `ticket-issued` is in the hub's own log.
const ROW: &str = r#"{"seq":100000,"at":"2026-11-24T09:42:00.000Z","by":"kiosk-1","kind":"ticket-issued","ticket":"2026-11-24-A007","number":"A007","service":"general","class":"walk-in","language":"ca","due_at":"2026-11-24T09:42:00.000Z","appointment_at":null,"ahead":4,"wait":null}"#;

impl BareLog {
    pub(crate) fn open(folder: &Path) -> Result<Self, Fault> {
        let db = Connection::open(folder.join("bare.db"))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.execute_batch(
            "CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT",
        )?;
        let seq = db.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| {
            row.get(0)
        })?;
        Ok(Self { db, seq })
    }

    /// How long one insert takes until it is durable.
    pub(crate) fn commit(&mut self) -> Result<Duration, Fault> {
        let started = Instant::now();
        self.seq += 1;
        let step = self.db.transaction()?;
        step.prepare_cached("INSERT INTO event (seq, data) VALUES (?1, ?2)")?
            .execute(params![self.seq, ROW])?;
        step.commit()?;
        Ok(started.elapsed())
    }
}
