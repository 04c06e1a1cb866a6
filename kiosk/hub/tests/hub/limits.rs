// SPDX-License-Identifier: GPL-3.0-or-later
//! What is too much: requests, tickets, streams, reports; and that an honest office never hears of it.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use torn_hub::credential::{Credentials, Grant};
use torn_hub::program::Beside;

use crate::support::{Answer, Folder, Hub, OFFICE, SetTime};

const NOON: &str = "2026-11-24T11:00:00.000Z";

/// The tokens of a kiosk, a desk and a supervisor.
struct Tokens {
    kiosk: String,
    other: String,
}

fn tokens(folder: &Folder) -> Tokens {
    let credentials = Credentials::open(Beside::the_log(&folder.log()).credentials).unwrap();
    let add = |id: &str| {
        let grants = vec![Grant::Kiosk];
        credentials.add(&id.parse().unwrap(), grants).unwrap()
    };
    Tokens {
        kiosk: add("kiosk-1"),
        other: add("kiosk-2"),
    }
}

fn hub(folder: &Folder, limits: &str, time: &SetTime) -> Hub {
    Hub::start_at(folder, &format!("{OFFICE}[limits]\n{limits}\n"), time)
}

async fn issue(hub: &Hub, token: &str, key: &str, service: &str) -> Answer {
    let request = Request::post("/v1/tickets")
        .header("authorization", format!("Bearer {token}"))
        .header("idempotency-key", key)
        .body(Body::from(json!({ "service": service }).to_string()));
    hub.ask(request.unwrap()).await
}

fn retry_after_s(answer: &Answer) -> u64 {
    let value = answer.headers.get("retry-after").expect("it says when");
    value.to_str().unwrap().parse().unwrap()
}

fn detail(answer: &Answer) -> String {
    answer.json()["detail"].as_str().unwrap().to_owned()
}

async fn limited(hub: &Hub, limit: &str) -> Option<u64> {
    let metrics = hub.get("/metrics").await;
    let text = String::from_utf8(metrics.body).unwrap();
    let line = format!("torn_limited_total{{limit=\"{limit}\"}} ");
    let count = text.lines().find_map(|one| one.strip_prefix(&line))?;
    count.parse().ok()
}

#[tokio::test]
async fn a_credential_that_asks_too_fast_is_told_when_to_ask_again_and_nobody_else_is_held_back() {
    let (folder, time) = (Folder::new(), SetTime::at(NOON));
    let tokens = tokens(&folder);
    let hub = hub(
        &folder,
        "requests_per_second = 1\nrequests_burst = 3",
        &time,
    );
    for place in 0..3 {
        let answer = issue(&hub, &tokens.kiosk, &format!("k{place}"), "general").await;
        assert_eq!(answer.outcome(), "201");
    }
    // Right after the credential: neither key nor body is looked at.
    let request = Request::post("/v1/tickets")
        .header("authorization", format!("Bearer {}", tokens.kiosk))
        .body(Body::from("{"));
    let refused = hub.ask(request.unwrap()).await;
    assert_eq!(refused.outcome(), "429 too-many");
    assert_eq!(retry_after_s(&refused), 1);
    assert!(detail(&refused).contains("1 requests a second"));
    let unknown = issue(&hub, "nobody's", "k", "general").await;
    assert_eq!(unknown.outcome(), "401 unauthenticated");
    let other = issue(&hub, &tokens.other, "o", "general").await;
    assert_eq!(other.outcome(), "201");
    assert_eq!(hub.get("/v1/state").await.outcome(), "200");
    assert_eq!(limited(&hub, "requests_per_second").await, Some(1));
}

#[tokio::test]
async fn a_child_that_leans_on_the_button_gets_so_many_tickets_and_no_more() {
    let (folder, time) = (Folder::new(), SetTime::at(NOON));
    let tokens = tokens(&folder);
    let hub = hub(&folder, "tickets_per_minute = 1\ntickets_burst = 2", &time);
    for key in ["a", "b"] {
        let answer = issue(&hub, &tokens.kiosk, key, "general").await;
        assert_eq!(answer.outcome(), "201");
    }
    let refused = issue(&hub, &tokens.kiosk, "c", "general").await;
    assert_eq!(refused.outcome(), "429 too-many");
    assert!(detail(&refused).contains("1 tickets a minute"));
    assert!((1..=60).contains(&retry_after_s(&refused)));
    // Sent again, an answer is the one that was given, and no ticket more.
    let again = issue(&hub, &tokens.kiosk, "b", "general").await;
    assert!(again.replayed() && again.outcome() == "201");
    // A refusal is not remembered: its key may be used for something else.
    let reused = issue(&hub, &tokens.kiosk, "c", "idcat").await;
    assert_eq!(reused.outcome(), "409 appointment-required");
    let other = issue(&hub, &tokens.other, "d", "general").await;
    assert_eq!(other.outcome(), "201");
    assert_eq!(hub.state().await["waiting"].as_array().unwrap().len(), 3);
    assert_eq!(limited(&hub, "tickets_per_minute").await, Some(1));
}

#[tokio::test]
async fn what_the_rules_refuse_counts_as_no_ticket() {
    let (folder, time) = (Folder::new(), SetTime::at(NOON));
    let tokens = tokens(&folder);
    let hub = hub(&folder, "tickets_per_minute = 1\ntickets_burst = 1", &time);
    for key in 0..5 {
        let refused = issue(&hub, &tokens.kiosk, &format!("k{key}"), "idcat").await;
        assert_eq!(refused.outcome(), "409 appointment-required");
    }
    let answer = issue(&hub, &tokens.kiosk, "k", "general").await;
    assert_eq!(answer.outcome(), "201");
}

#[tokio::test]
async fn a_day_has_so_many_tickets_whoever_gives_them_out_and_the_next_day_as_many() {
    let (folder, time) = (Folder::new(), SetTime::at(NOON));
    let hub = hub(&folder, "tickets_per_day = 3", &time);
    for place in 0..2 {
        assert_eq!(hub.issue(&format!("k{place}")).await.outcome(), "201");
    }
    let listed = json!({ "appointments": [
        { "uid": "a", "start": NOON, "service": "idcat", "code": "AA" },
        { "uid": "b", "start": NOON, "service": "idcat", "code": "BB" },
    ] });
    assert_eq!(
        hub.command("/v1/appointments", &listed).await.outcome(),
        "200"
    );
    let came = |code: &str| json!({ "code": code });
    let first = hub.command("/v1/check-ins", &came("AA")).await;
    assert_eq!(first.outcome(), "201");
    let refused = hub.command("/v1/check-ins", &came("BB")).await;
    assert_eq!(refused.outcome(), "429 too-many");
    let refused = hub.issue("k2").await;
    assert_eq!(refused.outcome(), "429 too-many");
    assert!(detail(&refused).contains("3 tickets were given out today"));
    // In Madrid it is noon, and the day ends twelve hours later.
    assert!((12 * 3600 - 60..=12 * 3600).contains(&retry_after_s(&refused)));
    assert_eq!(limited(&hub, "tickets_per_day").await, Some(2));
    time.set("2026-11-25T11:00:00.000Z");
    hub.app.published.clock().look();
    assert_eq!(hub.issue("k2").await.outcome(), "201");
}

#[tokio::test]
async fn where_limits_are_off_nobody_is_held_back() {
    let (folder, time) = (Folder::new(), SetTime::at(NOON));
    let tokens = tokens(&folder);
    let all_one = "enabled = false\nrequests_per_second = 1\nrequests_burst = 1\ntickets_per_minute = 1\n\
        tickets_burst = 1\ntickets_per_day = 1\nstreams = 1\nstreams_per_peer = 1";
    let hub = hub(&folder, all_one, &time);
    let follow = || Request::get("/v1/events").body(Body::empty()).unwrap();
    let _streams = [hub.open(follow()).await, hub.open(follow()).await];
    assert_eq!(hub.app.published.followers(), 2);
    for place in 0..20 {
        let answer = issue(&hub, &tokens.kiosk, &format!("k{place}"), "general").await;
        assert_eq!(answer.outcome(), "201");
    }
}

#[tokio::test]
async fn the_usual_limits_are_above_what_a_class_of_children_asks_for() {
    let (folder, time) = (Folder::new(), SetTime::at(NOON));
    let tokens = tokens(&folder);
    let hub = hub(&folder, "", &time);
    for place in 0..60 {
        let answer = issue(&hub, &tokens.kiosk, &format!("k{place}"), "general").await;
        assert_eq!(answer.outcome(), "201", "ticket {place}");
    }
    let refused = issue(&hub, &tokens.kiosk, "k", "general").await;
    assert_eq!(
        refused.outcome(),
        "429 too-many",
        "a minute's worth at once is the most"
    );
}

#[tokio::test]
async fn one_stream_too_many_is_told_so_and_has_room_when_another_ends() {
    let (folder, time) = (Folder::new(), SetTime::at(NOON));
    let hub = hub(&folder, "streams = 2", &time);
    let follow = || Request::get("/v1/events").body(Body::empty()).unwrap();
    let streams = [hub.open(follow()).await, hub.open(follow()).await];
    let refused = hub.ask(follow()).await;
    assert_eq!(refused.outcome(), "429 too-many");
    assert_eq!(retry_after_s(&refused), 1);
    assert_eq!(limited(&hub, "streams").await, Some(1));
    drop(streams);
    let (status, text) = hub.stream(follow()).await;
    assert!(status.is_success() && text.contains("event: day-began"));
}

#[tokio::test]
async fn devices_can_report_on_so_many_parts_and_still_on_those_that_are_known() {
    let (folder, time) = (Folder::new(), SetTime::at(NOON));
    let hub = hub(&folder, "", &time);
    let report = |part: usize, state: &str| {
        let path = format!("/v1/devices/kiosk-{}/report", part % 4);
        (
            path,
            json!({ "what": format!("part-{}", part / 4), "state": state }),
        )
    };
    for part in 0..256 {
        let (path, body) = report(part, "ok");
        assert_eq!(hub.command(&path, &body).await.outcome(), "200");
    }
    let (path, body) = report(256, "ok");
    assert_eq!(hub.command(&path, &body).await.outcome(), "429 too-many");
    let (path, body) = report(7, "paper-out");
    assert_eq!(hub.command(&path, &body).await.outcome(), "200");
    assert_eq!(hub.state().await["devices"].as_array().unwrap().len(), 256);
}
