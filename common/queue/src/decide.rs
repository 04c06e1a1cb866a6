// SPDX-License-Identifier: GPL-3.0-or-later
//! What follows from a command, or why nothing does.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::command::Command;
use crate::event::{Class, DeskStatus, Fact, TicketStatus};
use crate::ids::{DeskId, Language, LogId, ServiceId, TicketId};
use crate::limits;
use crate::office::{AppointmentRule, Office};
use crate::order;
use crate::refusal::Refusal;
use crate::state::{Desk, State, Ticket, Waiting};
use crate::time::Now;

/// Says which facts follow from `command` in `state` at `now`; an empty list is a command that was
/// followed and changed nothing.
///
/// A day that has begun is told by [`Command::Tick`], so a hub sends one before any other command;
/// `now` is never before the last event.
///
/// # Errors
/// The [`Refusal`], when the rules do not allow it.
pub fn decide(state: &State, command: &Command, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
    match command {
        Command::Configure { log, office } => Ok(configure(state, log, office, now)),
        Command::Tick => Ok(tick(state, now)),
        Command::Issue {
            service,
            language,
            class,
        } => issue(state, service, language.as_ref(), *class, now),
        Command::Next { desk } => next(state, desk, now),
        Command::Recall { desk } => recall(state, desk),
        Command::Finish { desk } => {
            let desk = known_desk(state, desk)?;
            Ok(vec![finished(desk, served(state, desk)?)])
        }
        Command::NoShow { desk } => no_show(state, desk),
        Command::OpenDesk { desk } => open_desk(state, desk),
        Command::CloseDesk { desk } => close_desk(state, desk),
        Command::Cancel { ticket } => cancel(state, *ticket),
        Command::NotePrint {
            ticket,
            outcome,
            copy,
        } => {
            let ticket = known_ticket(state, *ticket)?;
            Ok(vec![Fact::TicketPrinted {
                ticket: ticket.id,
                number: ticket.id.number(),
                service: ticket.service.clone(),
                outcome: *outcome,
                copy: *copy,
            }])
        }
        Command::ReportDevice {
            device,
            what,
            state: is,
            until,
        } => {
            // Only a change is news.
            let known = state.devices().iter().any(|one| {
                (&one.device, &one.what, &one.state, one.until) == (device, what, is, *until)
            });
            let report = Fact::DeviceReported {
                device: device.clone(),
                what: what.clone(),
                state: is.clone(),
                until: *until,
            };
            Ok(if known { vec![] } else { vec![report] })
        }
    }
}

fn configure(state: &State, log: &LogId, office: &Office, now: Now<'_>) -> Vec<Fact> {
    // A day never begins anew, also when a changed time zone puts `now` into the one before.
    if state.day().is_none_or(|day| day < now.day()) {
        vec![begin_day(state, log, office, now)]
    } else if state.office() == Some(office) {
        vec![]
    } else {
        vec![Fact::OfficeConfigured {
            office: Box::new(office.clone()),
        }]
    }
}

fn tick(state: &State, now: Now<'_>) -> Vec<Fact> {
    match (state.log(), state.office(), state.day()) {
        (Some(log), Some(office), Some(day)) if day < now.day() => {
            vec![begin_day(state, log, office, now)]
        }
        _ => vec![],
    }
}

fn begin_day(state: &State, log: &LogId, office: &Office, now: Now<'_>) -> Fact {
    let count = |status| {
        let all = state.tickets().filter(|one| one.status == status).count();
        u32::try_from(all).unwrap_or(u32::MAX)
    };
    Fact::DayBegan {
        log: log.clone(),
        day: now.day(),
        office: Box::new(office.clone()),
        left: count(TicketStatus::Waiting),
        ended: count(TicketStatus::Called),
    }
}

fn issue(
    state: &State,
    id: &ServiceId,
    language: Option<&Language>,
    class: Option<Class>,
    now: Now<'_>,
) -> Result<Vec<Fact>, Refusal> {
    let unknown = || Refusal::UnknownService(id.clone());
    let office = state.office().ok_or_else(unknown)?;
    let day = state.day().ok_or_else(unknown)?;
    let place = state
        .services()
        .iter()
        .position(|one| one.config.id == *id)
        .ok_or_else(unknown)?;
    let service = &state.services()[place];
    let class = class.unwrap_or(Class::WalkIn);
    if class == Class::Appointment {
        return Err(Refusal::ClassNotAllowed);
    }
    if let Some(other) = language.filter(|one| !office.languages.contains(one)) {
        return Err(Refusal::UnknownLanguage(other.clone()));
    }
    if service.removed {
        return Err(Refusal::ServiceClosed(id.clone()));
    }
    if service.config.appointment == AppointmentRule::Required {
        return Err(Refusal::AppointmentRequired(id.clone()));
    }
    let number = state.next_number(service.config.letter);
    if number.count() > limits::TICKETS_PER_LETTER_MAX {
        return Err(Refusal::ServiceFull(id.clone()));
    }
    let ticket = TicketId::new(day, number);
    let own = Waiting::newcomer(ticket, place, class, now.at);
    Ok(vec![Fact::TicketIssued {
        ticket,
        number,
        service: id.clone(),
        class,
        language: language
            .or(office.languages.first())
            .ok_or_else(unknown)?
            .clone(),
        due_at: now.at,
        appointment_at: None,
        ahead: order::ahead_of(state, &own, now.at),
        wait: None,
    }])
}

fn next(state: &State, id: &DeskId, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
    let desk = known_desk(state, id)?;
    if let (Some(called_at), Some(office)) = (desk.called_at, state.office()) {
        let wait_ms = i64::from(office.policy.next_guard_s) * 1000 - now.at.ms_since(called_at);
        if wait_ms > 0 {
            return Err(Refusal::TooSoon {
                desk: id.clone(),
                wait_ms,
            });
        }
    }
    let mut facts = vec![];
    let away = matches!(desk.status, DeskStatus::Closed | DeskStatus::Paused);
    if away && !desk.removed {
        facts.push(Fact::DeskOpened { desk: id.clone() });
    }
    if let Some(current) = desk.ticket.and_then(|ticket| state.ticket(ticket)) {
        facts.push(finished(desk, current));
    } else if desk.removed {
        return Err(Refusal::UnknownDesk(id.clone()));
    }
    let first = order::next_at(state, id, now.at);
    if let Some(ticket) = first.and_then(|ticket| state.ticket(ticket)) {
        facts.push(Fact::TicketCalled {
            ticket: ticket.id,
            number: ticket.id.number(),
            service: ticket.service.clone(),
            desk: id.clone(),
        });
    }
    Ok(facts)
}

fn recall(state: &State, id: &DeskId) -> Result<Vec<Fact>, Refusal> {
    let desk = known_desk(state, id)?;
    let ticket = served(state, desk).map_err(|_| Refusal::NothingToRecall(id.clone()))?;
    Ok(vec![Fact::TicketRecalled {
        ticket: ticket.id,
        number: ticket.id.number(),
        service: ticket.service.clone(),
        desk: id.clone(),
    }])
}

fn no_show(state: &State, id: &DeskId) -> Result<Vec<Fact>, Refusal> {
    let desk = known_desk(state, id)?;
    let ticket = served(state, desk)?;
    Ok(vec![Fact::TicketNoShow {
        ticket: ticket.id,
        number: ticket.id.number(),
        service: ticket.service.clone(),
        desk: id.clone(),
    }])
}

fn open_desk(state: &State, id: &DeskId) -> Result<Vec<Fact>, Refusal> {
    let desk = known_desk(state, id)?;
    match desk.status {
        DeskStatus::Open | DeskStatus::Serving => Ok(vec![]),
        _ if desk.removed => Err(Refusal::UnknownDesk(id.clone())),
        DeskStatus::Closed | DeskStatus::Paused => Ok(vec![Fact::DeskOpened { desk: id.clone() }]),
    }
}

fn close_desk(state: &State, id: &DeskId) -> Result<Vec<Fact>, Refusal> {
    match known_desk(state, id)?.status {
        DeskStatus::Closed => Ok(vec![]),
        DeskStatus::Serving => Err(Refusal::DeskServing(id.clone())),
        DeskStatus::Open | DeskStatus::Paused => Ok(vec![Fact::DeskClosed { desk: id.clone() }]),
    }
}

fn cancel(state: &State, id: TicketId) -> Result<Vec<Fact>, Refusal> {
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

fn finished(desk: &Desk, ticket: &Ticket) -> Fact {
    Fact::TicketFinished {
        ticket: ticket.id,
        number: ticket.id.number(),
        service: ticket.service.clone(),
        desk: desk.config.id.clone(),
    }
}

fn known_desk<'a>(state: &'a State, id: &DeskId) -> Result<&'a Desk, Refusal> {
    state
        .desk(id)
        .ok_or_else(|| Refusal::UnknownDesk(id.clone()))
}

fn known_ticket(state: &State, id: TicketId) -> Result<&Ticket, Refusal> {
    state.ticket(id).ok_or(Refusal::UnknownTicket(id))
}

fn served<'a>(state: &'a State, desk: &Desk) -> Result<&'a Ticket, Refusal> {
    let ticket = desk.ticket.and_then(|ticket| state.ticket(ticket));
    ticket.ok_or_else(|| Refusal::DeskIdle(desk.config.id.clone()))
}
