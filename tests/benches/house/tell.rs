// SPDX-License-Identifier: GPL-3.0-or-later
//! From a call to those who follow.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use torn_tests::lab::hub::{Hub, HubSetup};

use crate::Fault;
use crate::figure::{Bound, Figure, ms, percentile};
use crate::issue::expect;
use crate::wire::Connection;

/// Who follows at once.
const FOLLOWERS: usize = 200;

/// Calls that are timed.
const CALLS: usize = 50;

/// How long it takes from a press to the last of many followers.
pub(crate) fn followers() -> Result<Vec<Figure>, Fault> {
    let hub = Hub::start(HubSetup::default())?;
    for _ in 0..CALLS {
        hub.issue("general")?;
    }
    let mut times = Runtime::new()?.block_on(call(hub.reach()))?;
    let middle = percentile(&mut times, 50);
    let late = percentile(&mut times, 99);
    Ok(vec![Figure {
        what: "call → read by each of 200 followers, p99, in ms",
        value: ms(late),
        bound: Bound::AtMost(10.0),
        from: format!(
            "from sending the call; p50 {:.3} ms, {CALLS} calls",
            ms(middle)
        ),
    }])
}

async fn call(url: &str) -> Result<Vec<Duration>, Fault> {
    let (read, mut heard) = unbounded_channel();
    for _ in 0..FOLLOWERS {
        let mut follower = Connection::open(url).await?;
        follower.follow("/v1/events").await?;
        let read = read.clone();
        tokio::spawn(async move {
            // The stream ends with the hub.
            let _ = listen(&mut follower, &read).await;
        });
    }
    // Everyone has been told the past when the first beat is there.
    for _ in 0..FOLLOWERS {
        heard.recv().await.ok_or("a follower was cut off")?;
    }
    let mut desk = Connection::open(url).await?;
    let mut times = Vec::new();
    for _ in 0..CALLS {
        let sent = Instant::now();
        expect(200, desk.post("/v1/desks/1/next", "").await?)?;
        for _ in 0..FOLLOWERS {
            let at = heard.recv().await.ok_or("a follower was cut off")?;
            times.push(at.saturating_duration_since(sent));
        }
    }
    Ok(times)
}

/// Tells when the first beat was read, and then when each call was.
async fn listen(follower: &mut Connection, read: &UnboundedSender<Instant>) -> Result<(), Fault> {
    let mut up_to_date = false;
    loop {
        let line = follower.line().await?;
        let beat = !up_to_date && line.starts_with("event: beat");
        let call = up_to_date && line.starts_with("event: ticket-called");
        if line.is_empty() {
            return Ok(());
        }
        if beat || call {
            up_to_date = true;
            read.send(Instant::now())?;
        }
    }
}
