// SPDX-License-Identifier: GPL-3.0-or-later
//! The clock of the hub's machine: it goes with the run's own time, and steps when the plan says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use tokio::time::Instant;
use torn_hub::clock::TimeSource;
use torn_queue::Timestamp;

/// What the clock says when a run begins: a Tuesday morning.
const BEGINS_AT_MS: i64 = 1_795_510_800_000;

/// A clock that can be set. Cheap to clone; the clones are one clock.
#[derive(Clone)]
pub(crate) struct SteppedClock {
    began: Instant,
    off_by_ms: Arc<AtomicI64>,
    ran_back: Arc<AtomicBool>,
}

impl SteppedClock {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            off_by_ms: Arc::default(),
            ran_back: Arc::default(),
        }
    }

    /// Sets it forward, or back.
    pub(crate) fn step(&self, by_ms: i64) {
        self.off_by_ms.fetch_add(by_ms, Ordering::Relaxed);
        if by_ms < 0 {
            self.ran_back.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it was ever set back.
    pub(crate) fn ran_back(&self) -> bool {
        self.ran_back.load(Ordering::Relaxed)
    }

    /// The time that a hub is given.
    pub(crate) fn source(&self) -> TimeSource {
        let clock = self.clone();
        TimeSource {
            now: Box::new(move || clock.now()),
            synchronised: Box::new(|| true),
        }
    }

    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_unix_ms(BEGINS_AT_MS + passed + self.off_by_ms.load(Ordering::Relaxed))
    }
}
