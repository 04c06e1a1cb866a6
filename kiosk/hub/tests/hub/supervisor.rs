// SPDX-License-Identifier: GPL-3.0-or-later
//! What the supervisor may set, within which bounds, and that nobody else may.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use torn_hub::credential::{Credentials, Grant};
use torn_hub::program::Beside;

use crate::support::{Folder, Hub, OFFICE, SetTime, until};

#[tokio::test]
async fn a_notice_is_told_until_its_time_or_until_it_is_taken_down() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T10:00:00Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    let notice = json!({"text": {"ca": "Tanquem a la 13.00 h", "es": "Cerramos a las 13.00 h"},
        "until": "2026-11-24T12:00:00.000Z"});
    assert_eq!(hub.command("/v1/notice", &notice).await.outcome(), "200");
    assert_eq!(hub.state().await["notice"], notice);
    time.set("2026-11-24T12:00:00Z");
    until("it is over", async || {
        hub.state().await["notice"] == Value::Null
    })
    .await;
    let lasting = json!({"text": {"ca": "Sense calefacció"}});
    hub.command("/v1/notice", &lasting).await;
    assert_eq!(hub.state().await["notice"]["until"], Value::Null);
    assert_eq!(hub.command("/v1/notice", &json!({})).await.outcome(), "200");
    assert_eq!(hub.state().await["notice"], Value::Null);
}

#[tokio::test]
async fn what_is_beyond_its_bounds_is_refused_with_a_reason() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T10:00:00Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    let day = |at: usize| {
        let day = jiff::civil::date(2027, 1, 1).saturating_add(jiff::Span::new().days(at as i64));
        json!({"day": day.to_string(), "hours": []})
    };
    let days = |many: usize| json!({"days": (0..many).map(day).collect::<Vec<_>>()});
    let one = |hours: Value| json!({"days": [{"day": "2026-12-24", "hours": hours}]});
    let table = [
        ("/v1/calendar", days(367)),
        ("/v1/calendar", json!({})),
        (
            "/v1/calendar",
            json!({"days": [{"day": "2026-12-24", "hours": [], "x": 1}]}),
        ),
        ("/v1/calendar", json!({"days": [{"day": "2026-12-24"}]})),
        ("/v1/calendar", json!({"days": [day(1), day(1)]})),
        ("/v1/calendar", one(json!(["09:00-12:00", "11:59-14:00"]))),
        ("/v1/calendar", one(json!(["12:00-09:00"]))),
        ("/v1/calendar", one(json!(["22:00-25:00"]))),
        (
            "/v1/calendar",
            json!({"days": [{"day": "2026-02-30", "hours": []}]}),
        ),
        ("/v1/notice", json!({"text": {"de": "Hallo"}})),
        ("/v1/notice", json!({"text": {"ca": "x".repeat(501)}})),
        ("/v1/notice", json!({"text": {"ca": " "}})),
        ("/v1/notice", json!({"text": "Hola"})),
        (
            "/v1/notice",
            json!({"text": {"ca": "Hola"}, "until": "2026-11-24T10:00:00Z"}),
        ),
        (
            "/v1/notice",
            json!({"text": {"ca": "Hola"}, "until": "noon"}),
        ),
    ];
    let before = hub.state().await["seq"].clone();
    for (path, body) in table {
        let answer = hub.command(path, &body).await;
        assert_eq!(answer.outcome(), "400 malformed", "{path} {body}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("the body"), "{detail}");
    }
    assert_eq!(hub.state().await["seq"], before);
    assert_eq!(
        hub.command("/v1/calendar", &days(366)).await.outcome(),
        "200"
    );
    let touching = one(json!(["09:00-12:00", "12:00-14:00"]));
    assert_eq!(
        hub.command("/v1/calendar", &touching).await.outcome(),
        "200"
    );
    let words = json!({"text": {"ca": "à".repeat(500)}});
    assert_eq!(hub.command("/v1/notice", &words).await.outcome(), "200");
}

#[tokio::test]
async fn each_credential_may_do_what_is_its_own_and_nothing_else() {
    let folder = Folder::new();
    let credentials = Credentials::open(Beside::the_log(&folder.log()).credentials).unwrap();
    let add = |id: &str, grant: &str| {
        let grants = vec![grant.parse::<Grant>().unwrap()];
        credentials.add(&id.parse().unwrap(), grants).unwrap()
    };
    let tokens = [
        add("kiosk-1", "kiosk"),
        add("desk-2", "desk:2"),
        add("chief", "supervisor"),
        add("eye", "read"),
    ];
    let hub = Hub::start_as(&folder, false);
    let day = hub.state().await["day"].as_str().unwrap().to_owned();
    let ask = |path: String, body: Value, token: Option<String>| {
        let key = uuid::Uuid::new_v4().to_string();
        let mut request = Request::post(&path).header("idempotency-key", key);
        if let Some(token) = &token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        hub.ask(request.body(Body::from(body.to_string())).unwrap())
    };
    let issue = ask(
        "/v1/tickets".to_owned(),
        json!({"service": "general"}),
        Some(tokens[0].clone()),
    );
    assert_eq!(issue.await.outcome(), "201");
    let ticket = |what: &str| format!("/v1/tickets/{day}-A001/{what}");
    let none = json!({});
    // By kiosk-1, desk-2, chief and eye.
    let table = [
        (
            "/v1/check-ins".to_owned(),
            json!({"code": "x"}),
            [404, 404, 403, 403],
        ),
        (
            "/v1/appointments".to_owned(),
            json!({"appointments": []}),
            [403, 403, 200, 403],
        ),
        (ticket("call"), json!({"desk": "1"}), [403, 403, 200, 403]),
        (ticket("call"), json!({"desk": "2"}), [403, 409, 409, 403]),
        (ticket("call"), json!({"desk": "9"}), [403, 403, 404, 403]),
        (ticket("restore"), none.clone(), [403, 409, 409, 403]),
        (
            "/v1/desks/2/transfer".to_owned(),
            json!({"desk": "1"}),
            [403, 409, 403, 403],
        ),
        (
            "/v1/desks/1/transfer".to_owned(),
            json!({"desk": "2"}),
            [403, 403, 403, 403],
        ),
        (
            "/v1/desks/2/park".to_owned(),
            none.clone(),
            [403, 409, 403, 403],
        ),
        (
            "/v1/desks/2/resume".to_owned(),
            json!({"ticket": format!("{day}-A001")}),
            [403, 409, 403, 403],
        ),
        (
            "/v1/desks/2/pause".to_owned(),
            none.clone(),
            [403, 200, 403, 403],
        ),
        (
            "/v1/desks/1/pause".to_owned(),
            none.clone(),
            [403, 403, 403, 403],
        ),
        (
            "/v1/office/open".to_owned(),
            none.clone(),
            [403, 403, 200, 403],
        ),
        (
            "/v1/office/close".to_owned(),
            none.clone(),
            [403, 403, 200, 403],
        ),
        (
            "/v1/services/general/close".to_owned(),
            none.clone(),
            [403, 403, 200, 403],
        ),
        (
            "/v1/services/general/open".to_owned(),
            none.clone(),
            [403, 403, 200, 403],
        ),
        ("/v1/notice".to_owned(), none.clone(), [403, 403, 200, 403]),
        (
            "/v1/calendar".to_owned(),
            json!({"days": []}),
            [403, 403, 200, 403],
        ),
    ];
    for (path, body, statuses) in table {
        let anyone = ask(path.clone(), body.clone(), None).await;
        assert_eq!(anyone.outcome(), "401 unauthenticated", "{path}");
        if path == "/v1/check-ins" {
            // Asked of an open office: what the office says comes before what the code says.
            assert_eq!(hub.state().await["open"], true);
        }
        for (token, status) in tokens.iter().zip(statuses) {
            let answer = ask(path.clone(), body.clone(), Some(token.clone())).await;
            assert_eq!(
                answer.status.as_u16(),
                status,
                "{path} {body} {}",
                String::from_utf8_lossy(&answer.body)
            );
        }
    }
    // What may be asked is looked at before how it is asked.
    let broken = ask(
        "/v1/office/close".to_owned(),
        json!([]),
        Some(tokens[1].clone()),
    );
    assert_eq!(broken.await.outcome(), "403 forbidden");
}
