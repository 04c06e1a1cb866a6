// SPDX-License-Identifier: GPL-3.0-or-later
//! Desks: next, recall, finish, no-show, open, close.

use axum::extract::{Request, State};
use axum::response::Response;
use torn_queue::{Command, DeskId};
use torn_wire::request::NoMembers;
use torn_wire::{Code, Problem, view};

use super::App;
use super::command::{Route, carry_out};
use super::respond::Id;
use crate::answer::Wanted;
use crate::credential::Grant;

macro_rules! desk_route {
    ($(#[$doc:meta])* $name:ident, $path:literal, $command:ident, $status:literal, $body:ty) => {
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, tag = "desks", request_body = NoMembers,
            params(("desk" = String, Path), ("Idempotency-Key" = String, Header)),
            responses((status = 200, body = $body), (status = $status, description = "Nobody waits, or see the problem",
                body = Problem, content_type = "application/problem+json"))
        )]
        pub(super) async fn $name(State(app): State<App>, Id(desk): Id, request: Request) -> Response {
            at_desk(&app, &desk, request, |desk| Command::$command { desk }).await
        }
    };
}

desk_route!(
    /// Finishes the current ticket and calls the next; 204 when nobody waits.
    next, "/v1/desks/{desk}/next", Next, 204, view::Ticket
);
desk_route!(
    /// Calls the current ticket again.
    recall, "/v1/desks/{desk}/recall", Recall, "default", view::Desk
);
desk_route!(
    /// Ends the current visit.
    finish, "/v1/desks/{desk}/finish", Finish, "default", view::Desk
);
desk_route!(
    /// Notes that nobody came to the call.
    no_show, "/v1/desks/{desk}/no-show", NoShow, "default", view::Desk
);
desk_route!(
    /// Begins to take people.
    open, "/v1/desks/{desk}/open", OpenDesk, "default", view::Desk
);
desk_route!(
    /// Takes nobody any more.
    close, "/v1/desks/{desk}/close", CloseDesk, "default", view::Desk
);

async fn at_desk(
    app: &App,
    id: &str,
    request: Request,
    command: impl Fn(DeskId) -> Command + Sync,
) -> Response {
    let unknown = || {
        let id: String = id.chars().take(64).collect();
        Problem::new(
            Code::UnknownDesk,
            format!("there is no desk {id:?}; GET /v1/office lists them"),
        )
    };
    let route = Route {
        grant: &|grant| matches!(grant, Grant::Desk(desk) if desk.as_str() == id),
        named: None,
        path: &|state| {
            let desk: DeskId = id.parse().map_err(|_| unknown())?;
            state.desk(&desk).map(|_| ()).ok_or_else(unknown)
        },
        read: &|content| {
            content.no_members()?;
            let desk: DeskId = id.parse().map_err(|_| unknown())?;
            let command = command(desk.clone());
            let next = matches!(command, Command::Next { .. });
            Ok((
                command,
                if next {
                    Wanted::CalledTicket
                } else {
                    Wanted::Desk(desk)
                },
            ))
        },
    };
    carry_out(app, request, route).await
}
