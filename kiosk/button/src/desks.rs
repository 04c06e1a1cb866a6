// SPDX-License-Identifier: GPL-3.0-or-later
//! From a press to the hub and back to the lamp.
//!
//! A short press is `next`, a long one `recall`. While a press of a button is on its way, another
//! one of it is void, and after five seconds without an answer the first one is, too: a call must
//! never happen when nobody stands at the desk any more. A press that waits for longer than a
//! second says so. Pins and patterns in time are the panel's.

use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::task::{JoinError, JoinSet};
use torn_client::{Client, DeskAction, DeskAnswer, Failure, Update};
use torn_queue::{DeskId, DeviceId, Event, Fact};
use torn_wire::Code;
use torn_wire::request::ReportDevice;

use crate::health::{Health, Unreported};
use crate::lamp::Pattern;
use crate::panel::Tell;
use crate::press::Happening;

/// A press that nobody answered for so long is void.
const PRESS_EXPIRES_AFTER: Duration = Duration::from_secs(5);

/// A hub answers in milliseconds. After so long the lamp says that nobody hears, though the press
/// is not void yet and following the hub has not noticed.
const PRESS_WAITS_UNTOLD_FOR: Duration = Duration::from_secs(1);

/// How the hub is, as far as following it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hub {
    /// It was not reached yet.
    Unknown,
    /// It answers, and what it told may be old.
    Here,
    /// It answers, and told everything up to now.
    Current,
    /// It is away.
    Away,
}

/// The desks of a device's buttons.
pub struct Desks {
    client: Client,
    device: DeviceId,
    /// The desk of each button, by its place in the panel.
    buttons: Vec<DeskId>,
    panel: Sender<Tell>,
    hub: Hub,
    /// The press of each button that is on its way, by its number.
    asking: Vec<Option<u64>>,
    presses: u64,
    /// Presses that may have waited for too long to say nothing.
    waiting: JoinSet<(usize, u64)>,
    answers: JoinSet<(usize, DeskAction, Result<DeskAnswer, Failure>)>,
    health: Health,
    /// At most one at a time.
    reports: JoinSet<(Unreported, Result<(), Failure>)>,
}

impl Desks {
    /// The desks of these buttons, whose answers go to `panel`.
    #[must_use]
    pub fn new(
        client: Client,
        device: DeviceId,
        buttons: Vec<DeskId>,
        health: Health,
        panel: Sender<Tell>,
    ) -> Self {
        Self {
            client,
            device,
            asking: vec![None; buttons.len()],
            presses: 0,
            waiting: JoinSet::new(),
            buttons,
            panel,
            hub: Hub::Unknown,
            answers: JoinSet::new(),
            health,
            reports: JoinSet::new(),
        }
    }

    /// Asks and answers until no more happenings can come. What is on its way then is void.
    pub async fn run(mut self, mut happenings: Receiver<(usize, Happening)>) {
        let mut updates = self.client.follow();
        loop {
            tokio::select! {
                happening = happenings.recv() => match happening {
                    Some((button, happening)) => self.happened(button, happening),
                    None => return,
                },
                Some(update) = updates.recv() => self.heard(update),
                Some(answer) = self.answers.join_next() => self.answered(answer),
                Some(waited) = self.waiting.join_next() => self.waited(waited),
                Some(report) = self.reports.join_next() => self.reported(report),
            }
        }
    }

    fn happened(&mut self, button: usize, happening: Happening) {
        let Some(desk) = self.buttons.get(button) else {
            return;
        };
        match happening {
            Happening::Pressed => self.ask(button, DeskAction::Next),
            Happening::LongPressed => self.ask(button, DeskAction::Recall),
            Happening::Stuck => tracing::error!(%desk, "the button is stuck; see what presses it"),
            Happening::Lost => tracing::error!(%desk, "the button can't be read"),
            Happening::Freed => tracing::info!(%desk, "the button works again"),
        }
        self.health.note(button, happening);
        self.report();
    }

    fn ask(&mut self, button: usize, action: DeskAction) {
        if self.hub == Hub::Away {
            self.show(button, Pattern::HubAway);
        }
        if self.asking[button].is_some() {
            if self.hub != Hub::Away {
                self.show(button, Pattern::TooSoon);
            }
            return;
        }
        self.presses += 1;
        let press = self.presses;
        self.asking[button] = Some(press);
        self.waiting.spawn(async move {
            tokio::time::sleep(PRESS_WAITS_UNTOLD_FOR).await;
            (button, press)
        });
        let (client, desk) = (self.client.clone(), self.buttons[button].clone());
        self.answers.spawn(async move {
            let answer = client.desk(&desk, action, PRESS_EXPIRES_AFTER).await;
            (button, action, answer)
        });
    }

    fn answered(
        &mut self,
        answer: Result<(usize, DeskAction, Result<DeskAnswer, Failure>), JoinError>,
    ) {
        let (button, action, answer) = match answer {
            Ok(answer) => answer,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        self.asking[button] = None;
        let (desk, action) = (&self.buttons[button], action.as_str());
        match &answer {
            Ok(DeskAnswer::Called(ticket)) => {
                tracing::info!(%desk, number = %ticket.number, "called")
            }
            Ok(DeskAnswer::NobodyWaits) => tracing::info!(%desk, "nobody waits"),
            Ok(DeskAnswer::Desk(_)) => tracing::info!(%desk, action, "done"),
            Err(failure @ Failure::Refused(_)) => {
                tracing::info!(%desk, action, %failure, "refused")
            }
            Err(failure) => tracing::warn!(%desk, action, %failure, "the press came to nothing"),
        }
        self.show(button, pattern_of(&answer));
    }

    fn waited(&mut self, waited: Result<(usize, u64), JoinError>) {
        let Ok((button, press)) = waited else { return };
        // While the hub is known to be away the lamp has said so.
        if self.asking[button] == Some(press) && self.hub != Hub::Away {
            self.show(button, Pattern::HubAway);
        }
    }

    fn heard(&mut self, update: Update) {
        match update {
            Update::Connected => self.hub = Hub::Here,
            Update::Away { .. } => {
                self.hub = Hub::Away;
                // Who waits for an answer is told now that it may not come.
                for button in (0..self.asking.len()).filter(|one| self.asking[*one].is_some()) {
                    self.show(button, Pattern::HubAway);
                }
            }
            Update::Afresh => self.health.forget(),
            Update::Event(event) => self.heard_event(&event),
            Update::UnknownKind { .. } => self.health.met_unknown_kind(),
            Update::Beat(_) => {
                self.hub = Hub::Current;
                self.report();
            }
        }
    }

    fn heard_event(&mut self, event: &Event) {
        match &event.fact {
            Fact::DayBegan { .. } => self.health.forget(),
            Fact::DeviceReported {
                device,
                what,
                state,
                ..
            } if *device == self.device => self.health.learn(what, state),
            _ => {}
        }
    }

    /// Reports what the hub does not know, once all that it knows has been heard.
    fn report(&mut self) {
        if self.hub != Hub::Current || !self.reports.is_empty() {
            return;
        }
        let Some(unreported) = self.health.unreported() else {
            return;
        };
        let report = ReportDevice {
            state: unreported.state.clone(),
            what: unreported.what.clone(),
            until: None,
        };
        let (client, device) = (self.client.clone(), self.device.clone());
        self.reports
            .spawn(async move { (unreported, client.report(&device, &report).await) });
    }

    fn reported(&mut self, report: Result<(Unreported, Result<(), Failure>), JoinError>) {
        match report {
            // The next beat tries again.
            Ok((_, Err(Failure::HubAway))) => return,
            Ok((report, Err(failure))) => {
                tracing::warn!(what = %report.what, state = %report.state, %failure, "a report came to nothing");
                self.health.reported(report);
            }
            Ok((report, Ok(()))) => self.health.reported(report),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
        self.report();
    }

    fn show(&self, button: usize, pattern: Pattern) {
        // A panel that has ended has dark lamps.
        let _ = self.panel.send(Tell::Show { button, pattern });
    }
}

/// What the lamp says to an answer.
fn pattern_of(answer: &Result<DeskAnswer, Failure>) -> Pattern {
    match answer {
        Ok(_) => Pattern::Accepted,
        Err(Failure::HubAway) => Pattern::HubAway,
        Err(failure) if failure.code() == Some(Code::TooSoon) => Pattern::TooSoon,
        Err(_) => Pattern::Refused,
    }
}

#[cfg(test)]
mod tests {
    use torn_wire::Problem;

    use super::*;

    #[test]
    fn every_answer_has_its_pattern() {
        let refused = |code| Err(Failure::Refused(Problem::new(code, "as it happened")));
        assert_eq!(pattern_of(&Ok(DeskAnswer::NobodyWaits)), Pattern::Accepted);
        assert_eq!(pattern_of(&refused(Code::TooSoon)), Pattern::TooSoon);
        assert_eq!(
            pattern_of(&refused(Code::NothingToRecall)),
            Pattern::Refused
        );
        assert_eq!(pattern_of(&refused(Code::Forbidden)), Pattern::Refused);
        assert_eq!(pattern_of(&Err(Failure::HubAway)), Pattern::HubAway);
        let odd = Failure::Unexpected("a page of a router".to_owned());
        assert_eq!(pattern_of(&Err(odd)), Pattern::Refused);
    }
}
