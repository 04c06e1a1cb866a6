// SPDX-License-Identifier: GPL-3.0-or-later
//! `office.toml`: what is accepted, and that every mistake is named where it is.

use torn_config::{HubConfig, Mistake, office};
use torn_queue::office::{AppointmentRule, Policy, Weekday};

const SHIPPED: &str = include_str!("../../../kiosk/hub/oiac/office.toml");

/// The least that an office needs.
const SMALL: &str = include_str!("small.toml");

fn good(text: &str) -> HubConfig {
    office(text).unwrap_or_else(|mistakes| panic!("refused:\n{mistakes}\n{text}"))
}

fn mistakes(text: &str) -> Vec<Mistake> {
    match office(text) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(mistakes) => mistakes.0,
    }
}

/// The one mistake of the small office after `line` was put in the place of `old`.
fn the_mistake(old: &str, line: &str) -> Mistake {
    assert!(SMALL.contains(old), "{old:?} is not in the small office");
    let mut found = mistakes(&SMALL.replacen(old, line, 1));
    assert_eq!(found.len(), 1, "{line}: {found:#?}");
    found.remove(0)
}

/// As [`the_mistake`], with what follows at the end of the file.
fn the_mistake_after(more: &str) -> Mistake {
    let mut found = mistakes(&format!("{SMALL}{more}"));
    assert_eq!(found.len(), 1, "{more}: {found:#?}");
    found.remove(0)
}

fn assert_says(mistake: &Mistake, parts: &[&str]) {
    for part in parts {
        assert!(
            mistake.message.contains(part),
            "{mistake} does not say {part:?}"
        );
    }
}

#[test]
fn an_office_that_says_nothing_of_hours_never_closes() {
    let text = include_str!("small.toml").replace("hours = { mon = [\"09:00-14:00\"] }", "");
    let office = torn_config::office(&text).unwrap().office;
    assert_eq!(office.hours.len(), 7);
    assert!(
        office
            .hours
            .values()
            .flatten()
            .all(|span| span.to_string() == "00:00-24:00")
    );
}

#[test]
fn an_office_that_would_never_open_is_refused_unless_a_season_opens_it() {
    let mon = "hours = { mon = [\"09:00-14:00\"] }";
    for never in ["hours = {}", "hours = { mon = [], tue = [] }"] {
        let found = the_mistake(mon, never);
        assert_says(&found, &["office.hours", "round the clock"]);
        assert_eq!((found.line, found.column), (6, 9));
    }
    let season = "[[office.season]]\nfrom = \"06-15\"\nto = \"09-15\"\nhours = { mon = [\"08:00-13:00\"] }\n";
    let summer = good(&format!("{}{season}", SMALL.replace(mon, "hours = {}")));
    assert_eq!(
        summer.office.hours.len(),
        7,
        "closed, and not round the clock"
    );
    assert!(summer.office.hours.values().all(Vec::is_empty));
}

#[test]
fn a_name_in_a_language_that_was_taken_off_the_list_is_a_warning() {
    let text = include_str!("small.toml").replace("[\"ca\", \"es\"]", "[\"ca\"]");
    let config = torn_config::office(&text).unwrap();
    assert!(
        config
            .warnings
            .iter()
            .any(|one| one.contains("\"es\" is not one of office.languages"))
    );
}

#[test]
fn the_shipped_office_is_as_its_people_know_it() {
    let config = good(SHIPPED);
    let letters: String = config
        .office
        .services
        .iter()
        .map(|one| one.letter.get())
        .collect();
    assert_eq!(letters, "ABCDEFGH");
    let required: Vec<&str> = (config.office.services.iter())
        .filter(|one| one.appointment == AppointmentRule::Required)
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(required, ["idcat", "cadastre", "plusvalues"]);
    assert_eq!(config.office.desks.len(), 4);
    assert!(config.office.desks.iter().all(|one| one.services.is_none()));
    assert_eq!(config.office.policy, Policy::default());
    assert_eq!(config.office.hours.len(), 5);
    assert_eq!(
        config.office.hours[&Weekday::Mon][0].to_string(),
        "09:00-14:00"
    );
    assert_eq!(config.office.holidays.len(), 14);
    assert_eq!(config.zone.iana_name(), Some("Europe/Madrid"));
    assert_eq!(config.office.links.whatsapp.as_deref(), Some("34663740355"));
    assert!(config.require_sync && config.limits.enabled);
    assert_eq!(
        config.warnings, [""; 0],
        "every text is there in every language"
    );
}

#[test]
fn the_shipped_example_of_a_season_is_one() {
    let lines = SHIPPED.lines().map(|line| {
        let example = ["# [[office.season]]", "# from", "# to", "# hours"];
        let is_example = example.iter().any(|start| line.starts_with(start));
        if is_example { &line[2..] } else { line }
    });
    let config = good(&lines.collect::<Vec<_>>().join("\n"));
    let season = &config.office.seasons[0];
    assert_eq!(
        (season.from.to_string(), season.to.to_string()),
        ("06-15".to_owned(), "09-15".to_owned())
    );
    assert_eq!(season.hours.len(), 5);
    assert_eq!(config.warnings, [""; 0]);
}

#[test]
fn what_is_left_out_has_its_usual_value() {
    let config = good(SMALL);
    assert_eq!(config.listen, "127.0.0.1:8080");
    assert_eq!(config.store.to_str(), Some("/var/lib/torn/torn.db"));
    assert!(config.require_sync && config.limits.enabled);
    assert_eq!(config.office.policy, Policy::default());
    let service = &config.office.services[0];
    assert_eq!(
        (service.appointment, service.minutes),
        (AppointmentRule::None, 10)
    );
    assert_eq!(config.office.desks[0].services, None);
}

#[test]
fn a_name_has_an_end() {
    let named = |chars: usize| format!("name = {{ ca = \"{}\" }}", "ñ".repeat(chars));
    let own = SMALL.lines().find(|line| line.starts_with("name")).unwrap();
    good(&SMALL.replacen(own, &named(120), 1));
    assert_says(
        &the_mistake(own, &named(121)),
        &["more than 120 characters"],
    );
}

#[test]
fn a_text_that_lacks_a_language_is_a_warning() {
    let config = good(&SMALL.replace(", es = \"Mesa 1\"", ""));
    assert_eq!(
        config.warnings,
        ["line 13, column 8: desk.name: has no text in es: another language's is shown there"]
    );
}

#[test]
fn a_service_that_no_desk_serves_is_a_warning() {
    let more = "services = [\"general\"]\n[[service]]\nid = \"b\"\nletter = \"B\"\nname = { ca = \"B\", es = \"B\" }\n";
    let config = good(&format!("{SMALL}{more}"));
    assert_eq!(
        config.warnings,
        ["line 1, column 1: no desk serves \"b\": every desk will call its tickets"]
    );
}

#[test]
fn twelve_mistakes_are_named_at_once_each_in_its_place() {
    let text = r##"[office]
id = "Town Hall"
time_zone = "Europe/Madird"
languages = ["ca", "es", "ca"]
name = { es = "Oficina" }
hours = { mon = ["09:00-14:00", "13:00-15:00"], tue = ["22:00-02:00"] }
holidays = ["2026-02-30"]
accent = "#FFCC00"
[[service]]
id = "general"
leter = "A"
minutes = 0
name = { ca = "General" }
[[desk]]
id = "1"
name = { ca = "Taula 1" }
services = ["genral"]
"##;
    let found: Vec<(usize, usize, String)> = mistakes(text)
        .into_iter()
        .map(|one| (one.line, one.column, one.message))
        .collect();
    let expected = [
        (2, 6, "office.id: \"Town Hall\" is not a key"),
        (3, 13, "did you mean \"Europe/Madrid\"?"),
        (4, 26, "office.languages: \"ca\" is there twice"),
        (5, 8, "office.name has no text in ca"),
        (6, 33, "13:00-15:00 overlaps 09:00-14:00"),
        (6, 56, "hours may not cross midnight"),
        (7, 13, "\"2026-02-30\" is not a date"),
        (8, 10, "#FFCC00 is too light"),
        (9, 1, "service.letter is missing"),
        (
            11,
            1,
            "there is no setting \"leter\" in service; did you mean \"letter\"?",
        ),
        (12, 11, "service.minutes: 0 is not between 1 and 480"),
        (
            17,
            13,
            "there is no service \"genral\"; did you mean \"general\"?",
        ),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((line, column, message), (at_line, at_column, part)) in found.iter().zip(expected) {
        assert_eq!((*line, *column), (at_line, at_column), "{message}");
        assert!(message.contains(part), "{message} does not say {part:?}");
    }
}

#[test]
fn an_empty_file_says_what_is_missing() {
    let found = mistakes("");
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(
        said.iter().all(|one| one.starts_with("line 1, column 1: ")),
        "{said:#?}"
    );
    assert!(said[0].contains("office is missing"));
    assert!(said[1].contains("there is no [[service]]"));
    assert!(said[2].contains("there is no [[desk]]"));
}

#[test]
fn every_other_rule_of_the_office_has_its_mistake() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "id = \"small\"",
            "id = 7",
            "office.id: must be a text in quotes, not a whole number",
        ),
        ("id = \"small\"", "id = \"\"", "office.id: may not be empty"),
        ("id = \"small\"", "id = \"a\\nb\"", "control characters"),
        (
            "languages = [\"ca\", \"es\"]",
            "languages = []",
            "must name a language",
        ),
        (
            "languages = [\"ca\", \"es\"]",
            "languages = \"ca\"",
            "must be a list in [ ], not a text",
        ),
        (
            "[\"ca\", \"es\"]",
            "[\"ca\", \"es\", \"FR\"]",
            "\"FR\" is not a language tag",
        ),
        (
            "mon = [\"09:00-14:00\"]",
            "mon = [\"9-14\"]",
            "not a time of opening",
        ),
        (
            "mon = [\"09:00-14:00\"]",
            "mon = [\"09:00-24:01\"]",
            "not a time of opening",
        ),
        (
            "mon = [\"09:00-14:00\"]",
            "mo = [\"09:00-14:00\"]",
            "did you mean \"mon\"?",
        ),
        (
            "id = \"general\"",
            "id = \"General\"",
            "service.id: \"General\" is not a service id",
        ),
        (
            "letter = \"A\"",
            "letter = \"I\"",
            "A to Z without I, O and Q",
        ),
        (
            "letter = \"A\"",
            "letter = \"AB\"",
            "A to Z without I, O and Q",
        ),
        (
            "letter = \"A\"",
            "letter = \"A\"\nminutes = 481",
            "481 is not between 1 and 480",
        ),
        (
            "letter = \"A\"",
            "letter = \"A\"\nminutes = 1.5",
            "must be a whole number",
        ),
        (
            "letter = \"A\"",
            "letter = \"A\"\nminutes = 99999999999999999999",
            "is not between",
        ),
        (
            "letter = \"A\"",
            "letter = \"A\"\nappointment = \"require\"",
            "did you mean \"required\"?",
        ),
        (
            "letter = \"A\"",
            "letter = \"A\"\nicon = \"taxs\"",
            "did you mean \"taxes\"?",
        ),
        (
            "letter = \"A\"",
            "letter = \"A\"\nfallback = \"general\"",
            "its own fallback",
        ),
        (
            "letter = \"A\"",
            "letter = \"A\"\nfallback = \"other\"",
            "no service \"other\"",
        ),
        (
            "id = \"1\"",
            "id = \"1\"\nservices = []",
            "must name a service",
        ),
        (
            "id = \"1\"",
            "id = \"1\"\nservices = [\"general\", \"general\"]",
            "is there twice",
        ),
        ("[[desk]]", "[desk]", "must be written as [[desk]]"),
    ];
    for (old, new, part) in cases {
        assert_says(&the_mistake(old, new), &[part]);
    }
}

#[test]
fn what_stands_after_the_office_is_judged_too() {
    let service = "[[service]]\nid = \"b\"\nletter = \"B\"\nname = { ca = \"B\", es = \"B\" }\n";
    let cases = [
        (
            service.replace("\"b\"", "\"general\""),
            "the id of another service already",
        ),
        (
            service.replace("\"B\"\nname", "\"A\"\nname"),
            "the letter of \"general\" already",
        ),
        (
            "[[desk]]\nid = \"1\"\nname = { ca = \"T\", es = \"M\" }\n".into(),
            "another desk already",
        ),
        (
            "[policy]\nappointment_weight = 0\n".into(),
            "policy.appointment_weight: 0 is not between 1",
        ),
        (
            "[policy]\nstop_issuing = 1\n".into(),
            "must be true or false, not a whole number",
        ),
        (
            "[policy]\nnext_gard_s = 1\n".into(),
            "did you mean \"next_guard_s\"?",
        ),
        (
            "[clock]\nrequire_sync = \"no\"\n".into(),
            "must be true or false",
        ),
        (
            "[links]\nbooking = \"www.example.cat\"\n".into(),
            "links.booking",
        ),
        (
            "[links]\nwhatsapp = \"+34 663 74 03 55\"\n".into(),
            "digits only",
        ),
        (
            "[links]\nwhatsapp = 34663740355\n".into(),
            "must be a text in quotes",
        ),
        ("[listen]\naddress = \"8080\"\n".into(), "not host:port"),
        (
            "[listen]\nport = 8080\n".into(),
            "no setting \"port\" in listen",
        ),
        (
            "[store]\npath = \"\"\n".into(),
            "store.path: may not be empty",
        ),
        ("[limits]\nenabled = 0\n".into(), "limits.enabled"),
        ("[sevice]\nid = \"c\"\n".into(), "did you mean \"service\"?"),
    ];
    for (more, part) in cases {
        assert_says(&the_mistake_after(&more), &[part]);
    }
}

#[test]
fn a_fallback_may_not_need_an_appointment_itself() {
    let more = "[[service]]\nid = \"b\"\nletter = \"B\"\nappointment = \"required\"\n\
                fallback = \"c\"\nname = { ca = \"B\", es = \"B\" }\n\
                [[service]]\nid = \"c\"\nletter = \"C\"\nappointment = \"required\"\n\
                name = { ca = \"C\", es = \"C\" }\n";
    let found = the_mistake_after(more);
    assert_says(&found, &["\"c\" needs an appointment itself"]);
    assert_eq!(found.line, 18);
    good(&format!("{SMALL}{more}").replace("fallback = \"c\"", "fallback = \"general\""));
}

#[test]
fn an_accent_is_refused_when_faint_and_warned_of_when_weak() {
    let with = |accent: &str| {
        SMALL.replace(
            "id = \"small\"",
            &format!("id = \"small\"\naccent = \"{accent}\""),
        )
    };
    for fine in ["#0A5361", "#7D1F3A", "#1F5A3C", "#1D4E89", "#000000"] {
        assert_eq!(good(&with(fine)).warnings, [""; 0], "{fine}");
    }
    let ochre = good(&with("#7A4B00"));
    assert_eq!(ochre.office.accent.as_deref(), Some("#7A4B00"));
    assert!(ochre.warnings[0].contains("6.56"), "{:?}", ochre.warnings);
    for faint in ["#FFFFFF", "#808080", "#E67E22"] {
        let found = mistakes(&with(faint));
        assert_says(&found[0], &["too light"]);
        assert_eq!((found[0].line, found[0].column), (3, 10));
    }
    assert_says(
        &mistakes(&with("teal"))[0],
        &["not a colour such as #0A5361"],
    );
}

#[test]
fn a_public_address_loses_its_last_slash() {
    let with = |url: &str| {
        SMALL.replace(
            "id = \"small\"",
            &format!("id = \"small\"\npublic_url = \"{url}\""),
        )
    };
    let config = good(&with("https://torn.example.cat/oiac/"));
    assert_eq!(
        config.office.public_url.as_deref(),
        Some("https://torn.example.cat/oiac")
    );
    for bad in [
        "torn.example.cat",
        "ftp://a.cat",
        "https://",
        "https://a.cat?x=1",
    ] {
        assert_says(&mistakes(&with(bad))[0], &["office.public_url"]);
    }
}

#[test]
fn dates_may_be_written_with_or_without_quotes() {
    let text = SMALL.replace(
        "id = \"small\"",
        "id = \"small\"\nholidays = [2026-12-25, \"2026-12-08\"]",
    );
    let days: Vec<String> = good(&text)
        .office
        .holidays
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(days, ["2026-12-08", "2026-12-25"]);
    let found = mistakes(&text.replace("2026-12-25,", "2026-12-08, 10:00:00, \"20261225\","));
    assert_eq!(found.len(), 3, "{found:#?}");
}
