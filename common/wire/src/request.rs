// SPDX-License-Identifier: GPL-3.0-or-later
//! The bodies of commands. A member that is not known is an error: a misspelt wish is not a wish.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use torn_queue::event::{Class, PrintOutcome};
use torn_queue::office::{Names, OpenSpan, SpecialDay};
use torn_queue::{DeskId, Key, Language, ServiceId, TicketId, Timestamp};

/// `POST /v1/tickets`: somebody came without an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IssueTicket {
    /// What for.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub service: ServiceId,
    /// The language of the ticket; the office's own if left out.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default)]
    pub language: Option<Language>,
    /// `walk-in` if left out; `appointment` only comes of a check-in.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default)]
    pub class: Option<Class>,
}

/// `POST /v1/tickets/{id}/print`: how printing went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NotePrint {
    /// `printed`, `unknown` or `failed`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub outcome: PrintOutcome,
    /// Whether it was a second slip for the same number.
    pub copy: bool,
}

/// `POST /v1/devices/{device}/report`: how a part of a device is; sent on change, and anew each day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReportDevice {
    /// How it is: `ok`, `paper-out`, `cover-open`, `offline`, …
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub state: Key,
    /// Which part: `printer`, `sound`, `button`, …
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub what: Key,
    /// Until when that is expected to last.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// `POST /v1/check-ins`: somebody came for a booked hour. Either `code` or `scan`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// The code of the appointment, as it was typed.
    #[serde(default)]
    pub code: Option<String>,
    /// What a reader read, with the code in it.
    #[serde(default)]
    pub scan: Option<String>,
    /// The language of the ticket; the office's own if left out.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default)]
    pub language: Option<Language>,
}

// A code is for no log, whoever writes one.
impl fmt::Debug for CheckIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckIn")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

/// `POST /v1/tickets/{id}/call`: call this one, whoever is before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CallTicket {
    /// Where to.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub desk: DeskId,
}

/// `POST /v1/desks/{desk}/transfer`: either to a service or to a desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The service it waits for from now on.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default)]
    pub service: Option<ServiceId>,
    /// The one desk that calls it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default)]
    pub desk: Option<DeskId>,
}

/// `POST /v1/desks/{desk}/resume`: serve who was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// Whom.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub ticket: TicketId,
}

/// `POST /v1/appointments`: all that is booked, in place of what was posted before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PostAppointments {
    /// The appointments. Those of a day that is over are skipped; of several with one uid, all but the last.
    pub appointments: Vec<PostedAppointment>,
}

/// One appointment; who it is for is not told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PostedAppointment {
    /// What it is known by where it was booked.
    pub uid: String,
    /// When it begins.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub start: Timestamp,
    /// When it ends; one before its start is none.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default)]
    pub end: Option<Timestamp>,
    /// What for. With null, or with one that the office does not have, it is skipped; it can't be left out.
    #[serde(deserialize_with = "Option::deserialize")]
    pub service: Option<String>,
    /// What its holder types or shows; an empty one is none.
    #[serde(default)]
    pub code: Option<String>,
}

// What identifies a person is for no log, whoever writes one.
impl fmt::Debug for PostedAppointment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostedAppointment")
            .field("start", &self.start)
            .finish_non_exhaustive()
    }
}

/// `POST /v1/notice`: what the lobby is told. Without a text it is taken down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetNotice {
    /// The words, by language.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    #[serde(default)]
    pub text: Option<Names>,
    /// Until when; the end of the day if left out.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// `POST /v1/calendar`: the days that keep other hours, in place of those set before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetCalendar {
    /// The days; of one without hours the office is closed all day. Days that are over are left out.
    pub days: Vec<PostedDay>,
}

/// A day that keeps other hours than its week says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PostedDay {
    /// Which day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "2026-12-24"))]
    pub day: Date,
    /// When it is open then; empty: not at all.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>, example = json!(["09:00-12:00"])))]
    pub hours: Vec<OpenSpan>,
}

impl From<PostedDay> for SpecialDay {
    fn from(posted: PostedDay) -> Self {
        let PostedDay { day, hours } = posted;
        Self { day, hours }
    }
}

/// The body of a command without members: `{}`, or nothing at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoMembers {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_identifies_somebody_is_not_shown_to_whoever_debugs() {
        let code = || Some("K7Q2-SECRET".to_owned());
        let check_in = CheckIn {
            code: code(),
            scan: code(),
            language: None,
        };
        let posted = PostedAppointment {
            uid: "K7Q2-SECRET@booking.example".to_owned(),
            start: Timestamp::from_unix_ms(0),
            end: None,
            service: code(),
            code: code(),
        };
        let list = PostAppointments {
            appointments: vec![posted],
        };
        let shown = format!("{check_in:?} {list:?}");
        assert!(
            shown.contains("PostedAppointment") && !shown.contains("SECRET"),
            "{shown}"
        );
    }
}
