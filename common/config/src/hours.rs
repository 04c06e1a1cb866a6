// SPDX-License-Identifier: GPL-3.0-or-later
//! When the office is open: the week's hours and the holidays.

use std::collections::BTreeMap;

use jiff::civil::Date;
use torn_queue::office::{OpenSpan, Weekday};

use crate::nearest::did_you_mean;
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

/// `{ mon = ["09:00-14:00"] }`; a day that is left out is closed.
pub(crate) fn week(value: &Value<'_>) -> Option<BTreeMap<Weekday, Vec<OpenSpan>>> {
    let mut week = BTreeMap::new();
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
        }
    }
    Some(week)
}

/// Every day, all day: an office whose file says nothing of hours never closes.
pub(crate) fn round_the_clock() -> BTreeMap<Weekday, Vec<OpenSpan>> {
    let all_day = || "00:00-24:00".parse().into_iter().collect();
    DAYS.iter().map(|(_, day)| (*day, all_day())).collect()
}

fn day_spans(value: &Value<'_>) -> Option<Vec<OpenSpan>> {
    let mut spans: Vec<OpenSpan> = Vec::new();
    for item in value.items()? {
        let Some(span) = item.parse::<OpenSpan>() else {
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
    Some(spans)
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
