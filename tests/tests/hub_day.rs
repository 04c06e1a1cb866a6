// SPDX-License-Identifier: GPL-3.0-or-later
//! One day ends and the next begins: who is counted as left, what is carried on, and that what could
//! identify anyone is gone from the disk.

use std::fs;

use serde_json::{Value, json};
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::hub::{Hub, HubSetup, new_key};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::wait;

const NOTHING: Value = Value::Null;

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

fn day_becomes(hub: &Hub, day: &str) {
    wait::until("the day begins", wait::GENEROUS, || {
        (hub.state().expect("the state")["day"] == day).then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: it should be {day}"));
}

fn done(hub: &Hub, path: &str, wish: &Value) -> Value {
    hub.command(path, wish)
        .expect("an answer")
        .expect(200)
        .expect(path)
}

fn last_of_kind(hub: &Hub, kind: &str) -> Value {
    let events = hub.events().expect("the log");
    events
        .into_iter()
        .rfind(|one| one["kind"] == kind)
        .unwrap_or_default()
}

#[test]
fn at_midnight_a_day_ends_with_its_tickets_and_the_next_begins_at_one() {
    let name = "at_midnight_a_day_ends_with_its_tickets_and_the_next_begins_at_one";
    let Some((hub, clock)) = hub(name, "2026-11-24T22:50:00Z") else {
        return;
    };
    let tickets: Vec<Value> = (0..4)
        .map(|_| hub.issue("general").expect("a ticket"))
        .collect();
    for desk in ["1", "2"] {
        hub.desk(desk, "next")
            .expect("an answer")
            .expect(200)
            .expect("a call");
    }
    done(&hub, "/v1/desks/2/park", &NOTHING);
    let key = new_key();
    let wish = json!({ "service": "padro" });
    let first = hub
        .post("/v1/tickets", &key, Some(&wish))
        .expect("an answer");

    clock.set("2026-11-24T23:00:00Z").expect("it is set");
    day_becomes(&hub, "2026-11-25");
    let began = last_of_kind(&hub, "day-began");
    assert_eq!(
        (&began["left"], &began["ended"]),
        (&json!(4), &json!(1)),
        "three wait, one is parked; one is served"
    );
    assert_eq!(began["midnight_at"], "2026-11-24T23:00:00.000Z");
    assert_eq!(began["by"], "clock");
    let events = hub.events().expect("the log");
    let place = events
        .iter()
        .rposition(|one| one["kind"] == "day-began")
        .expect("the day");
    assert_eq!(
        events[place + 1]["kind"],
        "office-opened",
        "a day says at once whether it is open"
    );
    assert_eq!(events[place]["at"], events[place + 1]["at"]);

    let state = hub.state().expect("the state");
    for list in ["waiting", "parked", "restorable", "calls"] {
        assert_eq!(state[list], json!([]), "{list}");
    }
    let desks = state["desks"].as_array().cloned().unwrap_or_default();
    assert!(
        desks.iter().all(|desk| desk["status"] == "closed"),
        "{desks:?}"
    );
    let path = format!(
        "/v1/tickets/{}",
        tickets[3]["id"].as_str().unwrap_or_default()
    );
    assert_eq!(
        hub.get(&path).expect("an answer").outcome(),
        "404 unknown-ticket"
    );
    assert_eq!(
        hub.issue("general").expect("a ticket")["id"],
        "2026-11-25-A001"
    );

    let again = hub
        .post("/v1/tickets", &key, Some(&wish))
        .expect("an answer");
    assert_eq!(again.body, first.body, "a key of yesterday is known today");
    clock.set("2026-11-26T12:00:00Z").expect("it is set");
    day_becomes(&hub, "2026-11-26");
    let later = hub
        .post("/v1/tickets", &key, Some(&wish))
        .expect("an answer");
    assert_eq!(
        later.expect(201).expect("a ticket")["id"],
        "2026-11-26-C001",
        "and no longer the day after"
    );
}

#[test]
fn a_hub_that_was_off_over_midnight_begins_the_day_when_it_starts() {
    let name = "a_hub_that_was_off_over_midnight_begins_the_day_when_it_starts";
    let Some((mut hub, clock)) = hub(name, "2026-12-31T20:00:00Z") else {
        return;
    };
    hub.issue("general").expect("a ticket");
    hub.kill();
    clock.set("2027-01-02T09:00:00Z").expect("it is set");
    hub.start_again().expect("it starts again");
    assert_eq!(hub.state().expect("the state")["day"], "2027-01-02");
    let began = last_of_kind(&hub, "day-began");
    assert_eq!(
        (&began["day"], &began["left"]),
        (&json!("2027-01-02"), &json!(1))
    );
    let kinds: Vec<Value> = hub
        .events()
        .expect("the log")
        .into_iter()
        .map(|one| one["kind"].clone())
        .collect();
    assert_eq!(
        kinds.iter().filter(|kind| **kind == "day-began").count(),
        2,
        "no day that never was"
    );
}

#[test]
fn days_of_twenty_three_and_twenty_five_hours_end_at_their_own_midnights() {
    let name = "days_of_twenty_three_and_twenty_five_hours_end_at_their_own_midnights";
    for (before, last, midnight, day, next) in [
        (
            "2026-03-28T23:30:00Z",
            "2026-03-29T21:59:50Z",
            "2026-03-29T22:00:00Z",
            "2026-03-29",
            "2026-03-30",
        ),
        (
            "2026-10-24T22:30:00Z",
            "2026-10-25T22:59:50Z",
            "2026-10-25T23:00:00Z",
            "2026-10-25",
            "2026-10-26",
        ),
    ] {
        let Some((hub, clock)) = hub(name, before) else {
            return;
        };
        day_becomes(&hub, day);
        clock.set(last).expect("it is set");
        let ticket = hub.issue("general").expect("a ticket");
        assert_eq!(ticket["id"], format!("{day}-A001"));
        clock.set(midnight).expect("it is set");
        day_becomes(&hub, next);
        // Its noon less twelve hours, so that ten o'clock is ten hours after it.
        let noon = |day: &str, utc: u32| format!("{day}T{utc:02}:00:00.000Z");
        let began = hub.events().expect("the log");
        let began = began.iter().find(|one| one["day"] == day).expect("the day");
        let wanted = if day == "2026-03-29" {
            noon("2026-03-28", 22)
        } else {
            noon("2026-10-24", 23)
        };
        assert_eq!(began["midnight_at"], wanted);
    }
}

#[test]
fn what_outlives_a_day_is_carried_into_the_next_and_the_rest_is_not() {
    let name = "what_outlives_a_day_is_carried_into_the_next_and_the_rest_is_not";
    let Some((mut hub, clock)) = hub(name, "2026-11-24T10:00:00Z") else {
        return;
    };
    let lasting =
        json!({ "text": { "ca": "Dimecres tanquem" }, "until": "2026-11-25T12:00:00.000Z" });
    done(&hub, "/v1/notice", &lasting);
    let days = json!({ "days": [{ "day": "2026-11-25", "hours": ["09:00-12:00"] }, { "day": "2026-11-26", "hours": [] }] });
    done(&hub, "/v1/calendar", &days);
    done(&hub, "/v1/services/padro/close", &NOTHING);
    hub.kill();
    clock.set("2026-11-25T08:30:00Z").expect("it is set");
    hub.start_again().expect("it starts again");
    let began = last_of_kind(&hub, "day-began");
    assert_eq!(began["notice"], lasting);
    assert_eq!(began["special_days"], days["days"]);
    let state = hub.state().expect("the state");
    assert_eq!((&state["notice"], &state["open"]), (&lasting, &json!(true)));
    hub.issue("padro")
        .expect("what was closed by hand is open again");
    clock.set("2026-11-26T08:30:00Z").expect("it is set");
    day_becomes(&hub, "2026-11-26");
    let state = hub.state().expect("the state");
    assert_eq!(
        (&state["notice"], &state["open"]),
        (&NOTHING, &json!(false))
    );
}

#[test]
fn when_its_day_is_over_nothing_of_an_appointment_is_left_on_the_disk() {
    let name = "when_its_day_is_over_nothing_of_an_appointment_is_left_on_the_disk";
    let Some((mut hub, clock)) = hub(name, "2026-11-24T10:00:00Z") else {
        return;
    };
    let booked = |number: u32, day: &str| {
        json!({ "uid": format!("uid-{day}-{number}@booking.example"), "start": format!("{day}T11:00:00Z"),
            "end": null, "service": "general", "code": format!("CODE{day}N{number}") })
    };
    let list: Vec<Value> = (0..120)
        .map(|number| booked(number, "2026-11-24"))
        .chain([booked(1, "2026-11-25")])
        .collect();
    done(&hub, "/v1/appointments", &json!({ "appointments": list }));
    for number in [3, 4, 5] {
        let wish = json!({ "code": format!("CODE2026-11-24N{number}") });
        let answer = hub.command("/v1/check-ins", &wish).expect("an answer");
        answer.expect(201).expect("a ticket");
    }
    assert!(
        !found_in_files(&hub, &["uid-2026-11-24", "CODE2026-11-24"]).is_empty(),
        "so the search finds what is there"
    );
    clock.set("2026-11-25T10:00:00Z").expect("it is set");
    day_becomes(&hub, "2026-11-25");
    let yesterday = ["uid-2026-11-24", "CODE2026-11-24"];
    wait::until("yesterday's bytes are gone", wait::GENEROUS, || {
        found_in_files(&hub, &yesterday).is_empty().then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: {:?}", found_in_files(&hub, &yesterday)));
    let today = hub
        .command("/v1/check-ins", &json!({ "code": "CODE2026-11-25N1" }))
        .expect("an answer");
    assert_eq!(today.outcome(), "201", "who is booked for today still is");
    let yesterdays = hub
        .command("/v1/check-ins", &json!({ "code": "CODE2026-11-24N9" }))
        .expect("an answer");
    assert_eq!(yesterdays.outcome(), "404 unknown-appointment");

    // Also when the hub was off at midnight.
    hub.kill();
    clock.set("2026-11-27T10:00:00Z").expect("it is set");
    hub.start_again().expect("it starts again");
    let all = ["uid-2026", "CODE2026", "booking.example"];
    wait::until("all of it is gone", wait::GENEROUS, || {
        found_in_files(&hub, &all).is_empty().then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: {:?}", found_in_files(&hub, &all)));
}

/// The files of the hub's folder, the log's companions with them, in which one of these is.
fn found_in_files(hub: &Hub, secrets: &[&str]) -> Vec<String> {
    let files = fs::read_dir(hub.folder())
        .expect("the hub's folder")
        .map_while(Result::ok);
    let has = |path: &std::path::Path| {
        let bytes = fs::read(path).unwrap_or_default();
        let mut secrets = secrets.iter().map(|secret| secret.as_bytes());
        secrets.any(|secret| bytes.windows(secret.len()).any(|window| window == secret))
    };
    let paths = files.map(|file| file.path()).filter(|path| has(path));
    paths.map(|path| path.display().to_string()).collect()
}
