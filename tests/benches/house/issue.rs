// SPDX-License-Identifier: GPL-3.0-or-later
//! Issuing over HTTP: one client's wait, and the rate of many.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use torn_tests::lab::hub::{Hub, HubSetup};

use crate::Fault;
use crate::commit::BareLog;
use crate::figure::{Bound, Figure, median_by, ms, percentile};
use crate::wire::Connection;

const WISH: &str = r#"{"service":"general"}"#;

/// Rounds in which all that is compared takes its turn.
const ROUNDS: usize = 80;

/// Of each, in a round.
pub(crate) const TURN: usize = 25;

/// The issue of one client against a bare commit and an empty request after it.
pub(crate) fn one_client() -> Result<Vec<Figure>, Fault> {
    let hub = Hub::start(HubSetup::default())?;
    let mut bare = BareLog::open(hub.folder())?;
    let (mut commits, mut empties, mut issues) = (Vec::new(), Vec::new(), Vec::new());
    Runtime::new()?.block_on(async {
        let mut client = Connection::open(hub.reach()).await?;
        for _ in 0..ROUNDS {
            for _ in 0..TURN {
                commits.push(bare.commit()?);
                // Right after a commit, as a ticket's answer: whoever slept meanwhile has to wake up first.
                let started = Instant::now();
                client.get("/healthz").await?;
                empties.push(started.elapsed());
            }
            issue_in_turn(&mut client, &mut issues).await?;
            // A line stays as short as one that people stand in.
            for _ in 0..TURN {
                expect(200, client.post("/v1/desks/1/next", "").await?)?;
            }
        }
        Ok::<_, Fault>(())
    })?;
    let mut times = [commits, empties, issues];
    let mut at = |percent| {
        let [commit, empty, issue] = times.each_mut().map(|times| percentile(times, percent));
        let from = format!(
            "issue {:.3} ms, bare commit {:.3} ms, empty request {:.3} ms, {} of each",
            ms(issue),
            ms(commit),
            ms(empty),
            ROUNDS * TURN
        );
        (issue.as_secs_f64() / (commit + empty).as_secs_f64(), from)
    };
    let ((middle, middle_from), (late, late_from)) = (at(50), at(99));
    Ok(vec![
        Figure {
            what: "issue, 1 client, p50 ÷ (bare commit + empty request)",
            value: middle,
            bound: Bound::AtMost(1.2),
            from: middle_from,
        },
        Figure {
            what: "issue, 1 client, p99 ÷ (bare commit + empty request)",
            value: late,
            bound: Bound::AtMost(2.0),
            from: late_from,
        },
    ])
}

/// Takes tickets one after another, and how long each took.
pub(crate) async fn issue_in_turn(
    client: &mut Connection,
    times: &mut Vec<Duration>,
) -> Result<(), Fault> {
    for _ in 0..TURN {
        let started = Instant::now();
        expect(201, client.post("/v1/tickets", WISH).await?)?;
        times.push(started.elapsed());
    }
    Ok(())
}

/// Clients that ask at once.
pub(crate) const CLIENTS: usize = 64;

/// What each of them asks for, in a turn.
const EACH: usize = 50;

/// Turns of requests and tickets.
const TURNS: usize = 15;

/// Bare commits in a turn.
const COMMITS: usize = 300;

/// The rate of many clients against that of their empty requests, and that of bare commits.
pub(crate) fn many_clients() -> Result<Vec<Figure>, Fault> {
    let runtime = Runtime::new()?;
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        // Anew, so that the line is not ever longer.
        let hub = Hub::start(HubSetup::default())?;
        let mut bare = BareLog::open(hub.folder())?;
        let started = Instant::now();
        for _ in 0..COMMITS {
            bare.commit()?;
        }
        let bare_rate = COMMITS as f64 / started.elapsed().as_secs_f64();
        let crowd = runtime.block_on(crowd(hub.reach()))?;
        let (crowd, _) = runtime.block_on(ask_at_once(crowd, Wish::Nothing))?;
        let (crowd, empty) = runtime.block_on(ask_at_once(crowd, Wish::Nothing))?;
        let before = commits(&hub)?;
        let (_, issue) = runtime.block_on(ask_at_once(crowd, Wish::Ticket))?;
        let tickets_per_commit = (CLIENTS * EACH) as f64 / (commits(&hub)? - before);
        turns.push([issue / empty, issue, empty, bare_rate, tickets_per_commit]);
    }
    let [ratio, issue, empty, bare, _] = median_by(&mut turns, 0);
    let tickets_per_commit = median_by(&mut turns, 4)[4];
    let from = format!("median of {TURNS} turns of {CLIENTS} clients × {EACH}");
    Ok(vec![
        Figure {
            what: "issue, 64 clients, rate ÷ rate of empty requests",
            value: ratio,
            bound: Bound::AtLeast(0.5),
            from: format!(
                "{issue:.0} tickets/s, {empty:.0} empty requests/s, {bare:.0} bare commits/s; {from}"
            ),
        },
        Figure {
            what: "issue, 64 clients, tickets per commit",
            value: tickets_per_commit,
            bound: Bound::AtLeast(16.0),
            from,
        },
    ])
}

/// Connections of many clients.
pub(crate) async fn crowd(url: &str) -> Result<Vec<Connection>, Fault> {
    let mut crowd = Vec::new();
    for _ in 0..CLIENTS {
        crowd.push(Connection::open(url).await?);
    }
    Ok(crowd)
}

/// What many ask for at once.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wish {
    /// Nothing: an empty request.
    Nothing,
    /// A ticket.
    Ticket,
}

/// Has each of many ask again and again at once, and says how many were answered a second.
pub(crate) async fn ask_at_once(
    crowd: Vec<Connection>,
    wish: Wish,
) -> Result<(Vec<Connection>, f64), Fault> {
    let asked = crowd.len() * EACH;
    let started = Instant::now();
    let mut clients = JoinSet::new();
    for mut connection in crowd {
        clients.spawn(async move {
            for _ in 0..EACH {
                match wish {
                    Wish::Nothing => expect(200, connection.get("/healthz").await?)?,
                    Wish::Ticket => expect(201, connection.post("/v1/tickets", WISH).await?)?,
                }
            }
            Ok::<_, Fault>(connection)
        });
    }
    let mut crowd = Vec::new();
    while let Some(ended) = clients.join_next().await {
        crowd.push(ended??);
    }
    Ok((crowd, asked as f64 / started.elapsed().as_secs_f64()))
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
