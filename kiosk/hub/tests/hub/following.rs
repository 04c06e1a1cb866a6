// SPDX-License-Identifier: GPL-3.0-or-later
//! The stream: from where it begins, and that nothing is missing or told twice.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;

use crate::support::{Folder, Hub};

fn seqs(text: &str) -> Vec<u64> {
    text.lines()
        .filter_map(|line| line.strip_prefix("id: "))
        .map(|id| id.parse().unwrap())
        .collect()
}

async fn told(hub: &Hub, path: &str, last: Option<&str>) -> Vec<u64> {
    let mut request = Request::get(path);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    seqs(&hub.stream(request.body(Body::empty()).unwrap()).await.1)
}

#[tokio::test]
async fn a_follower_goes_on_where_it_left_off_or_is_told_today() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    for key in ["a", "b", "c"] {
        hub.issue(key).await;
    }
    let today = vec![1, 2, 3, 4, 5];
    assert_eq!(told(&hub, "/v1/events", None).await, today);
    assert_eq!(told(&hub, "/v1/events?after=0", None).await, today);
    assert_eq!(told(&hub, "/v1/events?after=3", None).await, [4, 5]);
    assert_eq!(told(&hub, "/v1/events?after=5", None).await, [0_u64; 0]);
    assert_eq!(told(&hub, "/v1/events", Some("4")).await, [5]);
    assert_eq!(
        told(&hub, "/v1/events?after=0", Some("4")).await,
        [5],
        "Last-Event-ID wins"
    );
    for senseless in ["999", "x", "-1", "", "3.5"] {
        assert_eq!(
            told(&hub, "/v1/events?after=4", Some(senseless)).await,
            today,
            "{senseless:?}"
        );
    }
    let other = "/v1/events?after=4&log=00000000-0000-4000-8000-000000000000";
    assert_eq!(
        told(&hub, other, Some("3")).await,
        today,
        "another log is told afresh"
    );
    let own = format!("/v1/events?after=4&log={}", hub.app.log);
    assert_eq!(told(&hub, &own, None).await, [5]);
}

#[tokio::test]
async fn a_follower_is_told_every_event_once_and_in_order_however_fast_they_come() {
    let folder = Folder::new();
    let hub = std::sync::Arc::new(Hub::start(&folder));
    let follow = |hub: std::sync::Arc<Hub>| async move {
        let request = Request::get("/v1/events").body(Body::empty()).unwrap();
        let mut body = hub.open(request).await;
        let mut text = String::new();
        while seqs(&text).last() != Some(&602) {
            let frame = body.frame().await.unwrap().unwrap();
            text.push_str(&String::from_utf8_lossy(frame.data_ref().unwrap()));
        }
        seqs(&text)
    };
    let followers: Vec<_> = (0..8).map(|_| tokio::spawn(follow(hub.clone()))).collect();
    for round in 0..60 {
        let keys: Vec<String> = (0..10).map(|one| format!("{round}-{one}")).collect();
        futures_util::future::join_all(keys.iter().map(|key| hub.issue(key))).await;
    }
    for follower in followers {
        assert_eq!(follower.await.unwrap(), (1..=602).collect::<Vec<u64>>());
    }
}

#[tokio::test]
async fn the_streams_end_when_the_hub_stops() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let request = Request::get("/v1/events").body(Body::empty()).unwrap();
    let body = hub.open(request).await;
    hub.stop.cancel();
    let told = tokio::time::timeout(std::time::Duration::from_secs(30), body.collect()).await;
    assert!(told.expect("the stream ends").is_ok());
}
