// SPDX-License-Identifier: GPL-3.0-or-later
//! Every operation of the hub's own document, asked in ways that nobody means well: whatever is asked, the answer has a
//! status and a media type that the document names, and is no 5xx.
//!
//! `tests/http-fuzz/run` asks far more, by schemathesis; this is what every test run can afford.

use reqwest::Method;
use serde_json::{Value, json};
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};

/// What may stand where a path names something.
const NAMES: [&str; 9] = [
    "1",
    "general",
    "2026-11-24-A001",
    "%00",
    "%2e%2e%2f%2e%2e",
    "%F0%9F%98%80",
    "%ff%fe",
    "'%20OR%201=1--",
    "a-name-that-is-longer-than-any-name-there-is-a-name-that-is-longer-than-any-name-there-is-a-name-that-is-longer",
];

/// What may stand in a body that is no command of anybody.
fn bodies() -> Vec<Vec<u8>> {
    let deep = "[".repeat(20_000);
    let wide = format!("{{\"service\":\"{}\"}}", "g".repeat(60_000));
    let mut bodies: Vec<Vec<u8>> = [
        "",
        "{}",
        "[]",
        "null",
        "0",
        "\"x\"",
        "{",
        "{\"service\":null}",
        "{\"service\":1e999}",
        "{\"service\":\"general\",\"service\":\"general\"}",
        "{\"service\":\"\\ud800\"}",
        "{\"service\":\"general\",\"class\":\"preferential\",\"language\":\"xx\"}",
        "{\"ticket\":\"2026-11-24-A001\",\"desk\":\"1\"}",
        "{\"code\":\"\",\"scan\":\"\\u0000\"}",
        "{\"outcome\":\"printed\",\"copy\":\"no\"}",
        "{\"days\":[{\"day\":\"2026-02-30\",\"hours\":[\"25:00-26:00\"]}]}",
        "{\"appointments\":[{\"uid\":\"\",\"start\":\"9999-12-31T23:59:59Z\",\"end\":null,\"service\":null,\"code\":null}]}",
        "{\"text\":{\"ca\":\"\\u202e\"},\"until\":\"0000-01-01T00:00:00Z\"}",
        "{\"what\":\"printer\",\"state\":\"../../etc\",\"until\":null}",
        "{\"id\":\"x\",\"password\":\"\"}",
        &deep,
        &wide,
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    bodies.push(vec![0xff, 0xfe, 0x00]);
    bodies
}

/// An operation of the document.
struct Operation<'a> {
    method: Method,
    path: &'a str,
    responses: &'a Value,
}

impl Operation<'_> {
    /// The path with `name` wherever something is named.
    fn at(&self, name: &str) -> String {
        let parts = self
            .path
            .split('/')
            .map(|part| match part.starts_with('{') {
                true => name,
                false => part,
            });
        parts.collect::<Vec<_>>().join("/")
    }

    fn holds(&self, answer: &Answer, what: &str) {
        let said = format!("{} {what}: {}", self.method, answer.outcome());
        assert!(answer.status < 500, "{said}");
        let status = answer.status.to_string();
        let named = self.responses.get(&status);
        let response = named.or_else(|| self.responses.get("default"));
        let media = answer.header("content-type").unwrap_or_default();
        let response =
            response.unwrap_or_else(|| panic!("{said}: the document has no such answer"));
        let kinds: Vec<&String> = response["content"]
            .as_object()
            .map(|content| content.keys().collect())
            .unwrap_or_default();
        let any = |kind: &str| kind == "*/*" || media.starts_with(kind);
        let fits = kinds.is_empty() || kinds.iter().any(|kind| any(kind));
        assert!(fits, "{said}: {media:?} is not one of {kinds:?}");
    }
}

#[test]
fn whatever_an_operation_is_asked_its_answer_is_one_that_the_document_has() {
    let prepared = HubSetup::default().prepare().expect("a configuration");
    let token = prepared
        .add_credential(
            "all-1",
            &["kiosk", "desk:1", "desk:2", "supervisor", "read"],
        )
        .expect("a credential");
    let hub = prepared.start().expect("the hub starts");
    let document = hub.get("/openapi.json").expect("an answer").json();
    let paths = document["paths"].as_object().expect("paths");
    let mut asked = 0;
    for (path, methods) in paths {
        for (method, described) in methods.as_object().expect("methods") {
            let operation = Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path,
                responses: &described["responses"],
            };
            asked += ask(&hub, &token, &operation);
        }
    }
    assert!(asked > 1_000, "only {asked} requests were made");
    let alive = hub.post(
        "/v1/tickets",
        &new_key(),
        Some(&json!({ "service": "general" })),
    );
    assert_eq!(alive.expect("it goes on").status, 401);
}

/// Asks an operation everything, and says how much that was.
fn ask(hub: &Hub, token: &str, operation: &Operation<'_>) -> usize {
    if operation.path == "/v1/events" {
        // Its answer does not end; what it refuses is asked where streams are.
        return 0;
    }
    let names: &[&str] = match operation.path.contains('{') {
        true => &NAMES,
        false => &NAMES[..1],
    };
    let bodies = match operation.method {
        Method::GET | Method::DELETE => vec![Vec::new()],
        _ => bodies(),
    };
    let mut asked = 0;
    for name in names {
        let path = operation.at(name);
        for body in &bodies {
            let request = hub
                .request(operation.method.clone(), &path)
                .bearer_auth(token)
                .header("idempotency-key", new_key())
                .header("content-type", "application/json")
                .body(body.clone());
            let answer = Answer::to(request, &path).expect("an answer");
            operation.holds(&answer, &path);
            asked += 1;
        }
    }
    asked + ask_by_headers(hub, token, operation)
}

/// Asks it with more headers than a request may have, and once more for what is known already.
fn ask_by_headers(hub: &Hub, token: &str, operation: &Operation<'_>) -> usize {
    let path = operation.at("desk.js");
    let request = || {
        let request = hub.request(operation.method.clone(), &path);
        request
            .bearer_auth(token)
            .header("idempotency-key", new_key())
    };
    let huge = request().header("x-huge", "x".repeat(17_000));
    let refused = Answer::to(huge, &path).expect("an answer");
    assert_eq!(refused.status, 431);
    operation.holds(&refused, &path);
    let first = Answer::to(request(), &path).expect("an answer");
    operation.holds(&first, &path);
    if let Some(tag) = first.header("etag") {
        let known = request().header("if-none-match", tag);
        let known = Answer::to(known, &path).expect("an answer");
        assert!(first.status != 200 || known.status == 304, "{path}");
        operation.holds(&known, &path);
    }
    3
}
