// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub whose clock is wrong: at boot, behind its own log, jumping while it runs, or never set by NTP.
//!
//! Neither an event's time nor the day may go back, time goes on all the same, and the hub says that it does
//! not trust its clock.

use std::process::Command;

use serde_json::Value;
use torn_queue::Timestamp;
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::wait;

fn hub(name: &str, at: &str) -> Option<(Hub, SetClock)> {
    if !need::met(name, &[Need::Faketime]) {
        return None;
    }
    let clock = SetClock::at(at).expect("a clock");
    Some((
        Hub::start(HubSetup::at(&clock)).expect("the hub starts"),
        clock,
    ))
}

fn time(value: &Value) -> Timestamp {
    serde_json::from_value(value.clone()).expect("a time")
}

fn now(hub: &Hub) -> Timestamp {
    time(&hub.state().expect("the state")["now"])
}

fn trusts(hub: &Hub, trusted: bool) {
    wait::until(
        "the hub says whether it trusts its clock",
        wait::GENEROUS,
        || (hub.state().expect("the state")["clock_trusted"] == trusted).then_some(()),
    )
    .unwrap_or_else(|error| panic!("{error}: trusted should be {trusted}"));
}

fn goes_on(hub: &Hub) {
    let before = now(hub);
    wait::until("time goes on", wait::GENEROUS, || {
        (now(hub) > before).then_some(())
    })
    .expect("time goes on");
}

/// Each event is at or after the one before it, and no day is before the one before it.
fn never_goes_back(hub: &Hub) {
    let events = hub.events().expect("the log");
    for pair in events.windows(2) {
        assert!(
            time(&pair[0]["at"]) <= time(&pair[1]["at"]),
            "{} and then {}",
            pair[0],
            pair[1]
        );
    }
    let days: Vec<&str> = events
        .iter()
        .filter_map(|one| one["day"].as_str())
        .collect();
    assert!(days.is_sorted(), "{days:?}");
}

#[test]
fn a_clock_that_jumps_back_while_the_hub_runs_takes_nothing_back() {
    let name = "a_clock_that_jumps_back_while_the_hub_runs_takes_nothing_back";
    let Some((hub, clock)) = hub(name, "2026-11-24T10:00:00Z") else {
        return;
    };
    trusts(&hub, true);
    hub.issue("general").expect("a ticket");
    clock.set("2026-11-20T10:00:00Z").expect("it is set");
    trusts(&hub, false);
    goes_on(&hub);
    let ticket = hub.issue("general").expect("a ticket");
    assert_eq!(
        ticket["id"], "2026-11-24-A002",
        "the day and its numbers go on"
    );
    assert!(time(&ticket["issued_at"]) >= "2026-11-24T10:00:00Z".parse().expect("a time"));
    clock.set("2026-11-24T10:20:00Z").expect("it is set");
    trusts(&hub, true);
    assert!(
        now(&hub) >= "2026-11-24T10:20:00Z".parse().expect("a time"),
        "from the right time on"
    );
    never_goes_back(&hub);
}

#[test]
fn a_hub_that_boots_behind_its_log_goes_on_from_the_log_and_says_so() {
    let name = "a_hub_that_boots_behind_its_log_goes_on_from_the_log_and_says_so";
    let Some((mut hub, clock)) = hub(name, "2026-11-24T10:00:00Z") else {
        return;
    };
    hub.issue("general").expect("a ticket");
    hub.kill();
    // A Pi without a battery begins where its last shutdown was noted, or in 1970.
    for wrong in ["2026-11-24T06:00:00Z", "1970-01-01T00:00:30Z"] {
        clock.set(wrong).expect("it is set");
        hub.start_again().expect("it starts");
        trusts(&hub, false);
        assert!(now(&hub) >= "2026-11-24T10:00:00Z".parse().expect("a time"));
        goes_on(&hub);
        let ticket = hub.issue("general").expect("a ticket");
        assert_eq!(
            ticket["id"].as_str().map(|id| &id[..10]),
            Some("2026-11-24"),
            "{wrong}"
        );
    }
    let beat = hub.follow("", None).expect("a stream");
    let beat = beat
        .until("a beat", wait::GENEROUS, |frame| frame.event == "beat")
        .expect("a beat");
    assert_eq!(
        beat.json()["clock_trusted"],
        false,
        "screens hear of it too"
    );
    clock.set("2026-11-25T08:00:00Z").expect("NTP came");
    trusts(&hub, true);
    wait::until("the day begins", wait::GENEROUS, || {
        (hub.state().expect("the state")["day"] == "2026-11-25").then_some(())
    })
    .expect("the day begins");
    never_goes_back(&hub);
}

#[test]
fn a_log_from_the_future_holds_the_day_where_it_is() {
    let name = "a_log_from_the_future_holds_the_day_where_it_is";
    let Some((mut hub, clock)) = hub(name, "2027-06-01T10:00:00Z") else {
        return;
    };
    hub.issue("general").expect("a ticket");
    hub.kill();
    clock.set("2026-11-24T10:00:00Z").expect("it is set");
    hub.start_again().expect("it starts");
    trusts(&hub, false);
    assert_eq!(hub.state().expect("the state")["day"], "2027-06-01");
    goes_on(&hub);
    assert_eq!(hub.issue("general").expect("a ticket")["number"], "A002");
    never_goes_back(&hub);
}

#[test]
fn a_first_boot_in_1970_is_put_right_when_the_time_comes() {
    let name = "a_first_boot_in_1970_is_put_right_when_the_time_comes";
    let Some((hub, clock)) = hub(name, "1970-01-01T00:01:00Z") else {
        return;
    };
    assert_eq!(
        hub.issue("general").expect("a ticket")["id"],
        "1970-01-01-A001"
    );
    clock.set("2026-11-24T10:00:00Z").expect("NTP came");
    wait::until("the day begins", wait::GENEROUS, || {
        (hub.state().expect("the state")["day"] == "2026-11-24").then_some(())
    })
    .expect("the day begins");
    trusts(&hub, true);
    assert_eq!(
        hub.issue("general").expect("a ticket")["id"],
        "2026-11-24-A001"
    );
    never_goes_back(&hub);
}

/// Whether the kernel holds its clock for synchronised, asked by another way than the hub's: the call that
/// changes nothing gives 5 (`TIME_ERROR`) where it is not. Perl is in every Debian.
fn kernel_is_synchronised() -> Option<bool> {
    let call = if cfg!(target_arch = "x86_64") {
        159
    } else if cfg!(target_arch = "aarch64") {
        171
    } else {
        return None;
    };
    let script = format!("$b = \"\\0\" x 512; print syscall({call}, $b)");
    let output = Command::new("perl").args(["-e", &script]).output().ok()?;
    let state: i32 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    (state >= 0).then_some(state != 5)
}

#[test]
fn where_the_office_wants_network_time_the_clock_is_trusted_as_far_as_the_kernel_has_it() {
    let Some(synchronised) = kernel_is_synchronised() else {
        need::tell("skipped: the kernel does not say whether its clock is synchronised\n");
        return;
    };
    let with = |require: bool| {
        let own = format!("[clock]\nrequire_sync = {require}\n");
        Hub::start(HubSetup {
            own,
            ..HubSetup::default()
        })
        .expect("the hub starts")
    };
    let strict = with(true);
    trusts(&strict, synchronised);
    strict
        .issue("general")
        .expect("it works with a clock that it does not trust");
    trusts(&with(false), true);
}
