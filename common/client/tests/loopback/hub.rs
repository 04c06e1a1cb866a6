// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub that plays a script: one list of frames for each connection to the stream, one reply for
//! each command. It writes down what it was asked.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response};
use axum::routing::{get, post};
use tokio::sync::Notify;

pub(crate) const LOG: &str = "0c6a1a4e-2f0b-4d55-9d3a-5b1f3f0a7c11";
pub(crate) const OTHER_LOG: &str = "7d1c0e52-9a86-4f3e-8f6c-2f4f7b0d9e22";

/// What one connection to the stream gets.
pub(crate) struct Connection {
    pub(crate) log: &'static str,
    pub(crate) frames: Vec<String>,
    /// Whether the stream stays open behind the last frame.
    pub(crate) stays: bool,
}

/// What one command gets.
pub(crate) enum Reply {
    /// A status, a media type, a body.
    Whole(u16, &'static str, String),
    /// A reply that breaks off in the middle of its body.
    Lost,
}

/// What a command said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) key: Option<String>,
    pub(crate) credential: Option<String>,
    pub(crate) media: Option<String>,
    pub(crate) expires: Option<String>,
    pub(crate) body: String,
}

#[derive(Default)]
pub(crate) struct Script {
    pub(crate) connections: Mutex<VecDeque<Connection>>,
    pub(crate) replies: Mutex<VecDeque<Reply>>,
    /// The `Last-Event-ID` of each connection.
    pub(crate) asked_after: Mutex<Vec<Option<String>>>,
    pub(crate) asked: Mutex<Vec<Asked>>,
    /// Cuts the streams that stay open.
    pub(crate) cut: Notify,
    /// Rings when a stream is over, whoever ended it.
    pub(crate) stream_ended: Notify,
}

struct RingsAtItsEnd(Arc<Script>);

impl Drop for RingsAtItsEnd {
    fn drop(&mut self) {
        self.0.stream_ended.notify_one();
    }
}

/// A hub on a free port of loopback, and its script.
pub(crate) async fn start(script: Script) -> (String, Arc<Script>) {
    let script = Arc::new(script);
    let app = Router::new()
        .route("/v1/events", get(stream))
        .fallback(post(command))
        .with_state(Arc::clone(&script));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hub = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (hub, script)
}

async fn stream(State(script): State<Arc<Script>>, headers: HeaderMap) -> Response<Body> {
    script
        .asked_after
        .lock()
        .unwrap()
        .push(text(&headers, "last-event-id"));
    let Some(connection) = script.connections.lock().unwrap().pop_front() else {
        return answer(500, "text/plain", "the script is over".into());
    };
    let end = RingsAtItsEnd(Arc::clone(&script));
    let frames = async_stream::stream! {
        let _end = end;
        for frame in connection.frames {
            yield Ok::<_, Infallible>(Bytes::from(frame));
        }
        if connection.stays {
            script.cut.notified().await;
        }
    };
    let answer = Response::builder().header("torn-log", connection.log);
    answer
        .header("content-type", "text/event-stream")
        .body(Body::from_stream(frames))
        .unwrap()
}

async fn command(State(script): State<Arc<Script>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 * 1024).await.unwrap();
    script.asked.lock().unwrap().push(Asked {
        path: head.uri.path().to_owned(),
        key: text(&head.headers, "idempotency-key"),
        credential: text(&head.headers, "authorization"),
        media: text(&head.headers, "content-type"),
        expires: text(&head.headers, "torn-expires"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let reply = script.replies.lock().unwrap().pop_front();
    match reply {
        Some(Reply::Whole(status, media, body)) => answer(status, media, body.into()),
        Some(Reply::Lost) => {
            let broken = async_stream::stream! {
                yield Ok(Bytes::from_static(b"{\"number\":"));
                yield Err(std::io::Error::other("the cable was pulled"));
            };
            answer(201, "application/json", Body::from_stream(broken))
        }
        None => answer(500, "text/plain", "the script is over".into()),
    }
}

fn answer(status: u16, media: &str, body: Body) -> Response<Body> {
    Response::builder()
        .status(status)
        .header("content-type", media)
        .body(body)
        .unwrap()
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .map(|value| value.to_str().unwrap().to_owned())
}

/// A frame of an event.
pub(crate) fn frame(seq: u64, kind: &str, rest: &str) -> String {
    let data = format!(
        r#"{{"seq":{seq},"at":"2026-11-24T09:42:00.000Z","kind":"{kind}","by":"clock"{rest}}}"#
    );
    format!("id: {seq}\nevent: {kind}\ndata: {data}\n\n")
}

/// The frame that says that desk 2 opened.
pub(crate) fn desk_opened(seq: u64) -> String {
    frame(seq, "desk-opened", r#","desk":"2""#)
}

/// The frame that begins a day.
pub(crate) fn day_began(seq: u64) -> String {
    let office = r#"{"id":"oiac","time_zone":"Europe/Madrid","languages":["ca"],"name":{"ca":"OIAC"},"town":null,
        "public_url":null,"hours":{},"holidays":[],"services":[],"desks":[],"policy":{"appointment_weight":3,
        "appointment_grace_min":10,"next_guard_s":2,"stop_issuing":true},"links":{"booking":null,"e_office":null,
        "whatsapp":null},"accent":null}"#;
    let office = office.split('\n').map(str::trim).collect::<String>();
    let rest = format!(r#","log":"{LOG}","day":"2026-11-24","office":{office},"left":0,"ended":0"#);
    frame(seq, "day-began", &rest)
}

/// The frame that is no event.
pub(crate) fn beat(seq: u64) -> String {
    format!(
        "event: beat\ndata: {{\"seq\":{seq},\"now\":\"2026-11-24T09:42:02.000Z\",\"clock_trusted\":true}}\n\n"
    )
}
