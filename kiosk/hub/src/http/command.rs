// SPDX-License-Identifier: GPL-3.0-or-later
//! From a POST to a command: the credential, the key, the path, the body, in this order.

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;
use tokio::time::timeout;
use torn_queue::{Actor, State, Timestamp};
use torn_wire::{
    Code, EXPIRES_HEADER, IDEMPOTENCY_KEY_HEADER, IDEMPOTENCY_REPLAYED_HEADER, Problem,
};

use super::App;
use super::respond::{Refuse, json_bytes};
use crate::credential::Caller;
use crate::key::{Digest, Remembered};
use crate::limits::{BODY_BYTES_MAX, BODY_WITHIN};
use crate::writer::{Asked, Job, Reply, reused, store_failed};

/// Of what is wrong with a body so many characters are told: it may be quoted there.
const REASON_CHARS_MAX: usize = 200;

/// What a POST names and means; who may ask was looked at before.
pub(super) struct Route<'a> {
    /// Whether what the path names exists.
    pub(super) path: &'a (dyn Fn(&State) -> Result<(), Problem> + Sync),
    /// What the body asks for, or what is wrong with it; and whether this caller may ask for just that.
    pub(super) read: &'a (dyn Fn(&Content, &Caller) -> Result<Asked, Problem> + Sync),
}

/// Follows a POST to its answer.
pub(super) async fn carry_out(app: &App, request: Request, route: Route<'_>) -> Response {
    let (parts, body) = request.into_parts();
    match prepare(app, &parts, body, &route).await {
        Ok(Wish {
            by,
            key,
            digest,
            expires,
            asked,
        }) => {
            let (reply, answered) = oneshot::channel();
            let job = Job {
                by,
                key,
                digest,
                expires,
                asked,
                reply,
            };
            if let Err(problem) = app.inbox.hand_in(job) {
                return Refuse(problem).into_response();
            }
            respond(
                answered
                    .await
                    .unwrap_or_else(|_| Reply::Refused(store_failed())),
            )
        }
        Err(refuse) => refuse.into_response(),
    }
}

struct Wish {
    by: Actor,
    key: String,
    digest: Digest,
    /// After which it is not to be followed any more.
    expires: Option<Timestamp>,
    /// Nothing, when the key was answered before: what it asked for may not be possible any more.
    asked: Option<Asked>,
}

async fn prepare(app: &App, parts: &Parts, body: Body, route: &Route<'_>) -> Result<Wish, Refuse> {
    let caller = permitted(parts)?;
    let by = caller.actor();
    let key = key(parts)?;
    let bytes = match bytes(parts, body).await {
        Ok(bytes) => bytes,
        Err(refuse) => {
            // What the path names is looked at before what is wrong with the body.
            app.published.read(route.path)?;
            return Err(refuse);
        }
    };
    let expires = expires(parts)?;
    let content = Content {
        bytes,
        media_type: media_type(parts),
    };
    let target = parts
        .uri
        .path_and_query()
        .map_or("", |target| target.as_str());
    let digest = app.secret.digest(target, &content.bytes);
    match app.keys.look_up(&key, &digest) {
        Some(Remembered::Reused) => return Err(reused().into()),
        Some(Remembered::Answered { .. }) => {
            return Ok(Wish {
                by,
                key,
                digest,
                expires,
                asked: None,
            });
        }
        None => {}
    }
    app.published.read(route.path)?;
    let asked = (route.read)(&content, caller)?;
    Ok(Wish {
        by,
        key,
        digest,
        expires,
        asked: Some(asked),
    })
}

fn respond(reply: Reply) -> Response {
    match reply {
        Reply::Refused(problem) => Refuse(problem).into_response(),
        Reply::Limited(exceeded) => exceeded.into_response(),
        Reply::Done {
            status,
            body,
            replayed,
        } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            let mut response = json_bytes(status, body);
            if replayed {
                let name = HeaderName::from_static(IDEMPOTENCY_REPLAYED_HEADER);
                response
                    .headers_mut()
                    .insert(name, HeaderValue::from_static("true"));
            }
            response
        }
    }
}

/// Who was let through to a command. Where nobody is asked who it is, nothing can be commanded.
fn permitted(parts: &Parts) -> Result<&Caller, Refuse> {
    let nobody = || Refuse::new(Code::Forbidden, "nobody may ask for this");
    parts.extensions.get().ok_or_else(nobody)
}

fn key(parts: &Parts) -> Result<String, Refuse> {
    let mut values = parts.headers.get_all(IDEMPOTENCY_KEY_HEADER).iter();
    let Some(value) = values.next() else {
        return Err(Refuse::new(
            Code::IdempotencyKeyMissing,
            "every POST needs an Idempotency-Key: make a UUID for each wish, and send it again with each retry",
        ));
    };
    let text = value.to_str().unwrap_or_default();
    let printable = text.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    if values.next().is_some() || !printable || !(1..=128).contains(&text.len()) {
        return Err(Refuse::new(
            Code::IdempotencyKeyInvalid,
            "an Idempotency-Key has 1 to 128 printable ASCII characters, and there is one of them",
        ));
    }
    Ok(text.to_owned())
}

fn expires(parts: &Parts) -> Result<Option<Timestamp>, Refuse> {
    let mut values = parts.headers.get_all(EXPIRES_HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let expires = value.to_str().ok().and_then(|text| text.parse().ok());
    let alone = expires.filter(|_| values.next().is_none());
    alone.map(Some).ok_or_else(|| {
        let detail = "Torn-Expires is one time of the hub, as RFC 3339: 2026-11-24T09:42:00.000Z";
        Refuse::new(Code::Malformed, detail)
    })
}

/// The body of a request that is no command, within the same bounds.
pub(super) async fn content(parts: &Parts, body: Body) -> Result<Content, Refuse> {
    Ok(Content {
        bytes: bytes(parts, body).await?,
        media_type: media_type(parts),
    })
}

async fn bytes(parts: &Parts, body: Body) -> Result<Bytes, Refuse> {
    let too_large = || {
        Refuse::new(
            Code::BodyTooLarge,
            format!("a body may have {BODY_BYTES_MAX} bytes"),
        )
    };
    let told = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    if told.is_some_and(|length: u64| length > BODY_BYTES_MAX as u64) {
        return Err(too_large());
    }
    let read = Limited::new(body, BODY_BYTES_MAX).collect();
    match timeout(BODY_WITHIN, read).await {
        Err(_) => Err(Refuse::new(
            Code::Malformed,
            format!("the body did not come within {BODY_WITHIN:?}"),
        )),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Refuse::new(
            Code::Malformed,
            "the body ended before its announced length",
        )),
    }
}

fn media_type(parts: &Parts) -> MediaType {
    // A body that says it is packed is not read as if it were not.
    let packed = |coding: &HeaderValue| !coding.as_bytes().eq_ignore_ascii_case(b"identity");
    if parts
        .headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(packed)
    {
        return MediaType::Other;
    }
    let Some(value) = parts.headers.get(header::CONTENT_TYPE) else {
        return MediaType::Json;
    };
    let text = value.to_str().unwrap_or_default();
    let essence = text
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let json = essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"));
    if json {
        MediaType::Json
    } else {
        MediaType::Other
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MediaType {
    Json,
    Other,
}

/// The body of a command, as it was received.
pub(super) struct Content {
    bytes: Bytes,
    media_type: MediaType,
}

impl Content {
    /// The members of the command.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        self.members(|error, place| short(error.trim_end_matches(place)))
    }

    /// The members of a command that identifies a person: what is wrong with them is told without a word
    /// of theirs.
    pub(super) fn private_json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        self.members(|_, _| {
            "a member is missing, not known, or not of its type; GET /openapi.json says how they are written"
                .to_owned()
        })
    }

    fn members<T: DeserializeOwned>(
        &self,
        told: impl Fn(&str, &str) -> String,
    ) -> Result<T, Problem> {
        if self.media_type == MediaType::Other && !self.bytes.is_empty() {
            return Err(Problem::new(
                Code::MediaType,
                "send the body as Content-Type: application/json, without Content-Encoding",
            ));
        }
        // Read as a list, the members would go by their places, and a list is not what is documented.
        let object = self
            .bytes
            .trim_ascii_start()
            .first()
            .is_none_or(|byte| *byte == b'{');
        if !object {
            return Err(malformed(
                "the body at line 1, column 1: it is not an object",
            ));
        }
        serde_json::from_slice(&self.bytes).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let place = format!(" at line {line} column {column}");
            let reason = match error.classify() {
                serde_json::error::Category::Data => told(&error.to_string(), &place),
                serde_json::error::Category::Eof => "it ends too soon".to_owned(),
                _ => "it is not JSON".to_owned(),
            };
            malformed(format!(
                "the body at line {line}, column {column}: {reason}"
            ))
        })
    }

    /// Nothing at all, or an object without members.
    pub(super) fn no_members(&self) -> Result<(), Problem> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        self.json::<torn_wire::request::NoMembers>().map(|_| ())
    }
}

/// What is wrong with a body that can be read.
pub(super) fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(Code::Malformed, detail)
}

fn short(reason: &str) -> String {
    match reason.char_indices().nth(REASON_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &reason[..end]),
        None => reason.to_owned(),
    }
}
