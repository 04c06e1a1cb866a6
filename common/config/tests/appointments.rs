// SPDX-License-Identifier: GPL-3.0-or-later
//! `[appointments]`: what is accepted, and that every mistake is named where it is.

use torn_config::{CalendarUrl, HubConfig, Mistake, office};

const SMALL: &str = include_str!("small.toml");

fn good(more: &str) -> HubConfig {
    let text = format!("{SMALL}[appointments]\n{more}");
    office(&text).unwrap_or_else(|mistakes| panic!("refused:\n{mistakes}\n{text}"))
}

fn the_mistake(more: &str) -> Mistake {
    let mut found = match office(&format!("{SMALL}[appointments]\n{more}")) {
        Ok(_) => panic!("accepted: {more}"),
        Err(mistakes) => mistakes.0,
    };
    assert_eq!(found.len(), 1, "{more}: {found:#?}");
    found.remove(0)
}

#[test]
fn an_office_without_the_section_has_no_source_and_the_usual_minutes() {
    let config = office(SMALL).unwrap();
    let appointments = config.appointments;
    assert!(
        appointments.folder.is_none() && appointments.url.is_none() && appointments.map.is_empty()
    );
    assert_eq!(appointments.poll_min, 5);
}

#[test]
fn every_setting_is_read() {
    let config = good(
        "folder = \"/var/lib/torn/appointments\"\nurl = \"https://example.cat/secret.ics\"\npoll_min = 15\n\
         scan = 'code=(\\w+)'\ncode = '#(\\w+)'\n\
         [[appointments.map]]\nmatch = \"(?i)gen\"\nservice = \"general\"\n[[appointments.map]]\nmatch = \"x\"\nservice = \"general\"\n",
    );
    let appointments = &config.appointments;
    assert_eq!(
        appointments.folder.as_deref(),
        Some("/var/lib/torn/appointments".as_ref())
    );
    assert_eq!(
        appointments.url,
        Some(CalendarUrl::Here(
            "https://example.cat/secret.ics".to_owned()
        ))
    );
    assert_eq!((appointments.poll_min, appointments.map.len()), (15, 2));
    assert!(
        appointments
            .scan
            .as_ref()
            .is_some_and(|scan| scan.is_match("code=K7"))
    );
    assert!(!format!("{config:?}").contains("secret"));
    assert!(
        config
            .warnings
            .iter()
            .all(|one| !one.contains("appointments"))
    );
    let webcal = good("url = \"webcal://example.cat/a.ics\"");
    assert_eq!(
        webcal.appointments.url,
        Some(CalendarUrl::Here("https://example.cat/a.ics".to_owned()))
    );
    let file = good("url_file = \"/etc/torn/calendar.url\"");
    assert_eq!(
        file.appointments.url,
        Some(CalendarUrl::In("/etc/torn/calendar.url".into()))
    );
}

#[test]
fn every_mistake_is_named_and_no_secret_with_it() {
    for (more, says) in [
        ("folder = \"\"", "appointments.folder: may not be empty"),
        ("poll_min = 0", "between 1 and 1440"),
        (
            "url = \"secret.ics\"",
            "appointments.url: is not an address",
        ),
        (
            "url = \"https://a.cat/secret\"\nurl_file = \"b\"",
            "one of the two is enough",
        ),
        (
            "scan = '('",
            "appointments.scan: is not a regular expression",
        ),
        ("code = '(a)(b)'", "has 2 groups"),
        ("code = '(?:\\w{1000}){1000}'", "too much memory"),
        (
            "poll_mn = 3",
            "there is no setting \"poll_mn\" in appointments; did you mean",
        ),
        (
            "[[appointments.map]]\nmatch = '*'\nservice = \"general\"",
            "appointments.map.match: is not a regular expression",
        ),
        (
            "[[appointments.map]]\nmatch = 'a'\nservice = \"genral\"",
            "there is no service \"genral\"; did you mean \"general\"?",
        ),
        (
            "[[appointments.map]]\nservice = \"general\"",
            "appointments.map.match is missing",
        ),
        ("map = 3", "must be written as"),
    ] {
        let mistake = the_mistake(more);
        assert!(mistake.message.contains(says), "{more}: {mistake}");
        assert!(!mistake.message.contains("secret"), "{mistake}");
        assert!(mistake.line > SMALL.lines().count(), "{mistake}");
    }
    let long = format!("scan = '{}'", "a".repeat(1001));
    assert!(the_mistake(&long).message.contains("1000 characters"));
}

#[test]
fn what_is_unwise_is_said() {
    let warns = |more: &str, says: &str| good(more).warnings.iter().any(|one| one.contains(says));
    assert!(warns("url = \"http://example.cat/a.ics\"", "not encrypted"));
    assert!(!warns(
        "url = \"http://127.0.0.1:8000/a.ics\"",
        "not encrypted"
    ));
    assert!(warns("scan = '\\d*'", "matches every text"));
}
