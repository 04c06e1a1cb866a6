// SPDX-License-Identifier: GPL-3.0-or-later
//! What is refused, with which code, and in which order things are looked at.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::support::{Folder, Hub};
use torn_hub::credential::{Credentials, Grant};
use torn_hub::program::Beside;

fn post(path: &str) -> axum::http::request::Builder {
    Request::post(path).header("idempotency-key", "k")
}

#[tokio::test]
async fn a_malformed_request_gets_a_problem_document_and_writes_nothing() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let json = "application/json";
    let large = format!("{{\"service\":\"{}\"}}", "x".repeat(70_000));
    let table: Vec<(Request<Body>, u16, &str)> = vec![
        (
            Request::post("/v1/tickets").body(Body::empty()).unwrap(),
            400,
            "idempotency-key-missing",
        ),
        (
            Request::post("/v1/tickets")
                .header("idempotency-key", "")
                .body(Body::empty())
                .unwrap(),
            400,
            "idempotency-key-invalid",
        ),
        (
            Request::post("/v1/tickets")
                .header("idempotency-key", "x".repeat(129))
                .body(Body::empty())
                .unwrap(),
            400,
            "idempotency-key-invalid",
        ),
        (
            post("/v1/tickets").body(Body::empty()).unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/tickets").body(r#"["general"]"#.into()).unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/desks/1/next").body("[]".into()).unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/desks/9/next")
                .body("x".repeat(70_000).into())
                .unwrap(),
            404,
            "unknown-desk",
        ),
        (
            post("/v1/desks/%FF/next").body(Body::empty()).unwrap(),
            404,
            "unknown-desk",
        ),
        (
            post("/v1/tickets")
                .header("torn-expires", "soon")
                .body(r#"{"service":"general"}"#.into())
                .unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/tickets")
                .header("torn-expires", "2126-01-01T00:00:00.000Z")
                .header("torn-expires", "2126-01-02T00:00:00.000Z")
                .body(r#"{"service":"general"}"#.into())
                .unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/tickets")
                .header("torn-expires", "2026-01-01T00:00:00.000Z")
                .body(r#"{"service":"general"}"#.into())
                .unwrap(),
            409,
            "expired",
        ),
        (
            post("/v1/tickets").body("{".into()).unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/tickets").body("[]".into()).unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/tickets").body(r#"{"service":7}"#.into()).unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/tickets")
                .body(r#"{"service":"general","x":1}"#.into())
                .unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/tickets")
                .body(r#"{"service":"general"} {}"#.into())
                .unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/tickets")
                .body(r#"{"service":"general","language":"de"}"#.into())
                .unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/tickets")
                .body(r#"{"service":"general","class":"appointment"}"#.into())
                .unwrap(),
            400,
            "class-not-allowed",
        ),
        (
            post("/v1/tickets")
                .body(r#"{"service":"none"}"#.into())
                .unwrap(),
            404,
            "unknown-service",
        ),
        (
            post("/v1/tickets")
                .body(r#"{"service":"idcat"}"#.into())
                .unwrap(),
            409,
            "appointment-required",
        ),
        (
            post("/v1/tickets")
                .header("content-type", "text/plain")
                .body(r#"{"service":"general"}"#.into())
                .unwrap(),
            415,
            "media-type",
        ),
        (
            post("/v1/tickets")
                .header("content-type", json)
                .body(large.into())
                .unwrap(),
            413,
            "body-too-large",
        ),
        (
            post("/v1/desks/9/next").body(Body::empty()).unwrap(),
            404,
            "unknown-desk",
        ),
        (
            post("/v1/desks/9/next").body("{".into()).unwrap(),
            404,
            "unknown-desk",
        ),
        (
            post("/v1/desks/%C3%A0/next").body(Body::empty()).unwrap(),
            404,
            "unknown-desk",
        ),
        (
            post("/v1/desks/1/next").body(r#"{"x":1}"#.into()).unwrap(),
            400,
            "malformed",
        ),
        (
            post("/v1/desks/1/recall").body(Body::empty()).unwrap(),
            409,
            "nothing-to-recall",
        ),
        (
            post("/v1/desks/1/finish").body(Body::empty()).unwrap(),
            409,
            "desk-idle",
        ),
        (
            post("/v1/desks/1/no-show").body(Body::empty()).unwrap(),
            409,
            "desk-idle",
        ),
        (
            post("/v1/tickets/2026-11-24-A001/cancel")
                .body(Body::empty())
                .unwrap(),
            404,
            "unknown-ticket",
        ),
        (
            Request::get("/v1/tickets/A001")
                .body(Body::empty())
                .unwrap(),
            404,
            "unknown-ticket",
        ),
        (
            Request::get("/v1/nothing").body(Body::empty()).unwrap(),
            404,
            "not-found",
        ),
        (
            Request::delete("/v1/tickets").body(Body::empty()).unwrap(),
            405,
            "method-not-allowed",
        ),
        (
            Request::get("/v1/events?after=x")
                .body(Body::empty())
                .unwrap(),
            400,
            "malformed",
        ),
        (
            Request::get("/v1/events?after=1&after=2")
                .body(Body::empty())
                .unwrap(),
            400,
            "malformed",
        ),
        (
            Request::get("/v1/tickets/%FF").body(Body::empty()).unwrap(),
            404,
            "unknown-ticket",
        ),
        (
            Request::get("/v1/events?after=-1")
                .body(Body::empty())
                .unwrap(),
            400,
            "malformed",
        ),
        (
            Request::get("/v1/events?after=999")
                .body(Body::empty())
                .unwrap(),
            409,
            "seq-from-the-future",
        ),
        (
            Request::get("/v1/state")
                .header("x-long", "y".repeat(20_000))
                .body(Body::empty())
                .unwrap(),
            431,
            "headers-too-large",
        ),
    ];
    for (request, status, code) in table {
        let what = format!("{} {}", request.method(), request.uri());
        let answer = hub.ask(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, code),
            "{what}"
        );
        assert_eq!(
            answer.headers["content-type"], "application/problem+json",
            "{what}"
        );
        assert_eq!(answer.headers["torn-log"], &*hub.app.log, "{what}");
        assert_eq!(answer.json()["status"], status, "{what}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!((1..400).contains(&detail.len()), "{what}: {detail}");
    }
    assert_eq!(hub.get("/v1/state").await.json()["seq"], 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_told_and_not_all_of_the_body() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let body = format!(r#"{{"service":"general","{}":1}}"#, "y".repeat(60_000));
    let answer = hub.post("/v1/tickets", "k", &body).await;
    assert_eq!(answer.code(), "malformed");
    assert!(answer.body.len() < 600, "{} bytes", answer.body.len());
}

#[tokio::test]
async fn a_command_is_followed_until_it_expires() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let wish = |key: &str, expires: &str| {
        Request::post("/v1/tickets")
            .header("idempotency-key", key)
            .header("torn-expires", expires)
            .body(Body::from(r#"{"service":"general"}"#))
            .unwrap()
    };
    let in_time = hub.ask(wish("a", "2200-01-01T00:00:00.000Z")).await;
    assert_eq!(in_time.status, StatusCode::CREATED);
    let late = hub.ask(wish("b", "2020-01-01T00:00:00.000Z")).await;
    assert_eq!(
        (late.status, late.code().as_str()),
        (StatusCode::CONFLICT, "expired")
    );
    // What was done in time is told also to who asks again too late.
    let again = hub.ask(wish("a", "2020-01-01T00:00:00.000Z")).await;
    assert_eq!((again.body == in_time.body, again.replayed()), (true, true));
}

#[tokio::test]
async fn a_body_without_members_may_be_absent_empty_or_an_object() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let form = "application/x-www-form-urlencoded";
    for (at, request) in [
        post("/v1/desks/1/open").body(Body::empty()),
        post("/v1/desks/1/open")
            .header("content-type", form)
            .body(Body::empty()),
        post("/v1/desks/1/open").body("{}".into()),
    ]
    .into_iter()
    .enumerate()
    {
        let mut request = request.unwrap();
        request
            .headers_mut()
            .insert("idempotency-key", format!("k{at}").parse().unwrap());
        assert_eq!(hub.ask(request).await.status, StatusCode::OK, "way {at}");
    }
}

#[tokio::test]
async fn a_desk_opens_closes_and_says_what_it_does() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    assert_eq!(
        hub.post("/v1/desks/1/open", "1", "").await.json()["status"],
        "open"
    );
    let seq = hub.get("/v1/state").await.json()["seq"].clone();
    assert_eq!(
        hub.post("/v1/desks/1/open", "2", "").await.status,
        StatusCode::OK
    );
    assert_eq!(
        hub.get("/v1/state").await.json()["seq"],
        seq,
        "opening an open desk is no event"
    );
    assert_eq!(
        hub.post("/v1/desks/1/next", "3", "").await.status,
        StatusCode::NO_CONTENT
    );
    hub.issue("4").await;
    assert_eq!(
        hub.post("/v1/desks/1/next", "5", "").await.json()["number"],
        "A001"
    );
    assert_eq!(
        hub.post("/v1/desks/1/close", "6", "").await.code(),
        "desk-serving"
    );
    assert_eq!(
        hub.post("/v1/desks/1/recall", "7", "").await.json()["status"],
        "serving"
    );
    assert_eq!(
        hub.post("/v1/desks/1/finish", "8", "").await.json()["ticket"],
        serde_json::Value::Null
    );
    assert_eq!(
        hub.post("/v1/desks/1/close", "9", "").await.json()["status"],
        "closed"
    );
}

#[tokio::test]
async fn a_credential_does_what_its_grants_allow_and_nothing_else() {
    let folder = Folder::new();
    let credentials = Credentials::open(Beside::the_log(&folder.log()).credentials).unwrap();
    let kiosk = credentials
        .add(&"kiosk-1".parse().unwrap(), vec![Grant::Kiosk])
        .unwrap();
    let desk = credentials
        .add(&"desk-2".parse().unwrap(), vec!["desk:2".parse().unwrap()])
        .unwrap();
    let chief = credentials
        .add(&"chief".parse().unwrap(), vec![Grant::Supervisor])
        .unwrap();
    let hub = Hub::start_as(&folder, false);
    let issue = r#"{"service":"general"}"#;
    let note = r#"{"outcome":"printed","copy":false}"#;
    let report = r#"{"state":"ok","what":"printer"}"#;
    let day = hub.get("/v1/state").await.json()["day"]
        .as_str()
        .unwrap()
        .to_owned();
    let ticket = format!("/v1/tickets/{day}-A001");
    let (cancel, print) = (format!("{ticket}/cancel"), format!("{ticket}/print"));
    let table = [
        ("/v1/tickets", issue, None, 401),
        ("/v1/tickets", issue, Some("wrong"), 401),
        ("/v1/tickets", issue, Some(chief.as_str()), 403),
        ("/v1/tickets", issue, Some(&kiosk), 201),
        ("/v1/tickets", issue, Some(&desk), 201),
        (&print, note, Some(&desk), 403),
        (&print, note, Some(&kiosk), 200),
        ("/v1/desks/2/next", "", Some(&kiosk), 403),
        ("/v1/desks/1/next", "", Some(&desk), 403),
        ("/v1/desks/2/open", "", Some(&desk), 200),
        (&cancel, "", Some(&kiosk), 403),
        (&cancel, "", Some(&chief), 200),
        ("/v1/devices/kiosk-1/report", report, Some(&desk), 403),
        ("/v1/devices/kiosk-1/report", report, Some(&kiosk), 200),
    ];
    for (at, (path, body, token, status)) in table.into_iter().enumerate() {
        let mut request = Request::post(path).header("idempotency-key", format!("k{at}"));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = hub.ask(request.body(body.to_owned().into()).unwrap()).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{at}: {path} {}",
            String::from_utf8_lossy(&answer.body)
        );
    }
    // Anyone on the office's LAN may read.
    assert_eq!(hub.get("/v1/state").await.status, StatusCode::OK);
    let (_, told) = hub
        .stream(Request::get("/v1/events").body(Body::empty()).unwrap())
        .await;
    assert!(told.contains(r#""by":"kiosk-1""#) && told.contains(r#""by":"desk-2""#));
}

#[tokio::test]
async fn a_revoked_token_stops_working_while_the_hub_runs() {
    let folder = Folder::new();
    let path = Beside::the_log(&folder.log()).credentials;
    let credentials = Credentials::open(path.clone()).unwrap();
    let id = "kiosk-1".parse().unwrap();
    let token = credentials.add(&id, vec![Grant::Kiosk]).unwrap();
    let hub = Hub::start_as(&folder, false);
    let ask = |key: &str| {
        post("/v1/tickets")
            .header("authorization", format!("Bearer {token}"))
            .header("idempotency-key", key)
            .body(Body::from(r#"{"service":"general"}"#))
            .unwrap()
    };
    let mut first = ask("x");
    first
        .headers_mut()
        .insert("idempotency-key", "a".parse().unwrap());
    assert_eq!(hub.ask(first).await.status, StatusCode::CREATED);
    credentials.revoke(&id).unwrap();
    hub.app.credentials.refresh().unwrap();
    let mut second = ask("x");
    second
        .headers_mut()
        .insert("idempotency-key", "b".parse().unwrap());
    // Nobody holds a credential now, and off loopback that means that nobody may write.
    assert_eq!(hub.ask(second).await.status, StatusCode::UNAUTHORIZED);
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(!kept.contains(&token), "a token is never stored as it is");
}
