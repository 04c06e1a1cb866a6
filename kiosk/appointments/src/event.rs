// SPDX-License-Identifier: GPL-3.0-or-later
//! A VEVENT: what an appointment needs of it, and nothing else.
//!
//! Its texts live only while its lines are read: the mapping makes a service and a code of them, and they are gone.
//! What the event means for a day is the business of [`crate::series`]. There is no `Debug` here.

use jiff::Span;
use jiff::civil::DateTime;
use sha2::{Digest, Sha256};
use torn_queue::ServiceId;

use crate::line::Line;
use crate::mapping::{BAD_CODE, BAD_UID, BadCode, Mapping, UID_MAX, code, fits};
use crate::note::Notes;
use crate::rule::TIMES_MAX;
use crate::when::{When, Written, duration};

/// No event has more rules.
const RULES_MAX: usize = 16;

/// How an event, or one of its RDATEs, ends.
#[derive(Clone)]
pub(crate) enum End {
    At(When),
    After(Span),
}

/// An event as its lines say.
#[derive(Default)]
pub(crate) struct Event {
    /// Which of the file's calendars it is in.
    pub(crate) calendar: usize,
    pub(crate) uid: String,
    pub(crate) start: Option<When>,
    /// There is a start that can't be read.
    pub(crate) start_unreadable: bool,
    pub(crate) end: Option<End>,
    pub(crate) end_unreadable: bool,
    pub(crate) rules: Vec<String>,
    pub(crate) except_rules: Vec<String>,
    pub(crate) dates: Vec<(When, Option<End>)>,
    pub(crate) except: Vec<When>,
    /// Which time of its series it stands for.
    pub(crate) recurrence: Option<When>,
    pub(crate) this_and_future: bool,
    pub(crate) cancelled: bool,
    pub(crate) sequence: i64,
    pub(crate) modified: Option<DateTime>,
    pub(crate) stamped: Option<DateTime>,
    pub(crate) service: Option<ServiceId>,
    pub(crate) code: Option<String>,
    pub(crate) without_uid: bool,
    /// Why its UID can't be used; then another stands in its place.
    pub(crate) bad_uid: Option<&'static str>,
    pub(crate) bad_code: Option<&'static str>,
    /// Some of its dates, exceptions among them, can't be read.
    pub(crate) dates_unreadable: bool,
    pub(crate) zone_and_utc: bool,
}

/// An event while its lines are read, with its texts.
#[derive(Default)]
pub(crate) struct Reading {
    event: Event,
    uid: Option<String>,
    summary: String,
    description: String,
    location: String,
    categories: String,
    all_day: bool,
}

impl Reading {
    pub(crate) fn new(calendar: usize) -> Self {
        let mut reading = Self::default();
        reading.event.calendar = calendar;
        reading
    }

    /// The UID, as far as it was read.
    pub(crate) fn uid(self) -> Option<String> {
        self.uid.filter(|uid| fits(uid, UID_MAX))
    }

    /// Takes what a line says.
    pub(crate) fn take(&mut self, line: &Line, notes: &mut Notes) {
        let event = &mut self.event;
        match line.name.as_str() {
            "UID" if self.uid.is_none() => {
                self.uid = Some(line.text()).filter(|uid| !uid.is_empty())
            }
            "SUMMARY" => keep_first(&mut self.summary, line),
            "DESCRIPTION" => keep_first(&mut self.description, line),
            "LOCATION" => keep_first(&mut self.location, line),
            "CATEGORIES" => keep_first(&mut self.categories, line),
            "DTSTART" if event.start.is_none() => {
                event.start = When::of(line);
                event.start_unreadable = event.start.is_none();
                event.zone_and_utc = line
                    .param("TZID")
                    .is_some_and(|zone| crate::zone::known(zone) != Some(jiff::tz::TimeZone::UTC))
                    && matches!(event.start, Some(When::At(_, Written::Utc)));
            }
            "DTEND" if event.end.is_none() => {
                event.end = When::of(line).map(End::At);
                event.end_unreadable = event.end.is_none();
            }
            "DURATION" if event.end.is_none() => {
                event.end = duration(&line.value).map(End::After);
                event.end_unreadable = event.end.is_none();
            }
            "RRULE" if event.rules.len() < RULES_MAX => event.rules.push(line.value.clone()),
            "EXRULE" if event.except_rules.len() < RULES_MAX => {
                event.except_rules.push(line.value.clone());
            }
            "EXDATE" => {
                let dates = When::list(line);
                event.dates_unreadable |= dates.iter().any(Option::is_none);
                let dates = readable(dates, notes);
                push_bounded(&mut event.except, dates, notes);
            }
            "RDATE" => {
                let dates = periods(line);
                event.dates_unreadable |= dates.iter().any(Option::is_none);
                let dates = readable(dates, notes);
                push_bounded(&mut event.dates, dates, notes);
            }
            "RECURRENCE-ID" => {
                event.recurrence = When::of(line);
                let range = line.param("RANGE").unwrap_or_default();
                event.this_and_future = range.eq_ignore_ascii_case("THISANDFUTURE");
            }
            "STATUS" => event.cancelled = is_cancelled(&line.value),
            "SEQUENCE" => event.sequence = line.value.parse().unwrap_or(0),
            "LAST-MODIFIED" => event.modified = local(line),
            "DTSTAMP" => event.stamped = local(line),
            "X-MICROSOFT-CDO-ALLDAYEVENT" => self.all_day = line.value.eq_ignore_ascii_case("TRUE"),
            _ => {}
        }
    }

    /// The event, without its texts.
    pub(crate) fn finish(self, mapping: &Mapping) -> Event {
        let mut event = self.event;
        let texts = [
            self.summary.as_str(),
            self.description.as_str(),
            self.location.as_str(),
            self.categories.as_str(),
        ];
        event.service = mapping.service(&texts);
        let code = mapping.code(&texts[..3]);
        event.bad_code = code.is_err().then_some(BAD_CODE);
        event.code = code.unwrap_or_default();
        event.without_uid = self.uid.is_none();
        event.uid = match self.uid {
            Some(uid) if fits(&uid, UID_MAX) => uid,
            Some(uid) => {
                event.bad_uid = Some(BAD_UID);
                made_uid(&[&uid])
            }
            None => made_uid(&[&written(event.start.as_ref()), &self.summary]),
        };
        if self.all_day
            && let Some(When::At(local, _)) = &event.start
            && local.time() == jiff::civil::Time::midnight()
        {
            event.start = Some(When::Day(local.date()));
        }
        event
    }
}

/// Whether a status says that the appointment is off.
pub(crate) fn is_cancelled(status: &str) -> bool {
    let status = status.trim().to_lowercase();
    status.starts_with("cancel") || status.starts_with("anul") || status.starts_with("annul")
}

/// A UID for what has none: it does not say what it was made of.
pub(crate) fn made_uid(of: &[&str]) -> String {
    let mut hash = Sha256::new();
    for one in of {
        hash.update(one.len().to_be_bytes());
        hash.update(one);
    }
    let digest = hash.finalize();
    let hex: String = digest
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("no-uid-{hex}")
}

fn written(start: Option<&When>) -> String {
    match start {
        Some(When::Day(date)) => date.to_string(),
        Some(When::At(local, Written::Utc)) => format!("{local}Z"),
        Some(When::At(local, _)) => local.to_string(),
        None => String::new(),
    }
}

fn keep_first(text: &mut String, line: &Line) {
    if text.is_empty() {
        *text = line.text();
    }
}

fn local(line: &Line) -> Option<DateTime> {
    match When::of(line)? {
        When::At(local, _) => Some(local),
        When::Day(date) => Some(date.at(0, 0, 0, 0)),
    }
}

fn readable<T>(dates: Vec<Option<T>>, notes: &mut Notes) -> Vec<T> {
    notes.dates_unreadable += dates.iter().filter(|one| one.is_none()).count();
    dates.into_iter().flatten().collect()
}

fn push_bounded<T>(all: &mut Vec<T>, more: Vec<T>, notes: &mut Notes) {
    let room = TIMES_MAX.saturating_sub(all.len());
    notes.too_many_dates += usize::from(room > 0 && more.len() > room);
    all.extend(more.into_iter().take(room));
}

/// RDATE: dates, or periods `start/end` and `start/PT1H`.
fn periods(line: &Line) -> Vec<Option<(When, Option<End>)>> {
    let zone = line.param("TZID");
    let values = line
        .value
        .split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty());
    let period = |one: &str| {
        let Some((start, end)) = one.split_once('/') else {
            return Some((When::read(one, zone)?, None));
        };
        let end = match duration(end) {
            Some(length) => Some(End::After(length)),
            None => When::read(end, zone).map(End::At),
        };
        Some((When::read(start, zone)?, end))
    };
    values.map(period).collect()
}

/// For tables: the code of a cell, or of the text.
pub(crate) fn code_of(
    cell: Option<&str>,
    mapping: &Mapping,
    texts: &[&str],
) -> Result<Option<String>, BadCode> {
    match cell {
        Some(cell) => code(cell),
        None => mapping.code(texts),
    }
}
