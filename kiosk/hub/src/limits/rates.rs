// SPDX-License-Identifier: GPL-3.0-or-later
//! How often who may ask: requests by credential, tickets by credential and by day.
//!
//! Where no credential is needed nobody is held back: the caller `local` is this machine's own. What asks
//! without one (pages, boards) has no rate either: what it gets is made once an event and second, however
//! many ask, and its connections are counted.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::time::Instant;
use torn_config::Limits;
use torn_queue::{Actor, Now, State, Timestamp};

use super::{Exceeded, Limit};

/// Credentials whose rates are kept; one that was quiet for a while is forgotten first. An office has twenty.
const KEPT: usize = 256;

/// The time since the hub started: a simulation's, too.
#[derive(Debug, Clone, Copy)]
struct SinceStart(Instant);

impl Clock for SinceStart {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

type Keyed = RateLimiter<Actor, HashMapStateStore<Actor>, SinceStart, NoOpMiddleware<Duration>>;

/// How often each credential did something lately.
#[derive(Debug)]
struct Rate {
    limit: Limit,
    most: u32,
    lately: Keyed,
}

impl Rate {
    fn new(limit: Limit, most: u32, quota: Quota) -> Self {
        let clock = SinceStart(Instant::now());
        Self {
            limit,
            most,
            lately: RateLimiter::new(quota, HashMapStateStore::default(), clock),
        }
    }

    /// Counts once more, if that is allowed.
    fn count(&self, by: &Actor) -> Result<(), Exceeded> {
        if *by == Actor::local() {
            return Ok(());
        }
        if self.lately.len() > KEPT {
            self.lately.retain_recent();
        }
        self.lately.check_key(by).map_err(|early| {
            let wait = early.wait_time_from(self.lately.clock().now());
            let begun_s = u64::from(wait.subsec_nanos() > 0);
            Exceeded {
                limit: self.limit,
                most: self.most,
                retry_after_s: (wait.as_secs() + begun_s).max(1),
            }
        })
    }
}

/// How often who may ask.
#[derive(Debug)]
pub struct Rates {
    /// `None`, where rates and counts are not limited.
    limited: Option<Limited>,
}

#[derive(Debug)]
struct Limited {
    requests: Rate,
    tickets: Rate,
    tickets_per_day: u32,
}

impl Rates {
    /// As the office wants them.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let some = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let limited = limits.enabled.then(|| {
            let requests = Quota::per_second(some(limits.requests_per_second));
            let tickets = Quota::per_minute(some(limits.tickets_per_minute));
            Limited {
                requests: Rate::new(
                    Limit::Requests,
                    limits.requests_per_second,
                    requests.allow_burst(some(limits.requests_burst)),
                ),
                tickets: Rate::new(
                    Limit::Tickets,
                    limits.tickets_per_minute,
                    tickets.allow_burst(some(limits.tickets_burst)),
                ),
                tickets_per_day: limits.tickets_per_day,
            }
        });
        Self { limited }
    }

    /// Counts a request of this credential.
    ///
    /// # Errors
    /// [`Exceeded`], when it sends too many.
    pub fn request(&self, by: &Actor) -> Result<(), Exceeded> {
        self.limited
            .as_ref()
            .map_or(Ok(()), |limited| limited.requests.count(by))
    }

    /// Counts a ticket that this credential is about to give out, as the rules allow. One that is not given out
    /// does not count.
    ///
    /// # Errors
    /// [`Exceeded`], when the day has no more, or the credential gives out too many.
    pub fn ticket(&self, by: &Actor, state: &State, now: Now<'_>) -> Result<(), Exceeded> {
        let Some(limited) = &self.limited else {
            return Ok(());
        };
        // Not the numbers: those that a restored log leaves out were never on a slip.
        let issued = u32::try_from(state.tickets_len()).unwrap_or(u32::MAX);
        if issued >= limited.tickets_per_day {
            return Err(Exceeded {
                limit: Limit::TicketsOfDay,
                most: limited.tickets_per_day,
                retry_after_s: until_tomorrow_s(now),
            });
        }
        limited.tickets.count(by)
    }
}

fn until_tomorrow_s(now: Now<'_>) -> u64 {
    let tomorrow = now.day().tomorrow().ok();
    let midnight = tomorrow.and_then(|day| {
        let midnight = now.zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0));
        midnight.compatible().ok()
    });
    let left_ms = midnight.map_or(0, |midnight| Timestamp::from(midnight).ms_since(now.at));
    u64::try_from(left_ms).unwrap_or(0).div_ceil(1000).max(1)
}
