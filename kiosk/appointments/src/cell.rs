// SPDX-License-Identifier: GPL-3.0-or-later
//! Dates and times as people's tables have them: `24/11/2026 10:00`, `24 de novembre`, `10.30 h`, `9:00 AM`.
//!
//! Whether the day or the month comes first is for the whole table to say, not for one cell.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, Time};
use regex::{Captures, Regex};

use crate::when::{When, Written, offset};

/// Cells longer than this hold no date.
const CELL_MAX: usize = 100;

/// What a cell says of when.
#[derive(Default, Clone)]
pub(crate) struct Moment {
    pub(crate) date: Option<Date>,
    pub(crate) time: Option<Time>,
    pub(crate) written: Option<Written>,
}

fn ours(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a regular expression of this file")
}

static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    ours(r"(?:^|[^\d])(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4}|\d{2})(?:[^\d]|$)")
});
static YEAR_FIRST: LazyLock<Regex> =
    LazyLock::new(|| ours(r"(?:^|[^\d])(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[^\d]|$)"));
static WITH_WORD: LazyLock<Regex> = LazyLock::new(|| {
    ours(
        r"(?i)(?:^|[^\d])(\d{1,2})(?:st|nd|rd|th|er)?[\s.-]*(?:de\s+|d['’]\s?)?(\p{L}{3,12})\.?[\s,.-]*(?:de\s+|del\s+)?(\d{4})(?:[^\d]|$)",
    )
});
static TIME: LazyLock<Regex> = LazyLock::new(|| {
    ours(
        r"(?i)^\D{0,12}?(\d{1,2})(?:\s*[:h.]\s*(\d{2}))?(?:[:.](\d{2}))?(?:[.,]\d+)?\s*(?:h(?:ores|oras|eures|rs)?\.?)?\s*(?:([ap])\.?\s?m\.?)?\s*(z|[+-]\d{2}:?\d{2})?$",
    )
});

/// The text without Excel's `="…"`.
pub(crate) fn bare(text: &str) -> &str {
    let text = text.trim();
    let formula = text.strip_prefix('=').unwrap_or(text);
    formula
        .trim_matches(['"', '\'', '\u{a0}', '\u{feff}'])
        .trim()
}

/// Whether the two first numbers of a date with slashes could be its month, and its day.
pub(crate) fn slashes(text: &str) -> Option<(u8, u8)> {
    let found = DAY_FIRST.captures(short(text)?)?;
    Some((
        found.get(1)?.as_str().parse().ok()?,
        found.get(2)?.as_str().parse().ok()?,
    ))
}

fn short(text: &str) -> Option<&str> {
    let text = bare(text);
    (!text.is_empty() && text.len() <= CELL_MAX).then_some(text)
}

/// What a cell says; nothing where it can't be read.
pub(crate) fn moment(text: &str, month_first: bool) -> Moment {
    let Some(text) = short(text) else {
        return Moment::default();
    };
    match When::read(text, None) {
        Some(When::Day(date)) => {
            return Moment {
                date: Some(date),
                ..Moment::default()
            };
        }
        Some(When::At(local, written)) => {
            return Moment {
                date: Some(local.date()),
                time: Some(local.time()),
                written: Some(written),
            };
        }
        None => {}
    }
    if let Some(moment) = serial(text) {
        return moment;
    }
    let (date, rest) = date(text, month_first);
    let (time, written) = time(rest);
    Moment {
        date,
        time,
        written,
    }
}

/// A cell as a time alone: there `10` is one.
fn time(text: &str) -> (Option<Time>, Option<Written>) {
    let Some(found) = TIME.captures(text.trim()) else {
        return (None, None);
    };
    let number = |group| {
        found
            .get(group)
            .map_or(Some(0), |one| one.as_str().parse::<i8>().ok())
    };
    let half = found.get(4).map(|one| one.as_str().to_ascii_lowercase());
    let hour = number(1).map(|hour| match (half.as_deref(), hour) {
        (Some("p"), 1..=11) => hour + 12,
        (Some("a"), 12) => 0,
        _ => hour,
    });
    let read = || Time::new(hour?, number(2)?, number(3)?, 0).ok();
    let written = found.get(5).and_then(|zone| match zone.as_str() {
        "z" | "Z" => Some(Written::Utc),
        other => offset(other).map(Written::Offset),
    });
    (read(), written)
}

/// A date and what comes after it; the whole text where there is none.
fn date(text: &str, month_first: bool) -> (Option<Date>, &str) {
    let number =
        |found: &Captures<'_>, group| -> Option<i16> { found.get(group)?.as_str().parse().ok() };
    let build = |year: Option<i16>, month: Option<i16>, day: Option<i16>| {
        let year = year.map(|year| if year < 100 { year + 2000 } else { year })?;
        Date::new(year, i8::try_from(month?).ok()?, i8::try_from(day?).ok()?).ok()
    };
    let after = |found: &Captures<'_>| found.get(3).map_or("", |last| &text[last.end()..]);
    if let Some(found) = YEAR_FIRST.captures(text) {
        let date = build(number(&found, 1), number(&found, 2), number(&found, 3));
        return (date, text_after_date(after(&found)));
    }
    if let Some(found) = DAY_FIRST.captures(text) {
        let (first, second) = (number(&found, 1), number(&found, 2));
        let (day, month) = if month_first {
            (second, first)
        } else {
            (first, second)
        };
        return (
            build(number(&found, 3), month, day),
            text_after_date(after(&found)),
        );
    }
    if let Some(found) = WITH_WORD.captures(text) {
        let month = found.get(2).and_then(|word| month(word.as_str()));
        return (
            build(number(&found, 3), month, number(&found, 1)),
            text_after_date(after(&found)),
        );
    }
    (None, text)
}

fn text_after_date(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, 'T' | ',' | ';' | '-' | '–'))
}

/// A month by its first letters in Catalan, Spanish, English or French.
fn month(word: &str) -> Option<i16> {
    const MONTHS: [&[&str]; 12] = [
        &["gen", "ene", "jan"],
        &["feb", "fev", "fév"],
        &["mar"],
        &["abr", "apr", "avr"],
        &["mai", "may"],
        &["juny", "jun", "juin"],
        &["juliol", "jul", "juil"],
        &["ago", "aug", "aoû", "aou"],
        &["set", "sep"],
        &["oct"],
        &["nov"],
        &["des", "dic", "dec", "déc"],
    ];
    let word = word.to_lowercase();
    let place = MONTHS
        .iter()
        .position(|names| names.iter().any(|name| word.starts_with(name)))?;
    i16::try_from(place + 1).ok()
}

/// Excel's own number of a day, as a table has it whose cells lost their format: 46350.416667.
fn serial(text: &str) -> Option<Moment> {
    let days: f64 = text.replace(',', ".").parse().ok()?;
    if !(30_000.0..80_000.0).contains(&days) {
        return None;
    }
    let minutes = (days * 24.0 * 60.0).round();
    let epoch = Date::new(1899, 12, 30).ok()?.at(0, 0, 0, 0);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "its range was just checked"
    )]
    let local = epoch.checked_add((minutes as i64).minutes()).ok()?;
    let time = (days.fract() != 0.0).then(|| local.time());
    Some(Moment {
        date: Some(local.date()),
        time,
        written: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let Moment { date, time, .. } = moment(text, false);
        let shown = |one: Option<String>| one.unwrap_or("-".to_owned());
        format!(
            "{} {}",
            shown(date.map(|d| d.to_string())),
            shown(time.map(|t| t.to_string()))
        )
    }

    #[test]
    fn a_cell_is_read_as_a_person_reads_it() {
        let day = "2026-11-24 -";
        let ten = "2026-11-24 10:30:00";
        for (text, meant) in [
            ("2026-11-24", day),
            ("24/11/2026", day),
            ("24-11-2026", day),
            ("24.11.26", day),
            ("2026/11/24", day),
            ("24 de novembre de 2026", day),
            ("24 nov. 2026", day),
            ("24-nov-2026", day),
            ("dimarts, 24/11/2026", day),
            ("=\"24/11/2026\"", day),
            ("20261124", day),
            ("46350", day),
            ("24/11/2026 10:30", ten),
            ("24/11/2026, 10.30 h", ten),
            ("2026-11-24T10:30:00", ten),
            ("2026-11-24 10:30", ten),
            ("24/11/2026 10:30:00 AM", ten),
            ("24/11/26 10h30", ten),
            ("20261124T103000", ten),
            ("46350.4375", ten),
            ("24 novembre 2026 10:30", ten),
            ("24/11/2026 a les 10:30", ten),
            ("10:30", "- 10:30:00"),
            ("10.30", "- 10:30:00"),
            ("9h", "- 09:00:00"),
            ("1:15 p. m.", "- 13:15:00"),
            ("12:00 AM", "- 00:00:00"),
            ("10", "- 10:00:00"),
            ("10:30 hores", "- 10:30:00"),
            ("", "- -"),
            ("31/02/2026", "- -"),
            ("25:00", "- -"),
            ("Joan", "- -"),
            ("600123456", "- -"),
        ] {
            assert_eq!(read(text), meant, "{text}");
        }
    }

    #[test]
    fn the_month_comes_first_only_where_the_table_says_so() {
        assert_eq!(
            moment("11/24/2026", true).date,
            Date::new(2026, 11, 24).ok()
        );
        assert_eq!(moment("11/24/2026", false).date, None);
        assert_eq!(slashes("11/24/2026 10:00"), Some((11, 24)));
    }
}
