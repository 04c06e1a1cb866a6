// SPDX-License-Identifier: GPL-3.0-or-later
//! The idempotency keys that were used, in memory; the answers themselves lie in the log.
//!
//! Kept for the present business day and the one before, and read back when the hub starts.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::store::{Answer, RememberedKey};

/// The keyed hash of a request's path and body.
pub type Digest = [u8; 32];

/// What is known of a key that came again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remembered {
    /// The same request was answered.
    Answered {
        /// The row of the answer.
        row: i64,
    },
    /// It was used with another path or body.
    Reused,
}

/// The keys that were used.
#[derive(Debug, Default)]
pub struct Keys {
    known: RwLock<HashMap<String, Known>>,
}

#[derive(Debug)]
struct Known {
    row: i64,
    digest: Digest,
    day: String,
}

impl Keys {
    /// The keys as the log remembers them.
    #[must_use]
    pub fn new(keys: Vec<RememberedKey>) -> Self {
        let known = keys.into_iter().map(|one| {
            (
                one.key,
                Known {
                    row: one.row,
                    digest: one.digest,
                    day: one.day,
                },
            )
        });
        Self {
            known: RwLock::new(known.collect()),
        }
    }

    /// What is known of `key`, if it was used.
    #[must_use]
    pub fn look_up(&self, key: &str, digest: &Digest) -> Option<Remembered> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(key).map(|one| match one.digest == *digest {
            true => Remembered::Answered { row: one.row },
            false => Remembered::Reused,
        })
    }

    /// Remembers answers that were just made durable, from row `first_row` on, and forgets those given
    /// before `oldest_day`.
    pub(crate) fn remember(&self, answers: &[Answer], first_row: i64, oldest_day: Option<&str>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (row, one) in (first_row..).zip(answers) {
            known.insert(
                one.key.clone(),
                Known {
                    row,
                    digest: one.digest,
                    day: one.day.clone(),
                },
            );
        }
        if let Some(oldest) = oldest_day {
            known.retain(|_, one| one.day.as_str() >= oldest);
        }
    }
}
