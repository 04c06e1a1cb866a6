// SPDX-License-Identifier: GPL-3.0-or-later
//! How long to wait before trying again: doubling, with full jitter.
//!
//! Four buttons and two screens lose a hub at the same instant; jitter keeps them from coming back
//! at the same instant. Nothing here sleeps.

use std::time::Duration;

use crate::chance::Chance;

/// The first pause is at most this long.
const FIRST_MAX: Duration = Duration::from_millis(100);

/// A row of pauses, each drawn from nothing to a bound that doubles up to a cap.
#[derive(Debug)]
pub(crate) struct Backoff {
    bound: Duration,
    cap: Duration,
    chance: Chance,
}

impl Backoff {
    /// Pauses up to 100 ms, 200 ms, … and never over `cap`.
    pub(crate) fn up_to(cap: Duration, chance: Chance) -> Self {
        Self {
            bound: FIRST_MAX.min(cap),
            cap,
            chance,
        }
    }

    /// The next pause.
    pub(crate) fn next_pause(&mut self) -> Duration {
        self.pause_at(self.chance.part())
    }

    /// Begins again with short pauses.
    pub(crate) fn reset(&mut self) {
        self.bound = FIRST_MAX.min(self.cap);
    }

    fn pause_at(&mut self, part: f64) -> Duration {
        let pause = self.bound.mul_f64(part);
        self.bound = (self.bound * 2).min(self.cap);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_from_100_ms_up_to_the_cap() {
        let mut backoff = Backoff::up_to(Duration::from_secs(5), Chance::default());
        let bounds: Vec<u128> = (0..8).map(|_| backoff.pause_at(1.0).as_millis()).collect();
        assert_eq!(bounds, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        backoff.reset();
        assert_eq!(backoff.pause_at(1.0).as_millis(), 100);
    }

    #[test]
    fn a_pause_is_anywhere_below_its_bound() {
        let mut backoff = Backoff::up_to(Duration::from_secs(5), Chance::default());
        assert_eq!(backoff.pause_at(0.0), Duration::ZERO);
        assert_eq!(backoff.pause_at(0.25), Duration::from_millis(50));
        for _ in 0..100 {
            assert!(backoff.next_pause() <= Duration::from_secs(5));
        }
    }
}
