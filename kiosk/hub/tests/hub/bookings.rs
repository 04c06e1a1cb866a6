// SPDX-License-Identifier: GPL-3.0-or-later
//! Check-ins and the lists they are found in: posted ones, and those that a source hands over.

use serde_json::{Value, json};
use torn_hub::bookings::{Covers, Listed};
use torn_hub::writer::List;

use crate::support::{Answer, Folder, Hub, OFFICE, SetTime, until};

const NOON: &str = "2026-11-24T11:00:00Z";

fn booked(uid: &str, start: &str, code: &str) -> Value {
    json!({"uid": uid, "start": start, "service": "general", "code": code})
}

async fn post(hub: &Hub, appointments: &[Value]) -> Answer {
    let body = json!({"appointments": appointments});
    hub.command("/v1/appointments", &body).await
}

async fn check_in(hub: &Hub, code: &str) -> Answer {
    hub.command("/v1/check-ins", &json!({"code": code})).await
}

/// Who is booked and has not come, as a follower knows it.
async fn expected(hub: &Hub) -> Value {
    let mut state = torn_queue::State::default();
    for event in hub.events().await {
        state.apply(&serde_json::from_value(event).unwrap());
    }
    json!(state.expected())
}

fn start(folder: &Folder) -> (Hub, SetTime) {
    let time = SetTime::at(NOON);
    (Hub::start_at(folder, OFFICE, &time), time)
}

#[tokio::test]
async fn a_code_gives_the_ticket_of_its_hour_once() {
    let folder = Folder::new();
    let (hub, _time) = start(&folder);
    let taken = post(&hub, &[booked("u", "2026-11-24T11:05:00Z", "K7-Q2")]).await;
    assert_eq!(taken.json(), json!({"accepted": 1, "skipped": 0}));
    let answer = check_in(&hub, " k7 q2 ").await;
    assert_eq!(answer.outcome(), "201");
    let ticket = answer.json();
    assert_eq!(
        (&ticket["id"], &ticket["class"], &ticket["appointment_at"]),
        (
            &json!("2026-11-24-A001"),
            &json!("appointment"),
            &json!("2026-11-24T11:05:00.000Z")
        )
    );
    let link = ticket["link"].as_str().unwrap();
    assert!(link.starts_with("https://torn.example/t/"), "{link}");
    let again = check_in(&hub, "K7-Q2").await;
    assert_eq!(again.outcome(), "409 already-checked-in");
    let detail = again.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("A001"), "{detail}");
    let kinds: Vec<Value> = hub
        .events()
        .await
        .iter()
        .map(|one| one["kind"].clone())
        .collect();
    assert_eq!(
        kinds,
        [
            "day-began",
            "office-opened",
            "appointments-changed",
            "ticket-issued"
        ],
        "who has come is not expected, and that needs no fact of its own"
    );
}

#[tokio::test]
async fn what_was_read_by_a_reader_finds_it_too_and_so_does_a_uid() {
    let folder = Folder::new();
    let (hub, _time) = start(&folder);
    post(
        &hub,
        &[
            booked("u-1@x", "2026-11-24T11:05:00Z", "AA"),
            booked("u-2@x", "2026-11-24T11:05:00Z", "BB"),
        ],
    )
    .await;
    let scanned = hub
        .command(
            "/v1/check-ins",
            &json!({"scan": "AA\r\n", "language": "es"}),
        )
        .await;
    assert_eq!(
        (scanned.outcome().as_str(), &scanned.json()["language"]),
        ("201", &json!("es"))
    );
    assert_eq!(check_in(&hub, "U-2@x").await.outcome(), "201");
}

#[tokio::test]
async fn of_kiosks_with_one_code_at_once_exactly_one_gets_the_ticket() {
    let folder = Folder::new();
    let (hub, _time) = start(&folder);
    for round in 0..10 {
        let code = format!("C{round}");
        let list: Vec<Value> = (0..10)
            .map(|one| booked(&format!("u{one}"), NOON, &format!("C{one}")))
            .collect();
        post(&hub, &list).await;
        let answers = futures_util::future::join_all((0..8).map(|_| check_in(&hub, &code))).await;
        let outcomes: Vec<String> = answers.iter().map(Answer::outcome).collect();
        let given = outcomes.iter().filter(|one| *one == "201").count();
        let told = outcomes
            .iter()
            .filter(|one| *one == "409 already-checked-in")
            .count();
        assert_eq!((given, told), (1, 7), "{outcomes:?}");
    }
    assert_eq!(hub.state().await["waiting"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn a_check_in_and_its_mark_outlive_a_restart_and_a_key_sent_again_is_answered_again() {
    let folder = Folder::new();
    let (hub, time) = start(&folder);
    let list = [
        booked("a", NOON, "AA"),
        booked("b", "2026-11-24T12:00:00Z", "BB"),
    ];
    post(&hub, &list).await;
    let first = hub.post("/v1/check-ins", "k", r#"{"code":"AA"}"#).await;
    assert_eq!(first.outcome(), "201");
    let events = hub.events().await;
    hub.end();
    let hub = Hub::start_at(&folder, OFFICE, &time);
    let again = hub.post("/v1/check-ins", "k", r#"{"code":"AA"}"#).await;
    assert_eq!((&again.body, again.replayed()), (&first.body, true));
    assert_eq!(
        check_in(&hub, "AA").await.outcome(),
        "409 already-checked-in"
    );
    assert_eq!(hub.events().await, events, "a start alone changes nothing");
    assert_eq!(post(&hub, &list).await.outcome(), "200");
    assert_eq!(hub.events().await, events, "the same list is no news");
    assert_eq!(
        check_in(&hub, "AA").await.outcome(),
        "409 already-checked-in"
    );
    assert_eq!(check_in(&hub, "BB").await.outcome(), "201");
    let other = hub.post("/v1/check-ins", "k", r#"{"code":"BB"}"#).await;
    assert_eq!(other.outcome(), "422 idempotency-key-reused");
}

#[tokio::test]
async fn a_list_takes_the_place_of_the_one_before() {
    let folder = Folder::new();
    let (hub, _time) = start(&folder);
    let one = |uid: &str, code: &str| booked(uid, NOON, code);
    post(&hub, &[one("a", "AA"), one("b", "BB"), one("c", "CC")]).await;
    assert_eq!(check_in(&hub, "AA").await.outcome(), "201");
    let taken = post(&hub, &[one("b", "B2")]).await;
    assert_eq!(taken.json(), json!({"accepted": 1, "skipped": 0}));
    assert_eq!(
        check_in(&hub, "AA").await.outcome(),
        "409 already-checked-in"
    );
    assert_eq!(
        check_in(&hub, "BB").await.outcome(),
        "404 unknown-appointment"
    );
    assert_eq!(
        check_in(&hub, "CC").await.outcome(),
        "409 appointment-cancelled"
    );
    post(&hub, &[one("c", "CC")]).await;
    assert_eq!(check_in(&hub, "CC").await.outcome(), "201", "it came back");
    let unknown = json!({"uid": "d", "start": NOON, "service": "tea", "code": "DD"});
    let no_name = json!({"uid": "e", "start": NOON, "service": "No Name!"});
    let taken = post(&hub, &[unknown, no_name, one("c", "CC")]).await;
    assert_eq!(taken.json(), json!({"accepted": 1, "skipped": 2}));
    assert_eq!(
        check_in(&hub, "DD").await.outcome(),
        "404 unknown-appointment"
    );
}

#[tokio::test]
async fn a_check_in_is_refused_by_the_day_the_hour_of_the_office_and_the_code() {
    let folder = Folder::new();
    let (hub, _time) = start(&folder);
    post(
        &hub,
        &[
            booked("t", "2026-11-26T11:00:00Z", "TT"),
            booked("n", NOON, "NN"),
        ],
    )
    .await;
    let other_day = check_in(&hub, "TT").await;
    assert_eq!(other_day.outcome(), "409 appointment-other-day");
    let detail = other_day.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("2026-11-26"), "{detail}");
    hub.command("/v1/office/close", &Value::Null).await;
    for code in ["NN", "TT", "nobody"] {
        assert_eq!(
            check_in(&hub, code).await.outcome(),
            "409 office-closed",
            "{code}"
        );
    }
    hub.command("/v1/office/open", &Value::Null).await;
    assert_eq!(
        check_in(&hub, "nobody").await.outcome(),
        "404 unknown-appointment"
    );
    assert_eq!(check_in(&hub, "NN").await.outcome(), "201");
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_told_before_the_rules_are_asked() {
    let folder = Folder::new();
    let (hub, _time) = start(&folder);
    hub.command("/v1/office/close", &Value::Null).await;
    let good = booked("u", NOON, "K7");
    let with = |member: &str, value: Value| {
        let mut one = good.clone();
        one[member] = value;
        json!({"appointments": [one]})
    };
    let check_ins = [
        json!({}),
        json!({"code": null}),
        json!({"code": "A", "scan": "A"}),
        json!({"code": ""}),
        json!({"code": " \t"}),
        json!({"code": "x".repeat(257)}),
        json!({"scan": "x".repeat(4297)}),
        json!({"code": "A", "language": "de"}),
        json!({"code": "A", "name": "x"}),
    ];
    let lists = [
        json!({}),
        json!({"appointments": [good.clone()], "x": 1}),
        with("uid", json!("")),
        with("uid", json!("x".repeat(513))),
        with("code", json!("x".repeat(257))),
        with("start", json!("1999-01-01T00:00:00Z")),
        with("start", json!("2201-01-01T00:00:00Z")),
        with("end", json!("1999-01-01T00:00:00Z")),
        with("name", json!("x")),
    ];
    let check_ins = check_ins.into_iter().map(|body| ("/v1/check-ins", body));
    let lists = lists.into_iter().map(|body| ("/v1/appointments", body));
    for (path, body) in check_ins.chain(lists) {
        let answer = hub.command(path, &body).await;
        assert_eq!(answer.outcome(), "400 malformed", "{path} {body}");
    }
    for list in [
        with("code", Value::Null),
        with("code", json!("")),
        with("code", json!(" ")),
        with("end", Value::Null),
        with("end", json!(NOON)),
        with("end", json!("2026-11-24T10:59:00Z")),
    ] {
        let answer = hub.command("/v1/appointments", &list).await;
        assert_eq!(answer.json()["accepted"], 1, "{list}");
    }
}

#[tokio::test]
async fn of_a_list_what_has_no_service_and_all_but_the_last_of_one_uid_are_skipped() {
    let folder = Folder::new();
    let (hub, _time) = start(&folder);
    let over = booked("over", "2026-11-23T22:59:00Z", "OO");
    // Eleven in the evening in the zone of zero, and past midnight in Madrid.
    let early = booked("early", "2026-11-23T23:00:00Z", "EE");
    let told = |start: &str, service: Value, code: &str| json!({"start": start, "end": null, "uid": "told", "service": service, "code": code});
    let list = [
        over,
        early,
        told(NOON, json!("general"), "T1"),
        told("2026-11-24T12:00:00+01:00", json!("general"), "T2"),
        json!({"uid": "n", "start": NOON, "service": null, "code": "NN"}),
    ];
    let taken = post(&hub, &list).await;
    assert_eq!(taken.json(), json!({"accepted": 3, "skipped": 2}));
    let late = check_in(&hub, "OO").await;
    assert_eq!(late.outcome(), "409 appointment-other-day");
    for code in ["T1", "NN"] {
        assert_eq!(
            check_in(&hub, code).await.outcome(),
            "404 unknown-appointment",
            "{code}"
        );
    }
    assert_eq!(check_in(&hub, "EE").await.outcome(), "201");
    assert_eq!(check_in(&hub, "T2").await.outcome(), "201");
    let gone = [
        told(NOON, json!("general"), "T3"),
        told(NOON, Value::Null, "T4"),
    ];
    let taken = post(&hub, &gone).await;
    let none = json!({"accepted": 0, "skipped": 2});
    assert_eq!(taken.json(), none, "the last counts, whatever it is");
}

#[tokio::test]
async fn what_a_source_hands_over_is_found_beside_what_is_posted() {
    let folder = Folder::new();
    let (hub, _time) = start(&folder);
    post(&hub, &[booked("u", NOON, "posted")]).await;
    let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    let listed = |uid: &str, start: &str, service: Option<&str>| Listed {
        uid: uid.to_owned(),
        start: start.parse().unwrap(),
        end: None,
        service: service.and_then(|id| id.parse().ok()),
        code: Some(format!("code of {uid}")),
        cancelled: false,
    };
    let hand_over = |listed: Vec<Listed>| {
        hub.app
            .inbox
            .hand_over(List {
                source: "booking tool".to_owned(),
                covers: Covers::Days(day("2026-11-24")..=day("2026-12-01")),
                listed,
            })
            .unwrap();
    };
    hand_over(vec![
        listed("a", NOON, Some("general")),
        listed("b", "2026-11-25T10:00:00Z", Some("general")),
        listed("c", NOON, None),
        Listed {
            cancelled: true,
            ..listed("d", NOON, Some("general"))
        },
    ]);
    until("it is taken", async || {
        check_in(&hub, "code of b").await.outcome() == "409 appointment-other-day"
    })
    .await;
    assert_eq!(check_in(&hub, "posted").await.outcome(), "201");
    assert_eq!(
        check_in(&hub, "code of c").await.outcome(),
        "404 unknown-appointment"
    );
    assert_eq!(
        check_in(&hub, "code of d").await.outcome(),
        "409 appointment-cancelled"
    );
    assert_eq!(
        expected(&hub).await,
        json!({"general": ["2026-11-24T11:00:00.000Z"]})
    );
    hand_over(vec![]);
    until("it is gone", async || {
        check_in(&hub, "code of a").await.outcome() == "409 appointment-cancelled"
    })
    .await;
    assert_eq!(
        check_in(&hub, "posted").await.outcome(),
        "409 already-checked-in"
    );
    assert_eq!(expected(&hub).await, json!({}));
}
