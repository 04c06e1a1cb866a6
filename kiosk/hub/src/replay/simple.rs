// SPDX-License-Identifier: GPL-3.0-or-later
//! Four simple estimators of waits, to measure ours against: each sees the same tickets, and nothing later.

use std::collections::HashMap;

use jiff::civil::Date;
use torn_queue::Timestamp;

use super::play::Said;
use super::recorded::Row;

/// What the four are called, in the order of [`estimates`].
pub const NAMES: [&str; 4] = [
    "the wait of the last one called",
    "mean of the last five waits",
    "people ahead x observed gap",
    "the same x a learnt ratio",
];

/// How many of the last calls a gap is observed over.
const GAP_CALLS: usize = 10;
/// Where no two calls were seen yet, a gap in minutes.
const GAP_AT_FIRST: f64 = 5.0;
/// How many minutes of estimates the ratio of one weighs.
const RATIO_TRUST: f64 = 60.0;

/// A call of a service, in the order of time.
struct Called {
    at: Timestamp,
    issued_at: Timestamp,
    waited: f64,
    /// What people ahead times gap gave for it.
    by_gap: f64,
}

/// For each of `rows`, in minutes: the four estimates. Before the first call of a day, waits are estimated as none.
#[must_use]
pub fn estimates(rows: &[Row], said: &[Said]) -> Vec<[f64; 4]> {
    let mut estimates = vec![[0.0; 4]; rows.len()];
    let mut calls = calls(rows);
    let mut ratios: HashMap<&str, Ratio> = HashMap::new();
    // Days come one after the other, so a service's ratio grows over them in order.
    for (place, (row, said)) in rows.iter().zip(said).enumerate() {
        let Some(today) = calls.get_mut(&(row.service.as_str(), row.day)) else {
            continue;
        };
        let before = |call: &Called| {
            call.at < row.issued_at || (call.at == row.issued_at && call.issued_at < row.issued_at)
        };
        let known = today.calls.partition_point(before);
        let ratio = ratios.entry(&row.service).or_default();
        for call in &today.calls[today.learnt.min(known)..known] {
            ratio.note(call);
        }
        today.learnt = today.learnt.max(known);
        let known = &today.calls[..known];
        let by_gap = f64::from(said.ahead) * gap(known, row.issued_at);
        estimates[place] = [
            known.last().map_or(0.0, |call| call.waited),
            mean(&known[known.len().saturating_sub(5)..]),
            by_gap,
            by_gap * ratio.value(),
        ];
        if let Some(own) = today.by_place.get(&place) {
            today.calls[*own].by_gap = by_gap;
        }
    }
    estimates
}

/// The calls of a service on a day.
#[derive(Default)]
struct Day {
    calls: Vec<Called>,
    /// Which call belongs to which row.
    by_place: HashMap<usize, usize>,
    /// How many the ratio has learnt from.
    learnt: usize,
}

fn calls(rows: &[Row]) -> HashMap<(&str, Date), Day> {
    let mut places: Vec<(usize, Timestamp)> = rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| Some((place, row.called_at?)))
        .collect();
    places.sort_by_key(|(place, at)| (*at, *place));
    let mut days: HashMap<(&str, Date), Day> = HashMap::new();
    for (place, at) in places {
        let row = &rows[place];
        let day = days.entry((&row.service, row.day)).or_default();
        day.by_place.insert(place, day.calls.len());
        day.calls.push(Called {
            at,
            issued_at: row.issued_at,
            waited: minutes(at, row.issued_at),
            by_gap: 0.0,
        });
    }
    days
}

fn minutes(at: Timestamp, since: Timestamp) -> f64 {
    at.ms_since(since) as f64 / 60_000.0
}

fn mean(calls: &[Called]) -> f64 {
    let sum: f64 = calls.iter().map(|call| call.waited).sum();
    sum / (calls.len() as f64).max(1.0)
}

fn gap(known: &[Called], now: Timestamp) -> f64 {
    let recent = &known[known.len().saturating_sub(GAP_CALLS)..];
    match recent {
        [first, _, ..] => minutes(now, first.at) / recent.len() as f64,
        _ => GAP_AT_FIRST,
    }
}

/// How waits turned out against people ahead times gap, lately.
#[derive(Default)]
struct Ratio {
    waited: f64,
    by_gap: f64,
}

impl Ratio {
    fn note(&mut self, call: &Called) {
        const KEPT: f64 = 0.99;
        self.waited = self.waited * KEPT + call.waited;
        self.by_gap = self.by_gap * KEPT + call.by_gap;
    }

    fn value(&self) -> f64 {
        (self.waited + RATIO_TRUST) / (self.by_gap + RATIO_TRUST)
    }
}
