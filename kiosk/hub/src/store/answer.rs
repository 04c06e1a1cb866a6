// SPDX-License-Identifier: GPL-3.0-or-later
//! The answers that are given again when their key comes again: rows in, rows out, each with its sum.
//!
//! They are appended by rowid; the index of the keys is kept in memory, by whoever opened the log.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use torn_queue::Seq;

use super::StoreError;
use super::chain::Sum;

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

/// What all the answers of a file come to.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Where each lies.
    pub(super) keys: Vec<RememberedKey>,
    /// The newest event that was in the log when one of them was given.
    pub(super) seq: Seq,
}

/// Appends `answers` from row `first` on, given when `seq` was the newest event.
pub(super) fn append(
    step: &Transaction<'_>,
    first: i64,
    seq: Seq,
    answers: &[Answer],
) -> rusqlite::Result<()> {
    let mut put = step.prepare_cached(
        "INSERT INTO answer (id, day, key, digest, status, body, seq, sum) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (row, one) in (first..).zip(answers) {
        let sum = sum(row, one, seq);
        put.execute(params![
            row,
            one.day,
            one.key,
            one.digest,
            one.status,
            one.body,
            seq.get(),
            sum
        ])?;
    }
    Ok(())
}

/// Gives every answer of a file of an older format its sum.
pub(super) fn sum_up(step: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut read =
        step.prepare("SELECT id, day, key, digest, status, body FROM answer ORDER BY id")?;
    let mut put = step.prepare("UPDATE answer SET sum = ?2 WHERE id = ?1")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let (id, one) = answer(row)?;
        put.execute(params![id, sum(id, &one, Seq::default())])?;
    }
    Ok(())
}

/// Where every answer lies, each read whole.
///
/// # Errors
/// [`StoreError::DamagedFile`], when one is not as it was written.
pub(super) fn all(db: &Connection, summed: bool) -> Result<Answers, StoreError> {
    let doing = StoreError::doing("reading the remembered answers");
    let sql = match summed {
        true => "SELECT id, day, key, digest, status, body, seq, sum FROM answer ORDER BY id",
        false => "SELECT id, day, key, digest, status, body FROM answer ORDER BY id",
    };
    let mut read = db.prepare(sql).map_err(&doing)?;
    let mut rows = read.query([]).map_err(&doing)?;
    let mut all = Answers::default();
    while let Some(row) = rows.next().map_err(&doing)? {
        let (id, one, seq) = match summed {
            true => whole(row)?,
            false => {
                let (id, one) = answer(row).map_err(&doing)?;
                (id, one, Seq::default())
            }
        };
        all.seq = all.seq.max(seq);
        all.keys.push(RememberedKey {
            row: id,
            key: one.key,
            digest: one.digest,
            day: one.day,
        });
    }
    Ok(all)
}

/// The answer in this row, as its status and body.
///
/// # Errors
/// [`StoreError`], when it can't be read or is not as it was written.
pub(super) fn one(db: &Connection, row: i64) -> Result<Option<(u16, Vec<u8>)>, StoreError> {
    let doing = StoreError::doing("reading a remembered answer");
    let mut read = db
        .prepare_cached(
            "SELECT id, day, key, digest, status, body, seq, sum FROM answer WHERE id = ?1",
        )
        .map_err(&doing)?;
    let mut rows = read.query([row]).map_err(&doing)?;
    let Some(row) = rows.next().map_err(&doing)? else {
        return Ok(None);
    };
    let (_, found, _) = whole(row)?;
    Ok(Some((found.status, found.body)))
}

/// The row after the last.
pub(super) fn next_row(db: &Connection) -> rusqlite::Result<i64> {
    let last: Option<i64> = db
        .query_row("SELECT max(id) FROM answer", [], |row| row.get(0))
        .optional()?
        .flatten();
    Ok(last.map_or(1, |last| last.saturating_add(1)))
}

fn answer(row: &Row<'_>) -> rusqlite::Result<(i64, Answer)> {
    let answer = Answer {
        day: row.get(1)?,
        key: row.get(2)?,
        digest: row.get(3)?,
        status: row.get(4)?,
        body: row.get(5)?,
    };
    Ok((row.get(0)?, answer))
}

fn whole(row: &Row<'_>) -> Result<(i64, Answer, Seq), StoreError> {
    let read = || {
        let (id, one) = answer(row)?;
        let seq = Seq::new(row.get(6)?);
        Ok((id, one, seq, row.get::<_, Sum>(7)?))
    };
    let (id, one, seq, found) = read().map_err(StoreError::doing("reading a remembered answer"))?;
    if found != sum(id, &one, seq) {
        return Err(StoreError::DamagedFile {
            what: format!("the checksum of the remembered answer {id} does not fit"),
        });
    }
    Ok((id, one, seq))
}

fn sum(row: i64, one: &Answer, seq: Seq) -> Sum {
    Sum::of([
        Some(row.to_be_bytes().as_slice()),
        Some(one.day.as_bytes()),
        Some(one.key.as_bytes()),
        Some(&one.digest),
        Some(&one.status.to_be_bytes()),
        Some(&one.body),
        Some(&seq.get().to_be_bytes()),
    ])
}
