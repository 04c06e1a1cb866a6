// SPDX-License-Identifier: GPL-3.0-or-later
//! A log closed by the real program: the day goes on in the next one, and the closed one can be read for ever.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;
use torn_queue::Timestamp;
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::folder::Folder;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::programs::{Programs, Progress};
use torn_tests::lab::wait;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The true time, which a task goes by, so many days ago.
fn days_ago(days: i64) -> String {
    let now = clock_gettime(ClockId::Realtime);
    Timestamp::from_unix_ms(now.tv_sec * 1000 - days * DAY_MS).to_string()
}

fn does(arguments: &[&str]) -> String {
    let programs = Programs::built(Progress::Hidden).expect("the programs");
    let output = Command::new(programs.path("torn-hub"))
        .args(arguments)
        .output();
    let output = output.expect("it can be run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn the_one(folder: &Path, end: &str) -> String {
    let files = fs::read_dir(folder).expect("the folder");
    let paths = files.map(|file| file.expect("a file").path());
    let named: Vec<_> = paths
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    assert_eq!(named.len(), 1, "{named:?}");
    named[0].display().to_string()
}

#[test]
fn a_day_goes_on_in_the_log_that_follows_an_archived_one() {
    let name = "a_day_goes_on_in_the_log_that_follows_an_archived_one";
    if !need::met(name, &[Need::Faketime]) {
        return;
    }
    let clock = SetClock::at(&days_ago(1)).expect("a clock");
    let mut hub = Hub::start(HubSetup::at(&clock)).expect("the hub starts");
    for _ in 0..5 {
        hub.issue("general").expect("a ticket");
        hub.desk("1", "next")
            .expect("an answer")
            .expect(200)
            .expect("a call");
    }
    let yesterday = hub.state().expect("the state")["day"].clone();
    clock.set(&days_ago(0)).expect("it is set");
    let today = wait::until("the day begins", wait::GENEROUS, || {
        let day = hub.state().expect("the state")["day"].clone();
        (day != yesterday).then_some(day)
    })
    .expect("the day begins");
    for _ in 0..3 {
        hub.issue("general").expect("a ticket");
    }
    hub.desk("2", "next")
        .expect("an answer")
        .expect(200)
        .expect("a call");
    let line = |state: &Value| {
        (
            state["day"].clone(),
            state["waiting"].clone(),
            state["calls"].clone(),
        )
    };
    let before = line(&hub.state().expect("the state"));
    let seq = hub.state().expect("the state")["seq"].clone();
    hub.kill();

    let archive = Folder::new("archive").expect("a folder");
    let config = hub.config().display().to_string();
    let folder = archive.path().display().to_string();
    does(&["--config", &config, "archive", &folder]);
    hub.start_again().expect("the hub starts");
    assert_eq!(
        line(&hub.state().expect("the state")),
        before,
        "who waits still waits"
    );
    assert_eq!(before.0, today);
    assert_eq!(hub.issue("general").expect("a ticket")["number"], "A004");
    let events = hub.events().expect("the log");
    let first = (&events[0]["kind"], &events[0]["seq"]);
    assert_eq!(
        first,
        (&"day-began".into(), &1.into()),
        "it begins with today"
    );
    assert!(
        Some(events.len() as u64) < seq.as_u64(),
        "and without yesterday"
    );

    let closed = the_one(archive.path(), ".db");
    does(&["check-log", "--log", &closed]);
    let told = does(&["replay", "--log", &closed]);
    assert_eq!(told.lines().count(), 9, "a head and eight tickets: {told}");
    let figures = fs::read_to_string(the_one(archive.path(), ".csv")).expect("the figures");
    let issued = |row: &str| {
        row.split(',')
            .nth(3)
            .and_then(|count| count.parse::<u32>().ok())
    };
    let yesterdays: u32 = figures.lines().filter_map(issued).sum();
    assert_eq!(yesterdays, 5, "today is counted where it ends: {figures}");
}
