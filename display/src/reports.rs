// SPDX-License-Identifier: GPL-3.0-or-later
//! Tells the hub how the board's parts are, so that who can mend them sees it on another screen.
//!
//! A report is news only when something changed; a new day and a hub that was away are told everything
//! again, since a day's state starts empty. Nothing here knows what the parts are.

use std::collections::BTreeMap;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use torn_client::{Client, Failure};
use torn_queue::{DeviceId, Key};
use torn_wire::request::ReportDevice;

/// What is wished of the reports.
enum Wish {
    /// This part is so now.
    Part(Key, Key),
    /// Tell everything again.
    Again,
}

/// The handle of the task that reports.
#[derive(Clone)]
pub struct Reports {
    wishes: UnboundedSender<Wish>,
}

impl Reports {
    /// Starts to report as `device`, on the tokio runtime that this is called in.
    #[must_use]
    pub fn start(client: Client, device: DeviceId) -> Self {
        let (wishes, receiver) = unbounded_channel();
        tokio::spawn(run(client, device, receiver));
        Self { wishes }
    }

    /// Says that `what` is `state` now; both are keys such as `sound` and `no-player`.
    pub fn part(&self, what: &str, state: &str) {
        match (what.parse(), state.parse()) {
            (Ok(what), Ok(state)) => self.wish(Wish::Part(what, state)),
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(%error, "a report that no hub would take")
            }
        }
    }

    /// Says everything again.
    pub fn again(&self) {
        self.wish(Wish::Again);
    }

    fn wish(&self, wish: Wish) {
        if self.wishes.send(wish).is_err() {
            tracing::error!("the task that reports has ended");
        }
    }
}

/// How a part is, and whether the hub knows.
struct Part {
    state: Key,
    told: bool,
}

async fn run(client: Client, device: DeviceId, mut wishes: UnboundedReceiver<Wish>) {
    let mut parts = BTreeMap::new();
    while let Some(wish) = wishes.recv().await {
        take(&mut parts, wish);
        while let Ok(wish) = wishes.try_recv() {
            take(&mut parts, wish);
        }
        for (what, part) in parts.iter_mut().filter(|(_, part)| !part.told) {
            part.told = tell(&client, &device, what, &part.state).await;
        }
    }
}

fn take(parts: &mut BTreeMap<Key, Part>, wish: Wish) {
    match wish {
        Wish::Again => parts.values_mut().for_each(|part| part.told = false),
        Wish::Part(what, state) => {
            if parts.get(&what).is_none_or(|part| part.state != state) {
                parts.insert(what, Part { state, told: false });
            }
        }
    }
}

/// Whether that is settled: a hub that is away is told when it is back.
async fn tell(client: &Client, device: &DeviceId, what: &Key, state: &Key) -> bool {
    let report = ReportDevice {
        state: state.clone(),
        what: what.clone(),
        until: None,
    };
    match client.report(device, &report).await {
        Ok(()) => true,
        Err(Failure::HubAway) => false,
        Err(error) => {
            tracing::warn!(%what, %state, %error, "the hub does not take a report; see this device's credential");
            true
        }
    }
}
