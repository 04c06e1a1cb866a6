// SPDX-License-Identifier: GPL-3.0-or-later
//! The bodies of commands. A member that is not known is an error: a misspelt wish is not a wish.

use serde::{Deserialize, Serialize};
use torn_queue::event::{Class, PrintOutcome};
use torn_queue::{Key, Language, ServiceId, Timestamp};

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

/// The body of a command without members: `{}`, or nothing at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoMembers {}
