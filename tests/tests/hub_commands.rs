// SPDX-License-Identifier: GPL-3.0-or-later
//! What holds for every command alike: sent again it is answered again, what is checked first is told first,
//! and of two that race for one person or one place, one wins.

use std::thread;

use reqwest::Method;
use serde_json::{Value, json};
use torn_tests::lab::hub::{Hub, HubSetup, new_key};

const NOTHING: Value = Value::Null;
const DESKS: [&str; 3] = ["1", "2", "3"];

fn hub() -> Hub {
    Hub::start(HubSetup::default()).expect("the hub starts")
}

fn done(hub: &Hub, path: &str, wish: &Value) -> Value {
    hub.command(path, wish)
        .expect("an answer")
        .expect(200)
        .expect(path)
}

fn id(ticket: &Value) -> String {
    ticket["id"].as_str().unwrap_or_default().to_owned()
}

/// Calls someone new to a desk and gives the ticket.
fn at_desk(hub: &Hub, desk: &str) -> String {
    id(&hub.issue("general").expect("a ticket"));
    id(&hub
        .desk(desk, "next")
        .expect("an answer")
        .expect(200)
        .expect("a call"))
}

/// Someone who did not come to the call.
fn missed(hub: &Hub) -> String {
    let ticket = at_desk(hub, "4");
    done(hub, "/v1/desks/4/no-show", &NOTHING);
    ticket
}

fn parked(hub: &Hub) -> String {
    let ticket = at_desk(hub, "4");
    done(hub, "/v1/desks/4/park", &NOTHING);
    ticket
}

#[test]
fn a_command_sent_again_is_answered_as_the_first_time_and_does_nothing_more() {
    let mut hub = hub();
    let (restore, resume) = (missed(&hub), parked(&hub));
    at_desk(&hub, "1");
    let waits = id(&hub.issue("padro").expect("a ticket"));
    let notice = json!({ "text": { "ca": "Hola" } });
    let day = json!({ "days": [{ "day": "2199-01-07", "hours": [] }] });
    let commands = [
        (format!("/v1/tickets/{restore}/restore"), NOTHING),
        (format!("/v1/tickets/{waits}/call"), json!({ "desk": "2" })),
        ("/v1/desks/3/resume".to_owned(), json!({ "ticket": resume })),
        (
            "/v1/desks/1/transfer".to_owned(),
            json!({ "service": "tributs" }),
        ),
        ("/v1/desks/2/park".to_owned(), NOTHING),
        ("/v1/desks/2/pause".to_owned(), json!({})),
        ("/v1/services/padro/close".to_owned(), NOTHING),
        ("/v1/services/padro/open".to_owned(), NOTHING),
        ("/v1/notice".to_owned(), notice),
        ("/v1/calendar".to_owned(), day),
        ("/v1/appointments".to_owned(), json!({ "appointments": [] })),
        ("/v1/office/close".to_owned(), NOTHING),
        ("/v1/office/open".to_owned(), NOTHING),
    ];
    let mut first = Vec::new();
    for (path, wish) in &commands {
        let (key, wish) = (new_key(), Some(wish).filter(|wish| !wish.is_null()));
        let answer = hub.post(path, &key, wish).expect("an answer");
        answer.expect(200).expect("it is followed");
        assert!(answer.header("torn-log").is_some(), "{path}");
        first.push((path, key, wish, answer));
    }
    let seq = hub.state().expect("the state")["seq"].clone();
    for power_cut in [false, true] {
        if power_cut {
            hub.kill();
            hub.start_again().expect("it starts again");
        }
        for (path, key, wish, first) in &first {
            let again = hub.post(path, key, *wish).expect("an answer");
            assert_eq!(
                (again.status, &again.body),
                (first.status, &first.body),
                "{path}"
            );
            assert_eq!(again.header("idempotency-replayed"), Some("true"), "{path}");
        }
        assert_eq!(
            hub.state().expect("the state")["seq"],
            seq,
            "nothing more has happened"
        );
    }
}

#[test]
fn what_is_checked_first_is_told_first() {
    let hub = hub();
    let wrong = json!({ "no": "such member" });
    for path in [
        "/v1/tickets/2020-01-01-A001/restore",
        "/v1/tickets/2020-01-01-A001/call",
        "/v1/desks/9/transfer",
        "/v1/desks/9/park",
        "/v1/desks/9/resume",
        "/v1/desks/9/pause",
        "/v1/services/passports/close",
        "/v1/services/No%20Key/open",
    ] {
        let answer = hub.command(path, &wrong).expect("an answer");
        assert_eq!(
            answer.status,
            404,
            "the path comes before the body: {path} {}",
            answer.outcome()
        );
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{path}"
        );
        let keyless = hub.request(Method::POST, path).send().expect("an answer");
        assert_eq!(
            keyless.status().as_u16(),
            400,
            "and the key before the path: {path}"
        );
    }
    for path in [
        "/v1/desks/1/park",
        "/v1/desks/1/pause",
        "/v1/office/open",
        "/v1/office/close",
        "/v1/services/padro/open",
        "/v1/notice",
        "/v1/calendar",
        "/v1/check-ins",
        "/v1/appointments",
    ] {
        let answer = hub.command(path, &wrong).expect("an answer");
        assert_eq!(
            answer.outcome(),
            "400 malformed",
            "the body before the rules: {path}"
        );
        let read = hub.get(path).expect("an answer");
        assert_eq!(read.outcome(), "405 method-not-allowed", "{path}");
    }
}

/// How often one of the commands, all sent at once, was followed, and the outcomes of the rest.
fn race(hub: &Hub, commands: &[(String, Value)]) -> (usize, Vec<String>) {
    let outcomes: Vec<String> = thread::scope(|scope| {
        let all: Vec<_> = commands
            .iter()
            .map(|(path, wish)| {
                scope.spawn(move || hub.command(path, wish).expect("an answer").outcome())
            })
            .collect();
        all.into_iter()
            .map(|one| one.join().expect("it goes on"))
            .collect()
    });
    let followed = outcomes.iter().filter(|one| *one == "200").count();
    (
        followed,
        outcomes.into_iter().filter(|one| one != "200").collect(),
    )
}

#[test]
fn of_desks_that_race_for_one_person_one_gets_them() {
    let hub = hub();
    for round in 0..5 {
        let one = parked(&hub);
        let resume =
            DESKS.map(|desk| (format!("/v1/desks/{desk}/resume"), json!({ "ticket": one })));
        let (followed, refused) = race(&hub, &resume);
        assert_eq!(
            (followed, refused),
            (1, vec!["409 ticket-not-parked".to_owned(); 2]),
            "round {round}"
        );
        let free = |desk: &str| drop(hub.desk(desk, "finish").expect("an answer"));
        DESKS.into_iter().for_each(free);

        let one = id(&hub.issue("general").expect("a ticket"));
        let call = DESKS.map(|desk| (format!("/v1/tickets/{one}/call"), json!({ "desk": desk })));
        let (followed, refused) = race(&hub, &call);
        assert_eq!(
            (followed, refused),
            (1, vec!["409 ticket-not-waiting".to_owned(); 2]),
            "round {round}"
        );
        DESKS.into_iter().for_each(free);

        let one = missed(&hub);
        let restore = [0; 3].map(|_| (format!("/v1/tickets/{one}/restore"), NOTHING));
        let (followed, refused) = race(&hub, &restore);
        assert_eq!(
            (followed, refused),
            (1, vec!["409 ticket-not-no-show".to_owned(); 2]),
            "round {round}"
        );
        assert_eq!(
            id(&hub
                .desk("1", "next")
                .expect("an answer")
                .expect(200)
                .expect("a call")),
            one
        );
        free("1");
    }
}

#[test]
fn of_two_people_who_are_called_to_one_desk_at_once_one_goes_on_waiting() {
    let hub = hub();
    for round in 0..5 {
        let two = [0; 2].map(|_| id(&hub.issue("general").expect("a ticket")));
        let call = two
            .clone()
            .map(|ticket| (format!("/v1/tickets/{ticket}/call"), json!({ "desk": "1" })));
        let (followed, refused) = race(&hub, &call);
        assert_eq!(
            (followed, refused),
            (1, vec!["409 desk-serving".to_owned()]),
            "round {round}"
        );
        let state = hub.state().expect("the state");
        let waiting: Vec<String> = state["waiting"]
            .as_array()
            .into_iter()
            .flatten()
            .map(id)
            .collect();
        assert!(
            waiting.len() == 1 && two.contains(&waiting[0]),
            "round {round}: {waiting:?}"
        );
        for _ in 0..2 {
            hub.desk("1", "next").expect("an answer");
        }
    }
}

#[test]
fn a_member_that_is_not_known_is_refused_and_an_empty_body_is_no_body() {
    let hub = hub();
    let ticket = missed(&hub);
    let path = format!("/v1/tickets/{ticket}/restore");
    assert_eq!(
        hub.command(&path, &json!({ "after": "A002" }))
            .expect("an answer")
            .outcome(),
        "400 malformed"
    );
    assert_eq!(
        hub.command(&path, &json!({})).expect("an answer").outcome(),
        "200"
    );
    for (path, wish) in [
        (
            "/v1/desks/1/transfer",
            json!({ "service": "padro", "why": "x" }),
        ),
        (
            "/v1/desks/1/resume",
            json!({ "ticket": "2026-01-01-A001", "why": "x" }),
        ),
        ("/v1/desks/1/resume", json!({ "ticket": "A001" })),
        ("/v1/desks/1/transfer", json!({ "desk": "No Desk" })),
        (
            "/v1/desks/1/transfer",
            json!({ "service": null, "desk": null }),
        ),
    ] {
        assert_eq!(
            hub.command(path, &wish).expect("an answer").outcome(),
            "400 malformed",
            "{wish}"
        );
    }
}
