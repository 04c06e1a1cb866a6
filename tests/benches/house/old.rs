// SPDX-License-Identifier: GPL-3.0-or-later
//! What a log of a million events costs a hub: nothing that grows with it.
//!
//! The log is made once a run, by the hub's own store; two hubs, one with it and one without, take turns.

use std::fs;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::Runtime;
use torn_queue::Timestamp;
use torn_tests::lab::folder::Folder;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::programs::Programs;
use torn_tests::lab::wait;

use crate::Fault;
use crate::figure::{Bound, Figure, median_by, ms, percentile};
use crate::issue::{Wish, ask_at_once, crowd, expect, issue_in_turn};
use crate::ticket_life;
use crate::wire::Connection;

/// Events of the past.
const EVENTS: &str = "1000000";

/// Tickets of the day on which the hub is started again and again.
const TICKETS: usize = 500;

/// Starts that are timed.
const STARTS: usize = 11;

/// Turns of both hubs.
const TURNS: usize = 40;

/// All that is measured of a hub with an old log.
pub(crate) fn log() -> Result<Vec<Figure>, Fault> {
    let folder = Folder::new("old")?;
    let store = folder.path().join("torn.db");
    let setup = HubSetup {
        store: Some(store.clone()),
        ..HubSetup::default()
    };
    make(&setup, &folder)?;
    let size = fs::metadata(&store)?.len() / (1024 * 1024);
    let mut old = Hub::start(setup)?;
    let runtime = Runtime::new()?;
    runtime.block_on(async {
        let mut client = Connection::open(old.reach()).await?;
        for _ in 0..TICKETS {
            ticket_life::live(&mut client, "1").await?;
        }
        Ok::<_, Fault>(())
    })?;
    let started = starts(&mut old)?;
    let fresh = Hub::start(HubSetup::default())?;
    let (one, many) = runtime.block_on(turns(&old, &fresh))?;
    Ok(vec![
        Figure {
            what: "start to ready with 1,000,000 old events, in ms",
            value: ms(started),
            bound: Bound::AtMost(300.0),
            from: format!(
                "median of {STARTS} starts after a kill, {TICKETS} tickets that day; the log has {size} MiB"
            ),
        },
        one,
        many,
    ])
}

fn make(setup: &HubSetup, folder: &Folder) -> Result<(), Fault> {
    let store = setup.store.clone().unwrap_or_default();
    let config = folder.write("office.toml", setup.config(&store)?)?;
    let now = clock_gettime(ClockId::Realtime);
    // Two days ago, wherever the office is.
    let last_day = Timestamp::from_unix_ms((now.tv_sec - 2 * 86_400) * 1000).to_jiff();
    let last_day = last_day.to_string();
    let mut make = Programs::example("torn-hub", "old_log")?;
    make.arg(config)
        .arg(EVENTS)
        .arg(last_day.get(..10).unwrap_or_default());
    let made = make.output()?;
    if made.status.success() {
        Ok(())
    } else {
        Err(format!("no old log: {}", String::from_utf8_lossy(&made.stderr)).into())
    }
}

/// From the start of the program until it says that it is ready.
fn starts(hub: &mut Hub) -> Result<Duration, Fault> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        hub.kill();
        let started = Instant::now();
        hub.start_again()?;
        wait::until("the hub is ready", wait::GENEROUS, || {
            hub.get("/readyz")
                .ok()
                .filter(|answer| answer.status == 200)
        })?;
        times.push(started.elapsed());
    }
    Ok(percentile(&mut times, 50))
}

/// One client and many, at both hubs by turns.
async fn turns(old: &Hub, fresh: &Hub) -> Result<(Figure, Figure), Fault> {
    let hubs = [old, fresh];
    let mut clients = Vec::new();
    let mut crowds = Vec::new();
    for hub in hubs {
        clients.push(Connection::open(hub.reach()).await?);
        crowds.push(Some(crowd(hub.reach()).await?));
    }
    let (mut ones, mut manys) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let (mut one, mut many) = ([0.0; 2], [0.0; 2]);
        // Who comes first takes turns, too.
        for place in [turn % 2, (turn + 1) % 2] {
            let mut times = Vec::new();
            let client = &mut clients[place];
            for _ in 0..4 {
                issue_in_turn(client, &mut times).await?;
            }
            one[place] = ms(percentile(&mut times, 50));
            for _ in 0..times.len() {
                expect(200, client.post("/v1/desks/1/next", "").await?)?;
            }
        }
        ones.push([one[0] / one[1], one[0], one[1]]);
        if turn % 4 > 0 {
            continue;
        }
        for place in [turn / 4 % 2, (turn / 4 + 1) % 2] {
            let asking = crowds[place].take().unwrap_or_default();
            let (asking, rate) = ask_at_once(asking, Wish::Ticket).await?;
            crowds[place] = Some(asking);
            many[place] = rate;
        }
        manys.push([many[1] / many[0], many[0], many[1]]);
    }
    let [one, with, without] = median_by(&mut ones, 0);
    let [many, rate_with, rate_without] = median_by(&mut manys, 0);
    Ok((
        Figure {
            what: "issue, 1 client, with 1,000,000 old events ÷ with an empty log",
            value: one,
            bound: Bound::AtMost(1.05),
            from: format!("p50 {with:.3} ms, {without:.3} ms; median of {TURNS} pairs of turns"),
        },
        Figure {
            what: "issue, 64 clients, time with 1,000,000 old events ÷ with an empty log",
            value: many,
            bound: Bound::AtMost(1.05),
            from: format!(
                "{rate_with:.0} tickets/s, {rate_without:.0}; median of {} pairs of turns",
                manys.len()
            ),
        },
    ))
}
