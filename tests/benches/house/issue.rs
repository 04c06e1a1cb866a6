// SPDX-License-Identifier: GPL-3.0-or-later
//! Issuing over HTTP: one client's wait, and the rate of many.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use torn_tests::lab::hub::{Hub, HubSetup};

use crate::Fault;
use crate::commit::BareLog;
use crate::figure::{Bound, Figure, ms, percentile};
use crate::wire::Connection;

const WISH: &str = r#"{"service":"general"}"#;

/// Rounds in which all that is compared takes its turn.
const ROUNDS: usize = 40;

/// Of each, in a round.
const TURN: usize = 25;

/// The issue of one client against a bare commit and an empty request.
pub(crate) fn one_client() -> Result<Vec<Figure>, Fault> {
    let hub = Hub::start(HubSetup::default())?;
    let mut bare = BareLog::open(hub.folder())?;
    let (mut commits, mut empties, mut issues) = (Vec::new(), Vec::new(), Vec::new());
    Runtime::new()?.block_on(async {
        let mut client = Connection::open(hub.reach()).await?;
        for _ in 0..ROUNDS {
            for _ in 0..TURN {
                commits.push(bare.commit()?);
            }
            for _ in 0..TURN {
                let started = Instant::now();
                client.get("/healthz").await?;
                empties.push(started.elapsed());
            }
            for _ in 0..TURN {
                let started = Instant::now();
                expect(201, client.post("/v1/tickets", WISH).await?)?;
                issues.push(started.elapsed());
            }
        }
        Ok::<_, Fault>(())
    })?;
    let [commit, empty, issue] =
        [&mut commits, &mut empties, &mut issues].map(|times| percentile(times, 50));
    Ok(vec![Figure {
        what: "issue over HTTP, 1 client, p50 ÷ (bare commit + empty request)",
        value: issue.as_secs_f64() / (commit + empty).as_secs_f64(),
        bound: Bound::AtMost(1.5),
        from: format!(
            "issue {:.3} ms, bare commit {:.3} ms, empty request {:.3} ms, {} of each",
            ms(issue),
            ms(commit),
            ms(empty),
            ROUNDS * TURN
        ),
    }])
}

/// Clients that issue at once.
const CLIENTS: usize = 64;

/// Tickets that they take together, in a turn.
const TICKETS: usize = 6400;

/// Bare commits in a turn.
const COMMITS: usize = 2000;

/// The rate of many clients against the rate of bare commits.
pub(crate) fn many_clients() -> Result<Vec<Figure>, Fault> {
    let runtime = Runtime::new()?;
    let mut turns = Vec::new();
    for _ in 0..5 {
        let hub = Hub::start(HubSetup::default())?;
        let mut bare = BareLog::open(hub.folder())?;
        let started = Instant::now();
        for _ in 0..COMMITS {
            bare.commit()?;
        }
        let bare_rate = COMMITS as f64 / started.elapsed().as_secs_f64();
        let before = commits(&hub)?;
        let took = runtime.block_on(take_tickets(hub.reach()))?;
        let rate = TICKETS as f64 / took.as_secs_f64();
        let tickets_per_commit = TICKETS as f64 / (commits(&hub)? - before);
        turns.push((rate / bare_rate, rate, bare_rate, tickets_per_commit));
    }
    turns.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, rate, bare_rate, tickets_per_commit) = turns[turns.len() / 2];
    let from = format!(
        "median of {} turns of {TICKETS} tickets, {CLIENTS} clients",
        turns.len()
    );
    Ok(vec![
        Figure {
            what: "issue, 64 clients, rate ÷ rate of bare commits",
            value: ratio,
            bound: Bound::AtLeast(2.0),
            from: format!("{rate:.0} tickets/s, {bare_rate:.0} bare commits/s; {from}"),
        },
        Figure {
            what: "issue, 64 clients, tickets per commit",
            value: tickets_per_commit,
            bound: Bound::AtLeast(8.0),
            from,
        },
    ])
}

async fn take_tickets(url: &str) -> Result<Duration, Fault> {
    let mut connections = Vec::new();
    for _ in 0..CLIENTS {
        connections.push(Connection::open(url).await?);
    }
    let started = Instant::now();
    let mut clients = JoinSet::new();
    for mut connection in connections {
        clients.spawn(async move {
            for _ in 0..TICKETS / CLIENTS {
                expect(201, connection.post("/v1/tickets", WISH).await?)?;
            }
            Ok::<_, Fault>(())
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    Ok(started.elapsed())
}

fn commits(hub: &Hub) -> Result<f64, Fault> {
    let metrics = hub
        .request(reqwest::Method::GET, "/metrics")
        .send()?
        .text()?;
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("torn_commits_total "));
    Ok(line.ok_or("no torn_commits_total in /metrics")?.parse()?)
}

/// Whether the answer is the one that was worked for.
pub(crate) fn expect(wanted: u16, status: u16) -> Result<(), Fault> {
    if status == wanted {
        Ok(())
    } else {
        Err(format!("an answer of {status} in place of {wanted}").into())
    }
}
