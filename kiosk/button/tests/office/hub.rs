// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub that has an empty day and answers presses as it was told to. It writes down what came.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Request, Response};
use axum::routing::{get, post};
use tokio::sync::{Notify, mpsc};

/// What a press gets. Without a word it is 204: nobody waits.
pub(crate) enum Answer {
    /// A refusal by this code.
    Refusal(u16, &'static str),
    /// Nothing, until [`Part::go_on`] rings.
    Late,
}

pub(crate) struct Part {
    pub(crate) answers: Mutex<VecDeque<Answer>>,
    pub(crate) go_on: Notify,
    /// Begins a new day.
    pub(crate) next_day: Notify,
    came: mpsc::UnboundedSender<String>,
}

/// What came, one line a command: its path, and its body if it has one.
pub(crate) type Came = mpsc::UnboundedReceiver<String>;

/// A hub on this address of loopback, `127.0.0.1:0` for a free port.
pub(crate) async fn start(address: &str, answers: Vec<Answer>) -> (String, Arc<Part>, Came) {
    let (came, coming) = mpsc::unbounded_channel();
    let part = Arc::new(Part {
        answers: Mutex::new(answers.into()),
        go_on: Notify::new(),
        next_day: Notify::new(),
        came,
    });
    let app = Router::new()
        .route("/v1/events", get(events))
        .fallback(post(command))
        .with_state(Arc::clone(&part));
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let hub = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (hub, part, coming)
}

async fn events(State(part): State<Arc<Part>>) -> Response<Body> {
    let frames = async_stream::stream! {
        let mut seq = 1;
        yield Ok::<_, Infallible>(Bytes::from(day_began(seq)));
        loop {
            yield Ok(Bytes::from(beat(seq)));
            let beat_due = tokio::time::sleep(Duration::from_millis(20));
            tokio::select! {
                () = part.next_day.notified() => {
                    seq += 1;
                    yield Ok(Bytes::from(day_began(seq)));
                }
                () = beat_due => {}
            }
        }
    };
    let answer = Response::builder().header("content-type", "text/event-stream");
    answer.body(Body::from_stream(frames)).unwrap()
}

async fn command(State(part): State<Arc<Part>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 * 1024).await.unwrap();
    let path = head.uri.path().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let _ = part.came.send(format!("{path} {body}").trim().to_owned());
    if path.ends_with("/report") {
        return answer(200, "{}".to_owned());
    }
    let told = part.answers.lock().unwrap().pop_front();
    match told {
        Some(Answer::Refusal(status, code)) => answer(status, problem(status, code)),
        Some(Answer::Late) => {
            part.go_on.notified().await;
            answer(204, String::new())
        }
        None if path.ends_with("/next") => answer(204, String::new()),
        None => answer(200, DESK.to_owned()),
    }
}

const DESK: &str = r#"{"id":"2","status":"open","ticket":null,"since":"2026-11-24T09:42:00.000Z"}"#;

fn answer(status: u16, body: String) -> Response<Body> {
    let media = match status {
        0..400 => "application/json",
        _ => "application/problem+json",
    };
    let answer = Response::builder().status(status);
    answer
        .header("content-type", media)
        .body(Body::from(body))
        .unwrap()
}

fn problem(status: u16, code: &str) -> String {
    format!(
        r#"{{"type":"urn:torn:problem:{code}","title":"No","status":{status},"detail":"no","code":"{code}"}}"#
    )
}

fn beat(seq: u64) -> String {
    format!(
        "event: beat\ndata: {{\"seq\":{seq},\"now\":\"2026-11-24T09:42:02.000Z\",\"clock_trusted\":true}}\n\n"
    )
}

fn day_began(seq: u64) -> String {
    let office = concat!(
        r#"{"id":"oiac","time_zone":"Europe/Madrid","languages":["ca"],"name":{"ca":"OIAC"},"town":null,"#,
        r#""public_url":null,"hours":{},"holidays":[],"services":[],"desks":[],"policy":{"appointment_weight":3,"#,
        r#""appointment_grace_min":10,"next_guard_s":2,"stop_issuing":true},"links":{"booking":null,"#,
        r#""e_office":null,"whatsapp":null},"accent":null}"#
    );
    let log = "0c6a1a4e-2f0b-4d55-9d3a-5b1f3f0a7c11";
    format!(
        "id: {seq}\nevent: day-began\ndata: {{\"seq\":{seq},\"at\":\"2026-11-24T00:00:00.000Z\",\"kind\":\"day-began\",\"by\":\"clock\",\"log\":\"{log}\",\"day\":\"2026-11-24\",\"office\":{office},\"left\":0,\"ended\":0}}\n\n"
    )
}
