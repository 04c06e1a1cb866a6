// SPDX-License-Identifier: GPL-3.0-or-later
//! What a hub holds after a month of days, lived through one after another in one process.

use tokio::runtime::Runtime;
use torn_queue::Timestamp;
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::hub::{Hub, HubSetup};

use crate::Fault;
use crate::figure::{Bound, Figure};
use crate::issue::expect;
use crate::process::memory_mib;
use crate::wire::Connection;

/// Working days of a month.
const DAYS: usize = 22;

/// Tickets of the quietest day, and how many more the fullest has.
const TICKETS: usize = 300;
const MORE: usize = 300;

/// The desks that serve them.
const DESKS: [&str; 3] = ["1", "2", "3"];

/// A kiosk, two boards, three desks, and some phones.
const FOLLOWERS: usize = 12;

const WISH: &str = r#"{"service":"general"}"#;

/// When the first day begins, at which the clock is set.
const FIRST: &str = "2026-03-02T08:00:00.000Z";

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The memory that is resident after each day, and whether it grows.
pub(crate) fn memory() -> Result<Vec<Figure>, Fault> {
    let clock = SetClock::at(FIRST)?;
    let hub = Hub::start(HubSetup::at(&clock))?;
    let first: Timestamp = FIRST.parse()?;
    let mut after = Vec::new();
    Runtime::new()?.block_on(async {
        for _ in 0..FOLLOWERS {
            let mut follower = Connection::open(hub.reach()).await?;
            follower.follow("/v1/events").await?;
            tokio::spawn(async move {
                // The stream ends with the hub.
                while follower.line().await.is_ok_and(|line| !line.is_empty()) {}
            });
        }
        let mut client = Connection::open(hub.reach()).await?;
        for day in 0..DAYS {
            let began = first.plus_ms(DAY_MS * i64::try_from(day)?);
            // No two days are alike, and the same days come each time.
            let tickets = TICKETS + day * 131 % MORE;
            live(&mut client, &clock, began, tickets).await?;
            after.push(memory_mib(hub.program().id())?);
        }
        Ok::<_, Fault>(())
    })?;
    let most = after.iter().copied().fold(0.0, f64::max);
    let of = |days: &[f64]| days.iter().sum::<f64>() / days.len() as f64;
    let growth = of(&after[DAYS - 5..]) / of(&after[4..9]);
    let days: Vec<String> = after.iter().map(|mib| format!("{mib:.1}")).collect();
    Ok(vec![
        Figure {
            what: "memory after a simulated month, in MiB",
            value: most,
            bound: Bound::AtMost(24.0),
            from: format!("resident after each of {DAYS} days: {}", days.join(" ")),
        },
        Figure {
            what: "memory after a simulated month ÷ after its first week",
            value: growth,
            bound: Bound::AtMost(1.05),
            from: "the last five days against the fifth to the ninth".to_owned(),
        },
    ])
}

/// One day: people come through its five hours, are printed a ticket, wait, and are served.
async fn live(
    client: &mut Connection,
    clock: &SetClock,
    began: Timestamp,
    tickets: usize,
) -> Result<(), Fault> {
    let each_ms = 5 * 60 * MINUTE_MS / i64::try_from(tickets)?;
    for count in 0..tickets {
        clock.set(&began.plus_ms(each_ms * i64::try_from(count)?).to_string())?;
        expect(201, client.post("/v1/tickets", WISH).await?)?;
        let ticket = client.body()?["id"].as_str().unwrap_or_default().to_owned();
        let print = format!("/v1/tickets/{ticket}/print");
        let printed = r#"{"outcome":"printed","copy":false}"#;
        expect(200, client.post_twice(&print, printed).await?)?;
        // A line of some has gathered before the first is called.
        if count >= 10 {
            let next = format!("/v1/desks/{}/next", DESKS[count % DESKS.len()]);
            expect(200, client.post(&next, "").await?)?;
        }
        expect(200, client.get("/v1/state").await?)?;
    }
    for desk in DESKS {
        for last in ["finish", "close"] {
            let path = format!("/v1/desks/{desk}/{last}");
            expect(200, client.post(&path, "").await?)?;
        }
    }
    Ok(())
}
