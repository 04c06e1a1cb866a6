// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's clock: the one place that asks the system what time it is, and whether to believe it.
//!
//! A Pi has no reliable clock at boot, and it may jump when the network comes. An event's time never
//! goes back: now is the later of the system's clock and the last event's time plus what has passed
//! since by the monotonic clock.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rtime_clock::adjtime::{Timex, adjtimex};
// The system's monotonic clock, unless a test's runtime holds it still.
use tokio::time::Instant;
use torn_queue::Timestamp;

/// How often the kernel is asked whether its clock was set.
const ASK_EVERY: Duration = Duration::from_secs(4);

/// So far may a clock that is being slowed down be behind, in milliseconds, before it is wrong.
const SLEW_MS: i64 = 2_000;

/// Where the time comes from.
pub struct TimeSource {
    /// What the system says the time is.
    pub now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// Whether the system says that its clock was set by one that is right.
    pub synchronised: Box<dyn Fn() -> bool + Send + Sync>,
}

impl TimeSource {
    /// The system's. Where `require_sync` is false its clock counts as set.
    #[must_use]
    pub fn system(require_sync: bool) -> Self {
        Self {
            now: Box::new(system_now),
            synchronised: if require_sync {
                Box::new(kernel_synchronised)
            } else {
                Box::new(|| true)
            },
        }
    }
}

impl fmt::Debug for TimeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TimeSource(…)")
    }
}

/// Tells the time, never before the last event's and never standing still.
#[derive(Debug)]
pub struct Clock {
    source: TimeSource,
    last_event: Mutex<Anchor>,
    synchronised: AtomicBool,
    looked: Mutex<Looked>,
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    /// The last event.
    event_at: Timestamp,
    /// What it was when the monotonic clock was looked at, from which time goes on.
    at: Timestamp,
    seen: Instant,
}

impl Anchor {
    fn floor(&self) -> Timestamp {
        let passed_ms = i64::try_from(self.seen.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.at.plus_ms(passed_ms)
    }
}

/// What was told of the clock the last time that something was told.
#[derive(Debug)]
struct Looked {
    asked: Instant,
    told: Option<bool>,
}

impl Clock {
    /// A clock that starts from the time of the log's last event.
    #[must_use]
    pub fn starting_from(last_event_at: Timestamp, source: TimeSource) -> Self {
        let synchronised = AtomicBool::new((source.synchronised)());
        let seen = Instant::now();
        Self {
            source,
            last_event: Mutex::new(Anchor {
                event_at: last_event_at,
                at: last_event_at,
                seen,
            }),
            synchronised,
            looked: Mutex::new(Looked {
                asked: seen,
                told: None,
            }),
        }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.anchor().floor().max((self.source.now)())
    }

    /// Whether the system's clock is believed: it was set, and is not behind the log.
    #[must_use]
    pub fn trusted(&self) -> bool {
        self.synchronised.load(Ordering::Relaxed) && !self.is_behind()
    }

    /// Asks the kernel again if that is due, and says so when the clock began or ceased to be believed.
    pub fn look(&self) {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.asked.elapsed() >= ASK_EVERY {
            looked.asked = Instant::now();
            let set = (self.source.synchronised)();
            self.synchronised.store(set, Ordering::Relaxed);
        }
        self.follow_slew();
        let trusted = self.trusted();
        if looked.told.replace(trusted) == Some(trusted) {
            return;
        }
        let last_event = self.anchor().event_at;
        if trusted {
            tracing::info!("the system's clock is believed");
        } else if self.is_behind() {
            tracing::warn!(%last_event, "the system's clock is behind the log; going on from the log's time");
        } else {
            tracing::warn!(
                "the system's clock was not set from the network; see that NTP reaches its server, \
                 or set clock.require_sync = false where there is none"
            );
        }
    }

    /// Notes that an event happened at `at`.
    pub fn note(&self, at: Timestamp) {
        let mut anchor = self
            .last_event
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if at > anchor.event_at {
            *anchor = Anchor {
                event_at: at,
                at,
                seen: Instant::now(),
            };
        }
    }

    /// A clock that NTP slows down falls behind the monotonic one by and by. Followed each second, it is never
    /// far enough behind to be disbelieved, and no event comes before another.
    fn follow_slew(&self) {
        let mut anchor = self
            .last_event
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (system, floor) = ((self.source.now)(), anchor.floor());
        if system >= anchor.event_at && system < floor && floor.ms_since(system) <= SLEW_MS {
            (anchor.at, anchor.seen) = (system, Instant::now());
        }
    }

    fn is_behind(&self) -> bool {
        self.anchor().event_at.ms_since((self.source.now)()) > SLEW_MS
    }

    fn anchor(&self) -> Anchor {
        *self
            .last_event
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that asks the system"
)]
fn system_now() -> Timestamp {
    Timestamp::from(jiff::Timestamp::now())
}

/// Whether the kernel's clock is disciplined: what NTP services tell it when they have set it.
fn kernel_synchronised() -> bool {
    let mut state = Timex::new();
    // One that can't be asked is not known to be right.
    adjtimex(&mut state).is_ok() && state.0.status & UNSYNCHRONISED == 0
}

/// `STA_UNSYNC` of adjtimex(2).
const UNSYNCHRONISED: i32 = 0x40;

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicI64;

    use super::*;

    fn clock(last_event_ms: i64, system: &Arc<AtomicI64>, set: bool) -> Clock {
        let system = Arc::clone(system);
        let source = TimeSource {
            now: Box::new(move || Timestamp::from_unix_ms(system.load(Ordering::Relaxed))),
            synchronised: Box::new(move || set),
        };
        Clock::starting_from(Timestamp::from_unix_ms(last_event_ms), source)
    }

    #[test]
    fn time_goes_on_from_the_last_event_when_the_system_is_behind_and_jumps_with_it_ahead() {
        let system = Arc::new(AtomicI64::new(500));
        let clock = clock(10_000, &system, true);
        assert!(clock.now().unix_ms() >= 10_000 && !clock.trusted());
        system.store(90_000_000, Ordering::Relaxed);
        assert_eq!((clock.now().unix_ms(), clock.trusted()), (90_000_000, true));
        clock.note(Timestamp::from_unix_ms(90_000_000));
        system.store(2_000, Ordering::Relaxed);
        assert!(clock.now().unix_ms() >= 90_000_000 && !clock.trusted());
    }

    #[test]
    fn a_clock_that_is_slowed_down_is_followed_and_believed() {
        let system = Arc::new(AtomicI64::new(10_000));
        let clock = clock(10_000, &system, true);
        clock.note(Timestamp::from_unix_ms(11_000));
        assert!(clock.now().unix_ms() >= 11_000 && clock.trusted());
        system.store(11_001, Ordering::Relaxed);
        clock.look();
        let floor = clock.anchor().floor().unix_ms();
        assert!((11_000..11_900).contains(&floor), "{floor}");
    }

    #[test]
    fn a_clock_that_was_not_set_is_used_and_not_trusted() {
        let system = Arc::new(AtomicI64::new(5_000));
        let clock = clock(1_000, &system, false);
        assert_eq!((clock.now().unix_ms(), clock.trusted()), (5_000, false));
    }
}
