// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's subcommands for the person who looks after it, run as that person runs them: what they say on
//! which stream, and how they end.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::folder::Folder;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::programs::{Programs, Progress};

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Lab//EN\r\n\
    BEGIN:VEVENT\r\nUID:one@booking.example\r\nDTSTAMP:20261101T080000Z\r\n\
    DTSTART;TZID=Europe/Madrid:20261124T101500\r\nDTEND;TZID=Europe/Madrid:20261124T103000\r\n\
    SUMMARY:Somebody Secret\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:other-day@booking.example\r\nDTSTAMP:20261101T080000Z\r\n\
    DTSTART:20261125T091500Z\r\nSUMMARY:Somebody Secret\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:all-day@booking.example\r\nDTSTAMP:20261101T080000Z\r\n\
    DTSTART;VALUE=DATE:20261124\r\nSUMMARY:Somebody Secret\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:cancelled@booking.example\r\nDTSTAMP:20261101T080000Z\r\nSTATUS:CANCELLED\r\n\
    DTSTART:20261124T111500Z\r\nSUMMARY:Somebody Secret\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn run(arguments: &[&str], file: &Path, more: &[&str]) -> Output {
    let hub = Programs::built(Progress::Hidden)
        .expect("the programs")
        .path("torn-hub");
    let mut command = Command::new(hub);
    command.args(arguments).arg(file).args(more);
    command.output().expect("it can be run")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_a_calendar_would_import_is_told_as_json_without_a_word_of_its_own() {
    let folder = Folder::new("calendar").expect("a folder");
    let file = folder.write("agenda.ics", CALENDAR).expect("a file");
    let output = run(&["appointments"], &file, &["--day", "2026-11-24"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON on standard output");
    let appointments = json!([{ "start": "2026-11-24T10:15:00+01:00", "end": "2026-11-24T10:30:00+01:00",
        "uid": "one@booking.example", "service": null, "code": null }]);
    assert_eq!(
        told["appointments"], appointments,
        "of the day, all-day and cancelled ones aside"
    );
    assert!(
        told["skipped"].is_array() && told["warnings"].is_array(),
        "{told}"
    );
    assert!(!text(&output.stdout).contains("Secret") && !text(&output.stderr).contains("Secret"));
    let other = run(&["appointments"], &file, &["--day", "2026-11-25"]);
    let told: Value = serde_json::from_slice(&other.stdout).expect("JSON on standard output");
    assert_eq!(told["appointments"][0]["uid"], "other-day@booking.example");
}

#[test]
fn what_is_no_calendar_is_one_clear_message_and_nothing_else() {
    let folder = Folder::new("calendar").expect("a folder");
    for (name, bytes) in [
        (
            "login.ics",
            "<!DOCTYPE html><html><body>Sign in</body></html>",
        ),
        ("empty.ics", ""),
        ("empty.csv", "\u{feff}"),
        ("words.ics", "this is a letter and no calendar"),
    ] {
        let file = folder.write(name, bytes).expect("a file");
        let output = run(&["appointments"], &file, &["--day", "2026-11-24"]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert_eq!(text(&output.stdout), "", "{name}");
        let said = text(&output.stderr);
        assert!(
            !said.trim().is_empty() && said.trim().lines().count() == 1,
            "{name}: {said}"
        );
    }
    let output = run(
        &["appointments"],
        &folder.path().join("nowhere.ics"),
        &["--day", "2026-11-24"],
    );
    assert_eq!(
        (output.status.code(), text(&output.stdout)),
        (Some(1), String::new())
    );
    assert!(text(&output.stderr).contains("nowhere.ics"));
}

#[test]
fn a_recorded_day_and_the_hubs_own_log_are_replayed_row_by_row() {
    let folder = Folder::new("replay").expect("a folder");
    let mut rows = String::from("service,number,issued_at,called_at,finished_at,desk,outcome\n");
    for person in 0..60 {
        let at = |minute: i32| {
            format!(
                "2026-11-24T{:02}:{:02}:00+01:00",
                9 + minute / 60,
                minute % 60
            )
        };
        let (issued, called, finished) = (at(person * 3), at(person * 3 + 5), at(person * 3 + 8));
        rows.push_str(&format!(
            "general,A{:03},{issued},{called},{finished},1,served\n",
            person + 1
        ));
    }
    let file = folder.write("day.csv", &rows).expect("a file");
    let output = run(&["replay"], &file, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = text(&output.stdout);
    let mut lines = told.lines();
    assert_eq!(
        lines.next(),
        Some("service,number,issued_at,people_ahead,low_min,mid_min,high_min")
    );
    assert_eq!(lines.count(), 60, "one row a ticket");
    let score = run(&["replay", "--score"], &file, &[]);
    assert_eq!(score.status.code(), Some(0), "{}", text(&score.stderr));
    assert!(
        text(&score.stdout).contains("MAE") || text(&score.stdout).contains("mae"),
        "{}",
        text(&score.stdout)
    );

    if !need::met(
        "a_recorded_day_and_the_hubs_own_log_are_replayed_row_by_row",
        &[Need::Faketime],
    ) {
        return;
    }
    let clock = SetClock::at("2026-11-24T09:00:00Z").expect("a clock");
    let hub = Hub::start(HubSetup::at(&clock)).expect("the hub starts");
    for minute in 0..10 {
        clock
            .set(&format!("2026-11-24T09:{minute:02}:00Z"))
            .expect("it is set");
        hub.issue("general").expect("a ticket");
        hub.desk("1", "next")
            .expect("an answer")
            .expect(200)
            .expect("a call");
    }
    // While the hub runs: the one who looks must not have to stop it.
    let output = run(&["replay", "--log"], &hub.store(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = text(&output.stdout);
    assert_eq!(told.lines().count(), 11, "{told}");
    assert!(told.contains("general,A010,"), "{told}");
}

#[test]
fn a_recording_that_can_t_be_read_says_where() {
    let folder = Folder::new("replay").expect("a folder");
    let head = "service,number,issued_at,called_at,finished_at,desk,outcome\n";
    for (name, rows) in [
        ("time.csv", format!("{head}general,A001,at nine,,,,\n")),
        ("columns.csv", "name,when\nx,y\n".to_owned()),
        ("empty.csv", String::new()),
    ] {
        let file = folder.write(name, rows).expect("a file");
        let output = run(&["replay"], &file, &[]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(
            said.contains(name) || said.contains("line"),
            "{name}: {said}"
        );
    }
    let before = fs::read_dir(folder.path()).expect("the folder").count();
    let output = run(&["replay", "--log"], &folder.path().join("nowhere.db"), &[]);
    assert!(!output.status.success());
    assert_eq!(
        fs::read_dir(folder.path()).expect("the folder").count(),
        before,
        "looking makes no log"
    );
}
