// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub killed under load, again and again: what was acknowledged is there, and nothing is doubled.
//!
//! A client whose answer is lost sends the same key until it has one, as every client of the house does.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread;

use serde_json::{Value, json};
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};
use torn_tests::lab::wait;

const KILLS: usize = 20;
const CLIENTS: usize = 8;
/// So many more answers are wanted before each kill, so that it falls into work.
const ANSWERS_BETWEEN: usize = 12;

#[test]
fn a_hub_killed_twenty_times_under_load_has_every_acknowledged_ticket_once() {
    let hub = RwLock::new(Hub::start(HubSetup::default()).expect("the hub starts"));
    let acknowledged = Mutex::new(BTreeMap::new());
    let (answers, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    let (key, ticket) = issue_with_one_key(&hub);
                    acknowledged
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .insert(key, ticket);
                    answers.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        for _ in 0..KILLS {
            let enough = answers.load(Ordering::SeqCst) + ANSWERS_BETWEEN;
            wait::until("the clients go on", wait::GENEROUS, || {
                (answers.load(Ordering::SeqCst) >= enough).then_some(())
            })
            .expect("the clients go on after each start");
            // Killed from outside while requests are on their way; only then is the handle taken.
            hub.read().unwrap_or_else(PoisonError::into_inner).kill();
            hub.write()
                .unwrap_or_else(PoisonError::into_inner)
                .start_again()
                .expect("the hub starts again");
        }
        done.store(true, Ordering::SeqCst);
    });

    let hub = hub.into_inner().unwrap_or_else(PoisonError::into_inner);
    let acknowledged = acknowledged
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    every_key_still_gives_its_ticket(&hub, &acknowledged);
    the_log_has_each_ticket_once(&hub, &acknowledged);
}

/// Sends one wish under one key until it is answered.
fn issue_with_one_key(hub: &RwLock<Hub>) -> (String, Value) {
    let key = new_key();
    let wish = json!({ "service": "general" });
    let ticket = wait::until("an answer", wait::GENEROUS, || {
        let hub = hub.read().unwrap_or_else(PoisonError::into_inner);
        let answer: Answer = hub.post("/v1/tickets", &key, Some(&wish)).ok()?;
        // 503 says: not now; anything else but a ticket would be a fault.
        (answer.status != 503).then(|| answer.expect(201).expect("a ticket"))
    });
    (key, ticket.expect("an answer, in the end"))
}

fn every_key_still_gives_its_ticket(hub: &Hub, acknowledged: &BTreeMap<String, Value>) {
    let wish = json!({ "service": "general" });
    for (key, ticket) in acknowledged {
        let again = hub
            .post("/v1/tickets", key, Some(&wish))
            .expect("an answer");
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(
            &again.expect(201).expect("the ticket"),
            ticket,
            "the same answer as the first time"
        );
    }
}

fn the_log_has_each_ticket_once(hub: &Hub, acknowledged: &BTreeMap<String, Value>) {
    let events = hub.events().expect("the log is told");
    let issued: Vec<&Value> = events
        .iter()
        .filter(|one| one["kind"] == "ticket-issued")
        .collect();
    let count = |id: &Value| issued.iter().filter(|one| one["ticket"] == *id).count();
    for ticket in acknowledged.values() {
        assert_eq!(count(&ticket["id"]), 1, "{} in the log", ticket["id"]);
    }
    // Every client has had its answer, so the log has no ticket that nobody holds.
    assert_eq!(issued.len(), acknowledged.len());
    for (place, event) in events.iter().enumerate() {
        assert_eq!(
            event["seq"].as_u64(),
            Some(place as u64 + 1),
            "no seq is missing"
        );
    }
}

#[test]
fn a_hub_that_is_asked_to_stop_ends_its_streams_and_then_itself() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let stream = hub.follow("", None).expect("a stream");
    stream.next(wait::GENEROUS).expect("its first frame");
    let status = hub
        .program()
        .stop(wait::GENEROUS)
        .expect("it ends, although somebody follows");
    assert!(status.success(), "{status}");
    let ended = wait::until("the stream ends", wait::GENEROUS, || {
        stream
            .next(wait::GENEROUS)
            .is_ok_and(|frame| frame.is_none())
            .then_some(())
    });
    ended.expect("the stream ends");
}
