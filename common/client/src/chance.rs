// SPDX-License-Identifier: GPL-3.0-or-later
//! Where chance comes from: the keys of commands, and how long a pause is.
//!
//! The system gives it, unless a caller has its own: a run whose chance comes from a seed can be run
//! again to the same end. What is done with it is decided elsewhere.

use std::fmt;
use std::sync::Arc;

use crate::CommandKey;

/// A source of chance. Cheap to clone; the clones draw from one source.
#[derive(Clone, Default)]
pub struct Chance(Option<Arc<dyn Fn() -> u128 + Send + Sync>>);

impl Chance {
    /// Draws from `bits` in place of the system. Each call has to give other bits, all of them random:
    /// two commands with one key are one command to the hub.
    pub fn from_bits(bits: impl Fn() -> u128 + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(bits)))
    }

    /// A key that no other command has: for a command that its sender sends again by itself.
    #[must_use]
    pub fn key(&self) -> CommandKey {
        match &self.0 {
            Some(bits) => CommandKey::of(bits()),
            None => CommandKey::new(),
        }
    }

    /// A number from 0 to 1; a machine without randomness gets the middle.
    pub(crate) fn part(&self) -> f64 {
        let number = match &self.0 {
            // The lowest bits are as random as the others.
            Some(bits) => Some(bits() as u32),
            None => getrandom::u32().ok(),
        };
        number.map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "Chance(given)",
            None => "Chance(the system's)",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn the_same_bits_make_the_same_keys_and_pauses() {
        let counted = || {
            let drawn = AtomicU64::new(7);
            Chance::from_bits(move || {
                let number = drawn.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
                u128::from(number) << 64 | u128::from(number.rotate_left(17))
            })
        };
        let (one, other) = (counted(), counted());
        let key = one.key();
        assert_eq!((&key, one.part()), (&other.key(), other.part()));
        assert_ne!(key, one.key());
        // A version 4 UUID, as the system's are.
        assert_eq!((key.as_str().len(), &key.as_str()[14..15]), (36, "4"));
    }

    #[test]
    fn the_systems_chance_never_gives_a_key_twice() {
        let chance = Chance::default();
        assert_ne!(chance.key(), chance.key());
        assert!((0.0..=1.0).contains(&chance.part()));
    }
}
