// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub of one's own: started with the shipped office, spoken to over HTTP, killed and started again.
//!
//! It listens on any free port of the loopback and keeps its log in its own folder, so that tests
//! run beside each other. Requests go out as a simple client of the wire would send them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::Value;

use super::LabError;
pub use super::answer::Answer;
use super::folder::Folder;
use super::hosts::Place;
use super::http;
use super::programs::{Program, Programs, Progress};
pub use super::setup::HubSetup;
use super::stream::Stream;
use super::wait::{self, Moment};

impl HubSetup {
    /// Writes the configuration into a folder of the hub's own.
    ///
    /// # Errors
    /// [`LabError`], when that can't be done.
    pub fn prepare(self) -> Result<Prepared, LabError> {
        let folder = Folder::new("hub")?;
        let config = folder.write("office.toml", self.config(&store_in(&self, &folder))?)?;
        Ok(Prepared {
            setup: self,
            folder,
            config,
        })
    }
}

/// A hub's folder with its configuration, before it runs.
#[derive(Debug)]
pub struct Prepared {
    setup: HubSetup,
    folder: Folder,
    config: PathBuf,
}

impl Prepared {
    /// Its configuration.
    #[must_use]
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Runs `torn-hub credential …` and gives what it prints.
    ///
    /// # Errors
    /// [`LabError::Command`], with what it said when it failed.
    pub fn credential(&self, arguments: &[&str]) -> Result<String, LabError> {
        credential(&self.config, arguments)
    }

    /// Makes a credential and gives its token.
    ///
    /// # Errors
    /// [`LabError::Command`], with what it said when it failed.
    pub fn add_credential(&self, id: &str, grants: &[&str]) -> Result<String, LabError> {
        let said = self.credential(&[&["add", id], grants].concat())?;
        Ok(said
            .split_whitespace()
            .last()
            .unwrap_or_default()
            .to_owned())
    }

    /// Makes a credential by which a person signs in with a password.
    ///
    /// # Errors
    /// [`LabError::Command`], with what it said when it failed.
    pub fn add_password(&self, id: &str, grants: &[&str], password: &str) -> Result<(), LabError> {
        let arguments = [&["add", id], grants, &["--password"]].concat();
        told(&self.config, &arguments, Some(password)).map(|_| ())
    }

    /// Starts the hub and waits until it listens.
    ///
    /// # Errors
    /// Whatever kept it from starting.
    pub fn start(self) -> Result<Hub, LabError> {
        let Self {
            setup,
            folder,
            config,
        } = self;
        let program = start_program(&setup, &config)?;
        let address = program.word("listening")?;
        let reach = setup.place.reach_url(&address)?;
        let http = http::client()?;
        Ok(Hub {
            setup,
            folder,
            config,
            program,
            address,
            reach,
            http,
        })
    }
}

/// Runs `torn-hub credential …` with a configuration and gives what it prints.
fn credential(config: &Path, arguments: &[&str]) -> Result<String, LabError> {
    told(config, arguments, None)
}

/// The same, told a line on its standard input.
fn told(config: &Path, arguments: &[&str], line: Option<&str>) -> Result<String, LabError> {
    let mut command = Command::new(Programs::built(Progress::Hidden)?.path("torn-hub"));
    command
        .arg("credential")
        .args(arguments)
        .arg("--config")
        .arg(config);
    let failed = |said| LabError::Command {
        command: format!("torn-hub credential {}", arguments.join(" ")),
        said,
    };
    let mut output = || {
        let mut program = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        // Its input ends with this, whether there was a line or not.
        if let (Some(mut input), Some(line)) = (program.stdin.take(), line) {
            writeln!(input, "{line}")?;
        }
        program.wait_with_output()
    };
    let output = output().map_err(|source| failed(source.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

/// A hub that runs, or has just been killed.
#[derive(Debug)]
pub struct Hub {
    setup: HubSetup,
    folder: Folder,
    config: PathBuf,
    program: Program,
    /// Where it listens, as programs on its own host reach it.
    address: String,
    /// Where this process reaches it.
    reach: String,
    http: Client,
}

impl Hub {
    /// Starts a hub and waits until it listens.
    ///
    /// # Errors
    /// Whatever kept it from starting.
    pub fn start(setup: HubSetup) -> Result<Self, LabError> {
        setup.prepare()?.start()
    }

    /// Runs `torn-hub credential …` beside it and gives what it prints.
    ///
    /// # Errors
    /// [`LabError::Command`], with what it said when it failed.
    pub fn credential(&self, arguments: &[&str]) -> Result<String, LabError> {
        credential(&self.config, arguments)
    }

    /// Gives a credential another password beside it.
    ///
    /// # Errors
    /// [`LabError::Command`], with what it said when it failed.
    pub fn set_password(&self, id: &str, password: &str) -> Result<(), LabError> {
        told(&self.config, &["password", id], Some(password)).map(|_| ())
    }

    /// Where programs on its host reach it: `http://host:port`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where this process reaches it.
    #[must_use]
    pub fn reach(&self) -> &str {
        &self.reach
    }

    /// On which host it runs.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.setup.place
    }

    /// Its own folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where its log is.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        store_in(&self.setup, &self.folder)
    }

    /// Its configuration.
    #[must_use]
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Its process.
    #[must_use]
    pub const fn program(&self) -> &Program {
        &self.program
    }

    /// Ends it as a power cut would.
    pub fn kill(&self) {
        self.program.kill();
    }

    /// Starts it again, on the port that it had, with the log that it had.
    ///
    /// # Errors
    /// Whatever kept it from starting.
    pub fn start_again(&mut self) -> Result<(), LabError> {
        self.program.kill();
        self.setup.listen = self.address.trim_start_matches("http://").to_owned();
        self.config = self
            .folder
            .write("office.toml", self.setup.config(&self.store())?)?;
        self.program = start_program(&self.setup, &self.config)?;
        let address = self.program.word("listening")?;
        if address == self.address {
            Ok(())
        } else {
            Err(LabError::Unexpected {
                what: format!("torn-hub at {}", self.address),
                answer: address,
            })
        }
    }

    /// Starts it again with another office of its own; see [`HubSetup::own`].
    ///
    /// # Errors
    /// Whatever kept it from starting.
    pub fn start_again_with(&mut self, own: &str) -> Result<(), LabError> {
        own.clone_into(&mut self.setup.own);
        self.start_again()
    }

    /// A request to build upon.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.reach))
    }

    /// Asks for `path`.
    ///
    /// # Errors
    /// [`LabError::NoAnswer`], when none came; any status is an answer.
    pub fn get(&self, path: &str) -> Result<Answer, LabError> {
        Answer::to(self.request(Method::GET, path), &format!("GET {path}"))
    }

    /// Sends a command under an idempotency key.
    ///
    /// # Errors
    /// [`LabError::NoAnswer`], when none came; any status is an answer.
    pub fn post(&self, path: &str, key: &str, body: Option<&Value>) -> Result<Answer, LabError> {
        let mut request = self
            .request(Method::POST, path)
            .header("idempotency-key", key);
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::to(request, &format!("POST {path}"))
    }

    /// Sends a command under a key of its own.
    ///
    /// # Errors
    /// [`LabError::NoAnswer`], when none came; any status is an answer.
    pub fn command(&self, path: &str, body: &Value) -> Result<Answer, LabError> {
        let body = Some(body).filter(|body| !body.is_null());
        self.post(path, &new_key(), body)
    }

    /// Takes a ticket for `service` and gives its number.
    ///
    /// # Errors
    /// [`LabError::Unexpected`], when it was refused.
    pub fn issue(&self, service: &str) -> Result<Value, LabError> {
        let wish = serde_json::json!({ "service": service });
        self.post("/v1/tickets", &new_key(), Some(&wish))?
            .expect(201)
    }

    /// Sends a command without members to a desk: `next`, `recall`, `finish`, …
    ///
    /// # Errors
    /// [`LabError::NoAnswer`], when none came; any status is an answer.
    pub fn desk(&self, desk: &str, action: &str) -> Result<Answer, LabError> {
        self.post(&format!("/v1/desks/{desk}/{action}"), &new_key(), None)
    }

    /// The queue as it stands.
    ///
    /// # Errors
    /// [`LabError`], when there is no such answer.
    pub fn state(&self) -> Result<Value, LabError> {
        self.get("/v1/state")?.expect(200)
    }

    /// Opens the stream of events.
    ///
    /// # Errors
    /// [`LabError`], when it is not given.
    pub fn follow(&self, query: &str, last_event_id: Option<&str>) -> Result<Stream, LabError> {
        let mut request = self.request(Method::GET, &format!("/v1/events{query}"));
        // A stream has no end to wait for.
        request = request.timeout(Duration::from_hours(24));
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let what = format!("GET /v1/events{query}");
        let response = request.send().map_err(|source| LabError::NoAnswer {
            what: what.clone(),
            source,
        })?;
        if response.status().is_success() {
            Ok(Stream::of(response))
        } else {
            let answer = format!(
                "{}: {}",
                response.status(),
                response.text().unwrap_or_default()
            );
            Err(LabError::Unexpected { what, answer })
        }
    }

    /// All events of the log, up to the newest.
    ///
    /// # Errors
    /// [`LabError`], when they can't be read.
    pub fn events(&self) -> Result<Vec<Value>, LabError> {
        let newest = self.state()?["seq"].as_u64().unwrap_or_default();
        let stream = self.follow("?after=0", None)?;
        let mut events = Vec::new();
        stream.until("the newest event", wait::GENEROUS, |frame| {
            if frame.id.is_some() {
                events.push(frame.json());
            }
            events
                .last()
                .is_some_and(|event| event["seq"].as_u64() >= Some(newest))
        })?;
        Ok(events)
    }
}

fn start_program(setup: &HubSetup, config: &Path) -> Result<Program, LabError> {
    Program::start_with(&setup.place, "torn-hub", config, &[], &setup.around)
}

fn store_in(setup: &HubSetup, folder: &Folder) -> PathBuf {
    setup
        .store
        .clone()
        .unwrap_or_else(|| folder.path().join("torn.db"))
}

/// An idempotency key that nothing else uses.
#[must_use]
pub fn new_key() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // The process's id alone may come again on a log that is kept.
    format!("lab-{}-{}-{count}", process::id(), Moment::now())
}
