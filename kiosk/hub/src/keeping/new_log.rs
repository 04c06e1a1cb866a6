// SPDX-License-Identifier: GPL-3.0-or-later
//! Another log in place of one that a wrong clock sent into the future.
//!
//! An event's time never goes back, so such a log would stay in its future until the future comes. It is put aside,
//! nothing of it is deleted, and the new one takes over what holds on the true day: the office, the special days, the
//! notice, what was learnt of waits, and the highest numbers, since those are on people's slips.

use std::path::PathBuf;

use jiff::civil::Date;
use rusqlite::{Connection, OpenFlags};
use torn_queue::{Event, Fact, LogId, Now, Office, Seq, State, TicketNumber, Timestamp};

use super::numbers::Highest;
use super::place::Place;
use super::successor::{self, Making};
use super::{KeepingError, copy};
use crate::store::{self, History};

/// The log may be ahead of the clock by so many milliseconds before that is the future: clocks are set by seconds.
const AHEAD_MS: i64 = 60_000;

/// Events that are read at once.
const BATCH: u32 = 5_000;

/// What was done.
#[derive(Debug)]
pub(super) struct Begun {
    /// What the log that was there is called now.
    pub(super) aside: Option<PathBuf>,
    /// Its last event.
    pub(super) last: (Seq, Timestamp),
    /// The day of the new log.
    pub(super) day: Date,
    /// After these numbers it goes on.
    pub(super) numbers: Vec<TicketNumber>,
    /// How many waited in the log that was put aside.
    pub(super) waiting: usize,
}

/// Puts the log aside and begins another at `now`.
pub(super) fn begin(
    place: &Place,
    now: Timestamp,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Begun, KeepingError> {
    place.must_exist()?;
    // Given up again for the check, which reads what lies ahead of the log only where no hub runs.
    drop(place.lock()?);
    let checked = store::check(place.store(), &mut *progress)?;
    let _sole = place.lock()?;
    let last_at = Timestamp::from_unix_ms(checked.last_at_ms);
    if last_at.ms_since(now) <= AHEAD_MS {
        return Err(KeepingError::NotAhead { last: last_at, now });
    }
    let past = Past::read(place, checked.last_seq, now)?;
    let numbers = past.highest.numbers();
    let id = successor::new_id()?;
    let stage = place.stage()?;
    let fresh = stage.file("torn.db");
    let mut making = Making::begin(&fresh, &id)?;
    let events = past.begun(&id, now, &numbers)?;
    let day = successor::fold(&events).day().unwrap_or_default();
    making.write(&events, &[], &[])?;
    making.end()?;
    copy::settle(place.store())?;
    let last_day = past.newest.day().unwrap_or_default();
    let aside = place.replace(&fresh, &format!("put-aside-{last_day}"))?;
    // No day ends in it any more, so nothing else would remove them.
    aside.as_deref().map_or(Ok(()), copy::forget_bookings)?;
    Ok(Begun {
        aside,
        last: (checked.last_seq, last_at),
        day,
        numbers,
        waiting: past.newest.waiting_len(),
    })
}

/// What the log says of the true day and of those after it.
struct Past {
    /// The last day that is not in the future, at its end; empty when there is none.
    sane: State,
    /// The last day of all.
    newest: State,
    /// The numbers of the true day, and of every day after it: all of those are on slips of today.
    highest: Highest,
}

impl Past {
    fn read(place: &Place, until: Seq, now: Timestamp) -> Result<Self, KeepingError> {
        let days = days(place)?;
        let newest = days
            .last()
            .ok_or_else(|| KeepingError::Empty(place.store().to_owned()))?;
        let today = now.day_in(&successor::zone(&newest.office)?);
        let sane = days.iter().rfind(|one| one.day <= today);
        let begins = sane.or(days.first()).map_or(Seq::default(), |one| one.seq);
        let history = History::open(place.store())?;
        let mut past = Self {
            sane: State::default(),
            newest: State::default(),
            highest: Highest::default(),
        };
        let mut after = Seq::new(begins.get().saturating_sub(1));
        loop {
            let entries = history.after(after, until, BATCH)?;
            let Some(last) = entries.last() else {
                return Ok(past);
            };
            after = last.seq;
            for entry in &entries {
                past.note(&successor::event(entry)?, today);
            }
        }
    }

    fn note(&mut self, event: &Event, today: Date) {
        self.newest.apply(event);
        if self.newest.day() <= Some(today) {
            self.sane.apply(event);
        }
        if self.newest.day() >= Some(today) {
            self.highest.note_fact(&event.fact);
        }
    }

    /// The first events of the new log.
    fn begun(
        &self,
        log: &LogId,
        now: Timestamp,
        numbers: &[TicketNumber],
    ) -> Result<Vec<Event>, KeepingError> {
        let Some(office) = self.newest.office() else {
            return Ok(Vec::new());
        };
        let zone = successor::zone(office)?;
        let now = Now {
            at: now,
            zone: &zone,
        };
        let state = self.day_before(log, office, now);
        Ok(successor::begun(
            &state,
            log,
            office,
            now,
            Seq::default(),
            numbers,
        ))
    }

    /// What the last day that is not in the future leaves to the next, as if that were today: who waited then was
    /// counted as left when the log went on without them.
    fn day_before(&self, log: &LogId, office: &Office, now: Now<'_>) -> State {
        let began = Event {
            seq: Seq::default(),
            at: now.at,
            by: torn_queue::Actor::local(),
            fact: Fact::DayBegan {
                log: log.clone(),
                day: now.day().yesterday().unwrap_or(Date::MIN),
                office: Box::new(office.clone()),
                left: 0,
                ended: 0,
                midnight_at: None,
                special_days: self.sane.special_days().to_vec(),
                notice: self.sane.notice(now.at).cloned(),
                learnt: self.sane.waits().learnt(),
                numbers: Vec::new(),
            },
        };
        successor::fold(&[began])
    }
}

/// The beginning of a day.
struct Began {
    seq: Seq,
    day: Date,
    office: Office,
}

/// The days of the log, in its order: one event each, found by an index.
fn days(place: &Place) -> Result<Vec<Began>, KeepingError> {
    let failed = KeepingError::copy("read", place.store());
    let db = Connection::open_with_flags(place.store(), OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(&failed)?;
    let mut read = db
        .prepare("SELECT seq, data FROM event WHERE kind = 'day-began' ORDER BY seq")
        .map_err(&failed)?;
    let rows = read
        .query_map([], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?))
        })
        .map_err(&failed)?;
    let mut days = Vec::new();
    for row in rows {
        let (seq, data) = row.map_err(&failed)?;
        let seq = Seq::new(seq);
        let event: Event =
            serde_json::from_str(&data).map_err(|source| KeepingError::Event { seq, source })?;
        if let Fact::DayBegan { day, office, .. } = event.fact {
            days.push(Began {
                seq,
                day,
                office: *office,
            });
        }
    }
    Ok(days)
}
