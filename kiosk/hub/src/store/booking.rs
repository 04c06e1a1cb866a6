// SPDX-License-Identifier: GPL-3.0-or-later
//! The side table of who is booked: rows in, rows out, and their bytes gone when they are deleted.
//!
//! It lies beside the log in the same file, so that a check-in and its ticket are durable together. It is
//! the one place that holds what identifies an appointment; what a row means is not known here.

use rusqlite::{Connection, Row, Transaction, params};

use super::StoreError;
use super::chain::Sum;

/// An appointment as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct BookingRow {
    /// Who lists it.
    pub source: String,
    /// What it is known by there.
    pub uid: String,
    /// Its day in the office's zone, `2026-11-24`.
    pub day: String,
    /// When it begins, in milliseconds since 1970.
    pub start_ms: i64,
    /// When it ends.
    pub end_ms: Option<i64>,
    /// What for.
    pub service: String,
    /// What its holder types or shows.
    pub code: Option<String>,
    /// The ticket it was given.
    pub checked_in: Option<String>,
    /// Whether it was cancelled.
    pub cancelled: bool,
}

impl BookingRow {
    fn sum(&self) -> Sum {
        let (start, end) = (
            self.start_ms.to_be_bytes(),
            self.end_ms.map(i64::to_be_bytes),
        );
        Sum::of([
            Some(self.source.as_bytes()),
            Some(self.uid.as_bytes()),
            Some(self.day.as_bytes()),
            Some(start.as_slice()),
            end.as_ref().map(<[u8; 8]>::as_slice),
            Some(self.service.as_bytes()),
            self.code.as_deref().map(str::as_bytes),
            self.checked_in.as_deref().map(str::as_bytes),
            Some(&[u8::from(self.cancelled)]),
        ])
    }
}

// A row must not come into a log by way of a message.
impl std::fmt::Debug for BookingRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BookingRow")
            .field("day", &self.day)
            .finish_non_exhaustive()
    }
}

/// Every row, whole; in a file without sums as it stands.
///
/// # Errors
/// [`StoreError::DamagedFile`], when a row is not as it was written.
pub(super) fn all(db: &Connection, summed: bool) -> Result<Vec<BookingRow>, StoreError> {
    let doing = StoreError::doing("reading who is booked");
    let sql = match summed {
        true => {
            "SELECT source, uid, day, start_ms, end_ms, service, code, checked_in, cancelled, sum FROM booking"
        }
        false => {
            "SELECT source, uid, day, start_ms, end_ms, service, code, checked_in, cancelled FROM booking"
        }
    };
    let mut read = db.prepare(sql).map_err(&doing)?;
    let mut rows = read.query([]).map_err(&doing)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next().map_err(&doing)? {
        let one = booking(row).map_err(&doing)?;
        if summed && row.get::<_, Sum>(9).map_err(&doing)? != one.sum() {
            // Nothing of the row is told: it identifies somebody.
            let place = all.len() + 1;
            return Err(StoreError::DamagedFile {
                what: format!("the checksum of appointment {place} of the list does not fit"),
            });
        }
        all.push(one);
    }
    Ok(all)
}

fn booking(row: &Row<'_>) -> rusqlite::Result<BookingRow> {
    Ok(BookingRow {
        source: row.get(0)?,
        uid: row.get(1)?,
        day: row.get(2)?,
        start_ms: row.get(3)?,
        end_ms: row.get(4)?,
        service: row.get(5)?,
        code: row.get(6)?,
        checked_in: row.get(7)?,
        cancelled: row.get(8)?,
    })
}

/// Writes rows, each in place of the one of its source and uid.
pub(super) fn put(step: &Transaction<'_>, rows: &[BookingRow]) -> rusqlite::Result<()> {
    let mut put = step.prepare_cached(
        "INSERT OR REPLACE INTO booking \
         (source, uid, day, start_ms, end_ms, service, code, checked_in, cancelled, sum) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for one in rows {
        put.execute(params![
            one.source,
            one.uid,
            one.day,
            one.start_ms,
            one.end_ms,
            one.service,
            one.code,
            one.checked_in,
            one.cancelled,
            one.sum()
        ])?;
    }
    Ok(())
}

/// Leaves `rows` alone. All are deleted and these written anew: a page that only lost some of its rows
/// might keep bytes of theirs between the others.
pub(super) fn keep(step: &Transaction<'_>, rows: &[BookingRow]) -> rusqlite::Result<()> {
    step.execute("DELETE FROM booking", [])?;
    put(step, rows)
}
