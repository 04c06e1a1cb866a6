// SPDX-License-Identifier: GPL-3.0-or-later
//! The thread that speaks with the hub: follows it, and runs what the screen asks for.
//!
//! Every errand is a command of `torn-client`, which sends it again under one key. What an answer
//! means is the view model's.

use std::collections::BTreeMap;
use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use torn_client::{Client, Failure};
use torn_queue::{DeviceId, Key, TicketId};
use torn_wire::request::{CheckIn, IssueTicket, NotePrint, ReportDevice};
use torn_wire::view::IssuedTicket;

use crate::view_model::Input;

/// Something to be done at the hub.
#[derive(Debug)]
pub enum Errand {
    /// Ask for a number; the answer comes back as [`Input::Issued`].
    Issue(IssueTicket),
    /// Ask for the number of an appointment; the answer comes back the same way.
    CheckIn(CheckIn),
    /// Tell how printing went.
    Note(TicketId, NotePrint),
    /// Tell that a part of this device is so.
    Report {
        /// Which part.
        what: Key,
        /// How it is.
        state: Key,
    },
    /// Tell again how all parts are.
    ReportAgain,
}

/// The handle of the thread. It ends with the process.
#[derive(Clone)]
pub struct Errands(UnboundedSender<Errand>);

impl Errands {
    /// Starts the thread. What the hub tells and answers goes to `inputs`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        client: Client,
        device: DeviceId,
        inputs: UnboundedSender<Input>,
    ) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (errands, orders) = unbounded_channel();
        thread::Builder::new()
            .name("errands".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let follow = follow(&client, &inputs);
                    let run = run(&client, device, &inputs, orders);
                    tokio::join!(follow, run);
                });
            })?;
        Ok(Self(errands))
    }

    /// Has an errand run.
    pub fn run(&self, errand: Errand) {
        if self.0.send(errand).is_err() {
            tracing::error!("the thread that speaks with the hub has ended");
        }
    }
}

async fn follow(client: &Client, inputs: &UnboundedSender<Input>) {
    let mut updates = client.follow();
    while let Some(update) = updates.recv().await {
        if inputs.send(Input::Hub(update)).is_err() {
            return;
        }
    }
}

async fn run(
    client: &Client,
    device: DeviceId,
    inputs: &UnboundedSender<Input>,
    mut orders: UnboundedReceiver<Errand>,
) {
    let (reports, wishes) = unbounded_channel();
    tokio::spawn(report(client.clone(), device, wishes));
    while let Some(errand) = orders.recv().await {
        let client = client.clone();
        match errand {
            Errand::Issue(wish) => {
                let inputs = inputs.clone();
                tokio::spawn(async move { answer(&inputs, client.issue(&wish).await) });
            }
            Errand::CheckIn(check_in) => {
                let inputs = inputs.clone();
                tokio::spawn(async move { answer(&inputs, client.check_in(&check_in).await) });
            }
            Errand::Note(ticket, note) => {
                tokio::spawn(async move {
                    if let Err(error) = client.note_print(ticket, &note).await {
                        tracing::warn!(%ticket, %error, "the hub does not know how printing went");
                    }
                });
            }
            Errand::Report { .. } | Errand::ReportAgain => {
                if reports.send(errand).is_err() {
                    tracing::error!("the task that reports has ended");
                }
            }
        }
    }
}

fn answer(inputs: &UnboundedSender<Input>, answer: Result<IssuedTicket, Failure>) {
    if inputs.send(Input::Issued(answer)).is_err() {
        tracing::debug!("the screen has ended");
    }
}

/// How a part is, and whether the hub knows.
struct Part {
    state: Key,
    told: bool,
}

/// One report after the other: the last state of a part is the one that stays.
async fn report(client: Client, device: DeviceId, mut wishes: UnboundedReceiver<Errand>) {
    let mut parts: BTreeMap<Key, Part> = BTreeMap::new();
    while let Some(wish) = wishes.recv().await {
        note(&mut parts, wish);
        while let Ok(wish) = wishes.try_recv() {
            note(&mut parts, wish);
        }
        for (what, part) in parts.iter_mut().filter(|(_, part)| !part.told) {
            let report = ReportDevice {
                state: part.state.clone(),
                what: what.clone(),
                until: None,
            };
            // A hub that is away is told when it is back.
            part.told = match client.report(&device, &report).await {
                Ok(()) => true,
                Err(Failure::HubAway) => false,
                Err(error) => {
                    tracing::warn!(%what, %error, "the hub does not take a report; see this device's credential");
                    true
                }
            };
        }
    }
}

fn note(parts: &mut BTreeMap<Key, Part>, wish: Errand) {
    match wish {
        Errand::Report { what, state } => {
            if parts.get(&what).is_none_or(|part| part.state != state) {
                parts.insert(what, Part { state, told: false });
            }
        }
        Errand::ReportAgain => parts.values_mut().for_each(|part| part.told = false),
        Errand::Issue(_) | Errand::CheckIn(_) | Errand::Note(..) => {}
    }
}
