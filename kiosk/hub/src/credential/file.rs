// SPDX-License-Identifier: GPL-3.0-or-later
//! The file of the credentials: read, read again when it changed, and written.
//!
//! It is read again while the hub runs, so that a credential can be revoked then. A file of a hub that knew
//! no passwords is read as it is.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use torn_queue::Actor;

use super::password::{self, Hashed};
use super::{Credential, CredentialError, Grant};
use crate::durable;

/// The credentials of an office, by the file they lie in.
#[derive(Debug)]
pub struct Credentials {
    path: PathBuf,
    known: RwLock<Known>,
}

#[derive(Debug)]
struct Known {
    list: Vec<Credential>,
    stamp: Option<Stamp>,
    /// Whether the file could be read; one that can't opens no door.
    readable: bool,
}

/// What tells one file from the one that takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    length: u64,
    inode: u64,
}

impl Credentials {
    /// Reads the credentials at `path`; a file that is not there holds none.
    ///
    /// # Errors
    /// [`CredentialError`], when it can't be read or understood.
    pub fn open(path: PathBuf) -> Result<Self, CredentialError> {
        let known = Known {
            stamp: stamp(&path),
            list: read(&path)?,
            readable: true,
        };
        Ok(Self {
            path,
            known: RwLock::new(known),
        })
    }

    /// Whether it is known that there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.readable && known.list.is_empty()
    }

    /// The credentials.
    #[must_use]
    pub fn list(&self) -> Vec<Credential> {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .list
            .clone()
    }

    /// The credential of this id.
    #[must_use]
    pub fn named(&self, id: &str) -> Option<Credential> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.list.iter().find(|one| one.id.as_str() == id).cloned()
    }

    /// The credential of this token. All are compared, each in constant time.
    #[must_use]
    pub fn holder(&self, token: &str) -> Option<Credential> {
        let hash = hash(token);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.list.iter().fold(None, |found, one| {
            let kept = one.token_sha256.as_deref().unwrap_or_default();
            let same = bool::from(kept.as_bytes().ct_eq(hash.as_bytes()));
            if same { Some(one.clone()) } else { found }
        })
    }

    /// Reads the file again if it changed. While it can't be read no token and no session is known.
    ///
    /// # Errors
    /// [`CredentialError`], to be told to whoever looks after the hub.
    pub fn refresh(&self) -> Result<(), CredentialError> {
        let stamp = stamp(&self.path);
        if self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .stamp
            == stamp
        {
            return Ok(());
        }
        let read = read(&self.path);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.stamp = stamp;
        known.readable = read.is_ok();
        match read {
            Ok(list) => known.list = list,
            Err(error) => {
                known.list.clear();
                return Err(error);
            }
        }
        Ok(())
    }

    /// Whether a credential of this id and these grants could be added: asked before somebody types a password.
    ///
    /// # Errors
    /// [`CredentialError`], when the id is taken or reserved, or grants nothing.
    pub fn could_add(&self, id: &Actor, grants: &[Grant]) -> Result<(), CredentialError> {
        free(&read(&self.path)?, id, grants)
    }

    /// Makes a credential and returns its token, which is nowhere else.
    ///
    /// # Errors
    /// [`CredentialError`], when the id is taken or reserved, grants nothing, or can't be written.
    pub fn add(&self, id: &Actor, grants: Vec<Grant>) -> Result<String, CredentialError> {
        let token = random_token().map_err(CredentialError::NoRandom)?;
        self.put(Credential {
            id: id.clone(),
            grants,
            token_sha256: Some(hash(&token)),
            password: None,
        })?;
        Ok(token)
    }

    /// Makes a credential that a password proves, and no token.
    ///
    /// # Errors
    /// [`CredentialError`], when the password is not taken, and as for [`Self::add`].
    pub fn add_with_password(
        &self,
        id: &Actor,
        grants: Vec<Grant>,
        password: &str,
    ) -> Result<(), CredentialError> {
        password::check(password)?;
        self.put(Credential {
            id: id.clone(),
            grants,
            token_sha256: None,
            password: Some(Hashed::of(password)?),
        })
    }

    /// Gives a credential another password, or its first. The sessions that began with the old one end.
    ///
    /// # Errors
    /// [`CredentialError`], when there is none of that id, the password is not taken, or the file can't be written.
    pub fn set_password(&self, id: &Actor, password: &str) -> Result<(), CredentialError> {
        password::check(password)?;
        let hashed = Hashed::of(password)?;
        let _turn = self.turn()?;
        let mut list = read(&self.path)?;
        let found = list.iter_mut().find(|one| one.id == *id);
        found
            .ok_or_else(|| CredentialError::Unknown(id.clone()))?
            .password = Some(hashed);
        self.write(list)
    }

    /// Forgets a credential.
    ///
    /// # Errors
    /// [`CredentialError`], when there is none of that id, or the file can't be written.
    pub fn revoke(&self, id: &Actor) -> Result<(), CredentialError> {
        let _turn = self.turn()?;
        let mut list = read(&self.path)?;
        let before = list.len();
        list.retain(|one| one.id != *id);
        if list.len() == before {
            return Err(CredentialError::Unknown(id.clone()));
        }
        self.write(list)
    }

    fn put(&self, credential: Credential) -> Result<(), CredentialError> {
        let _turn = self.turn()?;
        let mut list = read(&self.path)?;
        free(&list, &credential.id, &credential.grants)?;
        list.push(credential);
        self.write(list)
    }

    /// The folder of the file, locked until the value goes: two who add at once must not lose one.
    fn turn(&self) -> Result<fs::File, CredentialError> {
        let folder = durable::folder_of(&self.path);
        fs::create_dir_all(folder).map_err(self.file())?;
        let open = fs::File::open(folder).map_err(self.file())?;
        open.lock().map_err(self.file())?;
        Ok(open)
    }

    fn write(&self, list: Vec<Credential>) -> Result<(), CredentialError> {
        let text =
            serde_json::to_vec_pretty(&list).map_err(|source| CredentialError::Unreadable {
                path: self.path.clone(),
                source,
            })?;
        durable::write(&self.path, &text).map_err(self.file())?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Known {
            list,
            stamp: stamp(&self.path),
            readable: true,
        };
        Ok(())
    }

    fn file(&self) -> impl Fn(std::io::Error) -> CredentialError {
        move |source| CredentialError::File {
            path: self.path.clone(),
            source,
        }
    }
}

fn free(list: &[Credential], id: &Actor, grants: &[Grant]) -> Result<(), CredentialError> {
    if *id == Actor::local() || *id == Actor::clock() {
        return Err(CredentialError::Reserved(id.clone()));
    }
    if grants.is_empty() {
        return Err(CredentialError::NoGrant);
    }
    if list.iter().any(|one| one.id == *id) {
        return Err(CredentialError::Taken(id.clone()));
    }
    Ok(())
}

/// 32 bytes of which nobody knows any, in hex.
///
/// # Errors
/// What the system says that has no random numbers.
pub(crate) fn random_token() -> Result<String, getrandom::Error> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random)?;
    Ok(hex(&random))
}

/// What a token is kept as: its SHA-256, in hex.
pub(crate) fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn stamp(path: &Path) -> Option<Stamp> {
    let data = fs::metadata(path).ok()?;
    Some(Stamp {
        modified: data.modified().ok()?,
        length: data.len(),
        inode: data.ino(),
    })
}

fn read(path: &Path) -> Result<Vec<Credential>, CredentialError> {
    match fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|source| CredentialError::Unreadable {
            path: path.to_owned(),
            source,
        }),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(CredentialError::File {
            path: path.to_owned(),
            source,
        }),
    }
}
