// SPDX-License-Identifier: GPL-3.0-or-later
//! Trying again until an answer comes or the time is up.
//!
//! It knows nothing of HTTP: an attempt says whether it is worth another one.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::backoff::Backoff;
use crate::chance::Chance;

/// An attempt without an answer for so long is lost: the next one, with the same key, is given the
/// same answer.
const ATTEMPT_MAX: Duration = Duration::from_secs(2);

/// Between attempts at most so long: a person is standing there.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// How an attempt went.
pub(crate) enum Attempt<T> {
    /// There is an answer.
    Done(T),
    /// There is none; try again, after at least this long.
    Again { after: Duration },
}

/// Makes attempts until one is done, for `limit` at most. `None`: the time is up.
pub(crate) async fn until_done<T, Trying>(
    limit: Duration,
    chance: Chance,
    mut attempt: impl FnMut() -> Trying,
) -> Option<T>
where
    Trying: Future<Output = Attempt<T>>,
{
    let deadline = Instant::now() + limit;
    let mut backoff = Backoff::up_to(PAUSE_MAX, chance);
    loop {
        let lost_at = deadline.min(Instant::now() + ATTEMPT_MAX);
        let after = match timeout_at(lost_at, attempt()).await {
            Ok(Attempt::Done(answer)) => return Some(answer),
            Ok(Attempt::Again { after }) => after,
            Err(_) => Duration::ZERO,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        sleep(backoff.next_pause().max(after).min(left)).await;
        if Instant::now() >= deadline {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_tries_until_there_is_an_answer() {
        let tries = Cell::new(0);
        let answer = until_done(Duration::from_secs(15), Chance::default(), || {
            tries.set(tries.get() + 1);
            let attempt = if tries.get() < 5 {
                Attempt::Again {
                    after: Duration::ZERO,
                }
            } else {
                Attempt::Done("A007")
            };
            async { attempt }
        });
        assert_eq!(answer.await, Some("A007"));
        assert_eq!(tries.get(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn it_stops_at_the_limit_and_not_before() {
        let (begun, tries) = (Instant::now(), Cell::new(0));
        let limit = Duration::from_secs(15);
        let answer: Option<()> = until_done(limit, Chance::default(), || {
            tries.set(tries.get() + 1);
            async {
                Attempt::Again {
                    after: Duration::ZERO,
                }
            }
        })
        .await;
        assert_eq!(answer, None);
        assert_eq!(begun.elapsed(), limit);
        // Pauses of a second at most: fewer tries would mean that it sat idle.
        assert!(tries.get() > 15, "{}", tries.get());
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_that_hangs_is_given_up_for_the_next_one() {
        let tries = Cell::new(0);
        let answer = until_done(Duration::from_secs(5), Chance::default(), || {
            tries.set(tries.get() + 1);
            let hang = tries.get() == 1;
            async move {
                if hang {
                    pending().await
                } else {
                    Attempt::Done(())
                }
            }
        });
        assert_eq!(answer.await, Some(()));
        assert_eq!(tries.get(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn hanging_attempts_stop_at_the_limit_too() {
        let begun = Instant::now();
        let answer: Option<()> =
            until_done(Duration::from_secs(5), Chance::default(), pending).await;
        assert_eq!(answer, None);
        assert_eq!(begun.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn a_hub_that_asks_for_a_pause_gets_it() {
        let (begun, tries) = (Instant::now(), Cell::new(0));
        let answer = until_done(Duration::from_secs(15), Chance::default(), || {
            tries.set(tries.get() + 1);
            let attempt = if tries.get() == 1 {
                Attempt::Again {
                    after: Duration::from_secs(3),
                }
            } else {
                Attempt::Done(())
            };
            async { attempt }
        });
        assert_eq!(answer.await, Some(()));
        assert_eq!(begun.elapsed(), Duration::from_secs(3));
    }
}
