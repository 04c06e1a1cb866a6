// SPDX-License-Identifier: GPL-3.0-or-later
//! Why a command came to nothing.

use torn_wire::{Code, Problem};

/// Why a command has no answer to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The hub understood and said no.
    #[error("the hub refused: {} ({})", .0.detail, .0.code)]
    Refused(Problem),
    /// Nobody answered in time, though it was sent again and again; it may or may not have happened.
    #[error("the hub is away: no answer in time; see that it runs and that the network is up")]
    HubAway,
    /// An answer that no hub of this version gives.
    #[error("the hub's answer can't be read: {0}; see that hub and client are of one version")]
    Unexpected(String),
}

impl Failure {
    /// The code of the refusal, if it is one and of this version.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(problem) => Code::named(&problem.code),
            Self::HubAway | Self::Unexpected(_) => None,
        }
    }
}
