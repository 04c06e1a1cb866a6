// SPDX-License-Identifier: GPL-3.0-or-later
//! Dates, times and durations as calendars write them, and as those write them that should not.
//!
//! A date-time is read as it is written, with the zone it names; which instant that is, is the business of
//! [`crate::zone`].

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span};

use crate::line::Line;

/// In which zone a time was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Written {
    /// With a `Z`.
    Utc,
    /// With an offset from UTC in seconds, which iCalendar does not know.
    Offset(i32),
    /// With a TZID.
    Named(String),
    /// With nothing: where it is read, it is local.
    Floating,
}

/// A DATE or a DATE-TIME.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum When {
    Day(Date),
    At(DateTime, Written),
}

impl When {
    /// The day as it is written.
    pub(crate) fn date(&self) -> Date {
        match self {
            Self::Day(date) => *date,
            Self::At(local, _) => local.date(),
        }
    }

    /// The property's value, one or several with commas between; what can't be read is `None`.
    pub(crate) fn list(line: &Line) -> Vec<Option<Self>> {
        let values = line.value.split(',').map(str::trim);
        values
            .filter(|one| !one.is_empty())
            .map(|one| Self::read(one, line.param("TZID")))
            .collect()
    }

    /// The property's value.
    pub(crate) fn of(line: &Line) -> Option<Self> {
        Self::read(&line.value, line.param("TZID"))
    }

    /// Reads `20261124T100000Z` and its kin. The value decides what it is, whatever VALUE says.
    pub(crate) fn read(text: &str, zone: Option<&str>) -> Option<Self> {
        let mut text = text.trim().trim_matches('"');
        let mut zone = zone;
        // `DTSTART:TZID=Europe/Madrid:20261124T100000`, the parameter in the wrong place.
        if let Some((before, after)) = text.rsplit_once(':')
            && before.len() >= 5
            && before
                .get(..5)
                .is_some_and(|head| head.eq_ignore_ascii_case("TZID="))
        {
            zone = before.get(5..);
            text = after;
        }
        let (date, rest) = date(text)?;
        let rest = rest.trim_start_matches(['T', 't', ' ']);
        if rest.is_empty() {
            return Some(Self::Day(date));
        }
        let (time, next_day, rest) = time(rest)?;
        let date = if next_day {
            date.tomorrow().ok()?
        } else {
            date
        };
        let written = match (
            rest.trim(),
            zone.map(str::trim).filter(|one| !one.is_empty()),
        ) {
            ("Z" | "z", _) => Written::Utc,
            ("", Some(name)) => Written::Named(name.to_owned()),
            ("", None) => Written::Floating,
            (other, _) => Written::Offset(offset(other)?),
        };
        Some(Self::At(date.to_datetime(time), written))
    }
}

/// Takes `count` digits, and a separator before them if there is one.
fn digits(text: &str, count: usize) -> Option<(i16, &str)> {
    let text = text.strip_prefix(['-', ':', '/', '.']).unwrap_or(text);
    let digits = text.get(..count)?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, &text[count..]))
}

fn date(text: &str) -> Option<(Date, &str)> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest, 2)?;
    let (day, rest) = digits(rest, 2)?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some((date, rest))
}

/// `100000`, `1000`, `10:00:00.000`; `true`: it was 24:00.
fn time(text: &str) -> Option<(Time, bool, &str)> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest, 2).unwrap_or((0, rest));
    let (second, mut rest) = digits(rest, 2).unwrap_or((0, rest));
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let next_day = hour == 24 && minute == 0 && second == 0;
    let hour = if next_day { 0 } else { hour };
    let narrow = |one: i16| i8::try_from(one).ok();
    // A leap second is the last one that civil time has.
    let time = Time::new(narrow(hour)?, narrow(minute)?, narrow(second.min(59))?, 0).ok()?;
    Some((time, next_day, rest))
}

/// `+0100`, `-03:30`, `+01` in seconds.
pub(crate) fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, rest) = digits(&text[1..], 2).or_else(|| digits(&text[1..], 1))?;
    let (minutes, rest) = digits(rest, 2).unwrap_or((0, rest));
    let (seconds, rest) = digits(rest, 2).unwrap_or((0, rest));
    let within = rest.is_empty() && hours < 24 && minutes < 60 && seconds < 60;
    within.then(|| sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60 + i32::from(seconds)))
}

/// `PT30M`; days and weeks stay days, so that they can be added across a change of the clocks.
pub(crate) fn duration(text: &str) -> Option<Span> {
    let text = text.trim();
    let bare = text.trim_start_matches(['+', '-']);
    let span: Span = if bare.eq_ignore_ascii_case("P") || bare.eq_ignore_ascii_case("PT") {
        Span::new()
    } else {
        bare.parse().ok()?
    };
    let span = if text.starts_with('-') {
        span.negate()
    } else {
        span
    };
    // Longer than any appointment, and yet far from where sums overflow.
    let most = SignedDuration::from_hours(24 * 366);
    let length = span
        .to_duration(jiff::SpanRelativeTo::days_are_24_hours())
        .ok()?;
    (length.abs() <= most).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    fn at(text: &str) -> Option<(DateTime, Written)> {
        match When::read(text, None)? {
            When::At(local, written) => Some((local, written)),
            When::Day(_) => None,
        }
    }

    #[test]
    fn a_time_is_read_however_exactly_it_is_written() {
        let ten = day(2026, 11, 24).at(10, 0, 0, 0);
        for text in [
            "20261124T100000",
            "20261124T1000",
            "20261124T10",
            "2026-11-24T10:00:00.000",
            "2026-11-24 10:00",
            "20261124t100000",
        ] {
            assert!(at(text) == Some((ten, Written::Floating)), "{text}");
        }
        for text in [
            "20261124T100000Z",
            "20261124T100000.000Z",
            "2026-11-24T10:00:00z",
        ] {
            assert!(at(text) == Some((ten, Written::Utc)), "{text}");
        }
        assert!(at("20261124T100000+0100") == Some((ten, Written::Offset(3600))));
        assert!(at("20261124T100000-03:30") == Some((ten, Written::Offset(-12600))));
        assert!(
            at("20261124T240000")
                .is_some_and(|(local, _)| local == day(2026, 11, 25).at(0, 0, 0, 0))
        );
        assert!(at("20261124T235960").is_some_and(|(local, _)| local.second() == 59));
        let wrong_place = When::read("TZID=Europe/Madrid:20261124T100000", None);
        assert!(wrong_place == Some(When::At(ten, Written::Named("Europe/Madrid".to_owned()))));
    }

    #[test]
    fn eight_digits_are_a_day_and_junk_is_nothing() {
        assert!(When::read("20261124", None) == Some(When::Day(day(2026, 11, 24))));
        assert!(When::read("2026-11-24", None) == Some(When::Day(day(2026, 11, 24))));
        for junk in [
            "",
            "tomorrow",
            "20261324",
            "20261124T250000",
            "2026112",
            "20261124T100000X",
            "àà261124",
            "20261124T1000ñ0",
            "T",
            "TZID=:",
        ] {
            assert!(When::read(junk, None).is_none(), "{junk}");
        }
    }

    #[test]
    fn durations_are_bounded() {
        assert_eq!(duration("PT30M").map(|span| span.get_minutes()), Some(30));
        assert_eq!(
            duration("-P1DT2H").map(|span| (span.get_days(), span.get_hours())),
            Some((-1, -2))
        );
        assert_eq!(duration("P1W").map(|span| span.get_weeks()), Some(1));
        assert!(duration("PT").is_some_and(|span| span.is_zero()));
        for junk in ["", "30", "PX", "P99999W", "PT99999999999999999999S"] {
            assert!(duration(junk).is_none(), "{junk}");
        }
    }
}
