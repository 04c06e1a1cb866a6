// SPDX-License-Identifier: GPL-3.0-or-later
//! Bodies that are begun and never finished: they hold up neither the hub's end nor, for long, its work.

use torn_tests::lab::hub::{Hub, HubSetup, new_key};
use torn_tests::lab::need::{Need, met};
use torn_tests::lab::raw::{Raw, post};
use torn_tests::lab::wait;

/// Connections that the hub has room for.
pub(crate) const PLACES: usize = 1024;

/// A connection whose body stops in the middle of its first word.
fn half_a_body(hub: &Hub) -> Raw {
    let mut connection = Raw::to(hub).expect("the hub listens");
    let headers = "Content-Length: 22\r\nExpect: 100-continue\r\n";
    connection.say(post("/v1/tickets", &new_key(), headers));
    // The hub waits for the body now.
    let said = connection.hear_until(|text| text.ends_with("\r\n\r\n"));
    assert!(said.starts_with("HTTP/1.1 100 "), "{said}");
    connection.say("{\"serv");
    connection
}

#[test]
fn a_hub_that_is_asked_to_stop_does_not_wait_for_the_rest_of_a_body() {
    let mut hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let before = hub.state().expect("the state")["seq"].clone();
    let _half = half_a_body(&hub);
    // Accepted after the half one.
    let mut whole = Raw::to(&hub).expect("the hub listens");
    whole.say("GET /healthz HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n");
    assert!(whole.answer().starts_with("HTTP/1.1 200 "));
    let status = hub.program().stop(wait::GENEROUS).expect("it ends");
    assert!(status.success(), "{status}: {}", hub.program().stderr());
    hub.start_again().expect("the hub starts again");
    let after = hub.state().expect("the state")["seq"].clone();
    assert_eq!(after, before, "half a body was followed");
}

#[test]
fn when_slow_bodies_take_every_place_one_more_is_told_so_and_the_places_come_free_by_themselves() {
    if !met("a thousand slow bodies", &[Need::Files]) {
        return;
    }
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let slow: Vec<Raw> = (0..PLACES).map(|_| half_a_body(&hub)).collect();
    let answer = Raw::to(&hub).expect("the hub listens").answer();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    assert!(head.starts_with("HTTP/1.1 429 "), "{answer}");
    let head = head.to_ascii_lowercase();
    for header in [
        "torn-log: ",
        "retry-after: 1",
        "content-type: application/problem+json",
    ] {
        assert!(head.contains(header), "{header:?} is missing: {answer}");
    }
    assert!(body.contains("\"too-many\""), "{answer}");

    // All of them still hold on; it is the hub that lets go.
    wait::until("the hub serves again", wait::GENEROUS, || {
        let mut one = Raw::to(&hub).ok()?;
        one.say("GET /v1/state HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n");
        one.answer().starts_with("HTTP/1.1 200 ").then_some(())
    })
    .expect("a body has ten seconds");
    hub.issue("general").expect("a ticket");
    let answer = slow.into_iter().next().expect("the first one").answer();
    assert!(
        answer.starts_with("HTTP/1.1 400 ") && answer.contains("did not come within"),
        "{answer}"
    );
}
