// SPDX-License-Identifier: GPL-3.0-or-later
//! Who may ask for what: one value a route, by which requests are let through and which the document tells.
//!
//! A route is only served together with its rule, so none can be without. Whether a body asks for more than
//! the path does (a call to another desk) is for its handler.

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use torn_wire::Code;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa_axum::router::UtoipaMethodRouter;

use super::App;
use super::caller::caller;
use super::respond::{Id, Refuse};
use crate::credential::{Caller, Grant};

/// What the document calls a token in `Authorization: Bearer`.
const BEARER: &str = "bearer";

/// What the document calls the cookie of somebody who has signed in.
const SESSION: &str = "session";

/// What a caller has to be for a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Holds `kiosk`.
    Kiosk,
    /// Holds a `desk:ID`, whichever.
    Desk,
    /// Holds the `desk:ID` of the desk in the path.
    ThatDesk,
    /// Holds `supervisor`.
    Supervisor,
    /// Is the credential whose id stands in the path.
    ThatDevice,
    /// Holds a credential, whatever it allows.
    Holder,
}

impl Role {
    /// What the document calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Kiosk => "kiosk",
            Self::Desk => "desk",
            Self::ThatDesk => "that-desk",
            Self::Supervisor => "supervisor",
            Self::ThatDevice => "that-device",
            Self::Holder => "holder",
        }
    }

    /// Whether a caller is that, where `named` stands in the path.
    fn is(self, caller: &Caller, named: &str) -> bool {
        match self {
            Self::Kiosk => caller.may(|grant| *grant == Grant::Kiosk),
            Self::Desk => caller.may(|grant| matches!(grant, Grant::Desk(_))),
            Self::ThatDesk => {
                caller.may(|grant| matches!(grant, Grant::Desk(desk) if desk.as_str() == named))
            }
            Self::Supervisor => caller.may(|grant| *grant == Grant::Supervisor),
            // No grant allows it: a device speaks for itself only.
            Self::ThatDevice => *caller == Caller::Local || caller.actor().as_str() == named,
            Self::Holder => true,
        }
    }
}

/// Who may ask for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Anyone on the LAN, without a credential.
    Everyone,
    /// Whoever is one of these.
    AnyOf(&'static [Role]),
}

impl Access {
    /// A route that lets these through and nobody else, and says so in the document. Without an `app` it is
    /// only there to be described.
    pub(super) fn rules(
        self,
        (schemas, mut paths, mut methods): UtoipaMethodRouter<App>,
        app: Option<&App>,
    ) -> UtoipaMethodRouter<App> {
        for operation in paths.paths.values_mut().flat_map(operations) {
            operation.security = Some(self.requirements());
        }
        if let (Self::AnyOf(roles), Some(app)) = (self, app) {
            methods = methods.route_layer(from_fn_with_state((app.clone(), roles), guard));
        }
        (schemas, paths, methods)
    }

    /// The alternatives, one of which a caller has to meet.
    fn requirements(self) -> Vec<SecurityRequirement> {
        match self {
            Self::Everyone => vec![SecurityRequirement::default()],
            Self::AnyOf(roles) => [BEARER, SESSION]
                .into_iter()
                .flat_map(|scheme| {
                    let of = move |role: &Role| SecurityRequirement::new(scheme, [role.name()]);
                    roles.iter().map(of)
                })
                .collect(),
        }
    }
}

pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let methods = [
        &mut item.get,
        &mut item.head,
        &mut item.options,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
        &mut item.trace,
    ];
    methods.into_iter().flatten()
}

/// The ways to show who one is, as the document describes them.
pub(super) fn schemes() -> [(&'static str, SecurityScheme); 2] {
    let told = "The token of a credential. The roles beside it are alternatives: kiosk, desk (desk:ID of any desk), \
        that-desk (desk:ID of the desk in the path), supervisor, that-device (the credential whose id is in the path), and holder (any credential).";
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(told))
        .build();
    let told = "The cookie of somebody who has signed in on a page; the roles are those of the credential.";
    let cookie = ApiKeyValue::with_description("torn-session", told);
    [
        (BEARER, SecurityScheme::Http(bearer)),
        (SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie))),
    ]
}

/// Lets a request through whose caller is one of these, and tells the handler who that is.
async fn guard(
    State((app, roles)): State<(App, &'static [Role])>,
    Id(named): Id,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let caller = match caller(&app, &parts) {
        Ok(caller) => caller,
        Err(refuse) => return refuse.into_response(),
    };
    if let Err(exceeded) = app.limits.rates.request(&caller.actor()) {
        app.metrics.limited(exceeded.limit);
        return exceeded.into_response();
    }
    if !roles.iter().any(|role| role.is(&caller, &named)) {
        let detail = format!(
            "the credential {} has no grant for this path",
            caller.actor()
        );
        return Refuse::new(Code::Forbidden, detail).into_response();
    }
    parts.extensions.insert(caller);
    next.run(Request::from_parts(parts, body)).await
}
