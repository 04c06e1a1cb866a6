// SPDX-License-Identifier: GPL-3.0-or-later
//! Signing in and out on a page, and who is signed in.
//!
//! None of it is a command: it needs no `Idempotency-Key`, and nothing of it stands in the log. What is wrong
//! is told without a word of what was sent.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use torn_wire::Code;
use torn_wire::session::{Session, SignIn};

use super::App;
use super::caller::{COOKIE, cookies, same_origin, who};
use super::command::content;
use super::respond::{Refuse, json};
use crate::credential::{Caller, Grant};
use crate::peer::Peer;
use crate::session::LASTS_MS;
use crate::session::entrance::{Attempt, NotIn};

/// Whether requests come by TLS. The hub speaks plain HTTP, and over that a browser drops a cookie that is
/// marked `Secure`; one that terminates TLS itself says so here, and the mark is set.
const BY_TLS: bool = false;

/// Signs somebody in: the cookie `torn-session` proves it from then on. A session that the request has is replaced.
#[utoipa::path(
    put, path = "/v1/session", tag = "session", operation_id = "sign_in", request_body = SignIn,
    responses((status = 200, body = Session, headers(("Set-Cookie" = String))))
)]
pub(super) async fn sign_in(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let wish = match wish(&parts, body).await {
        Ok(wish) => wish,
        Err(refuse) => return refuse.into_response(),
    };
    match app.entrance.sign_in(wish).await {
        Ok((credential, begun)) => {
            let caller = Caller::Holder(credential);
            let mut response = json(&told(&app, &caller, Some(begun.until)));
            set_cookie(&mut response, &begun.token, LASTS_MS / 1000);
            response
        }
        Err(not_in) => refusal(&not_in),
    }
}

/// Says who is signed in, or whose token was sent.
#[utoipa::path(
    get, path = "/v1/session", tag = "session", operation_id = "session",
    responses((status = 200, body = Session))
)]
pub(super) async fn show(State(app): State<App>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match who(&app, &parts) {
        Ok((caller, until)) => json(&told(&app, &caller, until)),
        Err(refuse) => refuse.into_response(),
    }
}

/// Signs out: the session ends and the cookie is taken back. Without one there is nothing to do.
#[utoipa::path(
    delete, path = "/v1/session", tag = "session", operation_id = "sign_out",
    responses((status = 204, headers(("Set-Cookie" = String))))
)]
pub(super) async fn sign_out(State(app): State<App>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if let Err(refuse) = same_origin(&parts) {
        return refuse.into_response();
    }
    let tokens: Vec<String> = cookies(&parts.headers)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let now = app.published.clock().now();
    let ended = tokio::task::spawn_blocking(move || {
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        app.entrance.sessions.end(&tokens, now)
    });
    match ended.await {
        Ok(Ok(())) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            set_cookie(&mut response, "", 0);
            response
        }
        Ok(Err(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "nobody can sign out"
            );
            refusal(&NotIn::Session(error))
        }
        Err(_) => refusal(&NotIn::Busy),
    }
}

async fn wish(parts: &Parts, body: axum::body::Body) -> Result<Attempt, Refuse> {
    same_origin(parts)?;
    let SignIn { id, password } = content(parts, body).await?.private_json()?;
    Ok(Attempt {
        peer: peer(parts),
        id,
        password,
        replaced: cookies(&parts.headers)
            .first()
            .map(|token| (*token).to_owned()),
    })
}

/// The machine that a request came from; where there is no socket, this one.
fn peer(parts: &Parts) -> Peer {
    let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    connected
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| {
            address.ip()
        })
        .into()
}

fn told(app: &App, caller: &Caller, until: Option<torn_queue::Timestamp>) -> Session {
    let grants = match caller {
        Caller::Holder(credential) => credential.grants.clone(),
        Caller::Local => every_grant(app),
    };
    Session {
        id: caller.actor(),
        grants: grants.iter().map(ToString::to_string).collect(),
        until,
    }
}

fn every_grant(app: &App) -> Vec<Grant> {
    let desks = app.published.read(|state| {
        let desks = state.office().map(|office| office.desks.iter());
        desks
            .into_iter()
            .flatten()
            .map(|desk| Grant::Desk(desk.id.clone()))
            .collect::<Vec<_>>()
    });
    [Grant::Kiosk, Grant::Supervisor, Grant::Read]
        .into_iter()
        .chain(desks)
        .collect()
}

fn refusal(not_in: &NotIn) -> Response {
    let code = match not_in {
        NotIn::Wrong => Code::Unauthenticated,
        NotIn::Locked { .. } => Code::TooMany,
        NotIn::Busy => Code::Busy,
        // The log is as it was, and the hub goes on.
        NotIn::Session(_) => Code::Busy,
    };
    let detail = match not_in {
        // What the system says of its files is for the journal.
        NotIn::Session(_) => {
            "the hub can't keep who is signed in; whoever looks after it finds why in its log"
                .to_owned()
        }
        other => other.to_string(),
    };
    let mut response = Refuse::new(code, detail).into_response();
    let wait_s = not_in.wait_s();
    if wait_s > 0 {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    }
    response
}

/// No script may read it, no page of another site have it sent, and it goes by itself when the session is over.
fn set_cookie(response: &mut Response, token: &str, max_age_s: i64) {
    let secure = if BY_TLS { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age={max_age_s}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        let headers = response.headers_mut();
        headers.insert(header::SET_COOKIE, cookie);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
