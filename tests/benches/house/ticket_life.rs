// SPDX-License-Identifier: GPL-3.0-or-later
//! What a ticket's life costs of a card, whose writes are counted.

use tokio::runtime::Runtime;
use torn_tests::lab::hub::{Hub, HubSetup};

use crate::Fault;
use crate::figure::{Bound, Figure};
use crate::issue::expect;
use crate::process::written;
use crate::wire::Connection;

/// Lives, one after another: enough for the write-ahead file to be moved into the log several times.
const LIVES: usize = 1500;

/// The bytes that reach the disk for a ticket that is issued, printed, called and finished by itself.
pub(crate) fn written_a_life() -> Result<Vec<Figure>, Fault> {
    let hub = Hub::start(HubSetup::default())?;
    let id = hub.program().id();
    let (bytes, commits) = Runtime::new()?.block_on(async {
        let mut client = Connection::open(hub.reach()).await?;
        let before = written(id)?;
        for _ in 0..LIVES {
            live(&mut client, "1").await?;
        }
        Ok::<_, Fault>((written(id)? - before, 4 * LIVES))
    })?;
    let kib = |bytes: u64, of: usize| bytes as f64 / 1024.0 / of as f64;
    Ok(vec![Figure {
        what: "disk written per ticket's life (issue, print, call, finish), in KiB",
        value: kib(bytes, LIVES),
        bound: Bound::AtMost(64.0),
        from: format!(
            "{:.1} KiB a commit, checkpoints counted, {LIVES} lives of 4 commits",
            kib(bytes, commits)
        ),
    }])
}

/// One ticket from the door to the door.
pub(crate) async fn live(client: &mut Connection, desk: &str) -> Result<(), Fault> {
    expect(
        201,
        client
            .post("/v1/tickets", r#"{"service":"general"}"#)
            .await?,
    )?;
    let ticket = client.body()?["id"].as_str().unwrap_or_default().to_owned();
    let printed = r#"{"outcome":"printed","copy":false}"#;
    expect(
        200,
        client
            .post(&format!("/v1/tickets/{ticket}/print"), printed)
            .await?,
    )?;
    expect(
        200,
        client.post(&format!("/v1/desks/{desk}/next"), "").await?,
    )?;
    expect(
        200,
        client.post(&format!("/v1/desks/{desk}/finish"), "").await?,
    )
}
