// SPDX-License-Identifier: GPL-3.0-or-later
//! The key that makes a command safe to send again.

use std::fmt;

/// An `Idempotency-Key`: made when the finger touches, the same for every sending of one command.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommandKey(String);

impl CommandKey {
    /// A key that no other command has: a random UUID.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "two defaults would not be equal"
    )]
    pub fn new() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }

    /// The UUID that these random bits make.
    pub(crate) fn of(bits: u128) -> Self {
        let uuid = uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid();
        Self(uuid.to_string())
    }

    /// The key as the wire writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CommandKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
