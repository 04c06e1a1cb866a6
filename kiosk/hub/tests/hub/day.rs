// SPDX-License-Identifier: GPL-3.0-or-later
//! Days, and a clock that is behind the log.

use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::json;
use torn_hub::store::{Entry, Log, Step};
use torn_queue::{Event, Seq};

use crate::support::{Folder, Hub, until};

/// Writes a log whose last event happened `before_midnight_ms` before a midnight of the year 2100, so
/// that a hub which goes on from it meets that midnight.
async fn log_before_midnight(folder: &Folder, before_midnight_ms: i64) {
    let hub = Hub::start(folder);
    hub.issue("a").await;
    hub.post("/v1/desks/1/next", "b", "").await;
    hub.issue("c").await;
    hub.issue("d").await;
    hub.end();
    let madrid = TimeZone::get("Europe/Madrid").unwrap();
    let midnight = madrid
        .to_timestamp(date(2100, 3, 2).at(0, 0, 0, 0))
        .unwrap()
        .as_millisecond();
    let mut opened = Log::open(&folder.log(), "unused").unwrap();
    let last = opened.today.last().unwrap().seq;
    let mut entries: Vec<Entry> = Vec::new();
    for (at, old) in opened.today.iter().enumerate() {
        let mut event: serde_json::Value = serde_json::from_str(&old.data).unwrap();
        let seq = last.get() + 1 + at as u64;
        let at_ms = midnight - before_midnight_ms;
        event["seq"] = json!(seq);
        event["at"] = json!(torn_queue::Timestamp::from_unix_ms(at_ms));
        if event["kind"] == "day-began" {
            event["day"] = json!("2100-03-01");
        }
        if let Some(ticket) = event["ticket"].as_str() {
            let number = ticket.rsplit('-').next().unwrap();
            event["ticket"] = json!(format!("2100-03-01-{number}"));
        }
        let read: Event = serde_json::from_value(event.clone()).unwrap();
        entries.push(Entry {
            seq: Seq::new(seq),
            at_ms,
            kind: read.fact.kind().to_owned(),
            data: event.to_string(),
        });
    }
    let step = Step {
        entries: &entries,
        ..Step::default()
    };
    opened.log.commit(step).unwrap();
}

#[tokio::test]
async fn a_day_ends_at_the_offices_midnight_and_the_next_starts_empty() {
    let folder = Folder::new();
    log_before_midnight(&folder, 1_500).await;
    let hub = Hub::start(&folder);
    let state = hub.get("/v1/state").await.json();
    assert_eq!(
        (&state["day"], &state["clock_trusted"]),
        (&json!("2100-03-01"), &json!(false))
    );
    assert_eq!(state["waiting"].as_array().unwrap().len(), 2);
    until("the day begins", async || {
        hub.get("/v1/state").await.json()["day"] == "2100-03-02"
    })
    .await;
    let state = hub.get("/v1/state").await.json();
    assert_eq!(
        (&state["waiting"], &state["calls"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(state["desks"][0]["status"], "closed");
    assert_eq!(hub.issue("e").await.json()["id"], "2100-03-02-A001");
    let request = axum::http::Request::get("/v1/events")
        .body(axum::body::Body::empty())
        .unwrap();
    let (_, told) = hub.stream(request).await;
    let began: serde_json::Value = serde_json::from_str(
        told.lines()
            .find_map(|line| line.strip_prefix("data: "))
            .unwrap(),
    )
    .unwrap();
    assert_eq!(
        (&began["kind"], &began["left"], &began["ended"]),
        (&json!("day-began"), &json!(2), &json!(1))
    );
    assert_eq!(began["by"], "clock");
}

#[tokio::test]
async fn a_clock_that_is_behind_the_log_goes_on_from_the_logs_time() {
    let folder = Folder::new();
    log_before_midnight(&folder, 3_600_000).await;
    let hub = Hub::start(&folder);
    let first = hub.issue("e").await.json();
    let second = hub.issue("f").await.json();
    assert!(first["issued_at"].as_str().unwrap() >= "2100-03-01T22:00:00.000Z");
    assert!(second["issued_at"].as_str().unwrap() >= first["issued_at"].as_str().unwrap());
    assert_eq!(first["number"], "A004");
}

#[tokio::test]
async fn answers_are_remembered_for_the_day_and_the_one_before() {
    let folder = Folder::new();
    log_before_midnight(&folder, 1_500).await;
    let hub = Hub::start(&folder);
    let kept = hub.issue("kept").await;
    until("the day begins", async || {
        hub.get("/v1/state").await.json()["day"] == "2100-03-02"
    })
    .await;
    let again = hub.issue("kept").await;
    assert_eq!((&kept.body, true), (&again.body, again.replayed()));
    // The key of the day before that is free again.
    assert!(!hub.issue("a").await.replayed());
}
