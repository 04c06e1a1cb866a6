// SPDX-License-Identifier: GPL-3.0-or-later
//! What one day leaves to the next: how fast each service is called at each hour, how long its visits take,
//! and how the estimates turned out. Small, and all integers: it stands in the log's `day-began`.

use alloc::collections::BTreeMap;
use alloc::string::String;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::promise::Record;
use crate::ids::ServiceId;

/// Minutes of a slice of the day.
pub(super) const SLICE_MIN: u32 = 30;
/// Slices of a day.
pub(super) const SLICES: usize = 48;
/// Services that are kept; an office that renames them every day would grow without end.
const SERVICES_KEPT: usize = 64;

/// What a day leaves to the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Learnt {
    /// By service.
    pub(super) services: BTreeMap<ServiceId, Habit>,
    /// How promises turned out.
    pub(super) record: Record,
}

/// How a service is usually called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Habit {
    /// By slice of the day.
    #[serde(deserialize_with = "by_slice")]
    pub(super) slices: BTreeMap<u8, Slice>,
    /// Visits that ended, in hundredths.
    pub(super) visits: u64,
    /// The seconds they took, in hundredths.
    pub(super) visit_s: u64,
}

/// Inside an event, which is read by its kind, the keys of a JSON object are texts and never numbers.
fn by_slice<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<u8, Slice>, D::Error> {
    let slices = BTreeMap::<String, Slice>::deserialize(from)?.into_iter();
    let slices = slices.map(|(place, slice)| Ok((place.parse().map_err(D::Error::custom)?, slice)));
    slices.collect()
}

/// What happened in one slice of the day, weighted by how long ago: `[calls, busy, desks]` in JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u64; 3]", into = "[u64; 3]")]
pub(super) struct Slice {
    /// Calls, in hundredths.
    pub(super) calls: u64,
    /// Seconds in which somebody waited and all desks were taken.
    pub(super) busy_s: u64,
    /// Such seconds times the desks that were open.
    pub(super) desk_s: u64,
}

/// Beyond these nothing is remembered; sums of them stay far from overflow.
const MOST: u64 = 1 << 40;

impl From<[u64; 3]> for Slice {
    fn from([calls, busy_s, desk_s]: [u64; 3]) -> Self {
        Self {
            calls: calls.min(MOST),
            busy_s: busy_s.min(MOST),
            desk_s: desk_s.min(MOST),
        }
    }
}

impl From<Slice> for [u64; 3] {
    fn from(slice: Slice) -> Self {
        [slice.calls, slice.busy_s, slice.desk_s]
    }
}

impl Slice {
    pub(super) fn add(&mut self, other: Self) {
        *self = Self::from([
            self.calls.saturating_add(other.calls),
            self.busy_s.saturating_add(other.busy_s),
            self.desk_s.saturating_add(other.desk_s),
        ]);
    }

    fn faded(self, thousandths: u32) -> Self {
        Self {
            calls: faded(self.calls, thousandths),
            busy_s: faded(self.busy_s, thousandths),
            desk_s: faded(self.desk_s, thousandths),
        }
    }

    const fn is_empty(self) -> bool {
        self.calls == 0 && self.busy_s < 60
    }
}

fn faded(value: u64, thousandths: u32) -> u64 {
    value.min(MOST) * u64::from(thousandths) / 1000
}

impl Habit {
    /// All slices as one.
    pub(super) fn whole(&self) -> Slice {
        let mut sum = Slice::default();
        for slice in self.slices.values() {
            sum.add(*slice);
        }
        sum
    }

    fn fade(&mut self, thousandths: u32) {
        for slice in self.slices.values_mut() {
            *slice = slice.faded(thousandths);
        }
        self.slices.retain(|_, slice| !slice.is_empty());
        self.visits = faded(self.visits, thousandths);
        self.visit_s = faded(self.visit_s, thousandths);
    }

    pub(super) fn add(&mut self, today: &Self) {
        for (place, slice) in &today.slices {
            self.slices.entry(*place).or_default().add(*slice);
        }
        self.visits = self.visits.saturating_add(today.visits).min(MOST);
        self.visit_s = self.visit_s.saturating_add(today.visit_s).min(MOST);
    }

    fn is_empty(&self) -> bool {
        self.slices.is_empty() && self.visits == 0
    }
}

impl Learnt {
    /// One more day passed: what came before weighs less. A day without a call leaves all as it was.
    pub(super) fn fade(&mut self, thousandths: u32) {
        for habit in self.services.values_mut() {
            habit.fade(thousandths);
        }
        self.services.retain(|_, habit| !habit.is_empty());
    }

    /// Drops the services that say least, when there are too many.
    pub(super) fn bound(&mut self) {
        while self.services.len() > SERVICES_KEPT {
            let least = self
                .services
                .iter()
                .min_by_key(|(_, one)| one.whole().calls);
            let Some(id) = least.map(|(id, _)| id.clone()) else {
                return;
            };
            self.services.remove(&id);
        }
    }
}
