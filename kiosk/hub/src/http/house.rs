// SPDX-License-Identifier: GPL-3.0-or-later
//! What the supervisor says of the whole office: open or closed, its services, its calendar, its notice.
//!
//! Bodies are held to their bounds here; what follows from them is decided elsewhere.

use axum::extract::{Request, State};
use axum::response::Response;
use torn_queue::office::{Names, OpenSpan, SpecialDay};
use torn_queue::{Command, Language, ServiceId, Timestamp, limits};
use torn_wire::request::{NoMembers, SetCalendar, SetNotice};
use torn_wire::{Code, Problem, view};

use super::App;
use super::command::{Content, Route, carry_out, malformed};
use super::respond::Id;
use crate::answer::Wanted;
use crate::limits::NOTICE_CHARS_MAX;
use crate::writer::Asked;

/// Opens the office, whatever its hours say, until it is closed or the day ends.
#[utoipa::path(
    post, path = "/v1/office/open", tag = "supervisor", operation_id = "open_office", request_body = NoMembers,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Opening))
)]
pub(super) async fn open(State(app): State<App>, request: Request) -> Response {
    of_office(&app, request, &|content| {
        content.no_members()?;
        Ok((Command::OpenOffice, Wanted::Opening))
    })
    .await
}

/// Closes the office for today, whatever its hours say; who holds a ticket is served.
#[utoipa::path(
    post, path = "/v1/office/close", tag = "supervisor", operation_id = "close_office", request_body = NoMembers,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Opening))
)]
pub(super) async fn close(State(app): State<App>, request: Request) -> Response {
    of_office(&app, request, &|content| {
        content.no_members()?;
        Ok((Command::CloseOffice, Wanted::Opening))
    })
    .await
}

/// Has the lobby told something; without a text, nothing any more.
#[utoipa::path(
    post, path = "/v1/notice", tag = "supervisor", request_body = SetNotice,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 200, description = "It is set", body = NoMembers))
)]
pub(super) async fn notice(State(app): State<App>, request: Request) -> Response {
    let (now, spoken) = (app.published.clock().now(), spoken(&app));
    of_office(&app, request, &|content| {
        let SetNotice { text, until } = content.json()?;
        let text = text.filter(|text| !text.0.is_empty());
        // What is taken down has no end.
        let until = until.filter(|_| text.is_some());
        within_bounds(text.as_ref(), until, &spoken, now).map_err(malformed)?;
        Ok((Command::SetNotice { text, until }, Wanted::Done))
    })
    .await
}

/// Sets the days that keep other hours, in place of those set before.
#[utoipa::path(
    post, path = "/v1/calendar", tag = "supervisor", request_body = SetCalendar,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Opening))
)]
pub(super) async fn calendar(State(app): State<App>, request: Request) -> Response {
    of_office(&app, request, &|content| {
        let SetCalendar { days } = content.json()?;
        let days = days.into_iter().map(SpecialDay::from).collect();
        let days = in_order(days).map_err(malformed)?;
        Ok((Command::SetCalendar { days }, Wanted::Opening))
    })
    .await
}

/// Has a service give out numbers again, also when what waits fills the time that is left.
#[utoipa::path(
    post, path = "/v1/services/{id}/open", tag = "supervisor", request_body = NoMembers,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Service))
)]
pub(super) async fn open_service(State(app): State<App>, Id(id): Id, request: Request) -> Response {
    of_service(&app, &id, request, |service| Command::OpenService {
        service,
    })
    .await
}

/// Has a service give out no more numbers today; who holds one is served.
#[utoipa::path(
    post, path = "/v1/services/{id}/close", tag = "supervisor", request_body = NoMembers,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::Service))
)]
pub(super) async fn close_service(
    State(app): State<App>,
    Id(id): Id,
    request: Request,
) -> Response {
    of_service(&app, &id, request, |service| Command::CloseService {
        service,
    })
    .await
}

/// What is wanted of the office, and what the answer shows.
type Wish = Result<(Command, Wanted), Problem>;

async fn of_office(
    app: &App,
    request: Request,
    read: &(dyn Fn(&Content) -> Wish + Sync),
) -> Response {
    let route = Route {
        path: &|_| Ok(()),
        read: &|content, _| {
            let (command, wanted) = read(content)?;
            Ok(Asked::Command(command, wanted))
        },
    };
    carry_out(app, request, route).await
}

async fn of_service(
    app: &App,
    id: &str,
    request: Request,
    command: fn(ServiceId) -> Command,
) -> Response {
    let unknown = || {
        let id: String = id.chars().take(64).collect();
        let detail = format!("there is no service {id:?}; GET /v1/office lists them");
        Problem::new(Code::UnknownService, detail)
    };
    let known = || id.parse::<ServiceId>().map_err(|_| unknown());
    let route = Route {
        path: &|state| {
            let service = state.service(&known()?).filter(|one| !one.removed);
            service.map(|_| ()).ok_or_else(unknown)
        },
        read: &|content, _| {
            content.no_members()?;
            let service = known()?;
            Ok(Asked::Command(
                command(service.clone()),
                Wanted::Service(service),
            ))
        },
    };
    carry_out(app, request, route).await
}

fn spoken(app: &App) -> Vec<Language> {
    let languages = |state: &torn_queue::State| state.office().map(|one| one.languages.clone());
    app.published.read(languages).unwrap_or_default()
}

fn within_bounds(
    text: Option<&Names>,
    until: Option<Timestamp>,
    spoken: &[Language],
    now: Timestamp,
) -> Result<(), String> {
    for (language, words) in text.iter().flat_map(|text| &text.0) {
        if !spoken.contains(language) {
            return Err(format!(
                "the body: the office has no language {language}; GET /v1/office lists them"
            ));
        }
        if words.trim().is_empty() || words.chars().count() > NOTICE_CHARS_MAX {
            return Err(format!(
                "the body: a notice has 1 to {NOTICE_CHARS_MAX} characters in each of its languages"
            ));
        }
    }
    match until {
        Some(until) if until <= now => Err(format!(
            "the body: {until} is over already; give a later time, or none"
        )),
        _ => Ok(()),
    }
}

/// The days as they follow each other, each once, the spans of each apart from each other.
fn in_order(mut days: Vec<SpecialDay>) -> Result<Vec<SpecialDay>, String> {
    if days.len() > limits::SPECIAL_DAYS_MAX {
        return Err(format!(
            "the body: at most {} days can be set",
            limits::SPECIAL_DAYS_MAX
        ));
    }
    days.sort_by_key(|one| one.day);
    if let Some(twice) = days.windows(2).find(|pair| pair[0].day == pair[1].day) {
        return Err(format!("the body: {} is there twice", twice[0].day));
    }
    for one in &mut days {
        one.hours.sort_by_key(|span| span.from_min());
        let overlap = |pair: &[OpenSpan]| pair[0].to_min() > pair[1].from_min();
        if one.hours.windows(2).any(overlap) {
            return Err(format!("the body: hours of {} overlap", one.day));
        }
    }
    Ok(days)
}
