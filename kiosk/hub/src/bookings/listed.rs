// SPDX-License-Identifier: GPL-3.0-or-later
//! A list as its source hands it over: who is on it, and of whom it says something by leaving them out.
//!
//! What becomes of a list is not known here.

use std::fmt;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use torn_appointments::{Appointment, Unreadable};
use torn_queue::{ServiceId, Timestamp};

/// An appointment as its source lists it.
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it is known by where it was booked.
    pub uid: String,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Option<Timestamp>,
    /// What for; one without a service that the office has is left out.
    pub service: Option<ServiceId>,
    /// What its holder types or shows.
    pub code: Option<String>,
    /// Whether the list says that it is cancelled.
    pub cancelled: bool,
}

impl Listed {
    /// Those that are booked, and those that were and are cancelled.
    #[must_use]
    pub fn all(booked: Vec<Appointment>, cancelled: Vec<Appointment>) -> Vec<Self> {
        let booked = booked.into_iter().map(Self::from);
        let cancelled = cancelled.into_iter().map(|one| Self {
            cancelled: true,
            ..Self::from(one)
        });
        booked.chain(cancelled).collect()
    }
}

impl From<Appointment> for Listed {
    fn from(read: Appointment) -> Self {
        Self {
            uid: read.uid,
            start: read.start.into(),
            end: read.end.map(Timestamp::from),
            service: read.service,
            code: read.code,
            cancelled: false,
        }
    }
}

// What identifies a person is for no log, whoever writes one.
impl fmt::Debug for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listed")
            .field("start", &self.start)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// What a list speaks of: who is not on it, there, was cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Covers {
    /// All days.
    Everything,
    /// These days, in the office's zone.
    Days(RangeInclusive<Date>),
    /// These days, but for what its source has and nobody can read.
    DaysBut(RangeInclusive<Date>, Unreadable),
    /// Nothing: it ends in its middle, so who is not on it may be booked all the same.
    Nothing,
}

impl Covers {
    /// What the list of a source covers.
    #[must_use]
    pub fn of(days: RangeInclusive<Date>, whole: bool, unreadable: Unreadable) -> Self {
        match whole {
            true => Self::DaysBut(days, unreadable),
            false => Self::Nothing,
        }
    }

    pub(super) fn has(&self, day: Date, uid: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Days(days) => days.contains(&day),
            Self::DaysBut(days, unreadable) => days.contains(&day) && !unreadable.has(uid),
            Self::Nothing => false,
        }
    }
}
