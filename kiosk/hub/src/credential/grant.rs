// SPDX-License-Identifier: GPL-3.0-or-later
//! What a credential allows, and how it is written: `kiosk`, `desk:2`, `supervisor`, `read`.
//!
//! Which paths that opens is not said here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use torn_queue::DeskId;

/// What a credential allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Grant {
    /// Give out tickets and tell how printing went.
    Kiosk,
    /// Work at this desk.
    Desk(DeskId),
    /// Answer for the office.
    Supervisor,
    /// Read what is not for everyone.
    Read,
}

/// The text is no grant.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no grant; there are kiosk, desk:ID, supervisor and read")]
pub struct InvalidGrant(String);

impl FromStr for Grant {
    type Err = InvalidGrant;
    fn from_str(text: &str) -> Result<Self, InvalidGrant> {
        let desk = text
            .strip_prefix("desk:")
            .and_then(|id| id.parse().ok())
            .map(Self::Desk);
        match (text, desk) {
            ("kiosk", _) => Ok(Self::Kiosk),
            ("supervisor", _) => Ok(Self::Supervisor),
            ("read", _) => Ok(Self::Read),
            (_, Some(desk)) => Ok(desk),
            _ => Err(InvalidGrant(text.chars().take(80).collect())),
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kiosk => f.write_str("kiosk"),
            Self::Desk(desk) => write!(f, "desk:{desk}"),
            Self::Supervisor => f.write_str("supervisor"),
            Self::Read => f.write_str("read"),
        }
    }
}

impl TryFrom<String> for Grant {
    type Error = InvalidGrant;
    fn try_from(text: String) -> Result<Self, InvalidGrant> {
        text.parse()
    }
}

impl From<Grant> for String {
    fn from(grant: Grant) -> Self {
        grant.to_string()
    }
}
