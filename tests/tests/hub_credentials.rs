// SPDX-License-Identifier: GPL-3.0-or-later
//! Who may write: nobody without a credential off the loopback, and nobody beyond their grants.

use reqwest::Method;
use serde_json::{Value, json};
use torn_tests::lab::hosts::Place;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, Prepared, new_key};
use torn_tests::lab::programs::Program;
use torn_tests::lab::wait;

fn prepare(listen: &str) -> Prepared {
    let setup = HubSetup {
        listen: listen.to_owned(),
        ..HubSetup::default()
    };
    setup.prepare().expect("a configuration")
}

fn post(hub: &Hub, token: Option<&str>, path: &str, body: Option<&Value>) -> Answer {
    let mut request = hub
        .request(Method::POST, path)
        .header("idempotency-key", new_key());
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    Answer::to(request, &format!("POST {path}")).expect("an answer")
}

#[test]
fn off_the_loopback_a_hub_without_credentials_does_not_start_and_says_what_to_do() {
    let prepared = prepare("0.0.0.0:0");
    let hub =
        Program::start(&Place::Here, "torn-hub", prepared.config(), &[]).expect("it can be run");
    let status = hub.wait_for_end(wait::GENEROUS).expect("it ends");
    assert!(!status.success());
    wait::until("it says why", wait::GENEROUS, || {
        hub.stderr()
            .contains("torn-hub credential add")
            .then_some(())
    })
    .expect("it says what to do");
}

#[test]
fn on_the_loopback_without_credentials_all_may_write_as_local() {
    let hub = prepare("127.0.0.1:0").start().expect("the hub starts");
    hub.issue("general").expect("a ticket");
    let events = hub.events().expect("the log");
    assert_eq!(events.last().expect("an event")["by"], "local");
}

#[test]
fn where_there_are_credentials_each_may_do_what_it_was_granted_and_no_more() {
    let prepared = prepare("127.0.0.1:0");
    let kiosk = prepared
        .add_credential("kiosk-1", &["kiosk"])
        .expect("a credential");
    let desk = prepared
        .add_credential("desk-2", &["desk:2"])
        .expect("a credential");
    let reader = prepared
        .add_credential("reader", &["read"])
        .expect("a credential");
    let listed = prepared.credential(&["list"]).expect("a list");
    for id in ["kiosk-1", "desk-2", "reader"] {
        assert!(listed.contains(id), "{listed}");
    }
    for token in [&kiosk, &desk, &reader] {
        assert!(!listed.contains(token.as_str()), "a token is shown once");
    }
    let hub = prepared.start().expect("the hub starts");

    let wish = json!({ "service": "general" });
    let issue = |token| post(&hub, token, "/v1/tickets", Some(&wish));
    let next = |token, desk: &str| post(&hub, token, &format!("/v1/desks/{desk}/next"), None);
    let code =
        |answer: &Answer, status| answer.expect(status).expect("that status")["code"].clone();

    assert_eq!(code(&issue(None), 401), "unauthenticated");
    assert_eq!(code(&issue(Some("nonsense")), 401), "unauthenticated");
    assert_eq!(code(&issue(Some(&reader)), 403), "forbidden");
    let ticket = issue(Some(&kiosk)).expect(201).expect("a ticket");
    assert_eq!(code(&next(Some(&kiosk), "2"), 403), "forbidden");
    assert_eq!(code(&next(Some(&desk), "1"), 403), "forbidden");
    assert_eq!(
        next(Some(&desk), "2").expect(200).expect("a call")["id"],
        ticket["id"]
    );
    assert_eq!(
        hub.get("/v1/state").expect("an answer").status,
        200,
        "anyone may read"
    );

    let events = hub.events().expect("the log");
    let by: Vec<&Value> = events
        .iter()
        .filter(|one| one["ticket"] == ticket["id"])
        .map(|one| &one["by"])
        .collect();
    assert_eq!(by, ["kiosk-1", "desk-2"]);
}

#[test]
fn a_revoked_credential_stops_working_while_the_hub_runs() {
    let prepared = prepare("127.0.0.1:0");
    let kiosk = prepared
        .add_credential("kiosk-1", &["kiosk"])
        .expect("a credential");
    let other = prepared
        .add_credential("kiosk-2", &["kiosk"])
        .expect("a credential");
    let hub = prepared.start().expect("the hub starts");
    let wish = json!({ "service": "general" });
    assert_eq!(
        post(&hub, Some(&kiosk), "/v1/tickets", Some(&wish)).status,
        201
    );
    hub.credential(&["revoke", "kiosk-1"])
        .expect("it is revoked");
    wait::until("the token is refused", wait::GENEROUS, || {
        (post(&hub, Some(&kiosk), "/v1/tickets", Some(&wish)).status == 401).then_some(())
    })
    .expect("the token is refused");
    assert_eq!(
        post(&hub, Some(&other), "/v1/tickets", Some(&wish)).status,
        201,
        "the other one stays"
    );
}
