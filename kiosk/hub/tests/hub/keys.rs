// SPDX-License-Identifier: GPL-3.0-or-later
//! A command sent again is one command.

use crate::support::{Folder, Hub};
use axum::http::StatusCode;

#[tokio::test]
async fn a_key_sent_again_gets_the_first_answer_byte_for_byte() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let first = hub.issue("a").await;
    hub.issue("b").await;
    let again = hub.issue("a").await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert!(!first.replayed() && again.replayed());
    assert!(
        first.json()["link"]
            .as_str()
            .unwrap()
            .starts_with("https://torn.example/t/")
    );
}

#[tokio::test]
async fn a_key_survives_a_restart_of_the_hub() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let first = hub.issue("a").await;
    let nobody = hub.post("/v1/desks/2/next", "n", "").await;
    hub.end();
    let hub = Hub::start(&folder);
    let again = hub.issue("a").await;
    assert_eq!((&first.body, true), (&again.body, again.replayed()));
    let other = hub.post("/v1/desks/2/next", "n", "").await;
    assert_eq!(
        (nobody.status, other.status, other.replayed()),
        (StatusCode::OK, StatusCode::OK, true)
    );
    assert_eq!(hub.issue("c").await.json()["number"], "A002");
}

#[tokio::test]
async fn a_call_that_found_nobody_is_remembered_as_that() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    assert_eq!(
        hub.post("/v1/desks/1/next", "n", "").await.status,
        StatusCode::NO_CONTENT
    );
    hub.issue("a").await;
    let again = hub.post("/v1/desks/1/next", "n", "").await;
    assert_eq!(
        (again.status, again.replayed(), again.body.len()),
        (StatusCode::NO_CONTENT, true, 0)
    );
}

#[tokio::test]
async fn a_key_used_for_something_else_is_refused_before_the_path_is_looked_at() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    hub.issue("a").await;
    for (path, body) in [
        ("/v1/tickets", r#"{"service": "general"}"#),
        ("/v1/tickets", "not json"),
        ("/v1/desks/1/next", ""),
        ("/v1/desks/none/next", ""),
    ] {
        let answer = hub.post(path, "a", body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (422, "idempotency-key-reused"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_refusal_is_not_remembered() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    assert_eq!(
        hub.post("/v1/desks/1/finish", "f", "").await.code(),
        "desk-idle"
    );
    hub.issue("a").await;
    hub.post("/v1/desks/1/next", "n", "").await;
    let again = hub.post("/v1/desks/1/finish", "f", "").await;
    assert_eq!((again.status, again.replayed()), (StatusCode::OK, false));
}

#[tokio::test]
async fn of_copies_that_race_exactly_one_is_the_first() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    for round in 0..20 {
        let key = format!("k{round}");
        let copies = futures_util::future::join_all((0..16).map(|_| hub.issue(&key))).await;
        let firsts = copies.iter().filter(|one| !one.replayed()).count();
        assert_eq!(firsts, 1);
        assert!(
            copies
                .iter()
                .all(|one| one.body == copies[0].body && one.status == StatusCode::CREATED)
        );
    }
    assert_eq!(
        hub.get("/v1/state").await.json()["waiting"]
            .as_array()
            .unwrap()
            .len(),
        20
    );
}
