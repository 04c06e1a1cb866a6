// SPDX-License-Identifier: GPL-3.0-or-later
//! What the programs take when nothing happens, which is most of the day.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use tokio::runtime::Runtime;
use torn_tests::lab::house::{House, HouseSetup};
use torn_tests::lab::hub::{Hub, HubSetup};

use crate::Fault;
use crate::figure::{Bound, Figure};
use crate::process::{cpu, memory_mib};
use crate::wire::Connection;

/// How long nothing happens while it is watched.
const WATCHED: Duration = Duration::from_secs(20);

/// The hub with three who follow: a kiosk, a board, a desk.
pub(crate) fn hub() -> Result<Vec<Figure>, Fault> {
    let hub = Hub::start(HubSetup::default())?;
    let id = hub.program().id();
    let runtime = Runtime::new()?;
    let mut following = Vec::new();
    for _ in 0..3 {
        let mut follower = runtime.block_on(Connection::open(hub.reach()))?;
        runtime.block_on(follower.follow("/v1/events"))?;
        following.push(runtime.spawn(async move {
            while follower.line().await.is_ok_and(|line| !line.is_empty()) {}
        }));
    }
    let before = cpu(id)?;
    let watched = let_pass();
    let share = (cpu(id)? - before).as_secs_f64() / watched.as_secs_f64() * 100.0;
    Ok(vec![
        Figure {
            what: "hub, idle, memory in MiB",
            value: memory_mib(id)?,
            bound: Bound::AtMost(20.0),
            from: "resident, 3 followers".to_owned(),
        },
        Figure {
            what: "hub, idle, share of one processor in %",
            value: share,
            bound: Bound::AtMost(0.1),
            from: format!("over {} s, 3 followers", watched.as_secs()),
        },
    ])
}

/// The kiosk and the board, drawn by the processor.
pub(crate) fn screens() -> Result<Vec<Figure>, Fault> {
    let house = House::start(HouseSetup::default())?;
    let mut figures = Vec::new();
    for (face, memory, draws) in [
        (
            &house.kiosk,
            "kiosk, idle, memory in MiB",
            "kiosk, idle, frames drawn",
        ),
        (
            &house.lobby,
            "board, idle, memory in MiB",
            "board, idle, frames drawn",
        ),
    ] {
        let screen = face.screen()?;
        screen.still_frame()?;
        let drawn = still(|| Ok(screen.frames_drawn()?))?;
        let id = face.program.id();
        figures.push(Figure {
            what: memory,
            value: memory_mib(id)?,
            bound: Bound::AtMost(90.0),
            from: "resident, headless, software renderer".to_owned(),
        });
        figures.push(Figure {
            what: draws,
            value: drawn as f64,
            bound: Bound::AtMost(0.0),
            from: format!(
                "over {} s within one minute of the clock",
                WATCHED.as_secs()
            ),
        });
    }
    Ok(figures)
}

/// How much a count grows while nothing happens; the clock's minute may change once, so the quieter
/// of two windows is the one.
fn still(count: impl Fn() -> Result<u64, Fault>) -> Result<u64, Fault> {
    let mut least = u64::MAX;
    for _ in 0..2 {
        let before = count()?;
        let_pass();
        least = least.min(count()? - before);
    }
    Ok(least)
}

fn let_pass() -> Duration {
    let started = std::time::Instant::now();
    let (_never, nothing) = channel::<()>();
    match nothing.recv_timeout(WATCHED) {
        Ok(()) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            started.elapsed()
        }
    }
}
