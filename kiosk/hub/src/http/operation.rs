// SPDX-License-Identifier: GPL-3.0-or-later
//! For the one who looks after the hub: is it there, is it ready, what does it count.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json as object;

use super::App;
use super::respond::json;

/// Says that the program answers.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, content_type = "application/json", body = serde_json::Value)))]
pub(super) async fn health() -> Response {
    json(&object!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}))
}

/// Says that the log is read and commands are taken; and where an earlier day of it was found damaged.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses((status = 200, content_type = "application/json", body = serde_json::Value)))]
pub(super) async fn ready(State(app): State<App>) -> Response {
    let (newest, _) = app.published.newest_and_day_began();
    json(&object!({
        "status": "ok",
        "seq": newest,
        "clock_trusted": app.published.clock().trusted(),
        "damaged_at": app.history.damaged_at(),
    }))
}

/// Shows what is counted, as OpenMetrics text.
#[utoipa::path(get, path = "/metrics", tag = "operation", responses((status = 200, content_type = "application/openmetrics-text")))]
pub(super) async fn metrics(State(app): State<App>) -> Response {
    let (newest, _) = app.published.newest_and_day_began();
    let followers = app.published.followers();
    let text = app
        .metrics
        .text(newest, app.history.damaged_at(), followers);
    let mut response = text.into_response();
    let kind =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
