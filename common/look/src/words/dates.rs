// SPDX-License-Identifier: GPL-3.0-or-later
//! Dates and hours, as each language writes them. The time comes in as a value of the office's zone.

use jiff::civil::{Date, DateTime, Time};
use torn_queue::Language;

use super::tongue::{Tongue, isolate};

const DAYS: [[&str; 7]; 5] = [
    [
        "dilluns",
        "dimarts",
        "dimecres",
        "dijous",
        "divendres",
        "dissabte",
        "diumenge",
    ],
    [
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
    ],
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
    [
        "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    ],
    [
        "الاثنين",
        "الثلاثاء",
        "الأربعاء",
        "الخميس",
        "الجمعة",
        "السبت",
        "الأحد",
    ],
];

// The Arabic ones are those of Morocco, where most of the readers come from.
const MONTHS: [[&str; 12]; 5] = [
    [
        "de gener",
        "de febrer",
        "de març",
        "d’abril",
        "de maig",
        "de juny",
        "de juliol",
        "d’agost",
        "de setembre",
        "d’octubre",
        "de novembre",
        "de desembre",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "ماي",
        "يونيو",
        "يوليوز",
        "غشت",
        "شتنبر",
        "أكتوبر",
        "نونبر",
        "دجنبر",
    ],
];

pub(super) fn day_and_month(tongue: Tongue, date: Date) -> String {
    let month = MONTHS[tongue as usize][usize::from(date.month().unsigned_abs()) - 1];
    let day = date.day();
    match tongue {
        Tongue::Spanish => format!("{day} de {month}"),
        Tongue::French if day == 1 => format!("1er {month}"),
        Tongue::Catalan | Tongue::English | Tongue::French | Tongue::Arabic => {
            format!("{day} {month}")
        }
    }
}

/// The day of the week: `dimarts`.
#[must_use]
pub(super) fn weekday(language: &Language, date: Date) -> &'static str {
    let day = date.weekday().to_monday_zero_offset();
    DAYS[Tongue::of(language) as usize][usize::from(day.unsigned_abs())]
}

/// The day: `dimarts, 24 de novembre`.
#[must_use]
pub fn date(language: &Language, date: Date) -> String {
    let tongue = Tongue::of(language);
    let weekday = weekday(language, date);
    let rest = day_and_month(tongue, date);
    match tongue {
        Tongue::Catalan | Tongue::Spanish | Tongue::English => format!("{weekday}, {rest}"),
        Tongue::French | Tongue::Arabic => format!("{weekday} {rest}"),
    }
}

/// The day with the article that it has inside a sentence: `el dijous, 26 de novembre`.
#[must_use]
pub fn day_in_sentence(language: &Language, day: Date) -> String {
    let said = date(language, day);
    match Tongue::of(language) {
        Tongue::Catalan | Tongue::Spanish => format!("el {said}"),
        Tongue::English => format!("on {said}"),
        Tongue::French => format!("le {said}"),
        Tongue::Arabic => format!("يوم {said}"),
    }
}

/// The hour: `10.42 h`.
#[must_use]
pub fn hour(language: &Language, time: Time) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    match Tongue::of(language) {
        Tongue::Catalan => format!("{hour}.{minute:02} h"),
        Tongue::Spanish => format!("{hour}:{minute:02} h"),
        Tongue::English => format!("{hour}:{minute:02}"),
        Tongue::French => format!("{hour} h {minute:02}"),
        Tongue::Arabic => isolate(&format!("{hour}.{minute:02}")),
    }
}

/// Day, year and hour: `24 de novembre de 2026, 10.42 h`.
#[must_use]
pub fn moment(language: &Language, at: DateTime) -> String {
    let tongue = Tongue::of(language);
    let (day, year, hour) = (
        day_and_month(tongue, at.date()),
        at.year(),
        hour(language, at.time()),
    );
    match tongue {
        Tongue::Catalan | Tongue::Spanish => format!("{day} de {year}, {hour}"),
        Tongue::English | Tongue::French => format!("{day} {year}, {hour}"),
        Tongue::Arabic => format!("{day} {year}، الساعة {hour}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil;

    fn in_every_language(say: impl Fn(&Language) -> String) -> Vec<String> {
        ["ca", "es", "en", "fr", "ar"]
            .iter()
            .map(|tag| say(&tag.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_day_is_said_as_each_language_says_it() {
        let said = in_every_language(|one| date(one, civil::date(2026, 11, 24)));
        assert_eq!(
            said,
            [
                "dimarts, 24 de novembre",
                "martes, 24 de noviembre",
                "Tuesday, 24 November",
                "mardi 24 novembre",
                "الثلاثاء 24 نونبر",
            ]
        );
    }

    #[test]
    fn catalan_months_that_begin_with_a_vowel_are_elided() {
        let language: Language = "ca".parse().unwrap();
        assert_eq!(
            date(&language, civil::date(2026, 4, 23)),
            "dijous, 23 d’abril"
        );
        assert_eq!(
            date(&language, civil::date(2026, 10, 1)),
            "dijous, 1 d’octubre"
        );
    }

    #[test]
    fn the_first_of_a_month_is_an_ordinal_in_french() {
        let language: Language = "fr".parse().unwrap();
        assert_eq!(date(&language, civil::date(2026, 5, 1)), "vendredi 1er mai");
    }

    #[test]
    fn an_hour_has_no_leading_zero_and_a_minute_has() {
        let said = in_every_language(|one| hour(one, civil::time(9, 5, 59, 0)));
        assert_eq!(
            said,
            ["9.05 h", "9:05 h", "9:05", "9 h 05", "\u{2066}9.05\u{2069}"]
        );
    }

    #[test]
    fn a_moment_is_the_day_the_year_and_the_hour() {
        let said =
            in_every_language(|one| moment(one, civil::datetime(2026, 11, 24, 10, 42, 0, 0)));
        assert_eq!(said[0], "24 de novembre de 2026, 10.42 h");
        assert_eq!(said[3], "24 novembre 2026, 10 h 42");
        assert_eq!(said[4], "24 نونبر 2026، الساعة \u{2066}10.42\u{2069}");
    }
}
