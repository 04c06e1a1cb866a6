// SPDX-License-Identifier: GPL-3.0-or-later
//! The system's time as a test sets it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Instant;

use torn_hub::clock::TimeSource;
use torn_queue::Timestamp;

/// What the system says the time is: as a test sets it, and going on from there.
#[derive(Clone)]
pub(crate) struct SetTime(Arc<Set>);

struct Set {
    began: Instant,
    /// The time when it began, in milliseconds since 1970.
    from_ms: AtomicI64,
    synchronised: AtomicBool,
}

impl Set {
    fn passed_ms(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_millis()).unwrap()
    }
}

impl SetTime {
    pub(crate) fn at(time: &str) -> Self {
        let set = Self(Arc::new(Set {
            began: Instant::now(),
            from_ms: AtomicI64::new(0),
            synchronised: AtomicBool::new(true),
        }));
        set.set(time);
        set
    }

    pub(crate) fn set(&self, time: &str) {
        let time: Timestamp = time.parse().unwrap();
        self.set_ms(time.unix_ms());
    }

    pub(crate) fn set_ms(&self, unix_ms: i64) {
        let from_ms = unix_ms - self.0.passed_ms();
        self.0.from_ms.store(from_ms, Ordering::SeqCst);
    }

    pub(crate) fn synchronised(&self, is: bool) {
        self.0.synchronised.store(is, Ordering::SeqCst);
    }

    pub(crate) fn source(&self) -> TimeSource {
        let (now, set) = (Arc::clone(&self.0), Arc::clone(&self.0));
        TimeSource {
            now: Box::new(move || {
                let from_ms = now.from_ms.load(Ordering::SeqCst);
                Timestamp::from_unix_ms(from_ms + now.passed_ms())
            }),
            synchronised: Box::new(move || set.synchronised.load(Ordering::SeqCst)),
        }
    }
}
