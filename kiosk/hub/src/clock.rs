// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's clock: the one place that asks the system what time it is.
//!
//! A Pi has no reliable clock at boot, and it may jump when the network comes. An event's time never
//! goes back: now is the later of the system's clock and the last event's time plus what has passed
//! since by the monotonic clock.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use torn_queue::Timestamp;

/// Tells the time, never before the last event's and never standing still.
#[derive(Debug)]
pub struct Clock {
    last_event: Mutex<Anchor>,
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    at: Timestamp,
    seen: Instant,
}

impl Clock {
    /// A clock that starts from the time of the log's last event.
    #[must_use]
    pub fn starting_from(last_event_at: Timestamp) -> Self {
        Self {
            last_event: Mutex::new(Anchor {
                at: last_event_at,
                seen: Instant::now(),
            }),
        }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.floor().max(Self::system())
    }

    /// Whether the system's clock agrees with the log: one that is behind it is wrong.
    #[must_use]
    pub fn trusted(&self) -> bool {
        let anchor = *self
            .last_event
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Self::system() >= anchor.at
    }

    /// Notes that an event happened at `at`.
    pub fn note(&self, at: Timestamp) {
        let mut anchor = self
            .last_event
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if at > anchor.at {
            *anchor = Anchor {
                at,
                seen: Instant::now(),
            };
        }
    }

    fn floor(&self) -> Timestamp {
        let anchor = *self
            .last_event
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let passed_ms = i64::try_from(anchor.seen.elapsed().as_millis()).unwrap_or(i64::MAX);
        anchor.at.plus_ms(passed_ms)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the system"
    )]
    fn system() -> Timestamp {
        Timestamp::from(jiff::Timestamp::now())
    }
}
