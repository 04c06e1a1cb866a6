// SPDX-License-Identifier: GPL-3.0-or-later
//! Zones: the hour that a person at the door would say.

use crate::desk::{begins, calendar, event, import, import_on, list, warns};

#[test]
fn a_time_in_utc_is_an_hour_earlier_in_winter() {
    assert_eq!(begins("DTSTART:20261124T090000Z"), ["10:00 u"]);
    assert_eq!(begins("DTSTART:20261124T090000.000Z"), ["10:00 u"]);
}

#[test]
fn a_zone_is_known_by_any_of_its_names_without_a_vtimezone() {
    for zone in [
        "Europe/Madrid",
        "\"Europe/Madrid\"",
        "Romance Standard Time",
        "\"Romance Standard Time\"",
        "W. Europe Standard Time",
        "W. Europe Standard Time 1",
        "\"(UTC+01:00) Brussels, Copenhagen, Madrid, Paris\"",
        "(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rome\\, Stockholm\\, Vienna",
        "/mozilla.org/20070129_1/Europe/Berlin",
        "/freeassociation.sourceforge.net/Europe/Madrid",
        "Central European Standard Time",
    ] {
        let import = import(event(&format!(
            "UID:u\nDTSTART;TZID={zone}:20261124T100000"
        )));
        assert_eq!(list(&import), ["10:00 u"], "{zone}");
        assert!(import.warnings.is_empty(), "{zone}: {:?}", import.warnings);
    }
    assert_eq!(
        begins("DTSTART;TZID=tzone://Microsoft/Utc:20261124T090000"),
        ["10:00 u"]
    );
    assert_eq!(
        begins("DTSTART;TZID=\"tzone://Microsoft/Utc\":20261124T090000"),
        ["10:00 u"]
    );
    assert_eq!(
        begins("DTSTART;TZID=Eastern Standard Time:20261124T040000"),
        ["10:00 u"]
    );
    assert_eq!(
        begins("DTSTART;TZID=\"(UTC-05:00) Eastern Time (US & Canada)\":20261124T040000"),
        ["10:00 u"]
    );
    assert_eq!(
        begins("DTSTART;TZID=GMT Standard Time:20261124T090000"),
        ["10:00 u"]
    );
    assert_eq!(begins("DTSTART;TZID=UTC:20261124T090000"), ["10:00 u"]);
}

fn custom(name: &str, more: &str) -> String {
    calendar(&format!(
        "BEGIN:VTIMEZONE\nTZID:{name}\n{more}\
BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0200\n\
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n\
BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0300\n\
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n\
BEGIN:VEVENT\nUID:u\nDTSTART;TZID={name}:20261124T100000\nDTEND;TZID={name}:20261124T103000\nEND:VEVENT"
    ))
}

#[test]
fn a_name_that_says_nothing_has_the_rules_of_its_vtimezone() {
    let import = import(custom("Customized Time Zone", ""));
    assert_eq!(list(&import), ["09:00-09:30 u"]);
    assert!(import.warnings.is_empty());
    let summer = custom("Customized Time Zone 1", "").replace("20261124", "20260724");
    assert_eq!(list(&import_on("2026-07-24", summer)), ["09:00-09:30 u"]);
}

#[test]
fn a_known_name_is_believed_before_its_vtimezone() {
    assert_eq!(
        list(&import(custom("Europe/Madrid", ""))),
        ["10:00-10:30 u"]
    );
    assert_eq!(
        list(&import(custom("Feina", "X-LIC-LOCATION:Europe/Lisbon\n"))),
        ["11:00-11:30 u"]
    );
}

#[test]
fn each_calendar_of_a_file_has_its_own_zones() {
    let first = custom("Customized Time Zone", "");
    let second = first
        .replace("+0300", "+0100")
        .replace("+0200", "+0000")
        .replace("UID:u", "UID:v");
    assert_eq!(
        list(&import(first + &second)),
        ["09:00-09:30 u", "11:00-11:30 v"]
    );
}

#[test]
fn a_zone_that_nobody_knows_is_the_offices_and_that_is_said() {
    for zone in ["Mars/Olympus", "Customized Time Zone", "Foo Standard Time"] {
        let import = import(event(&format!(
            "UID:u\nDTSTART;TZID={zone}:20261124T100000"
        )));
        assert_eq!(list(&import), ["10:00 u"]);
        assert!(warns(&import, "Europe/Madrid"), "{:?}", import.warnings);
    }
}

#[test]
fn a_time_without_a_zone_is_the_offices() {
    let floating = event("UID:u\nDTSTART:20261124T100000");
    assert_eq!(list(&import(&floating)), ["10:00 u"]);
    let stating =
        |zone: &str| floating.replace("PRODID", &format!("X-WR-TIMEZONE:{zone}\r\nPRODID"));
    assert_eq!(list(&import(stating("Europe/Madrid"))), ["10:00 u"]);
    assert_eq!(list(&import(stating("UTC"))), ["10:00 u"]);
    assert_eq!(list(&import(stating("nowhere"))), ["10:00 u"]);
    let lisbon = import(stating("Europe/Lisbon"));
    assert_eq!(list(&lisbon), ["11:00 u"]);
    assert!(warns(&lisbon, "the calendar states"));
}

#[test]
fn google_states_a_zone_and_writes_utc() {
    let text = event("DTSTART:20261124T090000Z\nDTEND:20261124T091500Z\nUID:a@google.com");
    let text = text.replace(
        "VERSION:2.0",
        "METHOD:PUBLISH\r\nX-WR-TIMEZONE:America/New_York",
    );
    assert_eq!(list(&import(text)), ["10:00-10:15 a@google.com"]);
}

#[test]
fn a_zone_and_a_z_are_utc_and_that_is_said() {
    let import = import(event("UID:u\nDTSTART;TZID=Europe/Madrid:20261124T090000Z"));
    assert_eq!(list(&import), ["10:00 u"]);
    assert!(warns(&import, "UTC"));
}

#[test]
fn the_hour_that_does_not_happen_is_shifted_and_the_one_that_happens_twice_is_the_first() {
    let spring = event(
        "UID:u\nDTSTART;TZID=Europe/Madrid:20260329T023000\nDTEND;TZID=Europe/Madrid:20260329T033000",
    );
    let spring = import_on("2026-03-29", spring);
    assert_eq!(
        spring.appointments[0].start.to_string(),
        "2026-03-29T01:30:00Z"
    );
    let autumn = import_on(
        "2026-10-25",
        event("UID:u\nDTSTART;TZID=Europe/Madrid:20261025T023000\nDURATION:PT30M"),
    );
    assert_eq!(
        autumn.appointments[0].start.to_string(),
        "2026-10-25T00:30:00Z"
    );
    assert_eq!(
        autumn.appointments[0].end.unwrap().to_string(),
        "2026-10-25T01:00:00Z"
    );
}

#[test]
fn the_day_is_the_offices_whatever_the_zone_of_the_event() {
    assert_eq!(begins("DTSTART:20261123T233000Z"), ["00:30 u"]);
    assert_eq!(begins("DTSTART:20261124T230000Z"), [""; 0]);
    assert_eq!(
        begins("DTSTART;TZID=Pacific/Auckland:20261125T090000"),
        ["21:00 u"]
    );
    assert_eq!(
        begins("DTSTART;TZID=Pacific/Honolulu:20261123T140000"),
        ["01:00 u"]
    );
}

#[test]
fn parameters_are_decoded_as_rfc_6868_says() {
    assert_eq!(
        begins("DTSTART;X-NOTE=\"a^nb; c: ^'d^'\";TZID=Europe/Madrid:20261124T100000"),
        ["10:00 u"]
    );
}
