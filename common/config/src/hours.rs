// SPDX-License-Identifier: GPL-3.0-or-later
//! When the office is open: the week's hours, the seasons that have a week of their own, the holidays.
//!
//! What a calendar makes of them, and which outweighs which, is in the rules.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use torn_queue::office::{OpenSpan, Season, Weekday};

use crate::nearest::did_you_mean;
use crate::reader::{Table, read_all};
use crate::value::{Value, short};

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

type Week = BTreeMap<Weekday, Vec<OpenSpan>>;

/// The ordinary week, as `office.hours` has it. `seasons`: the file has some, so that a week without an
/// opening is one that is closed for the rest of the year.
pub(crate) fn ordinary(value: &Value<'_>, seasons: bool) -> Option<Week> {
    let mut week = week(value)?;
    if opens(&week) {
        return Some(week);
    }
    if !seasons {
        value.mistake(
            "the office would never open; give a day its hours, or leave them out for round the clock",
        );
    }
    // To the rules, a week that says nothing of any day never closes.
    week.extend(DAYS.iter().map(|(_, day)| (*day, Vec::new())));
    Some(week)
}

fn opens(week: &Week) -> bool {
    week.values().any(|spans| !spans.is_empty())
}

/// Every `[[office.season]]`, in the order of the file.
pub(crate) fn seasons(office: &Table<'_>) -> Option<Vec<Season>> {
    let mut earlier: Vec<Season> = Vec::new();
    read_all(&office.tables("season"), |table| {
        let (from, to) = (table.need("from"), table.need("to"));
        let begins = from.as_ref().and_then(Value::parse);
        let ends = to.and_then(|value| value.parse());
        let hours = table.need("hours").and_then(|value| {
            let week = week(&value)?;
            if !opens(&week) {
                value.warn("the office is closed for the whole season");
            }
            Some(week)
        });
        let season = Season {
            from: begins?,
            to: ends?,
            hours: hours?,
        };
        if let Some(other) = earlier.iter().find(|one| overlap(one, &season))
            && let Some(from) = from
        {
            let (begins, ends) = (other.from, other.to);
            from.warn(format!(
                "this season overlaps that from {begins} to {ends}, which counts on the days they share"
            ));
        }
        earlier.push(season.clone());
        Some(season)
    })
}

fn overlap(one: &Season, other: &Season) -> bool {
    // A leap year, so that the 29th of February is a day.
    let days = date(2028, 1, 1).series(1.day()).take(366);
    days.into_iter().any(|day| one.has(day) && other.has(day))
}

/// `{ mon = ["09:00-14:00"] }`; a day that is left out is closed. `None` if any of it is wrong.
fn week(value: &Value<'_>) -> Option<Week> {
    let mut week = BTreeMap::new();
    let mut sound = true;
    for (key, spans) in value.table()?.entries() {
        let day = DAYS.iter().find(|(name, _)| *name == key.text);
        if day.is_none() {
            let near = did_you_mean(key.text, DAYS.map(|(name, _)| name));
            let names = DAYS.map(|(name, _)| name).join(", ");
            key.mistake(format!("{:?} is not one of {names}{near}", short(key.text)));
        }
        let spans = day_spans(&spans);
        if let (Some((_, day)), Some(spans)) = (day, spans) {
            week.insert(*day, spans);
        } else {
            sound = false;
        }
    }
    Some(week).filter(|_| sound)
}

/// Every day, all day: an office whose file says nothing of hours never closes.
pub(crate) fn round_the_clock() -> Week {
    let all_day = || "00:00-24:00".parse().into_iter().collect();
    DAYS.iter().map(|(_, day)| (*day, all_day())).collect()
}

fn day_spans(value: &Value<'_>) -> Option<Vec<OpenSpan>> {
    let mut spans: Vec<OpenSpan> = Vec::new();
    let mut sound = true;
    for item in value.items()? {
        let Some(span) = item.parse::<OpenSpan>() else {
            sound = false;
            continue;
        };
        let overlaps =
            |one: &&OpenSpan| span.from_min() < one.to_min() && one.from_min() < span.to_min();
        match spans.iter().find(overlaps) {
            Some(other) => item.mistake(format!("{span} overlaps {other}")),
            None => spans.push(span),
        }
    }
    spans.sort();
    Some(spans).filter(|_| sound)
}

/// `["2026-12-08"]`, in the order of the calendar.
pub(crate) fn holidays(value: &Value<'_>) -> Option<Vec<Date>> {
    let mut days: Vec<Date> = Vec::new();
    for item in value.items()? {
        let Some(day) = item.date() else { continue };
        if days.contains(&day) {
            item.mistake(format!("{day} is there twice"));
        } else {
            days.push(day);
        }
    }
    days.sort();
    Some(days)
}
