// SPDX-License-Identifier: GPL-3.0-or-later
//! The clock: what is told of it, and that neither time nor the day goes back.

use serde_json::json;

use crate::support::{Folder, Hub, OFFICE, SetTime, until};

#[tokio::test]
async fn a_clock_that_was_not_set_is_used_and_said_not_to_be_trusted_until_it_is() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T09:00:00Z");
    time.synchronised(false);
    let hub = Hub::start_at(&folder, OFFICE, &time);
    assert_eq!(hub.state().await["clock_trusted"], false);
    assert_eq!(hub.issue("a").await.outcome(), "201");
    let request = axum::http::Request::get("/v1/events")
        .body(axum::body::Body::empty())
        .unwrap();
    let (_, text) = hub.stream(request).await;
    let beat = text.split("event: beat\ndata: ").nth(1).unwrap();
    assert!(beat.contains(r#""clock_trusted":false"#), "{beat}");
    time.synchronised(true);
    until("the clock is believed", async || {
        hub.state().await["clock_trusted"] == true
    })
    .await;
    assert_eq!(hub.get("/readyz").await.json()["clock_trusted"], true);
}

#[tokio::test]
async fn a_clock_that_goes_back_is_not_followed_and_one_that_jumps_ahead_is() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T09:00:00Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    let first = hub.issue("a").await.json();
    time.set("2026-11-22T09:00:00Z");
    let second = hub.issue("b").await.json();
    assert!(second["issued_at"].as_str() >= first["issued_at"].as_str());
    assert_eq!(second["id"], "2026-11-24-A002");
    let state = hub.state().await;
    assert_eq!(
        (&state["day"], &state["clock_trusted"]),
        (&json!("2026-11-24"), &json!(false))
    );
    hub.end();
    // A Pi boots with the time of two days ago.
    let hub = Hub::start_at(&folder, OFFICE, &time);
    let third = hub.issue("c").await.json();
    assert!(third["issued_at"].as_str() >= second["issued_at"].as_str());
    assert_eq!(third["id"], "2026-11-24-A003");
    time.set("2026-11-24T10:00:00Z");
    let state = hub.state().await;
    assert_eq!(state["clock_trusted"], true);
    assert!(state["now"].as_str() >= Some("2026-11-24T10:00:00.000Z"));
    time.set("2026-11-25T10:00:00Z");
    assert_eq!(hub.issue("d").await.json()["id"], "2026-11-25-A001");
    let times: Vec<String> = hub
        .events()
        .await
        .iter()
        .map(|one| one["at"].to_string())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
}
