// SPDX-License-Identifier: GPL-3.0-or-later
//! What there is where no number is given out: the way to an appointment, another building, another
//! hour, and whom to ask meanwhile.

use std::time::Instant;

use torn_look::words;
use torn_queue::calendar::Calendar;
use torn_queue::event::{DeskStatus, ServiceClosedReason};
use torn_queue::office::{AppointmentRule, Links};
use torn_queue::state::Service;
use torn_queue::{Language, Now, ServiceId, Timestamp};

use super::ViewModel;
use super::screen::Screen;
use super::tiles::icon;

/// Why a service gives out no number to whoever comes now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It is for people with an appointment.
    Appointment,
    /// It is closed.
    Closed,
    /// Who waits fills the time that is left.
    Full,
    /// It is given in another building.
    Elsewhere,
}

/// The page in place of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// Why.
    pub reason: Reason,
    /// For what.
    pub service: String,
    /// The name of its drawing.
    pub icon: String,
    /// When it gives out numbers again, as a sentence goes on with it; empty if nobody knows.
    pub opens: String,
    /// The building; empty if it is this one.
    pub place: String,
    /// An address: where an appointment is booked, or else the office on the web.
    pub web: Option<String>,
    /// Whether that is where one is booked.
    pub books: bool,
    /// A WhatsApp number, digits only.
    pub whatsapp: Option<String>,
    /// Whether a ticket for information can be had instead.
    pub information: bool,
    /// Whether somebody who is booked can check in.
    pub checks_in: bool,
}

/// The screen of an office that is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// When it opens, as a sentence goes on with it; empty if nobody knows.
    pub opens: String,
    /// Its week in one line; empty if it takes more.
    pub week: String,
    /// Whether people with a number are still served.
    pub serves: bool,
    /// The office on the web.
    pub web: Option<String>,
    /// Whether that is only where an appointment is booked.
    pub books: bool,
    /// A WhatsApp number, digits only.
    pub whatsapp: Option<String>,
}

impl ViewModel {
    /// Why `service` gives out no number, if it gives none.
    pub(super) fn gives_none(&self, service: &ServiceId) -> Option<Reason> {
        reason(self.state.service(service)?)
    }

    /// The service whose ticket is offered in place of the one that gives none.
    pub(super) fn offered_instead(&self) -> Option<ServiceId> {
        let Screen::Instead(service, _) = &self.screen else {
            return None;
        };
        let fallback = self.state.service(service)?.config.fallback.clone()?;
        let takes = self.offered().any(|one| one.config.id == fallback);
        (takes && self.state.opening().open && self.gives_none(&fallback).is_none())
            .then_some(fallback)
    }

    /// Whether somebody can be booked here at all.
    pub(super) fn takes_appointments(&self) -> bool {
        self.offered()
            .any(|one| one.config.appointment != AppointmentRule::None && !one.elsewhere)
    }

    /// When a service that gives out none today does so again: with the office's next opening.
    pub(super) fn reopens_at(&self, now: Instant) -> Option<Timestamp> {
        let office = self.state.office()?;
        let at = self.clock.timestamp(now)?;
        let zone = self.clock.zone()?;
        Calendar::new(office, self.state.special_days(), Now { at, zone }).opens_after(at)
    }

    /// A coming instant in words, seen from today.
    pub(super) fn opens_in_words(
        &self,
        language: &Language,
        at: Option<Timestamp>,
        now: Instant,
    ) -> String {
        let said = at.and_then(|at| {
            let (today, at) = (self.clock.civil(now)?.date(), self.clock.civil_of(at)?);
            Some(words::opening(language, today, at))
        });
        said.unwrap_or_default()
    }

    pub(super) fn instead(&self, language: &Language, now: Instant) -> Option<Instead> {
        let Screen::Instead(service, reason) = &self.screen else {
            return None;
        };
        let known = self.state.service(service);
        let links = self.links();
        let books = *reason == Reason::Appointment && links.booking.is_some();
        let web = if books { links.booking } else { links.e_office };
        let reopens = match reason {
            Reason::Closed | Reason::Full => self.reopens_at(now),
            Reason::Appointment | Reason::Elsewhere => None,
        };
        Some(Instead {
            reason: *reason,
            service: self.service_name(service, language),
            icon: known.map(icon).unwrap_or_default(),
            opens: self.opens_in_words(language, reopens, now),
            place: known
                .filter(|one| one.elsewhere)
                .map(|one| self.place_in_words(one, language))
                .unwrap_or_default(),
            web,
            books,
            whatsapp: links.whatsapp,
            information: self.offered_instead().is_some(),
            checks_in: *reason == Reason::Appointment && self.state.opening().open,
        })
    }

    pub(super) fn closed(&self, language: &Language, now: Instant) -> Closed {
        let opening = self.state.opening();
        let opens_at = if opening.open {
            self.reopens_at(now)
        } else {
            opening.next_open_at
        };
        let office = self.state.office();
        let serving = |one: &torn_queue::state::Desk| one.status == DeskStatus::Serving;
        let links = self.links();
        let books = links.e_office.is_none() && links.booking.is_some();
        Closed {
            opens: self.opens_in_words(language, opens_at, now),
            week: office
                .filter(|one| one.seasons.is_empty())
                .and_then(|one| words::week(language, &one.hours))
                .unwrap_or_default(),
            serves: self.state.waiting_len() > 0 || self.state.desks().iter().any(serving),
            web: links.e_office.or(links.booking),
            books,
            whatsapp: links.whatsapp,
        }
    }

    /// The building of a service, in its own order also within an Arabic sentence.
    pub(super) fn place_in_words(&self, service: &Service, language: &Language) -> String {
        let place = service.config.place.as_deref().unwrap_or_default();
        isolated(place, language)
    }

    fn links(&self) -> Links {
        let office = self.state.office();
        office.map(|one| one.links.clone()).unwrap_or_default()
    }
}

/// A name of this country, which keeps its order in a sentence that is read from the right.
pub(super) fn isolated(name: &str, language: &Language) -> String {
    if words::is_right_to_left(language) && !name.is_empty() {
        words::isolate(name)
    } else {
        name.to_owned()
    }
}

/// Why a service gives out no number, if it gives none; what is so at any hour comes first.
pub(super) fn reason(service: &Service) -> Option<Reason> {
    if service.elsewhere {
        return Some(Reason::Elsewhere);
    }
    if service.config.appointment == AppointmentRule::Required {
        return Some(Reason::Appointment);
    }
    match service.closed? {
        ServiceClosedReason::Full => Some(Reason::Full),
        ServiceClosedReason::Supervisor => Some(Reason::Closed),
    }
}
