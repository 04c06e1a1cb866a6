// SPDX-License-Identifier: GPL-3.0-or-later
//! The web pages: files of `web/`, built into the program, and what the ticket's page asks for.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Serialize;
use torn_wire::{Code, view};
use utoipa::ToSchema;

use super::App;
use super::respond::{Id, Refuse, json};

/// Everything comes from the hub itself, and nothing may be written into a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// Of what a browser can do no page needs more than to sound.
const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), \
    bluetooth=(), midi=(), payment=(), publickey-credentials-get=()";

#[derive(RustEmbed)]
#[folder = "web"]
struct Web;

/// What a ticket's page asks for.
#[derive(Serialize, ToSchema)]
struct TicketOfPage {
    /// The ticket as it stands.
    ticket: view::Ticket,
}

/// The agent's page.
#[utoipa::path(
    get, path = "/desk", tag = "pages", operation_id = "desk_page",
    responses((status = 200, content_type = "text/html", body = String),
        (status = 304, description = "It is the page that If-None-Match names"))
)]
pub(super) async fn desk(headers: HeaderMap) -> Response {
    file("desk.html", StatusCode::OK, &headers)
}

/// The board for any television with a browser.
#[utoipa::path(
    get, path = "/lobby", tag = "pages", operation_id = "lobby_page",
    responses((status = 200, content_type = "text/html", body = String),
        (status = 304, description = "It is the page that If-None-Match names"))
)]
pub(super) async fn lobby(headers: HeaderMap) -> Response {
    file("lobby.html", StatusCode::OK, &headers)
}

/// A ticket on a phone; the same page says so when there is no such ticket today.
#[utoipa::path(
    get, path = "/t/{token}", tag = "pages", operation_id = "ticket_page", params(("token" = String, Path)),
    responses((status = 200, content_type = "text/html", body = String),
        (status = 304, description = "It is the page that If-None-Match names"),
        (status = 404, content_type = "text/html", body = String))
)]
pub(super) async fn ticket(State(app): State<App>, Id(token): Id, headers: HeaderMap) -> Response {
    let status = match app.published.ticket_of_page(&token) {
        Some(_) => StatusCode::OK,
        None => StatusCode::NOT_FOUND,
    };
    file("ticket.html", status, &headers)
}

/// Shows the ticket whose page has this token, to that page.
#[utoipa::path(
    get, path = "/t/{token}/ticket", tag = "pages", params(("token" = String, Path)),
    responses((status = 200, body = TicketOfPage))
)]
pub(super) async fn ticket_of(State(app): State<App>, Id(token): Id) -> Result<Response, Refuse> {
    let now = app.published.clock().now();
    let ticket = app.published.ticket_of_page(&token).and_then(|id| {
        app.published.read(|state| {
            state
                .ticket(id)
                .map(|one| view::Ticket::at(state, one, now))
        })
    });
    ticket
        .map(|ticket| json(&TicketOfPage { ticket }))
        .ok_or_else(|| Refuse::new(Code::UnknownTicket, "no ticket of today has this page"))
}

/// A file that a page needs.
#[utoipa::path(
    get, path = "/assets/{name}", tag = "pages",
    params(("name" = String, Path, example = "desk.js")),
    responses((status = 200, description = "The file", content_type = "*/*"),
        (status = 304, description = "It is the file that If-None-Match names"))
)]
pub(super) async fn asset(Id(name): Id, headers: HeaderMap) -> Response {
    file(&format!("assets/{name}"), StatusCode::OK, &headers)
}

fn file(name: &str, status: StatusCode, headers: &HeaderMap) -> Response {
    let Some(EmbeddedFile { data, metadata }) = Web::get(name) else {
        return Refuse::new(Code::NotFound, "there is no such file").into_response();
    };
    let hash = metadata.sha256_hash();
    let tag: String = hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{tag}\"");
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if known && status == StatusCode::OK {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (status, data.into_owned()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type(name)),
    );
    for (key, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ] {
        headers.insert(key, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("webmanifest") => "application/manifest+json",
        _ => "text/plain; charset=utf-8",
    }
}
