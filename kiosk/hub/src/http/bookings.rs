// SPDX-License-Identifier: GPL-3.0-or-later
//! Appointments: the list of them, and who came for one.
//!
//! Codes and uids go from here to the writer and nowhere else: no problem, log or trace repeats them.

use axum::extract::{Request, State};
use axum::response::Response;
use torn_appointments::Scan;
use torn_queue::Timestamp;
use torn_wire::request::{CheckIn, PostAppointments, PostedAppointment};
use torn_wire::{Problem, view};

use super::App;
use super::command::{Content, Route, carry_out, malformed};
use crate::bookings::{LISTED_MAX, Listed};
use crate::limits::{CODE_CHARS_MAX, SCAN_CHARS_MAX, UID_CHARS_MAX};
use crate::writer::Asked;

/// Nobody books before 2000 or after 2200; what is there is a mistake in units or in a date.
const STARTS_MS: std::ops::Range<i64> = 946_684_800_000..7_258_118_400_000;

/// Gives out the number of a booked hour. Either the code, or what a reader read.
#[utoipa::path(
    post, path = "/v1/check-ins", tag = "appointments", request_body = CheckIn,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = view::IssuedTicket))
)]
pub(super) async fn check_in(State(app): State<App>, request: Request) -> Response {
    let route = Route {
        path: &|_| Ok(()),
        read: &|content, _| came(content, &app.scan),
    };
    carry_out(&app, request, route).await
}

/// Puts a list of appointments in place of the one posted before.
#[utoipa::path(
    post, path = "/v1/appointments", tag = "appointments", operation_id = "appointments", request_body = PostAppointments,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 200, body = view::AppointmentsTaken))
)]
pub(super) async fn post(State(app): State<App>, request: Request) -> Response {
    let route = Route {
        path: &|_| Ok(()),
        read: &|content, _| {
            let PostAppointments { appointments } = content.private_json()?;
            if appointments.len() > LISTED_MAX {
                let detail = format!("the body: a list has at most {LISTED_MAX} appointments");
                return Err(malformed(detail));
            }
            let listed = (1..).zip(appointments).map(listed);
            Ok(Asked::Appointments(listed.collect::<Result<_, _>>()?))
        },
    };
    carry_out(&app, request, route).await
}

fn came(content: &Content, reader: &Scan) -> Result<Asked, Problem> {
    let CheckIn {
        code,
        scan,
        language,
    } = content.private_json()?;
    let code = match (code, scan) {
        (Some(code), None) => Some(bounded("a code", code, CODE_CHARS_MAX)?),
        (None, Some(scan)) => reader.code(&bounded("a scan", scan, SCAN_CHARS_MAX)?),
        _ => {
            return Err(malformed(
                "the body: a check-in has either a code or a scan",
            ));
        }
    };
    Ok(Asked::CheckIn { code, language })
}

fn listed((place, one): (usize, PostedAppointment)) -> Result<Listed, Problem> {
    let of = |what: &str| format!("{what} of appointment {place}");
    let PostedAppointment {
        uid,
        start,
        end,
        service,
        code,
    } = one;
    let sane = |at: &Timestamp| STARTS_MS.contains(&at.unix_ms());
    if !sane(&start) || !end.as_ref().is_none_or(sane) {
        let detail = format!(
            "the body: the time of appointment {} is before 2000 or after 2200",
            place
        );
        return Err(malformed(detail));
    }
    Ok(Listed {
        uid: bounded(&of("the uid"), uid, UID_CHARS_MAX)?,
        start,
        // What ends before it begins was mistyped at its end; who comes for it comes at its start.
        end: end.filter(|end| *end >= start),
        // One that can't be a service's name is one that the office does not have.
        service: service.and_then(|service| service.parse().ok()),
        // A code of nothing is none.
        code: match code.filter(|code| !code.trim().is_empty()) {
            Some(code) => Some(bounded(&of("the code"), code, CODE_CHARS_MAX)?),
            None => None,
        },
        cancelled: false,
    })
}

fn bounded(what: &str, text: String, chars_max: usize) -> Result<String, Problem> {
    if text.trim().is_empty() || text.chars().count() > chars_max {
        let detail = format!("the body: {what} has 1 to {chars_max} characters");
        return Err(malformed(detail));
    }
    Ok(text)
}
