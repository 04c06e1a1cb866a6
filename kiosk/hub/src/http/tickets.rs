// SPDX-License-Identifier: GPL-3.0-or-later
//! Tickets: issue, look at, cancel, say how printing went.

use axum::extract::{Request, State};
use axum::response::Response;
use torn_queue::{Command, State as Queue, TicketId};
use torn_wire::request::{IssueTicket, NoMembers, NotePrint};
use torn_wire::{Code, Problem, view};

use super::App;
use super::command::{Route, carry_out};
use super::respond::{Id, Refuse, json};
use crate::answer::Wanted;
use crate::credential::Grant;

/// Gives out a number to somebody without an appointment.
#[utoipa::path(
    post, path = "/v1/tickets", tag = "tickets", request_body = IssueTicket,
    params(("Idempotency-Key" = String, Header, description = "1–128 printable ASCII characters")),
    responses((status = 201, body = view::IssuedTicket), (status = "default", body = Problem,
        content_type = "application/problem+json"))
)]
pub(super) async fn issue(State(app): State<App>, request: Request) -> Response {
    let route = Route {
        grant: &|grant| matches!(grant, Grant::Kiosk | Grant::Desk(_)),
        named: None,
        path: &|_| Ok(()),
        read: &|content| {
            let wish: IssueTicket = content.json()?;
            let IssueTicket {
                service,
                language,
                class,
            } = wish;
            Ok((
                Command::Issue {
                    service,
                    language,
                    class,
                },
                Wanted::IssuedTicket,
            ))
        },
    };
    carry_out(&app, request, route).await
}

/// Shows a ticket of today.
#[utoipa::path(
    get, path = "/v1/tickets/{id}", tag = "tickets", params(("id" = String, Path, example = "2026-11-24-A007")),
    responses((status = 200, body = view::Ticket), (status = "default", body = Problem,
        content_type = "application/problem+json"))
)]
pub(super) async fn show(State(app): State<App>, Id(id): Id) -> Result<Response, Refuse> {
    let known = parse(&id)?;
    let now = app.published.clock().now();
    let ticket = app.published.read(|state| {
        state
            .ticket(known)
            .map(|ticket| view::Ticket::at(state, ticket, now))
    });
    ticket
        .map(|ticket| json(&ticket))
        .ok_or_else(|| Refuse(unknown(&id)))
}

/// Gives up a ticket that waits.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/cancel", tag = "tickets", request_body = NoMembers,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Ticket), (status = "default", body = Problem,
        content_type = "application/problem+json"))
)]
pub(super) async fn cancel(State(app): State<App>, Id(id): Id, request: Request) -> Response {
    let route = Route {
        grant: &|grant| matches!(grant, Grant::Desk(_) | Grant::Supervisor),
        named: None,
        path: &|state| exists(state, &id),
        read: &|content| {
            content.no_members()?;
            let ticket = parse(&id)?;
            Ok((Command::Cancel { ticket }, Wanted::Ticket(ticket)))
        },
    };
    carry_out(&app, request, route).await
}

/// Notes how printing a ticket went.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/print", tag = "tickets", request_body = NotePrint,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Ticket), (status = "default", body = Problem,
        content_type = "application/problem+json"))
)]
pub(super) async fn print(State(app): State<App>, Id(id): Id, request: Request) -> Response {
    let route = Route {
        grant: &|grant| *grant == Grant::Kiosk,
        named: None,
        path: &|state| exists(state, &id),
        read: &|content| {
            let NotePrint { outcome, copy } = content.json()?;
            let ticket = parse(&id)?;
            Ok((
                Command::NotePrint {
                    ticket,
                    outcome,
                    copy,
                },
                Wanted::Ticket(ticket),
            ))
        },
    };
    carry_out(&app, request, route).await
}

fn parse(id: &str) -> Result<TicketId, Problem> {
    id.parse().map_err(|_| unknown(id))
}

fn exists(state: &Queue, id: &str) -> Result<(), Problem> {
    state
        .ticket(parse(id)?)
        .map(|_| ())
        .ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Problem {
    let id: String = id.chars().take(64).collect();
    Problem::new(
        Code::UnknownTicket,
        format!("there is no ticket {id:?} today"),
    )
}
