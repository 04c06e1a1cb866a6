// SPDX-License-Identifier: GPL-3.0-or-later
//! Check-ins on the wire: who is booked and comes gets one number, and every refusal has its code.
//!
//! The appointments are posted, as a booking tool would; those from files are tested with their sources.

use std::thread;

use serde_json::{Value, json};
use torn_queue::Timestamp;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};

const MIN_MS: i64 = 60_000;

/// A hub whose office has a service in another building.
fn hub() -> Hub {
    let own = "[[service]]\nid = \"urbanisme\"\nplace = \"Can Mach\"\n";
    Hub::start(HubSetup {
        own: own.to_owned(),
        public_url: Some("https://torn.example.cat".to_owned()),
        ..HubSetup::default()
    })
    .expect("the hub starts")
}

fn now(hub: &Hub) -> Timestamp {
    let now = hub.state().expect("the state")["now"].clone();
    serde_json::from_value(now).expect("a time")
}

/// Books `code` for `service`, so many minutes from now, and gives the hour.
fn booked(start: Timestamp, service: &str, code: &str) -> Value {
    json!({ "uid": format!("uid-of-{code}@example.cat"), "start": start, "end": start.plus_ms(10 * MIN_MS),
        "service": service, "code": code })
}

fn book(hub: &Hub, appointments: &[Value]) {
    let all = json!({ "appointments": appointments });
    let answer = hub.command("/v1/appointments", &all).expect("an answer");
    let taken = answer.expect(200).expect("they are taken");
    assert_eq!(
        taken,
        json!({ "accepted": appointments.len(), "skipped": 0 })
    );
}

fn check_in(hub: &Hub, wish: &Value) -> Answer {
    hub.command("/v1/check-ins", wish).expect("an answer")
}

fn check_in_code(hub: &Hub, code: &str) -> Answer {
    check_in(hub, &json!({ "code": code }))
}

#[test]
fn a_code_typed_or_scanned_gives_the_ticket_of_its_hour() {
    let hub = hub();
    let hour = now(&hub).plus_ms(3 * MIN_MS);
    book(
        &hub,
        &[booked(hour, "idcat", "K7Q2"), booked(hour, "padro", "ZX81")],
    );
    let ticket = check_in(&hub, &json!({ "code": "K7Q2", "language": "fr" }));
    let ticket = ticket.expect(201).expect("a ticket");
    assert_eq!(
        ticket["service"], "idcat",
        "what needs an appointment is given to who has one"
    );
    assert_eq!(ticket["number"], "E001");
    assert_eq!(
        (&ticket["class"], &ticket["status"]),
        (&json!("appointment"), &json!("waiting"))
    );
    assert_eq!(ticket["language"], "fr");
    assert_eq!(
        (&ticket["appointment_at"], &ticket["due_at"]),
        (&json!(hour), &json!(hour))
    );
    assert_eq!(ticket["ahead"], 0);
    let link = ticket["link"].as_str().expect("its page");
    assert!(link.starts_with("https://torn.example.cat/t/"), "{link}");

    let scanned = check_in(&hub, &json!({ "scan": "ZX81" }))
        .expect(201)
        .expect("a ticket");
    assert_eq!(
        (&scanned["service"], &scanned["language"]),
        (&json!("padro"), &json!("ca"))
    );

    let shown = hub
        .get("/v1/tickets/".to_owned().as_str())
        .expect("an answer");
    assert_eq!(shown.status, 404);
    let path = format!("/v1/tickets/{}", ticket["id"].as_str().unwrap_or_default());
    let shown = hub
        .get(&path)
        .expect("an answer")
        .expect(200)
        .expect("the ticket");
    assert_eq!(shown["appointment_at"], json!(hour));
    assert_eq!(
        shown.get("link"),
        None,
        "its page is told to who took it, and to nobody else"
    );

    let events = hub.events().expect("the log");
    let issued: Vec<&Value> = events
        .iter()
        .filter(|one| one["kind"] == "ticket-issued")
        .collect();
    assert_eq!(issued.len(), 2);
    for (member, value) in [
        ("class", json!("appointment")),
        ("due_at", json!(hour)),
        ("appointment_at", json!(hour)),
        ("ahead", json!(0)),
        ("service", json!("idcat")),
        ("by", json!("local")),
    ] {
        assert_eq!(issued[0][member], value, "{member}");
    }
    assert!(
        issued[0].get("wait").is_some(),
        "the promise is there, also as null"
    );
}

#[test]
fn a_check_in_tells_early_in_time_and_late_apart() {
    let hub = hub();
    let at = now(&hub);
    let hours = [("early", 30), ("due", -1), ("grace", -9), ("late", -11)];
    let hours = hours.map(|(code, min)| (code, at.plus_ms(min * MIN_MS)));
    book(
        &hub,
        &hours.map(|(code, hour)| booked(hour, "general", code)),
    );
    for (code, hour) in hours {
        let ticket = check_in_code(&hub, code).expect(201).expect("a ticket");
        assert_eq!(
            ticket["appointment_at"],
            json!(hour),
            "{code}: the ticket names the hour"
        );
        let late = code == "late";
        let class = if late { "walk-in" } else { "appointment" };
        assert_eq!(ticket["class"], class, "{code}");
        let due = if late {
            &ticket["issued_at"]
        } else {
            &json!(hour)
        };
        assert_eq!(&ticket["due_at"], due, "{code}");
    }
    let waiting = hub.state().expect("the state")["waiting"].clone();
    let hours: Vec<&Value> = waiting
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| &one["appointment_at"])
        .collect();
    let order = [-9, -1, -11, 30].map(|min| json!(at.plus_ms(min * MIN_MS)));
    assert_eq!(
        hours,
        order.iter().collect::<Vec<_>>(),
        "who is early waits for whoever is due"
    );
}

#[test]
fn an_early_appointment_is_called_only_when_nobody_due_waits() {
    let hub = hub();
    book(
        &hub,
        &[booked(now(&hub).plus_ms(40 * MIN_MS), "general", "early")],
    );
    let early = check_in_code(&hub, "early").expect(201).expect("a ticket");
    let walk_in = hub.issue("general").expect("a ticket");
    let called = |desk| {
        hub.desk(desk, "next")
            .expect("an answer")
            .expect(200)
            .expect("a call")["id"]
            .clone()
    };
    assert_eq!(called("1"), walk_in["id"]);
    assert_eq!(
        called("2"),
        early["id"],
        "no desk is held idle for the hour"
    );
}

#[test]
fn every_check_in_that_is_refused_says_why() {
    let hub = hub();
    let at = now(&hub);
    let (soon, day) = (at.plus_ms(5 * MIN_MS), 24 * 60 * MIN_MS);
    book(
        &hub,
        &[
            booked(soon, "general", "today"),
            booked(soon.plus_ms(day), "general", "tomorrow"),
            booked(soon, "urbanisme", "elsewhere"),
            booked(soon, "general", "closed"),
        ],
    );
    let outcome = |code: &str| check_in_code(&hub, code).outcome();
    assert_eq!(outcome("nobody"), "404 unknown-appointment");
    assert_eq!(outcome("today"), "201");
    assert_eq!(outcome("today"), "409 already-checked-in");
    let again = check_in_code(&hub, "today").json();
    assert!(
        again["detail"]
            .as_str()
            .unwrap_or_default()
            .contains("A001"),
        "{again}"
    );
    assert_eq!(outcome("tomorrow"), "409 appointment-other-day");
    assert_eq!(outcome("elsewhere"), "409 appointment-other-place");
    let elsewhere = check_in_code(&hub, "elsewhere").json();
    assert!(
        elsewhere["detail"]
            .as_str()
            .unwrap_or_default()
            .contains("Can Mach"),
        "{elsewhere}"
    );

    hub.command("/v1/office/close", &Value::Null)
        .expect("an answer")
        .expect(200)
        .expect("it closes");
    assert_eq!(outcome("closed"), "409 office-closed");
    hub.command("/v1/office/open", &Value::Null)
        .expect("an answer")
        .expect(200)
        .expect("it opens");
    assert_eq!(outcome("closed"), "201", "a refusal is not remembered");
}

#[test]
fn a_check_in_that_is_malformed_is_refused_before_the_rules() {
    let hub = hub();
    book(&hub, &[booked(now(&hub), "general", "K7Q2")]);
    for wish in [
        json!({}),
        json!({ "code": "K7Q2", "scan": "K7Q2" }),
        json!({ "code": null, "scan": null }),
        json!({ "code": 7 }),
        json!({ "code": "K7Q2", "name": "x" }),
        json!({ "code": "K7Q2", "language": "de" }),
        json!({ "code": "K7Q2", "language": "no language" }),
        json!(["K7Q2"]),
    ] {
        assert_eq!(check_in(&hub, &wish).outcome(), "400 malformed", "{wish}");
    }
    for wish in [
        json!({ "code": "" }),
        json!({ "code": "  " }),
        json!({ "code": "x".repeat(5_000) }),
    ] {
        let outcome = check_in(&hub, &wish).outcome();
        assert!(
            ["400 malformed", "404 unknown-appointment"].contains(&outcome.as_str()),
            "{wish}: {outcome}"
        );
    }
    assert_eq!(check_in_code(&hub, "K7Q2").outcome(), "201");
}

#[test]
fn a_check_in_sent_again_is_answered_again_and_is_one_ticket() {
    let mut hub = hub();
    book(&hub, &[booked(now(&hub), "general", "K7Q2")]);
    let (key, wish) = (new_key(), json!({ "code": "K7Q2" }));
    let send = |hub: &Hub| {
        hub.post("/v1/check-ins", &key, Some(&wish))
            .expect("an answer")
    };
    let first = send(&hub);
    first.expect(201).expect("a ticket");
    let again = send(&hub);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    hub.kill();
    hub.start_again().expect("it starts again");
    assert_eq!(send(&hub).body, first.body, "also after a power cut");
    assert_eq!(
        check_in_code(&hub, "K7Q2").outcome(),
        "409 already-checked-in",
        "the mark is kept too"
    );
    let other = hub
        .post("/v1/check-ins", &key, Some(&json!({ "code": "X" })))
        .expect("an answer");
    assert_eq!(other.outcome(), "422 idempotency-key-reused");
    assert_eq!(
        hub.state().expect("the state")["waiting"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn of_many_kiosks_with_the_same_code_at_once_one_gets_the_ticket() {
    let hub = hub();
    let codes: Vec<String> = (0..8).map(|number| format!("C{number}")).collect();
    let at = now(&hub);
    book(
        &hub,
        &codes
            .iter()
            .map(|code| booked(at, "general", code))
            .collect::<Vec<_>>(),
    );
    for code in &codes {
        let answers: Vec<String> = thread::scope(|scope| {
            let kiosks: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| check_in_code(&hub, code).outcome()))
                .collect();
            kiosks
                .into_iter()
                .map(|one| one.join().expect("a kiosk goes on"))
                .collect()
        });
        let given = answers.iter().filter(|one| *one == "201").count();
        let refused = answers
            .iter()
            .filter(|one| *one == "409 already-checked-in")
            .count();
        assert_eq!((given, refused), (1, 5), "{code}: {answers:?}");
    }
    assert_eq!(
        hub.state().expect("the state")["waiting"]
            .as_array()
            .map(Vec::len),
        Some(codes.len())
    );
}

#[test]
fn a_service_by_appointment_refuses_a_walk_in_and_gives_the_ticket_to_who_is_booked() {
    let hub = hub();
    let wish = json!({ "service": "cadastre" });
    let refused = hub.command("/v1/tickets", &wish).expect("an answer");
    assert_eq!(refused.outcome(), "409 appointment-required");
    let class = json!({ "service": "general", "class": "appointment" });
    let refused = hub.command("/v1/tickets", &class).expect("an answer");
    assert_eq!(refused.outcome(), "400 class-not-allowed");
    let office = hub
        .get("/v1/office")
        .expect("an answer")
        .expect(200)
        .expect("the office");
    let cadastre = office["services"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["id"] == "cadastre");
    let fallback = cadastre.expect("the service")["fallback"]
        .as_str()
        .expect("its way out")
        .to_owned();
    hub.issue(&fallback).expect("nobody leaves with nothing");
}
