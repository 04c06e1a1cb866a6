// SPDX-License-Identifier: GPL-3.0-or-later
//! Which screen it is, and when it leaves by itself.

use std::time::Instant;

use torn_client::Failure;
use torn_queue::office::AppointmentRule;
use torn_queue::state::Service;
use torn_queue::{Language, ServiceId};
use torn_wire::Code;
use torn_wire::view::IssuedTicket;

use super::taken::TakenTicket;
use super::{Effect, Hub, ViewModel};

/// Every time that a screen keeps, with its reason.
pub mod limits {
    use std::time::Duration;

    /// A ticket's page stays so long after the paper is out: at least 8 s, to read and to tear off.
    pub const AFTER_PAPER: Duration = Duration::from_secs(10);
    /// Without paper the number has to be learnt or scanned.
    pub const WITHOUT_PAPER: Duration = Duration::from_secs(20);
    /// Printing that tells no end has ended: far more than any printer takes.
    pub const PRINTING_MAX: Duration = Duration::from_secs(90);
    /// A finger that comes down twice does not close the page that its first touch opened.
    pub const TWICE: Duration = Duration::from_millis(500);
    /// A hub that starts anew is back sooner: nobody has to hear of it. A touch meanwhile is sent again.
    pub const AWAY: Duration = Duration::from_secs(4);
    /// After so long without an answer the screen says that it asks.
    pub const SLOW: Duration = Duration::from_millis(800);
    /// Without a touch the screen asks whether anybody is there.
    pub const IDLE: Duration = Duration::from_secs(30);
    /// It waits so long for the answer, a dot a second.
    pub const QUESTION: Duration = Duration::from_secs(20);
    /// Tiles on a page.
    pub const TILES: usize = 6;
}

/// Why there is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The service takes nobody now.
    Closed,
    /// Or nobody more today.
    Full,
    /// Something else, which is in the log.
    Other,
}

/// The screen that is shown while the hub is there.
#[derive(Debug)]
pub(super) enum Screen {
    Home,
    /// A page of the other services, from 1.
    More(usize),
    Ticket(Box<TakenTicket>),
    Appointment(ServiceId),
    Refused {
        service: ServiceId,
        why: Why,
    },
}

/// The question before the screen goes home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StillThere {
    pub(super) asked: Instant,
}

impl StillThere {
    /// Whole seconds that are left, never 0 while it is shown.
    pub(super) fn seconds_left(self, now: Instant) -> u64 {
        let left = (self.asked + limits::QUESTION).saturating_duration_since(now);
        u64::try_from(left.as_millis().div_ceil(1_000))
            .unwrap_or(u64::MAX)
            .max(1)
    }
}

impl ViewModel {
    pub(super) fn time_passed(&mut self, now: Instant) {
        if self.asking.is_some() {
            return;
        }
        match &self.screen {
            Screen::Ticket(taken) => {
                if now >= taken.leaves_at {
                    self.go_home();
                }
            }
            Screen::Home => {
                if self.language.is_some() && now >= self.last_touch + limits::IDLE {
                    self.language = None;
                }
            }
            Screen::More(_) | Screen::Appointment(_) | Screen::Refused { .. } => {
                self.still_there(now)
            }
        }
    }

    fn still_there(&mut self, now: Instant) {
        match self.still_there {
            Some(question) if now >= question.asked + limits::QUESTION => self.go_home(),
            Some(_) => {}
            None if now >= self.last_touch + limits::IDLE => {
                self.still_there = Some(StillThere { asked: now })
            }
            None => {}
        }
    }

    /// Home, as the next person finds it.
    pub(super) fn go_home(&mut self) {
        self.screen = Screen::Home;
        self.still_there = None;
        self.language = None;
    }

    pub(super) fn done(&mut self, now: Instant) {
        if let Screen::Ticket(taken) = &self.screen
            && now >= taken.shown_at + limits::TWICE
        {
            self.go_home();
        }
    }

    pub(super) fn more_time(&mut self, now: Instant) {
        self.still_there = None;
        if let Screen::Ticket(taken) = &mut self.screen {
            taken.leaves_at = now + limits::WITHOUT_PAPER;
        }
    }

    pub(super) fn more(&mut self) {
        if self.asking.is_some() {
            return;
        }
        match self.screen {
            Screen::Home => self.screen = Screen::More(1),
            Screen::More(page) => self.screen = Screen::More(page + 1),
            Screen::Ticket(_) | Screen::Appointment(_) | Screen::Refused { .. } => {}
        }
    }

    /// The hub answered the touch, or it did not.
    pub(super) fn answered(
        &mut self,
        answer: Result<IssuedTicket, Failure>,
        now: Instant,
    ) -> Vec<Effect> {
        let Some(asking) = self.asking.take() else {
            return vec![];
        };
        self.last_touch = now;
        let service = asking.service;
        let failure = match answer {
            Ok(issued) => return self.issued(&issued, asking.since, now),
            Err(failure) => failure,
        };
        tracing::warn!(%service, %failure, "no number");
        match (failure.code(), failure) {
            (_, Failure::HubAway) => {
                self.screen = Screen::Home;
                if !matches!(self.hub, Hub::Away { .. }) {
                    self.hub = Hub::Away {
                        since: asking.since,
                    };
                }
            }
            (Some(Code::AppointmentRequired), _) => self.screen = Screen::Appointment(service),
            (code, _) => {
                let why = match code {
                    Some(Code::ServiceFull) => Why::Full,
                    Some(Code::ServiceClosed | Code::UnknownService) => Why::Closed,
                    _ => Why::Other,
                };
                self.screen = Screen::Refused { service, why };
            }
        }
        vec![]
    }

    /// The services that take people, in the order of the tiles.
    pub(super) fn offered(&self) -> impl Iterator<Item = &Service> {
        self.state.services().iter().filter(|one| !one.removed)
    }

    pub(super) fn needs_appointment(&self, service: &ServiceId) -> bool {
        let known = self.state.service(service);
        known.is_some_and(|one| one.config.appointment == AppointmentRule::Required)
    }

    /// The service whose ticket is offered in place of the one that needs an appointment.
    pub(super) fn offered_instead(&self) -> Option<ServiceId> {
        let Screen::Appointment(service) = &self.screen else {
            return None;
        };
        let fallback = self.state.service(service)?.config.fallback.clone()?;
        let takes = self.offered().any(|one| one.config.id == fallback);
        (takes && !self.needs_appointment(&fallback)).then_some(fallback)
    }

    /// A service's name in `language`; its id, if it is gone.
    pub(super) fn service_name(&self, service: &ServiceId, language: &Language) -> String {
        let office = self.state.office();
        let name = office
            .zip(self.state.service(service))
            .map(|(office, one)| {
                one.config
                    .name
                    .in_language(language, &office.languages)
                    .to_owned()
            });
        name.unwrap_or_else(|| service.to_string())
    }
}
