// SPDX-License-Identifier: GPL-3.0-or-later
//! What differs from the ordinary week: seasons of the year, and single days that were set by hand.
//!
//! What a calendar makes of them is in [`calendar`](crate::calendar).

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::office::{OpenSpan, Weekday};

/// A part of the year with a week of its own, both ends included; it may go over the year's end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Season {
    /// Its first day.
    pub from: YearDay,
    /// Its last day.
    pub to: YearDay,
    /// When the office is open in a week of it; a day that is left out is closed.
    pub hours: BTreeMap<Weekday, Vec<OpenSpan>>,
}

impl Season {
    /// Whether `day` falls into it.
    #[must_use]
    pub fn has(&self, day: Date) -> bool {
        let day = YearDay::of(day);
        if self.from <= self.to {
            self.from <= day && day <= self.to
        } else {
            self.from <= day || day <= self.to
        }
    }
}

/// A day on which the office keeps other hours than its week says: a closure, or an opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialDay {
    /// Which day.
    pub day: Date,
    /// When it is open then; empty: not at all.
    pub hours: Vec<OpenSpan>,
}

/// A day of any year, `06-15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct YearDay {
    month: i8,
    day: i8,
}

/// The text was no day of the year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day of the year such as 06-15: month, then day")]
pub struct InvalidYearDay(String);

impl YearDay {
    /// The day of the year that `date` is.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self {
            month: date.month(),
            day: date.day(),
        }
    }
}

impl FromStr for YearDay {
    type Err = InvalidYearDay;
    fn from_str(text: &str) -> Result<Self, InvalidYearDay> {
        let invalid = || InvalidYearDay(text.chars().take(20).collect());
        let two = |part: &str| {
            let plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<i8>().ok().filter(|_| plain)
        };
        let (month, day) = text.split_once('-').ok_or_else(invalid)?;
        let (month, day) = (
            two(month).ok_or_else(invalid)?,
            two(day).ok_or_else(invalid)?,
        );
        // A leap year, so that the 29th of February is a day.
        Date::new(2028, month, day)
            .map(Self::of)
            .map_err(|_| invalid())
    }
}

impl fmt::Display for YearDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl TryFrom<String> for YearDay {
    type Error = InvalidYearDay;
    fn try_from(text: String) -> Result<Self, InvalidYearDay> {
        text.parse()
    }
}

impl From<YearDay> for String {
    fn from(day: YearDay) -> Self {
        day.to_string()
    }
}
