// SPDX-License-Identifier: GPL-3.0-or-later
//! What the hub answered, and which screen follows from it.
//!
//! A refusal's code decides. Its detail is for people who read logs: only a number, a day or a building
//! that the office is known to have is taken from it, and said in words of the screen's own.

use std::time::Instant;

use jiff::civil::Date;
use torn_client::Failure;
use torn_queue::state::Service;
use torn_queue::{Language, ServiceId, TicketId, TicketNumber};
use torn_wire::Code;
use torn_wire::view::IssuedTicket;

use super::check_in::Typing;
use super::instead::Reason;
use super::screen::{Screen, Why, limits};
use super::{Effect, Hub, ViewModel, Wish};

impl ViewModel {
    /// The hub answered the touch or the code, or it did not.
    pub(super) fn answered(
        &mut self,
        answer: Result<IssuedTicket, Failure>,
        now: Instant,
    ) -> Vec<Effect> {
        let Some(asking) = self.asking.take() else {
            return vec![];
        };
        self.last_touch = now;
        let failure = match answer {
            Ok(issued) => return self.issued(&issued, asking.since, now),
            Err(failure) => failure,
        };
        tracing::warn!(asked = ?asking.what, %failure, "no number");
        let code = failure.code();
        match failure {
            Failure::HubAway => {
                self.screen = Screen::Home;
                if !matches!(self.hub, Hub::Away { .. }) {
                    self.hub = Hub::Away {
                        since: asking.since,
                    };
                }
            }
            Failure::Refused(problem) => {
                let detail: String = problem.detail.chars().take(limits::DETAIL).collect();
                match asking.what {
                    Wish::Ticket(service) => self.refused_ticket(service, code),
                    Wish::CheckIn => self.refused_check_in(code, &detail, now),
                }
            }
            Failure::Unexpected(_) => {
                self.screen = Screen::Refused(match asking.what {
                    Wish::Ticket(_) => Why::Other,
                    Wish::CheckIn => Why::CheckIn,
                });
            }
        }
        vec![]
    }

    fn refused_ticket(&mut self, service: ServiceId, code: Option<Code>) {
        let reason = match code {
            Some(Code::OfficeClosed) => {
                self.screen = Screen::Closed;
                return;
            }
            Some(Code::AppointmentRequired) => Reason::Appointment,
            Some(Code::ServiceFull) => Reason::Full,
            Some(Code::ServiceClosed | Code::UnknownService) => {
                let elsewhere = self
                    .state
                    .service(&service)
                    .is_some_and(|one| one.elsewhere);
                if elsewhere {
                    Reason::Elsewhere
                } else {
                    Reason::Closed
                }
            }
            _ => {
                self.screen = Screen::Refused(Why::Other);
                return;
            }
        };
        self.screen = Screen::Instead(service, reason);
    }

    fn refused_check_in(&mut self, code: Option<Code>, detail: &str, now: Instant) {
        let why = match code {
            Some(Code::OfficeClosed) => {
                self.screen = Screen::Closed;
                return;
            }
            Some(Code::UnknownAppointment) => {
                self.not_found();
                return;
            }
            Some(Code::AlreadyCheckedIn) => Why::CheckedIn(self.number_in(detail)),
            Some(Code::AppointmentCancelled) => Why::Cancelled,
            Some(Code::AppointmentOtherDay) => {
                let today = self.clock.civil(now).map(|at| at.date());
                match (day_in(detail), today) {
                    (Some(day), Some(today)) if day < today => Why::DayGone(day),
                    (day, _) => Why::OtherDay(day),
                }
            }
            Some(Code::AppointmentOtherPlace) => Why::OtherPlace(self.place_in(detail)),
            _ => Why::CheckIn,
        };
        self.screen = Screen::Refused(why);
    }

    /// Nobody is booked under that code: it stays, to be looked at once more.
    fn not_found(&mut self) {
        let typing = match std::mem::replace(&mut self.screen, Screen::Home) {
            Screen::CheckIn(typing) => typing,
            _ => Typing::default(),
        };
        self.screen = Screen::CheckIn(Typing {
            unknown: true,
            ..typing
        });
    }

    /// The number of somebody who was booked and has come today, if `detail` names one.
    fn number_in(&self, detail: &str) -> Option<TicketNumber> {
        let day = self.state.day()?;
        let mut words = detail.split(|one: char| !one.is_ascii_alphanumeric());
        words.find_map(|word| {
            let number: TicketNumber = word.parse().ok()?;
            let ticket = self.state.ticket(TicketId::new(day, number))?;
            ticket.appointment_at.map(|_| number)
        })
    }

    /// The building, if `detail` names one that a service of the office is given in.
    fn place_in(&self, detail: &str) -> Option<String> {
        let services = self.state.services().iter();
        let places = services.filter_map(|one: &Service| one.config.place.as_ref());
        let named = places.filter(|place| detail.contains(place.as_str()));
        // Of two that begin alike, the whole name.
        named.max_by_key(|place| place.len()).cloned()
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

fn day_in(detail: &str) -> Option<Date> {
    let mut words = detail.split(|one: char| !one.is_ascii_digit() && one != '-');
    words.find_map(|word| word.parse().ok())
}
