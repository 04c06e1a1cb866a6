// SPDX-License-Identifier: GPL-3.0-or-later
//! From a call to those who follow, and what those cost who don't listen.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use torn_tests::lab::hub::{Hub, HubSetup};

use crate::Fault;
use crate::figure::{Bound, Figure, ms, percentile};
use crate::issue::expect;
use crate::process::memory_mib;
use crate::wire::Connection;

/// Who follows at once.
const FOLLOWERS: usize = 1000;

/// Calls that are timed.
const CALLS: usize = 100;

/// How long it takes from a press to the last of many followers.
pub(crate) fn followers() -> Result<Vec<Figure>, Fault> {
    let hub = Hub::start(HubSetup::default())?;
    for _ in 0..CALLS {
        hub.issue("general")?;
    }
    let (mut times, mut lasts) = Runtime::new()?.block_on(async {
        let heard = Heard::by(FOLLOWERS, hub.reach()).await?;
        call(hub.reach(), heard, CALLS).await
    })?;
    let (middle, late) = (percentile(&mut times, 50), percentile(&mut times, 99));
    let last = percentile(&mut lasts, 50);
    Ok(vec![Figure {
        what: "call → read by all of 1,000 followers, p99, in ms",
        value: ms(late),
        bound: Bound::AtMost(25.0),
        from: format!(
            "from sending the call; p50 {:.3} ms, the last of them {:.3} ms (median), {CALLS} calls",
            ms(middle),
            ms(last)
        ),
    }])
}

/// Who has a stream and reads nothing of it.
const STALLED: usize = 200;

/// Who listens meanwhile.
const LISTENING: usize = 50;

/// Notices of some kilobytes that are told meanwhile: more than what the sockets hold of them.
const NOTICES: usize = 3000;

/// What a follower costs that reads nothing, and whether it delays those who read.
pub(crate) fn stalled_followers() -> Result<Vec<Figure>, Fault> {
    let hub = Hub::start(HubSetup::default())?;
    for _ in 0..2 * CALLS {
        hub.issue("general")?;
    }
    let id = hub.program().id();
    let (alone, cost, beside) = Runtime::new()?.block_on(async {
        let mut desk = Connection::open(hub.reach()).await?;
        tell_notices(&mut desk).await?;
        let heard = Heard::by(LISTENING, hub.reach()).await?;
        let (mut alone, _) = call(hub.reach(), heard, CALLS).await?;
        // What telling takes by itself: keys that are remembered, pages that are kept.
        let before = memory_mib(id)?;
        tell_notices(&mut desk).await?;
        let by_itself = memory_mib(id)? - before;
        let mut stalled = Vec::new();
        for place in 0..STALLED {
            let mut one = Connection::open_narrow(hub.reach()).await?;
            // Half of them are behind from the beginning, half fall behind.
            let path = ["/v1/events?after=0", "/v1/events"][place % 2];
            one.follow(path).await?;
            stalled.push(one);
        }
        let before = memory_mib(id)?;
        tell_notices(&mut desk).await?;
        let taken = memory_mib(id)? - before - by_itself;
        let heard = Heard::by(LISTENING, hub.reach()).await?;
        let (mut beside, _) = call(hub.reach(), heard, CALLS).await?;
        drop(stalled);
        let cost = taken * 1024.0 / STALLED as f64;
        Ok::<_, Fault>((
            percentile(&mut alone, 50),
            cost,
            percentile(&mut beside, 50),
        ))
    })?;
    Ok(vec![
        Figure {
            what: "a follower that reads nothing, the hub's memory in KiB",
            value: cost,
            bound: Bound::AtMost(64.0),
            from: format!(
                "{STALLED} of them, half of them behind from the beginning, {NOTICES} notices told"
            ),
        },
        Figure {
            what: "call → read by 50 beside 200 that read nothing, p50 ÷ without these",
            value: beside.as_secs_f64() / alone.as_secs_f64(),
            bound: Bound::AtMost(1.5),
            from: format!("{:.3} ms, without {:.3} ms", ms(beside), ms(alone)),
        },
    ])
}

async fn tell_notices(desk: &mut Connection) -> Result<(), Fault> {
    let words = "Avui tanquem a la una. ".repeat(12);
    for count in 0..NOTICES {
        let text = format!(
            r#"{{"text":{{"ca":"{count} {words}","es":"{words}","en":"{words}","fr":"{words}"}}}}"#
        );
        expect(200, desk.post("/v1/notice", &text).await?)?;
    }
    Ok(())
}

/// Those who follow, and when each was told of a call.
struct Heard {
    calls: UnboundedReceiver<Instant>,
    listeners: usize,
}

impl Heard {
    async fn by(listeners: usize, url: &str) -> Result<Self, Fault> {
        let (read, mut calls) = unbounded_channel();
        for _ in 0..listeners {
            let mut follower = Connection::open(url).await?;
            follower.follow("/v1/events").await?;
            let read = read.clone();
            tokio::spawn(async move {
                // The stream ends with the hub.
                let _ = listen(&mut follower, &read).await;
            });
        }
        // Everyone has been told the past when the first beat after it is there.
        for _ in 0..listeners {
            calls.recv().await.ok_or("a follower was cut off")?;
        }
        Ok(Self { calls, listeners })
    }
}

/// How long it takes from a call to each of those who follow, and to the last of them.
async fn call(
    url: &str,
    mut heard: Heard,
    calls: usize,
) -> Result<(Vec<Duration>, Vec<Duration>), Fault> {
    let mut desk = Connection::open(url).await?;
    let (mut times, mut lasts) = (Vec::new(), Vec::new());
    for _ in 0..calls {
        let sent = Instant::now();
        expect(200, desk.post("/v1/desks/1/next", "").await?)?;
        let mut last = Duration::ZERO;
        for _ in 0..heard.listeners {
            let at = heard.calls.recv().await.ok_or("a follower was cut off")?;
            let time = at.saturating_duration_since(sent);
            last = last.max(time);
            times.push(time);
        }
        lasts.push(last);
    }
    Ok((times, lasts))
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
