// SPDX-License-Identifier: GPL-3.0-or-later
//! The names of things: services, desks, tickets, devices, places in the log.
//!
//! Each is a type of its own with a private field, so that a desk can't be passed where a service
//! is meant, and a value that exists is a value that is well formed.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::limits;

/// What a text is not, when it should have been an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct InvalidId {
    /// The text as it was given, cut to [`limits::ID_CHARS_MAX`] characters.
    pub text: String,
    /// What would have been right, as the end of a sentence.
    pub expected: &'static str,
}

impl InvalidId {
    fn new(text: &str, expected: &'static str) -> Self {
        let text = text.chars().take(limits::ID_CHARS_MAX).collect();
        Self { text, expected }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= limits::ID_CHARS_MAX
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if is_name(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidId::new(text, $expected))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type!(
    /// A service of the office, `general`: 1–64 of `a–z`, `0–9`, `-`.
    ServiceId,
    "a service id: 1 to 64 lower-case letters, digits and hyphens"
);
name_type!(
    /// A desk of the office, `2`: 1–64 of `a–z`, `0–9`, `-`.
    DeskId,
    "a desk id: 1 to 64 lower-case letters, digits and hyphens"
);
name_type!(
    /// A device that reports how it is, `kiosk-1`: 1–64 of `a–z`, `0–9`, `-`.
    DeviceId,
    "a device id: 1 to 64 lower-case letters, digits and hyphens"
);
name_type!(
    /// Who did something: a credential's id, [`Actor::local`] or [`Actor::clock`]; never a person's name.
    Actor,
    "a credential id: 1 to 64 lower-case letters, digits and hyphens"
);
name_type!(
    /// A language by its BCP 47 tag in lower case, `ca`.
    Language,
    "a language tag: 1 to 64 lower-case letters, digits and hyphens"
);
name_type!(
    /// A log, by the UUID that was made with it.
    LogId,
    "a log id: a UUID in lower case"
);

name_type!(
    /// A word with a fixed meaning, `paper-out`: what is said where free text has no place.
    Key,
    "a key: 1 to 64 lower-case letters, digits and hyphens"
);

impl Actor {
    /// Who acts where no credential is needed: a loopback hub without credentials.
    #[must_use]
    pub fn local() -> Self {
        Self("local".to_owned())
    }

    /// The clock, that sends a tick once a second.
    #[must_use]
    pub fn clock() -> Self {
        Self("clock".to_owned())
    }
}

/// An event's place in the log. Seqs begin at 1 and have no gaps; 0 is before the first.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(u64);

impl Seq {
    /// The seq with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The seq after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is printed, shown and said: a service's letter and a count that restarts each business day, `A007`.
///
/// At least three digits; after `A999` comes `A1000`. Letters are `A–Z` without I, O and Q, which are
/// mistaken for 1 and 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketNumber {
    letter: Letter,
    count: u32,
}

impl TicketNumber {
    /// The number `count` (1 or more) under `letter`.
    #[must_use]
    pub const fn new(letter: Letter, count: u32) -> Self {
        Self { letter, count }
    }

    /// The service's letter.
    #[must_use]
    pub const fn letter(self) -> Letter {
        self.letter
    }

    /// The count within its letter and day, from 1.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.letter, self.count)
    }
}

impl FromStr for TicketNumber {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "a ticket number such as A007");
        let mut chars = text.chars();
        let letter = chars
            .next()
            .and_then(|c| Letter::new(c).ok())
            .ok_or_else(invalid)?;
        let digits = chars.as_str();
        let plain = digits.len() >= 3 && digits.bytes().all(|b| b.is_ascii_digit());
        let count = digits
            .parse()
            .ok()
            .filter(|n| plain && *n > 0)
            .ok_or_else(invalid)?;
        let number = Self { letter, count };
        // One spelling a number: A0007 is not A007.
        if digits.len() > 3 && digits.starts_with('0') {
            Err(invalid())
        } else {
            Ok(number)
        }
    }
}

impl TryFrom<String> for TicketNumber {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<TicketNumber> for String {
    fn from(number: TicketNumber) -> Self {
        number.to_string()
    }
}

/// A service's letter: `A–Z` without I, O and Q.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "char", into = "char")]
pub struct Letter(char);

impl Letter {
    /// The letter, if it is one that can't be mistaken for a digit.
    ///
    /// # Errors
    /// [`InvalidId`] for anything but `A–Z`, and for I, O and Q.
    pub fn new(letter: char) -> Result<Self, InvalidId> {
        if letter.is_ascii_uppercase() && !matches!(letter, 'I' | 'O' | 'Q') {
            Ok(Self(letter))
        } else {
            let mut buffer = [0; 4];
            let text = letter.encode_utf8(&mut buffer);
            Err(InvalidId::new(
                text,
                "a service's letter: A to Z without I, O and Q",
            ))
        }
    }

    /// The letter as a character.
    #[must_use]
    pub const fn get(self) -> char {
        self.0
    }
}

impl TryFrom<char> for Letter {
    type Error = InvalidId;
    fn try_from(letter: char) -> Result<Self, InvalidId> {
        Self::new(letter)
    }
}

impl From<Letter> for char {
    fn from(letter: Letter) -> Self {
        letter.0
    }
}

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A ticket, one visit to one service: its business day and number, `2026-11-24-A007`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketId {
    day: Date,
    number: TicketNumber,
}

impl TicketId {
    /// The ticket that got `number` on `day`.
    #[must_use]
    pub const fn new(day: Date, number: TicketNumber) -> Self {
        Self { day, number }
    }

    /// The business day it was issued on.
    #[must_use]
    pub const fn day(self) -> Date {
        self.day
    }

    /// What is printed on it.
    #[must_use]
    pub const fn number(self) -> TicketNumber {
        self.number
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.day, self.number)
    }
}

impl FromStr for TicketId {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "a ticket id such as 2026-11-24-A007");
        let (day, number) = text.rsplit_once('-').ok_or_else(invalid)?;
        let day = day.parse().map_err(|_| invalid())?;
        let number = number.parse().map_err(|_| invalid())?;
        let id = Self { day, number };
        // The calendar reads more than one spelling of a date; an id has one.
        Some(id)
            .filter(|id| id.to_string() == text)
            .ok_or_else(invalid)
    }
}

impl TryFrom<String> for TicketId {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<TicketId> for String {
    fn from(id: TicketId) -> Self {
        id.to_string()
    }
}
