// SPDX-License-Identifier: GPL-3.0-or-later
//! Instants, as the wire and the log write them, and the moment a command is decided at.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use jiff::civil::Date;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// An instant in UTC, to the millisecond: what the log stores and the wire writes as RFC 3339.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp {
    unix_ms: i64,
}

/// The text was no RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an RFC 3339 instant such as 2026-11-24T09:42:00.000Z")]
pub struct InvalidTimestamp(String);

impl Timestamp {
    /// The instant this many milliseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_unix_ms(unix_ms: i64) -> Self {
        Self { unix_ms }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_ms(self) -> i64 {
        self.unix_ms
    }

    /// This instant and `ms` more (or, negative, fewer) milliseconds.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self {
            unix_ms: self.unix_ms.saturating_add(ms),
        }
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    #[must_use]
    pub const fn ms_since(self, earlier: Self) -> i64 {
        self.unix_ms.saturating_sub(earlier.unix_ms)
    }

    /// The same instant as the calendar's library knows it; beyond its range, its nearest end.
    #[must_use]
    pub fn to_jiff(self) -> jiff::Timestamp {
        let end = if self.unix_ms < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        jiff::Timestamp::from_millisecond(self.unix_ms).unwrap_or(end)
    }

    /// The business day this instant falls on in an office of that time zone.
    #[must_use]
    pub fn day_in(self, zone: &TimeZone) -> Date {
        zone.to_datetime(self.to_jiff()).date()
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(at: jiff::Timestamp) -> Self {
        Self {
            unix_ms: at.as_millisecond(),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printer = DateTimePrinter::new().precision(Some(3));
        f.write_str(&printer.timestamp_to_string(&self.to_jiff()))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let parsed: Result<jiff::Timestamp, _> = text.parse();
        parsed
            .map(Self::from)
            .map_err(|_| InvalidTimestamp(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = InvalidTimestamp;
    fn try_from(text: String) -> Result<Self, InvalidTimestamp> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(at: Timestamp) -> Self {
        at.to_string()
    }
}

/// The moment a command is decided at: the instant, and the zone that says which day it is.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// The instant; never before the last event's.
    pub at: Timestamp,
    /// The office's time zone.
    pub zone: &'a TimeZone,
}

impl Now<'_> {
    /// The business day.
    #[must_use]
    pub fn day(&self) -> Date {
        self.at.day_in(self.zone)
    }
}
