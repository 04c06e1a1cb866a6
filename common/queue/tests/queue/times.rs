// SPDX-License-Identifier: GPL-3.0-or-later
//! Instants as the wire and the log write them, and the day they fall on.

use jiff::tz::TimeZone;
use proptest::prelude::*;
use torn_queue::Timestamp;

use crate::world::NINE;

#[test]
fn an_instant_always_has_its_milliseconds() {
    for (ms, text) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1_795_507_200_000, "2026-11-24T08:00:00.000Z"),
        (1_795_507_200_120, "2026-11-24T08:00:00.120Z"),
    ] {
        let at = Timestamp::from_unix_ms(ms);
        assert_eq!((at.to_string().as_str(), at.unix_ms()), (text, ms));
        assert_eq!(
            serde_json::to_string(&at).expect("JSON"),
            format!("{text:?}")
        );
        assert_eq!(text.parse(), Ok(at));
    }
}

#[test]
fn other_writings_of_the_same_instant_are_read() {
    for text in [
        "2026-11-24T08:00:00Z",
        "2026-11-24T09:00:00+01:00",
        "2026-11-24T08:00:00.0004Z",
    ] {
        assert_eq!(text.parse(), Ok(NINE), "{text}");
    }
    for text in [
        "",
        "2026-11-24",
        "2026-11-24T08:00:00",
        "08:00",
        "1795507200000",
        "2026-02-30T00:00:00Z",
    ] {
        assert!(text.parse::<Timestamp>().is_err(), "{text}");
    }
}

#[test]
fn the_day_is_the_offices_and_not_that_of_utc() {
    let madrid = TimeZone::get("Europe/Madrid").expect("a time zone");
    let day = |text: &str| {
        text.parse::<Timestamp>()
            .expect("an instant")
            .day_in(&madrid)
            .to_string()
    };
    assert_eq!(day("2026-11-24T22:59:59.999Z"), "2026-11-24");
    assert_eq!(day("2026-11-24T23:00:00.000Z"), "2026-11-25");
    assert_eq!(day("2026-07-01T21:59:59.999Z"), "2026-07-01");
    assert_eq!(
        day("2026-07-01T22:00:00.000Z"),
        "2026-07-02",
        "in summer two hours before UTC"
    );
}

#[test]
fn beyond_the_calendar_nothing_breaks() {
    for ms in [i64::MIN, i64::MAX] {
        let at = Timestamp::from_unix_ms(ms);
        assert!(!at.to_string().is_empty());
        let _ = at.day_in(&TimeZone::UTC);
        assert_eq!(at.plus_ms(0), at);
    }
    let ends = [i64::MIN, i64::MAX].map(|ms| Timestamp::from_unix_ms(ms).to_jiff());
    assert_eq!(ends, [jiff::Timestamp::MIN, jiff::Timestamp::MAX]);
    let (first, last) = (
        Timestamp::from_unix_ms(i64::MIN),
        Timestamp::from_unix_ms(i64::MAX),
    );
    assert_eq!((last.plus_ms(1), last.ms_since(first)), (last, i64::MAX));
}

proptest! {
    #[test]
    fn an_instant_is_read_as_it_is_written(ms in -62_000_000_000_000_i64..253_000_000_000_000) {
        let at = Timestamp::from_unix_ms(ms);
        let text = at.to_string();
        prop_assert_eq!(text.len(), "2026-11-24T08:00:00.000Z".len());
        prop_assert_eq!(text.parse(), Ok(at));
    }

    #[test]
    fn written_instants_sort_as_they_follow(a in 0_i64..253_000_000_000_000, b in 0_i64..253_000_000_000_000) {
        let (a, b) = (Timestamp::from_unix_ms(a), Timestamp::from_unix_ms(b));
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }
}
