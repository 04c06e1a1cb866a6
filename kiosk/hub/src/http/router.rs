// SPDX-License-Identifier: GPL-3.0-or-later
//! Every path there is, and the document that describes them.

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    App, bookings, desks, devices, events, house, office, operation, page, respond, tickets,
};

#[derive(OpenApi)]
#[openapi(info(
    title = "Torn",
    description = "The queue of a public office. Errors are problem documents (RFC 9457) with a stable code; \
        every POST takes an Idempotency-Key; every answer carries Torn-Log.",
    version = "1",
    license(name = "GPL-3.0-or-later", identifier = "GPL-3.0-or-later"),
))]
struct Document;

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(office::office))
        .routes(routes!(office::queue))
        .routes(routes!(events::follow))
        .routes(routes!(tickets::issue))
        .routes(routes!(tickets::show))
        .routes(routes!(tickets::cancel))
        .routes(routes!(tickets::restore))
        .routes(routes!(tickets::call))
        .routes(routes!(tickets::print))
        .routes(routes!(bookings::check_in))
        .routes(routes!(bookings::post))
        .routes(routes!(desks::next))
        .routes(routes!(desks::recall))
        .routes(routes!(desks::finish))
        .routes(routes!(desks::no_show))
        .routes(routes!(desks::transfer))
        .routes(routes!(desks::park))
        .routes(routes!(desks::resume))
        .routes(routes!(desks::open))
        .routes(routes!(desks::pause))
        .routes(routes!(desks::close))
        .routes(routes!(house::open))
        .routes(routes!(house::close))
        .routes(routes!(house::open_service))
        .routes(routes!(house::close_service))
        .routes(routes!(house::notice))
        .routes(routes!(house::calendar))
        .routes(routes!(devices::report))
        .routes(routes!(page::ticket_of))
        .routes(routes!(operation::health))
        .routes(routes!(operation::ready))
        .routes(routes!(operation::metrics))
}

/// The document that describes the API, as it is committed in `openapi.json`.
///
/// # Errors
/// None in practice: a document of this kind can always be written.
pub fn document() -> Result<String, serde_json::Error> {
    let (_, document) = api().split_for_parts();
    document.to_pretty_json().map(|text| text + "\n")
}

/// The hub's paths over `app`.
pub fn router(app: App) -> Router {
    let (api, _) = api().split_for_parts();
    api.route("/openapi.json", get(openapi))
        .route("/desk", get(page::desk))
        .route("/lobby", get(page::lobby))
        .route("/t/{token}", get(page::ticket))
        .route("/assets/{name}", get(page::asset))
        .fallback(respond::not_found)
        .method_not_allowed_fallback(respond::method_not_allowed)
        .layer(from_fn_with_state(app.clone(), respond::frame))
        .with_state(app)
}

async fn openapi(State(_): State<App>) -> axum::response::Response {
    match document() {
        Ok(text) => respond::json_bytes(axum::http::StatusCode::OK, text.into()),
        Err(_) => axum::response::IntoResponse::into_response(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
        ),
    }
}
