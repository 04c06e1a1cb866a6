// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub over a log in a folder of its own, asked without a socket.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use torn_hub::clock::TimeSource;
use torn_hub::http::{App, router};
use torn_hub::program::assemble_at;
use tower::ServiceExt;

pub(crate) use crate::set_time::SetTime;

pub(crate) const OFFICE: &str = r#"
[office]
id = "oiac"
time_zone = "Europe/Madrid"
languages = ["ca", "es"]
name = { ca = "Oficina" }
public_url = "https://torn.example"
[[service]]
id = "general"
letter = "A"
name = { ca = "Informació general" }
[[service]]
id = "idcat"
letter = "E"
name = { ca = "idCAT" }
appointment = "required"
[[desk]]
id = "1"
name = { ca = "Taula 1" }
[[desk]]
id = "2"
name = { ca = "Taula 2" }
[policy]
next_guard_s = 0
"#;

/// A folder that goes with its test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).unwrap();
        let name = format!("torn-hub-{:016x}", u64::from_ne_bytes(random));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.0.join("torn.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind, it is only a temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A hub.
pub(crate) struct Hub {
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) stop: CancellationToken,
    writer: std::thread::JoinHandle<Result<(), torn_hub::store::StoreError>>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// `201`, or `409 office-closed`.
    pub(crate) fn outcome(&self) -> String {
        match self.status.is_success() {
            true => self.status.as_u16().to_string(),
            false => format!("{} {}", self.status.as_u16(), self.code()),
        }
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn replayed(&self) -> bool {
        self.headers.contains_key("idempotency-replayed")
    }
}

impl Hub {
    pub(crate) fn start(folder: &Folder) -> Self {
        Self::start_as(folder, true)
    }

    pub(crate) fn start_as(folder: &Folder, loopback: bool) -> Self {
        Self::start_with(folder, OFFICE, loopback, TimeSource::system(false))
    }

    /// One whose system says what time the test wants.
    pub(crate) fn start_at(folder: &Folder, office: &str, time: &SetTime) -> Self {
        Self::start_with(folder, office, true, time.source())
    }

    fn start_with(folder: &Folder, office: &str, loopback: bool, time: TimeSource) -> Self {
        let mut config = torn_config::office(office).unwrap();
        config.store = folder.log();
        let stop = CancellationToken::new();
        let assembled = assemble_at(&config, loopback, stop.clone(), time).unwrap();
        let router = router(assembled.app.clone());
        Self {
            app: assembled.app,
            router,
            stop,
            writer: assembled.writer,
        }
    }

    /// Ends it as a stop does: what was handed in is followed first.
    pub(crate) fn end(self) {
        let Self {
            app,
            router,
            stop,
            writer,
        } = self;
        stop.cancel();
        drop((app, router));
        writer.join().unwrap().unwrap();
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &str) -> Answer {
        let request = Request::post(path).header("idempotency-key", key);
        self.ask(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    /// A command that is a wish of its own.
    pub(crate) async fn command(&self, path: &str, body: &Value) -> Answer {
        let key = uuid::Uuid::new_v4().to_string();
        let body = match body {
            Value::Null => String::new(),
            some => some.to_string(),
        };
        self.post(path, &key, &body).await
    }

    pub(crate) async fn state(&self) -> Value {
        self.get("/v1/state").await.json()
    }

    /// Today's events.
    pub(crate) async fn events(&self) -> Vec<Value> {
        let request = Request::get("/v1/events").body(Body::empty()).unwrap();
        let (_, text) = self.stream(request).await;
        let beat = text.find("event: beat").unwrap();
        let data = text[..beat]
            .lines()
            .filter_map(|line| line.strip_prefix("data: "));
        data.map(|one| serde_json::from_str(one).unwrap()).collect()
    }

    pub(crate) async fn issue(&self, key: &str) -> Answer {
        self.post("/v1/tickets", key, r#"{"service":"general"}"#)
            .await
    }

    /// The body of an answer that goes on.
    pub(crate) async fn open(&self, request: Request<Body>) -> Body {
        self.router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_body()
    }

    /// How the writer ended.
    pub(crate) fn ended(self) -> Result<(), torn_hub::store::StoreError> {
        drop((self.app, self.router));
        self.writer.join().unwrap()
    }

    /// The stream's frames up to and with the first beat.
    pub(crate) async fn stream(&self, request: Request<Body>) -> (StatusCode, String) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let mut body = response.into_body();
        let (mut told, mut text) = (Vec::new(), String::new());
        while !text.contains("event: beat") {
            match body.frame().await {
                Some(Ok(frame)) => told.extend_from_slice(frame.data_ref().unwrap()),
                _ => break,
            }
            text = String::from_utf8_lossy(&told).into_owned();
        }
        (status, text)
    }
}

/// Waits for a condition; panics after a time that no working hub takes.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !holds().await {
        assert!(started.elapsed() < Duration::from_secs(30), "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
