// SPDX-License-Identifier: GPL-3.0-or-later
//! Waiting for conditions, with a generous limit, and never for a time to pass.
//!
//! The limit only says when a test gives up; how long something took is not judged here.

use std::thread;
use std::time::{Duration, Instant};

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
