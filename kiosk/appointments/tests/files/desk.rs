// SPDX-License-Identifier: GPL-3.0-or-later
//! What the tests share: the day, calendars around events, and the list as a person would note it down.

use jiff::civil::date;
use jiff::tz::TimeZone;
use torn_appointments::{Day, Import, Kind, Mapping, NotACalendar, read};

/// 24 November 2026, a Tuesday, in Madrid.
pub(crate) fn tuesday() -> Day {
    on("2026-11-24")
}

pub(crate) fn on(day: &str) -> Day {
    Day {
        day: day.parse().unwrap_or(date(2026, 11, 24)),
        zone: TimeZone::get("Europe/Madrid").unwrap(),
    }
}

/// The lines of events, or of whatever else, as a calendar.
pub(crate) fn calendar(lines: &str) -> String {
    let lines = lines.trim().replace('\n', "\r\n");
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n{lines}\r\nEND:VCALENDAR\r\n")
}

pub(crate) fn event(lines: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\n{}\nEND:VEVENT", lines.trim()))
}

pub(crate) fn try_import(bytes: impl AsRef<[u8]>) -> Result<Import, NotACalendar> {
    read(bytes.as_ref(), Kind::Guess, &tuesday(), &Mapping::default())
}

pub(crate) fn import(bytes: impl AsRef<[u8]>) -> Import {
    try_import(bytes).unwrap()
}

pub(crate) fn import_on(day: &str, bytes: impl AsRef<[u8]>) -> Import {
    read(bytes.as_ref(), Kind::Guess, &on(day), &Mapping::default()).unwrap()
}

/// `10:00-10:30 uid`, local time.
pub(crate) fn list(import: &Import) -> Vec<String> {
    let zone = tuesday().zone;
    let local = |at| zone.to_datetime(at).strftime("%H:%M").to_string();
    let line = |one: &torn_appointments::Appointment| {
        let end = one
            .end
            .map_or(String::new(), |end| format!("-{}", local(end)));
        format!("{}{end} {}", local(one.start), one.uid)
    };
    import.appointments.iter().map(line).collect()
}

/// `uid: reason`.
pub(crate) fn skipped(import: &Import) -> Vec<String> {
    let line = |one: &torn_appointments::Skipped| {
        format!("{}: {}", one.uid.as_deref().unwrap_or("-"), one.reason)
    };
    import.skipped.iter().map(line).collect()
}

pub(crate) fn warns(import: &Import, of: &str) -> bool {
    import.warnings.iter().any(|one| one.contains(of))
}

/// An event that says `start`, on the Tuesday: when it begins.
pub(crate) fn begins(start: &str) -> Vec<String> {
    list(&import(event(&format!("UID:u\n{start}"))))
}
