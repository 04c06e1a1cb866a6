// SPDX-License-Identifier: GPL-3.0-or-later
//! The program's subcommands, run as a person runs them: which office they go by, and what comes on which stream.

use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::{Folder, OFFICE};

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n\
    BEGIN:VEVENT\r\nUID:one@booking.example\r\nDTSTAMP:20261101T080000Z\r\n\
    DTSTART:20261124T101500Z\r\nSUMMARY:Somebody Secret\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn run(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_torn-hub"));
    command.current_dir(folder.path()).args(arguments);
    command.output().unwrap()
}

#[test]
fn appointments_are_told_by_the_office_that_was_named_in_either_way() {
    let folder = Folder::new();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("agenda.ics", CALENDAR);
    write("madrid.toml", OFFICE);
    write("tokyo.toml", &OFFICE.replace("Europe/Madrid", "Asia/Tokyo"));
    let asked = ["appointments", "agenda.ics", "--day", "2026-11-24"];
    let (tokyo, madrid) = (["--config", "tokyo.toml"], ["--office", "madrid.toml"]);
    for (arguments, start) in [
        (asked.to_vec(), "2026-11-24T11:15:00+01:00"),
        ([&tokyo[..], &asked].concat(), "2026-11-24T19:15:00+09:00"),
        ([&asked[..], &tokyo].concat(), "2026-11-24T19:15:00+09:00"),
        (
            [&tokyo[..], &asked, &madrid].concat(),
            "2026-11-24T11:15:00+01:00",
        ),
    ] {
        let told = run(&folder, &arguments);
        let told: Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!(
            told["appointments"][0]["start"],
            json!(start),
            "{arguments:?}"
        );
    }
    let missing = [&["--config", "nowhere.toml"], &asked[..]].concat();
    let told = run(&folder, &missing);
    let said = String::from_utf8(told.stderr).unwrap();
    assert_eq!((told.status.code(), told.stdout.len()), (Some(2), 0));
    assert!(said.contains("nowhere.toml"), "{said}");
}

#[test]
fn a_recorded_queue_of_which_nothing_can_be_scored_is_told_row_by_row_and_is_no_fault() {
    let folder = Folder::new();
    let csv = "service,number,issued_at,called_at\na,1,2026-11-24T09:00:00+01:00,\n";
    std::fs::write(folder.path().join("day.csv"), csv).unwrap();
    let plain = run(&folder, &["replay", "day.csv"]);
    let scored = run(&folder, &["replay", "day.csv", "--score"]);
    assert_eq!(
        (plain.status.code(), scored.status.code()),
        (Some(0), Some(0))
    );
    let (plain, scored) = (
        String::from_utf8(plain.stdout).unwrap(),
        String::from_utf8(scored.stdout).unwrap(),
    );
    assert_eq!(plain.lines().count(), 2, "{plain}");
    let table = scored.strip_prefix(&plain).unwrap();
    assert!(table.starts_with("\nnothing could be scored"), "{scored}");
}
