// SPDX-License-Identifier: GPL-3.0-or-later
//! The stream of events: where it begins for whom, that it goes on, and that it beats.

use serde_json::Value;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::raw::Raw;
use torn_tests::lab::stream::{Frame, Stream};
use torn_tests::lab::wait;

const TICKETS: u64 = 5;

/// A hub whose day has begun, that has opened and given a few tickets, and its newest seq.
fn hub() -> (Hub, u64) {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    for _ in 0..TICKETS {
        hub.issue("general").expect("a ticket");
    }
    let newest = hub.state().expect("the state")["seq"]
        .as_u64()
        .expect("a seq");
    assert_eq!(newest, 2 + TICKETS);
    (hub, newest)
}

fn first_event(stream: &Stream) -> Frame {
    stream
        .until("an event", wait::GENEROUS, |frame| frame.id.is_some())
        .expect("an event")
}

fn begins_at(hub: &Hub, query: &str, last_event_id: Option<&str>) -> u64 {
    let stream = hub.follow(query, last_event_id).expect("a stream");
    let first = first_event(&stream);
    let seq = first.json()["seq"].as_u64().expect("an event has a seq");
    assert_eq!(
        first.id,
        Some(seq.to_string()),
        "the id of a frame is the seq of its event"
    );
    assert_eq!(
        first.event,
        first.json()["kind"],
        "the name of a frame is the kind of its event"
    );
    seq
}

#[test]
fn a_new_follower_is_told_today_from_its_beginning() {
    let (hub, _) = hub();
    let first = first_event(&hub.follow("", None).expect("a stream"));
    assert_eq!(first.event, "day-began");
    let office = &first.json()["office"];
    assert_eq!(
        office["services"].as_array().map(Vec::len),
        Some(8),
        "the day brings the office with it"
    );
}

#[test]
fn a_follower_that_was_cut_off_goes_on_after_what_it_saw() {
    let (hub, newest) = hub();
    for last in 1..newest {
        assert_eq!(begins_at(&hub, "", Some(&last.to_string())), last + 1);
    }
}

#[test]
fn a_last_event_id_that_makes_no_sense_gives_today_from_its_beginning() {
    let (hub, newest) = hub();
    let from_the_future = (newest + 7).to_string();
    for last in [
        from_the_future.as_str(),
        "-1",
        "x",
        "99999999999999999999999",
        "3.5",
        "",
    ] {
        assert_eq!(
            begins_at(&hub, "", Some(last)),
            1,
            "Last-Event-ID: {last:?}"
        );
    }
}

#[test]
fn last_event_id_wins_over_after_and_another_log_over_both() {
    let (hub, _) = hub();
    assert_eq!(begins_at(&hub, "?after=1", None), 2);
    assert_eq!(begins_at(&hub, "?after=0", None), 1);
    assert_eq!(begins_at(&hub, "?after=1", Some("3")), 4);
    let log = hub
        .get("/healthz")
        .expect("an answer")
        .header("torn-log")
        .expect("every answer names the log")
        .to_owned();
    assert_eq!(begins_at(&hub, &format!("?log={log}"), Some("3")), 4);
    assert_eq!(
        begins_at(&hub, "?log=00000000-0000-4000-8000-000000000000", Some("3")),
        1
    );
}

#[test]
fn after_beyond_the_newest_event_is_refused_and_after_nonsense_too() {
    let (hub, newest) = hub();
    let future = hub
        .get(&format!("/v1/events?after={}", newest + 1))
        .expect("an answer");
    assert_eq!(
        future.expect(409).expect("a refusal")["code"],
        "seq-from-the-future"
    );
    for after in ["-1", "x", "1.5", "", "+1"] {
        let answer = hub
            .get(&format!("/v1/events?after={after}"))
            .expect("an answer");
        assert_eq!(
            answer.expect(400).expect("a refusal")["code"],
            "malformed",
            "after={after:?}"
        );
    }
}

#[test]
fn what_happens_is_told_as_it_happens_and_a_beat_leaves_the_place_alone() {
    let (hub, newest) = hub();
    let stream = hub
        .follow(&format!("?after={newest}"), None)
        .expect("a stream");
    let beat = stream
        .until("a beat", wait::GENEROUS, |frame| frame.event == "beat")
        .expect("a beat");
    assert_eq!(beat.id, None, "a beat is no event");
    let data = beat.json();
    assert_eq!(data["seq"].as_u64(), Some(newest));
    assert!(
        data["now"].is_string() && data["clock_trusted"].is_boolean(),
        "{data}"
    );

    let ticket = hub.issue("padro").expect("a ticket");
    let told = first_event(&stream).json();
    assert_eq!(
        (&told["kind"], &told["ticket"]),
        (&Value::from("ticket-issued"), &ticket["id"])
    );
    let call = hub
        .desk("1", "next")
        .expect("an answer")
        .expect(200)
        .expect("a call");
    let told = stream
        .until("the call", wait::GENEROUS, |frame| {
            frame.event == "ticket-called"
        })
        .expect("the call");
    assert_eq!(told.json()["ticket"], call["id"]);
    assert_eq!(told.json()["desk"], "1");
}

#[test]
fn every_event_says_who_brought_it_about_and_the_day_names_its_log() {
    let (hub, _) = hub();
    let events = hub.events().expect("the log");
    let log = hub
        .get("/v1/office")
        .expect("an answer")
        .header("torn-log")
        .map(str::to_owned);
    assert_eq!(events[0]["log"].as_str().map(str::to_owned), log);
    for event in &events {
        // What starts a hub begins the day, and later the clock does.
        let day = ["day-began", "office-opened"].map(|kind| event["kind"] == kind);
        let by = if day.contains(&true) {
            &["local", "clock"][..]
        } else {
            &["local"]
        };
        assert!(
            by.contains(&event["by"].as_str().unwrap_or_default()),
            "{event}"
        );
    }
}

/// Those who have a stream and read nothing of it.
const STALLED: u64 = 64;

/// What is told meanwhile, each of some two kilobytes: more than what a socket holds.
const NOTICES: u64 = 500;

fn resident_kib(hub: &Hub) -> u64 {
    let status = format!("/proc/{}/status", hub.program().id());
    let status = std::fs::read_to_string(status).expect("the hub runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.expect("a size").trim().trim_end_matches(" kB");
    kib.parse().expect("a number")
}

fn tell_notices(hub: &Hub) {
    let words = "Avui tanquem a la una. ".repeat(20);
    for count in 0..NOTICES {
        let text = serde_json::json!({ "ca": format!("{count} {words}"), "es": words, "en": words, "fr": words });
        let answer = hub.command("/v1/notice", &serde_json::json!({ "text": text }));
        answer.expect("an answer").expect(200).expect("a notice");
    }
}

#[test]
fn who_reads_nothing_of_its_stream_delays_nobody_and_holds_little_of_the_hub() {
    let (hub, _) = hub();
    // What telling takes by itself is taken before.
    tell_notices(&hub);
    let stalled = (0..STALLED).map(|place| {
        let mut one = Raw::to(&hub).expect("the hub listens");
        // Half of them are behind from the beginning, half fall behind.
        let query = ["?after=0", ""][usize::from(place % 2 == 0)];
        one.say(format!(
            "GET /v1/events{query} HTTP/1.1\r\nhost: torn\r\n\r\n"
        ));
        one
    });
    let stalled: Vec<Raw> = stalled.collect();
    let listener = hub.follow("", None).expect("a stream");
    let before = resident_kib(&hub);
    tell_notices(&hub);
    let ticket = hub.issue("padro").expect("a ticket");
    let told = listener
        .until("the ticket", wait::GENEROUS, |frame| {
            frame.event == "ticket-issued" && frame.json()["ticket"] == ticket["id"]
        })
        .expect("who reads is told all the same");
    assert_eq!(told.json()["number"], ticket["number"]);
    let grown = resident_kib(&hub).saturating_sub(before);
    assert!(
        grown <= STALLED * 128,
        "{STALLED} that read nothing hold {grown} KiB"
    );
    drop(stalled);
}
