// SPDX-License-Identifier: GPL-3.0-or-later
//! What goes wrong around the hub in the course of a run: links, connections, the clock.
//!
//! Only when and to whom is decided here; what it means for bytes is in `net` and `pipe`.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use torn_disk::Chance;

use crate::net::Link;
use crate::run::{HOSTS, World};

/// Between two steps of the clock that begin a day: a command that is sent again may find its answer forgotten
/// only when two days have begun since.
const BETWEEN_DAYS: Duration = Duration::from_secs(45);

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Lets things go wrong until the plan is over.
pub(crate) async fn storm(world: World, mut chance: Chance) {
    let mut next_day_after = Instant::now() + BETWEEN_DAYS / 2;
    while !world.plan.is_cancelled() {
        sleep(Duration::from_millis(300 + chance.below(4_000))).await;
        if world.plan.is_cancelled() {
            return;
        }
        let host = usize::try_from(chance.below(HOSTS as u64)).unwrap_or(0);
        let what = match chance.below(12) {
            0..=2 => late(&world, &mut chance, host),
            3 | 4 => breaking(&world, &mut chance, host),
            5 | 6 => blocked(&world, &mut chance, host),
            7 => {
                world.net.set(host, Link::FAIR);
                format!("host {host} is well")
            }
            8 => {
                let silently = chance.once_in(2);
                world.net.end_connections(Some(host), silently);
                format!("host {host} is cut, silently {silently}")
            }
            9 => everyone(&world, &mut chance),
            10 => {
                let by_ms = stepped(&mut chance, 600_000);
                world.clock.step(by_ms);
                format!("the clock steps by {by_ms} ms")
            }
            _ if Instant::now() >= next_day_after => {
                next_day_after = Instant::now() + BETWEEN_DAYS;
                let days = 1 + i64::try_from(chance.below(3)).unwrap_or(0);
                let days = if chance.once_in(3) { -days } else { days };
                world.clock.step(days * DAY_MS);
                format!("the clock steps by {days} days")
            }
            _ => continue,
        };
        world.trace.note("plan", &what);
    }
}

/// Mostly forward: a clock that was set back is not believed any more, and less can be checked.
fn stepped(chance: &mut Chance, most_ms: u64) -> i64 {
    let by = i64::try_from(chance.below(most_ms)).unwrap_or(0);
    if chance.once_in(4) { -by } else { by }
}

fn late(world: &World, chance: &mut Chance, host: usize) -> String {
    let most = 20 + chance.below(1_200);
    world.net.set(
        host,
        Link {
            late_ms: (most / 4, most),
            ..Link::FAIR
        },
    );
    format!("host {host} is up to {most} ms late")
}

fn breaking(world: &World, chance: &mut Chance, host: usize) -> String {
    let cut_once_in = 2 + chance.below(25);
    world.net.set(
        host,
        Link {
            late_ms: (1, 200),
            cut_once_in,
            ..Link::FAIR
        },
    );
    format!("host {host} is cut once in {cut_once_in}")
}

fn blocked(world: &World, chance: &mut Chance, host: usize) -> String {
    let for_ms = 300 + chance.below(9_000);
    let until = Instant::now() + Duration::from_millis(for_ms);
    world.net.set(
        host,
        Link {
            blocked_until: Some(until),
            ..Link::FAIR
        },
    );
    format!("host {host} is blocked for {for_ms} ms")
}

/// The switch is without power.
fn everyone(world: &World, chance: &mut Chance) -> String {
    let for_ms = 200 + chance.below(6_000);
    let until = Instant::now() + Duration::from_millis(for_ms);
    for host in 0..HOSTS {
        world.net.set(
            host,
            Link {
                blocked_until: Some(until),
                ..Link::FAIR
            },
        );
    }
    format!("everyone is blocked for {for_ms} ms")
}
