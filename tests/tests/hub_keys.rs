// SPDX-License-Identifier: GPL-3.0-or-later
//! Idempotency keys: a wish sent again is the same wish, and its answer the same answer.

use std::thread;

use reqwest::Method;
use serde_json::json;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};

fn hub() -> Hub {
    Hub::start(HubSetup::default()).expect("the hub starts")
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

#[test]
fn a_wish_sent_again_gets_the_first_answer_byte_for_byte_also_after_a_restart() {
    let mut hub = hub();
    let (key, wish) = (new_key(), json!({ "service": "general" }));
    let first = hub
        .post("/v1/tickets", &key, Some(&wish))
        .expect("an answer");
    assert!(!replayed(&first));
    hub.issue("general").expect("another ticket in between");
    let again = hub
        .post("/v1/tickets", &key, Some(&wish))
        .expect("an answer");
    hub.kill();
    hub.start_again().expect("the hub starts again");
    let later = hub
        .post("/v1/tickets", &key, Some(&wish))
        .expect("an answer");
    for copy in [&again, &later] {
        assert!(replayed(copy));
        assert_eq!((copy.status, &copy.body), (first.status, &first.body));
    }
}

#[test]
fn an_answer_without_a_body_is_remembered_too() {
    let hub = hub();
    let key = new_key();
    let first = hub.post("/v1/desks/1/next", &key, None).expect("an answer");
    assert_eq!((first.status, replayed(&first)), (204, false));
    hub.issue("general").expect("a ticket");
    let again = hub.post("/v1/desks/1/next", &key, None).expect("an answer");
    assert_eq!(
        (again.status, replayed(&again)),
        (204, true),
        "the key called nobody, and calls nobody now"
    );
}

#[test]
fn of_copies_that_race_exactly_one_is_the_first() {
    let hub = hub();
    for _ in 0..10 {
        let (key, wish) = (new_key(), json!({ "service": "registre" }));
        let answers: Vec<Answer> = thread::scope(|scope| {
            let copies = (0..8).map(|_| {
                scope.spawn(|| {
                    hub.post("/v1/tickets", &key, Some(&wish))
                        .expect("an answer")
                })
            });
            let copies: Vec<_> = copies.collect();
            copies
                .into_iter()
                .map(|one| one.join().expect("a copy goes on"))
                .collect()
        });
        assert_eq!(answers.iter().filter(|one| !replayed(one)).count(), 1);
        assert!(
            answers
                .iter()
                .all(|one| one.status == 201 && one.body == answers[0].body)
        );
    }
    let issued = hub
        .events()
        .expect("the log")
        .iter()
        .filter(|one| one["kind"] == "ticket-issued")
        .count();
    assert_eq!(issued, 10);
}

#[test]
fn a_key_used_for_something_else_is_refused() {
    let hub = hub();
    let key = new_key();
    hub.post("/v1/tickets", &key, Some(&json!({ "service": "general" })))
        .expect("an answer")
        .expect(201)
        .expect("a ticket");
    let other_body = hub.post("/v1/tickets", &key, Some(&json!({ "service": "padro" })));
    let other_path = hub.post("/v1/desks/1/next", &key, None);
    for answer in [other_body, other_path] {
        let problem = answer.expect("an answer").expect(422).expect("a refusal");
        assert_eq!(problem["code"], "idempotency-key-reused");
    }
}

#[test]
fn a_refusal_is_not_remembered() {
    let hub = hub();
    let key = new_key();
    let idle = hub
        .post("/v1/desks/3/finish", &key, None)
        .expect("an answer")
        .expect(409)
        .expect("a refusal");
    assert_eq!(idle["code"], "desk-idle");
    hub.issue("general").expect("a ticket");
    hub.desk("3", "next")
        .expect("an answer")
        .expect(200)
        .expect("a call");
    let now = hub
        .post("/v1/desks/3/finish", &key, None)
        .expect("an answer");
    assert_eq!(
        (now.status, replayed(&now)),
        (200, false),
        "the same key is decided anew"
    );
}

#[test]
fn a_command_without_a_usable_key_is_refused() {
    let hub = hub();
    let send = |key: Option<&str>| {
        let mut request = hub.request(Method::POST, "/v1/desks/1/next");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        Answer::to(request, "POST next")
            .expect("an answer")
            .expect(400)
            .expect("a refusal")["code"]
            .clone()
    };
    assert_eq!(send(None), "idempotency-key-missing");
    let too_long = "k".repeat(129);
    for key in ["", &too_long, "ñ"] {
        assert_eq!(send(Some(key)), "idempotency-key-invalid", "{key:?}");
    }
    let longest = "k".repeat(128);
    assert_eq!(
        hub.post("/v1/desks/1/next", &longest, None)
            .expect("an answer")
            .status,
        204
    );
}
