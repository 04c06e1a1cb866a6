// SPDX-License-Identifier: GPL-3.0-or-later
//! A wait, said as a range of minutes and never as one.

use torn_queue::Language;
use torn_queue::event::Wait;

use super::tongue::Tongue;

/// Up to so many minutes nothing is counted: it is a few.
const A_FEW_MIN: u32 = 10;

/// Whether it may be at once, and will not be long.
#[must_use]
pub const fn is_a_few_minutes(wait: Wait) -> bool {
    wait.low_min == 0 && wait.high_min <= A_FEW_MIN
}

/// The lower end as it is said: nobody is told of no minutes at all.
fn from(wait: Wait) -> u32 {
    wait.low_min.max(1)
}

/// The range in digits, the same in every language: `10–20 min`.
#[must_use]
pub fn range_short(wait: Wait) -> String {
    format!("{}–{} min", from(wait), wait.high_min)
}

/// The range where there is little room: `10–20 min`, or `pocs minuts`.
#[must_use]
pub fn range(language: &Language, wait: Wait) -> String {
    let tongue = Tongue::of(language);
    if is_a_few_minutes(wait) {
        let few = match tongue {
            Tongue::Catalan => "pocs minuts",
            Tongue::Spanish => "pocos minutos",
            Tongue::English => "a few minutes",
            Tongue::French => "quelques min",
            Tongue::Arabic => "خلال دقائق",
        };
        return few.to_owned();
    }
    let high = wait.high_min;
    match tongue {
        Tongue::Arabic => format!("{} إلى {high} {}", from(wait), arabic_minutes(high)),
        Tongue::Catalan | Tongue::Spanish | Tongue::English | Tongue::French => range_short(wait),
    }
}

/// The range as a sentence has it: `entre 10 i 20 min`, or `en uns minuts`.
#[must_use]
pub fn range_in_words(language: &Language, wait: Wait) -> String {
    let (few, low, high) = (is_a_few_minutes(wait), from(wait), wait.high_min);
    match Tongue::of(language) {
        Tongue::Catalan if few => "en uns minuts".to_owned(),
        Tongue::Spanish if few => "en unos minutos".to_owned(),
        Tongue::English if few => "in a few minutes".to_owned(),
        Tongue::French if few => "dans quelques minutes".to_owned(),
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

    #[test]
    fn a_wait_that_may_be_none_is_a_few_minutes_or_begins_with_one_and_never_is_a_single_number() {
        let said = |tag: &str, low_min, high_min| {
            range_in_words(&tag.parse().unwrap(), Wait { low_min, high_min })
        };
        assert_eq!(said("ca", 0, 10), "en uns minuts");
        assert_eq!(said("fr", 0, 5), "dans quelques minutes");
        assert_eq!(said("ar", 0, 5), "خلال دقائق");
        assert_eq!(said("ca", 0, 20), "entre 1 i 20 min");
        let in_figures = range_short(Wait {
            low_min: 0,
            high_min: 10,
        });
        assert_eq!(in_figures, "1–10 min");
    }
}
