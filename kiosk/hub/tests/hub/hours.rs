// SPDX-License-Identifier: GPL-3.0-or-later
//! Hours: the office opens and closes by its calendar and its supervisor, and a restart changes nothing.

use serde_json::{Value, json};

use crate::support::{Folder, Hub, OFFICE, SetTime, until};

/// Nine to two on working days. 24 November 2026 is a Tuesday, and Madrid an hour ahead.
fn office() -> String {
    let hours = r#"hours = { mon = ["09:00-14:00"], tue = ["09:00-14:00"], wed = ["09:00-14:00"], thu = ["09:00-14:00"], fri = ["09:00-14:00"] }
[[service]]"#;
    OFFICE.replacen("[[service]]", hours, 1)
}

async fn becomes(hub: &Hub, open: bool) {
    until("it opens or closes", async || {
        hub.state().await["open"] == open
    })
    .await;
}

#[tokio::test]
async fn an_office_opens_and_closes_by_its_hours_and_says_when_it_opens_next() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T07:30:00Z");
    let hub = Hub::start_at(&folder, &office(), &time);
    let state = hub.state().await;
    assert_eq!(
        (&state["open"], &state["next_open_at"]),
        (&json!(false), &json!("2026-11-24T08:00:00.000Z"))
    );
    let early = hub.issue("a").await;
    assert_eq!(early.outcome(), "409 office-closed");
    let detail = early.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("2026-11-24T08:00:00.000Z"), "{detail}");

    time.set("2026-11-24T08:00:00Z");
    becomes(&hub, true).await;
    assert_eq!(
        hub.issue("a").await.outcome(),
        "201",
        "a refusal is not remembered"
    );
    assert_eq!(hub.state().await["next_open_at"], Value::Null);

    time.set("2026-11-24T13:00:00Z");
    becomes(&hub, false).await;
    let state = hub.state().await;
    assert_eq!(state["next_open_at"], "2026-11-25T08:00:00.000Z");
    assert_eq!(hub.issue("b").await.outcome(), "409 office-closed");
    let called = hub.command("/v1/desks/1/next", &Value::Null).await;
    assert_eq!(called.outcome(), "200", "who holds a ticket is served");
    let by: Vec<Value> = hub.events().await;
    let by: Vec<_> = by.iter().map(|one| (&one["kind"], &one["by"])).collect();
    assert_eq!(by[2], (&json!("office-opened"), &json!("clock")));
}

#[tokio::test]
async fn what_the_supervisor_opened_or_closed_stays_so_over_a_restart() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T15:00:00Z");
    let hub = Hub::start_at(&folder, &office(), &time);
    assert_eq!(hub.state().await["open"], false);
    let opened = hub.command("/v1/office/open", &Value::Null).await;
    assert_eq!(opened.outcome(), "200");
    assert_eq!(
        opened.json(),
        json!({"open": true, "next_open_at": null, "special_days": []})
    );
    hub.end();
    let hub = Hub::start_at(&folder, &office(), &time);
    assert_eq!(hub.state().await["open"], true);
    assert_eq!(hub.issue("a").await.outcome(), "201");

    let closed = hub.command("/v1/office/close", &json!({})).await.json();
    let next = "2026-11-25T08:00:00.000Z";
    assert_eq!(
        closed,
        json!({"open": false, "next_open_at": next, "special_days": []})
    );
    let seq = hub.state().await["seq"].clone();
    assert_eq!(
        hub.command("/v1/office/close", &json!({})).await.json(),
        closed
    );
    assert_eq!(
        hub.state().await["seq"],
        seq,
        "closing a closed one is no event"
    );
    hub.end();
    let hub = Hub::start_at(&folder, &office(), &time);
    assert_eq!(hub.state().await["next_open_at"], next);
    assert_eq!(hub.issue("b").await.outcome(), "409 office-closed");
    time.set("2026-11-25T08:00:00Z");
    becomes(&hub, true).await;
    assert_eq!(hub.issue("b").await.json()["id"], "2026-11-25-A001");
}

#[tokio::test]
async fn a_day_that_the_supervisor_sets_outweighs_the_hours_and_outlives_the_night() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T09:00:00Z");
    let hub = Hub::start_at(&folder, &office(), &time);
    let days = json!([
        {"day": "2026-11-26", "hours": ["16:00-18:00", "10:00-12:00"]},
        {"day": "2026-11-23", "hours": []},
        {"day": "2026-11-25", "hours": []},
    ]);
    let set = hub.command("/v1/calendar", &json!({"days": days})).await;
    assert_eq!(set.outcome(), "200");
    let kept = json!([
        {"day": "2026-11-25", "hours": []},
        {"day": "2026-11-26", "hours": ["10:00-12:00", "16:00-18:00"]},
    ]);
    assert_eq!(
        set.json(),
        json!({"open": true, "next_open_at": null, "special_days": kept})
    );
    hub.end();
    let hub = Hub::start_at(&folder, &office(), &time);
    let again = hub.command("/v1/calendar", &json!({"days": kept})).await;
    assert_eq!(again.json()["special_days"], kept);
    time.set("2026-11-25T09:00:00Z");
    becomes(&hub, false).await;
    assert_eq!(
        hub.state().await["next_open_at"],
        "2026-11-26T09:00:00.000Z",
        "closed all day, and then as that day has it"
    );
    time.set("2026-11-26T09:00:00Z");
    becomes(&hub, true).await;
    time.set("2026-11-26T11:00:00Z");
    becomes(&hub, false).await;
    assert_eq!(
        hub.state().await["next_open_at"],
        "2026-11-26T15:00:00.000Z"
    );
}

#[tokio::test]
async fn a_service_that_the_supervisor_closes_takes_nobody_new() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let closed = hub
        .command("/v1/services/general/close", &Value::Null)
        .await;
    assert_eq!(closed.outcome(), "200");
    let service = closed.json();
    assert_eq!(
        (
            &service["id"],
            &service["open"],
            &service["waiting"],
            &service["wait"]
        ),
        (&json!("general"), &json!(false), &json!(0), &Value::Null)
    );
    assert_eq!(hub.issue("a").await.outcome(), "409 service-closed");
    assert_eq!(hub.state().await["services"][0]["open"], false);
    let opened = hub.command("/v1/services/general/open", &Value::Null).await;
    assert_eq!(opened.json()["open"], true);
    assert_eq!(hub.issue("a").await.outcome(), "201");
}

#[tokio::test]
async fn an_office_that_has_no_hours_never_closes_and_a_restart_at_noon_changes_nothing() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T03:00:00Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    assert_eq!(hub.issue("a").await.outcome(), "201");
    let before = hub.events().await;
    hub.end();
    let hub = Hub::start_at(&folder, OFFICE, &time);
    assert_eq!(hub.events().await, before);
}

#[test]
fn an_office_opens_by_itself_where_the_hub_has_no_runtime_of_its_own() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T07:30:00Z");
    let hub = Hub::start_at(&folder, &office(), &time);
    let open = || hub.app.published.read(|state| state.opening().open);
    assert!(!open());
    time.set("2026-11-24T08:00:00Z");
    let started = std::time::Instant::now();
    while !open() {
        assert!(started.elapsed().as_secs() < 30, "it never opened");
        std::thread::yield_now();
    }
    hub.end();
}

#[tokio::test]
async fn a_clock_that_goes_on_ticking_keeps_no_writer_alive() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let stop = hub.stop.clone();
    // Nobody asked it to stop: there is only nobody left who could hand anything in.
    let ended = tokio::task::spawn_blocking(|| hub.ended()).await;
    ended.unwrap().unwrap();
    assert!(stop.is_cancelled(), "and all else stops with it");
}
