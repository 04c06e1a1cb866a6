// SPDX-License-Identifier: GPL-3.0-or-later
//! The rules that a calendar brings along for a zone whose name says nothing to anyone.
//!
//! They are worked out for the years around the day that is read; what lies further back has the rules of the
//! earliest of those years.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

use crate::line::Line;
use crate::rule::Rule;
use crate::when::{When, Written, offset};

/// Years before the day, and after it, whose changes are worked out.
const YEARS_BEFORE: i16 = 2;
const YEARS_AFTER: i16 = 1;
/// More changes than that are no zone's.
const CHANGES_MAX: usize = 1000;
/// Days, and times within them, that are looked at for one zone.
const WORK_MAX: u64 = 300_000;

/// A STANDARD or DAYLIGHT part.
#[derive(Default)]
pub(crate) struct Observance {
    start: Option<DateTime>,
    from: Option<i32>,
    to: Option<i32>,
    rules: Vec<String>,
    dates: Vec<DateTime>,
}

impl Observance {
    /// Takes what a line says.
    pub(crate) fn take(&mut self, line: &Line) {
        match line.name.as_str() {
            "DTSTART" => self.start = self.start.or(When::of(line).as_ref().map(local)),
            "TZOFFSETFROM" => self.from = self.from.or_else(|| offset(&line.value)),
            "TZOFFSETTO" => self.to = self.to.or_else(|| offset(&line.value)),
            "RRULE" if self.rules.len() < 20 => self.rules.push(line.value.clone()),
            "RDATE" if self.dates.len() < CHANGES_MAX => {
                self.dates
                    .extend(When::list(line).iter().flatten().map(local));
            }
            _ => {}
        }
    }
}

fn local(when: &When) -> DateTime {
    match when {
        When::Day(date) => date.at(0, 0, 0, 0),
        When::At(local, _) => *local,
    }
}

/// A VTIMEZONE.
#[derive(Default)]
pub(crate) struct VTimeZone {
    pub(crate) name: String,
    /// The IANA zone that it says it is.
    pub(crate) place: Option<String>,
    pub(crate) observances: Vec<Observance>,
}

impl VTimeZone {
    /// Takes what a line outside the observances says.
    pub(crate) fn take(&mut self, line: &Line) {
        match line.name.as_str() {
            "TZID" => self.name = line.text(),
            "X-LIC-LOCATION" | "TZID-ALIAS-OF" => self.place = Some(line.text()),
            _ => {}
        }
    }

    /// The changes of its clocks around `day`; `None`: it says nothing that can be used.
    pub(crate) fn rules(&self, day: Date) -> Option<OwnRules> {
        let mut changes = Vec::new();
        let mut work = WORK_MAX;
        for one in self.observances.iter().take(20) {
            let (Some(start), Some(to)) = (one.start, one.to) else {
                continue;
            };
            let from = one.from.unwrap_or(to);
            for onset in onsets(one, start, day, &mut work) {
                let Some(at) = seconds(onset) else { continue };
                changes.push(Change {
                    at: at - i64::from(from),
                    from,
                    to,
                });
            }
        }
        changes.sort_by_key(|change| change.at);
        changes.truncate(2 * CHANGES_MAX);
        (!changes.is_empty()).then_some(OwnRules(changes))
    }
}

/// The local times at which an observance begins.
fn onsets(one: &Observance, start: DateTime, day: Date, work: &mut u64) -> Vec<DateTime> {
    let first_year = day.year().saturating_sub(YEARS_BEFORE).max(start.year());
    let last_year = day.year().saturating_add(YEARS_AFTER);
    let mut onsets = vec![start];
    onsets.extend(&one.dates);
    for rule in one.rules.iter().filter_map(|text| Rule::read(text)) {
        let until = rule.until.as_ref().map(|until| match until {
            When::Day(date) => date.at(23, 59, 59, 0),
            When::At(local, Written::Utc) => {
                let from = i64::from(one.from.unwrap_or_default());
                local.saturating_add(from.seconds())
            }
            When::At(local, _) => *local,
        });
        // Rules that ended long ago still say what came last.
        let first_year = until.map_or(first_year, |until| first_year.min(until.year()));
        let first = Date::new(first_year.max(start.year()), 1, 1).unwrap_or(day);
        let before = onsets.len();
        let mut date = first;
        while date.year() <= last_year && onsets.len() < before + CHANGES_MAX {
            *work = work.saturating_sub(rule.cost_on(start, date));
            if *work == 0 {
                break;
            }
            let past = until.is_some_and(|until| date > until.date());
            if past
                || rule
                    .count
                    .is_some_and(|count| (onsets.len() - before) as u64 >= count)
            {
                break;
            }
            let times = rule.times_on(start, date).into_iter().take(2);
            let onset = times.map(|time| date.to_datetime(time));
            onsets.extend(onset.filter(|one| until.is_none_or(|until| *one <= until)));
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
    }
    onsets
}

fn seconds(local: DateTime) -> Option<i64> {
    Some(Offset::UTC.to_timestamp(local).ok()?.as_second())
}

/// A change of the clocks: at an instant, from one offset to another, in seconds.
struct Change {
    at: i64,
    from: i32,
    to: i32,
}

/// When the clocks of a zone change, in order; never empty.
pub(crate) struct OwnRules(Vec<Change>);

impl OwnRules {
    /// The instant of a local time. In a gap and in what happens twice the offset before the change holds: that
    /// shifts the one forward and makes the other the earlier of the two.
    pub(crate) fn instant(&self, local: DateTime) -> Option<Timestamp> {
        let local = seconds(local)?;
        let is_after =
            |change: &&Change| local >= change.at + i64::from(change.from.max(change.to));
        Timestamp::from_second(local - i64::from(self.offset(is_after))).ok()
    }

    /// What the clocks show at an instant.
    pub(crate) fn local(&self, at: Timestamp) -> Option<DateTime> {
        let offset = self.offset(|change| at.as_second() >= change.at);
        Some(Offset::from_seconds(offset).ok()?.to_datetime(at))
    }

    fn offset(&self, is_after: impl FnMut(&&Change) -> bool) -> i32 {
        let last = self.0.iter().rev().find(is_after);
        last.map_or_else(
            || self.0.first().map_or(0, |one| one.from),
            |change| change.to,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn zone(text: &str) -> OwnRules {
        let mut zone = VTimeZone::default();
        for line in text.lines().filter_map(Line::read) {
            match line.name.as_str() {
                "BEGIN" => zone.observances.push(Observance::default()),
                "END" => {}
                _ => match zone.observances.last_mut() {
                    Some(last) => last.take(&line),
                    None => zone.take(&line),
                },
            }
        }
        zone.rules(date(2026, 11, 24)).unwrap()
    }

    const OUTLOOK: &str = "TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT";

    #[test]
    fn rules_that_begin_in_1601_are_those_of_the_zone_they_describe() {
        let (own, madrid) = (
            zone(OUTLOOK),
            jiff::tz::TimeZone::get("Europe/Madrid").unwrap(),
        );
        let mut hour = date(2025, 12, 31).at(0, 30, 0, 0);
        while hour.date() < date(2027, 1, 2) {
            let expected = madrid.to_ambiguous_timestamp(hour).compatible().unwrap();
            assert_eq!(own.instant(hour), Some(expected), "{hour}");
            assert_eq!(
                own.local(expected),
                Some(madrid.to_datetime(expected)),
                "{hour}"
            );
            hour = hour.saturating_add(1.hour());
        }
    }

    #[test]
    fn rules_that_ended_hold_on_with_what_came_last() {
        let own = zone(
            "BEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
             RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10;UNTIL=20051030T010000Z\nEND:STANDARD\n\
             BEGIN:DAYLIGHT\nDTSTART:19700329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
             RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3;UNTIL=20060326T010000Z\nEND:DAYLIGHT",
        );
        let summer_for_good = own.instant(date(2026, 11, 24).at(10, 0, 0, 0));
        assert_eq!(summer_for_good, "2026-11-24T08:00:00Z".parse().ok());
    }

    #[test]
    fn an_observance_without_a_rule_holds_from_its_date_on() {
        let own = zone(
            "BEGIN:STANDARD\nDTSTART:20261025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\n\
             BEGIN:DAYLIGHT\nDTSTART:20260329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT",
        );
        let at = |month, day| {
            own.instant(date(2026, month, day).at(10, 0, 0, 0))
                .map(|at| at.to_string())
        };
        assert_eq!(at(11, 24).as_deref(), Some("2026-11-24T09:00:00Z"));
        assert_eq!(at(7, 24).as_deref(), Some("2026-07-24T08:00:00Z"));
    }
}
