// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub over a log in a folder, asked without a socket, whose time a test sets. It has no ticks of its own, so that
//! two runs ask the same of their disks.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use torn_hub::http::{App, router};
use torn_hub::program::{HubError, Parts, parts};
use torn_hub::store::StoreError;
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
[[desk]]
id = "1"
name = { ca = "Taula 1" }
[[desk]]
id = "2"
name = { ca = "Taula 2" }
[policy]
next_guard_s = 0
stop_issuing = false
[limits]
enabled = false
"#;

/// A folder that goes with its test, in memory where the system has some: what is durable here is the disk's affair.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let memory = Path::new("/dev/shm");
        let base = match memory.is_dir() {
            true => memory.to_owned(),
            false => std::env::temp_dir(),
        };
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = base.join(format!("torn-faults-{process}-{count}"));
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
    app: App,
    router: Router,
    stop: CancellationToken,
    writer: JoinHandle<Result<(), StoreError>>,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) replayed: bool,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn accepted(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Hub {
    pub(crate) fn start(folder: &Folder, time: &SetTime) -> Result<Self, HubError> {
        let mut config = torn_config::office(OFFICE).unwrap();
        config.store = folder.log();
        let stop = CancellationToken::new();
        let parts = parts(&config, true, stop.clone(), time.source())?;
        let Parts {
            app, writer, mails, ..
        } = parts;
        let stops = stop.clone();
        let writer = std::thread::spawn(move || {
            let _stops = stops.drop_guard();
            writer.run(mails)
        });
        let router = router(app.clone());
        Ok(Self {
            app,
            router,
            stop,
            writer,
        })
    }

    /// How the writer ended, once it is asked for nothing more.
    pub(crate) fn end(self) -> Result<(), StoreError> {
        self.stop.cancel();
        drop((self.app, self.router));
        self.writer.join().unwrap()
    }

    /// The newest seq that readers see.
    pub(crate) fn newest(&self) -> u64 {
        self.app.published.newest_and_day_began().0.get()
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status.as_u16(),
            body: body.collect().await.unwrap().to_bytes().to_vec(),
            replayed: parts.headers.contains_key("idempotency-replayed"),
        }
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &str) -> Answer {
        let request = Request::post(path).header("idempotency-key", key);
        self.ask(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    /// The whole log, as a follower is told it; `None` when the stream breaks off.
    pub(crate) async fn events(&self) -> Option<Vec<Value>> {
        let request = Request::get("/v1/events?after=0");
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let mut body = response.into_body();
        let (mut text, mut events) = (String::new(), Vec::new());
        while (events.len() as u64) < self.newest() {
            let frame = body.frame().await?.unwrap();
            text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
            events = text
                .split("\n\n")
                .filter(|frame| frame.starts_with("id:"))
                .filter_map(|frame| frame.lines().find_map(|line| line.strip_prefix("data: ")))
                .map(|data| serde_json::from_str(data).unwrap())
                .collect();
        }
        Some(events)
    }
}
