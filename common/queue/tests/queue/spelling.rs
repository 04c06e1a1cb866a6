// SPDX-License-Identifier: GPL-3.0-or-later
//! Identifiers and opening times: what is read, and what is not.

use proptest::prelude::*;
use torn_queue::ids::Key;
use torn_queue::office::{InvalidSpan, Names, OpenSpan};
use torn_queue::{Actor, DeskId, DeviceId, ServiceId, limits};

use crate::offices::language;

#[test]
fn identifiers_are_lower_case_letters_digits_and_hyphens() {
    let longest = "a".repeat(limits::ID_CHARS_MAX);
    for good in ["a", "1", "kiosk-1", "paper-out", "0-", longest.as_str()] {
        assert_eq!(
            good.parse::<ServiceId>().map(|one| one.to_string()),
            Ok(good.to_owned())
        );
        assert!(
            good.parse::<DeskId>().is_ok() && good.parse::<Key>().is_ok(),
            "{good}"
        );
    }
    let too_long = "a".repeat(limits::ID_CHARS_MAX + 1);
    for bad in [
        "",
        "-a",
        "A",
        "a b",
        "a_b",
        "é",
        "a.b",
        "a/b",
        "a\n",
        too_long.as_str(),
    ] {
        assert!(bad.parse::<ServiceId>().is_err(), "{bad:?}");
        assert!(
            serde_json::from_value::<DeviceId>(bad.into()).is_err(),
            "{bad:?}"
        );
    }
}

#[test]
fn a_refused_identifier_is_quoted_no_longer_than_one_can_be() {
    let error = "X"
        .repeat(100_000)
        .parse::<DeskId>()
        .expect_err("upper case");
    assert_eq!(error.text.len(), limits::ID_CHARS_MAX);
    assert!(
        error
            .to_string()
            .ends_with("is not a desk id: 1 to 64 lower-case letters, digits and hyphens")
    );
}

#[test]
fn who_acts_without_a_credential_has_a_name_that_a_credential_could_have() {
    for actor in [Actor::local(), Actor::clock()] {
        assert_eq!(actor.as_str().parse(), Ok(actor));
    }
}

#[test]
fn hours_are_two_times_of_one_day() {
    let span: OpenSpan = "09:00-14:00".parse().expect("hours");
    assert_eq!((span.from_min(), span.to_min()), (540, 840));
    let whole: OpenSpan = "00:00-24:00".parse().expect("hours");
    assert_eq!(
        (whole.from_min(), whole.to_min(), whole.to_string().as_str()),
        (0, 1440, "00:00-24:00")
    );
    assert_eq!("09:00 - 14:00".parse(), Ok(span));
    for text in ["22:00-02:00", "09:00-09:00", "24:00-24:00"] {
        assert!(
            matches!(text.parse::<OpenSpan>(), Err(InvalidSpan::Backwards(_))),
            "{text}"
        );
    }
    for text in [
        "",
        "-",
        "9:00-14:00",
        "09:00",
        "09:00-14:60",
        "09:00-24:01",
        "09:00-25:00",
        "09.00-14.00",
        "09:00-14:00-15:00",
        "+9:00-14:00",
        "٠٩:00-14:00",
    ] {
        assert!(
            matches!(text.parse::<OpenSpan>(), Err(InvalidSpan::Malformed(_))),
            "{text}"
        );
    }
}

#[test]
fn a_name_is_told_in_the_nearest_language_there_is() {
    let names = |texts: &[(&str, &str)]| {
        Names(
            texts
                .iter()
                .map(|(tag, text)| (language(tag), (*text).to_owned()))
                .collect(),
        )
    };
    let spoken = [language("ca"), language("es"), language("ar")];
    let both = names(&[("ca", "Taula"), ("ar", "المكتب")]);
    assert_eq!(both.in_language(&language("ar"), &spoken), "المكتب");
    assert_eq!(both.in_language(&language("es"), &spoken), "Taula");
    assert_eq!(
        names(&[("fr", "Guichet")]).in_language(&language("es"), &spoken),
        "Guichet"
    );
    assert_eq!(names(&[]).in_language(&language("es"), &spoken), "");
}

proptest! {
    #[test]
    fn hours_are_read_as_they_are_written(a in 0_u16..1440, b in 1_u16..=1440) {
        prop_assume!(a < b);
        let text = format!("{:02}:{:02}-{:02}:{:02}", a / 60, a % 60, b / 60, b % 60);
        let span: OpenSpan = text.parse().expect("hours");
        prop_assert_eq!((span.from_min(), span.to_min()), (a, b));
        prop_assert_eq!(span.to_string(), text);
    }

    #[test]
    fn any_text_is_hours_or_refused(text in "\\PC*|[0-9:-]{0,14}") {
        if let Ok(span) = text.parse::<OpenSpan>() {
            prop_assert!(span.from_min() < span.to_min() && span.to_min() <= 1440);
        }
    }
}

#[test]
fn a_day_of_the_year_is_month_and_day_in_two_digits_each() {
    use torn_queue::office::YearDay;
    for good in ["01-01", "02-29", "06-15", "12-31"] {
        let read = good.parse::<YearDay>().map(|day| day.to_string());
        assert_eq!(read.as_deref(), Ok(good));
    }
    let bad = [
        "",
        "-",
        "06",
        "0615",
        "6-15",
        "06-5",
        "006-15",
        "06-015",
        "+6-15",
        "06-+5",
        "02-30",
        "13-01",
        "00-10",
        "06-31",
        "06-00",
        "06-15-",
        " 6-15",
        "06_15",
        "a6-15",
        "2026-06-15",
    ];
    for bad in bad {
        assert!(bad.parse::<YearDay>().is_err(), "{bad:?}");
        let json = serde_json::Value::from(bad);
        assert!(serde_json::from_value::<YearDay>(json).is_err(), "{bad:?}");
    }
}
