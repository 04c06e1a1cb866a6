// SPDX-License-Identifier: GPL-3.0-or-later
//! How long people wait: a range learnt from what was observed, which declines when it does not know.
//!
//! It sees tickets issued, called and gone, and what earlier days taught; it knows neither desks nor order
//! beyond what it is asked with. What is kept is integers, so that a fold is the same everywhere.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::Wait;
use crate::ids::ServiceId;
use crate::time::Timestamp;

/// One visit: in the state the seq of its `ticket-issued`, in a recorded queue its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit(pub u64);

/// What was observed today, with what earlier days taught.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waits {
    day: Date,
    learnt: Learnt,
    issued: BTreeMap<Visit, Timestamp>,
    serving: BTreeMap<Visit, (ServiceId, Timestamp)>,
    calls: BTreeMap<ServiceId, Vec<Timestamp>>,
    visits: BTreeMap<ServiceId, (u32, u64)>,
}

/// What a day leaves to the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Learnt {}

/// One question: how long would somebody wait who stands so in the line.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What for.
    pub service: &'a ServiceId,
    /// The services that are called from the same line, by desks that take `service`; itself included.
    pub rivals: &'a [&'a ServiceId],
    /// How many would be called before it, by the actual rule.
    pub ahead: u32,
    /// The booked hours, of rivals, of people who have not checked in yet: today, from now on, ascending.
    pub coming: &'a [Timestamp],
    /// How many open desks take it; `None` where nobody knows.
    pub desks: Option<u32>,
    /// How many of those serve nobody.
    pub free: Option<u32>,
    /// From when on it may be called: now, or its booked hour.
    pub due_at: Timestamp,
    /// The instant of the question.
    pub now: Timestamp,
    /// The minute of the local day that is, 0–1439.
    pub minute: u16,
}

/// A wait in seconds from the instant of the question until the call; `low_s <= mid_s <= high_s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// One in five waits less.
    pub low_s: u32,
    /// About half wait less.
    pub mid_s: u32,
    /// One in five waits longer.
    pub high_s: u32,
}

impl Estimate {
    /// What people are told: whole minutes, rounded outwards to steps that grow with the wait.
    #[must_use]
    pub fn shown(self) -> Wait {
        let step = |minutes: u32| match minutes {
            0..10 => 5,
            10..60 => 10,
            _ => 15,
        };
        let low = self.low_s / 60;
        let high = self.high_s.div_ceil(60);
        Wait {
            low_min: low - low % step(low),
            high_min: high.next_multiple_of(step(high)).max(5),
        }
    }
}

/// How many of the last calls the pace is taken from.
const PACE_CALLS: usize = 8;

impl Waits {
    /// A day of which nothing was observed yet.
    #[must_use]
    pub fn begin_day(day: Date, learnt: Learnt) -> Self {
        Self {
            day,
            learnt,
            ..Self::default()
        }
    }

    /// What is known at the end of this day, for the next one.
    #[must_use]
    pub fn learnt(&self) -> Learnt {
        self.learnt.clone()
    }

    /// Somebody joins the line.
    pub fn issued(&mut self, visit: Visit, asked: &Asked<'_>) {
        self.issued.insert(visit, asked.now);
    }

    /// Somebody is called, for the first time, for `service`.
    pub fn called(&mut self, visit: Visit, at: Timestamp, service: &ServiceId) {
        self.issued.remove(&visit);
        self.serving.insert(visit, (service.clone(), at));
        self.calls.entry(service.clone()).or_default().push(at);
    }

    /// Somebody was served.
    pub fn finished(&mut self, visit: Visit, at: Timestamp) {
        if let Some((service, since)) = self.serving.remove(&visit) {
            let (count, seconds) = self.visits.entry(service).or_default();
            *count += 1;
            *seconds += u64::try_from(at.ms_since(since) / 1000).unwrap_or(0);
        }
    }

    /// Somebody did not come to the call.
    pub fn no_show(&mut self, visit: Visit, _at: Timestamp) {
        self.serving.remove(&visit);
    }

    /// Somebody is never to be called.
    pub fn left(&mut self, visit: Visit, _at: Timestamp) {
        self.issued.remove(&visit);
        self.serving.remove(&visit);
    }

    /// How many seconds a visit for `service` takes at its desk: what was observed, shrunk to `guess_min`.
    #[must_use]
    pub fn service_minutes(&self, service: &ServiceId, guess_min: u32) -> u32 {
        const GUESS_WEIGHT: u64 = 10;
        let (count, seconds) = self.visits.get(service).copied().unwrap_or_default();
        let all = seconds + GUESS_WEIGHT * 60 * u64::from(guess_min);
        u32::try_from(all / (u64::from(count) + GUESS_WEIGHT)).unwrap_or(u32::MAX)
    }

    /// How long somebody who stands so would wait; `None` when that can't be told.
    #[must_use]
    pub fn estimate(&self, asked: &Asked<'_>) -> Option<Estimate> {
        let mut calls: Vec<Timestamp> = asked
            .rivals
            .iter()
            .filter_map(|id| self.calls.get(*id))
            .flat_map(|calls| calls.iter().rev().take(PACE_CALLS).copied())
            .collect();
        calls.sort_unstable();
        let recent = &calls[calls.len().saturating_sub(PACE_CALLS)..];
        let first = *recent.first().filter(|_| recent.len() >= 3)?;
        let gap_ms = asked.now.ms_since(first).max(0) / i64::try_from(recent.len()).ok()?;
        let until_due = asked.due_at.ms_since(asked.now).max(0);
        let mid_ms = gap_ms.saturating_mul(i64::from(asked.ahead)).max(until_due);
        let mid_s = u32::try_from(mid_ms / 1000).unwrap_or(u32::MAX);
        Some(Estimate {
            low_s: mid_s / 2,
            mid_s,
            high_s: mid_s.saturating_mul(2).saturating_add(300),
        })
    }
}
