// SPDX-License-Identifier: GPL-3.0-or-later
//! A Pi whose clock was wrong for a while: its log is in 2031, and the office wants to go on today.

use std::fs;
use std::process::Command;

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use torn_queue::Timestamp;
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::programs::{Programs, Progress};
use torn_tests::lab::wait;

/// The true time, which the task goes by.
fn now() -> String {
    let now = clock_gettime(ClockId::Realtime);
    Timestamp::from_unix_ms(now.tv_sec * 1000).to_string()
}

fn number(ticket: &Value) -> String {
    ticket["number"].as_str().unwrap_or_default().to_owned()
}

/// Runs a task with the true clock, and gives how it ended and what it said.
fn task(hub: &Hub, arguments: &[&str]) -> (bool, String) {
    let programs = Programs::built(Progress::Hidden).expect("the programs");
    let mut command = Command::new(programs.path("torn-hub"));
    command.arg("--config").arg(hub.config()).args(arguments);
    let output = command.output().expect("it can be run");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn a_log_that_ran_into_2031_is_put_aside_and_today_goes_on_after_its_highest_numbers() {
    let name = "a_log_that_ran_into_2031_is_put_aside";
    if !need::met(name, &[Need::Faketime]) {
        return;
    }
    let clock = SetClock::at(&now()).expect("a clock");
    let mut hub = Hub::start(HubSetup::at(&clock)).expect("the hub starts");
    let before =
        ["general", "general", "padro"].map(|service| hub.issue(service).expect("a ticket"));
    let today = hub.state().expect("the state")["day"].clone();
    clock.set("2031-03-03T10:00:00Z").expect("it is set");
    wait::until("the day jumps", wait::GENEROUS, || {
        (hub.state().expect("the state")["day"] == "2031-03-03").then_some(())
    })
    .expect("the day jumps");
    let lost =
        ["general", "general", "general"].map(|service| hub.issue(service).expect("a ticket"));
    assert_eq!(number(&lost[2]), "A003", "numbers began anew");
    let old = hub.get("/v1/state").expect("an answer");
    let seq = old.json()["seq"].to_string();

    let (done, said) = task(&hub, &["new-log"]);
    assert!(!done && said.contains("another hub has the log"), "{said}");
    hub.kill();
    clock.set(&now()).expect("it is set");
    let (done, said) = task(&hub, &["new-log"]);
    assert!(done && said.contains("A003"), "{said}");
    hub.start_again().expect("the hub starts");

    let state = hub.get("/v1/state").expect("an answer");
    assert_eq!(state.json()["day"], today, "it is today again");
    assert_ne!(state.header("torn-log"), old.header("torn-log"));
    assert_eq!(number(&hub.issue("general").expect("a ticket")), "A004");
    let letter = number(&before[2])[..1].to_owned();
    assert_eq!(
        number(&hub.issue("padro").expect("a ticket")),
        format!("{letter}002")
    );
    // Whoever followed the old log, up to a seq that this one has not reached, begins afresh.
    let stream = hub.follow("", Some(&seq)).expect("a stream");
    let first = stream
        .next(wait::GENEROUS)
        .expect("a frame")
        .expect("it goes on");
    assert_eq!(first.json()["kind"], "day-began");
    assert_eq!(
        first.json()["numbers"],
        json!(["A003", format!("{letter}001")])
    );
    let files = fs::read_dir(hub.folder()).expect("the folder");
    let aside = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let aside: Vec<String> = aside.filter(|name| name.contains("2031-03-03")).collect();
    assert_eq!(
        aside,
        ["torn-put-aside-2031-03-03.db"],
        "nothing is deleted"
    );
}
