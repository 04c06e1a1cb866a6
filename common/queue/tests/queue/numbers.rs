// SPDX-License-Identifier: GPL-3.0-or-later
//! How tickets are written: one spelling each, and no other is read.

use proptest::prelude::*;
use torn_queue::ids::Letter;
use torn_queue::{TicketId, TicketNumber};

fn number(letter: char, count: u32) -> TicketNumber {
    TicketNumber::new(Letter::new(letter).expect("a letter"), count)
}

#[test]
fn after_a999_comes_a1000() {
    for (count, text) in [
        (1, "A001"),
        (42, "A042"),
        (999, "A999"),
        (1000, "A1000"),
        (99_999, "A99999"),
    ] {
        assert_eq!(number('A', count).to_string(), text);
        assert_eq!(text.parse(), Ok(number('A', count)));
    }
}

#[test]
fn other_spellings_of_a_number_are_refused() {
    for text in [
        "",
        "A",
        "A1",
        "A01",
        "A000",
        "A0001",
        "A0999",
        "a001",
        "I001",
        "O001",
        "Q001",
        "AA001",
        "A 001",
        "A-001",
        "A+01",
        "A001 ",
        " A001",
        "A1e3",
        "A٠٠١",
        "Á001",
        "1001",
        "A99999999999",
    ] {
        assert!(text.parse::<TicketNumber>().is_err(), "{text:?}");
    }
}

#[test]
fn other_spellings_of_a_ticket_are_refused() {
    assert!("2026-11-24-A007".parse::<TicketId>().is_ok());
    for text in [
        "",
        "A007",
        "2026-11-24",
        "2026-11-24-",
        "2026-11-24A007",
        "2026-11-24-A7",
        "2026-11-31-A007",
        "2026-1-24-A007",
        "20261124-A007",
        "2026-W48-2-A007",
        "26-11-24-A007",
        "+002026-11-24-A007",
        "2026-11-24T09-A007",
        "2026-11-24-A007-A007",
        "2026-11-24 -A007",
        "-2026-11-24-A007",
    ] {
        assert!(text.parse::<TicketId>().is_err(), "{text:?}");
    }
}

#[test]
fn a_place_in_the_log_is_a_plain_number() {
    let seq = torn_queue::Seq::new(41).next();
    assert_eq!((seq.to_string().as_str(), seq.get()), ("42", 42));
}

#[test]
fn letters_that_look_like_digits_are_none() {
    let good: String = ('\0'..='\u{ff}')
        .filter(|c| Letter::new(*c).is_ok())
        .collect();
    assert_eq!(good, "ABCDEFGHJKLMNPRSTUVWXYZ");
}

proptest! {
    #[test]
    fn a_number_is_read_as_it_is_written(letter in "[A-HJ-NPR-Z]", count in 1_u32..) {
        let one = number(letter.chars().next().expect("a letter"), count);
        prop_assert_eq!(one.to_string().parse(), Ok(one));
        let json = serde_json::to_string(&one).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<TicketNumber>(&json).expect("a number"), one);
    }

    #[test]
    fn a_ticket_is_read_as_it_is_written(
        letter in "[A-HJ-NPR-Z]", count in 1_u32.., year in 1_i16..=9999, month in 1_i8..=12, day in 1_i8..=28,
    ) {
        let number = number(letter.chars().next().expect("a letter"), count);
        let one = TicketId::new(jiff::civil::date(year, month, day), number);
        prop_assert_eq!(one.to_string().parse(), Ok(one));
        let json = serde_json::to_string(&one).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<TicketId>(&json).expect("a ticket"), one);
    }

    #[test]
    fn whatever_is_read_is_written_the_same(text in "\\PC*|[A-Z]{1,2}[0-9]{0,6}|[0-9]{4}-[0-9]{2}-[0-9]{2}-[A-Z][0-9]{3,5}") {
        if let Ok(one) = text.parse::<TicketNumber>() {
            prop_assert_eq!(one.to_string(), text.clone());
        }
        if let Ok(one) = text.parse::<TicketId>() {
            prop_assert_eq!(one.to_string(), text);
        }
    }
}
