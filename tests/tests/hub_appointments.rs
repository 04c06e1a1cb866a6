// SPDX-License-Identifier: GPL-3.0-or-later
//! `POST /v1/appointments`: the list of who is booked, put in place of the one before.
//!
//! Also that what identifies somebody is in no event, and that the log knows the hours.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use torn_queue::{State, Timestamp};
use torn_tests::lab::hub::{Answer, Hub, HubSetup};

const MIN_MS: i64 = 60_000;

fn hub() -> Hub {
    Hub::start(HubSetup::default()).expect("the hub starts")
}

fn now(hub: &Hub) -> Timestamp {
    let now = hub.state().expect("the state")["now"].clone();
    serde_json::from_value(now).expect("a time")
}

fn booked(uid: &str, start: Timestamp, service: &str, code: &str) -> Value {
    json!({ "uid": uid, "start": start, "end": null, "service": service, "code": code })
}

fn post(hub: &Hub, appointments: &[Value]) -> Answer {
    let all = json!({ "appointments": appointments });
    hub.command("/v1/appointments", &all).expect("an answer")
}

fn check_in(hub: &Hub, code: &str) -> String {
    let answer = hub.command("/v1/check-ins", &json!({ "code": code }));
    answer.expect("an answer").outcome()
}

/// The hours of who is booked and has not come, as anyone who follows the log knows them.
fn expected(hub: &Hub) -> Value {
    let mut state = State::default();
    for event in hub.events().expect("the log") {
        state.apply(&serde_json::from_value(event).expect("an event"));
    }
    let hours = state
        .expected()
        .iter()
        .filter(|(_, hours)| !hours.is_empty());
    json!(hours.collect::<BTreeMap<_, _>>())
}

#[test]
fn a_posted_list_replaces_the_one_before() {
    let hub = hub();
    let at = now(&hub);
    let first = [
        booked("a", at, "general", "AA"),
        booked("b", at, "general", "BB"),
    ];
    assert_eq!(
        post(&hub, &first).expect(200).expect("taken"),
        json!({ "accepted": 2, "skipped": 0 })
    );
    let second = [
        booked("b", at, "general", "B2"),
        booked("c", at, "padro", "CC"),
    ];
    assert_eq!(
        post(&hub, &second).expect(200).expect("taken"),
        json!({ "accepted": 2, "skipped": 0 })
    );
    assert_eq!(
        check_in(&hub, "AA"),
        "409 appointment-cancelled",
        "who vanishes from the list was cancelled"
    );
    assert_eq!(
        check_in(&hub, "BB"),
        "404 unknown-appointment",
        "its code is another one now"
    );
    assert_eq!(check_in(&hub, "B2"), "201");
    assert_eq!(check_in(&hub, "CC"), "201");
    assert_eq!(
        post(&hub, &[]).expect(200).expect("taken"),
        json!({ "accepted": 0, "skipped": 0 })
    );
    assert_eq!(check_in(&hub, "XX"), "404 unknown-appointment");
}

#[test]
fn who_has_checked_in_stays_so_whatever_is_posted_after() {
    let mut hub = hub();
    let at = now(&hub);
    let list = [
        booked("a", at, "general", "AA"),
        booked("b", at, "general", "BB"),
    ];
    post(&hub, &list).expect(200).expect("taken");
    assert_eq!(check_in(&hub, "AA"), "201");
    post(&hub, &list).expect(200).expect("taken");
    assert_eq!(check_in(&hub, "AA"), "409 already-checked-in");
    let moved = [
        booked("a", at.plus_ms(20 * MIN_MS), "general", "A2"),
        list[1].clone(),
    ];
    post(&hub, &moved).expect(200).expect("taken");
    assert_eq!(
        check_in(&hub, "A2"),
        "409 already-checked-in",
        "moved, and still the same person"
    );
    hub.kill();
    hub.start_again().expect("it starts again");
    assert_eq!(check_in(&hub, "A2"), "409 already-checked-in");
    assert_eq!(check_in(&hub, "BB"), "201", "the list outlives a power cut");
}

#[test]
fn an_unknown_service_is_skipped_and_an_unknown_member_is_refused() {
    let hub = hub();
    let at = now(&hub);
    let list = [
        booked("a", at, "general", "AA"),
        booked("b", at, "passports", "BB"),
        booked("c", at, "No Key", "CC"),
    ];
    assert_eq!(
        post(&hub, &list).expect(200).expect("taken"),
        json!({ "accepted": 1, "skipped": 2 })
    );
    assert_eq!(check_in(&hub, "BB"), "404 unknown-appointment");

    let good = booked("a", at, "general", "AA");
    let with = |member: &str, value: Value| {
        let mut one = good.clone();
        one[member] = value;
        json!({ "appointments": [one] })
    };
    let without = |member: &str| {
        let mut one = good.clone();
        one.as_object_mut().map(|members| members.remove(member));
        json!({ "appointments": [one] })
    };
    for wrong in [
        with("name", json!("somebody")),
        with("start", json!("today at nine")),
        with("start", json!(1_764_000_000)),
        with("start", Value::Null),
        with("uid", Value::Null),
        with("service", json!(7)),
        with("code", json!(["A"])),
        without("uid"),
        without("start"),
        without("service"),
        json!({ "appointments": [good.clone()], "more": true }),
        json!({ "appointments": {} }),
        json!({ "appointments": null }),
        json!({}),
    ] {
        let answer = hub.command("/v1/appointments", &wrong).expect("an answer");
        assert_eq!(answer.outcome(), "400 malformed", "{wrong}");
    }
    assert_eq!(
        check_in(&hub, "AA"),
        "201",
        "a list that is refused changes nothing"
    );
    for good in [without("end"), without("code")] {
        let answer = hub.command("/v1/appointments", &good).expect("an answer");
        assert_eq!(answer.expect(200).expect("taken")["accepted"], 1, "{good}");
    }
}

#[test]
fn the_log_knows_the_hours_of_today_and_nothing_that_identifies_anyone() {
    let hub = hub();
    let at = now(&hub);
    let (soon, later) = (at.plus_ms(5 * MIN_MS), at.plus_ms(30 * MIN_MS));
    let list = [
        booked("uid-7731@booking.example", later, "general", "SECRET-1"),
        booked("uid-7732@booking.example", soon, "general", "SECRET-2"),
        booked("uid-7733@booking.example", soon, "padro", "SECRET-3"),
        booked(
            "uid-7734@booking.example",
            at.plus_ms(30 * 60 * MIN_MS),
            "padro",
            "SECRET-4",
        ),
    ];
    post(&hub, &list).expect(200).expect("taken");
    assert_eq!(
        expected(&hub),
        json!({ "general": [soon, later], "padro": [soon] }),
        "today's, in their order"
    );
    let seq = |hub: &Hub| hub.state().expect("the state")["seq"].clone();
    let before = seq(&hub);
    post(&hub, &list).expect(200).expect("taken");
    assert_eq!(seq(&hub), before, "the same list is no news");
    assert_eq!(check_in(&hub, "SECRET-2"), "201");
    post(&hub, &list[..3]).expect(200).expect("taken");
    assert_eq!(
        expected(&hub),
        json!({ "general": [later], "padro": [soon] }),
        "who has come is not expected any more"
    );
    for event in hub.events().expect("the log") {
        let text = event.to_string();
        for secret in ["SECRET", "uid-77", "booking.example"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let said = format!("{}{}", hub.program().stdout(), hub.program().stderr());
    assert!(
        !said.contains("SECRET") && !said.contains("uid-77"),
        "{said}"
    );
}

#[test]
fn a_duplicate_in_one_list_is_one_appointment_and_two_with_one_code_are_told_apart() {
    let hub = hub();
    let at = now(&hub);
    let twice = [
        booked("a", at, "general", "AA"),
        booked("a", at, "general", "AA"),
    ];
    post(&hub, &twice).expect(200).expect("taken");
    assert_eq!(check_in(&hub, "AA"), "201");
    assert_eq!(check_in(&hub, "AA"), "409 already-checked-in");

    // A family books twice under one code: whoever comes second gets the second hour.
    let two = [
        booked("b", at, "general", "FF"),
        booked("c", at.plus_ms(10 * MIN_MS), "padro", "FF"),
    ];
    post(&hub, &two).expect(200).expect("taken");
    assert_eq!(check_in(&hub, "FF"), "201");
    assert_eq!(check_in(&hub, "FF"), "201");
    assert_eq!(check_in(&hub, "FF"), "409 already-checked-in");
}
