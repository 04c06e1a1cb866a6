// SPDX-License-Identifier: GPL-3.0-or-later
//! Files that are made to be too much. The bounds are counted in work, so a slow machine fails no test.

use crate::desk::{calendar, event, import, list, warns};

#[test]
fn a_rule_that_recurs_every_second_is_bounded_and_said() {
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29;BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29",
    ] {
        let import = import(event(&format!(
            "UID:u\nDTSTART:20261124T000000\nRRULE:{rule}"
        )));
        assert_eq!(import.appointments.len(), 10_000, "{rule}");
        assert!(warns(&import, "10000"), "{rule}");
    }
    let long_ago = import(event(
        "UID:u\nDTSTART:19700101T000000\nRRULE:FREQ=SECONDLY;INTERVAL=3600",
    ));
    assert_eq!(long_ago.appointments.len(), 24);
}

#[test]
fn rules_that_are_never_true_cost_no_more_than_others() {
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYMONTH=1;BYMONTHDAY=31;BYYEARDAY=200",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;BYSETPOS=366",
        "FREQ=DAILY;COUNT=4294967296",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=SECONDLY;COUNT=99999999999;INTERVAL=1",
    ] {
        let text = event(&format!("UID:u\nDTSTART:00010101T000000\nRRULE:{rule}"));
        assert!(import(text).appointments.len() <= 1, "{rule}");
    }
}

#[test]
fn a_count_that_nobody_could_follow_is_said() {
    let import = import(event(
        "UID:u\nDTSTART:19700101T000000\nRRULE:FREQ=HOURLY;COUNT=4000000000",
    ));
    assert!(list(&import).is_empty());
    assert!(warns(&import, "too long"));
}

#[test]
fn many_costly_series_share_one_bounded_budget() {
    let series = (0..3000).map(|n| format!("BEGIN:VEVENT\nUID:{n}\nDTSTART:00010101T100000\nRRULE:FREQ=YEARLY;COUNT=9000;BYDAY=MO,TU;BYSETPOS={}\nEND:VEVENT\n", n % 90 + 1));
    let good = "BEGIN:VEVENT\nUID:zzz\nDTSTART:20261124T100000\nEND:VEVENT";
    let import = import(calendar(&(series.collect::<String>() + good)));
    assert!(warns(&import, "too long"));
    assert!(list(&import).contains(&"10:00 zzz".to_owned()));
}

#[test]
fn zones_whose_clocks_change_every_second_are_bounded() {
    let part = "BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=SECONDLY\nEND:STANDARD\n".repeat(20);
    let zones = (0..50).map(|n| format!("BEGIN:VTIMEZONE\nTZID:Zone{n}\n{part}END:VTIMEZONE\nBEGIN:VEVENT\nUID:{n}\nDTSTART;TZID=Zone{n}:20261124T100000\nEND:VEVENT\n"));
    let import = import(calendar(&zones.collect::<String>()));
    assert_eq!(import.appointments.len(), 50);
}

#[test]
fn a_hundred_thousand_events_are_read() {
    let events = (0..100_000).map(|n| format!("BEGIN:VEVENT\nUID:{n}\nDTSTART;TZID=Europe/Madrid:202611{:02}T{:02}0000\nSUMMARY:x\nEND:VEVENT\n", 1 + n % 30, n % 24));
    let import = import(calendar(&events.collect::<String>()));
    let on_the_day = (0..100_000).filter(|n| 1 + n % 30 == 24).count();
    assert_eq!(import.appointments.len(), on_the_day);
}

#[test]
fn endless_lines_lists_and_nesting_are_bounded() {
    let long = "x".repeat(3_000_000);
    let dates = "20261124T100000,".repeat(4000);
    let exdates = format!("EXDATE:{dates}\n").repeat(40);
    let nested = "BEGIN:X\n".repeat(20_000);
    let folds = "\n x".repeat(100_000);
    let text = event(&format!(
        "UID:u\nDESCRIPTION:{long}{folds}\nDTSTART:20261124T110000\nRRULE:FREQ=DAILY\n{exdates}RRULE:{long}\n{nested}"
    ));
    let import = import(text);
    assert_eq!(list(&import).len(), 1);
    assert!(
        warns(&import, "64 KiB") && warns(&import, "10000 dates"),
        "{:?}",
        import.warnings
    );
}

#[test]
fn times_at_the_ends_of_the_calendar_are_read_without_harm() {
    for start in [
        "00010101T000000",
        "99991231T235959",
        "99991231T240000",
        "99991231T235959Z",
        "00000101",
        "99991231",
    ] {
        for more in [
            "RRULE:FREQ=DAILY",
            "RRULE:FREQ=WEEKLY;WKST=SU;BYSETPOS=1",
            "DURATION:P366D",
            "RDATE:99991231T235959/P300D",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:00010101T000000\nRRULE:FREQ=YEARLY;UNTIL=00010101",
        ] {
            for zone in ["", ";TZID=Pacific/Kiritimati", ";TZID=+2359"] {
                import(event(&format!("UID:u\nDTSTART{zone}:{start}\n{more}")));
            }
        }
    }
}
