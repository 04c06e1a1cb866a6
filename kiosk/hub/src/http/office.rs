// SPDX-License-Identifier: GPL-3.0-or-later
//! The office and its queue, for screens, people and simple clients.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use torn_wire::view;

use super::App;
use super::respond::{json, json_bytes};

/// Shows what screens need to know of the office.
#[utoipa::path(get, path = "/v1/office", tag = "office", responses((status = 200, body = view::OfficeView)))]
pub(super) async fn office(State(app): State<App>) -> Response {
    app.published
        .read(|state| json(&state.office().map(view::OfficeView::from)))
}

/// Shows the queue as it stands.
#[utoipa::path(get, path = "/v1/state", tag = "office", responses((status = 200, body = view::Queue)))]
pub(super) async fn queue(State(app): State<App>) -> Response {
    match app.published.state_body() {
        Ok(body) => json_bytes(StatusCode::OK, body),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
