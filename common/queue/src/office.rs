// SPDX-License-Identifier: GPL-3.0-or-later
//! The office as it was configured: services, desks, languages, hours, policy, links.
//!
//! It enters the log as an event when it changed, so that a log alone can be replayed anywhere.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{DeskId, Language, Letter, ServiceId};
pub use crate::season::{InvalidYearDay, Season, SpecialDay, YearDay};

/// A public office: one queue, one configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// The office's own short name, `oiac`.
    pub id: String,
    /// Its IANA time zone, `Europe/Madrid`: what decides the business day.
    pub time_zone: String,
    /// The languages it speaks, the office's own first.
    pub languages: Vec<Language>,
    /// Its name.
    pub name: Names,
    /// The body it belongs to, such as the town hall; shown above the name.
    pub town: Option<Names>,
    /// Where a phone reaches a ticket's page, without a slash at the end.
    pub public_url: Option<String>,
    /// When it is open in an ordinary week; a day that is left out is closed. Empty: it never closes.
    pub hours: BTreeMap<Weekday, Vec<OpenSpan>>,
    /// Parts of the year with a week of their own, such as a summer timetable; the first that fits counts.
    #[serde(default)]
    pub seasons: Vec<Season>,
    /// Days on which it does not open.
    pub holidays: Vec<Date>,
    /// What people come for, in the order of the kiosk's tiles.
    pub services: Vec<Service>,
    /// Where they are served.
    pub desks: Vec<Desk>,
    /// How the next one is chosen.
    pub policy: Policy,
    /// Where else people are helped.
    pub links: Links,
    /// The one colour of the screens, `#0A5361`.
    pub accent: Option<String>,
}

impl Office {
    /// Whether `service` is given in another building than this office's own.
    #[must_use]
    pub fn is_elsewhere(&self, service: &Service) -> bool {
        service
            .place
            .as_ref()
            .is_some_and(|place| *place != self.id)
    }
}

/// One thing people come for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// What its numbers begin with.
    pub letter: Letter,
    /// Its name.
    pub name: Names,
    /// Whether it is for people with an appointment.
    pub appointment: AppointmentRule,
    /// A first guess of how many minutes one visit takes.
    pub minutes: u32,
    /// What the lobby says in place of the name, for a sensitive service.
    pub board_name: Option<Names>,
    /// The service whose ticket is offered where an appointment is required.
    pub fallback: Option<ServiceId>,
    /// The building it is given in, when that is another one.
    pub place: Option<String>,
    /// The drawing on its tile, by the name of the icon.
    pub icon: Option<String>,
}

/// Whether a service is for people with an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppointmentRule {
    /// There are no appointments.
    None,
    /// With or without.
    Optional,
    /// A walk-in is refused.
    Required,
}

/// Where people are served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// Its id.
    pub id: DeskId,
    /// Its name, `Taula 2`.
    pub name: Names,
    /// The services it serves; `None` is every one.
    pub services: Option<Vec<ServiceId>>,
}

impl Desk {
    /// Whether people for `service` can be called here.
    #[must_use]
    pub fn serves(&self, service: &ServiceId) -> bool {
        self.services
            .as_ref()
            .is_none_or(|some| some.contains(service))
    }
}

/// How the next one is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// How many times faster a checked-in appointment's score grows than a walk-in's.
    pub appointment_weight: u32,
    /// Minutes after its hour within which a late arrival keeps it.
    pub appointment_grace_min: u32,
    /// Seconds after a call at a desk within which a second `next` there is refused; 0: never.
    pub next_guard_s: u32,
    /// Whether a service stops issuing when what waits fills the time left.
    pub stop_issuing: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            appointment_weight: 3,
            appointment_grace_min: 10,
            next_guard_s: 2,
            stop_issuing: true,
        }
    }
}

/// Where else people are helped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// Where an appointment is booked.
    pub booking: Option<String>,
    /// The office on the web.
    pub e_office: Option<String>,
    /// A WhatsApp number, country code first, digits only.
    pub whatsapp: Option<String>,
}

/// A text in the languages it was written in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Names(pub BTreeMap<Language, String>);

impl Names {
    /// The text in `language`, or else in the first of `languages` that has it; empty if none has.
    #[must_use]
    pub fn in_language<'a>(&'a self, language: &Language, languages: &[Language]) -> &'a str {
        core::iter::once(language)
            .chain(languages)
            .find_map(|one| self.0.get(one))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }
}

/// A day of the week, by the three letters of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the days of the week explain themselves")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// The day of the week that `day` is.
    #[must_use]
    pub fn of(day: Date) -> Self {
        match day.weekday() {
            jiff::civil::Weekday::Monday => Self::Mon,
            jiff::civil::Weekday::Tuesday => Self::Tue,
            jiff::civil::Weekday::Wednesday => Self::Wed,
            jiff::civil::Weekday::Thursday => Self::Thu,
            jiff::civil::Weekday::Friday => Self::Fri,
            jiff::civil::Weekday::Saturday => Self::Sat,
            jiff::civil::Weekday::Sunday => Self::Sun,
        }
    }
}

/// A time of opening within one day, `09:00-14:00`; the end is exclusive and may be `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OpenSpan {
    from_min: u16,
    to_min: u16,
}

/// The text was no time of opening.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSpan {
    /// It is not two times of day.
    #[error("{0:?} is not a time of opening such as 09:00-14:00")]
    Malformed(String),
    /// It ends before it begins, or when it begins.
    #[error("{0:?} ends before it begins: hours may not cross midnight")]
    Backwards(String),
}

impl OpenSpan {
    /// From midnight to midnight.
    pub const ALL_DAY: Self = Self {
        from_min: 0,
        to_min: 24 * 60,
    };

    /// Minutes after midnight at which it opens, 0–1439.
    #[must_use]
    pub const fn from_min(self) -> u16 {
        self.from_min
    }

    /// Minutes after midnight at which it closes, 1–1440.
    #[must_use]
    pub const fn to_min(self) -> u16 {
        self.to_min
    }
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two = |part: &str| {
        let plain = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| plain)
    };
    let (hour, minute) = (two(hour)?, two(minute)?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= 24 * 60).then_some(total)
}

impl FromStr for OpenSpan {
    type Err = InvalidSpan;
    fn from_str(text: &str) -> Result<Self, InvalidSpan> {
        let short = || text.chars().take(20).collect::<String>();
        let span = text
            .split_once('-')
            .and_then(|(a, b)| Some((minutes(a.trim())?, minutes(b.trim())?)));
        let (from_min, to_min) = span.ok_or_else(|| InvalidSpan::Malformed(short()))?;
        if from_min < to_min {
            Ok(Self { from_min, to_min })
        } else {
            Err(InvalidSpan::Backwards(short()))
        }
    }
}

impl fmt::Display for OpenSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = (self.from_min, self.to_min);
        write!(f, "{:02}:{:02}-{:02}:{:02}", a / 60, a % 60, b / 60, b % 60)
    }
}

impl TryFrom<String> for OpenSpan {
    type Error = InvalidSpan;
    fn try_from(text: String) -> Result<Self, InvalidSpan> {
        text.parse()
    }
}

impl From<OpenSpan> for String {
    fn from(span: OpenSpan) -> Self {
        span.to_string()
    }
}
