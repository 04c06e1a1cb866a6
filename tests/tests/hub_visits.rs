// SPDX-License-Identifier: GPL-3.0-or-later
//! What can become of a visit, on the wire: no-show and restore, transfer, park and resume, called out of
//! order; and desks that pause.

use std::iter;

use serde_json::{Value, json};
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::hub::{Answer, Hub, HubSetup};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::wait;

fn hub() -> Hub {
    Hub::start(HubSetup::default()).expect("the hub starts")
}

/// Takes so many tickets for the service and gives their ids.
fn tickets<const N: usize>(hub: &Hub, service: &str) -> [String; N] {
    std::array::from_fn(|_| id(&hub.issue(service).expect("a ticket")))
}

fn id(ticket: &Value) -> String {
    ticket["id"].as_str().unwrap_or_default().to_owned()
}

fn next(hub: &Hub, desk: &str) -> String {
    let answer = hub.desk(desk, "next").expect("an answer");
    id(&answer.expect(200).expect("a call"))
}

fn at_desk(hub: &Hub, desk: &str, action: &str, wish: &Value) -> Answer {
    let path = format!("/v1/desks/{desk}/{action}");
    hub.command(&path, wish).expect("an answer")
}

fn of_ticket(hub: &Hub, ticket: &str, action: &str, wish: &Value) -> Answer {
    let path = format!("/v1/tickets/{ticket}/{action}");
    hub.command(&path, wish).expect("an answer")
}

fn ticket(hub: &Hub, ticket: &str) -> Value {
    let answer = hub
        .get(&format!("/v1/tickets/{ticket}"))
        .expect("an answer");
    answer.expect(200).expect("the ticket")
}

/// The ids of a list of tickets in the state.
fn listed(hub: &Hub, list: &str) -> Vec<String> {
    let state = hub.state().expect("the state");
    state[list]
        .as_array()
        .into_iter()
        .flatten()
        .map(id)
        .collect()
}

fn last_event(hub: &Hub) -> Value {
    hub.events().expect("the log").pop().expect("an event")
}

const NOTHING: Value = Value::Null;

#[test]
fn a_no_show_is_restored_once_behind_who_was_first_then() {
    let hub = hub();
    let [missed, first, second] = tickets(&hub, "general");
    assert_eq!(next(&hub, "1"), missed);
    assert_eq!(
        of_ticket(&hub, &missed, "restore", &NOTHING).outcome(),
        "409 ticket-not-no-show"
    );
    let desk = at_desk(&hub, "1", "no-show", &NOTHING)
        .expect(200)
        .expect("the desk");
    assert_eq!(
        (&desk["status"], &desk["ticket"]),
        (&json!("open"), &NOTHING)
    );
    assert_eq!(ticket(&hub, &missed)["status"], "no-show");
    assert_eq!(listed(&hub, "restorable"), std::slice::from_ref(&missed));

    let restored = of_ticket(&hub, &missed, "restore", &NOTHING)
        .expect(200)
        .expect("it is restored");
    assert_eq!(
        (&restored["status"], &restored["called_at"]),
        (&json!("waiting"), &NOTHING)
    );
    assert_eq!(restored["ahead"], 1);
    let event = last_event(&hub);
    assert_eq!(
        (&event["kind"], &event["after"]),
        (&json!("ticket-restored"), &json!(first))
    );
    assert_eq!(
        listed(&hub, "waiting"),
        [first.clone(), missed.clone(), second.clone()]
    );
    assert_eq!(listed(&hub, "restorable"), [""; 0]);

    assert_eq!(
        [next(&hub, "1"), next(&hub, "2"), next(&hub, "3")],
        [first, missed.clone(), second]
    );
    at_desk(&hub, "2", "no-show", &NOTHING)
        .expect(200)
        .expect("missed again");
    assert_eq!(
        of_ticket(&hub, &missed, "restore", &NOTHING).outcome(),
        "409 restore-used"
    );
    assert_eq!(
        of_ticket(&hub, "2020-01-01-A001", "restore", &NOTHING).outcome(),
        "404 unknown-ticket"
    );
    assert_eq!(
        at_desk(&hub, "2", "no-show", &NOTHING).outcome(),
        "409 desk-idle"
    );
}

#[test]
fn a_restored_one_goes_first_where_nobody_waited() {
    let hub = hub();
    let [missed] = tickets(&hub, "general");
    next(&hub, "1");
    at_desk(&hub, "1", "no-show", &NOTHING)
        .expect(200)
        .expect("missed");
    of_ticket(&hub, &missed, "restore", &NOTHING)
        .expect(200)
        .expect("restored");
    assert_eq!(last_event(&hub)["after"], NOTHING);
    let [later] = tickets(&hub, "general");
    assert_eq!(listed(&hub, "waiting"), [missed, later]);
}

#[test]
fn a_no_show_is_restored_within_a_quarter_of_an_hour_and_not_after() {
    if !need::met(
        "a_no_show_is_restored_within_a_quarter_of_an_hour_and_not_after",
        &[Need::Faketime],
    ) {
        return;
    }
    let clock = SetClock::at("2026-11-24T10:00:00Z").expect("a clock");
    let hub = Hub::start(HubSetup::at(&clock)).expect("the hub starts");
    let [one, other] = tickets(&hub, "general");
    for desk in ["1", "2"] {
        next(&hub, desk);
        at_desk(&hub, desk, "no-show", &NOTHING)
            .expect(200)
            .expect("missed");
    }
    clock.set("2026-11-24T10:14:30Z").expect("it is set");
    assert_eq!(of_ticket(&hub, &one, "restore", &NOTHING).outcome(), "200");
    clock.set("2026-11-24T10:15:30Z").expect("it is set");
    assert_eq!(
        of_ticket(&hub, &other, "restore", &NOTHING).outcome(),
        "409 restore-expired"
    );
    wait::until("the list knows it too", wait::GENEROUS, || {
        listed(&hub, "restorable").is_empty().then_some(())
    })
    .expect("it is no longer offered");
}

#[test]
fn a_transfer_to_a_service_keeps_number_and_due_time() {
    let hub = hub();
    let [sent] = tickets(&hub, "general");
    let [waits] = tickets(&hub, "padro");
    let before = ticket(&hub, &sent);
    next(&hub, "1");
    let desk = at_desk(&hub, "1", "transfer", &json!({ "service": "padro" }))
        .expect(200)
        .expect("the desk");
    assert_eq!(
        (&desk["id"], &desk["status"], &desk["ticket"]),
        (&json!("1"), &json!("open"), &NOTHING)
    );
    let event = last_event(&hub);
    for (member, value) in [
        ("kind", json!("ticket-transferred")),
        ("ticket", json!(sent)),
        ("service", json!("padro")),
        ("from", json!("general")),
        ("desk", json!("1")),
        ("to_desk", NOTHING),
    ] {
        assert_eq!(event[member], value, "{member}");
    }
    let after = ticket(&hub, &sent);
    for member in ["id", "number", "due_at", "issued_at", "class"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    assert_eq!(
        (&after["service"], &after["status"]),
        (&json!("padro"), &json!("waiting"))
    );
    assert_eq!(
        listed(&hub, "waiting"),
        [sent, waits],
        "it came first and is first again"
    );
}

#[test]
fn a_transfer_to_a_desk_is_called_there_until_that_desk_is_away() {
    let hub = hub();
    let [sent, other] = tickets(&hub, "general");
    at_desk(&hub, "2", "open", &NOTHING)
        .expect(200)
        .expect("desk 2 opens");
    next(&hub, "1");
    at_desk(&hub, "1", "transfer", &json!({ "desk": "2" }))
        .expect(200)
        .expect("sent");
    assert_eq!(last_event(&hub)["to_desk"], "2");
    assert_eq!(
        next(&hub, "3"),
        other,
        "desk 3 takes the next one, not the one for desk 2"
    );
    assert_eq!(hub.desk("4", "next").expect("an answer").status, 204);
    assert_eq!(next(&hub, "2"), sent);

    at_desk(&hub, "2", "transfer", &json!({ "desk": "4" }))
        .expect(200)
        .expect("sent on");
    assert_eq!(hub.desk("1", "next").expect("an answer").status, 204);
    at_desk(&hub, "4", "pause", &NOTHING)
        .expect(200)
        .expect("desk 4 pauses");
    assert_eq!(
        next(&hub, "1"),
        sent,
        "nobody waits for a desk that is away"
    );
}

#[test]
fn a_transfer_that_leads_nowhere_is_refused() {
    let hub = Hub::start(HubSetup {
        own: "[[service]]\nid = \"urbanisme\"\nplace = \"Can Mach\"\n".to_owned(),
        ..HubSetup::default()
    })
    .expect("the hub starts");
    let transfer = |wish: Value| at_desk(&hub, "1", "transfer", &wish).outcome();
    assert_eq!(transfer(json!({ "service": "padro" })), "409 desk-idle");
    assert_eq!(
        transfer(json!({ "service": "passports" })),
        "404 unknown-service",
        "what is not there comes first"
    );
    let [sent] = tickets(&hub, "general");
    next(&hub, "1");
    for wrong in [
        json!({}),
        json!({ "service": "padro", "desk": "2" }),
        json!({ "service": 1 }),
        json!({ "to": "2" }),
    ] {
        assert_eq!(transfer(wrong.clone()), "400 malformed", "{wrong}");
    }
    assert_eq!(transfer(json!({ "desk": "9" })), "404 unknown-desk");
    assert_eq!(
        transfer(json!({ "service": "urbanisme" })),
        "409 service-closed"
    );
    assert_eq!(
        at_desk(&hub, "9", "transfer", &json!({ "desk": "1" })).outcome(),
        "404 unknown-desk"
    );
    assert_eq!(
        ticket(&hub, &sent)["status"],
        "called",
        "and it is where it was"
    );
}

#[test]
fn who_is_parked_keeps_the_place_and_is_resumed_as_a_call() {
    let hub = hub();
    let [parked, waits] = tickets(&hub, "general");
    next(&hub, "1");
    let desk = at_desk(&hub, "1", "park", &NOTHING)
        .expect(200)
        .expect("the desk");
    assert_eq!(
        (&desk["status"], &desk["ticket"]),
        (&json!("open"), &NOTHING)
    );
    assert_eq!(last_event(&hub)["kind"], "ticket-parked");
    assert_eq!(
        (listed(&hub, "parked"), listed(&hub, "waiting")),
        (vec![parked.clone()], vec![waits.clone()])
    );
    assert_eq!(
        of_ticket(&hub, &parked, "call", &json!({ "desk": "2" })).outcome(),
        "409 ticket-not-waiting"
    );
    assert_eq!(
        next(&hub, "1"),
        waits,
        "a parked one is not called with next"
    );

    let resume = |desk, ticket: &str| at_desk(&hub, desk, "resume", &json!({ "ticket": ticket }));
    assert_eq!(resume("1", &parked).outcome(), "409 desk-serving");
    assert_eq!(resume("2", &waits).outcome(), "409 ticket-not-parked");
    assert_eq!(
        resume("2", "2020-01-01-A001").outcome(),
        "404 unknown-ticket"
    );
    assert_eq!(
        at_desk(&hub, "2", "resume", &json!({})).outcome(),
        "400 malformed"
    );
    let desk = resume("2", &parked).expect(200).expect("the desk");
    assert_eq!(
        (&desk["status"], &desk["ticket"]),
        (&json!("serving"), &json!(parked))
    );
    let event = last_event(&hub);
    assert_eq!(
        (&event["kind"], &event["desk"]),
        (&json!("ticket-resumed"), &json!("2"))
    );
    let calls = hub.state().expect("the state")["calls"].clone();
    assert_eq!(
        (&calls[0]["number"], &calls[0]["desk"]),
        (&json!("A001"), &json!("2")),
        "the board announces it"
    );
    assert_eq!(resume("3", &parked).outcome(), "409 ticket-not-parked");
    assert_eq!(
        at_desk(&hub, "4", "park", &NOTHING).outcome(),
        "409 desk-idle"
    );
}

#[test]
fn a_call_out_of_order_takes_the_one_and_leaves_the_others_in_theirs() {
    let hub = hub();
    let [first, second, third] = tickets(&hub, "general");
    let call = |ticket: &str, desk: &str| of_ticket(&hub, ticket, "call", &json!({ "desk": desk }));
    let called = call(&third, "2").expect(200).expect("the ticket");
    assert_eq!(
        (&called["status"], &called["desk"]),
        (&json!("called"), &json!("2")),
        "the answer is the ticket"
    );
    assert_eq!(listed(&hub, "waiting"), [first.clone(), second]);
    assert_eq!(call(&first, "2").outcome(), "409 desk-serving");
    assert_eq!(call(&third, "3").outcome(), "409 ticket-not-waiting");
    assert_eq!(call("2020-01-01-A001", "3").outcome(), "404 unknown-ticket");
    assert_eq!(call(&first, "9").outcome(), "404 unknown-desk");
    assert_eq!(
        of_ticket(&hub, &first, "call", &NOTHING).outcome(),
        "400 malformed"
    );
    assert_eq!(next(&hub, "1"), first);
}

#[test]
fn a_cancelled_ticket_leaves_the_line() {
    let hub = hub();
    let [gone, called] = tickets(&hub, "general");
    let cancelled = of_ticket(&hub, &gone, "cancel", &NOTHING)
        .expect(200)
        .expect("the ticket");
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(
        of_ticket(&hub, &gone, "cancel", &NOTHING).outcome(),
        "409 ticket-not-waiting"
    );
    assert_eq!(next(&hub, "1"), called);
    assert_eq!(
        of_ticket(&hub, &called, "cancel", &NOTHING).outcome(),
        "409 ticket-not-waiting"
    );
}

#[test]
fn a_paused_desk_takes_nobody_until_it_opens_or_calls() {
    let hub = hub();
    let [first, second] = tickets(&hub, "general");
    let status = |action| {
        at_desk(&hub, "1", action, &NOTHING)
            .expect(200)
            .expect("the desk")["status"]
            .clone()
    };
    assert_eq!(status("open"), "open");
    assert_eq!(status("pause"), "paused");
    assert_eq!(last_event(&hub)["kind"], "desk-paused");
    let seq = || hub.state().expect("the state")["seq"].clone();
    let before = seq();
    assert_eq!(status("pause"), "paused");
    assert_eq!(seq(), before, "twice is no news");
    assert_eq!(status("open"), "open");
    assert_eq!(last_event(&hub)["kind"], "desk-opened");
    let before = seq();
    assert_eq!(status("open"), "open");
    assert_eq!(seq(), before);

    status("pause");
    assert_eq!(
        next(&hub, "1"),
        first,
        "one button is all that some desks have"
    );
    for action in ["pause", "close"] {
        assert_eq!(
            at_desk(&hub, "1", action, &NOTHING).outcome(),
            "409 desk-serving",
            "{action}"
        );
    }
    let before = seq();
    assert_eq!(status("open"), "serving");
    assert_eq!(seq(), before);
    assert_eq!(status("finish"), "open");
    assert_eq!(status("close"), "closed");
    let kinds: Vec<Value> = hub
        .events()
        .expect("the log")
        .into_iter()
        .map(|one| one["kind"].clone())
        .collect();
    let opened = kinds.iter().filter(|kind| **kind == "desk-opened").count();
    assert_eq!(opened, 3, "{kinds:?}");
    of_ticket(&hub, &second, "call", &json!({ "desk": "1" }))
        .expect(200)
        .expect("a call opens a closed desk");
    for action in iter::once("recall").chain(["finish"]) {
        at_desk(&hub, "1", action, &NOTHING)
            .expect(200)
            .expect(action);
    }
    assert_eq!(
        at_desk(&hub, "1", "recall", &NOTHING).outcome(),
        "409 nothing-to-recall"
    );
    for action in ["finish", "no-show", "park"] {
        assert_eq!(
            at_desk(&hub, "1", action, &NOTHING).outcome(),
            "409 desk-idle",
            "{action}"
        );
    }
}
