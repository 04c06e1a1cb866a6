// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's time, carried on between its beats by the monotonic clock.
//!
//! The board never asks its own machine what time it is: a Pi has no clock worth believing at boot.

use std::time::{Duration, Instant};

use torn_queue::Timestamp;

/// What time it is at the hub, as far as it has told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// The last beat's time, and when it was heard.
    beat: Option<(Timestamp, Instant)>,
}

impl Clock {
    /// Takes the time of a beat heard at `heard`.
    pub fn set(&mut self, now: Timestamp, heard: Instant) {
        self.beat = Some((now, heard));
    }

    /// The hub's time at `when`; `None` before the first beat.
    #[must_use]
    pub fn at(&self, when: Instant) -> Option<Timestamp> {
        let (now, heard) = self.beat?;
        let passed =
            i64::try_from(when.saturating_duration_since(heard).as_millis()).unwrap_or(i64::MAX);
        let before =
            i64::try_from(heard.saturating_duration_since(when).as_millis()).unwrap_or(i64::MAX);
        Some(now.plus_ms(passed).plus_ms(-before))
    }

    /// When the hub's clock next shows another minute.
    #[must_use]
    pub fn next_minute(&self, when: Instant) -> Option<Instant> {
        let into = self.at(when)?.unix_ms().rem_euclid(60_000);
        Some(when + Duration::from_millis(u64::try_from(60_000 - into).unwrap_or(60_000)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hubs_time_goes_on_between_its_beats() {
        let start = Instant::now();
        let mut clock = Clock::default();
        assert_eq!(clock.at(start), None);
        clock.set(Timestamp::from_unix_ms(1_000_000), start);
        assert_eq!(
            clock.at(start + Duration::from_millis(2_500)),
            Some(Timestamp::from_unix_ms(1_002_500))
        );
    }

    #[test]
    fn the_time_before_a_beat_can_be_told_too() {
        let start = Instant::now();
        let mut clock = Clock::default();
        clock.set(
            Timestamp::from_unix_ms(90_000),
            start + Duration::from_secs(30),
        );
        assert_eq!(clock.at(start), Some(Timestamp::from_unix_ms(60_000)));
    }

    #[test]
    fn the_next_minute_is_the_hubs_and_not_a_minute_from_now() {
        let start = Instant::now();
        let mut clock = Clock::default();
        clock.set(Timestamp::from_unix_ms(60_000 + 45_000), start);
        assert_eq!(
            clock.next_minute(start),
            Some(start + Duration::from_secs(15))
        );
    }
}
