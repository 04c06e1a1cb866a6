// SPDX-License-Identifier: GPL-3.0-or-later
//! Clients that say nothing, read nothing, or are gone: they cost the hub little, and nobody else anything.

use std::fs;
use std::net::TcpStream;

use reqwest::Method;
use serde_json::json;
use torn_tests::lab::hosts::{Hosts, Place};
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};
use torn_tests::lab::need::{Need, met};
use torn_tests::lab::raw::{Raw, post};
use torn_tests::lab::wait;

use crate::hub_bodies::PLACES;

/// What a silent connection may cost of the hub's memory: the first page of a buffer or two, and what is
/// known of it.
const SILENT_BYTES_MAX: u64 = 32 * 1024;

/// Connections that one address of the LAN has, by default.
const ONE_MACHINE: usize = 256;

const STREAM: &str = "GET /v1/events HTTP/1.1\r\nHost: hub\r\n\r\n";
const STATE: &str = "GET /v1/state HTTP/1.1\r\nHost: hub\r\n\r\n";

fn served(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 200 ")
}

/// A figure of the hub's `/metrics`.
fn figure(hub: &Hub, name: &str) -> Option<u64> {
    let metrics = hub.get("/metrics").ok()?;
    let text = String::from_utf8_lossy(&metrics.body).into_owned();
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value?.parse().ok()
}

fn followers_are(hub: &Hub, count: u64) {
    wait::until("as many follow", wait::GENEROUS, || {
        (figure(hub, "torn_followers") == Some(count)).then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: not {count}"));
}

fn resident_bytes(hub: &Hub) -> u64 {
    let path = format!("/proc/{}/status", hub.program().id());
    let status = fs::read_to_string(path).expect("the hub runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kib.expect("a number") * 1024
}

#[test]
fn as_many_silent_connections_as_there_are_places_keep_nobody_out_and_cost_little_each() {
    let name = "silent connections";
    if !met(name, &[Need::Files]) {
        return;
    }
    let hub = Hub::start(HubSetup {
        limits: true,
        ..HubSetup::default()
    })
    .expect("the hub starts");
    hub.issue("general").expect("a ticket");
    let before = resident_bytes(&hub);
    let silent: Vec<Raw> = (0..PLACES)
        .map(|_| Raw::to(&hub).expect("the hub listens"))
        .collect();
    // It was accepted after all of them.
    let mut last = Raw::to(&hub).expect("the hub listens");
    last.say(STATE);
    let answer = last.answer_until(served);
    assert!(served(&answer), "{answer}");
    let grown = resident_bytes(&hub).saturating_sub(before);
    let each = grown / PLACES as u64;
    assert!(each <= SILENT_BYTES_MAX, "{each} bytes each");
    for _ in 0..20 {
        hub.issue("general").expect("a ticket");
    }
    drop(silent);
}

#[test]
fn whoever_is_silent_or_slow_with_the_headers_is_let_go_without_being_asked() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let silent = Raw::to(&hub).expect("the hub listens");
    let mut slow = Raw::to(&hub).expect("the hub listens");
    slow.say("GET /v1/state HTTP/1.1\r\nHost: hub\r\nX-Slow:");
    let mut kept = Raw::to(&hub).expect("the hub listens");
    kept.say(STATE);
    // Each is read until the hub hangs up; it would take a minute to give up.
    let answer = kept.answer();
    assert!(served(&answer), "{answer}");
    assert!(!served(&slow.answer()));
    assert_eq!(silent.answer(), "");
    hub.issue("general").expect("a ticket");
}

#[test]
fn one_machine_of_the_lan_can_not_take_the_places_of_the_others() {
    let name = "one_machine_of_the_lan_can_not_take_the_places_of_the_others";
    if !met(name, &[Need::Hosts, Need::Files]) {
        return;
    }
    let hosts = Hosts::new().expect("two hosts");
    let listen = format!("{}:8080", hosts.door.address());
    let setup = HubSetup {
        listen,
        place: Place::Host(hosts.door.clone()),
        limits: true,
        own: format!("[limits]\nstreams_per_peer = {ONE_MACHINE}\n"),
        ..HubSetup::default()
    };
    let prepared = setup.prepare().expect("a configuration");
    let token = prepared.add_credential("kiosk-1", &["kiosk"]);
    let token = token.expect("a credential");
    let hub = prepared.start().expect("the hub starts");
    let target = (hosts.door.address(), 8080).into();
    let mut greedy = connections(hosts.lobby.connections(target, ONE_MACHINE));
    for one in &mut greedy {
        one.say(STREAM);
    }
    // None is idle, so none gives way.
    followers_are(&hub, ONE_MACHINE as u64);
    let more = connections(hosts.lobby.connections(target, 1_000 - ONE_MACHINE));
    for one in more {
        let answer = one.answer();
        let told = answer.starts_with("HTTP/1.1 429 ") && answer.contains("this address has");
        assert!(told || answer.is_empty(), "{answer}");
    }
    // The kiosk stands at the door.
    let issue = hub.request(Method::POST, "/v1/tickets").bearer_auth(&token);
    let issue = issue
        .header("idempotency-key", new_key())
        .json(&json!({ "service": "general" }));
    let issued = Answer::to(issue, "a ticket").expect("an answer");
    assert_eq!(issued.outcome(), "201");
    let turned_away = figure(&hub, "torn_limited_total{limit=\"connections_per_peer\"}");
    assert_eq!(turned_away, Some(1_000 - ONE_MACHINE as u64));

    // Gone without a word, their machine's cable pulled, they are found out: nobody confirms what is told.
    hosts.cut().expect("the cable");
    followers_are(&hub, 0);
    drop(greedy);
}

fn connections<E: std::fmt::Debug>(made: Result<Vec<TcpStream>, E>) -> Vec<Raw> {
    let made = made.expect("the hub listens").into_iter();
    made.map(|one| Raw::over(one).expect("a time limit"))
        .collect()
}

#[test]
fn clients_that_are_stuck_in_every_way_there_is_hold_up_no_command() {
    const STUCK: usize = 64;
    const TICKETS: usize = 300;
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let stuck_in = |bytes: &str| -> Vec<Raw> {
        let stuck = (0..STUCK).map(|_| {
            let mut one = Raw::to(&hub).expect("the hub listens");
            one.say(bytes);
            one
        });
        stuck.collect()
    };
    let deaf = stuck_in(STREAM);
    let silent = stuck_in("");
    let slow = stuck_in("POST /v1/tickets HTTP/1.1\r\nHost: hub\r\nIdempot");
    followers_are(&hub, STUCK as u64);
    let mut half = Raw::to(&hub).expect("the hub listens");
    let body = "{\"service\": \"general\"}";
    half.say(post("/v1/tickets", &new_key(), "Content-Length: 22\r\n"));
    half.say(&body[..9]);
    // Tickets are given out while all of them are stuck; the one with half a body comes when it ends it.
    for place in 1..=20 {
        let ticket = hub.issue("general").expect("a ticket");
        assert_eq!(ticket["number"], format!("A{place:03}"));
    }
    half.say(&body[9..]);
    let late = half.answer();
    assert!(late.starts_with("HTTP/1.1 201 "), "{late}");
    assert!(
        late.contains("\"A021\""),
        "it came after all of them: {late}"
    );
    for _ in 0..TICKETS {
        hub.issue("general").expect("a ticket");
    }
    drop((silent, slow));
    // Who begins to read after all is told everything, and in order.
    let last = format!("\"number\":\"A{:03}\"", 21 + TICKETS);
    let told = deaf
        .into_iter()
        .next()
        .expect("the first")
        .answer_until(|text| text.contains(&last));
    let places = (1..=21 + TICKETS).map(|place| {
        let issued = format!("\"number\":\"A{place:03}\"");
        told.find(&issued).unwrap_or_else(|| panic!("A{place:03}"))
    });
    assert!(places.is_sorted());
}
