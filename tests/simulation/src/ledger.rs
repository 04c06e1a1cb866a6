// SPDX-License-Identifier: GPL-3.0-or-later
//! The log as it became durable, read beside the hub, and what has to hold of it whatever happens.
//!
//! It has rules of its own, a few lines each, and not those that the hub asks: one mistake must not be on both
//! sides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use torn_hub::store::History;
use torn_queue::{DeskId, Event, Fact, Seq, State, TicketId};

use crate::trace::Trace;

/// Events that are read at once.
const READ: u32 = 512;

/// The durable log. Cheap to clone; the clones are one ledger.
#[derive(Clone)]
pub(crate) struct Ledger {
    inner: Arc<Mutex<Inner>>,
    trace: Trace,
}

#[derive(Default)]
struct Inner {
    events: Vec<(Event, Instant)>,
    state: State,
    rules: Rules,
    /// The words of each event, as `claims` has them, and how often they are there.
    told: BTreeMap<String, u32>,
    days: u32,
}

impl Ledger {
    pub(crate) fn new(trace: Trace) -> Self {
        Self {
            inner: Arc::default(),
            trace,
        }
    }

    /// Reads what became durable since. `False`: something is wrong with it.
    pub(crate) fn read(&self, history: &History) -> bool {
        loop {
            let last = self.last();
            let entries = match history.after(last, Seq::new(i64::MAX as u64), READ) {
                Ok(entries) => entries,
                Err(error) => return self.fault(&format!("the log can't be read: {error}")),
            };
            if entries.is_empty() {
                return true;
            }
            for entry in entries {
                match serde_json::from_str::<Event>(&entry.data) {
                    Ok(event) if event.seq == entry.seq => {
                        if !self.take(event) {
                            return false;
                        }
                    }
                    _ => return self.fault(&format!("event {} is not what it says", entry.seq)),
                }
            }
        }
    }

    /// Holds a log that was opened again against what was durable before: nothing of it may be missing or
    /// changed. What is there beyond it was written and told nobody.
    pub(crate) fn read_again(&self, history: &History) -> bool {
        let known: Vec<Event> = self
            .inner()
            .events
            .iter()
            .map(|one| one.0.clone())
            .collect();
        let mut at = 0;
        while at < known.len() {
            let after = Seq::new(at as u64);
            let entries = match history.after(after, Seq::new(known.len() as u64), READ) {
                Ok(entries) if !entries.is_empty() => entries,
                Ok(_) => return self.fault(&format!("what follows event {after} is lost")),
                Err(error) => return self.fault(&format!("the log can't be read again: {error}")),
            };
            for entry in entries {
                let now: Option<Event> = serde_json::from_str(&entry.data).ok();
                if now.as_ref() != known.get(at) {
                    return self.fault(&format!("event {} is another one now", entry.seq));
                }
                at += 1;
            }
        }
        self.read(history)
    }

    fn take(&self, event: Event) -> bool {
        self.trace.note(
            "log",
            &format!("{} {}", event.seq, words(&event).unwrap_or_default()),
        );
        let mut inner = self.inner();
        let before = inner.events.last().map(|one| (one.0.seq, one.0.at));
        let (seq, at) = before.unwrap_or_default();
        let broken = if event.seq != seq.next() {
            Some(format!("event {} follows event {seq}", event.seq))
        } else if event.at < at {
            Some(format!(
                "event {} is earlier than the one before",
                event.seq
            ))
        } else {
            inner.rules.broken_by(&event)
        };
        if let Some(why) = broken {
            drop(inner);
            return self.fault(&why);
        }
        inner.state.apply(&event);
        inner.days += u32::from(matches!(event.fact, Fact::DayBegan { .. }));
        for told in claims_of(&event) {
            *inner.told.entry(told).or_default() += 1;
        }
        inner.events.push((event, Instant::now()));
        true
    }

    /// The last event that is durable; zero before the first.
    pub(crate) fn last(&self) -> Seq {
        self.inner()
            .events
            .last()
            .map_or(Seq::new(0), |one| one.0.seq)
    }

    /// How many days have begun.
    pub(crate) fn days(&self) -> u32 {
        self.inner().days
    }

    /// How often what these words say is in the log.
    pub(crate) fn told(&self, claim: &str) -> u32 {
        self.inner().told.get(claim).copied().unwrap_or(0)
    }

    /// Whether this is the event at its place.
    pub(crate) fn holds(&self, event: &Event) -> bool {
        let place = usize::try_from(event.seq.get()).unwrap_or(usize::MAX);
        let inner = self.inner();
        let there = place
            .checked_sub(1)
            .and_then(|place| inner.events.get(place));
        there.is_some_and(|one| one.0 == *event)
    }

    /// The events after this one.
    pub(crate) fn since(&self, seq: Seq) -> Vec<Event> {
        let place = usize::try_from(seq.get()).unwrap_or(usize::MAX);
        let inner = self.inner();
        let after = inner.events.get(place..).unwrap_or_default();
        after.iter().map(|one| one.0.clone()).collect()
    }

    /// When the event after this one became durable, if there is one.
    pub(crate) fn when_after(&self, seq: Seq) -> Option<Instant> {
        let place = usize::try_from(seq.get()).ok()?;
        self.inner().events.get(place).map(|one| one.1)
    }

    /// Looks at the state that the whole log folds to.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.inner().state)
    }

    fn fault(&self, what: &str) -> bool {
        self.trace.fault(what);
        false
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who is where, as the log tells it: what has to hold of a queue in the fewest words.
#[derive(Default)]
struct Rules {
    day: Option<String>,
    /// Where everyone is.
    tickets: BTreeMap<TicketId, Place>,
    /// Whom each desk serves.
    serves: BTreeMap<DeskId, TicketId>,
    /// Who was restored: once is all there is.
    restored: BTreeSet<TicketId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Waits,
    Called,
    Parked,
    Missed,
    Gone,
}

impl Rules {
    /// What is wrong with this event after those before.
    fn broken_by(&mut self, event: &Event) -> Option<String> {
        let seq = event.seq;
        match &event.fact {
            Fact::DayBegan { day, .. } => {
                let day = day.to_string();
                if self.day.as_ref().is_some_and(|before| *before >= day) {
                    return Some(format!("event {seq} goes back to the day {day}"));
                }
                *self = Self {
                    day: Some(day),
                    ..Self::default()
                };
                None
            }
            Fact::TicketIssued { ticket, .. } => {
                let before = self.tickets.insert(*ticket, Place::Waits);
                before.map(|_| format!("event {seq} gives out {ticket}, which was given out"))
            }
            Fact::TicketCalled { ticket, desk, .. } => self.comes(seq, *ticket, desk, Place::Waits),
            Fact::TicketResumed { ticket, desk, .. } => {
                self.comes(seq, *ticket, desk, Place::Parked)
            }
            Fact::TicketFinished { ticket, desk, .. } => self.goes(seq, *ticket, desk, Place::Gone),
            Fact::TicketNoShow { ticket, desk, .. } => self.goes(seq, *ticket, desk, Place::Missed),
            Fact::TicketParked { ticket, desk, .. } => self.goes(seq, *ticket, desk, Place::Parked),
            Fact::TicketTransferred { ticket, desk, .. } => {
                self.goes(seq, *ticket, desk, Place::Waits)
            }
            Fact::TicketCancelled { ticket, .. } => {
                let before = self.tickets.insert(*ticket, Place::Gone);
                let could = matches!(before, Some(Place::Waits | Place::Parked));
                (!could).then(|| format!("event {seq} cancels {ticket}, which is {before:?}"))
            }
            Fact::TicketRestored { ticket, .. } => {
                let before = self.tickets.insert(*ticket, Place::Waits);
                let once = self.restored.insert(*ticket);
                let could = before == Some(Place::Missed) && once;
                (!could).then(|| format!("event {seq} restores {ticket}, which is {before:?}"))
            }
            _ => None,
        }
    }

    fn comes(&mut self, seq: Seq, ticket: TicketId, desk: &DeskId, from: Place) -> Option<String> {
        let before = self.tickets.insert(ticket, Place::Called);
        if before != Some(from) {
            return Some(format!("event {seq} calls {ticket}, which is {before:?}"));
        }
        let served = self.serves.insert(desk.clone(), ticket)?;
        Some(format!(
            "event {seq} calls {ticket} to desk {desk}, which serves {served}"
        ))
    }

    fn goes(&mut self, seq: Seq, ticket: TicketId, desk: &DeskId, to: Place) -> Option<String> {
        let before = self.tickets.insert(ticket, to);
        let served = self.serves.remove(desk);
        let right = before == Some(Place::Called) && served == Some(ticket);
        (!right).then(|| {
            format!("event {seq} ends {ticket} at desk {desk}, which serves {served:?}; it is {before:?}")
        })
    }
}

/// What an event says, as one line.
fn words(event: &Event) -> Option<String> {
    let mut claims = claims_of(event);
    claims.truncate(1);
    claims.pop().or_else(|| Some(event.fact.kind().to_owned()))
}

/// The words by which an event is counted: exactly what it is, and what kind it is of, and where.
fn claims_of(event: &Event) -> Vec<String> {
    let kind = event.fact.kind();
    match &event.fact {
        Fact::TicketIssued { ticket, .. } => vec![format!("{kind} {ticket}"), kind.to_owned()],
        Fact::TicketCalled { ticket, desk, .. } => vec![
            format!("{kind} {ticket} at {desk} {}", event.at),
            format!("{kind} at {desk}"),
        ],
        Fact::TicketResumed { ticket, desk, .. } => vec![
            format!("{kind} {ticket} at {desk} {}", event.at),
            format!("{kind} at {desk}"),
        ],
        Fact::TicketRecalled { desk, .. }
        | Fact::TicketFinished { desk, .. }
        | Fact::TicketNoShow { desk, .. }
        | Fact::TicketParked { desk, .. }
        | Fact::TicketTransferred { desk, .. } => vec![format!("{kind} at {desk}")],
        Fact::TicketRestored { ticket, .. }
        | Fact::TicketCancelled { ticket, .. }
        | Fact::TicketPrinted { ticket, .. } => vec![format!("{kind} {ticket}")],
        Fact::DeviceReported { device, state, .. } => vec![format!("{kind} {device} {state}")],
        Fact::NoticeSet { text, .. } => {
            let words = text.iter().flat_map(|text| text.0.values());
            vec![format!(
                "{kind} {}",
                words.map(String::as_str).collect::<String>()
            )]
        }
        _ => Vec::new(),
    }
}
