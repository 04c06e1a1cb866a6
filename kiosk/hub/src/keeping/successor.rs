// SPDX-License-Identifier: GPL-3.0-or-later
//! A log that takes the place of another, under a UUID of its own.
//!
//! A log's UUID says which history its seqs are of. Where the history parts (a log ends and another begins, or events
//! after a backup are lost) a new one makes every follower begin afresh, so that a screen never joins two histories.

use std::path::Path;

use jiff::tz::TimeZone;
use torn_queue::{
    Actor, Command, Event, Fact, LogId, Now, Office, Seq, State, TicketNumber, Timestamp, decide,
};

use super::KeepingError;
use super::numbers::Highest;
use crate::store::{Answer, BookingRow, Entry, History, Log, Opened, Step};

/// Events that are written at once.
const BATCH: u32 = 5_000;

/// The kind of the event that carries the log's name.
const DAY_BEGAN: &str = "day-began";

/// What a log has of its last day, and what goes with it.
#[derive(Debug)]
pub(super) struct Last {
    pub(super) events: Vec<Event>,
    pub(super) state: State,
    pub(super) zone: TimeZone,
    pub(super) answers: Vec<Answer>,
    pub(super) bookings: Vec<BookingRow>,
}

impl Last {
    /// Reads it from a log that was just opened. `None`: the log has no events.
    pub(super) fn of(opened: &Opened) -> Result<Option<Self>, KeepingError> {
        let events: Vec<Event> = opened.today.iter().map(event).collect::<Result<_, _>>()?;
        let state = fold(&events);
        let Some(office) = state.office() else {
            return Ok(None);
        };
        let zone = zone(office)?;
        let mut answers = Vec::with_capacity(opened.keys.len());
        for known in &opened.keys {
            if let Some((status, body)) = opened.log.answer(known.row)? {
                answers.push(Answer {
                    day: known.day.clone(),
                    key: known.key.clone(),
                    digest: known.digest,
                    status,
                    body,
                });
            }
        }
        Ok(Some(Self {
            events,
            state,
            zone,
            answers,
            bookings: opened.bookings.clone(),
        }))
    }

    /// The highest numbers of the business day at `now`, as far as this log gave them out.
    pub(super) fn highest(&self, now: Timestamp) -> Highest {
        let mut highest = Highest::default();
        if self.state.day() >= Some(now.day_in(&self.zone)) {
            self.events
                .iter()
                .for_each(|one| highest.note_fact(&one.fact));
        }
        highest
    }

    /// The day at `now` in a log of its own: the last day with its line and its desks, when it is still that day, or
    /// else the next one, begun from it.
    pub(super) fn carried_on(&self, log: &LogId, now: Timestamp) -> Vec<Event> {
        let now = now.max(self.state.at());
        if self.state.day() < Some(now.day_in(&self.zone)) {
            return self.next_day(log, now, Seq::default(), &[]);
        }
        let mut seq = Seq::default();
        let renamed = self.events.iter().cloned().map(|mut event| {
            seq = seq.next();
            event.seq = seq;
            if let Fact::DayBegan { log: named, .. } = &mut event.fact {
                log.clone_into(named);
            }
            event
        });
        renamed.collect()
    }

    /// The beginning of the day at `now`, after the event `before`, as the hub would begin it.
    pub(super) fn next_day(
        &self,
        log: &LogId,
        now: Timestamp,
        before: Seq,
        numbers: &[TicketNumber],
    ) -> Vec<Event> {
        let Some(office) = self.state.office() else {
            return Vec::new();
        };
        let now = Now {
            at: now.max(self.state.at()),
            zone: &self.zone,
        };
        begun(&self.state, log, office, now, before, numbers)
    }
}

/// The office's time zone.
pub(super) fn zone(office: &Office) -> Result<TimeZone, KeepingError> {
    TimeZone::get(&office.time_zone).map_err(|source| KeepingError::Zone {
        name: office.time_zone.clone(),
        source,
    })
}

/// What these events fold to.
pub(super) fn fold(events: &[Event]) -> State {
    let mut state = State::default();
    events.iter().for_each(|one| state.apply(one));
    state
}

/// How the rules begin the day at `now` after `state`, which is of an earlier day.
pub(super) fn begun(
    state: &State,
    log: &LogId,
    office: &Office,
    now: Now<'_>,
    before: Seq,
    given: &[TicketNumber],
) -> Vec<Event> {
    let command = Command::Configure {
        log: log.clone(),
        office: Box::new(office.clone()),
    };
    let mut facts = decide(state, &command, now).unwrap_or_default();
    if let Some(Fact::DayBegan { numbers, .. }) = facts.first_mut() {
        *numbers = given.to_vec();
    }
    let mut seq = before;
    let events = facts.into_iter().map(|fact| {
        seq = seq.next();
        Event {
            seq,
            at: now.at,
            by: Actor::local(),
            fact,
        }
    });
    events.collect()
}

/// An event as the log keeps it.
pub(super) fn event(entry: &Entry) -> Result<Event, KeepingError> {
    serde_json::from_str(&entry.data).map_err(|source| KeepingError::Event {
        seq: entry.seq,
        source,
    })
}

fn entry(event: &Event) -> Entry {
    Entry {
        seq: event.seq,
        at_ms: event.at.unix_ms(),
        kind: event.fact.kind().to_owned(),
        // The shapes of the queue can always be written.
        data: serde_json::to_string(event).unwrap_or_default(),
    }
}

/// A name for a log.
pub(super) fn new_id() -> Result<LogId, KeepingError> {
    let text = uuid::Uuid::new_v4().to_string();
    text.parse().map_err(|_| KeepingError::LogId(text.clone()))
}

/// A log that is being made where no hub looks.
#[derive(Debug)]
pub(super) struct Making {
    log: Log,
}

impl Making {
    /// Begins one at `path`, where nothing is.
    pub(super) fn begin(path: &Path, id: &LogId) -> Result<Self, KeepingError> {
        let opened = Log::open(path, id.as_str())?;
        Ok(Self { log: opened.log })
    }

    /// Writes events, and what goes with them.
    pub(super) fn write(
        &mut self,
        events: &[Event],
        answers: &[Answer],
        bookings: &[BookingRow],
    ) -> Result<(), KeepingError> {
        let entries: Vec<Entry> = events.iter().map(entry).collect();
        self.commit(&entries, answers, bookings)
    }

    /// Writes the events that `history` has up to `until`, with the name of this log, and the numbers that are not
    /// given out again in the beginning of the last day.
    pub(super) fn write_all(
        &mut self,
        history: &History,
        until: Seq,
        log: &LogId,
        last_day: (Seq, &[TicketNumber]),
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(), KeepingError> {
        let mut after = Seq::default();
        loop {
            let mut entries = history.after(after, until, BATCH)?;
            let Some(last) = entries.last() else {
                return Ok(());
            };
            after = last.seq;
            for one in entries.iter_mut().filter(|one| one.kind == DAY_BEGAN) {
                let numbers = if one.seq == last_day.0 {
                    last_day.1
                } else {
                    &[]
                };
                *one = renamed(one, log, numbers)?;
            }
            self.commit(&entries, &[], &[])?;
            progress(after.get(), until.get());
        }
    }

    fn commit(
        &mut self,
        entries: &[Entry],
        answers: &[Answer],
        bookings: &[BookingRow],
    ) -> Result<(), KeepingError> {
        self.log.commit(Step {
            entries,
            answers,
            bookings,
            ..Step::default()
        })?;
        Ok(())
    }

    /// Ends the making: the file alone is the whole log then.
    pub(super) fn end(self) -> Result<(), KeepingError> {
        let path = self.log.path().to_owned();
        self.log.truncate()?;
        drop(self.log);
        super::place::sync(&path)
    }
}

/// The beginning of a day under another log's name; numbers that it tells itself stay.
fn renamed(entry_of: &Entry, id: &LogId, more: &[TicketNumber]) -> Result<Entry, KeepingError> {
    let mut event = event(entry_of)?;
    if let Fact::DayBegan { log, numbers, .. } = &mut event.fact {
        id.clone_into(log);
        if !more.is_empty() {
            more.clone_into(numbers);
        }
    }
    Ok(entry(&event))
}
