// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub on the LAN: routes, who may use them, and how answers and errors look.
//!
//! A handler takes a request apart into a command and hands it in; what follows from it is decided
//! elsewhere.

mod access;
mod bookings;
mod caller;
mod command;
mod desks;
mod devices;
mod events;
mod house;
mod linger;
mod office;
mod operation;
mod page;
mod patience;
mod respond;
mod router;
mod server;
mod session;
mod socket;
mod tickets;
mod under_way;
mod unparsed;

pub use router::{document, router};
pub use server::serve;

use std::ops::Deref;
use std::sync::Arc;

use torn_appointments::Scan;

use crate::credential::Credentials;
use crate::key::Keys;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::published::Published;
use crate::secret::Secret;
use crate::session::entrance::Entrance;
use crate::store::History;
use crate::writer::Inbox;

/// Where the log is read for followers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reads {
    /// On threads that may wait for the disk, so that nobody else does.
    #[default]
    OnThreads,
    /// Where it is asked for: in a run that is to come to the same end each time.
    InPlace,
}

/// What every handler may use. Every request has it handed on from layer to layer, so it is one counted place.
#[derive(Debug, Clone)]
pub struct App(Arc<Shared>);

impl App {
    /// Where the log is read from now on.
    #[must_use]
    pub fn reading(self, reads: Reads) -> Self {
        let shared = Arc::unwrap_or_clone(self.0);
        Self::from(Shared { reads, ..shared })
    }
}

impl From<Shared> for App {
    fn from(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What is in an [`App`].
#[derive(Debug, Clone)]
pub struct Shared {
    /// Where commands are handed in.
    pub inbox: Inbox,
    /// What readers see.
    pub published: Arc<Published>,
    /// The log, for followers that were cut off.
    pub history: Arc<History>,
    /// Where it is read.
    pub reads: Reads,
    /// The keys that were used.
    pub keys: Arc<Keys>,
    /// Who may do what.
    pub credentials: Arc<Credentials>,
    /// Who signs in and out.
    pub entrance: Arc<Entrance>,
    /// The hub's key.
    pub secret: Arc<Secret>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How much may be asked, and how much is.
    pub limits: Limits,
    /// Where the code stands in what a reader read.
    pub scan: Arc<Scan>,
    /// Whether the hub can only be reached from this machine.
    pub loopback: bool,
    /// The UUID that was made with the log.
    pub log: Arc<str>,
    /// Told when the hub is asked to stop.
    pub stop: tokio_util::sync::CancellationToken,
}
