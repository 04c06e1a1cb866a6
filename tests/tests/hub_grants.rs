// SPDX-License-Identifier: GPL-3.0-or-later
//! Which credential may do what: every command of the wire against every grant.

use reqwest::Method;
use serde_json::{Value, json};
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};

/// Each grant and, below, who of them may.
const GRANTS: [&str; 5] = ["kiosk", "desk:1", "desk:2", "supervisor", "read"];

fn post(hub: &Hub, token: Option<&str>, path: &str, wish: &Value) -> String {
    let mut request = hub
        .request(Method::POST, path)
        .header("idempotency-key", new_key());
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if !wish.is_null() {
        request = request.json(wish);
    }
    Answer::to(request, &format!("POST {path}"))
        .expect("an answer")
        .outcome()
}

/// Every command with whoever may send it. What they name does not matter, or is not there.
fn commands() -> Vec<(&'static str, Value, &'static [&'static str])> {
    const DESKS: &[&str] = &["desk:1", "desk:2", "supervisor"];
    const GIVES: &[&str] = &["kiosk", "desk:1", "desk:2"];
    const SUPERVISOR: &[&str] = &["supervisor"];
    const DESK: &[&str] = &["desk:1"];
    let nothing = Value::Null;
    let mut all = vec![
        ("/v1/tickets", json!({ "service": "general" }), GIVES),
        ("/v1/check-ins", json!({ "code": "nobody" }), GIVES),
        ("/v1/tickets/2020-01-01-A001/cancel", nothing.clone(), DESKS),
        (
            "/v1/tickets/2020-01-01-A001/restore",
            nothing.clone(),
            DESKS,
        ),
        (
            "/v1/tickets/2020-01-01-A001/call",
            json!({ "desk": "1" }),
            DESKS,
        ),
        (
            "/v1/tickets/2020-01-01-A001/print",
            json!({ "outcome": "printed", "copy": false }),
            &["kiosk"][..],
        ),
        (
            "/v1/appointments",
            json!({ "appointments": [] }),
            SUPERVISOR,
        ),
        ("/v1/office/close", nothing.clone(), SUPERVISOR),
        ("/v1/office/open", nothing.clone(), SUPERVISOR),
        ("/v1/services/general/close", nothing.clone(), SUPERVISOR),
        ("/v1/services/general/open", nothing.clone(), SUPERVISOR),
        ("/v1/services/passports/open", nothing.clone(), SUPERVISOR),
        ("/v1/notice", json!({}), SUPERVISOR),
        ("/v1/calendar", json!({ "days": [] }), SUPERVISOR),
        ("/v1/desks/1/transfer", json!({ "desk": "2" }), DESK),
        (
            "/v1/desks/1/resume",
            json!({ "ticket": "2020-01-01-A001" }),
            DESK,
        ),
    ];
    for path in [
        "/v1/desks/1/open",
        "/v1/desks/1/pause",
        "/v1/desks/1/close",
        "/v1/desks/1/recall",
        "/v1/desks/1/finish",
        "/v1/desks/1/no-show",
        "/v1/desks/1/park",
    ] {
        all.push((path, nothing.clone(), DESK));
    }
    all
}

#[test]
fn every_command_is_for_those_who_were_granted_it_and_for_nobody_else() {
    let prepared = HubSetup::default().prepare().expect("a configuration");
    let holders: Vec<(&str, String)> = GRANTS
        .into_iter()
        .map(|grant| {
            let id = grant.replace(':', "-");
            (
                grant,
                prepared
                    .add_credential(&id, &[grant])
                    .expect("a credential"),
            )
        })
        .collect();
    let hub = prepared.start().expect("the hub starts");
    for (path, wish, may) in commands() {
        assert_eq!(
            post(&hub, None, path, &wish),
            "401 unauthenticated",
            "{path}"
        );
        for (grant, token) in &holders {
            let outcome = post(&hub, Some(token), path, &wish);
            let refused = outcome == "403 forbidden";
            assert_eq!(
                refused,
                !may.contains(grant),
                "{path} by {grant}: {outcome}"
            );
            assert!(
                !outcome.starts_with("5") && !outcome.starts_with("401"),
                "{path} by {grant}: {outcome}"
            );
            assert!(
                !outcome.contains("not-found") && !outcome.contains("405"),
                "{path} by {grant}: {outcome}"
            );
        }
    }
}

#[test]
fn an_event_names_the_credential_and_never_more() {
    let prepared = HubSetup::default().prepare().expect("a configuration");
    let chief = prepared
        .add_credential("chief", &["supervisor"])
        .expect("a credential");
    let hub = prepared.start().expect("the hub starts");
    assert_eq!(
        post(&hub, Some(&chief), "/v1/office/close", &Value::Null),
        "200"
    );
    let events = hub.events().expect("the log");
    let last = events.last().expect("an event");
    assert_eq!(
        (&last["kind"], &last["by"]),
        (&json!("office-closed"), &json!("chief"))
    );
    assert!(
        events.iter().all(|one| !one.to_string().contains(&chief)),
        "a token is in no event"
    );
}
