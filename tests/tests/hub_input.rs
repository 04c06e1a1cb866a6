// SPDX-License-Identifier: GPL-3.0-or-later
//! Bad input: whatever comes is answered by a problem document that says what and where, and nothing
//! is written.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use reqwest::Method;
use serde_json::Value;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};
use torn_tests::lab::wait;

const ISSUE: &str = "/v1/tickets";

/// A request that is wrong in one way, and how that is answered.
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

fn table() -> Vec<Bad> {
    vec![
        bad(ISSUE, "", 400, "malformed"),
        bad(ISSUE, "{", 400, "malformed"),
        bad(ISSUE, "null", 400, "malformed"),
        bad(ISSUE, "[]", 400, "malformed"),
        bad(ISSUE, "\"general\"", 400, "malformed"),
        bad(ISSUE, "{}", 400, "malformed"),
        bad(ISSUE, r#"{"service": 7}"#, 400, "malformed"),
        bad(ISSUE, r#"{"service": null}"#, 400, "malformed"),
        bad(ISSUE, r#"{"service": ""}"#, 400, "malformed"),
        bad(
            ISSUE,
            r#"{"service": "general", "colour": "red"}"#,
            400,
            "malformed",
        ),
        bad(
            ISSUE,
            r#"{"service": "general", "service": "padro"}"#,
            400,
            "malformed",
        ),
        bad(ISSUE, r#"{"service": "general"} {"#, 400, "malformed"),
        bad(
            ISSUE,
            r#"{"service": "general", "language": "xx"}"#,
            400,
            "malformed",
        ),
        bad(
            ISSUE,
            r#"{"service": "general", "language": 1}"#,
            400,
            "malformed",
        ),
        bad(
            ISSUE,
            r#"{"service": "general", "class": "king"}"#,
            400,
            "malformed",
        ),
        bad(
            ISSUE,
            r#"{"service": "general", "class": "appointment"}"#,
            400,
            "class-not-allowed",
        ),
        bad(ISSUE, r#"{"service": "nowhere"}"#, 404, "unknown-service"),
        bad(ISSUE, "{\"service\": \"general\u{0}\"}", 400, "malformed"),
        bad("/v1/desks/9/next", "", 404, "unknown-desk"),
        bad("/v1/desks/%20/next", "", 404, "unknown-desk"),
        bad("/v1/desks/1/next", "{\"x\": 1}", 400, "malformed"),
        bad("/v1/desks/1/dance", "", 404, "not-found"),
        bad(
            "/v1/tickets/2020-01-01-A001/cancel",
            "",
            404,
            "unknown-ticket",
        ),
        bad("/v1/tickets/nonsense/cancel", "", 404, "unknown-ticket"),
        bad(
            "/v1/tickets/nonsense/print",
            r#"{"outcome": "printed", "copy": false}"#,
            404,
            "unknown-ticket",
        ),
        bad(
            "/v1/devices/kiosk-1/report",
            r#"{"state": "ok"}"#,
            400,
            "malformed",
        ),
        bad(
            "/v1/devices/kiosk-1/report",
            r#"{"state": "O K", "what": "printer"}"#,
            400,
            "malformed",
        ),
        bad(
            "/v1/devices/kiosk-1/report",
            r#"{"state": "ok", "what": "printer", "until": "soon"}"#,
            400,
            "malformed",
        ),
        bad("/v2/tickets", r#"{"service": "general"}"#, 404, "not-found"),
        Bad {
            media_type: Some("text/plain"),
            ..bad(ISSUE, r#"{"service": "general"}"#, 415, "media-type")
        },
        Bad {
            media_type: Some("application/xml"),
            ..bad(ISSUE, "<a/>", 415, "media-type")
        },
        Bad {
            method: Method::PUT,
            ..bad(
                ISSUE,
                r#"{"service": "general"}"#,
                405,
                "method-not-allowed",
            )
        },
        Bad {
            method: Method::DELETE,
            ..bad(ISSUE, "", 405, "method-not-allowed")
        },
        Bad {
            method: Method::GET,
            ..bad("/v1/desks/1/next", "", 405, "method-not-allowed")
        },
        Bad {
            method: Method::POST,
            ..bad("/v1/state", "", 405, "method-not-allowed")
        },
        Bad {
            method: Method::GET,
            ..bad("/v1/tickets/2020-01-01-A001", "", 404, "unknown-ticket")
        },
        Bad {
            method: Method::GET,
            ..bad("/v1/tickets/%2e%2e%2fetc", "", 404, "unknown-ticket")
        },
        Bad {
            method: Method::GET,
            ..bad("/nowhere", "", 404, "not-found")
        },
    ]
}

#[test]
fn every_bad_request_is_answered_by_a_problem_that_says_what_and_nothing_is_written() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let before = seq(&hub);
    for one in table() {
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
    let head = format!(
        "POST {ISSUE} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nIdempotency-Key: {}\r\nTransfer-Encoding: chunked\r\n\r\n",
        new_key()
    );
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
    let body = r#"{"service": "general"}"#;
    let post = |headers: &str, body: &str| {
        raw(
            &hub,
            &format!(
                "POST {ISSUE} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nContent-Type: application/json\r\nIdempotency-Key: {}\r\n{headers}\r\n{body}",
                new_key()
            ),
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
        let answer = post(lie, body);
        assert!(refused(&answer), "{lie:?}: {answer}");
    }
    let endless = format!(
        "Content-Length: 22\r\nX-Long: {}\r\n",
        "x".repeat(600 * 1024)
    );
    let answer = post(&endless, body);
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
    let mut connection = connect(&hub);
    let head = format!(
        "POST {ISSUE} HTTP/1.1\r\nHost: hub\r\nIdempotency-Key: {}\r\nContent-Length: 22\r\n\r\n{{\"service\"",
        new_key()
    );
    connection
        .write_all(head.as_bytes())
        .expect("the hub listens");
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

fn connect(hub: &Hub) -> TcpStream {
    let connection =
        TcpStream::connect(hub.reach().trim_start_matches("http://")).expect("the hub listens");
    connection
        .set_read_timeout(Some(wait::GENEROUS))
        .expect("a limit can be set");
    connection
}

/// Sends bytes as they are and reads the answer until the hub hangs up.
fn raw(hub: &Hub, request: &str) -> String {
    let mut connection = connect(hub);
    // The hub may answer and hang up before it has heard all.
    let _ = connection.write_all(request.as_bytes());
    read_all(&mut connection)
}

fn read_all(connection: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = connection.read(&mut piece) {
        answer.extend_from_slice(&piece[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends bytes that are no whole request, and then nothing more.
fn unfinished(hub: &Hub, request: &str) -> String {
    let mut connection = connect(hub);
    let _ = connection.write_all(request.as_bytes());
    let _ = connection.shutdown(Shutdown::Write);
    read_all(&mut connection)
}

fn seq(hub: &Hub) -> u64 {
    hub.state().expect("the state")["seq"]
        .as_u64()
        .expect("a seq")
}
