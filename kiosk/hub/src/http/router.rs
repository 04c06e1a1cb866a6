// SPDX-License-Identifier: GPL-3.0-or-later
//! Every path there is, and the document that describes them.

use std::sync::LazyLock;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use torn_wire::{Problem, problem};
use utoipa::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use super::access::{self, Access, Role};
use super::{
    App, bookings, desks, devices, events, house, office, operation, page, respond, session,
    tickets,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Torn",
        description = "The queue of a public office. Errors are problem documents (RFC 9457) with a stable code; \
        every POST takes an Idempotency-Key; every answer carries Torn-Log.",
        version = "1",
        license(name = "GPL-3.0-or-later", identifier = "GPL-3.0-or-later"),
    ),
    components(schemas(Problem))
)]
struct Document;

/// Every path with who may ask for it. Nothing is served that does not stand here.
fn routes() -> Vec<(Access, UtoipaMethodRouter<App>)> {
    let mut all = for_everyone();
    all.push((Access::AnyOf(&[Role::Holder]), routes!(session::show)));
    all.extend(commands());
    all
}

fn for_everyone() -> Vec<(Access, UtoipaMethodRouter<App>)> {
    let routes = vec![
        routes!(office::office),
        routes!(office::queue),
        routes!(events::follow),
        routes!(tickets::show),
        routes!(page::ticket_of),
        routes!(page::desk),
        routes!(page::lobby),
        routes!(page::ticket),
        routes!(page::asset),
        routes!(session::sign_in),
        routes!(session::sign_out),
        routes!(operation::health),
        routes!(operation::ready),
        routes!(operation::metrics),
        routes!(openapi),
    ];
    routes
        .into_iter()
        .map(|one| (Access::Everyone, one))
        .collect()
}

fn commands() -> Vec<(Access, UtoipaMethodRouter<App>)> {
    const GIVES_OUT: Access = Access::AnyOf(&[Role::Kiosk, Role::Desk]);
    const KIOSK: Access = Access::AnyOf(&[Role::Kiosk]);
    const STAFF: Access = Access::AnyOf(&[Role::Desk, Role::Supervisor]);
    const THAT_DESK: Access = Access::AnyOf(&[Role::ThatDesk]);
    const SUPERVISOR: Access = Access::AnyOf(&[Role::Supervisor]);
    const THAT_DEVICE: Access = Access::AnyOf(&[Role::ThatDevice]);
    vec![
        (GIVES_OUT, routes!(tickets::issue)),
        (GIVES_OUT, routes!(bookings::check_in)),
        (STAFF, routes!(tickets::cancel)),
        (STAFF, routes!(tickets::restore)),
        (STAFF, routes!(tickets::call)),
        (KIOSK, routes!(tickets::print)),
        (THAT_DESK, routes!(desks::next)),
        (THAT_DESK, routes!(desks::recall)),
        (THAT_DESK, routes!(desks::finish)),
        (THAT_DESK, routes!(desks::no_show)),
        (THAT_DESK, routes!(desks::transfer)),
        (THAT_DESK, routes!(desks::park)),
        (THAT_DESK, routes!(desks::resume)),
        (THAT_DESK, routes!(desks::open)),
        (THAT_DESK, routes!(desks::pause)),
        (THAT_DESK, routes!(desks::close)),
        (SUPERVISOR, routes!(bookings::post)),
        (SUPERVISOR, routes!(house::open)),
        (SUPERVISOR, routes!(house::close)),
        (SUPERVISOR, routes!(house::open_service)),
        (SUPERVISOR, routes!(house::close_service)),
        (SUPERVISOR, routes!(house::notice)),
        (SUPERVISOR, routes!(house::calendar)),
        (THAT_DEVICE, routes!(devices::report)),
    ]
}

/// The routes under their rules; without an `app` only to be described.
fn api(app: Option<&App>) -> OpenApiRouter<App> {
    let mut document = Document::openapi();
    let components = document.components.get_or_insert_default();
    components.add_security_schemes_from_iter(access::schemes());
    let router = OpenApiRouter::with_openapi(document);
    let mut router = routes()
        .into_iter()
        .fold(router, |router, (access, route)| {
            router.routes(access.rules(route, app))
        });
    for item in router.get_openapi_mut().paths.paths.values_mut() {
        access::operations(item).for_each(may_be_refused);
    }
    router
}

/// Says of an operation that it may be answered with a problem: every request may have headers that are too large, or
/// be one too many.
fn may_be_refused(operation: &mut Operation) {
    let schema = Some(Ref::from_schema_name("Problem"));
    let content = ContentBuilder::new().schema(schema).build();
    let problem = ResponseBuilder::new().content(problem::MEDIA_TYPE, content);
    let responses = &mut operation.responses.responses;
    responses.insert("default".to_owned(), problem.build().into());
}

/// The document that describes the API, as it is committed in `openapi.json`.
///
/// # Errors
/// None in practice: a document of this kind can always be written.
pub fn document() -> Result<String, serde_json::Error> {
    let (_, document) = api(None).split_for_parts();
    document.to_pretty_json().map(|text| text + "\n")
}

/// The hub's paths over `app`.
pub fn router(app: App) -> Router {
    let (api, _) = api(Some(&app)).split_for_parts();
    api.fallback(respond::not_found)
        .method_not_allowed_fallback(respond::method_not_allowed)
        .layer(from_fn_with_state(app.clone(), respond::frame))
        .with_state(app)
}

/// Describes all of this.
#[utoipa::path(
    get, path = "/openapi.json", tag = "operation", operation_id = "document",
    responses((status = 200, content_type = "application/json", body = serde_json::Value))
)]
async fn openapi() -> Response {
    // It stays the same as long as the program runs.
    static TEXT: LazyLock<Option<Bytes>> = LazyLock::new(|| document().ok().map(Bytes::from));
    match &*TEXT {
        Some(text) => respond::json_bytes(StatusCode::OK, text.clone()),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
