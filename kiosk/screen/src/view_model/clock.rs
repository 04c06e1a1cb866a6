// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's time, carried on by this machine's steady clock: a Pi's own calendar may be wrong.

use std::time::Instant;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use torn_queue::Timestamp;

/// What time it is in the office.
#[derive(Debug, Default)]
pub(super) struct Clock {
    told: Option<(Timestamp, Instant)>,
    zone: Option<TimeZone>,
}

impl Clock {
    /// The hub says that it is `at`.
    pub(super) fn set(&mut self, at: Timestamp, now: Instant) {
        self.told = Some((at, now));
    }

    /// An event happened at `at`, maybe long ago: it is that late at least.
    pub(super) fn at_least(&mut self, at: Timestamp, now: Instant) {
        if self
            .told
            .is_none_or(|_| self.timestamp(now).is_some_and(|before| before < at))
        {
            self.told = Some((at, now));
        }
    }

    /// The office's zone, by its name; one that is not known leaves the one before.
    pub(super) fn set_zone(&mut self, name: &str) {
        match TimeZone::get(name) {
            Ok(zone) => self.zone = Some(zone),
            Err(error) => tracing::warn!(name, %error, "the office's time zone is not known here"),
        }
    }

    /// The office's zone, once it is known.
    pub(super) fn zone(&self) -> Option<&TimeZone> {
        self.zone.as_ref()
    }

    /// The office's date and time at `when`; `None` before the hub told its own.
    pub(super) fn civil(&self, when: Instant) -> Option<DateTime> {
        self.civil_of(self.timestamp(when)?)
    }

    /// The office's date and time at an instant of the log.
    pub(super) fn civil_of(&self, at: Timestamp) -> Option<DateTime> {
        Some(self.zone.as_ref()?.to_datetime(at.to_jiff()))
    }

    /// The instant at `when`, by the hub's time.
    pub(super) fn timestamp(&self, when: Instant) -> Option<Timestamp> {
        let (at, told) = self.told?;
        let ms =
            |later: Instant, earlier: Instant| i64::try_from((later - earlier).as_millis()).ok();
        let passed = if when >= told {
            ms(when, told)?
        } else {
            -ms(told, when)?
        };
        Some(at.plus_ms(passed))
    }
}
