// SPDX-License-Identifier: GPL-3.0-or-later
//! Files that are cut, mixed up or something else altogether.

use torn_appointments::{Kind, Mapping, NotACalendar, read};

use crate::desk::{calendar, event, import, list, skipped, try_import, tuesday, warns};

const GOOD: &str = "BEGIN:VEVENT\nUID:u\nDTSTART:20261124T100000\nEND:VEVENT";

#[test]
fn a_calendar_without_events_is_an_empty_list() {
    let import = import(calendar("X-WR-CALNAME:Cites"));
    assert!(
        import.appointments.is_empty() && import.skipped.is_empty() && import.warnings.is_empty()
    );
    assert!(import_of("BEGIN:VCALENDAR\nEND:VCALENDAR").is_empty());
}

#[test]
fn a_time_for_which_nobody_knows_the_series_is_an_appointment_of_its_own() {
    let text = event("UID:u\nRECURRENCE-ID:junk\nDTSTART:20261124T100000");
    assert_eq!(import_of(&text), ["10:00 u"]);
}

fn import_of(text: &str) -> Vec<String> {
    list(&import(text))
}

#[test]
fn what_is_no_calendar_is_refused_by_what_it_is() {
    for (bytes, why) in [
        (&b""[..], NotACalendar::Empty),
        (b" \r\n\t", NotACalendar::Empty),
        (b"\xEF\xBB\xBF", NotACalendar::Empty),
        (
            b"<!DOCTYPE html><html><body>Inicia la sessi\xC3\xB3</body></html>",
            NotACalendar::WebPage,
        ),
        (b"\n  <html>", NotACalendar::WebPage),
        (b"PK\x03\x04rest", NotACalendar::Archive),
        (
            b"BEGIN:VCARD\nFN:Joan\nEND:VCARD",
            NotACalendar::AddressBook,
        ),
        (b"\x89PNG\r\n\x1a\n\0\0\0", NotACalendar::Other),
        (b"{\"error\": \"unauthorized\"}", NotACalendar::Other),
        (b"Bon dia", NotACalendar::Other),
        (b"{\"start\": 1,\n\"end\": 2}", NotACalendar::Other),
        (
            b"<a>start</a>\n<b>start</b>,<b>end</b>\n",
            NotACalendar::WebPage,
        ),
        (b"\0\0\0\0", NotACalendar::Other),
    ] {
        assert_eq!(try_import(bytes).err(), Some(why), "{bytes:?}");
    }
    let table = read(
        b"nom;cognom\nJoan;Puig",
        Kind::Csv,
        &tuesday(),
        &Mapping::default(),
    );
    assert_eq!(table.err(), Some(NotACalendar::NoStartColumn));
}

#[test]
fn what_is_inside_decides_and_not_the_name() {
    let text = calendar(GOOD);
    for kind in [Kind::Ics, Kind::Csv, Kind::Guess] {
        let import = read(text.as_bytes(), kind, &tuesday(), &Mapping::default()).unwrap();
        assert_eq!(list(&import), ["10:00 u"]);
        let import = read(
            b"start,uid\n2026-11-24 10:00,u\n",
            kind,
            &tuesday(),
            &Mapping::default(),
        )
        .unwrap();
        assert_eq!(list(&import), ["10:00 u"]);
    }
}

#[test]
fn a_bad_event_is_skipped_and_the_good_ones_stay() {
    for (bad, reason) in [
        ("UID:b", "b: it has no start"),
        ("UID:b\nDTSTART:soon", "b: its start can't be read"),
        (
            "UID:b\nDTSTART:20261324T100000",
            "b: its start can't be read",
        ),
        (
            "UID:b\nDTSTART:20261124T990000",
            "b: its start can't be read",
        ),
        ("UID:b\nDTSTART:", "b: its start can't be read"),
        ("DTSTART:soon", "-: its start can't be read"),
    ] {
        let import = import(calendar(&format!(
            "BEGIN:VEVENT\n{bad}\nEND:VEVENT\n{GOOD}"
        )));
        assert_eq!(list(&import), ["10:00 u"], "{bad}");
        assert_eq!(skipped(&import), [reason], "{bad}");
    }
}

#[test]
fn a_file_that_ends_in_its_middle_gives_what_is_whole_and_says_so() {
    let text = calendar(&format!(
        "{GOOD}\nBEGIN:VEVENT\nUID:v\nDTSTART:20261124T110000\nEND:VEVENT"
    ));
    let ends = [text.find("END:VCALENDAR").unwrap(), text.len() - 8];
    for end in ends {
        let import = import(&text[..end]);
        assert_eq!(list(&import), ["10:00 u", "11:00 v"]);
        assert!(import.cut && warns(&import, "ends in its middle"));
    }
    let inside = text.find("11:0").map_or(text.len() - 40, |at| at);
    let import = import(&text[..inside]);
    assert_eq!(list(&import), ["10:00 u"]);
    assert_eq!(
        skipped(&import),
        ["v: it is cut off: the file ends in its middle"]
    );
    assert!(import.cut);
}

#[test]
fn every_beginning_of_a_file_is_read_without_harm() {
    let text = calendar(&format!(
        "BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:STANDARD\nEND:VTIMEZONE\n{GOOD}"
    ));
    for end in 0..text.len() {
        if let Ok(import) = try_import(&text[..end]) {
            assert!(import.cut || end > text.len() - 4, "{end}");
        }
    }
}

#[test]
fn an_event_that_never_ends_is_cut_off_where_the_next_begins() {
    let import = import(calendar(&format!(
        "BEGIN:VEVENT\nUID:v\nDTSTART:20261124T110000\n{GOOD}"
    )));
    assert_eq!(list(&import), ["10:00 u"]);
    assert_eq!(skipped(&import), ["v: it is cut off: its end is missing"]);
    assert!(!import.cut);
}

#[test]
fn an_alarm_inside_an_event_says_nothing_of_the_event() {
    let alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT30M\nDURATION:PT5H\nUID:alarm\nDTSTART:20261124T180000\nSTATUS:CANCELLED\nEND:VALARM";
    for text in [
        format!("UID:u\n{alarm}\nDTSTART:20261124T100000\nDTEND:20261124T101500"),
        format!("UID:u\nDTSTART:20261124T100000\nDTEND:20261124T101500\n{alarm}\n{alarm}"),
        format!(
            "UID:u\nDTSTART:20261124T100000\nDTEND:20261124T101500\n{}",
            alarm.replace("\nEND:VALARM", "")
        ),
    ] {
        assert_eq!(list(&import(event(&text))), ["10:00-10:15 u"]);
    }
}

#[test]
fn other_components_and_junk_are_passed_over() {
    let junk = "BEGIN:VTODO\nUID:t\nDTSTART:20261124T090000\nEND:VTODO\nBEGIN:VFREEBUSY\nDTSTART:20261124T090000Z\nEND:VFREEBUSY\n\
        BEGIN:X-ODD\nBEGIN:X-ODDER\nDTSTART:20261124T090000\nEND:X-ODD\nX-WR-CALDESC:a\nno colon\n:::\nEND:NOTHING\nBEGIN:\nEND:";
    let text =
        calendar(&format!("{junk}\n{GOOD}\n{junk}")) + "\r\ntrailing text\r\n<!-- and more -->\r\n";
    assert_eq!(list(&import(text)), ["10:00 u"]);
}

#[test]
fn several_calendars_in_one_file_are_one_list() {
    let text = calendar(GOOD) + &calendar(&GOOD.replace("UID:u", "UID:v"));
    assert_eq!(list(&import(text)), ["10:00 u", "10:00 v"]);
    let without_ends = calendar(GOOD).replace("END:VCALENDAR\r\n", "")
        + &calendar(&GOOD.replace("UID:u", "UID:v"));
    assert_eq!(list(&import(without_ends)), ["10:00 u", "10:00 v"]);
}

#[test]
fn events_without_a_calendar_around_them_are_taken_and_that_is_said() {
    let import = import(GOOD);
    assert_eq!(list(&import), ["10:00 u"]);
    assert!(warns(&import, "BEGIN:VCALENDAR"));
}

#[test]
fn text_before_the_calendar_does_no_harm() {
    let text = format!(
        "Content-Type: text/calendar; charset=utf-8\r\n\r\n{}",
        calendar(GOOD)
    );
    assert_eq!(list(&import(text)), ["10:00 u"]);
}
