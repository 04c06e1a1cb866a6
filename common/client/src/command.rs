// SPDX-License-Identifier: GPL-3.0-or-later
//! Commands: a POST that is sent again, with the same key, until its answer is there.
//!
//! Connection errors, lost replies and 503 are tried again; whatever else the hub says is final.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, RETRY_AFTER};
use hyper::{Request, Response, StatusCode};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use torn_queue::{DeviceId, TicketId, Timestamp};
use torn_wire::request::{CheckIn, IssueTicket, NotePrint, ReportDevice};
use torn_wire::view::IssuedTicket;
use torn_wire::{Code, EXPIRES_HEADER, IDEMPOTENCY_KEY_HEADER, Problem, problem};

use crate::retry::{self, Attempt};
use crate::{Client, CommandKey, Failure};

/// So long a command is sent again before the hub counts as away.
const RETRY_FOR: Duration = Duration::from_secs(15);

/// Bytes of an answer that are read at most; a hub's are a few thousand.
const ANSWER_MAX: usize = 1024 * 1024;

/// Of an answer that can't be read so much is told.
const QUOTED_CHARS: usize = 120;

impl Client {
    /// Sends a command to `path`, which begins with `/v1/`; without a body for a command without
    /// members. `None` is the answer of a hub that has nothing to say (204, or an empty body).
    /// The same key is sent for 15 s.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn post<B: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        body: Option<&B>,
        key: &CommandKey,
    ) -> Result<Option<A>, Failure> {
        self.post_within(path, body, key, RETRY_FOR).await
    }

    /// Gives out a number.
    ///
    /// # Errors
    /// [`Failure`]; a refusal says why, for instance `appointment-required`.
    pub async fn issue(&self, wish: &IssueTicket) -> Result<IssuedTicket, Failure> {
        let answer = self
            .post("/v1/tickets", Some(wish), &self.chance().key())
            .await?;
        answer.ok_or_else(|| Failure::Unexpected("no ticket in the answer".to_owned()))
    }

    /// Gives out the number of an appointment.
    ///
    /// # Errors
    /// [`Failure`]; a refusal says why, for instance `unknown-appointment`.
    pub async fn check_in(&self, check_in: &CheckIn) -> Result<IssuedTicket, Failure> {
        let answer = self
            .post("/v1/check-ins", Some(check_in), &self.chance().key())
            .await?;
        answer.ok_or_else(|| Failure::Unexpected("no ticket in the answer".to_owned()))
    }

    /// Tells how printing a ticket went.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn note_print(&self, ticket: TicketId, note: &NotePrint) -> Result<(), Failure> {
        let path = format!("/v1/tickets/{ticket}/print");
        let _: Option<IgnoredAny> = self.post(&path, Some(note), &self.chance().key()).await?;
        Ok(())
    }

    /// Tells how a part of a device is.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn report(&self, device: &DeviceId, report: &ReportDevice) -> Result<(), Failure> {
        let path = format!("/v1/devices/{device}/report");
        let _: Option<IgnoredAny> = self.post(&path, Some(report), &self.chance().key()).await?;
        Ok(())
    }

    pub(crate) async fn post_within<B: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        body: Option<&B>,
        key: &CommandKey,
        within: Duration,
    ) -> Result<Option<A>, Failure> {
        let body = match body.map(serde_json::to_vec).transpose() {
            Ok(body) => body.map(Bytes::from),
            Err(error) => {
                return Err(Failure::Unexpected(format!(
                    "the command is no JSON: {error}"
                )));
            }
        };
        // Given up here, it must not be done there: a late call summons someone to an empty desk.
        let expires = self.hubs_time_in(within);
        let attempt = || async {
            match self.send_once(path, body.clone(), key, expires).await {
                Ok(Reply {
                    status: StatusCode::SERVICE_UNAVAILABLE,
                    after,
                    ..
                }) => {
                    tracing::debug!(path, "the hub can't take the command now; it is sent again");
                    Attempt::Again { after }
                }
                Ok(reply) => Attempt::Done(reply),
                Err(error) => {
                    tracing::debug!(path, error = %Chain(&*error), "no answer; the command is sent again");
                    Attempt::Again {
                        after: Duration::ZERO,
                    }
                }
            }
        };
        match retry::until_done(within, self.chance().clone(), attempt).await {
            Some(reply) => reply.read(),
            None => Err(Failure::HubAway),
        }
    }

    async fn send_once(
        &self,
        path: &str,
        body: Option<Bytes>,
        key: &CommandKey,
        expires: Option<Timestamp>,
    ) -> Result<Reply, Lost> {
        let mut request =
            Request::post(self.url(path)).header(IDEMPOTENCY_KEY_HEADER, key.as_str());
        if let Some(expires) = expires {
            request = request.header(EXPIRES_HEADER, expires.to_string());
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(body.unwrap_or_default()))?;
        Reply::of(self.http().send(request).await?).await
    }
}

/// Why no answer came, or not the whole of one.
type Lost = Box<dyn std::error::Error + Send + Sync>;

/// An answer that arrived whole.
struct Reply {
    status: StatusCode,
    /// How long the hub asks to wait before the next try.
    after: Duration,
    is_problem: bool,
    body: Bytes,
}

impl Reply {
    async fn of(response: Response<Incoming>) -> Result<Self, Lost> {
        let text = |name| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
        };
        let after = text(RETRY_AFTER)
            .and_then(|seconds| seconds.parse().ok())
            .unwrap_or(0);
        let is_problem =
            text(CONTENT_TYPE).is_some_and(|media| media.starts_with(problem::MEDIA_TYPE));
        let (status, after) = (response.status(), Duration::from_secs(after));
        let body = Limited::new(response.into_body(), ANSWER_MAX);
        Ok(Self {
            status,
            after,
            is_problem,
            body: body.collect().await?.to_bytes(),
        })
    }

    fn read<A: DeserializeOwned>(&self) -> Result<Option<A>, Failure> {
        if self.status.is_success() {
            if self.body.is_empty() {
                return Ok(None);
            }
            return serde_json::from_slice(&self.body)
                .map(Some)
                .map_err(|error| self.unexpected(&error));
        }
        if !self.is_problem {
            return Err(self.unexpected(&"no problem document"));
        }
        match serde_json::from_slice::<Problem>(&self.body) {
            // Told in time that it came too late: the hub's clock has just been set.
            Ok(problem) if problem.code == Code::Expired.as_str() => Err(Failure::HubAway),
            Ok(problem) => Err(Failure::Refused(problem)),
            Err(error) => Err(self.unexpected(&error)),
        }
    }

    fn unexpected(&self, why: &dyn std::fmt::Display) -> Failure {
        let body: String = String::from_utf8_lossy(&self.body)
            .chars()
            .take(QUOTED_CHARS)
            .collect();
        Failure::Unexpected(format!("{why} in {} {body:?}", self.status))
    }
}

/// An error with what caused it, in one line.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn std::error::Error + 'a));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
