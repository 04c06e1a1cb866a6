// SPDX-License-Identifier: GPL-3.0-or-later
//! How fast one line is called: usually at each hour, as earlier days taught, and today against that.
//!
//! A pace is calls per desk and hour while somebody waits and no desk is free. Where nobody knows the
//! desks, the whole line counts as one.

use alloc::vec;
use alloc::vec::Vec;

use super::constants::Constants;
use super::learnt::{Habit, SLICE_MIN, SLICES, Slice};
use crate::time::Timestamp;

/// Calls are summed in millionths, so that old ones can fade.
const CALL: u64 = 1_000_000;
const SLICE_S: f64 = SLICE_MIN as f64 * 60.0;

/// The usual pace of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Usual {
    /// Millionths of a call per desk and second, by slice of the day.
    pace: Vec<u64>,
    /// Hundredths of desks that are usually open, by slice; 0 where that is not known.
    desks: Vec<u64>,
    /// How many calls it was learnt from.
    pub(super) calls: u32,
}

impl Usual {
    /// From `habit`, where what the office does at large stands in for what was not observed.
    pub(super) fn new(habit: Option<&Habit>, office_pace: f64, constants: &Constants) -> Self {
        let whole = habit.map(Habit::whole).unwrap_or_default();
        let office_weight = f64::from(constants.service_weight);
        let base = shrunk(whole, office_pace, office_weight);
        let slices = 0..u8::try_from(SLICES).unwrap_or(0);
        let slice = |place: u8| habit.and_then(|habit| habit.slices.get(&place)).copied();
        let pace_at = |place| {
            let slice = slice(place).unwrap_or_default();
            let pace = shrunk(slice, base, f64::from(constants.hour_weight)) * CALL as f64;
            // No line stands still for ever, nor is it called more than once a second.
            pace.clamp(1.0, CALL as f64) as u64
        };
        let desks_at = |place| {
            let slice = slice(place).unwrap_or_default();
            (slice.desk_s * 100).checked_div(slice.busy_s).unwrap_or(0)
        };
        Self {
            pace: slices.clone().map(pace_at).collect(),
            desks: slices.map(desks_at).collect(),
            calls: u32::try_from(whole.calls / 100).unwrap_or(u32::MAX),
        }
    }

    /// Calls to be expected of one desk from `from_s` to `to_s`, seconds of the day, in millionths.
    fn expected(&self, from_s: f64, to_s: f64) -> u64 {
        let mut sum = 0.0;
        let to_s = to_s.min(from_s + SLICES as f64 * SLICE_S);
        let mut at = from_s;
        while at < to_s {
            let place = slice_at(at);
            let end = slice_end(at).min(to_s);
            sum += (end - at) * self.pace[place] as f64;
            at = end;
        }
        sum as u64
    }

    /// Seconds until `calls` more people are called, from `at_s` of the day on, by `desks` desks now.
    fn seconds_for(&self, calls: f64, at_s: f64, desks: Option<u32>) -> f64 {
        const MOST_S: f64 = 24.0 * 3600.0;
        let here = self.desks[slice_at(at_s)];
        let desks_at = |place: usize| match desks {
            None => 1.0,
            // Who is there now stays, as far as it is usual for the hour.
            Some(desks) => f64::from(desks) * swing(self.desks[place], here),
        };
        let mut left = calls;
        let mut at = at_s;
        while at - at_s < MOST_S {
            let place = slice_at(at);
            let end = slice_end(at);
            let per_s = self.pace[place] as f64 / CALL as f64 * desks_at(place);
            if left <= per_s * (end - at) {
                return at - at_s + left / per_s;
            }
            left -= per_s * (end - at);
            at = end;
        }
        MOST_S
    }

    /// The desks that are usually open at `at_s` of the day, where that is known.
    pub(super) fn desks_at(&self, at_s: f64) -> Option<u32> {
        let desks = self.desks[slice_at(at_s)];
        (desks > 0).then(|| u32::try_from(desks.div_ceil(100)).unwrap_or(u32::MAX))
    }
}

/// How many desks there are then for each that there is now.
fn swing(then: u64, now: u64) -> f64 {
    if then == 0 || now == 0 {
        return 1.0;
    }
    (then as f64 / now as f64).clamp(0.25, 4.0)
}

fn shrunk(observed: Slice, prior: f64, weight: f64) -> f64 {
    let calls = observed.calls as f64 / 100.0;
    (calls + weight) / (observed.desk_s as f64 + weight / prior)
}

fn slice_at(second_of_day: f64) -> usize {
    let day = SLICES as f64 * SLICE_S;
    let within = second_of_day - libm::floor(second_of_day / day) * day;
    // Within a day, so a place below SLICES but for the rounding at its very end.
    ((within / SLICE_S) as usize).min(SLICES - 1)
}

fn slice_end(at: f64) -> f64 {
    let within = at - libm::floor(at / SLICE_S) * SLICE_S;
    at + (SLICE_S - within).max(1.0)
}

/// The day that is computed in, and what the computation is shaped by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    /// When the local day began.
    pub(super) midnight: Timestamp,
    pub(super) constants: &'a Constants,
}

impl Frame<'_> {
    /// Seconds of the local day; negative before it.
    fn second(&self, at: Timestamp) -> f64 {
        at.ms_since(self.midnight) as f64 / 1000.0
    }
}

/// One line today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) usual: Usual,
    /// Today's slices.
    today: Vec<Slice>,
    /// Since when somebody waits while no desk is free.
    busy_since: Option<Timestamp>,
    /// Until when the sums below are right.
    told_at: Timestamp,
    sums: Sums,
    /// How many open desks there were when last asked; one where nobody knows.
    desks: u32,
}

/// Today's calls, and those that the usual pace would have given, in millionths; old ones fade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sums {
    called: u64,
    expected: u64,
}

impl Line {
    pub(super) fn new(usual: Usual, at: Timestamp) -> Self {
        Self {
            usual,
            today: vec![Slice::default(); SLICES],
            busy_since: None,
            told_at: at,
            sums: Sums::default(),
            desks: 1,
        }
    }

    /// From when on the time until `at` has not been added up, if the line is busy.
    fn untold(&self) -> Option<Timestamp> {
        self.busy_since.map(|since| since.max(self.told_at))
    }

    /// The sums as they are at `at`.
    fn sums_at(&self, at: Timestamp, frame: Frame<'_>) -> Sums {
        let passed_ms = at.ms_since(self.told_at).max(0) as f64;
        let memory_ms = f64::from(frame.constants.memory_min.max(1)) * 60_000.0;
        let kept = libm::exp(-passed_ms / memory_ms);
        let fade = |sum: u64| libm::round(sum as f64 * kept) as u64;
        let fresh = self.untold().map_or(0, |from| {
            let usual = &self.usual;
            usual.expected(frame.second(from), frame.second(at)) * u64::from(self.desks)
        });
        Sums {
            called: fade(self.sums.called),
            expected: fade(self.sums.expected).saturating_add(fresh),
        }
    }

    fn tell(&mut self, at: Timestamp, frame: Frame<'_>) {
        self.sums = self.sums_at(at, frame);
        if let Some(from) = self.untold() {
            spread(
                &mut self.today,
                frame.second(from),
                frame.second(at),
                self.desks,
            );
        }
        self.told_at = self.told_at.max(at);
    }

    /// Somebody joined the line; `free` of the desks serve nobody, and `desks` are open, if that changed.
    pub(super) fn joined(
        &mut self,
        at: Timestamp,
        desks: Option<u32>,
        free: Option<u32>,
        frame: Frame<'_>,
    ) {
        self.tell(at, frame);
        self.desks = desks.unwrap_or(self.desks).min(DESKS_MOST);
        if self.busy_since.is_none() && free.unwrap_or(0) == 0 && self.desks > 0 {
            self.busy_since = Some(at);
        }
    }

    /// Somebody was called, and `waits` wait on.
    pub(super) fn called(&mut self, at: Timestamp, waits: u32, frame: Frame<'_>) {
        self.tell(at, frame);
        if self.busy_since.is_some() {
            self.sums.called = self.sums.called.saturating_add(CALL);
            self.today[slice_at(frame.second(at))].calls += 100;
        }
        self.busy_since = (waits > 0).then_some(at);
    }

    /// Somebody left without a call, and `waits` wait on.
    pub(super) fn thinned(&mut self, at: Timestamp, waits: u32, frame: Frame<'_>) {
        self.tell(at, frame);
        if waits == 0 {
            self.busy_since = None;
        }
    }

    /// Today's slices, for the habit.
    pub(super) fn slices(&self) -> impl Iterator<Item = (u8, Slice)> {
        (0u8..).zip(self.today.iter().copied())
    }

    /// Seconds until somebody is called who has `people` (a fraction is allowed) before him; the usual pace
    /// weighs as much as `usual_weight` calls of today.
    pub(super) fn seconds(
        &self,
        people: f64,
        at: Timestamp,
        desks: Option<u32>,
        usual_weight: f64,
        frame: Frame<'_>,
    ) -> f64 {
        let sums = self.sums_at(at, frame);
        let weight = usual_weight.max(0.1) * CALL as f64;
        let speed = (sums.called as f64 + weight) / (sums.expected as f64 + weight);
        let usual = &self.usual;
        usual.seconds_for(people / speed, frame.second(at), desks)
    }

    /// The desks that are usually open at this hour, where that is known.
    pub(super) fn usual_desks(&self, at: Timestamp, frame: Frame<'_>) -> Option<u32> {
        self.usual.desks_at(frame.second(at))
    }
}

/// More desks than any office has.
const DESKS_MOST: u32 = 10_000;

/// Adds the time between two seconds of the day to the slices it falls in; of more than a day, the first day.
fn spread(slices: &mut [Slice], from_s: f64, to_s: f64, desks: u32) {
    let mut at = from_s;
    let to_s = to_s.min(from_s + SLICES as f64 * SLICE_S);
    while at < to_s {
        let place = slice_at(at);
        let end = slice_end(at).min(to_s);
        let busy_s = (libm::round(end) - libm::round(at)).max(0.0) as u64;
        slices[place].add(Slice {
            calls: 0,
            busy_s,
            desk_s: busy_s * u64::from(desks),
        });
        at = end;
    }
}
