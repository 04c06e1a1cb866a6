// SPDX-License-Identifier: GPL-3.0-or-later
//! Tickets: issue, look at, cancel, restore, call out of order, say how printing went.

use axum::extract::{Request, State};
use axum::response::Response;
use torn_queue::{Command, DeskId, State as Queue, TicketId};
use torn_wire::request::{CallTicket, IssueTicket, NoMembers, NotePrint};
use torn_wire::{Code, Problem, view};

use super::App;
use super::command::{Route, carry_out};
use super::respond::{Id, Refuse, json};
use crate::answer::Wanted;
use crate::credential::{Caller, Grant};
use crate::writer::Asked;

/// Gives out a number to somebody without an appointment.
#[utoipa::path(
    post, path = "/v1/tickets", tag = "tickets", request_body = IssueTicket,
    params(("Idempotency-Key" = String, Header, description = "1–128 printable ASCII characters")),
    responses((status = 201, body = view::IssuedTicket))
)]
pub(super) async fn issue(State(app): State<App>, request: Request) -> Response {
    let route = Route {
        path: &|_| Ok(()),
        read: &|content, _| {
            let wish: IssueTicket = content.json()?;
            let IssueTicket {
                service,
                language,
                class,
            } = wish;
            Ok(Asked::Command(
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
    responses((status = 200, body = view::Ticket))
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
    responses((status = 200, body = view::Ticket))
)]
pub(super) async fn cancel(State(app): State<App>, Id(id): Id, request: Request) -> Response {
    of_ticket(&app, &id, request, |ticket| Command::Cancel { ticket }).await
}

/// Has somebody wait again who did not come to the call.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/restore", tag = "tickets", request_body = NoMembers,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Ticket))
)]
pub(super) async fn restore(State(app): State<App>, Id(id): Id, request: Request) -> Response {
    of_ticket(&app, &id, request, |ticket| Command::Restore { ticket }).await
}

/// Calls a ticket that waits, whoever is before it; who works at a desk calls to that desk only.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/call", tag = "tickets", request_body = CallTicket,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Ticket))
)]
pub(super) async fn call(State(app): State<App>, Id(id): Id, request: Request) -> Response {
    let route = Route {
        path: &|state| exists(state, &id),
        read: &|content, caller| {
            let CallTicket { desk } = content.json()?;
            may_call_to(caller, &desk)?;
            let ticket = parse(&id)?;
            Ok(Asked::Command(
                Command::Call { ticket, desk },
                Wanted::Ticket(ticket),
            ))
        },
    };
    carry_out(&app, request, route).await
}

fn may_call_to(caller: &Caller, desk: &DeskId) -> Result<(), Problem> {
    let may = caller.may(|grant| match grant {
        Grant::Desk(own) => own == desk,
        Grant::Supervisor => true,
        Grant::Kiosk | Grant::Read => false,
    });
    may.then_some(()).ok_or_else(|| {
        let detail = format!(
            "the credential {} has no grant for this desk",
            caller.actor()
        );
        Problem::new(Code::Forbidden, detail)
    })
}

/// Notes how printing a ticket went.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/print", tag = "tickets", request_body = NotePrint,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Ticket))
)]
pub(super) async fn print(State(app): State<App>, Id(id): Id, request: Request) -> Response {
    let route = Route {
        path: &|state| exists(state, &id),
        read: &|content, _| {
            let NotePrint { outcome, copy } = content.json()?;
            let ticket = parse(&id)?;
            Ok(Asked::Command(
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

/// What a desk or the supervisor does with a ticket, and that has no members.
async fn of_ticket(
    app: &App,
    id: &str,
    request: Request,
    command: impl Fn(TicketId) -> Command + Sync,
) -> Response {
    let route = Route {
        path: &|state| exists(state, id),
        read: &|content, _| {
            content.no_members()?;
            let ticket = parse(id)?;
            Ok(Asked::Command(command(ticket), Wanted::Ticket(ticket)))
        },
    };
    carry_out(app, request, route).await
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
