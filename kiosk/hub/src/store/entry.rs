// SPDX-License-Identifier: GPL-3.0-or-later
//! Events in the file: appended with the chain, and read back only where they fit it.

use rusqlite::{Connection, Row, Transaction, params};
use torn_queue::Seq;

use super::StoreError;
use super::chain::Chain;
use super::error::damage;

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

/// A place in the log: after the event `seq`, to where all events come down to `chain`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) seq: Seq,
    pub(super) chain: Chain,
}

impl Place {
    /// The place before the first event of the log that was made under `uuid`.
    pub(super) fn start(uuid: &str) -> Self {
        Self {
            seq: Seq::default(),
            chain: Chain::before_the_first(uuid),
        }
    }

    /// The place after the event `seq`, as the file tells it.
    pub(super) fn after(db: &Connection, seq: Seq, uuid: &str) -> Result<Self, StoreError> {
        if seq == Seq::default() {
            return Ok(Self::start(uuid));
        }
        let mut read = db
            .prepare_cached("SELECT chain FROM event WHERE seq = ?1")
            .map_err(StoreError::doing("reading the log"))?;
        let chain = read
            .query_row([seq.get()], |row| row.get(0))
            .map_err(|error| unreadable(seq, error))?;
        Ok(Self { seq, chain })
    }

    /// The place after the event `seq` in a file without checksums.
    pub(super) fn unchained(seq: Seq) -> Self {
        Self {
            seq,
            chain: Chain::NONE,
        }
    }

    /// Goes over one event.
    pub(super) fn pass(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let expected = self.seq.next();
        if entry.seq != expected {
            return Err(StoreError::Damaged {
                seq: expected,
                what: format!("it is not there, {} comes next", entry.seq),
            });
        }
        self.seq = expected;
        self.chain = self.chain.with(entry);
        Ok(())
    }
}

/// Appends `entries` after `place`, and returns the place after them.
pub(super) fn append(
    step: &Transaction<'_>,
    mut place: Place,
    entries: &[Entry],
) -> Result<Place, StoreError> {
    let doing = StoreError::doing("writing to the log");
    let mut put = step
        .prepare_cached(
            "INSERT INTO event (seq, at_ms, kind, data, chain) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .map_err(&doing)?;
    for one in entries {
        place.pass(one)?;
        let (seq, chain) = (one.seq.get(), place.chain);
        put.execute(params![seq, one.at_ms, one.kind, one.data, chain])
            .map_err(&doing)?;
    }
    Ok(place)
}

/// Which events are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// The last one.
    pub(super) until: Seq,
    /// How many at most.
    pub(super) limit: u32,
}

/// Gives `each` the events after `place` and moves it on, as long as they fit the chain. In a file of a format that
/// is not `chained` only their places are held against each other.
///
/// # Errors
/// [`StoreError::Damaged`] at the first that does not fit, can't be read or is not there; what `each` got before
/// is whole.
pub(super) fn walk(
    db: &Connection,
    chained: bool,
    place: &mut Place,
    span: Span,
    mut each: impl FnMut(Entry) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let doing = StoreError::doing("reading the log");
    let mut read = db.prepare_cached(sql(chained)).map_err(&doing)?;
    let mut rows = read
        .query((place.seq.get(), span.until.get(), span.limit))
        .map_err(&doing)?;
    for _ in 0..span.limit {
        if place.seq >= span.until {
            break;
        }
        let seq = place.seq.next();
        let unreadable = |error| unreadable(seq, error);
        let row = rows.next().map_err(unreadable)?;
        let row = row.ok_or_else(|| missing(seq))?;
        let entry = entry(row).map_err(unreadable)?;
        let mut next = *place;
        next.pass(&entry)?;
        if chained && row.get::<_, Chain>(4).map_err(unreadable)? != next.chain {
            return Err(StoreError::Damaged {
                seq,
                what: "its checksum does not fit".to_owned(),
            });
        }
        *place = next;
        each(entry)?;
    }
    Ok(())
}

fn sql(chained: bool) -> &'static str {
    match chained {
        true => {
            "SELECT seq, at_ms, kind, data, chain FROM event \
             WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3"
        }
        false => {
            "SELECT seq, at_ms, kind, data FROM event \
             WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3"
        }
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        seq: Seq::new(row.get(0)?),
        at_ms: row.get(1)?,
        kind: row.get(2)?,
        data: row.get(3)?,
    })
}

/// The newest event of the file.
pub(super) fn newest(db: &Connection) -> Result<Seq, StoreError> {
    db.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| {
        row.get(0).map(Seq::new)
    })
    .map_err(StoreError::doing("reading the log"))
}

fn missing(seq: Seq) -> StoreError {
    StoreError::Damaged {
        seq,
        what: "it is not there".to_owned(),
    }
}

/// What it means that the event `seq` could not be read.
fn unreadable(seq: Seq, error: rusqlite::Error) -> StoreError {
    match damage(&error) {
        Some(what) => StoreError::Damaged { seq, what },
        None => StoreError::doing("reading the log")(error),
    }
}
