// SPDX-License-Identifier: GPL-3.0-or-later
//! Those who ask: the kiosk, two people at each desk, a supervisor now and then.
//!
//! They use the client that the screens and buttons use, and write down what they were answered. What follows
//! from it for the log is counted in `promises`.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;
use torn_client::{Chance as ClientChance, Client, DeskAction, DeskAnswer, Failure};
use torn_disk::Chance;
use torn_queue::event::PrintOutcome;
use torn_queue::{DeskId, TicketId};
use torn_wire::request::{IssueTicket, NotePrint, ReportDevice};
use torn_wire::{Code, view};

use crate::board::Board;
use crate::run::World;

/// A press that nobody answered for so long is void, as the buttons have it.
const PRESS: Duration = Duration::from_secs(5);

/// One who asks.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) client: Client,
    pub(crate) keys: ClientChance,
    pub(crate) board: Board,
    pub(crate) world: World,
    pub(crate) chance: Chance,
}

/// What became of a command.
enum Came<T> {
    Done(T),
    Refused,
    Unknown,
}

impl Person {
    /// Waits until the hub's time is known, as from then on a command says until when it is wanted.
    async fn begin(&self) {
        while !self.board.heard_a_beat() {
            sleep(Duration::from_millis(100)).await;
        }
    }

    fn goes_on(&self) -> bool {
        !self.world.plan.is_cancelled() && !self.world.trace.is_over()
    }

    async fn pause(&mut self, from_ms: u64, to_ms: u64) {
        let pause = from_ms + self.chance.below(to_ms - from_ms);
        sleep(Duration::from_millis(pause)).await;
    }

    fn came<T>(&self, what: &str, answer: Result<T, Failure>) -> Came<T> {
        let told = match &answer {
            Ok(_) => "done".to_owned(),
            Err(Failure::Refused(problem)) => problem.code.clone(),
            Err(failure) => failure.to_string(),
        };
        self.world
            .trace
            .note(&self.name, &format!("{what}: {told}"));
        match answer {
            Ok(answer) => Came::Done(answer),
            Err(Failure::HubAway) => Came::Unknown,
            Err(failure) => {
                let ours = matches!(
                    failure.code(),
                    None | Some(
                        Code::Malformed
                            | Code::IdempotencyKeyMissing
                            | Code::IdempotencyKeyInvalid
                            | Code::IdempotencyKeyReused
                            | Code::Unauthenticated
                            | Code::Forbidden
                            | Code::NotFound
                            | Code::MethodNotAllowed
                            | Code::BodyTooLarge
                            | Code::MediaType
                            | Code::TooMany
                    )
                );
                if ours {
                    self.world
                        .trace
                        .fault(&format!("{}: {what}: {failure}", self.name));
                }
                Came::Refused
            }
        }
    }

    /// Sends a command, and now and then once more after its answer: that has to be the first one.
    async fn post(&mut self, path: &str, body: Option<Value>) -> Came<Option<Value>> {
        let key = self.keys.key();
        let answer = self
            .client
            .post::<Value, Value>(path, body.as_ref(), &key)
            .await;
        if let Ok(first) = &answer
            && self.chance.once_in(3)
        {
            let days = self.world.ledger.days();
            self.pause(1, 15_000).await;
            let again = self
                .client
                .post::<Value, Value>(path, body.as_ref(), &key)
                .await;
            // An answer is kept for its day and the next.
            let kept = self.world.ledger.days() <= days + 1;
            let same = match &again {
                Ok(again) => again == first,
                Err(failure) => *failure == Failure::HubAway,
            };
            self.world
                .trace
                .note(&self.name, &format!("{path} again: {}", again.is_ok()));
            if kept && !same {
                let what = format!(
                    "{}: {path} sent again is answered {again:?}, not {first:?}",
                    self.name
                );
                self.world.trace.fault(&what);
            }
        }
        self.came(path, answer)
    }

    /// Gives out numbers and prints each once.
    pub(crate) async fn be_kiosk(mut self) {
        self.begin().await;
        let mut printed = BTreeSet::new();
        let mut reports = 0;
        while self.goes_on() {
            self.pause(200, 3_500).await;
            if let Some(ticket) = self.issue().await {
                self.print(ticket, &mut printed).await;
            }
            if self.chance.once_in(8) {
                reports += 1;
                self.report(reports).await;
            }
        }
    }

    async fn issue(&mut self) -> Option<TicketId> {
        let service = ["general", "padro"][usize::from(self.chance.once_in(3))];
        let wish = IssueTicket {
            service: service.parse().ok()?,
            language: None,
            class: None,
        };
        let promises = self.world.promises.clone();
        if self.chance.once_in(2) {
            // By hand, so that it may be sent again under its key.
            let path = "/v1/tickets";
            return match self.post(path, serde_json::to_value(&wish).ok()).await {
                Came::Done(answer) => {
                    let issued = answer.and_then(|one| serde_json::from_value(one).ok());
                    let issued: view::IssuedTicket = issued?;
                    self.issued(&issued)
                }
                Came::Refused => None,
                Came::Unknown => {
                    promises.unknown("ticket-issued");
                    None
                }
            };
        }
        let answer = self.client.issue(&wish).await;
        match self.came("issue", answer) {
            Came::Done(issued) => self.issued(&issued),
            Came::Refused => None,
            Came::Unknown => {
                promises.unknown("ticket-issued");
                None
            }
        }
    }

    fn issued(&self, issued: &view::IssuedTicket) -> Option<TicketId> {
        let ticket = issued.ticket.id;
        self.world.promises.kept(&format!("ticket-issued {ticket}"));
        self.world.promises.kept("ticket-issued");
        Some(ticket)
    }

    async fn print(&mut self, ticket: TicketId, printed: &mut BTreeSet<TicketId>) {
        if !printed.insert(ticket) {
            self.world
                .trace
                .fault(&format!("{ticket} is printed twice"));
        }
        self.pause(100, 1_500).await;
        let note = NotePrint {
            outcome: PrintOutcome::Printed,
            copy: false,
        };
        let claim = format!("ticket-printed {ticket}");
        let answer = self.client.note_print(ticket, &note).await;
        match self.came("print", answer) {
            Came::Done(()) => self.world.promises.kept(&claim),
            Came::Refused => {}
            Came::Unknown => self.world.promises.unknown(&claim),
        }
    }

    /// Tells something of the printer that was never told before.
    async fn report(&mut self, number: u32) {
        let (Ok(device), Ok(state), Ok(what)) = (
            "kiosk-1".parse(),
            format!("state-{number}").parse(),
            "printer".parse(),
        ) else {
            return;
        };
        let report = ReportDevice {
            state,
            what,
            until: None,
        };
        let claim = format!("device-reported kiosk-1 state-{number}");
        let answer = self.client.report(&device, &report).await;
        match self.came("report", answer) {
            Came::Done(()) => self.world.promises.kept(&claim),
            Came::Refused => {}
            Came::Unknown => self.world.promises.unknown(&claim),
        }
    }

    /// Presses whatever a desk has; mostly `next`.
    pub(crate) async fn be_at(mut self, desk: DeskId, often: bool) {
        self.begin().await;
        while self.goes_on() {
            match often {
                true => self.pause(1_000, 8_000).await,
                false => self.pause(4_000, 25_000).await,
            }
            match self.chance.below(20) {
                0..=11 => self.press(&desk, DeskAction::Next).await,
                12 => self.press(&desk, DeskAction::Recall).await,
                13 => self.press(&desk, DeskAction::Finish).await,
                14 => self.press(&desk, DeskAction::NoShow).await,
                15 => self.press(&desk, DeskAction::Park).await,
                16 => self.send_on(&desk).await,
                17 => self.resume(&desk).await,
                18 => self.next_by_page(&desk).await,
                _ => {
                    let actions = [DeskAction::Open, DeskAction::Pause, DeskAction::Close];
                    let action = actions[usize::try_from(self.chance.below(3)).unwrap_or(0)];
                    self.press(&desk, action).await;
                }
            }
        }
    }

    async fn press(&mut self, desk: &DeskId, action: DeskAction) {
        let promises = self.world.promises.clone();
        let calls = format!("ticket-called at {desk}");
        let event = match action {
            DeskAction::Next => "ticket-called",
            DeskAction::Recall => "ticket-recalled",
            DeskAction::Finish => "ticket-finished",
            DeskAction::NoShow => "ticket-no-show",
            DeskAction::Park => "ticket-parked",
            DeskAction::Open | DeskAction::Pause | DeskAction::Close => "",
        };
        let claim = format!("{event} at {desk}");
        if action == DeskAction::Next {
            promises.ask(&calls);
        }
        let answer = self.client.desk(desk, action, PRESS).await;
        if action == DeskAction::Next {
            promises.ask_no_more(&calls);
        }
        match self.came(&format!("{} at {desk}", action.as_str()), answer) {
            Came::Done(DeskAnswer::Called(ticket)) => self.called(desk, &ticket),
            Came::Done(_) if matches!(action, DeskAction::Finish) => {
                promises.kept_among_others(&claim);
            }
            Came::Done(DeskAnswer::Desk(_)) if !event.is_empty() => promises.kept(&claim),
            // `next` finishes, too.
            Came::Unknown if action == DeskAction::Finish => {}
            Came::Unknown if !event.is_empty() => promises.unknown(&claim),
            Came::Done(_) | Came::Refused | Came::Unknown => {}
        }
    }

    fn called(&self, desk: &DeskId, ticket: &view::Ticket) {
        let at = ticket
            .called_at
            .map(|at| at.to_string())
            .unwrap_or_default();
        let promises = &self.world.promises;
        promises.kept(&format!("ticket-called {} at {desk} {at}", ticket.id));
        promises.kept(&format!("ticket-called at {desk}"));
    }

    /// `next` as the desk's page sends it: it is asked for longer, and may be sent again after its answer.
    async fn next_by_page(&mut self, desk: &DeskId) {
        let calls = format!("ticket-called at {desk}");
        let promises = self.world.promises.clone();
        promises.ask(&calls);
        let came = self.post(&format!("/v1/desks/{desk}/next"), None).await;
        promises.ask_no_more(&calls);
        self.was_called(desk, came);
    }

    fn was_called(&self, desk: &DeskId, came: Came<Option<Value>>) {
        match came {
            Came::Done(Some(ticket)) => match serde_json::from_value(ticket) {
                Ok(ticket) => self.called(desk, &ticket),
                Err(error) => self
                    .world
                    .trace
                    .fault(&format!("no ticket in an answer: {error}")),
            },
            Came::Unknown => {
                let calls = format!("ticket-called at {desk}");
                self.world.promises.unknown(&calls);
            }
            Came::Done(None) | Came::Refused => {}
        }
    }

    async fn send_on(&mut self, desk: &DeskId) {
        let to = match self.chance.below(2) {
            0 => json!({"service": "padro"}),
            _ => json!({"desk": "2"}),
        };
        let came = self
            .post(&format!("/v1/desks/{desk}/transfer"), Some(to))
            .await;
        self.settle(&format!("ticket-transferred at {desk}"), came);
    }

    async fn resume(&mut self, desk: &DeskId) {
        let Some(ticket) = self
            .world
            .ledger
            .look(|state| state.parked().first().map(|one| one.id))
        else {
            return;
        };
        let body = json!({"ticket": ticket});
        let came = self
            .post(&format!("/v1/desks/{desk}/resume"), Some(body))
            .await;
        self.settle(&format!("ticket-resumed at {desk}"), came);
    }

    fn settle(&self, claim: &str, came: Came<Option<Value>>) {
        match came {
            Came::Done(_) => self.world.promises.kept(claim),
            Came::Refused => {}
            Came::Unknown => self.world.promises.unknown(claim),
        }
    }

    /// Looks in now and then.
    pub(crate) async fn supervise(mut self) {
        self.begin().await;
        let mut notices = 0;
        while self.goes_on() {
            self.pause(3_000, 20_000).await;
            match self.chance.below(4) {
                0 => {
                    notices += 1;
                    let words = format!("Avís {notices}");
                    let body = json!({"text": {"ca": words}});
                    let came = self.post("/v1/notice", Some(body)).await;
                    self.settle(&format!("notice-set {words}"), came);
                }
                1 => self.restore().await,
                2 => self.cancel().await,
                _ => self.call().await,
            }
        }
    }

    async fn restore(&mut self) {
        let missed = self.world.ledger.look(|state| {
            let now = state.at();
            state.restorable(now).first().map(|one| one.id)
        });
        if let Some(ticket) = missed {
            let came = self
                .post(&format!("/v1/tickets/{ticket}/restore"), None)
                .await;
            self.settle(&format!("ticket-restored {ticket}"), came);
        }
    }

    async fn cancel(&mut self) {
        if let Some(ticket) = self.someone_who_waits() {
            let came = self
                .post(&format!("/v1/tickets/{ticket}/cancel"), None)
                .await;
            self.settle(&format!("ticket-cancelled {ticket}"), came);
        }
    }

    /// Has someone called to a desk, out of turn.
    async fn call(&mut self) {
        let Ok(desk) = (1 + self.chance.below(3)).to_string().parse::<DeskId>() else {
            return;
        };
        let Some(ticket) = self.someone_who_waits() else {
            return;
        };
        let calls = format!("ticket-called at {desk}");
        let promises = self.world.promises.clone();
        promises.ask(&calls);
        let body = json!({"desk": desk});
        let came = self
            .post(&format!("/v1/tickets/{ticket}/call"), Some(body))
            .await;
        promises.ask_no_more(&calls);
        self.was_called(&desk, came);
    }

    fn someone_who_waits(&mut self) -> Option<TicketId> {
        let waiting: Vec<TicketId> = self.world.ledger.look(|state| {
            let tickets = state.tickets();
            let waiting =
                tickets.filter(|one| one.status == torn_queue::event::TicketStatus::Waiting);
            waiting.map(|one| one.id).collect()
        });
        let place = usize::try_from(self.chance.below(waiting.len().max(1) as u64)).ok()?;
        waiting.get(place).copied()
    }
}
