// SPDX-License-Identifier: GPL-3.0-or-later
//! Desks: whom they call, what becomes of whom they serve, and whether they take anyone.

use alloc::vec;
use alloc::vec::Vec;

use super::{known_desk, known_ticket, served};
use crate::command::{Command, Destination};
use crate::event::{DeskStatus, Fact, TicketStatus};
use crate::fullness;
use crate::ids::{DeskId, ServiceId, TicketId};
use crate::order;
use crate::reach::Reach;
use crate::refusal::Refusal;
use crate::state::{Desk, State, Ticket};
use crate::time::Now;

pub(super) fn decide(state: &State, command: &Command, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
    match command {
        Command::Next { desk } => next(state, desk, now),
        Command::Recall { desk } => {
            let desk = known_desk(state, desk)?;
            let ticket = served(state, desk);
            let ticket = ticket.map_err(|_| Refusal::NothingToRecall(desk.config.id.clone()))?;
            Ok(vec![recalled(desk, ticket)])
        }
        Command::Finish { desk } => with_served(state, desk, finished),
        Command::NoShow { desk } => with_served(state, desk, missed),
        Command::Park { desk } => with_served(state, desk, parked),
        Command::Transfer { desk, to } => transfer(state, desk, to),
        Command::Resume { desk, ticket } => resume(state, desk, *ticket, now),
        Command::Call { ticket, desk } => call(state, *ticket, desk, now),
        Command::OpenDesk { desk } => open(state, desk, now),
        Command::PauseDesk { desk } => pause(state, desk),
        Command::CloseDesk { desk } => close(state, desk),
        _ => Ok(vec![]),
    }
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
    if let Some(current) = desk.ticket.and_then(|ticket| state.ticket(ticket)) {
        facts.push(finished(desk, current));
    } else {
        facts = opened_if_away(state, desk, now)?;
    }
    let first = order::next_at(state, id, now.at).filter(|_| !desk.removed);
    if let Some(ticket) = first.and_then(|ticket| state.ticket(ticket)) {
        facts.push(called(desk, ticket));
    }
    Ok(facts)
}

/// One button is all that some desks have: a call at a desk that is away opens it.
fn opened_if_away(state: &State, desk: &Desk, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
    let id = &desk.config.id;
    if desk.removed {
        return Err(Refusal::UnknownDesk(id.clone()));
    }
    if !matches!(desk.status, DeskStatus::Closed | DeskStatus::Paused) {
        return Ok(vec![]);
    }
    let mut facts = vec![Fact::DeskOpened { desk: id.clone() }];
    let reach = Reach::of(state).with_open(id);
    facts.extend(fullness::lifted(state, now, &reach));
    Ok(facts)
}

fn transfer(state: &State, id: &DeskId, to: &Destination) -> Result<Vec<Fact>, Refusal> {
    let desk = known_desk(state, id)?;
    let unknown = |service: &ServiceId| Refusal::UnknownService(service.clone());
    // What does not exist is told before what is not the moment for.
    match to {
        Destination::Service(service) => state
            .service(service)
            .map(|_| ())
            .ok_or_else(|| unknown(service))?,
        Destination::Desk(other) => known_desk(state, other).map(|_| ())?,
    }
    let ticket = served(state, desk)?;
    let (service, to_desk) = match to {
        Destination::Service(service) => {
            let known = state.service(service).ok_or_else(|| unknown(service))?;
            if known.removed {
                return Err(Refusal::ServiceClosed(service.clone()));
            }
            if let (true, Some(place)) = (known.elsewhere, &known.config.place) {
                return Err(Refusal::ServiceElsewhere {
                    service: service.clone(),
                    place: place.clone(),
                });
            }
            (service, None)
        }
        Destination::Desk(other) => {
            let known = known_desk(state, other)?;
            if known.removed {
                return Err(Refusal::UnknownDesk(other.clone()));
            }
            (&ticket.service, Some(other.clone()))
        }
    };
    Ok(vec![Fact::TicketTransferred {
        ticket: ticket.id,
        number: ticket.id.number(),
        service: service.clone(),
        from: ticket.service.clone(),
        desk: id.clone(),
        to_desk,
    }])
}

fn resume(
    state: &State,
    id: &DeskId,
    ticket: TicketId,
    now: Now<'_>,
) -> Result<Vec<Fact>, Refusal> {
    known_desk(state, id)?;
    let ticket = known_ticket(state, ticket)?;
    let desk = free_desk(state, id)?;
    if ticket.status != TicketStatus::Parked {
        return Err(Refusal::TicketNotParked(ticket.id));
    }
    let mut facts = opened_if_away(state, desk, now)?;
    facts.push(Fact::TicketResumed {
        ticket: ticket.id,
        number: ticket.id.number(),
        service: ticket.service.clone(),
        desk: id.clone(),
    });
    Ok(facts)
}

fn call(state: &State, ticket: TicketId, id: &DeskId, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
    let ticket = known_ticket(state, ticket)?;
    let desk = free_desk(state, id)?;
    if ticket.status != TicketStatus::Waiting {
        return Err(Refusal::TicketNotWaiting(ticket.id));
    }
    let mut facts = opened_if_away(state, desk, now)?;
    facts.push(called(desk, ticket));
    Ok(facts)
}

fn free_desk<'a>(state: &'a State, id: &DeskId) -> Result<&'a Desk, Refusal> {
    let desk = known_desk(state, id)?;
    if desk.status == DeskStatus::Serving {
        return Err(Refusal::DeskServing(id.clone()));
    }
    Ok(desk)
}

fn open(state: &State, id: &DeskId, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
    let desk = known_desk(state, id)?;
    match desk.status {
        DeskStatus::Open | DeskStatus::Serving => Ok(vec![]),
        DeskStatus::Closed | DeskStatus::Paused => opened_if_away(state, desk, now),
    }
}

fn pause(state: &State, id: &DeskId) -> Result<Vec<Fact>, Refusal> {
    let desk = free_desk(state, id)?;
    if desk.removed {
        return Err(Refusal::UnknownDesk(id.clone()));
    }
    Ok(if desk.status == DeskStatus::Paused {
        vec![]
    } else {
        vec![Fact::DeskPaused { desk: id.clone() }]
    })
}

fn close(state: &State, id: &DeskId) -> Result<Vec<Fact>, Refusal> {
    Ok(if free_desk(state, id)?.status == DeskStatus::Closed {
        vec![]
    } else {
        vec![Fact::DeskClosed { desk: id.clone() }]
    })
}

fn with_served(
    state: &State,
    id: &DeskId,
    fact: fn(&Desk, &Ticket) -> Fact,
) -> Result<Vec<Fact>, Refusal> {
    let desk = known_desk(state, id)?;
    Ok(vec![fact(desk, served(state, desk)?)])
}

macro_rules! fact_at_desk {
    ($name:ident, $kind:ident) => {
        fn $name(desk: &Desk, ticket: &Ticket) -> Fact {
            Fact::$kind {
                ticket: ticket.id,
                number: ticket.id.number(),
                service: ticket.service.clone(),
                desk: desk.config.id.clone(),
            }
        }
    };
}

fact_at_desk!(called, TicketCalled);
fact_at_desk!(recalled, TicketRecalled);
fact_at_desk!(finished, TicketFinished);
fact_at_desk!(missed, TicketNoShow);
fact_at_desk!(parked, TicketParked);
