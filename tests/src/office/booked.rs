// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is booked in the office that `cargo office` shows: a few hours around now, each with a code to type.
//!
//! Without them nobody could try how checking in looks: in time, early, late, and for what needs an appointment.

use serde_json::json;
use torn_queue::Timestamp;

use crate::lab::LabError;
use crate::lab::hub::Hub;

/// A code, the service that it was booked for, and in how many minutes from now.
const BOOKED: [(&str, &str, i64); 4] = [
    ("1001", "general", 5),
    ("1002", "idcat", -5),
    ("1003", "padro", -30),
    ("1004", "cadastre", 60),
];

/// Tells the hub who is booked, as a booking tool would.
///
/// # Errors
/// [`LabError`], when the hub does not take it.
pub fn book(hub: &Hub) -> Result<(), LabError> {
    let now = &hub.state()?["now"];
    let unexpected = || LabError::Unexpected {
        what: "the hub's time".to_owned(),
        answer: now.to_string(),
    };
    let now: Timestamp = now
        .as_str()
        .and_then(|now| now.parse().ok())
        .ok_or_else(unexpected)?;
    let appointments = BOOKED.map(|(code, service, min)| {
        let start = now.plus_ms(min * 60_000);
        // A log that is kept has those who came before; these are others.
        json!({ "uid": format!("office-{code}-{start}"), "start": start, "end": null, "service": service, "code": code })
    });
    hub.command("/v1/appointments", &json!({ "appointments": appointments }))?
        .expect(200)?;
    Ok(())
}

/// The codes in words, for whoever wants to try one.
#[must_use]
pub fn told() -> String {
    let one = |(code, service, min): (&str, &str, i64)| {
        let when = if min < 0 {
            format!("{} minutes ago", -min)
        } else {
            format!("in {min} minutes")
        };
        format!("{code} ({service}, {when})")
    };
    BOOKED.map(one).join(", ")
}
