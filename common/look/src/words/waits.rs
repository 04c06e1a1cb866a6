// SPDX-License-Identifier: GPL-3.0-or-later
//! A wait, said as a range of minutes and never as one.

use torn_queue::Language;
use torn_queue::event::Wait;

use super::tongue::Tongue;

/// The range in digits, the same in every language: `10–20 min`.
#[must_use]
pub fn range_short(wait: Wait) -> String {
    format!("{}–{} min", wait.low_min, wait.high_min)
}

/// The range where there is little room: `10–20 min`.
#[must_use]
pub fn range(language: &Language, wait: Wait) -> String {
    let (low, high) = (wait.low_min, wait.high_min);
    match Tongue::of(language) {
        Tongue::Arabic => format!("{low} إلى {high} {}", arabic_minutes(high)),
        Tongue::Catalan | Tongue::Spanish | Tongue::English | Tongue::French => range_short(wait),
    }
}

/// The range as a sentence has it: `entre 10 i 20 min`.
#[must_use]
pub fn range_in_words(language: &Language, wait: Wait) -> String {
    let (low, high) = (wait.low_min, wait.high_min);
    match Tongue::of(language) {
        Tongue::Catalan => format!("entre {low} i {high} min"),
        Tongue::Spanish => format!("entre {low} y {high} min"),
        Tongue::English => format!("{low} to {high} min"),
        Tongue::French => format!("entre {low} et {high} min"),
        Tongue::Arabic => range(language, wait),
    }
}

fn arabic_minutes(count: u32) -> &'static str {
    if (3..=10).contains(&(count % 100)) {
        "دقائق"
    } else {
        "دقيقة"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_counts_minutes_by_the_last_number() {
        let arabic: Language = "ar".parse().unwrap();
        let said = |low_min, high_min| range(&arabic, Wait { low_min, high_min });
        assert_eq!(said(10, 20), "10 إلى 20 دقيقة");
        assert_eq!(said(5, 10), "5 إلى 10 دقائق");
    }

    #[test]
    fn a_range_is_short_in_tight_places_and_a_phrase_where_there_is_room() {
        let catalan: Language = "ca".parse().unwrap();
        let wait = Wait {
            low_min: 10,
            high_min: 20,
        };
        assert_eq!(range(&catalan, wait), "10–20 min");
        assert_eq!(range_in_words(&catalan, wait), "entre 10 i 20 min");
    }
}
