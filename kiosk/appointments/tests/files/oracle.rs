// SPDX-License-Identifier: GPL-3.0-or-later
//! Our rules against those of the library `rrule`: on any day both say the same.

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::{Just, Strategy, prop, prop_oneof, proptest};
use proptest::sample::subsequence;
use torn_appointments::{Day, Kind, Mapping, read};

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn some(of: Vec<String>, most: usize) -> impl Strategy<Value = String> {
    subsequence(of, 1..=most).prop_map(|some| some.join(","))
}

fn numbers(range: std::ops::RangeInclusive<i32>) -> Vec<String> {
    range
        .filter(|one| *one != 0)
        .map(|one| one.to_string())
        .collect()
}

fn part(
    name: &'static str,
    values: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    prop::option::weighted(0.4, values)
        .prop_map(move |value| value.map_or(String::new(), |value| format!(";{name}={value}")))
}

fn week_days(with_place: bool) -> impl Strategy<Value = String> {
    let places = if with_place {
        vec!["", "1", "2", "4", "-1", "-2"]
    } else {
        vec![""]
    };
    let one = (
        prop::sample::select(places),
        prop::sample::select(DAYS.to_vec()),
    )
        .prop_map(|(place, day)| format!("{place}{day}"));
    prop::collection::vec(one, 1..4).prop_map(|days| days.join(","))
}

/// Rules that a calendar could have, and some that none would.
fn rule() -> impl Strategy<Value = String> {
    let ends = prop_oneof![
        3 => Just(String::new()),
        2 => (1..400).prop_map(|count| format!(";COUNT={count}")),
        1 => (1u32..28, 1u32..13).prop_map(|(day, month)| format!(";UNTIL=2021{month:02}{day:02}T120000Z")),
    ];
    let months = || part("BYMONTH", some(numbers(1..=12), 4));
    let days_of_month = || part("BYMONTHDAY", some(numbers(-31..=31), 4));
    let shape = prop_oneof![
        (months(), part("BYDAY", week_days(false)), days_of_month())
            .prop_map(|(a, b, c)| format!("FREQ=DAILY{a}{b}{c}")),
        (
            months(),
            part("BYDAY", week_days(false)),
            prop::sample::select(DAYS.to_vec())
        )
            .prop_map(|(a, b, c)| format!("FREQ=WEEKLY{a}{b};WKST={c}")),
        (months(), part("BYDAY", week_days(true)), days_of_month())
            .prop_map(|(a, b, c)| format!("FREQ=MONTHLY{a}{b}{c}")),
        (months(), part("BYDAY", week_days(true)), days_of_month())
            .prop_map(|(a, b, c)| format!("FREQ=YEARLY{a}{b}{c}")),
        (
            part("BYYEARDAY", some(numbers(-366..=366), 5)),
            part("BYDAY", week_days(false))
        )
            .prop_map(|(a, b)| format!("FREQ=YEARLY{a}{b}")),
        (
            some(numbers(1..=12), 2),
            week_days(false),
            some(numbers(-3..=3), 2)
        )
            .prop_map(|(a, b, c)| format!("FREQ=MONTHLY;BYMONTH={a};BYDAY={b};BYSETPOS={c}")),
        (
            part("BYHOUR", some(numbers(1..=23), 3)),
            part("BYMINUTE", some(numbers(1..=59), 2))
        )
            .prop_map(|(a, b)| format!("FREQ=DAILY{a}{b}")),
        Just("FREQ=HOURLY".to_owned()),
    ];
    (shape, 1..5, ends)
        .prop_map(|(shape, interval, ends)| format!("{shape};INTERVAL={interval}{ends}"))
}

fn theirs(start: &str, rule: &str, day: jiff::civil::Date) -> Option<Vec<String>> {
    let set: rrule::RRuleSet = format!("DTSTART:{start}Z\nRRULE:{rule}").parse().ok()?;
    let day = day.to_string();
    let times = set.into_iter().take(60_000);
    let times = times.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    Some(
        times
            .skip_while(|at| at[..10] < *day)
            .take_while(|at| at[..10] == *day)
            .collect(),
    )
}

proptest! {
    #[test]
    fn on_any_day_our_rules_say_what_the_librarys_say(
        rule in rule(), month in 1i8..13, day in 1i8..29, after in 0i64..1500,
    ) {
        let start = date(2020, month, day);
        let asked = start.saturating_add(after.days());
        let written = start.at(9, 30, 0, 0).strftime("%Y%m%dT%H%M%S").to_string();
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nDTSTART:{written}Z\nRRULE:{rule}\nEND:VEVENT\nEND:VCALENDAR\n");
        let asked_day = Day { day: asked, zone: jiff::tz::TimeZone::UTC };
        let import = read(text.as_bytes(), Kind::Ics, &asked_day, &Mapping::default()).unwrap();
        let ours: Vec<String> = import.appointments.iter().map(|one| one.start.to_string()).collect();
        if let Some(theirs) = theirs(&written, &rule, asked) {
            // Whether a start that its rule does not name is one of its times, the two see differently.
            let start_is_theirs = self::theirs(&written, &rule, start).is_some_and(|times| times.contains(&format!("{start}T09:30:00Z")));
            if start_is_theirs {
                assert_eq!(ours, theirs, "{rule} from {start} on {asked}");
            }
        }
    }
}
