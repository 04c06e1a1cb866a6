// SPDX-License-Identifier: GPL-3.0-or-later
//! Tickets: issued, checked in, cancelled, restored.

use alloc::vec;
use alloc::vec::Vec;

use super::known_ticket;
use crate::command::Booking;
use crate::event::{Class, Fact, ServiceClosedReason, TicketStatus};
use crate::fullness;
use crate::ids::{Language, ServiceId, TicketId};
use crate::limits;
use crate::office::AppointmentRule;
use crate::order;
use crate::outlook;
use crate::refusal::Refusal;
use crate::state::{Service, State};
use crate::time::{Now, Timestamp};
use crate::wait::Estimate;

pub(super) fn issue(
    state: &State,
    id: &ServiceId,
    language: Option<&Language>,
    class: Option<Class>,
    now: Now<'_>,
) -> Result<Vec<Fact>, Refusal> {
    let service = known_service(state, id)?;
    let class = class.unwrap_or(Class::WalkIn);
    if class == Class::Appointment {
        return Err(Refusal::ClassNotAllowed);
    }
    let language = spoken(state, id, language)?;
    // One that is gone or elsewhere is so at any hour.
    given_here(state, service)?;
    let opening = state.opening();
    if !opening.open {
        return Err(Refusal::OfficeClosed(opening.next_open_at));
    }
    if service.config.appointment == AppointmentRule::Required {
        return Err(Refusal::AppointmentRequired(id.clone()));
    }
    match service.closed {
        Some(ServiceClosedReason::Supervisor) => return Err(Refusal::ServiceClosed(id.clone())),
        Some(ServiceClosedReason::Full) => {
            let calendar = state.calendar(now);
            return Err(Refusal::ServiceFull {
                service: id.clone(),
                next_open_at: calendar.and_then(|one| one.opens_after(now.at)),
            });
        }
        None => {}
    }
    let ticket = Ticket {
        service,
        class,
        language,
        due_at: now.at,
        appointment_at: None,
    };
    ticket.issued(state, now)
}

/// Who comes within the grace keeps the booked hour; who comes later is a walk-in from then on, and the
/// ticket, which still names the hour, says so.
pub(super) fn check_in(
    state: &State,
    booking: &Booking,
    language: Option<&Language>,
    now: Now<'_>,
) -> Result<Vec<Fact>, Refusal> {
    let opening = state.opening();
    if !opening.open {
        return Err(Refusal::OfficeClosed(opening.next_open_at));
    }
    if let Some(ticket) = booking.checked_in {
        return Err(Refusal::AlreadyCheckedIn(ticket));
    }
    if booking.cancelled {
        return Err(Refusal::AppointmentCancelled);
    }
    let day = booking.start.day_in(now.zone);
    if state.day() != Some(day) {
        return Err(Refusal::AppointmentOtherDay(day));
    }
    let service = known_service(state, &booking.service)?;
    if let (true, Some(place)) = (service.elsewhere, &service.config.place) {
        return Err(Refusal::AppointmentOtherPlace(place.clone()));
    }
    given_here(state, service)?;
    let grace_min = state
        .office()
        .map_or(0, |office| office.policy.appointment_grace_min);
    let keeps = now.at.ms_since(booking.start) <= i64::from(grace_min) * 60_000;
    let (class, due_at) = if keeps {
        (Class::Appointment, booking.start)
    } else {
        (Class::WalkIn, now.at)
    };
    let ticket = Ticket {
        service,
        class,
        language: spoken(state, &booking.service, language)?,
        due_at,
        appointment_at: Some(booking.start),
    };
    ticket.issued(state, now)
}

/// A ticket that is about to be issued.
struct Ticket<'a> {
    service: &'a Service,
    class: Class,
    language: Language,
    due_at: Timestamp,
    appointment_at: Option<Timestamp>,
}

impl Ticket<'_> {
    fn issued(self, state: &State, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
        let id = &self.service.config.id;
        let number = state.next_number(self.service.config.letter);
        if number.count() > limits::TICKETS_PER_LETTER_MAX {
            return Err(Refusal::NumbersUsedUp(id.clone()));
        }
        let own = state.newcomer(id, self.class, self.due_at);
        let own = own.ok_or_else(|| Refusal::UnknownService(id.clone()))?;
        let (ahead, estimate) = outlook::of_joining(state, &own, now.at);
        let mut facts = vec![Fact::TicketIssued {
            ticket: own.ticket,
            number,
            service: id.clone(),
            class: self.class,
            language: self.language,
            due_at: self.due_at,
            appointment_at: self.appointment_at,
            ahead,
            wait: estimate.map(Estimate::shown),
        }];
        facts.extend(fullness::changes(state, now, Some(&own)));
        Ok(facts)
    }
}

fn known_service<'a>(state: &'a State, id: &ServiceId) -> Result<&'a Service, Refusal> {
    state
        .service(id)
        .ok_or_else(|| Refusal::UnknownService(id.clone()))
}

fn given_here(state: &State, service: &Service) -> Result<(), Refusal> {
    let id = service.config.id.clone();
    if service.removed {
        return Err(Refusal::ServiceClosed(id));
    }
    match (&service.config.place, state.office()) {
        (Some(place), Some(_)) if service.elsewhere => Err(Refusal::ServiceElsewhere {
            service: id,
            place: place.clone(),
        }),
        _ => Ok(()),
    }
}

/// The language of the ticket: the one that was asked for, or the office's own.
fn spoken(
    state: &State,
    service: &ServiceId,
    language: Option<&Language>,
) -> Result<Language, Refusal> {
    let unknown = || Refusal::UnknownService(service.clone());
    let spoken = &state.office().ok_or_else(unknown)?.languages;
    if let Some(other) = language.filter(|one| !spoken.contains(one)) {
        return Err(Refusal::UnknownLanguage(other.clone()));
    }
    Ok(language.or(spoken.first()).ok_or_else(unknown)?.clone())
}

pub(super) fn cancel(state: &State, id: TicketId) -> Result<Vec<Fact>, Refusal> {
    let ticket = known_ticket(state, id)?;
    if ticket.status != TicketStatus::Waiting {
        return Err(Refusal::TicketNotWaiting(id));
    }
    Ok(vec![Fact::TicketCancelled {
        ticket: id,
        number: id.number(),
        service: ticket.service.clone(),
    }])
}

pub(super) fn restore(state: &State, id: TicketId, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
    let ticket = known_ticket(state, id)?;
    if ticket.status != TicketStatus::NoShow {
        return Err(Refusal::TicketNotNoShow(id));
    }
    if ticket.restored {
        return Err(Refusal::RestoreUsed(id));
    }
    if !ticket.is_restorable(now.at) {
        return Err(Refusal::RestoreExpired(id));
    }
    Ok(vec![Fact::TicketRestored {
        ticket: id,
        number: id.number(),
        service: ticket.service.clone(),
        after: order::first(state, now.at),
    }])
}
