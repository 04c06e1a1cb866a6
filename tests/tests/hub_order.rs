// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is next, seen from outside: the order that the state tells is the order in which desks call.
//!
//! The hub's clock is set by the test, so that people wait for as long as it says.

use serde_json::{Value, json};
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::need::{self, Need};

fn hub(name: &str, own: &str) -> Option<(Hub, SetClock)> {
    if !need::met(name, &[Need::Faketime]) {
        return None;
    }
    let clock = SetClock::at("2026-11-24T10:00:00Z").expect("a clock");
    let own = own.to_owned();
    Some((
        Hub::start(HubSetup {
            own,
            ..HubSetup::at(&clock)
        })
        .expect("the hub starts"),
        clock,
    ))
}

fn take(hub: &Hub, service: &str, class: &str) -> String {
    let wish = json!({ "service": service, "class": class });
    let answer = hub.command("/v1/tickets", &wish).expect("an answer");
    number(&answer.expect(201).expect("a ticket"))
}

fn number(ticket: &Value) -> String {
    ticket["number"].as_str().unwrap_or_default().to_owned()
}

fn waiting(hub: &Hub) -> Vec<String> {
    let state = hub.state().expect("the state");
    state["waiting"]
        .as_array()
        .into_iter()
        .flatten()
        .map(number)
        .collect()
}

fn next(hub: &Hub, desk: &str) -> String {
    let answer = hub.desk(desk, "next").expect("an answer");
    number(&answer.expect(200).expect("a call"))
}

#[test]
fn who_weighs_more_overtakes_in_time_and_nobody_starves() {
    let Some((hub, clock)) = hub("who_weighs_more_overtakes_in_time_and_nobody_starves", "") else {
        return;
    };
    let first = take(&hub, "general", "walk-in");
    clock.set("2026-11-24T10:10:00Z").expect("it is set");
    let preferred = take(&hub, "padro", "preferential");
    assert_eq!(waiting(&hub), [first.clone(), preferred.clone()]);
    clock.set("2026-11-24T10:14:00Z").expect("it is set");
    assert_eq!(
        waiting(&hub),
        [first.clone(), preferred.clone()],
        "14 against 3 times 4"
    );
    clock.set("2026-11-24T10:16:00Z").expect("it is set");
    assert_eq!(
        waiting(&hub),
        [preferred.clone(), first.clone()],
        "16 against 3 times 6"
    );
    clock.set("2026-11-24T10:40:00Z").expect("it is set");
    let latest = take(&hub, "general", "preferential");
    assert_eq!(
        waiting(&hub),
        [preferred, first, latest],
        "who comes now has waited for nothing yet"
    );
}

#[test]
fn an_appointment_counts_from_its_hour_and_a_late_one_from_its_check_in() {
    let name = "an_appointment_counts_from_its_hour_and_a_late_one_from_its_check_in";
    let Some((hub, clock)) = hub(name, "") else {
        return;
    };
    let booked = |code: &str, start: &str| json!({ "uid": code, "start": start, "service": "general", "code": code });
    let list = json!({ "appointments": [booked("due", "2026-11-24T10:20:00Z"), booked("late", "2026-11-24T10:05:00Z")] });
    hub.command("/v1/appointments", &list)
        .expect("an answer")
        .expect(200)
        .expect("taken");
    let check_in = |code: &str| {
        let answer = hub
            .command("/v1/check-ins", &json!({ "code": code }))
            .expect("an answer");
        number(&answer.expect(201).expect("a ticket"))
    };
    let walk_in = take(&hub, "general", "walk-in");
    let due = check_in("due");
    clock.set("2026-11-24T10:16:00Z").expect("it is set");
    let late = check_in("late");
    assert_eq!(
        waiting(&hub),
        [walk_in.clone(), late.clone(), due.clone()],
        "before its hour whoever is due goes first"
    );
    clock.set("2026-11-24T10:29:00Z").expect("it is set");
    assert_eq!(
        waiting(&hub),
        [walk_in.clone(), due.clone(), late.clone()],
        "29, 3 times 9, 13"
    );
    clock.set("2026-11-24T10:31:00Z").expect("it is set");
    assert_eq!(
        [next(&hub, "1"), next(&hub, "2"), next(&hub, "3")],
        [due, walk_in, late],
        "3 times 11, 31, 15"
    );
}

#[test]
fn a_desk_calls_the_first_of_those_whom_it_serves() {
    let own = "[[desk]]\nid = \"1\"\nservices = [\"padro\", \"tributs\"]\n[[desk]]\nid = \"2\"\nservices = [\"general\"]\n";
    let Some((hub, clock)) = hub("a_desk_calls_the_first_of_those_whom_it_serves", own) else {
        return;
    };
    let mut taken = Vec::new();
    for (minute, service) in ["general", "general", "tributs", "padro", "general"]
        .into_iter()
        .enumerate()
    {
        clock
            .set(&format!("2026-11-24T10:{minute:02}:00Z"))
            .expect("it is set");
        taken.push(take(&hub, service, "walk-in"));
    }
    assert_eq!(waiting(&hub), taken.as_slice());
    assert_eq!(next(&hub, "1"), taken[2]);
    assert_eq!(next(&hub, "2"), taken[0]);
    assert_eq!(next(&hub, "1"), taken[3]);
    assert_eq!(
        next(&hub, "3"),
        taken[1],
        "a desk for everyone takes who has waited longest"
    );
    assert_eq!(
        hub.desk("1", "next").expect("an answer").status,
        204,
        "the one who waits is not for this desk"
    );
    assert_eq!(waiting(&hub), [taken[4].clone()]);
}

#[test]
fn how_many_are_ahead_is_how_many_are_called_before() {
    let own = "[[desk]]\nid = \"2\"\nservices = [\"padro\"]\n[[desk]]\nid = \"3\"\nservices = [\"padro\"]\n\
        [[desk]]\nid = \"4\"\nservices = [\"padro\"]\n";
    let Some((hub, clock)) = hub("how_many_are_ahead_is_how_many_are_called_before", own) else {
        return;
    };
    hub.desk("1", "open")
        .expect("an answer")
        .expect(200)
        .expect("the one desk that is there");
    let line = [
        ("general", "walk-in"),
        ("padro", "preferential"),
        ("tributs", "walk-in"),
        ("general", "preferential"),
    ];
    for (minute, (service, class)) in line.into_iter().enumerate() {
        clock
            .set(&format!("2026-11-24T10:{minute:02}:00Z"))
            .expect("it is set");
        take(&hub, service, class);
    }
    clock.set("2026-11-24T10:10:00Z").expect("it is set");
    let state = hub.state().expect("the state");
    let told: Vec<(String, Value)> = state["waiting"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (number(one), one["ahead"].clone()))
        .collect();
    for (place, (number, ahead)) in told.iter().enumerate() {
        assert_eq!(*ahead, json!(place), "{number}");
        let path = format!("/v1/tickets/2026-11-24-{number}");
        let shown = hub
            .get(&path)
            .expect("an answer")
            .expect(200)
            .expect("the ticket");
        assert_eq!(shown["ahead"], *ahead, "{number} alone says the same");
    }
    for (number, _) in told {
        assert_eq!(next(&hub, "1"), number);
    }
}

#[test]
fn a_wait_is_a_range_once_it_was_observed_and_what_was_promised_is_in_the_log() {
    let name = "a_wait_is_a_range_once_it_was_observed_and_what_was_promised_is_in_the_log";
    let Some((hub, clock)) = hub(name, "") else {
        return;
    };
    for desk in ["1", "2"] {
        hub.desk(desk, "open")
            .expect("an answer")
            .expect(200)
            .expect("it opens");
    }
    // Someone comes every four minutes, two desks call every eight.
    let mut last = Value::Null;
    for minute in (0..120).step_by(4) {
        clock
            .set(&format!(
                "2026-11-24T{}:{:02}:00Z",
                10 + minute / 60,
                minute % 60
            ))
            .expect("it is set");
        last = hub.issue("general").expect("a ticket");
        if minute >= 16 {
            let desk = if minute % 8 == 0 { "1" } else { "2" };
            next(&hub, desk);
        }
    }
    let events = hub.events().expect("the log");
    let issued = events
        .iter()
        .rfind(|one| one["kind"] == "ticket-issued")
        .expect("an event");
    assert_eq!(
        (&issued["wait"], &issued["ahead"]),
        (&last["wait"], &last["ahead"]),
        "that was the promise"
    );
    let state = hub.state().expect("the state");
    let general = state["services"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["id"] == "general");
    for wait in [&last["wait"], &general.expect("the service")["wait"]] {
        let (low, high) = (wait["low_min"].as_u64(), wait["high_min"].as_u64());
        assert!(
            low.is_some() && low < high,
            "a range, never a minute: {wait}"
        );
    }
    let closed = hub
        .command("/v1/office/close", &Value::Null)
        .expect("an answer");
    closed.expect(200).expect("it closes");
    let state = hub.state().expect("the state");
    let services = state["services"].as_array().cloned().unwrap_or_default();
    assert!(
        services.iter().all(|one| one["wait"].is_null()),
        "nobody who comes now gets a number"
    );
}
