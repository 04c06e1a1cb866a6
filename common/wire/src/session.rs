// SPDX-License-Identifier: GPL-3.0-or-later
//! Signing in on a page: what is sent, and what is told of who is signed in.
//!
//! What proves it afterwards is a cookie, which is no member of either.

use std::fmt;

use serde::{Deserialize, Serialize};
use torn_queue::{Actor, Timestamp};

/// `PUT /v1/session`: somebody wants in. Both are taken as they were typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The id of the credential.
    pub id: String,
    /// Its password.
    pub password: String,
}

/// It is never written down, not even by accident.
impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIn(…)")
    }
}

/// Who is signed in, or whose token was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The credential's id; `local` where nobody has to sign in.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: Actor,
    /// What it allows: `kiosk`, `desk:2`, `supervisor`, `read`.
    pub grants: Vec<String>,
    /// When it ends; null for what does not.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub until: Option<Timestamp>,
}
