// SPDX-License-Identifier: GPL-3.0-or-later
//! Recorded queues as people have them, and the answer as CSV.

use torn_hub::replay::command::{write_rows, write_score};
use torn_hub::replay::play::play;
use torn_hub::replay::recorded::{parse, read};

use crate::{RECORDED, recorded, rows, small};

#[test]
fn a_byte_order_mark_crlf_rows_in_any_order_and_unknown_columns_change_nothing() {
    let mut lines: Vec<String> = RECORDED
        .lines()
        .map(|line| format!("{line},more"))
        .collect();
    lines[1..].reverse();
    let ugly = format!("\u{feff}{}\r\n", lines.join("\r\n"));
    assert_eq!(rows(&ugly), recorded());
}

#[test]
fn columns_are_found_by_name_and_the_last_three_may_be_missing() {
    let plain = rows("service,number,issued_at,called_at\na,1,2026-11-24T09:00:00+01:00,\n");
    let turned = rows("CALLED_AT, issued_at ,number,service\n,2026-11-24T09:00:00+01:00,1,a\n");
    assert_eq!(plain, turned);
}

#[test]
fn the_day_and_the_hour_are_those_that_are_written() {
    let csv = "service,number,issued_at,called_at\na,1,2026-11-24T23:30:00-05:00,\n";
    let row = &rows(csv)[0];
    assert_eq!(
        (row.day.to_string().as_str(), row.minute),
        ("2026-11-24", 23 * 60 + 30)
    );
    assert_eq!(row.issued_at.to_string(), "2026-11-25T04:30:00.000Z");
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let header = "service,number,issued_at,called_at,outcome\n";
    let good = "a,1,2026-11-24T09:00:00+01:00,,\n";
    for (bad, line, word) in [
        ("a,2,nine,,\n", 3, "issued_at"),
        ("a,2,2026-11-24T09:00:00,,\n", 3, "offset"),
        ("a,2,2026-11-24T09:00:00+01:00,later,\n", 3, "called_at"),
        ("a,2,,,\n", 3, "issued_at is empty"),
        (",2,2026-11-24T09:00:00+01:00,,\n", 3, "service is empty"),
        ("a,2,2026-11-24T09:00:00+01:00,,gone\n", 3, "outcome"),
        ("a,2\n", 3, "2 fields"),
    ] {
        for csv in [
            format!("{header}{good}{bad}"),
            format!("{header}{good}{bad}").replace('\n', "\r\n"),
        ] {
            let (at, what) = parse(csv.as_bytes()).expect_err(bad);
            assert_eq!(at, line, "{bad}");
            assert!(what.contains(word), "{bad}: {what}");
        }
    }
    for (csv, word) in [("", "service"), ("number,issued_at\n", "service")] {
        let (at, what) = parse(csv.as_bytes()).expect_err(csv);
        assert_eq!(at, 1);
        assert!(what.contains(word), "{what}");
    }
    assert_eq!(
        parse(b"service,number,issued_at,called_at\n\xff\xfe,,,\n")
            .expect_err("no text")
            .0,
        2
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = read("no/such/queue.csv".as_ref()).expect_err("no file");
    assert!(error.to_string().contains("no/such/queue.csv"));
}

#[test]
fn the_answer_has_a_row_a_ticket_in_the_order_of_issue() {
    let rows = small(&["A2 09:05 -", "A1 09:00 09:10"]);
    let said = play(&rows, &[]);
    let mut out = Vec::new();
    write_rows(&mut out, &rows, &said).expect("it is written to memory");
    let text = String::from_utf8(out).expect("text");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("service,number,issued_at,people_ahead,low_min,mid_min,high_min")
    );
    let first = lines.next().expect("a row");
    assert!(
        first.starts_with("a,A1,2026-11-24T09:00:00+01:00,0,"),
        "{first}"
    );
    let second = lines.next().expect("a row");
    assert!(
        second.starts_with("a,A2,2026-11-24T09:05:00+01:00,1,"),
        "{second}"
    );
    assert_eq!(lines.next(), None);
}

#[test]
fn where_it_declines_the_estimate_is_empty() {
    let rows = small(&["A1 09:00 -"]);
    let mut said = play(&rows, &[]);
    said[0].estimate = None;
    let mut out = Vec::new();
    write_rows(&mut out, &rows, &said).expect("it is written to memory");
    assert!(String::from_utf8_lossy(&out).ends_with("a,A1,2026-11-24T09:00:00+01:00,0,,,\n"));
}

#[test]
fn the_score_comes_below_the_rows_after_an_empty_line_also_where_there_is_none() {
    for (tickets, word) in [
        (["A1 09:00 09:04", "A2 09:05 09:20"], "MAE"),
        (["A1 09:00 -", "A2 09:05 -"], "nothing could be scored"),
    ] {
        let rows = small(&tickets);
        let said = play(&rows, &[]);
        let mut alone = Vec::new();
        write_rows(&mut alone, &rows, &said).expect("a vector takes everything");
        let mut out = alone.clone();
        write_score(&mut out, &rows, &said).expect("a vector takes everything");
        let (alone, out) = (
            String::from_utf8(alone).expect("text"),
            String::from_utf8(out).expect("text"),
        );
        let table = out.strip_prefix(&alone).expect("the rows, as without it");
        let table = table.strip_prefix('\n').expect("an empty line");
        assert!(table.contains(word) && !table.contains("\n\n"), "{out}");
    }
}

#[test]
fn neither_the_order_of_the_files_nor_that_of_their_rows_changes_anything() {
    // All at once, as where a minute is all that was recorded.
    let day = |day: u8, services: [&str; 2]| {
        let mut csv = String::from("service,number,issued_at,called_at\n");
        for ticket in 0..40 {
            let (service, hour, minute) = (services[ticket % 2], 9 + ticket / 20, ticket % 20 / 4);
            csv += &format!(
                "{service},{ticket},2026-11-{day}T{hour:02}:{minute:02}:00+01:00,\
                 2026-11-{day}T{hour:02}:{:02}:00+01:00\n",
                minute + ticket % 7 + 3
            );
        }
        rows(&csv)
    };
    let asked = day(24, ["a", "b"]);
    let same_day = day(24, ["b", "c"]);
    // One that tells the same tickets otherwise.
    let mut otherwise = same_day.clone();
    for row in &mut otherwise {
        row.called_at = row.called_at.map(|at| at.plus_ms(240_000));
    }
    let history = [
        day(23, ["a", "b"]),
        same_day,
        otherwise,
        day(23, ["b", "a"]),
    ];
    let expected = play(&asked, &history.concat());
    for order in [[3, 2, 1, 0], [1, 3, 0, 2], [2, 1, 3, 0]] {
        let files: Vec<_> = order.map(|place: usize| history[place].clone()).concat();
        assert_eq!(play(&asked, &files), expected, "{order:?}");
    }
}
