// SPDX-License-Identifier: GPL-3.0-or-later
//! When an office opens next, and its ordinary week, as a sentence goes on with them.
//!
//! The calendar is the queue's; here its answer is only put into words.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use torn_queue::Language;
use torn_queue::office::{OpenSpan, Weekday};

use super::dates::{date, day_and_month, hour, weekday};
use super::tongue::{Tongue, isolate};

/// When it opens, seen from `today`: `demà, dimecres, a les 9 h`.
#[must_use]
pub fn opening(language: &Language, today: Date, at: DateTime) -> String {
    let hour = at_hour(language, at.time());
    let tongue = Tongue::of(language);
    if at.date() <= today {
        return hour;
    }
    if today.tomorrow().is_ok_and(|tomorrow| tomorrow == at.date()) {
        let day = weekday(language, at.date());
        return match tongue {
            Tongue::Catalan => format!("demà, {day}, {hour}"),
            Tongue::Spanish => format!("mañana, {day}, {hour}"),
            Tongue::English => format!("tomorrow, {day}, {hour}"),
            Tongue::French => format!("demain, {day}, {hour}"),
            Tongue::Arabic => format!("غدًا {day} {hour}"),
        };
    }
    let day = date(language, at.date());
    match tongue {
        Tongue::Catalan => format!("{day}, {hour}"),
        Tongue::Spanish => format!("el {day}, {hour}"),
        Tongue::English => format!("on {day}, {hour}"),
        Tongue::French => format!("{day} {hour}"),
        Tongue::Arabic => format!("يوم {day} {hour}"),
    }
}

/// Until when something is closed, seen from `today`, where there is little room: `fins demà`.
#[must_use]
pub fn until(language: &Language, today: Date, at: DateTime) -> String {
    let tongue = Tongue::of(language);
    let days = today.until(at.date()).map_or(0, |span| span.get_days());
    if days <= 0 {
        let hour = at_hour(language, at.time());
        return match tongue {
            Tongue::Catalan => format!("fins {hour}"),
            Tongue::Spanish => format!("hasta {}", hour.trim_start_matches("a\u{a0}")),
            Tongue::English => format!("until {}", hour.trim_start_matches("at\u{a0}")),
            Tongue::French => format!("jusqu’{hour}"),
            Tongue::Arabic => format!("حتى {}", hour.trim_start_matches("على ")),
        };
    }
    let day = match days {
        ..=6 => weekday(language, at.date()).to_owned(),
        _ => day_and_month(tongue, at.date()),
    };
    match (tongue, days) {
        (Tongue::Catalan, 1) => "fins demà".to_owned(),
        (Tongue::Catalan, ..=6) => format!("fins {day}"),
        (Tongue::Catalan, _) => format!("fins al {day}"),
        (Tongue::Spanish, 1) => "hasta mañana".to_owned(),
        (Tongue::Spanish, _) => format!("hasta el {day}"),
        (Tongue::English, 1) => "until tomorrow".to_owned(),
        (Tongue::English, _) => format!("until {day}"),
        (Tongue::French, 1) => "jusqu’à demain".to_owned(),
        (Tongue::French, ..=6) => format!("jusqu’à {day}"),
        (Tongue::French, _) => format!("jusqu’au {day}"),
        (Tongue::Arabic, 1) => "حتى الغد".to_owned(),
        (Tongue::Arabic, _) => format!("حتى {day}"),
    }
}

/// The week in one line where one stretch of time holds on days that follow each other, `De dilluns a
/// divendres, de 9 a 14 h`; `None` for a week that is not so simple.
#[must_use]
pub fn week(language: &Language, hours: &BTreeMap<Weekday, Vec<OpenSpan>>) -> Option<String> {
    let open: Vec<(Weekday, &Vec<OpenSpan>)> = hours
        .iter()
        .filter(|(_, spans)| !spans.is_empty())
        .map(|(day, spans)| (*day, spans))
        .collect();
    let (first, last) = (open.first()?, open.last()?);
    let follow = last.0 as usize - first.0 as usize + 1 == open.len();
    let [span] = first.1.as_slice() else {
        return None;
    };
    if open.len() < 2 || !follow || open.iter().any(|(_, spans)| *spans != first.1) {
        return None;
    }
    // A Monday, and days after it.
    let day = |day: Weekday| {
        let monday = jiff::civil::date(2026, 11, 23);
        let days = jiff::Span::new().days(i64::from(day as u8));
        monday.checked_add(days).map(|day| weekday(language, day))
    };
    let (from_day, to_day) = (day(first.0).ok()?, day(last.0).ok()?);
    let (from, to) = (span.from_min(), span.to_min());
    Some(match Tongue::of(language) {
        Tongue::Catalan => {
            let (from, to) = (bare(from, '.'), bare(to, '.'));
            format!("De {from_day} a {to_day}, de {from} a {to} h")
        }
        Tongue::Spanish => {
            let (from, to) = (bare(from, ':'), bare(to, ':'));
            format!("De {from_day} a {to_day}, de {from} a {to} h")
        }
        Tongue::English => format!(
            "{from_day} to {to_day}, {} to {}",
            full(from, ':'),
            full(to, ':')
        ),
        Tongue::French => {
            let said = |minutes: u16| match minutes % 60 {
                0 => format!("{} h", minutes / 60),
                rest => format!("{} h {rest:02}", minutes / 60),
            };
            format!(
                "Du {from_day} au {to_day}, de {} à {}",
                said(from),
                said(to)
            )
        }
        Tongue::Arabic => format!(
            "من {from_day} إلى {to_day}، من {} إلى {}",
            isolate(&full(from, '.')),
            isolate(&full(to, '.'))
        ),
    })
}

/// `9`, or `9.30`.
fn bare(minutes: u16, point: char) -> String {
    match minutes % 60 {
        0 => (minutes / 60).to_string(),
        _ => full(minutes, point),
    }
}

fn full(minutes: u16, point: char) -> String {
    format!("{}{point}{:02}", minutes / 60, minutes % 60)
}

/// The hour with what stands before it: `a les 9 h`. Its parts stay on one line.
fn at_hour(language: &Language, at: Time) -> String {
    let one = at.hour() == 1;
    let whole = (at.minute() == 0).then(|| format!("{}\u{a0}h", at.hour()));
    let said = || hour(language, at).replace(' ', "\u{a0}");
    match Tongue::of(language) {
        Tongue::Catalan => {
            let article = if one { "la" } else { "les" };
            format!("a\u{a0}{article}\u{a0}{}", whole.unwrap_or_else(said))
        }
        Tongue::Spanish => {
            let article = if one { "la" } else { "las" };
            format!("a\u{a0}{article}\u{a0}{}", whole.unwrap_or_else(said))
        }
        Tongue::English => format!("at\u{a0}{}", said()),
        Tongue::French => format!("à\u{a0}{}", whole.unwrap_or_else(said)),
        Tongue::Arabic => format!("على الساعة\u{a0}{}", said()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil;

    const LANGUAGES: [&str; 5] = ["ca", "es", "en", "fr", "ar"];

    fn said(at: DateTime) -> Vec<String> {
        let today = civil::date(2026, 11, 24);
        let said = LANGUAGES.map(|tag| opening(&tag.parse().unwrap(), today, at));
        said.map(|one| one.replace('\u{a0}', " ")).to_vec()
    }

    #[test]
    fn an_opening_later_today_is_only_its_hour() {
        assert_eq!(
            said(civil::datetime(2026, 11, 24, 9, 30, 0, 0))[..4],
            ["a les 9.30 h", "a las 9:30 h", "at 9:30", "à 9 h 30"]
        );
        assert_eq!(
            said(civil::datetime(2026, 11, 24, 13, 0, 0, 0))[0],
            "a les 13 h"
        );
        assert_eq!(
            said(civil::datetime(2026, 11, 24, 1, 0, 0, 0))[0],
            "a la 1 h"
        );
    }

    #[test]
    fn tomorrow_is_called_so_and_has_its_weekday() {
        assert_eq!(
            said(civil::datetime(2026, 11, 25, 9, 0, 0, 0)),
            [
                "demà, dimecres, a les 9 h",
                "mañana, miércoles, a las 9 h",
                "tomorrow, Wednesday, at 9:00",
                "demain, mercredi, à 9 h",
                "غدًا الأربعاء على الساعة \u{2066}9.00\u{2069}",
            ]
        );
    }

    #[test]
    fn a_later_day_is_a_date() {
        assert_eq!(
            said(civil::datetime(2026, 11, 30, 9, 0, 0, 0))[..4],
            [
                "dilluns, 30 de novembre, a les 9 h",
                "el lunes, 30 de noviembre, a las 9 h",
                "on Monday, 30 November, at 9:00",
                "lundi 30 novembre à 9 h",
            ]
        );
    }

    #[test]
    fn what_is_closed_is_so_until_a_day_or_an_hour() {
        let today = civil::date(2026, 11, 24);
        let said = |at: DateTime| {
            let said = LANGUAGES.map(|tag| until(&tag.parse().unwrap(), today, at));
            said.map(|one| one.replace('\u{a0}', " "))
        };
        assert_eq!(
            said(civil::datetime(2026, 11, 25, 9, 0, 0, 0)),
            [
                "fins demà",
                "hasta mañana",
                "until tomorrow",
                "jusqu’à demain",
                "حتى الغد"
            ]
        );
        assert_eq!(
            said(civil::datetime(2026, 11, 30, 9, 0, 0, 0))[..4],
            [
                "fins dilluns",
                "hasta el lunes",
                "until Monday",
                "jusqu’à lundi"
            ]
        );
        assert_eq!(
            said(civil::datetime(2026, 12, 9, 9, 0, 0, 0))[..4],
            [
                "fins al 9 de desembre",
                "hasta el 9 de diciembre",
                "until 9 December",
                "jusqu’au 9 décembre"
            ]
        );
        assert_eq!(
            said(civil::datetime(2026, 11, 24, 16, 0, 0, 0))[..4],
            [
                "fins a les 16 h",
                "hasta las 16 h",
                "until 16:00",
                "jusqu’à 16 h"
            ]
        );
    }

    #[test]
    fn a_simple_week_is_one_line_and_another_is_left_out() {
        let span = |text: &str| vec![OpenSpan::try_from(text.to_owned()).unwrap()];
        let days = [
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
        ];
        let mut hours: BTreeMap<_, _> = days.map(|day| (day, span("09:00-14:00"))).into();
        let say = |tag: &str, hours: &_| week(&tag.parse().unwrap(), hours);
        assert_eq!(
            say("ca", &hours).as_deref(),
            Some("De dilluns a divendres, de 9 a 14 h")
        );
        assert_eq!(
            say("fr", &hours).as_deref(),
            Some("Du lundi au vendredi, de 9 h à 14 h")
        );
        assert_eq!(
            say("en", &hours).as_deref(),
            Some("Monday to Friday, 9:00 to 14:00")
        );
        hours.insert(Weekday::Fri, span("09:00-13:30"));
        assert_eq!(say("ca", &hours), None);
        hours.remove(&Weekday::Tue);
        assert_eq!(say("ca", &hours), None);
        assert_eq!(say("ca", &BTreeMap::new()), None);
    }
}
