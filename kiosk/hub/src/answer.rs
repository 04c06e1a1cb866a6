// SPDX-License-Identifier: GPL-3.0-or-later
//! What a command that was followed is answered with.

use bytes::Bytes;
use serde::Serialize;
use torn_queue::{DeskId, Fact, ServiceId, State, TicketId, Timestamp};
use torn_wire::view;

use crate::secret::Secret;

/// What an answer shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The ticket that was just issued, with its page: 201.
    IssuedTicket,
    /// The ticket that was just called: 200; or 204, when nobody waits.
    CalledTicket,
    /// A ticket as it stands: 200.
    Ticket(TicketId),
    /// A desk as it stands: 200.
    Desk(DeskId),
    /// Whether the office is open, and its special days: 200.
    Opening,
    /// A service as it stands: 200.
    Service(ServiceId),
    /// How many appointments were taken: 200.
    Taken(view::AppointmentsTaken),
    /// That it was done: 200 and an empty object.
    Done,
}

/// The status and the body of the answer, by the state after the facts.
#[must_use]
pub fn of(
    wanted: &Wanted,
    state: &State,
    facts: &[Fact],
    now: Timestamp,
    secret: &Secret,
) -> (u16, Bytes) {
    match wanted {
        Wanted::IssuedTicket => {
            // What was promised is what the event says, so it is not asked for again.
            let issued = facts.iter().find_map(|fact| match fact {
                Fact::TicketIssued {
                    ticket,
                    ahead,
                    wait,
                    ..
                } => Some((state.ticket(*ticket)?, *ahead, *wait)),
                _ => None,
            });
            let ticket = issued.map(|(one, ahead, wait)| view::IssuedTicket {
                ticket: view::Ticket::promised(one, ahead, wait),
                link: link(state, one.id, secret),
            });
            (201, json(&ticket))
        }
        Wanted::CalledTicket => {
            let called = facts.iter().find_map(|fact| match fact {
                Fact::TicketCalled { ticket, .. } => state.ticket(*ticket),
                _ => None,
            });
            called.map_or((204, Bytes::new()), |one| {
                (200, json(&view::Ticket::at(state, one, now)))
            })
        }
        Wanted::Ticket(id) => (
            200,
            json(
                &state
                    .ticket(*id)
                    .map(|one| view::Ticket::at(state, one, now)),
            ),
        ),
        Wanted::Desk(id) => (200, json(&state.desk(id).map(view::Desk::from))),
        Wanted::Opening => (200, json(&view::Opening::from(state))),
        Wanted::Service(id) => {
            let service = state.service(id);
            let service = service.map(|one| view::Service::at(state, one, now));
            (200, json(&service))
        }
        Wanted::Taken(taken) => (200, json(taken)),
        Wanted::Done => (200, Bytes::from_static(b"{}")),
    }
}

/// Where a phone follows the ticket, if the office can be reached by phones.
#[must_use]
pub fn link(state: &State, ticket: TicketId, secret: &Secret) -> Option<String> {
    let url = state.office()?.public_url.as_ref()?;
    Some(format!("{url}/t/{}", secret.page_token(ticket)))
}

fn json<T: Serialize>(value: &T) -> Bytes {
    // The shapes of the wire can always be written.
    serde_json::to_vec(value)
        .map(Bytes::from)
        .unwrap_or_default()
}
