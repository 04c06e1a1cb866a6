// SPDX-License-Identifier: GPL-3.0-or-later
//! The queue under a crowd: no number twice, nobody called twice, nobody forgotten.
//!
//! What is checked is what clients were answered, against what the log tells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;
use torn_tests::lab::hub::{Hub, HubSetup, new_key};

const CLIENTS: usize = 64;
const TICKETS_EACH: usize = 12;
const DESKS: [&str; 4] = ["1", "2", "3", "4"];
const CLIENTS_A_DESK: usize = 8;
const SERVICES: [&str; 4] = ["general", "registre", "padro", "tributs"];

#[test]
fn no_number_is_given_twice_nobody_is_called_twice_and_nobody_is_forgotten() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let issued_count = AtomicUsize::new(0);
    let (issued, called) = thread::scope(|scope| {
        let issuers = (0..CLIENTS).map(|client| {
            let (hub, issued_count) = (&hub, &issued_count);
            scope.spawn(move || issue_some(hub, client, issued_count))
        });
        let issuers: Vec<_> = issuers.collect();
        let callers = DESKS
            .iter()
            .flat_map(|desk| (0..CLIENTS_A_DESK).map(move |_| *desk))
            .map(|desk| {
                let (hub, issued_count) = (&hub, &issued_count);
                scope.spawn(move || call_all(hub, desk, issued_count))
            });
        let callers: Vec<_> = callers.collect();
        let issued: Vec<Value> = issuers
            .into_iter()
            .flat_map(|one| one.join().expect("a client goes on"))
            .collect();
        let called: Vec<Value> = callers
            .into_iter()
            .flat_map(|one| one.join().expect("a desk goes on"))
            .collect();
        (issued, called)
    });

    let ids = |tickets: &[Value]| {
        tickets
            .iter()
            .map(|one| text(one, "id"))
            .collect::<BTreeSet<String>>()
    };
    assert_eq!(issued.len(), CLIENTS * TICKETS_EACH);
    assert_eq!(ids(&issued).len(), issued.len(), "a number was given twice");
    assert_eq!(
        called.len(),
        ids(&called).len(),
        "somebody was called twice"
    );
    assert_eq!(ids(&called), ids(&issued), "somebody was forgotten");
    numbers_have_no_gap(&issued);
    the_log_tells_the_same(&hub, &ids(&issued));
}

fn issue_some(hub: &Hub, client: usize, issued_count: &AtomicUsize) -> Vec<Value> {
    let one = |n: usize| {
        let ticket = hub
            .issue(SERVICES[(client + n) % SERVICES.len()])
            .expect("a ticket is given");
        issued_count.fetch_add(1, Ordering::SeqCst);
        ticket
    };
    (0..TICKETS_EACH).map(one).collect()
}

/// Calls until everybody was given a ticket and nobody waits.
fn call_all(hub: &Hub, desk: &str, issued_count: &AtomicUsize) -> Vec<Value> {
    let mut called = Vec::new();
    loop {
        let everybody_is_here = issued_count.load(Ordering::SeqCst) == CLIENTS * TICKETS_EACH;
        let answer = hub.desk(desk, "next").expect("the hub answers");
        match answer.status {
            200 => called.push(answer.json()),
            204 if everybody_is_here => return called,
            204 => thread::yield_now(),
            status => panic!("next at desk {desk}: {status} {}", answer.json()),
        }
    }
}

/// Under each letter: 1, 2, 3, … without one that is missing.
fn numbers_have_no_gap(issued: &[Value]) {
    let mut by_letter: BTreeMap<char, BTreeSet<usize>> = BTreeMap::new();
    for ticket in issued {
        let number = text(ticket, "number");
        let count = number[1..]
            .parse()
            .expect("a number is a letter and a count");
        by_letter
            .entry(number.chars().next().expect("a letter"))
            .or_default()
            .insert(count);
    }
    for (letter, counts) in by_letter {
        let wanted: BTreeSet<usize> = (1..=counts.len()).collect();
        assert_eq!(counts, wanted, "the numbers under {letter} have a gap");
    }
}

fn the_log_tells_the_same(hub: &Hub, ids: &BTreeSet<String>) {
    let events = hub.events().expect("the log is told");
    let of_kind = |kind: &str| -> Vec<String> {
        events
            .iter()
            .filter(|one| one["kind"] == kind)
            .map(|one| text(one, "ticket"))
            .collect()
    };
    for kind in ["ticket-issued", "ticket-called"] {
        let told = of_kind(kind);
        assert_eq!(told.len(), ids.len(), "{kind}: once for each ticket");
        assert_eq!(
            &told.into_iter().collect::<BTreeSet<_>>(),
            ids,
            "{kind}: the same tickets"
        );
    }
    for (place, event) in events.iter().enumerate() {
        assert_eq!(
            event["seq"].as_u64(),
            Some(place as u64 + 1),
            "seqs begin at 1 and have no gaps"
        );
    }
    first_come_first_served(&events);
}

/// Whoever is called has nobody before them in their own service who still waits.
fn first_come_first_served(events: &[Value]) {
    let mut waiting: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        let line = waiting.entry(text(event, "service")).or_default();
        match event["kind"].as_str() {
            Some("ticket-issued") => line.push(text(event, "ticket")),
            Some("ticket-called") => {
                assert_eq!(
                    line.first(),
                    Some(&text(event, "ticket")),
                    "called out of turn"
                );
                line.remove(0);
            }
            _ => {}
        }
    }
}

#[test]
fn two_presses_at_once_call_one_person_where_the_office_guards_against_it() {
    let hub = Hub::start(HubSetup {
        next_guard_s: Some(60),
        ..HubSetup::default()
    })
    .expect("the hub starts");
    for _ in 0..3 {
        hub.issue("general").expect("a ticket is given");
    }
    let answers: Vec<_> = thread::scope(|scope| {
        let presses: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| hub.desk("2", "next").expect("an answer")))
            .collect();
        presses
            .into_iter()
            .map(|one| one.join().expect("a press goes on"))
            .collect()
    });
    let called = answers.iter().filter(|one| one.status == 200).count();
    assert_eq!(called, 1);
    for refused in answers.iter().filter(|one| one.status != 200) {
        assert_eq!(refused.expect(409).expect("a refusal")["code"], "too-soon");
    }
    assert_eq!(
        hub.state().expect("the state")["waiting"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[test]
fn a_service_by_appointment_refuses_a_walk_in() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    for service in ["idcat", "cadastre", "plusvalues"] {
        let wish = serde_json::json!({ "service": service });
        let answer = hub
            .post("/v1/tickets", &new_key(), Some(&wish))
            .expect("an answer");
        assert_eq!(
            answer.expect(409).expect("a refusal")["code"],
            "appointment-required",
            "{service}"
        );
    }
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}
