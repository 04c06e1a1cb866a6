// SPDX-License-Identifier: GPL-3.0-or-later
//! The way in: a password is checked, one at a time, and a session begun.
//!
//! A check costs 19 MiB and a tenth of a second, on purpose; the hub has that once, so a few wait and the
//! rest are told to come again. Whatever is wrong with an attempt takes as long and is answered alike.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, TryAcquireError};
use torn_queue::Timestamp;

use super::lockout::Lockout;
use super::{Begun, SessionError, Sessions};
use crate::clock::Clock;
use crate::credential::{Credential, Credentials, Hashed};
use crate::peer::Peer;

/// Attempts that may wait for their turn: an office's staff that comes in at once. On a Pi the last of them
/// waits some three seconds.
pub const WAITING_MAX: usize = 8;

/// Somebody wants in.
#[derive(Clone)]
pub struct Attempt {
    /// From where.
    pub peer: Peer,
    /// As whom: what was typed, which need not be an id.
    pub id: String,
    /// The password that was typed.
    pub password: String,
    /// The token of a session that this one is to replace.
    pub replaced: Option<String>,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attempt(…)")
    }
}

/// Why nobody got in.
#[derive(Debug, thiserror::Error)]
pub enum NotIn {
    /// There is no such id, or that is not its password: which of them is not told.
    #[error("no credential has this id and this password")]
    Wrong,
    /// It failed too often.
    #[error("too many failures; try again in {} s", self.wait_s())]
    Locked {
        /// For how long yet, in milliseconds.
        wait_ms: i64,
    },
    /// Too many want in at once.
    #[error("too many sign in at once; try again in a second")]
    Busy,
    /// The session can't be kept.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl NotIn {
    /// In how many seconds it may be tried again: 0 where that is at once.
    #[must_use]
    pub const fn wait_s(&self) -> i64 {
        match self {
            Self::Locked { wait_ms } => (*wait_ms + 999) / 1000,
            Self::Busy => 1,
            Self::Wrong | Self::Session(_) => 0,
        }
    }
}

/// Who signs in and out.
#[derive(Debug)]
pub struct Entrance {
    /// Who has.
    pub sessions: Sessions,
    credentials: Arc<Credentials>,
    clock: Arc<Clock>,
    lockout: Mutex<Lockout>,
    /// Room for the one whose turn it is and those who wait.
    room: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

impl Entrance {
    /// The way in for these credentials.
    #[must_use]
    pub fn new(credentials: Arc<Credentials>, sessions: Sessions, clock: Arc<Clock>) -> Self {
        Self {
            sessions,
            credentials,
            clock,
            lockout: Mutex::new(Lockout::default()),
            room: Arc::new(Semaphore::new(WAITING_MAX + 1)),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// Begins a session, if the password is right and the machine has not failed too often.
    ///
    /// # Errors
    /// [`NotIn`].
    pub async fn sign_in(self: &Arc<Self>, attempt: Attempt) -> Result<(Credential, Begun), NotIn> {
        self.not_locked(&attempt)?;
        let room = Arc::clone(&self.room).try_acquire_owned();
        let room = room.map_err(|_: TryAcquireError| NotIn::Busy)?;
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.map_err(|_| NotIn::Busy)?;
        let entrance = Arc::clone(self);
        let checked = tokio::task::spawn_blocking(move || {
            // Held here, also when whoever asked has hung up: it still costs its memory.
            let _held = (room, turn);
            entrance.check(&attempt)
        });
        // A check that was broken off let nobody in.
        checked.await.unwrap_or(Err(NotIn::Busy))
    }

    /// Checks one attempt, alone, so that nobody is ahead of the count of their failures.
    fn check(&self, attempt: &Attempt) -> Result<(Credential, Begun), NotIn> {
        self.not_locked(attempt)?;
        let found = self.credentials.named(&attempt.id);
        let hashed = found.as_ref().and_then(|one| one.password().cloned());
        let known = hashed.is_some();
        let right = hashed
            .unwrap_or_else(Hashed::nobodys)
            .is_of(&attempt.password);
        let now = self.clock.now();
        let Some(credential) = found.filter(|_| known && right) else {
            let locked = self.lockout().failed(attempt.peer, &attempt.id, now);
            if locked && known {
                // What is no credential's id may be anything, a password too, and is not written down.
                tracing::warn!(
                    credential = attempt.id,
                    "nobody gets in by this id from one machine for a while: too many wrong passwords"
                );
            }
            return Err(NotIn::Wrong);
        };
        self.lockout().succeeded(attempt.peer, &attempt.id);
        let begun = self.begin(&credential, attempt, now)?;
        tracing::info!(credential = %credential.id, "signed in");
        Ok((credential, begun))
    }

    fn begin(
        &self,
        credential: &Credential,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<Begun, SessionError> {
        let begun = self
            .sessions
            .begin(credential, attempt.replaced.as_deref(), now);
        begun.inspect_err(|error| {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "nobody can sign in"
            );
        })
    }

    fn not_locked(&self, attempt: &Attempt) -> Result<(), NotIn> {
        let wait = self
            .lockout()
            .wait_ms(attempt.peer, &attempt.id, self.clock.now());
        wait.map_or(Ok(()), |wait_ms| Err(NotIn::Locked { wait_ms }))
    }

    fn lockout(&self) -> std::sync::MutexGuard<'_, Lockout> {
        self.lockout.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
