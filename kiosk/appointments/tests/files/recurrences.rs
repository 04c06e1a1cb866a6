// SPDX-License-Identifier: GPL-3.0-or-later
//! Series: which of their times is on the day, and what was taken out or moved.

use crate::desk::{calendar, event, import, import_on, list, skipped, warns};

/// Whether a series that began at 10:00 on `start` by `rule` has an appointment on the Tuesday.
fn recurs(start: &str, rule: &str) -> bool {
    let import = import(event(&format!(
        "UID:u\nDTSTART;TZID=Europe/Madrid:{start}T100000\nDURATION:PT15M\nRRULE:{rule}"
    )));
    let list = list(&import);
    assert!(
        list.is_empty() || list == ["10:00-10:15 u/2026-11-24T09:00:00Z"],
        "{rule}: {list:?}"
    );
    !list.is_empty()
}

#[test]
fn rules_of_every_frequency_fall_on_the_days_that_they_say() {
    for (start, rule, falls) in [
        ("20261101", "FREQ=DAILY", true),
        ("20261122", "FREQ=DAILY;INTERVAL=2", true),
        ("20261123", "FREQ=DAILY;INTERVAL=2", false),
        ("20261123", "FREQ=DAILY;BYDAY=MO,TU", true),
        ("20261103", "FREQ=WEEKLY", true),
        ("20261103", "FREQ=WEEKLY;INTERVAL=2", false),
        (
            "20261110",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU;WKST=SU",
            true,
        ),
        ("20261102", "FREQ=WEEKLY;BYDAY=MO,TU,WE", true),
        ("20261102", "FREQ=WEEKLY;BYDAY=MO,WE", false),
        ("20260824", "FREQ=MONTHLY", true),
        ("20260825", "FREQ=MONTHLY", false),
        ("20260825", "FREQ=MONTHLY;BYDAY=4TU", true),
        ("20260825", "FREQ=MONTHLY;BYDAY=-1TU", true),
        ("20260825", "FREQ=MONTHLY;BYDAY=-2TU", false),
        ("20260824", "FREQ=MONTHLY;BYMONTHDAY=24,-7", true),
        (
            "20260930",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-5",
            true,
        ),
        (
            "20260930",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            false,
        ),
        ("20201124", "FREQ=YEARLY", true),
        ("20201124", "FREQ=YEARLY;INTERVAL=5", false),
        ("20201124", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TU", true),
        ("20201124", "FREQ=YEARLY;BYYEARDAY=328", true),
        ("20201124", "FREQ=YEARLY;BYWEEKNO=48;BYDAY=TU", true),
        ("20261101", "freq=daily;byhour=10;x-odd=1", true),
        // Some write 0 for "none".
        ("20261101", "FREQ=DAILY;INTERVAL=0;COUNT=0", true),
        ("19970902", "FREQ=DAILY;INTERVAL=1", true),
    ] {
        assert_eq!(recurs(start, rule), falls, "{start} {rule}");
    }
}

#[test]
fn until_is_the_last_time_in_utc_local_or_as_a_day() {
    for (until, falls) in [
        ("20261124T090000Z", true),
        ("20261124T085959Z", false),
        ("20261124T100000", true),
        ("20261124T095959", false),
        ("20261124", true),
        ("20261123", false),
    ] {
        assert_eq!(
            recurs("20261103", &format!("FREQ=WEEKLY;UNTIL={until}")),
            falls,
            "{until}"
        );
    }
}

#[test]
fn count_is_counted_from_the_first_time() {
    assert!(recurs("20261103", "FREQ=WEEKLY;COUNT=4"));
    assert!(!recurs("20261103", "FREQ=WEEKLY;COUNT=3"));
    assert!(recurs("20260901", "FREQ=DAILY;COUNT=85"));
    assert!(!recurs("20260901", "FREQ=DAILY;COUNT=84"));
}

#[test]
fn a_series_keeps_its_local_hour_over_a_change_of_the_clocks() {
    let text = event("UID:u\nDTSTART;TZID=Europe/Madrid:20260707T100000\nRRULE:FREQ=WEEKLY");
    assert_eq!(list(&import(text)), ["10:00 u/2026-11-24T09:00:00Z"]);
}

#[test]
fn a_series_in_a_zone_of_its_own_keeps_that_zones_hour() {
    let zone = "BEGIN:VTIMEZONE\nTZID:Feina\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0200\nEND:STANDARD\nEND:VTIMEZONE\n";
    let text = calendar(&format!(
        "{zone}BEGIN:VEVENT\nUID:u\nDTSTART;TZID=Feina:20261103T100000\nRRULE:FREQ=WEEKLY;UNTIL=20261124T080000Z\nEND:VEVENT"
    ));
    assert_eq!(list(&import(text)), ["09:00 u/2026-11-24T08:00:00Z"]);
}

const WEEKLY: &str = "UID:u\nDTSTART;TZID=Europe/Madrid:20261103T100000\nDTEND;TZID=Europe/Madrid:20261103T101500\nRRULE:FREQ=WEEKLY";

#[test]
fn an_exception_takes_a_time_out_however_it_is_written() {
    for except in [
        "EXDATE;TZID=Europe/Madrid:20261124T100000",
        "EXDATE;TZID=Europe/Madrid:20261117T100000,20261124T100000",
        "EXDATE;TZID=Europe/Madrid:20261117T100000\nEXDATE;TZID=Europe/Madrid:20261124T100000",
        "EXDATE:20261124T090000Z",
        "EXDATE;VALUE=DATE:20261124",
        "EXDATE:20261124",
        "EXDATE:20261124T100000",
        "EXDATE;TZID=Romance Standard Time:20261124T100000",
        "EXDATE:junk,20261124T090000Z",
        "EXRULE:FREQ=WEEKLY;BYDAY=TU",
    ] {
        let import = import(event(&format!("{WEEKLY}\n{except}")));
        assert_eq!(list(&import), [""; 0], "{except}");
        assert_eq!(skipped(&import), [""; 0], "{except}");
    }
    let other = import(event(&format!("{WEEKLY}\nEXDATE:20261124T080000Z")));
    assert_eq!(list(&other), ["10:00-10:15 u/2026-11-24T09:00:00Z"]);
}

#[test]
fn further_times_are_added_also_as_periods() {
    let text = event(
        "UID:u\nDTSTART;TZID=Europe/Madrid:20261102T100000\nDURATION:PT10M\n\
        RDATE;TZID=Europe/Madrid:20261124T110000,20261125T110000\nRDATE;VALUE=PERIOD:20261124T120000Z/PT1H,20261124T150000Z/20261124T153000Z",
    );
    assert_eq!(
        list(&import(text)),
        [
            "11:00-11:10 u/2026-11-24T10:00:00Z",
            "13:00-14:00 u/2026-11-24T12:00:00Z",
            "16:00-16:30 u/2026-11-24T15:00:00Z"
        ]
    );
    let twice = event("UID:u\nDTSTART:20261124T100000\nRRULE:FREQ=DAILY\nRDATE:20261124T100000");
    assert_eq!(list(&import(twice)).len(), 1);
}

fn changed(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{}\nEND:VEVENT\n", lines.trim())
}

#[test]
fn a_time_that_was_moved_is_where_it_was_moved_to() {
    let moved = |id: &str, start: &str| {
        changed(&format!(
            "UID:u\nRECURRENCE-ID;TZID=Europe/Madrid:{id}\nDTSTART;TZID=Europe/Madrid:{start}\nDURATION:PT5M"
        ))
    };
    let master = changed(WEEKLY);
    let later = moved("20261124T100000", "20261124T120000");
    // The override may stand before its master.
    for text in [format!("{master}{later}"), format!("{later}{master}")] {
        assert_eq!(
            list(&import(calendar(&text))),
            ["12:00-12:05 u/2026-11-24T09:00:00Z"]
        );
    }
    let away = moved("20261124T100000", "20261126T120000");
    let text = calendar(&format!("{master}{away}"));
    assert_eq!(list(&import(&text)), [""; 0]);
    assert_eq!(skipped(&import(&text)), [""; 0]);
    assert_eq!(
        list(&import_on("2026-11-26", &text)),
        ["12:00-12:05 u/2026-11-24T09:00:00Z"]
    );
    let here = moved("20261126T100000", "20261124T130000");
    let text = calendar(&format!(
        "{}{here}",
        changed(&WEEKLY.replace("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=TH"))
    ));
    assert_eq!(list(&import(text)), ["13:00-13:05 u/2026-11-26T09:00:00Z"]);
}

#[test]
fn a_recurrence_id_is_the_same_time_in_utc_and_as_a_day() {
    for id in [
        "RECURRENCE-ID:20261124T090000Z",
        "RECURRENCE-ID:20261124T100000",
        "RECURRENCE-ID;VALUE=DATE:20261124",
    ] {
        let text = calendar(&format!(
            "{}{}",
            changed(WEEKLY),
            changed(&format!(
                "UID:u\n{id}\nDTSTART;TZID=Europe/Madrid:20261124T120000"
            ))
        ));
        let import = import(text);
        assert_eq!(list(&import).len(), 1, "{id}");
        assert!(list(&import)[0].starts_with("12:00 u/2026-11-24"), "{id}");
    }
}

#[test]
fn a_time_that_was_cancelled_is_skipped_and_the_others_stay() {
    let text = calendar(&format!(
        "{}{}",
        changed(WEEKLY),
        changed(
            "UID:u\nRECURRENCE-ID;TZID=Europe/Madrid:20261124T100000\nDTSTART;TZID=Europe/Madrid:20261124T100000\nSTATUS:CANCELLED"
        )
    ));
    let tuesday = import(&text);
    assert_eq!(list(&tuesday), [""; 0]);
    assert_eq!(
        skipped(&tuesday),
        ["u/2026-11-24T09:00:00Z: it is cancelled"]
    );
    assert_eq!(list(&import_on("2026-12-01", &text)).len(), 1);
}

#[test]
fn an_override_without_its_master_stands_for_itself() {
    let text = event(
        "UID:u\nRECURRENCE-ID:20261123T090000Z\nDTSTART:20261124T090000Z\nDTEND:20261124T091000Z",
    );
    assert_eq!(list(&import(text)), ["10:00-10:10 u/2026-11-23T09:00:00Z"]);
    let without_start = event("UID:u\nRECURRENCE-ID:20261124T090000Z");
    assert_eq!(
        list(&import(without_start)),
        ["10:00 u/2026-11-24T09:00:00Z"]
    );
}

#[test]
fn a_change_for_all_later_times_shifts_them_and_is_said() {
    let text = calendar(&format!(
        "{}{}",
        changed(WEEKLY),
        changed(
            "UID:u\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Madrid:20261110T100000\nDTSTART;TZID=Europe/Madrid:20261111T120000\nDURATION:PT20M"
        )
    ));
    assert_eq!(list(&import(&text)), [""; 0]);
    let wednesday = import_on("2026-11-25", &text);
    assert_eq!(list(&wednesday), ["12:00-12:20 u/2026-11-24T09:00:00Z"]);
    assert!(warns(&wednesday, "all later times"));
    assert_eq!(
        list(&import_on("2026-11-03", &text)),
        ["10:00-10:15 u/2026-11-03T09:00:00Z"]
    );
}

#[test]
fn a_rule_that_is_none_leaves_the_first_time_and_is_said() {
    for rule in [
        "FREQ=FORTNIGHTLY",
        "BYDAY=MO",
        "FREQ=DAILY;BYMONTHDAY=99",
        "FREQ=WEEKLY;UNTIL=soon",
        "RSCALE=CHINESE;FREQ=YEARLY",
        "",
    ] {
        let import = import(event(&format!(
            "UID:u\nDTSTART:20261124T100000\nRRULE:{rule}"
        )));
        assert_eq!(list(&import).len(), 1, "{rule}");
        assert!(warns(&import, "recurrence rule"), "{rule}");
    }
}

#[test]
fn a_series_of_whole_days_is_skipped_once() {
    let import = import(event(
        "UID:u\nDTSTART;VALUE=DATE:20201124\nRRULE:FREQ=YEARLY",
    ));
    assert_eq!(
        skipped(&import),
        ["u: it lasts all day, so it is no appointment"]
    );
    assert!(list(&import).is_empty());
}
