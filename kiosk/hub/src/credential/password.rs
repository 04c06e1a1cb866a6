// SPDX-License-Identifier: GPL-3.0-or-later
//! Passwords: which are taken, what is kept of one, and whether one is right.
//!
//! What is kept is argon2id as a PHC string, so that a hub of later years can make it costlier and still read
//! the old ones. How often one may be wrong is not looked at here.

use std::fmt;
use std::io;

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, PasswordHash, Version};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::file::hash;

/// Characters of the shortest password that is taken. NIST SP 800-63B asked for 8 and no rules of which
/// kinds; since its revision 4 for 15 where the password stands alone. This one is typed at a counter each
/// day, guessed at the pace of the lockout, on a LAN, against a slow hash: 10.
pub(super) const CHARS_MIN: usize = 10;

/// Characters of the longest: nobody types more, and a line of a pipe has to end somewhere.
pub(super) const CHARS_MAX: usize = 128;

/// So many different characters there are at least: "aaaaaaaaaa" is ten characters and no password.
const DIFFERENT_MIN: usize = 5;

/// OWASP's least for argon2id: 19 MiB, twice, in one lane. A Pi has the memory once to spare, which is why
/// one password is checked at a time.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The most that a hash in the file may ask for, so that a changed file can't take the machine's memory.
const MEMORY_KIB_MAX: u32 = 64 * 1024;
const PASSES_MAX: u32 = 8;

/// Blocks of 1 KiB that are reserved, of which only those are touched that are needed. The C library gives an
/// area over 32 MiB back to the system when it is freed; a smaller one it keeps for the next time, and
/// 19 MiB would stay with the hub after the first who signs in.
const BLOCKS_RESERVED: usize = 33 * 1024;

const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// What nobody's password hashes to: an id that is not there must cost as much as one that is.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password is not taken, or can't be read.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too few characters, or too many.
    #[error("a password has {CHARS_MIN} to {CHARS_MAX} characters, of any kind; this one has {0}")]
    Length(usize),
    /// The same few over and over.
    #[error("a password has at least {DIFFERENT_MIN} different characters; several words do well")]
    TooPlain,
    /// A key that types nothing was pressed.
    #[error("a password has no control characters; type it again without the arrow keys")]
    Control,
    /// The second was another than the first.
    #[error("the two are not the same; nothing was changed")]
    NotTheSame,
    /// There is none.
    #[error(
        "can't read a password; type it on a terminal, or give it as one line of standard input"
    )]
    Unread(#[source] io::Error),
    /// The system has no random numbers, or the hash can't be made.
    #[error("the password can't be hashed: {0}")]
    Unhashed(String),
}

/// Whether a password is taken.
///
/// # Errors
/// [`PasswordError`], which says what is wrong with it and not a character of it.
pub(super) fn check(password: &str) -> Result<(), PasswordError> {
    let chars = password.chars().count();
    if !(CHARS_MIN..=CHARS_MAX).contains(&chars) {
        return Err(PasswordError::Length(chars));
    }
    if password.chars().any(char::is_control) {
        return Err(PasswordError::Control);
    }
    let different: std::collections::BTreeSet<char> = password.chars().collect();
    if different.len() < DIFFERENT_MIN {
        return Err(PasswordError::TooPlain);
    }
    Ok(())
}

/// What is kept of a password: a PHC string that this hub can check one against.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hashed(String);

/// A text is no hash that this hub can check a password against.
#[derive(Debug, thiserror::Error)]
#[error("a password is not kept as argon2 within {MEMORY_KIB_MAX} KiB and {PASSES_MAX} passes")]
pub struct InvalidHash;

impl fmt::Debug for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hashed(…)")
    }
}

impl TryFrom<String> for Hashed {
    type Error = InvalidHash;
    fn try_from(text: String) -> Result<Self, InvalidHash> {
        Recipe::read(&text).ok_or(InvalidHash)?;
        Ok(Self(text))
    }
}

impl From<Hashed> for String {
    fn from(hashed: Hashed) -> Self {
        hashed.0
    }
}

impl Hashed {
    /// Hashes a password under a salt of its own. It takes a tenth of a second and 19 MiB.
    ///
    /// # Errors
    /// [`PasswordError::Unhashed`], where the system has no random numbers.
    pub fn of(password: &str) -> Result<Self, PasswordError> {
        let mut salt = [0_u8; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|error| PasswordError::Unhashed(error.to_string()))?;
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).map_err(unhashed)?;
        let mut out = [0_u8; HASH_BYTES];
        fill(
            &params,
            Algorithm::Argon2id,
            Version::V0x13,
            password,
            &salt,
            &mut out,
        )
        .map_err(unhashed)?;
        let text = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(unhashed)?,
            salt: Some(Salt::new(&salt).map_err(unhashed)?),
            hash: Some(Output::new(&out).map_err(unhashed)?),
        };
        Ok(Self(text.to_string()))
    }

    /// What nobody's password is, at the same cost.
    #[must_use]
    pub fn nobodys() -> Self {
        Self(NOBODYS.to_owned())
    }

    /// Whether that is the password, compared in constant time. It takes a tenth of a second and 19 MiB.
    #[must_use]
    pub fn is_of(&self, password: &str) -> bool {
        let Some(recipe) = Recipe::read(&self.0) else {
            return false;
        };
        let mut out = vec![0_u8; recipe.hash.len()];
        let Recipe {
            params,
            algorithm,
            version,
            salt,
            hash,
        } = recipe;
        fill(&params, algorithm, version, password, &salt, &mut out).is_ok()
            && bool::from(out.ct_eq(&hash))
    }

    /// What tells it from what was kept before it, and gives nothing away: sessions hold on to it.
    #[must_use]
    pub fn mark(&self) -> String {
        hash(&self.0).chars().take(32).collect()
    }
}

/// A PHC string, taken apart.
struct Recipe {
    params: Params,
    algorithm: Algorithm,
    version: Version,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Recipe {
    fn read(text: &str) -> Option<Self> {
        let phc = PasswordHash::new(text).ok()?;
        let params = Params::try_from(&phc).ok()?;
        let bounded = params.m_cost() <= MEMORY_KIB_MAX && params.t_cost() <= PASSES_MAX;
        bounded.then_some(())?;
        Some(Self {
            algorithm: Algorithm::try_from(phc.algorithm.as_str()).ok()?,
            version: Version::try_from(phc.version?).ok()?,
            params,
            salt: phc.salt?.to_vec(),
            hash: phc.hash?.as_bytes().to_vec(),
        })
    }
}

fn fill(
    params: &Params,
    algorithm: Algorithm,
    version: Version,
    password: &str,
    salt: &[u8],
    out: &mut [u8],
) -> Result<(), argon2::Error> {
    let needed = params.block_count();
    let mut blocks = Vec::with_capacity(needed.max(BLOCKS_RESERVED));
    blocks.resize(needed, Block::new());
    let argon2 = Argon2::new(algorithm, version, params.clone());
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut blocks)
}

fn unhashed(error: impl fmt::Display) -> PasswordError {
    PasswordError::Unhashed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other_is_and_two_hashes_of_one_differ() {
        let (one, other) = (
            Hashed::of("a counter at nine").unwrap(),
            Hashed::of("a counter at nine").unwrap(),
        );
        assert!(one.is_of("a counter at nine") && other.is_of("a counter at nine"));
        assert!(!one.is_of("a counter at ten") && !one.is_of(""));
        assert!(one != other && one.mark() != other.mark());
        assert!(
            one.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{}",
            one.0
        );
        assert_eq!(format!("{one:?}"), "Hashed(…)");
    }

    #[test]
    fn what_the_reference_implementation_hashed_is_known_too_and_nobodys_is_a_hash_like_it() {
        // echo -n "tan bon punt" | argon2 saltsaltsaltsalt -id -t 2 -k 19456 -p 1 -e
        let text = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$HdgAwzOwu5bv89soJT87w4+1t0DTBM3fqnaML9cgOXw";
        let hashed = Hashed::try_from(text.to_owned()).unwrap();
        assert!(hashed.is_of("tan bon punt") && !hashed.is_of("tan bon punt "));
        let nobodys = Hashed::try_from(Hashed::nobodys().0).unwrap();
        assert_eq!(nobodys.0.len(), text.len());
        assert!(!nobodys.is_of(""));
    }

    #[test]
    fn a_hash_that_asks_for_more_than_the_hub_has_is_refused() {
        for text in [
            "",
            "aaaaaaaaaaaaaaaa",
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=4194304,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=19456,t=900,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=16,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(Hashed::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_is_long_enough_and_of_any_characters_that_can_be_typed() {
        for taken in [
            "a counter at nine",
            "çàéïüñ·l·l€",
            "0123456789",
            &"ab cd".repeat(25),
        ] {
            assert!(check(taken).is_ok(), "{taken}");
        }
        for refused in [
            "",
            "123456789",
            "aaaaaaaaaaaa",
            "abababababab",
            "a counter\u{1b}[D at nine",
            &"ab cd".repeat(26),
        ] {
            let said = check(refused).unwrap_err().to_string();
            assert!(refused.is_empty() || !said.contains(refused), "{said}");
        }
    }
}
