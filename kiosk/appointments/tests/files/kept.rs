// SPDX-License-Identifier: GPL-3.0-or-later
//! What a file can't say must take nobody off the list: cut tables, stray quotes, what can't be read, what is off.

use regex::Regex;
use torn_appointments::{Import, Kind, Mapping, read};

use crate::desk::{calendar, event, import, list, skipped, tuesday, warns};

fn unreadable(import: &Import) -> Vec<&str> {
    import.unreadable.uids.iter().map(String::as_str).collect()
}

/// `uid code`.
fn cancelled(import: &Import) -> Vec<String> {
    let line = |one: &torn_appointments::Appointment| {
        format!("{} {}", one.uid, one.code.as_deref().unwrap_or("-"))
    };
    import.cancelled.iter().map(line).collect()
}

#[test]
fn a_stray_quote_costs_its_own_row_and_says_that_more_may_be_missing() {
    let head = "start;uid;nom;telèfon\n24/11/2026 09:00;a;Joan;600123456\n";
    for rows in [
        "24/11/2026 10:00;\"b;Joan;600123456\n24/11/2026 11:00;c;Puig;600123456\n",
        "24/11/2026 10:00;b;\"Joan;600123456\r\n24/11/2026 11:00;c;Puig;600123456",
        "\"24/11/2026 10:00;b;Joan;600123456\n24/11/2026 11:00;c;Puig;600123456\n",
        "24/11/2026 10:00;\"b;Joan;\"600123456\n24/11/2026 11:00;c;Puig;600123456\n",
    ] {
        let import = import(format!("{head}{rows}"));
        assert_eq!(list(&import), ["09:00 a", "11:00 c"], "{rows}");
        let reason = "-: row 3: a quote in it does not close where a cell ends";
        assert_eq!(skipped(&import), [reason], "{rows}");
        assert!(import.cut && warns(&import, "quote"), "{rows}");
    }
    let two = "24/11/2026 10:00;\"b;Joan;1\n24/11/2026 11:00;\"c;Puig;2\n24/11/2026 12:00;d;x;3\n";
    let import = import(format!("{head}{two}"));
    assert_eq!(list(&import), ["09:00 a", "12:00 d"]);
    assert!(import.cut);
}

#[test]
fn a_cell_of_several_lines_is_a_cell() {
    let import = import(
        "uid,start,notes,service\na,24/11/2026 10:00,\"one\ntwo, \"\"three\"\"\n\nfour\",idcat\nb,24/11/2026 11:00,\"\",idcat\n",
    );
    assert_eq!(list(&import), ["10:00 a", "11:00 b"]);
    assert!(!import.cut && import.skipped.is_empty());
}

#[test]
fn a_table_that_ends_in_a_row_is_cut() {
    let text = "start;uid;nom\n24/11/2026 10:00;a;x\n24/11/2026 11:00;b-1234;y\n";
    let whole = import(text);
    assert!(!whole.cut && list(&whole).len() == 2);
    for end in [
        text.find("34;y").unwrap(),
        text.find(";b-").unwrap(),
        text.find("1:00;b").unwrap(),
    ] {
        let import = import(&text[..end]);
        assert_eq!(list(&import), ["10:00 a"]);
        assert_eq!(
            skipped(&import),
            ["-: row 3: it is cut off: the file ends in its middle"]
        );
        assert!(import.cut && warns(&import, "ends in its middle"));
    }
    assert!(import("start;uid;nom\n24/11/2026 10:00;a;\"Joan").cut);
    let header = import("start;uid;nom\n");
    assert!(!header.cut && header.appointments.is_empty());
    assert!(!import("start;uid;nom\n24/11/2026 10:00;a\n").cut);
}

#[test]
fn what_can_not_be_read_is_known_by_its_uid() {
    let good = "BEGIN:VEVENT\nUID:u\nDTSTART:20261124T100000\nEND:VEVENT";
    for (bad, uids) in [
        ("UID:b\nDTSTART:soon", vec!["b"]),
        ("UID:b", vec!["b"]),
        (
            "UID:b\nRECURRENCE-ID:20261124T090000Z\nDTSTART:soon",
            vec!["b/2026-11-24T09:00:00Z"],
        ),
        ("UID:b\nRECURRENCE-ID:soon\nDTSTART:soon", vec!["b"]),
        ("UID:b\nDTSTART:20261120T100000\nRRULE:FREQ=odd", vec!["b"]),
        ("UID:b\nDTSTART:20261120T100000\nRDATE:odd", vec!["b"]),
        ("UID:b\nDTSTART:20261124", vec![]),
        ("UID:b\nDTSTART:20261124T100000\nSTATUS:CANCELLED", vec![]),
        ("UID:b\nSTATUS:CANCELLED", vec![]),
    ] {
        let import = import(calendar(&format!(
            "BEGIN:VEVENT\n{bad}\nEND:VEVENT\n{good}"
        )));
        assert_eq!((unreadable(&import), import.cut), (uids, false), "{bad}");
    }
    let table = import(
        "start;uid;estat\nsoon;a;\n24/11/2026 25:00;e;\n24/11/2026 10:00;c;anul·lada\n24/11/2026 11:00;d;\nTotal 4;;\n;;4 cites\n",
    );
    assert_eq!(unreadable(&table), ["a", "e"]);
    assert!(table.cut, "nobody knows who the row with a start was");
    let total = import("start;uid;estat\n24/11/2026 11:00;d;\n;;4 cites\n");
    assert!(!total.cut && unreadable(&total).is_empty());
}

#[test]
fn an_appointment_of_a_series_that_can_not_be_read_is_kept_with_it() {
    let unreadable = import(event("UID:a/b\nDTSTART:soon")).unreadable;
    assert!(unreadable.has("a/b") && unreadable.has("a/b/2026-11-24T09:00:00Z"));
    assert!(!unreadable.has("a") && !unreadable.has("a/bc"));
}

#[test]
fn a_file_of_which_nothing_can_be_read_is_not_whole() {
    for text in [
        event("UID:a\nDTSTART:soon"),
        event("DTSTART:soon"),
        "start;uid\nsoon;a\n".to_owned(),
    ] {
        let import = import(&text);
        assert!(
            import.cut && warns(&import, "nothing in the file"),
            "{text}"
        );
    }
    assert!(!import(event("UID:a\nDTSTART:20270101T100000")).cut);
    assert!(!import(calendar("X-WR-CALNAME:Cites")).cut);
}

#[test]
fn what_is_off_keeps_its_hour_and_code() {
    let mapping = Mapping::new(vec![], Some(Regex::new(r"Codi:?\s*(\w+)").unwrap()));
    let of = |text: &str| read(text.as_bytes(), Kind::Guess, &tuesday(), &mapping).unwrap();
    let off = "UID:a\nDTSTART:20261124T100000\nSUMMARY:Codi K7";
    let one = of(&event(&format!("{off}\nSTATUS:CANCELLED")));
    assert_eq!(cancelled(&one), ["a K7"]);
    assert_eq!(skipped(&one), ["a: it is cancelled"]);
    assert!(one.appointments.is_empty());
    let taken_back = of(&calendar(&format!(
        "METHOD:CANCEL\nBEGIN:VEVENT\n{off}\nEND:VEVENT"
    )));
    assert_eq!(cancelled(&taken_back), ["a K7"]);
    let instance = of(&calendar(&format!(
        "BEGIN:VEVENT\n{off}\nRRULE:FREQ=DAILY\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20261124T100000\nSTATUS:CANCELLED\nEND:VEVENT"
    )));
    assert_eq!(cancelled(&instance), ["a/2026-11-24T09:00:00Z K7"]);
    let table = of(
        "start;uid;codi;estat\n24/11/2026 10:00;a;K7;anul·lada\n25/11/2026 10:00;b;Q2;anul·lada\n",
    );
    assert_eq!(cancelled(&table), ["a K7"]);
    let allday = of(&event("UID:a\nDTSTART:20261124\nSTATUS:CANCELLED"));
    assert!(cancelled(&allday).is_empty());
}

#[test]
fn a_uid_or_a_code_that_can_be_none_is_refused() {
    let long = "x".repeat(513);
    for uid in ["Joan\\nPuig", "Joan\u{7}", long.as_str()] {
        let import = import(event(&format!("UID:{uid}\nDTSTART:20261124T100000")));
        assert!(list(&import).is_empty());
        assert!(skipped(&import)[0].starts_with("-: its UID has"), "{uid}");
    }
    assert_eq!(
        import(event(&format!(
            "UID:{}\nDTSTART:20261124T100000",
            &long[1..]
        )))
        .appointments
        .len(),
        1
    );
    let mapping = Mapping::new(vec![], Some(Regex::new(r"(?s)Codi:?\s*(.*)").unwrap()));
    let text = event("UID:a\nDTSTART:20261124T100000\nDESCRIPTION:Codi K7\\nJoan Puig");
    let read_code = read(text.as_bytes(), Kind::Ics, &tuesday(), &mapping).unwrap();
    assert!(skipped(&read_code)[0].starts_with("-: its code has"));
    assert_eq!(unreadable(&read_code), ["a"]);
    let row = |uid: &str, code: &str| {
        import(format!(
            "codi;start;uid;nom\n{code};24/11/2026 10:00;{uid};x\n"
        ))
    };
    for (import, why) in [
        (row("\"Joan\nPuig\"", ""), "its UID"),
        (row(&long, ""), "its UID"),
        (row("a", &"x".repeat(257)), "its code"),
        (row("a", "\"K7\nJoan\""), "its code"),
    ] {
        assert!(list(&import).is_empty(), "{why}");
        let reason = format!("-: row 2: {why} has");
        assert!(skipped(&import)[0].starts_with(&reason), "{why}");
    }
}

#[test]
fn without_an_office_no_service_is_missing() {
    let table = "start;servei\n24/11/2026 10:00;Padró d’habitants\n";
    assert!(!warns(&import(table), "does not have"));
}
