// SPDX-License-Identifier: GPL-3.0-or-later
//! Waiting for conditions, with a generous limit, and never for a time to pass.
//!
//! The limit only says when a test gives up; how long something took is not judged here.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde::Deserialize;

use super::LabError;

/// How long to wait for something that comes at once on a quiet machine.
pub const GENEROUS: Duration = Duration::from_secs(60);

const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(5);

/// Looks again and again until `look` finds something.
///
/// # Errors
/// [`LabError::TimedOut`], when it finds nothing within `within`.
pub fn until<T>(
    what: &str,
    within: Duration,
    mut look: impl FnMut() -> Option<T>,
) -> Result<T, LabError> {
    let end = Instant::now() + within;
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if Instant::now() >= end {
            return Err(LabError::TimedOut {
                what: what.to_owned(),
                within,
                seen: String::new(),
            });
        }
        pause(LOOK_AGAIN_AFTER);
    }
}

/// Lets a time pass that is part of what is done, such as how long a finger stays on a button.
pub fn pause(time: Duration) {
    let end = Instant::now() + time;
    // park_timeout may return early.
    while let Some(left) = end
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())
    {
        thread::park_timeout(left);
    }
}

/// A moment by the system's monotonic clock, which is the same for all programs of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct Moment {
    us: u64,
}

impl Moment {
    /// This moment.
    #[must_use]
    pub fn now() -> Self {
        let now = clock_gettime(ClockId::Monotonic);
        let whole = u64::try_from(now.tv_sec).unwrap_or_default();
        Self {
            us: whole * 1_000_000 + u64::try_from(now.tv_nsec).unwrap_or_default() / 1_000,
        }
    }

    /// Milliseconds from `earlier` to this moment, to the hundredth; negative when `earlier` is later.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "an interval of years would still be exact enough"
    )]
    pub fn ms_since(self, earlier: Self) -> f64 {
        let (later, sign) = if self >= earlier {
            (self.us - earlier.us, 1.0)
        } else {
            (earlier.us - self.us, -1.0)
        };
        sign * (later as f64 / 10.0).round() / 100.0
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.us)
    }
}

impl From<Instant> for Moment {
    /// `Instant` reads the same clock but does not say what it shows.
    fn from(instant: Instant) -> Self {
        let now = Self::now();
        let us = u64::try_from(instant.elapsed().as_micros()).unwrap_or(u64::MAX);
        Self {
            us: now.us.saturating_sub(us),
        }
    }
}
