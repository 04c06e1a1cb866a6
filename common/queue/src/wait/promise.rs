// SPDX-License-Identifier: GPL-3.0-or-later
//! How promises turn out, and what that teaches: a ratio that corrects the estimate, and the two edges of
//! its range, by how many were ahead. A promise counts when its number is called, not before.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::constants::Constants;

/// Situations that are told apart: by how many are ahead, that a desk is free, and that a booked hour has not come.
pub(super) const SITUATIONS: usize = 7;

/// Seconds that are added to a wait and its estimate before they are compared, so that none is nought.
const FLOOR_S: u32 = 30;
/// An edge is never further from the estimate than this: a factor of twenty.
const EDGE_MOST: i32 = 3000;

/// An estimate before it is corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Raw {
    pub(super) seconds: u32,
    pub(super) standing: Standing,
}

/// How somebody stands in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Behind others, or first while every desk is taken.
    Behind,
    /// A desk would be free for it.
    Free,
    /// It is here before its booked hour.
    Early,
}

/// Which situation it is to have `ahead` people before one.
const fn situation(ahead: u32, standing: Standing) -> usize {
    match (standing, ahead) {
        (Standing::Behind, 0) => 0,
        (Standing::Behind, 1..=2) => 1,
        (Standing::Behind, 3..=7) => 2,
        (Standing::Free, _) => 3,
        (Standing::Early, _) => 4,
        (Standing::Behind, 8..=19) => 5,
        (Standing::Behind, _) => 6,
    }
}

/// How estimates turned out so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Record {
    /// By situation; what is missing is as at first.
    crowds: Vec<Turnout>,
}

/// How estimates turned out in one situation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[i64; 5]", into = "[i64; 5]")]
struct Turnout {
    /// Promises, in thousandths, and the seconds that were estimated and waited, weighted by how long ago.
    count: u64,
    estimated_s: u64,
    waited_s: u64,
    /// How far the edges moved, in thousandths of a logarithm.
    low: i32,
    high: i32,
}

impl From<[i64; 5]> for Turnout {
    fn from([count, estimated, waited, low, high]: [i64; 5]) -> Self {
        let seconds = |value: i64| u64::try_from(value).unwrap_or(0).min(1 << 40);
        let edge = |value: i64| {
            i32::try_from(value)
                .unwrap_or(0)
                .clamp(-EDGE_MOST, EDGE_MOST)
        };
        Self {
            count: seconds(count),
            estimated_s: seconds(estimated),
            waited_s: seconds(waited),
            low: edge(low),
            high: edge(high),
        }
    }
}

impl From<Turnout> for [i64; 5] {
    fn from(one: Turnout) -> Self {
        let seconds = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        [
            seconds(one.count),
            seconds(one.estimated_s),
            seconds(one.waited_s),
            i64::from(one.low),
            i64::from(one.high),
        ]
    }
}

/// The edges and the middle that belong to an uncorrected estimate.
pub(super) struct Corrected {
    pub(super) low_s: u32,
    pub(super) mid_s: u32,
    pub(super) high_s: u32,
}

impl Record {
    /// The range around the estimate `raw` with `ahead` people before.
    pub(super) fn correct(&self, raw: Raw, ahead: u32, constants: &Constants) -> Corrected {
        let place = situation(ahead, raw.standing);
        let raw_s = raw.seconds;
        let one = self.crowds.get(place).copied().unwrap_or_default();
        let [low, high] = constants.edges[place];
        let edge = |at_first: i32, moved: i32| {
            let scale = libm::exp(f64::from(at_first + moved) / 1000.0);
            whole_s((f64::from(raw_s) + f64::from(FLOOR_S)) * scale - f64::from(FLOOR_S))
        };
        let mid_s = whole_s(one.corrected(f64::from(raw_s), place, constants));
        Corrected {
            low_s: edge(low, one.low).min(mid_s),
            mid_s,
            high_s: edge(high, one.high).max(mid_s),
        }
    }

    /// Somebody with `ahead` people before, for whom `raw` was estimated, was called after `waited_s`.
    pub(super) fn note(&mut self, raw: Raw, waited_s: u32, ahead: u32, constants: &Constants) {
        let place = situation(ahead, raw.standing);
        let raw_s = raw.seconds;
        self.crowds.resize(SITUATIONS, Turnout::default());
        let one = &mut self.crowds[place];
        let fade = |value: u64| value.min(1 << 40) * u64::from(constants.promise_memory) / 1000;
        one.count = fade(one.count) + 1000;
        one.estimated_s = fade(one.estimated_s) + u64::from(raw_s);
        one.waited_s = fade(one.waited_s) + u64::from(waited_s);
        let ratio =
            f64::from(waited_s.saturating_add(FLOOR_S)) / f64::from(raw_s.saturating_add(FLOOR_S));
        // Its value is within ±23 000: both sides of the ratio are between 30 and 2³².
        let missed = (libm::log(ratio) * 1000.0) as i32;
        let step = i32::try_from(constants.edge_step).unwrap_or(0);
        let outside = i32::try_from(constants.outside).unwrap_or(0);
        let [low, high] = constants.edges[place];
        // An edge comes to rest where it is missed as often as it should be (stochastic approximation).
        let moved = |edge: i32, below: bool, share: i32| {
            let by = if below { share - 1000 } else { share };
            (edge + by * step / 1000).clamp(-EDGE_MOST, EDGE_MOST)
        };
        one.low = moved(one.low, missed < low + one.low, outside);
        one.high = moved(one.high, missed < high + one.high, 1000 - outside);
    }
}

impl Turnout {
    /// The estimate that would have been right on average.
    fn corrected(&self, raw_s: f64, place: usize, constants: &Constants) -> f64 {
        let [few, many] = constants.trust.map(f64::from);
        let (waited_s, estimated_s) = (self.waited_s as f64, self.estimated_s as f64);
        if SHORT.contains(&place) {
            // Of a short wait a ratio says little: it is off by minutes.
            let off_s = (waited_s - estimated_s) / (self.count as f64 / 1000.0 + few);
            return raw_s + off_s.clamp(-600.0, 600.0);
        }
        let trust_s = many * raw_s.max(60.0);
        let ratio = (waited_s + trust_s) / (estimated_s + trust_s);
        raw_s * ratio.clamp(0.25, 4.0)
    }
}

/// The situations with few ahead.
const SHORT: core::ops::Range<usize> = 0..5;

/// Seconds of a computation as a whole number; nonsense is nought.
pub(super) fn whole_s(seconds: f64) -> u32 {
    const MOST_S: f64 = 24.0 * 3600.0;
    // `as` takes NaN to 0; the clamp leaves nothing else to lose.
    libm::round(seconds.clamp(0.0, MOST_S)) as u32
}
