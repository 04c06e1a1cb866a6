// SPDX-License-Identifier: GPL-3.0-or-later
//! A figure: what was measured, and what it has to reach.

use std::fmt;
use std::time::Duration;

/// One line of the table.
pub(crate) struct Figure {
    /// What is measured.
    pub(crate) what: &'static str,
    /// What came out.
    pub(crate) value: f64,
    /// What it has to reach.
    pub(crate) bound: Bound,
    /// What it was made of.
    pub(crate) from: String,
}

/// What a figure has to reach.
pub(crate) enum Bound {
    /// At most so much.
    AtMost(f64),
    /// At least so much.
    AtLeast(f64),
}

impl Figure {
    /// Whether it is reached.
    pub(crate) fn reached(&self) -> bool {
        match self.bound {
            Bound::AtMost(most) => self.value <= most,
            Bound::AtLeast(least) => self.value >= least,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.reached() { "reached" } else { "MISSED " };
        let (word, bound) = match self.bound {
            Bound::AtMost(most) => ("≤", most),
            Bound::AtLeast(least) => ("≥", least),
        };
        write!(
            f,
            "{sign}  {}: {:.3} (to reach: {word} {bound}); {}",
            self.what, self.value, self.from
        )
    }
}

/// The value below which so many of a hundred lie.
pub(crate) fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(place).copied().unwrap_or_default()
}

/// Milliseconds, with their fraction.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Of turns, each with several figures, the one in the middle by the figure at `place`.
pub(crate) fn median_by<const N: usize>(turns: &mut [[f64; N]], place: usize) -> [f64; N] {
    turns.sort_by(|a, b| a[place].total_cmp(&b[place]));
    turns[turns.len() / 2]
}
