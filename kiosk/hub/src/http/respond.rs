// SPDX-License-Identifier: GPL-3.0-or-later
//! Answers: JSON, problem documents, and the header that every one of them carries.

use axum::body::Body;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use torn_wire::{Code, LOG_HEADER, Problem, problem};

use super::App;
use crate::limits::{Exceeded, HEADER_BYTES_MAX, HEADERS_MAX};

/// A problem, as the answer to a request.
#[derive(Debug)]
pub(super) struct Refuse(pub(super) Problem);

impl Refuse {
    pub(super) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Problem::new(code, detail))
    }
}

impl From<Problem> for Refuse {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refuse {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(problem::MEDIA_TYPE),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            // What is left of the body is not read: whoever asks again has to come anew.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if self.0.code == Code::Busy.as_str() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl IntoResponse for Exceeded {
    fn into_response(self) -> Response {
        let mut response = Refuse::new(Code::TooMany, self.to_string()).into_response();
        let after = HeaderValue::from(self.retry_after_s);
        response.headers_mut().insert(header::RETRY_AFTER, after);
        response
    }
}

/// What a path names. One that can't be read names nothing that exists, and is told so in its turn.
pub(super) struct Id(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let read = Path::<String>::from_request_parts(parts, state).await;
        Ok(read.map_or_else(|_| Self("\u{fffd}".to_owned()), |Path(id)| Self(id)))
    }
}

/// A value of the wire as the answer.
pub(super) fn json<T: Serialize>(value: &T) -> Response {
    serde_json::to_vec(value).map_or_else(
        |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        |body| json_bytes(StatusCode::OK, Bytes::from(body)),
    )
}

/// JSON that was written before as the answer; an empty body has no media type.
pub(super) fn json_bytes(status: StatusCode, body: Bytes) -> Response {
    let typed = !body.is_empty();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if typed {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What is wrong with a request's head, whatever it asks for.
fn heads_refusal(request: &Request) -> Option<Refuse> {
    let headers = request.headers();
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    let target = request.uri().to_string().len();
    if headers.len() > HEADERS_MAX || bytes + target > HEADER_BYTES_MAX {
        let detail = format!(
            "a request may have {HEADERS_MAX} headers and {HEADER_BYTES_MAX} bytes of them"
        );
        return Some(Refuse::new(Code::HeadersTooLarge, detail));
    }
    packed(headers).then(|| {
        let detail =
            "a body is sent as it is: with its Content-Length, or as Transfer-Encoding: chunked";
        Refuse::new(Code::Malformed, detail)
    })
}

/// Whether a body is packed for its way, which would be read as if it were not. One that is chunked and has a length
/// too is read by its chunks, and the connection ends with it (RFC 9112 §6.1).
fn packed(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let chunked = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    codings.any(|coding| !chunked(coding))
}

/// What a path or a query is refused with before a handler sees it is bare text: it gets the shape of
/// every other problem.
fn spell_out(response: Response) -> Response {
    let bare = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    match response.status() {
        StatusCode::BAD_REQUEST if bare => Refuse::new(
            Code::Malformed,
            "the path or the query can't be read; GET /openapi.json says how they are written",
        )
        .into_response(),
        _ => response,
    }
}

/// What keeps a browser from making more of an answer than it is: a page has a policy of its own.
const BOUNDS: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, NO_PAGE),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // No page of another origin is shown the queue as its own picture, script or style.
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// The policy of an answer that is no page: opened by itself it runs, loads and frames nothing.
pub(super) const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// Puts on every answer the log's UUID and what a browser may make of it, and turns away requests whose
/// headers are too many or too long.
pub(super) async fn frame(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = match heads_refusal(&request) {
        Some(refuse) => refuse.into_response(),
        None => spell_out(next.run(request).await),
    };
    let headers = response.headers_mut();
    if let Ok(log) = HeaderValue::from_str(&app.log) {
        headers.insert(HeaderName::from_static(LOG_HEADER), log);
    }
    for (name, value) in BOUNDS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The answer where there is nothing. The path is not told again: a token or a code may stand in it.
pub(super) async fn not_found() -> Refuse {
    Refuse::new(
        Code::NotFound,
        "there is nothing at this path; GET /openapi.json lists what there is",
    )
}

/// The answer where there is something, and not for this method.
pub(super) async fn method_not_allowed(request: Request) -> Refuse {
    let method: String = request.method().as_str().chars().take(20).collect();
    Refuse::new(
        Code::MethodNotAllowed,
        format!("this path does not take {method}; the Allow header says what it takes"),
    )
}
