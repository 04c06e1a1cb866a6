// SPDX-License-Identifier: GPL-3.0-or-later
//! What follows from a command, or why nothing does.

mod day;
mod desks;
mod house;
mod tickets;

use alloc::vec;
use alloc::vec::Vec;

use crate::command::Command;
use crate::event::Fact;
use crate::ids::{DeskId, TicketId};
use crate::refusal::Refusal;
use crate::state::{Desk, State, Ticket};
use crate::time::Now;

/// Says which facts follow from `command` in `state` at `now`; an empty list is a command that was
/// followed and changed nothing.
///
/// A day that has begun, and an office that has opened or closed, are told by [`Command::Tick`], so a hub
/// sends one before any other command; `now` is never before the last event.
///
/// # Errors
/// The [`Refusal`], when the rules do not allow it.
pub fn decide(state: &State, command: &Command, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
    match command {
        Command::Configure { log, office } => Ok(day::configure(state, log, office, now)),
        Command::Tick => Ok(day::tick(state, now)),
        Command::Issue {
            service,
            language,
            class,
        } => tickets::issue(state, service, language.as_ref(), *class, now),
        Command::CheckIn { booking, language } => {
            tickets::check_in(state, booking, language.as_ref(), now)
        }
        Command::Cancel { ticket } => tickets::cancel(state, *ticket),
        Command::Restore { ticket } => tickets::restore(state, *ticket, now),
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
        Command::ReportDevice { .. } => Ok(house::report_device(state, command)),
        Command::OpenOffice
        | Command::CloseOffice
        | Command::OpenService { .. }
        | Command::CloseService { .. }
        | Command::SetNotice { .. }
        | Command::SetCalendar { .. }
        | Command::SetAppointments { .. } => house::decide(state, command, now),
        _ => desks::decide(state, command, now),
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
