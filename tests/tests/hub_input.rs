// SPDX-License-Identifier: GPL-3.0-or-later
//! Bad input: whatever comes is answered by a problem document that says what and where, and nothing
//! is written.

use reqwest::Method;
use serde_json::Value;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};
use torn_tests::lab::raw::{Raw, post};

const ISSUE: &str = "/v1/tickets";

/// A request that is wrong in one way, and how that is answered.
#[derive(Clone)]
struct Bad {
    method: Method,
    path: &'static str,
    media_type: Option<&'static str>,
    body: &'static str,
    status: u16,
    code: &'static str,
}

const fn bad(path: &'static str, body: &'static str, status: u16, code: &'static str) -> Bad {
    Bad {
        method: Method::POST,
        path,
        media_type: Some("application/json"),
        body,
        status,
        code,
    }
}

fn asked(path: &'static str, status: u16, code: &'static str) -> Bad {
    Bad {
        method: Method::GET,
        ..bad(path, "", status, code)
    }
}

/// Wishes for a ticket that can't be read.
const NO_WISHES: [&str; 17] = [
    "",
    "{",
    "null",
    "[]",
    r#"["general"]"#,
    "\"general\"",
    "{}",
    r#"{"service": 7}"#,
    r#"{"service": null}"#,
    r#"{"service": ""}"#,
    r#"{"service": "general", "colour": "red"}"#,
    r#"{"service": "general", "service": "padro"}"#,
    r#"{"service": "general"} {"#,
    r#"{"service": "general", "language": "xx"}"#,
    r#"{"service": "general", "language": 1}"#,
    r#"{"service": "general", "class": "king"}"#,
    "{\"service\": \"general\u{0}\"}",
];

/// A wish that can be followed, were it sent as it should be.
const WISH: &str = r#"{"service": "general"}"#;

fn bodies() -> Vec<Bad> {
    let print = "/v1/tickets/nonsense/print";
    let report = "/v1/devices/kiosk-1/report";
    let no_wishes = NO_WISHES.map(|body| bad(ISSUE, body, 400, "malformed"));
    let others = [
        bad(
            ISSUE,
            r#"{"service": "general", "class": "appointment"}"#,
            400,
            "class-not-allowed",
        ),
        bad(ISSUE, r#"{"service": "nowhere"}"#, 404, "unknown-service"),
        bad("/v1/desks/1/next", "{\"x\": 1}", 400, "malformed"),
        bad(
            print,
            r#"{"outcome": "printed", "copy": false}"#,
            404,
            "unknown-ticket",
        ),
        bad(report, r#"{"state": "ok"}"#, 400, "malformed"),
        bad(
            report,
            r#"{"state": "O K", "what": "printer"}"#,
            400,
            "malformed",
        ),
        bad(
            report,
            r#"{"state": "ok", "what": "printer", "until": "soon"}"#,
            400,
            "malformed",
        ),
    ];
    no_wishes.into_iter().chain(others).collect()
}

fn paths() -> Vec<Bad> {
    vec![
        bad("/v1/desks/9/next", "", 404, "unknown-desk"),
        bad("/v1/desks/%20/next", "", 404, "unknown-desk"),
        bad("/v1/desks/1/dance", "", 404, "not-found"),
        bad(
            "/v1/tickets/2020-01-01-A001/cancel",
            "",
            404,
            "unknown-ticket",
        ),
        bad("/v1/tickets/nonsense/cancel", "", 404, "unknown-ticket"),
        bad("/v2/tickets", WISH, 404, "not-found"),
        asked("/v1/tickets/2020-01-01-A001", 404, "unknown-ticket"),
        asked("/v1/tickets/%2e%2e%2fetc", 404, "unknown-ticket"),
        asked("/nowhere", 404, "not-found"),
    ]
}

fn methods_and_media_types() -> Vec<Bad> {
    let no_method = "method-not-allowed";
    vec![
        Bad {
            media_type: Some("text/plain"),
            ..bad(ISSUE, WISH, 415, "media-type")
        },
        Bad {
            media_type: Some("application/xml"),
            ..bad(ISSUE, "<a/>", 415, "media-type")
        },
        Bad {
            method: Method::PUT,
            ..bad(ISSUE, WISH, 405, no_method)
        },
        Bad {
            method: Method::DELETE,
            ..bad(ISSUE, "", 405, no_method)
        },
        asked("/v1/desks/1/next", 405, no_method),
        bad("/v1/state", "", 405, no_method),
    ]
}

#[test]
fn every_bad_request_is_answered_by_a_problem_that_says_what_and_nothing_is_written() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let before = seq(&hub);
    for one in [bodies(), paths(), methods_and_media_types()].concat() {
        let what = format!("{} {} {:?}", one.method, one.path, one.body);
        let mut request = hub
            .request(one.method, one.path)
            .header("idempotency-key", new_key());
        if let Some(media_type) = one.media_type.filter(|_| !one.body.is_empty()) {
            request = request.header("content-type", media_type);
        }
        let answer = Answer::to(request.body(one.body), &what).expect("an answer");
        is_a_problem(&answer, one.status, one.code);
    }
    assert_eq!(seq(&hub), before, "something was written");
}

#[test]
fn a_body_of_more_than_64_kib_is_refused_however_it_is_announced() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let before = seq(&hub);
    let large = format!(
        r#"{{"service": "general", "language": "{}"}}"#,
        "c".repeat(64 * 1024)
    );
    let request = hub
        .request(Method::POST, ISSUE)
        .header("idempotency-key", new_key());
    let request = request.header("content-type", "application/json");
    let whole = Answer::to(request.body(large.clone()), "a large body").expect("an answer");
    is_a_problem(&whole, 413, "body-too-large");

    // In pieces, without a length beforehand.
    let head = post(ISSUE, &new_key(), "Transfer-Encoding: chunked\r\n");
    let pieces: String = large
        .as_bytes()
        .chunks(4096)
        .map(|piece| {
            format!(
                "{:x}\r\n{}\r\n",
                piece.len(),
                String::from_utf8_lossy(piece)
            )
        })
        .collect();
    let answer = raw(&hub, &format!("{head}{pieces}0\r\n\r\n"));
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("body-too-large"),
        "{answer}"
    );
    assert_eq!(seq(&hub), before, "something was written");
}

#[test]
fn headers_that_lie_or_have_no_end_are_refused_and_the_hub_goes_on() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let before = seq(&hub);
    let lying = |headers: &str, body: &str| {
        let headers = format!("Content-Type: application/json\r\n{headers}");
        raw(
            &hub,
            &format!("{}{body}", post(ISSUE, &new_key(), &headers)),
        )
    };
    let refused = |answer: &str| answer.starts_with("HTTP/1.1 4");

    // Shorter than announced: the rest never comes, and what came is no JSON.
    for lie in [
        "Content-Length: 5\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: x\r\n",
        "Content-Length: 22\r\nContent-Length: 23\r\n",
        "Content-Encoding: gzip\r\nContent-Length: 22\r\n",
    ] {
        let answer = lying(lie, WISH);
        assert!(refused(&answer), "{lie:?}: {answer}");
    }
    let chunked = format!("{:x}\r\n{WISH}\r\n0\r\n\r\n", WISH.len());
    for packed in [
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
    ] {
        let answer = lying(packed, &chunked);
        assert!(refused(&answer), "{packed:?}: {answer}");
    }
    let endless = format!(
        "Content-Length: 22\r\nX-Long: {}\r\n",
        "x".repeat(600 * 1024)
    );
    let answer = lying(&endless, WISH);
    assert!(
        answer.starts_with("HTTP/1.1 431 "),
        "{}",
        &answer[..answer.len().min(200)]
    );
    for nonsense in [
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}hello\r\n\r\n",
    ] {
        let answer = unfinished(&hub, nonsense);
        assert!(
            answer.is_empty() || refused(&answer),
            "{nonsense:?}: {answer}"
        );
    }
    assert_eq!(seq(&hub), before, "something was written");
}

#[test]
fn a_client_that_hangs_up_in_the_middle_of_its_body_has_asked_for_nothing() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let before = seq(&hub);
    let mut connection = Raw::to(&hub).expect("the hub listens");
    let head = post(ISSUE, &new_key(), "Content-Length: 22\r\n");
    connection.say(format!("{head}{{\"service\""));
    drop(connection);
    // Whatever is decided after it was decided after it.
    let next = hub.desk("1", "open").expect("an answer");
    assert_eq!(next.status, 200);
    assert_eq!(seq(&hub), before + 1, "only the desk was opened");
}

fn is_a_problem(answer: &Answer, status: u16, code: &str) {
    let what = format!(
        "{}: {} {}",
        answer.what,
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    assert_eq!(answer.status, status, "{what}");
    let media_type = answer.header("content-type").unwrap_or_default();
    assert!(
        media_type.starts_with("application/problem+json"),
        "{media_type:?}: {what}"
    );
    let problem: Value = answer.json();
    assert_eq!(problem["code"], code, "{what}");
    assert_eq!(
        problem["status"].as_u64(),
        Some(u64::from(status)),
        "{what}"
    );
    for member in ["type", "title", "detail"] {
        assert!(
            problem[member]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{member} is empty: {what}"
        );
    }
    assert!(
        answer.header("torn-log").is_some(),
        "every answer names the log: {what}"
    );
}

/// Sends bytes as they are and reads the answer until the hub hangs up.
fn raw(hub: &Hub, request: &str) -> String {
    let mut connection = Raw::to(hub).expect("the hub listens");
    connection.say(request);
    connection.answer()
}

/// Sends bytes that are no whole request, and then nothing more.
fn unfinished(hub: &Hub, request: &str) -> String {
    let mut connection = Raw::to(hub).expect("the hub listens");
    connection.say(request);
    connection.say_no_more();
    connection.answer()
}

fn seq(hub: &Hub) -> u64 {
    hub.state().expect("the state")["seq"]
        .as_u64()
        .expect("a seq")
}
