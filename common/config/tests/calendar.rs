// SPDX-License-Identifier: GPL-3.0-or-later
//! Seasons and places of an `office.toml`: what is accepted, what is a mistake, what is only not wise.

use torn_config::{HubConfig, Mistake, office};
use torn_queue::office::Weekday;

const SMALL: &str = include_str!("small.toml");

fn good(text: &str) -> HubConfig {
    office(text).unwrap_or_else(|mistakes| panic!("refused:\n{mistakes}\n{text}"))
}

fn the_mistake_after(more: &str) -> Mistake {
    let text = format!("{SMALL}{more}");
    let Err(mut found) = office(&text) else {
        panic!("accepted:\n{text}")
    };
    assert_eq!(found.0.len(), 1, "{more}: {found:#?}");
    found.0.remove(0)
}

fn season(from: &str, to: &str, hours: &str) -> String {
    format!("[[office.season]]\nfrom = \"{from}\"\nto = \"{to}\"\nhours = {{ {hours} }}\n")
}

/// A service of the small office, with a letter of its own.
fn service(id: &str, letter: char, more: &str) -> String {
    format!(
        "[[service]]\nid = \"{id}\"\nletter = \"{letter}\"\nname = {{ ca = \"{id}\", es = \"{id}\" }}\n{more}\n"
    )
}

#[test]
fn seasons_are_read_in_their_order_with_a_week_of_their_own() {
    let summer = season("06-15", "09-15", "mon = [\"08:00-13:00\"]");
    let turn = season("12-24", "01-06", "fri = [\"10:00-12:00\"]");
    let config = good(&format!("{SMALL}{summer}{turn}"));
    let days: Vec<(String, String)> = (config.office.seasons.iter())
        .map(|one| (one.from.to_string(), one.to.to_string()))
        .collect();
    let wanted = [("06-15", "09-15"), ("12-24", "01-06")];
    assert_eq!(days, wanted.map(|(a, b)| (a.to_owned(), b.to_owned())));
    let hours = &config.office.seasons[0].hours;
    assert_eq!(hours[&Weekday::Mon][0].to_string(), "08:00-13:00");
    assert_eq!(config.warnings, [""; 0]);
}

#[test]
fn every_rule_of_a_season_has_its_mistake() {
    let mon = "mon = [\"08:00-13:00\"]";
    let cases = [
        (
            season("15-06", "09-15", mon),
            "office.season.from: \"15-06\" is not a day of the year",
        ),
        (season("06-15", "02-30", mon), "office.season.to: \"02-30\""),
        (season("6-15", "09-15", mon), "month, then day"),
        (season("06-15", "09-15", "mo = []"), "did you mean \"mon\"?"),
        (
            season("06-15", "09-15", "mon = [\"22:00-06:00\"]"),
            "hours may not cross midnight",
        ),
        (
            season("06-15", "09-15", mon).replace("to = \"09-15\"\n", ""),
            "office.season.to is missing",
        ),
        (
            season("06-15", "09-15", mon).replace("hours", "hour"),
            "office.season.hours is missing",
        ),
    ];
    for (more, part) in cases {
        let Err(found) = office(&format!("{SMALL}{more}")) else {
            panic!("accepted:\n{more}")
        };
        assert!(
            found.to_string().contains(part),
            "{found} does not say {part:?}"
        );
    }
    let once = season("06-15", "09-15", mon).replace("[[office.season]]", "[office.season]");
    let found = the_mistake_after(&once);
    assert!(found.message.contains("[[office.season]]"), "{found}");
}

#[test]
fn a_season_that_is_closed_or_overlaps_another_is_a_warning_in_its_place() {
    let mon = "mon = [\"08:00-13:00\"]";
    let closed = good(&format!("{SMALL}{}", season("08-01", "08-31", "")));
    assert_eq!(closed.warnings.len(), 1, "{:?}", closed.warnings);
    assert!(closed.warnings[0].contains("closed for the whole season"));
    assert!(
        closed.warnings[0].starts_with("line 17, column 9: "),
        "{:?}",
        closed.warnings
    );

    let two = |a: (&str, &str), b: (&str, &str)| {
        good(&format!(
            "{SMALL}{}{}",
            season(a.0, a.1, mon),
            season(b.0, b.1, mon)
        ))
        .warnings
    };
    for (a, b) in [
        (("06-15", "09-15"), ("09-15", "10-01")),
        (("12-20", "01-10"), ("01-10", "01-20")),
        (("12-20", "01-10"), ("11-01", "12-20")),
        (("02-29", "02-29"), ("02-01", "03-01")),
    ] {
        let warnings = two(a, b);
        assert_eq!(warnings.len(), 1, "{a:?} {b:?}: {warnings:?}");
        let overlaps = format!("overlaps that from {} to {}", a.0, a.1);
        assert!(warnings[0].contains(&overlaps), "{warnings:?}");
    }
    assert_eq!(two(("06-15", "09-15"), ("09-16", "06-14")), [""; 0]);
}

#[test]
fn a_place_that_is_the_offices_own_is_no_other_building() {
    let desk =
        "[[desk]]\nid = \"2\"\nname = { ca = \"T\", es = \"M\" }\nservices = [\"general\"]\n";
    let only = SMALL.replace("id = \"1\"", "id = \"1\"\nservices = [\"general\"]");
    let with = |place: &str| {
        let more = service("b", 'B', &format!("place = \"{place}\""));
        good(&format!("{only}{more}{desk}"))
    };
    let annex = with("annex");
    assert!(annex.office.is_elsewhere(&annex.office.services[1]));
    assert_eq!(annex.warnings, [""; 0], "no desk here has to serve it");
    let here = with("small");
    assert!(!here.office.is_elsewhere(&here.office.services[1]));
    assert!(
        here.warnings[0].contains("no desk serves \"b\""),
        "{:?}",
        here.warnings
    );
}

#[test]
fn a_fallback_is_given_here_and_a_service_by_appointment_has_one() {
    let needs = |more: &str| service("b", 'B', &format!("appointment = \"required\"\n{more}"));
    let annex = service("c", 'C', "place = \"annex\"");
    let found = the_mistake_after(&format!("{}{annex}", needs("fallback = \"c\"")));
    assert!(
        found.message.contains("\"c\" is given in another building"),
        "{found}"
    );

    let warnings = |more: &str| good(&format!("{SMALL}{}", needs(more))).warnings;
    assert_eq!(warnings("fallback = \"general\""), [""; 0]);
    assert_eq!(warnings("place = \"annex\""), [""; 0]);
    assert!(
        warnings("")[0].contains("leaves without a number"),
        "{:?}",
        warnings("")
    );
}
