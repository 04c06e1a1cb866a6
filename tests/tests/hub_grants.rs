// SPDX-License-Identifier: GPL-3.0-or-later
//! Which credential may do what: every operation of the hub's own document, asked by every kind of caller.
//!
//! What is asked and who may ask comes from the document that the hub serves; what is served and not described is
//! found by the hub's own tests. So an operation without a rule, or without an example here, fails.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};

/// The device in the paths that name one.
const DEVICE: &str = "lobby-1";

/// The desk in the paths that name one.
const DESK: &str = "1";

/// The password of whoever signs in.
const PASSWORD: &str = "a counter at nine";

/// One who asks.
struct Caller {
    id: &'static str,
    grants: &'static [&'static str],
    /// The header that shows who it is; nobody in particular comes without.
    proof: Option<(&'static str, String)>,
    /// Whether the hub knows who that is.
    known: bool,
}

impl Caller {
    /// Whether the caller is what the document calls `role`.
    fn is(&self, role: &str) -> bool {
        match role {
            "kiosk" | "supervisor" | "read" => self.grants.contains(&role),
            "desk" => self.grants.iter().any(|grant| grant.starts_with("desk:")),
            "that-desk" => self.grants.contains(&&*format!("desk:{DESK}")),
            "that-device" => self.id == DEVICE,
            "holder" => self.known,
            other => panic!("the document has the role {other}, and nobody here knows who that is"),
        }
    }

    /// A desk of the caller's own.
    fn desk(&self) -> &str {
        let mut desks = self.grants.iter();
        desks
            .find_map(|grant| grant.strip_prefix("desk:"))
            .unwrap_or(DESK)
    }
}

/// A hub that has all of them, and who they are.
fn house() -> (Hub, Vec<Caller>) {
    const DEVICES: [(&str, &[&str]); 7] = [
        ("kiosk-1", &["kiosk"]),
        ("desk-1", &["desk:1"]),
        ("desk-2", &["desk:2"]),
        ("chief", &["supervisor"]),
        ("reader", &["read"]),
        (DEVICE, &["read"]),
        ("pi", &["kiosk", "desk:1", "desk:2"]),
    ];
    const PEOPLE: [(&str, &[&str]); 2] =
        [("agent", &["desk:1"]), ("boss", &["desk:2", "supervisor"])];
    let setup = HubSetup {
        public_url: Some("https://torn.example".to_owned()),
        ..HubSetup::default()
    };
    let prepared = setup.prepare().expect("a configuration");
    let bearer = |token: &str| Some(("authorization", format!("Bearer {token}")));
    let mut callers = vec![];
    for (id, grants) in DEVICES {
        let token = prepared.add_credential(id, grants).expect("a credential");
        callers.push(Caller {
            id,
            grants,
            proof: bearer(&token),
            known: true,
        });
    }
    for (id, grants) in PEOPLE {
        let added = prepared.add_password(id, grants, PASSWORD);
        added.expect("a password");
    }
    let hub = prepared.start().expect("the hub starts");
    for (id, grants) in PEOPLE {
        callers.push(Caller {
            id,
            grants,
            proof: Some(("cookie", signed_in(&hub, id))),
            known: true,
        });
    }
    let unknown = "0123456789abcdef".repeat(4);
    for (id, proof) in [
        ("nobody", None),
        ("a stranger", bearer(&unknown)),
        (
            "one long gone",
            Some(("cookie", format!("torn-session={unknown}"))),
        ),
    ] {
        callers.push(Caller {
            id,
            grants: &[],
            proof,
            known: false,
        });
    }
    (hub, callers)
}

/// The cookie of somebody who has signed in.
fn signed_in(hub: &Hub, id: &str) -> String {
    let wish = json!({ "id": id, "password": PASSWORD });
    let request = hub.request(Method::PUT, "/v1/session").json(&wish);
    let answer = Answer::to(request, "PUT /v1/session").expect("an answer");
    let cookie = answer.header("set-cookie").expect("a cookie");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

fn by(hub: &Hub, caller: &Caller, method: Method, path: &str) -> RequestBuilder {
    let request = hub
        .request(method, path)
        .header("idempotency-key", new_key());
    match &caller.proof {
        Some((header, value)) => request.header(*header, value),
        None => request,
    }
}

fn post(hub: &Hub, caller: &Caller, path: &str, wish: &Value) -> Answer {
    let request = by(hub, caller, Method::POST, path).json(wish);
    Answer::to(request, &format!("POST {path}")).expect("an answer")
}

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    /// The name of its body's schema.
    body: Option<String>,
    /// The roles of which one is enough; nothing, where everyone may ask.
    roles: Option<Vec<String>>,
}

/// All operations, their paths with what they name filled in.
fn operations(document: &Value, examples: &BTreeMap<&str, String>) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("paths");
    let each = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("operations");
        item.iter().map(move |(method, one)| (path, method, one))
    });
    each.map(|(path, method, operation)| {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let body = schema
            .as_str()
            .and_then(|name| name.rsplit('/').next())
            .map(str::to_owned);
        Operation {
            method: method.to_uppercase().parse().expect("a method"),
            path: filled(path, examples),
            body,
            roles: roles(&format!("{method} {path}"), &operation["security"]),
        }
    })
    .collect()
}

fn filled(path: &str, examples: &BTreeMap<&str, String>) -> String {
    let parts = path.split('/');
    let mut filled = Vec::new();
    let mut before = "";
    for part in parts {
        // What an `{id}` is of stands before it.
        let named = match part {
            "{id}" => Some(before.to_owned()),
            _ => part.strip_prefix('{').map(|name| name.replace('}', "")),
        };
        filled.push(match named {
            None => part.to_owned(),
            Some(name) => {
                let example = examples.get(name.as_str());
                example
                    .unwrap_or_else(|| panic!("{path}: give an example of {name} in this test"))
                    .clone()
            }
        });
        before = part;
    }
    filled.join("/")
}

/// The roles of which one is enough, whichever way the caller shows to have it.
fn roles(operation: &str, security: &Value) -> Option<Vec<String>> {
    let alternatives = security.as_array();
    let alternatives =
        alternatives.unwrap_or_else(|| panic!("{operation}: the document does not say who may"));
    assert!(!alternatives.is_empty(), "{operation} is for nobody");
    let mut roles: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for alternative in alternatives {
        for (scheme, role) in alternative.as_object().expect("a requirement") {
            let role = role[0].as_str().expect("a role").to_owned();
            roles.entry(scheme).or_default().push(role);
        }
    }
    let mut ways = roles.into_values();
    let first = ways.next()?;
    assert!(
        ways.all(|other| other == first),
        "{operation}: one may more by a token than by a cookie"
    );
    Some(first)
}

/// A body that the hub understands, such that the caller may ask for it wherever it may ask at all.
fn body(name: &str, caller: &Caller, ticket: &str) -> Value {
    match name {
        "NoMembers" | "SetNotice" => json!({}),
        "IssueTicket" => json!({ "service": "general" }),
        "CheckIn" => json!({ "code": "K7Q2" }),
        "PostAppointments" => json!({ "appointments": [] }),
        "CallTicket" => json!({ "desk": caller.desk() }),
        "NotePrint" => json!({ "outcome": "printed", "copy": false }),
        "Transfer" => json!({ "desk": "2" }),
        "Resume" => json!({ "ticket": ticket }),
        "SignIn" => json!({ "id": "agent", "password": PASSWORD }),
        "SetCalendar" => json!({ "days": [] }),
        "ReportDevice" => json!({ "what": "printer", "state": "ok", "until": null }),
        other => panic!("give an example of the body {other} in this test"),
    }
}

/// What is answered, without waiting for the end of what goes on: `200`, `403 forbidden`.
fn outcome(request: RequestBuilder) -> String {
    let response = request.send().expect("an answer");
    let status = response.status().as_u16();
    if status < 400 {
        return status.to_string();
    }
    let problem: Value = response.json().unwrap_or_default();
    let code = problem["code"].as_str().unwrap_or("without a code");
    format!("{status} {code}")
}

fn expect(outcome: &str, operation: &Operation, caller: &Caller) {
    let may = match &operation.roles {
        None => true,
        Some(roles) => roles.iter().any(|role| caller.is(role)),
    };
    let what = format!("{} {} by {}", operation.method, operation.path, caller.id);
    if may {
        let refused = ["400", "401", "403", "405", "415", "422", "5"];
        assert!(
            !refused.iter().any(|status| outcome.starts_with(status))
                && !outcome.contains("not-found"),
            "{what}: {outcome}"
        );
    } else if caller.known {
        assert_eq!(outcome, "403 forbidden", "{what}");
    } else {
        assert_eq!(outcome, "401 unauthenticated", "{what}");
    }
}

#[test]
fn every_operation_is_for_those_whom_the_document_names_and_for_nobody_else() {
    let (hub, callers) = house();
    let issued = post(
        &hub,
        &callers[0],
        "/v1/tickets",
        &json!({ "service": "general" }),
    );
    let issued = issued.expect(201).expect("a ticket");
    let text = |member: &str| issued[member].as_str().unwrap_or_default().to_owned();
    let token = text("link").rsplit('/').next().map(str::to_owned);
    let examples = BTreeMap::from([
        ("tickets", text("id")),
        ("services", "general".to_owned()),
        ("desk", DESK.to_owned()),
        ("device", DEVICE.to_owned()),
        ("token", token.unwrap_or_default()),
        ("name", "desk.js".to_owned()),
    ]);
    let document = hub.get("/openapi.json").expect("an answer").json();
    let mut operations = operations(&document, &examples);
    // Who signs in anew or signs out has lost the session that it came with.
    operations.sort_by_key(|one| one.path == "/v1/session" && one.method != Method::GET);
    for operation in &operations {
        for caller in &callers {
            let mut request = by(&hub, caller, operation.method.clone(), &operation.path);
            if let Some(name) = &operation.body {
                request = request.json(&body(name, caller, &examples["tickets"]));
            }
            let outcome = outcome(request);
            expect(&outcome, operation, caller);
            if operation.method == Method::GET {
                let head = by(&hub, caller, Method::HEAD, &operation.path);
                let status = head.send().expect("an answer").status();
                let same = outcome.starts_with(status.as_str());
                assert!(same, "HEAD {}: {status} and {outcome}", operation.path);
            }
        }
    }
    let events = hub.events().expect("the log");
    assert!(events.iter().all(|event| event["by"] != "reader"));
}

#[test]
fn who_works_at_a_desk_calls_to_no_other_by_the_body_either() {
    let (hub, callers) = house();
    let wish = json!({ "service": "general" });
    let ticket = post(&hub, &callers[0], "/v1/tickets", &wish);
    let ticket = ticket.expect(201).expect("a ticket");
    let path = format!("/v1/tickets/{}/call", ticket["id"].as_str().expect("an id"));
    let to = |id: &str, desk: &str| {
        let caller = callers.iter().find(|one| one.id == id).expect("a caller");
        post(&hub, caller, &path, &json!({ "desk": desk })).outcome()
    };
    assert_eq!(to("desk-2", "1"), "403 forbidden");
    assert_eq!(to("pi", "3"), "403 forbidden");
    assert_eq!(to("pi", "2"), "200");
    assert_eq!(to("chief", "3"), "409 ticket-not-waiting");
}

#[test]
fn an_event_names_the_credential_and_never_more() {
    let (hub, callers) = house();
    let chief = callers.iter().find(|one| one.id == "chief");
    let chief = chief.expect("a supervisor");
    let closed = post(&hub, chief, "/v1/office/close", &json!({}));
    assert_eq!(closed.outcome(), "200");
    let events = hub.events().expect("the log");
    let last = events.last().expect("an event");
    assert_eq!(
        (&last["kind"], &last["by"]),
        (&json!("office-closed"), &json!("chief"))
    );
    for (_, proof) in callers.iter().filter_map(|one| one.proof.as_ref()) {
        let secret = &proof[proof.len() - 64..];
        assert!(
            events.iter().all(|one| !one.to_string().contains(secret)),
            "a token is in no event"
        );
    }
}
