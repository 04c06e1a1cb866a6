// SPDX-License-Identifier: GPL-3.0-or-later
//! Desks: next, recall, finish, no-show, transfer, park, resume, open, pause, close.

use axum::extract::{Request, State};
use axum::response::Response;
use torn_queue::command::Destination;
use torn_queue::{Command, DeskId};
use torn_wire::request::{NoMembers, Resume, Transfer};
use torn_wire::{Code, Problem, view};

use super::App;
use super::command::{Content, Route, carry_out, malformed};
use super::respond::Id;
use crate::answer::Wanted;
use crate::writer::Asked;

macro_rules! desk_route {
    ($(#[$doc:meta])* $name:ident, $path:literal, $command:ident) => {
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, tag = "desks", operation_id = concat!("desk_", stringify!($name)),
            request_body = NoMembers,
            params(("desk" = String, Path), ("Idempotency-Key" = String, Header)),
            responses((status = 200, body = view::Desk))
        )]
        pub(super) async fn $name(State(app): State<App>, Id(desk): Id, request: Request) -> Response {
            at_desk(&app, &desk, request, &|desk, content| {
                content.no_members()?;
                Ok(Command::$command { desk })
            })
            .await
        }
    };
}

/// Finishes the current ticket and calls the next; 204 when nobody waits.
#[utoipa::path(
    post, path = "/v1/desks/{desk}/next", tag = "desks", operation_id = "desk_next", request_body = NoMembers,
    params(("desk" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Ticket), (status = 204, description = "Nobody waits"))
)]
pub(super) async fn next(State(app): State<App>, Id(desk): Id, request: Request) -> Response {
    at_desk(&app, &desk, request, &|desk, content| {
        content.no_members()?;
        Ok(Command::Next { desk })
    })
    .await
}

desk_route!(
    /// Calls the current ticket again.
    recall, "/v1/desks/{desk}/recall", Recall
);
desk_route!(
    /// Ends the current visit.
    finish, "/v1/desks/{desk}/finish", Finish
);
desk_route!(
    /// Notes that nobody came to the call.
    no_show, "/v1/desks/{desk}/no-show", NoShow
);
desk_route!(
    /// Begins to take people.
    open, "/v1/desks/{desk}/open", OpenDesk
);
desk_route!(
    /// Takes nobody any more.
    close, "/v1/desks/{desk}/close", CloseDesk
);

desk_route!(
    /// Takes nobody for a while.
    pause, "/v1/desks/{desk}/pause", PauseDesk
);
desk_route!(
    /// Sets aside whom the desk serves, the place kept.
    park, "/v1/desks/{desk}/park", Park
);

/// Sends whom the desk serves on, either to a service or to a desk.
#[utoipa::path(
    post, path = "/v1/desks/{desk}/transfer", tag = "desks", operation_id = "desk_transfer", request_body = Transfer,
    params(("desk" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Desk))
)]
pub(super) async fn transfer(State(app): State<App>, Id(desk): Id, request: Request) -> Response {
    at_desk(&app, &desk, request, &|desk, content| {
        let to = match content.json()? {
            Transfer {
                service: Some(service),
                desk: None,
            } => Destination::Service(service),
            Transfer {
                service: None,
                desk: Some(desk),
            } => Destination::Desk(desk),
            _ => {
                return Err(malformed(
                    "the body: a transfer has either a service or a desk",
                ));
            }
        };
        Ok(Command::Transfer { desk, to })
    })
    .await
}

/// Serves who was set aside, at once.
#[utoipa::path(
    post, path = "/v1/desks/{desk}/resume", tag = "desks", operation_id = "desk_resume", request_body = Resume,
    params(("desk" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Desk))
)]
pub(super) async fn resume(State(app): State<App>, Id(desk): Id, request: Request) -> Response {
    at_desk(&app, &desk, request, &|desk, content| {
        let Resume { ticket } = content.json()?;
        Ok(Command::Resume { desk, ticket })
    })
    .await
}

async fn at_desk(
    app: &App,
    id: &str,
    request: Request,
    command: &(dyn Fn(DeskId, &Content) -> Result<Command, Problem> + Sync),
) -> Response {
    let unknown = || {
        let id: String = id.chars().take(64).collect();
        Problem::new(
            Code::UnknownDesk,
            format!("there is no desk {id:?}; GET /v1/office lists them"),
        )
    };
    let route = Route {
        path: &|state| {
            let desk: DeskId = id.parse().map_err(|_| unknown())?;
            state.desk(&desk).map(|_| ()).ok_or_else(unknown)
        },
        read: &|content, _| {
            let desk: DeskId = id.parse().map_err(|_| unknown())?;
            let command = command(desk.clone(), content)?;
            let wanted = match command {
                Command::Next { .. } => Wanted::CalledTicket,
                _ => Wanted::Desk(desk),
            };
            Ok(Asked::Command(command, wanted))
        },
    };
    carry_out(app, request, route).await
}
