// SPDX-License-Identifier: GPL-3.0-or-later
//! Who has signed in: sessions by their tokens, and the file in which they outlive a restart.
//!
//! A session belongs to a credential and to the password it was begun with, and counts only while both are
//! as they were. Who may begin one is for [`entrance`]; what a cookie looks like is not known here.

pub mod entrance;
pub mod lockout;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use torn_queue::{Actor, Timestamp};

use crate::credential::{Credential, Credentials, hash, random_token};
use crate::durable;

/// How long a session lasts, in milliseconds of the hub's time: a working day with its overtime, so that
/// nobody signs in twice a day and nobody stays signed in over night.
pub const LASTS_MS: i64 = 12 * 60 * 60 * 1000;

/// Sessions of one credential at once: the desks of an office may share a supervisor's. One more ends the oldest.
pub const OF_ONE_MAX: usize = 16;

/// Why a session was not begun or ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The file can't be written.
    #[error(
        "can't write the sessions {path}; see that the disk has room and this user owns its folder"
    )]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The system has no random numbers.
    #[error("the system gives no random numbers: {0}")]
    NoRandom(getrandom::Error),
}

/// A session as the file keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Session {
    /// Whose it is.
    id: Actor,
    /// The SHA-256 of its token, in hex.
    token_sha256: String,
    /// What tells the password it was begun with from a later one.
    password: String,
    /// When it ends, in the hub's time.
    until: Timestamp,
}

/// A session that was just begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Its token, which is nowhere else.
    pub token: String,
    /// When it ends.
    pub until: Timestamp,
}

/// The sessions of an office, by the file they lie in.
#[derive(Debug)]
pub struct Sessions {
    path: PathBuf,
    credentials: Arc<Credentials>,
    known: RwLock<Arc<Vec<Session>>>,
    /// Held while the file is written, so that readers need not wait for the disk.
    writes: Mutex<()>,
}

impl Sessions {
    /// The sessions at `path`. A file that can't be read holds none: whoever was signed in signs in again,
    /// which is no reason to stand still.
    #[must_use]
    pub fn open(path: PathBuf, credentials: Arc<Credentials>) -> Self {
        let known = RwLock::new(Arc::new(read(&path)));
        Self {
            path,
            credentials,
            known,
            writes: Mutex::new(()),
        }
    }

    /// Whose session has one of these tokens, and when it ends. All are compared, each in constant time.
    #[must_use]
    pub fn holder<'a>(
        &self,
        tokens: impl IntoIterator<Item = &'a str>,
        now: Timestamp,
    ) -> Option<(Credential, Timestamp)> {
        let known = self.known();
        let mut found = tokens.into_iter().filter_map(|token| {
            let session = find(&known, token)?;
            Some((self.credential_of(session, now)?, session.until))
        });
        found.next()
    }

    /// Begins a session for a credential that has proved its password, in place of the one with the token
    /// `replaced`, if there is one.
    ///
    /// # Errors
    /// [`SessionError`]; then nothing has changed.
    pub fn begin(
        &self,
        credential: &Credential,
        replaced: Option<&str>,
        now: Timestamp,
    ) -> Result<Begun, SessionError> {
        let token = random_token().map_err(SessionError::NoRandom)?;
        let until = now.plus_ms(LASTS_MS);
        let mark = credential.password().map(|hashed| hashed.mark());
        let fresh = Session {
            id: credential.id.clone(),
            token_sha256: hash(&token),
            password: mark.unwrap_or_default(),
            until,
        };
        let replaced = replaced.map(hash);
        self.change(now, |list| {
            list.retain(|one| Some(&one.token_sha256) != replaced.as_ref());
            let of_one = list.iter().filter(|one| one.id == fresh.id).count();
            let mut too_many = (of_one + 1).saturating_sub(OF_ONE_MAX);
            list.retain(|one| {
                let goes = too_many > 0 && one.id == fresh.id;
                too_many -= usize::from(goes);
                !goes
            });
            list.push(fresh.clone());
        })?;
        Ok(Begun { token, until })
    }

    /// Ends the sessions with these tokens. One that is not there has ended before.
    ///
    /// # Errors
    /// [`SessionError`]; then they go on.
    pub fn end(&self, tokens: &[&str], now: Timestamp) -> Result<(), SessionError> {
        let known = self.known();
        if tokens.iter().all(|token| find(&known, token).is_none()) {
            return Ok(());
        }
        let ended: Vec<String> = tokens.iter().map(|token| hash(token)).collect();
        self.change(now, |list| {
            list.retain(|one| !ended.contains(&one.token_sha256))
        })
    }

    /// The credential of a session that still counts.
    fn credential_of(&self, session: &Session, now: Timestamp) -> Option<Credential> {
        let credential = self.credentials.named(session.id.as_str())?;
        let same = credential.password()?.mark() == session.password;
        // One that would last longer than any was written by a clock that ran ahead.
        let left_ms = session.until.ms_since(now);
        (same && (1..=LASTS_MS).contains(&left_ms)).then_some(credential)
    }

    /// Writes the sessions that still count, changed, and only then moves on.
    fn change(
        &self,
        now: Timestamp,
        change: impl FnOnce(&mut Vec<Session>),
    ) -> Result<(), SessionError> {
        let _alone = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut list = self.known().to_vec();
        list.retain(|one| self.credential_of(one, now).is_some());
        change(&mut list);
        let failed = |source| SessionError::File {
            path: self.path.clone(),
            source,
        };
        let text = serde_json::to_vec_pretty(&list).map_err(|error| failed(error.into()))?;
        durable::write(&self.path, &text).map_err(failed)?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(list);
        Ok(())
    }

    fn known(&self) -> Arc<Vec<Session>> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn find<'a>(list: &'a [Session], token: &str) -> Option<&'a Session> {
    let hash = hash(token);
    list.iter().fold(None, |found, one| {
        let same = bool::from(one.token_sha256.as_bytes().ct_eq(hash.as_bytes()));
        if same { Some(one) } else { found }
    })
}

fn read(path: &Path) -> Vec<Session> {
    let read = match std::fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(std::io::Error::from),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    read.unwrap_or_else(|error| {
        tracing::warn!(path = %path.display(), %error, "the sessions can't be read; whoever was signed in has to sign in again");
        Vec::new()
    })
}
