// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's own key, and what is derived from it: the tokens of the tickets' pages and the digests
//! of requests. It lies beside the log in a file of mode 0600 and belongs in every backup.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use torn_queue::TicketId;

use crate::durable;

/// The bytes of a key.
const KEY_BYTES: usize = 32;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file can't be read or made.
    #[error("can't read or make the hub's key {path}; see that this user owns its folder")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("{path} is not a key of {KEY_BYTES} bytes; restore it from the backup")]
    WrongLength {
        /// The file.
        path: PathBuf,
    },
    /// The system has no random numbers.
    #[error("the system gives no random numbers: {0}")]
    NoRandom(getrandom::Error),
}

/// The hub's key. It never appears in a log or a message.
pub struct Secret {
    key: [u8; KEY_BYTES],
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// Reads the key at `path`, or makes one there. An empty file counts as none: a power cut while the first key
    /// was written left it, and nothing hangs on it.
    ///
    /// # Errors
    /// [`SecretError`], when there is none and none can be made.
    pub fn open(path: &Path) -> Result<Self, SecretError> {
        let file = |source| SecretError::File {
            path: path.to_owned(),
            source,
        };
        let found = match fs::read(path) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other.map_err(file)?,
        };
        let mut key = [0; KEY_BYTES];
        if found.is_empty() {
            getrandom::fill(&mut key).map_err(SecretError::NoRandom)?;
            durable::write(path, &key).map_err(file)?;
        } else {
            let wrong = |_| SecretError::WrongLength {
                path: path.to_owned(),
            };
            key = found.as_slice().try_into().map_err(wrong)?;
        }
        Ok(Self { key })
    }

    /// The token of a ticket's page: 128 bits that nobody can guess from the number.
    #[must_use]
    pub fn page_token(&self, ticket: TicketId) -> String {
        let mac = self.mac("ticket page", &[ticket.to_string().as_bytes()]);
        let digits = mac[..16].iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect()
    }

    /// What a request is recognised by when its key comes again.
    #[must_use]
    pub fn digest(&self, path: &str, body: &[u8]) -> [u8; 32] {
        self.mac("request", &[path.as_bytes(), &[0], body])
    }

    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // A key of any length is allowed, so this can't fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            return [0; 32];
        };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn place(name: &str) -> PathBuf {
        let name = format!("torn-secret-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        folder.join("torn.key")
    }

    #[test]
    fn a_key_is_made_once_and_is_its_owners_alone() {
        let path = place("once");
        let made = Secret::open(&path).unwrap();
        let again = Secret::open(&path).unwrap();
        assert_eq!(made.key, again.key);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_key_whose_writing_was_cut_locks_nobody_out() {
        let path = place("cut");
        fs::write(&path, []).unwrap();
        let made = Secret::open(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), made.key);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_key_that_was_damaged_is_said_and_not_replaced() {
        let path = place("damaged");
        fs::write(&path, [1; KEY_BYTES - 1]).unwrap();
        let refused = Secret::open(&path).unwrap_err().to_string();
        assert!(refused.contains("restore it from the backup"), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), [1; KEY_BYTES - 1]);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}
