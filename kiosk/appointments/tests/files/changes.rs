// SPDX-License-Identifier: GPL-3.0-or-later
//! One appointment in several forms: cancelled, changed, twice in the file; and how it ends.

use crate::desk::{begins, calendar, event, import, list, skipped, warns};

fn two(first: &str, second: &str) -> String {
    calendar(&format!(
        "BEGIN:VEVENT\n{first}\nEND:VEVENT\nBEGIN:VEVENT\n{second}\nEND:VEVENT"
    ))
}

#[test]
fn an_all_day_event_is_skipped_where_it_concerns_the_day() {
    for start in [
        "DTSTART;VALUE=DATE:20261124",
        "DTSTART:20261124",
        "DTSTART;VALUE=DATE-TIME:20261124",
        "DTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261125",
        "DTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261125",
        "DTSTART;VALUE=DATE:20261123\nDURATION:P2D",
        "DTSTART;TZID=Romance Standard Time:20261124T000000\nDTEND;TZID=Romance Standard Time:20261125T000000\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    ] {
        let import = import(event(&format!("UID:u\n{start}")));
        assert_eq!(list(&import), [""; 0], "{start}");
        assert_eq!(
            skipped(&import),
            ["u: it lasts all day, so it is no appointment"],
            "{start}"
        );
    }
    let other = import(event(
        "UID:u\nDTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261124",
    ));
    assert_eq!((skipped(&other), list(&other)), (vec![], vec![]));
}

#[test]
fn an_event_of_another_day_is_neither_taken_nor_skipped() {
    let import = import(two(
        "UID:a\nDTSTART:20261123T100000\nDTEND:20261125T100000",
        "UID:b\nDTSTART:20261125T100000\nSTATUS:CANCELLED",
    ));
    assert_eq!((skipped(&import), list(&import)), (vec![], vec![]));
    assert!(import.warnings.is_empty());
}

#[test]
fn an_end_is_given_by_dtend_or_duration_or_not_at_all() {
    assert_eq!(
        begins("DTSTART:20261124T100000\nDTEND:20261124T101500"),
        ["10:00-10:15 u"]
    );
    assert_eq!(
        begins("DTSTART:20261124T100000\nDURATION:PT30M"),
        ["10:00-10:30 u"]
    );
    assert_eq!(
        begins("DURATION:P0DT0H20M0S\nDTSTART:20261124T100000"),
        ["10:00-10:20 u"]
    );
    assert_eq!(
        begins("DTSTART:20261124T090000Z\nDTEND;TZID=Europe/Madrid:20261124T101500"),
        ["10:00-10:15 u"]
    );
    assert_eq!(begins("DTSTART:20261124T100000"), ["10:00 u"]);
    assert_eq!(
        begins("DTSTART:20261124T100000\nDTEND:20261124T100000"),
        ["10:00-10:00 u"]
    );
}

#[test]
fn an_end_that_makes_no_sense_is_left_out_and_said() {
    let before = import(event(
        "UID:u\nDTSTART:20261124T100000\nDTEND:20261124T090000",
    ));
    assert_eq!(list(&before), ["10:00 u"]);
    assert!(warns(&before, "end before they begin"));
    for end in ["DTEND:later", "DURATION:long", "DTEND;VALUE=DATE:20261125"] {
        let import = import(event(&format!("UID:u\nDTSTART:20261124T100000\n{end}")));
        assert_eq!(list(&import), ["10:00 u"], "{end}");
        assert!(warns(&import, "can't be read"), "{end}");
    }
}

#[test]
fn what_is_cancelled_is_skipped_and_what_is_tentative_stays() {
    let import = import(two(
        "UID:a\nDTSTART:20261124T100000\nSTATUS:CANCELLED",
        "UID:b\nDTSTART:20261124T110000\nSTATUS:TENTATIVE",
    ));
    assert_eq!(list(&import), ["11:00 b"]);
    assert_eq!(skipped(&import), ["a: it is cancelled"]);
}

#[test]
fn a_calendar_that_cancels_takes_all_its_events_back() {
    let booked = event("UID:u\nSEQUENCE:0\nDTSTART:20261124T100000");
    let cancel = event("UID:u\nSEQUENCE:1\nDTSTART:20261124T100000")
        .replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:CANCEL");
    let import = import(booked + &cancel);
    assert_eq!(list(&import), [""; 0]);
    assert_eq!(skipped(&import), ["u: it is cancelled"]);
}

#[test]
fn a_cancelled_series_takes_its_changed_times_with_it() {
    let text = two(
        "UID:u\nSEQUENCE:3\nDTSTART:20261103T100000\nRRULE:FREQ=WEEKLY\nSTATUS:CANCELLED",
        "UID:u\nSEQUENCE:2\nRECURRENCE-ID:20261124T100000\nDTSTART:20261124T120000",
    );
    let import = import(text);
    assert_eq!(list(&import), [""; 0]);
    assert_eq!(
        skipped(&import),
        ["u/2026-11-24T09:00:00Z: it is cancelled"]
    );
}

#[test]
fn the_highest_sequence_is_the_one_that_holds_wherever_it_stands() {
    let old = "UID:u\nSEQUENCE:1\nDTSTART:20261124T100000\nDTSTAMP:20261120T000000Z";
    let new = "UID:u\nSEQUENCE:2\nDTSTART:20261124T110000\nDTSTAMP:20261101T000000Z";
    assert_eq!(list(&import(two(old, new))), ["11:00 u"]);
    assert_eq!(list(&import(two(new, old))), ["11:00 u"]);
    let gone = new.replace("20261124", "20261125");
    assert_eq!(list(&import(two(old, &gone))), [""; 0]);
}

#[test]
fn with_the_same_sequence_the_one_that_was_changed_last_holds() {
    for stamp in ["LAST-MODIFIED", "DTSTAMP"] {
        let old = format!("UID:u\nDTSTART:20261124T100000\n{stamp}:20261101T000000Z");
        let new = format!("UID:u\nDTSTART:20261124T110000\n{stamp}:20261102T000000Z");
        assert_eq!(list(&import(two(&old, &new))), ["11:00 u"]);
        assert_eq!(list(&import(two(&new, &old))), ["11:00 u"]);
    }
}

#[test]
fn the_same_event_twice_is_one() {
    let one = "UID:u\nDTSTART:20261124T100000\nDTSTAMP:20261101T000000Z";
    assert_eq!(list(&import(two(one, one))), ["10:00 u"]);
    let cancelled = format!("{one}\nSTATUS:CANCELLED");
    assert_eq!(list(&import(two(one, &cancelled))), [""; 0]);
    assert_eq!(list(&import(two(&cancelled, one))), [""; 0]);
}

#[test]
fn a_tool_that_gives_all_events_one_uid_loses_none() {
    let import = import(two(
        "UID:u\nDTSTART:20261124T100000",
        "UID:u\nDTSTART:20261124T110000",
    ));
    assert_eq!(
        list(&import),
        [
            "10:00 u/2026-11-24T09:00:00Z",
            "11:00 u/2026-11-24T10:00:00Z"
        ]
    );
    assert!(warns(&import, "share the UID"));
}

#[test]
fn an_event_without_a_uid_has_one_that_stays_the_same() {
    let text = two(
        "DTSTART:20261124T100000\nSUMMARY:a",
        "UID:\nDTSTART:20261124T100000\nSUMMARY:b",
    );
    let (first, second) = (import(&text), import(&text));
    assert_eq!(list(&first).len(), 2);
    assert_eq!(list(&first), list(&second));
    assert!(warns(&first, "no UID"));
}

#[test]
fn the_list_is_by_start_and_then_by_uid() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:c\nDTSTART:20261124T110000\nEND:VEVENT\nBEGIN:VEVENT\nUID:b\nDTSTART:20261124T100000\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nDTSTART:20261124T090000Z\nEND:VEVENT",
    );
    assert_eq!(list(&import(text)), ["10:00 a", "10:00 b", "11:00 c"]);
}
