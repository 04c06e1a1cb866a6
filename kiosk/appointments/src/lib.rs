// SPDX-License-Identifier: GPL-3.0-or-later
//! The appointments of one day, out of the bytes of an iCalendar or CSV file.
//!
//! Bytes in, list out: no file, no socket, no clock. It takes what exporters really write, event by event: what
//! can't be used is skipped with a reason. Names, mails, phones and every other text of an event are dropped where
//! they are read: they stand in no appointment, reason, warning, error or debug output.
//!
//! The lines, their encodings and what is cut off are read by own code. Of the two libraries for it, `icalendar`
//! 0.17 gives up a file for one bad line and quotes it in its error; `calcard` 0.3 reads `…T100000.000Z` as local
//! time, a COUNT modulo 2³², and loses a value after an unquoted `tzone://`. Zones and durations are jiff's. A
//! library for CSV lets one stray quote swallow all rows after it; see `record`, and `rule` for recurrences.

mod bytes;
mod cell;
mod column;
mod component;
mod event;
mod line;
mod mapping;
mod note;
mod record;
mod rule;
mod scan;
mod series;
mod table;
mod vtimezone;
mod when;
mod windows;
mod zone;

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use torn_queue::ServiceId;

pub use mapping::Mapping;
pub use scan::Scan;

/// Which day is asked for, in the office's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub day: Date,
    /// The office's zone, which also has the times that name none.
    pub zone: TimeZone,
}

impl Day {
    /// Whether an instant is on this day.
    #[must_use]
    pub fn has(&self, at: Timestamp) -> bool {
        self.zone.to_datetime(at).date() == self.day
    }
}

/// What a file is by its name. What is in it decides; this is asked where that leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `*.ics`
    Ics,
    /// `*.csv`
    Csv,
    /// No name says.
    Guess,
}

/// A booked hour.
#[derive(Clone, PartialEq, Eq)]
pub struct Appointment {
    /// When it begins.
    pub start: Timestamp,
    /// When it ends; never before it begins.
    pub end: Option<Timestamp>,
    /// What tells it from others and stays the same from file to file: the event's UID, of one that recurs with
    /// `/` and the instant it recurs at. It may hold a person's address, so it is for no log.
    pub uid: String,
    /// The service, if the file or the mapping says.
    pub service: Option<ServiceId>,
    /// The code that the person was given, if there is one.
    pub code: Option<String>,
}

impl fmt::Debug for Appointment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Appointment")
            .field("start", &self.start)
            .field("end", &self.end)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// What is no appointment, and why.
#[derive(Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its UID, if it has one; for no log.
    pub uid: Option<String>,
    /// Why, without a word of the event's own text.
    pub reason: String,
}

impl fmt::Debug for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Skipped")
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// What there is in a file, but can't be read: what was known of it before still holds.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Unreadable {
    /// UIDs, as those of [`Appointment`]; for no log. One without an instant stands for all times of its series.
    pub uids: BTreeSet<String>,
}

impl Unreadable {
    /// Whether an appointment, or the series that it is of, is among it.
    #[must_use]
    pub fn has(&self, uid: &str) -> bool {
        let mut ends = uid.match_indices('/').map(|(end, _)| &uid[..end]);
        self.uids.contains(uid) || ends.any(|series| self.uids.contains(series))
    }
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unreadable({})", self.uids.len())
    }
}

/// What a file has for the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Import {
    /// By start, then by uid.
    pub appointments: Vec<Appointment>,
    /// Those of the day that are cancelled, in no order and without their ends. They are among `skipped` as well.
    pub cancelled: Vec<Appointment>,
    /// What the file has besides, of this day or not.
    pub unreadable: Unreadable,
    /// Events of this day that are no appointments, and events of which nobody can say.
    pub skipped: Vec<Skipped>,
    /// What was guessed or is missing, each as a sentence.
    pub warnings: Vec<String>,
    /// The file ends in its middle, or is broken in another way: who is not in it may be booked all the same.
    pub cut: bool,
}

/// The bytes are neither a calendar nor a table of appointments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACalendar {
    /// There is nothing.
    #[error("it is empty, so nothing was read; export the calendar again")]
    Empty,
    /// HTML.
    #[error(
        "it is a web page and no calendar; the address may want a login, or its secret link has expired"
    )]
    WebPage,
    /// A packed archive.
    #[error("it is a packed archive; unpack it, and give the .ics file that is in it")]
    Archive,
    /// vCard.
    #[error("it is an address book and no calendar; export the calendar instead")]
    AddressBook,
    /// A table without the column that matters.
    #[error(
        "it has no column for when an appointment begins; name one `start`, or two `date` and `time`"
    )]
    NoStartColumn,
    /// Something else.
    #[error("it is no calendar: it has neither BEGIN:VCALENDAR nor a table of appointments")]
    Other,
}

/// Reads the appointments of `day` out of a file.
///
/// # Errors
/// [`NotACalendar`]; a calendar without events is none.
pub fn read(
    bytes: &[u8],
    name_hint: Kind,
    day: &Day,
    mapping: &Mapping,
) -> Result<Import, NotACalendar> {
    let bytes = bytes::without_mark(bytes);
    let head = bytes.trim_ascii_start();
    if head.is_empty() {
        return Err(NotACalendar::Empty);
    }
    let calendar = || component::read(&bytes, day, mapping);
    let table = || table::read(&bytes, day, mapping);
    let found = if name_hint == Kind::Csv {
        table().or_else(calendar)
    } else {
        calendar().or_else(table)
    };
    found.ok_or_else(|| what_it_is(head, name_hint))
}

fn what_it_is(head: &[u8], name_hint: Kind) -> NotACalendar {
    let begins = |text: &str| {
        head.get(..text.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(text.as_bytes()))
    };
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\x1F\x8B") {
        NotACalendar::Archive
    } else if begins("<") {
        NotACalendar::WebPage
    } else if begins("BEGIN:VCARD") {
        NotACalendar::AddressBook
    } else if name_hint == Kind::Csv && !head.contains(&0) {
        NotACalendar::NoStartColumn
    } else {
        NotACalendar::Other
    }
}
