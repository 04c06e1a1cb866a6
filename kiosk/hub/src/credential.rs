// SPDX-License-Identifier: GPL-3.0-or-later
//! Who may do what: credentials, their grants, and what proves them.
//!
//! A credential is an id and a list of grants. A device proves it with a token, which is shown once, when it
//! is made; a person with a password, by which a session is begun. The file keeps both hashed. Sessions
//! are not kept here.

pub mod command;
mod file;
mod grant;
mod password;
mod typed;

pub use file::Credentials;
pub(crate) use file::{hash, random_token};
pub use grant::{Grant, InvalidGrant};
pub use password::{Hashed, InvalidHash, PasswordError};

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use torn_queue::{Actor, DeskId};

/// A credential as the file keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// Whose it is: what stands as `by` in the events.
    pub id: Actor,
    /// What it allows.
    pub grants: Vec<Grant>,
    /// The SHA-256 of its token, in hex, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_sha256: Option<String>,
    /// Its password, hashed, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<Hashed>,
}

impl Credential {
    /// Whether a token proves it.
    #[must_use]
    pub const fn has_token(&self) -> bool {
        self.token_sha256.is_some()
    }

    /// Its password, hashed, if it has one.
    #[must_use]
    pub const fn password(&self) -> Option<&Hashed> {
        self.password.as_ref()
    }
}

/// Who asks, as far as the hub knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Anyone, where no credential is needed.
    Local,
    /// The holder of a credential.
    Holder(Credential),
}

impl Caller {
    /// What stands as `by` in the events.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::Local => Actor::local(),
            Self::Holder(credential) => credential.id.clone(),
        }
    }

    /// Whether one of the grants is held.
    #[must_use]
    pub fn may(&self, allowed: impl Fn(&Grant) -> bool) -> bool {
        match self {
            Self::Local => true,
            Self::Holder(credential) => credential.grants.iter().any(allowed),
        }
    }
}

/// What can be wrong with the file of the credentials, or with what is to be put into it.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// It can't be read or written.
    #[error("can't read or write the credentials {path}; run this as the user of the hub")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// It is not what this program writes.
    #[error(
        "the credentials {path} can't be understood; restore the file, or delete it and add them anew"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// The id is taken.
    #[error("there is a credential {0} already; revoke it first")]
    Taken(Actor),
    /// There is no such desk.
    #[error("office.toml has no desk {0}; it has {1}")]
    UnknownDesk(DeskId, String),
    /// The id means something else.
    #[error("{0} is a name the hub uses itself; choose another")]
    Reserved(Actor),
    /// There is none of that id.
    #[error("there is no credential {0}; list shows those there are")]
    Unknown(Actor),
    /// A credential that allows nothing.
    #[error("a credential needs a grant: kiosk, desk:ID, supervisor or read")]
    NoGrant,
    /// The password is not taken, or can't be read.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The system has no random numbers.
    #[error("the system gives no random numbers: {0}")]
    NoRandom(getrandom::Error),
}
