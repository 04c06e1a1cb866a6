// SPDX-License-Identifier: GPL-3.0-or-later
//! The whole file held against its checksums, only reading: before a backup counts as one, and for whoever wonders.

use std::fs::File;
use std::path::Path;

use torn_queue::Seq;

use super::entry::{self, Place, Span};
use super::log::structure;
use super::{StoreError, ahead, answer, booking, own, reading, schema};

/// Events between two words of progress.
const SAID_EVERY: u64 = 10_000;

/// A log that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The UUID that was made with it.
    pub uuid: String,
    /// How many events it has.
    pub events: u64,
    /// The newest of them; 0 where there is none.
    pub last_seq: Seq,
    /// When that was, in milliseconds since 1970.
    pub last_at_ms: i64,
    /// The file's format.
    pub format: i32,
}

/// Reads the whole log at `path` and holds it against its checksums, also while a hub writes it: what was in it when
/// this began. `progress` is told the seq it is at, and the last one. A file of a format without checksums is
/// held against what its events say of themselves.
///
/// # Errors
/// [`StoreError::Damaged`], by the seq of the first damaged event; [`StoreError::DamagedFile`], when something else of it
/// is; any other [`StoreError`], when it can't be read.
pub fn check(path: &Path, mut progress: impl FnMut(u64, u64)) -> Result<Checked, StoreError> {
    let opening = StoreError::opening(path);
    check_ahead(path)?;
    let db = reading::untouched(path).map_err(&opening)?;
    // One view of the file, whatever is written meanwhile.
    db.execute_batch("BEGIN").map_err(&opening)?;
    let format = schema::format(&db, path)?;
    let uuid = schema::uuid(&db, format)?;
    let chained = format >= schema::CHAINED;
    let until = entry::newest(&db)?;
    let mut place = Place::start(&uuid);
    let (mut events, mut last_at_ms) = (0, 0);
    let span = Span {
        until,
        limit: u32::MAX,
    };
    entry::walk(&db, chained, &mut place, span, |one| {
        own::check(&one).map_err(|what| StoreError::Damaged { seq: one.seq, what })?;
        events += 1;
        last_at_ms = one.at_ms;
        if events % SAID_EVERY == 0 {
            progress(events, until.get());
        }
        Ok(())
    })?;
    let answers = answer::all(&db, chained)?;
    if answers.seq > until {
        return Err(StoreError::Damaged {
            seq: until.next(),
            what: format!(
                "it is not there, and an answer was given after {}",
                answers.seq
            ),
        });
    }
    if format >= schema::BOOKED {
        booking::all(&db, chained)?;
    }
    structure(&db, None)?;
    progress(until.get(), until.get());
    Ok(Checked {
        uuid,
        events,
        last_seq: until,
        last_at_ms,
        format,
    })
}

/// Looks through the write-ahead file, unless a hub has the log open: it looked itself, and is writing there now.
/// No lock is made where there is none: it would be root's.
fn check_ahead(path: &Path) -> Result<(), StoreError> {
    let nobody = match File::open(path.with_extension("lock")) {
        Ok(lock) => lock.try_lock_shared().is_ok(),
        // One that may not be opened may be a hub's.
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if nobody {
        ahead::check(path)?;
    }
    Ok(())
}
