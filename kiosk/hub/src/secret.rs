// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's own key, and what is derived from it: the tokens of the tickets' pages and the digests
//! of requests. It lies beside the log in a file of mode 0600 and belongs in every backup.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use torn_queue::TicketId;

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
    /// Reads the key at `path`, or makes one there.
    ///
    /// # Errors
    /// [`SecretError`], when there is none and none can be made.
    pub fn open(path: &Path) -> Result<Self, SecretError> {
        let file = |source| SecretError::File {
            path: path.to_owned(),
            source,
        };
        let mut key = [0; KEY_BYTES];
        match OpenOptions::new().read(true).open(path) {
            Ok(mut found) => {
                let mut bytes = Vec::new();
                found.read_to_end(&mut bytes).map_err(file)?;
                let wrong = |_| SecretError::WrongLength {
                    path: path.to_owned(),
                };
                key = <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).map_err(wrong)?;
            }
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
                getrandom::fill(&mut key).map_err(SecretError::NoRandom)?;
                let mut made = OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(path)
                    .map_err(file)?;
                made.write_all(&key)
                    .and_then(|()| made.sync_all())
                    .map_err(file)?;
            }
            Err(source) => return Err(file(source)),
        }
        Ok(Self { key })
    }

    /// The token of a ticket's page: 128 bits that nobody can guess from the number.
    #[must_use]
    pub fn page_token(&self, ticket: TicketId) -> String {
        let mac = self.mac("ticket page", &[ticket.to_string().as_bytes()]);
        mac[..16].iter().map(|byte| format!("{byte:02x}")).collect()
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
