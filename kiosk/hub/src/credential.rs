// SPDX-License-Identifier: GPL-3.0-or-later
//! Who may do what: credentials, their grants, and the file they lie in, hashed.
//!
//! A credential is an id and a list of grants; its token is shown once, when it is made. The file is
//! read again when it changed, so that a token can be revoked while the hub runs.

use std::fmt;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{PoisonError, RwLock};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use torn_queue::{Actor, DeskId};

/// What a credential allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Grant {
    /// Give out tickets and tell how printing went.
    Kiosk,
    /// Work at this desk.
    Desk(DeskId),
    /// Answer for the office.
    Supervisor,
    /// Read what is not for everyone.
    Read,
}

/// The text is no grant.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no grant; there are kiosk, desk:ID, supervisor and read")]
pub struct InvalidGrant(String);

impl FromStr for Grant {
    type Err = InvalidGrant;
    fn from_str(text: &str) -> Result<Self, InvalidGrant> {
        let desk = text
            .strip_prefix("desk:")
            .and_then(|id| id.parse().ok())
            .map(Self::Desk);
        match (text, desk) {
            ("kiosk", _) => Ok(Self::Kiosk),
            ("supervisor", _) => Ok(Self::Supervisor),
            ("read", _) => Ok(Self::Read),
            (_, Some(desk)) => Ok(desk),
            _ => Err(InvalidGrant(text.chars().take(80).collect())),
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kiosk => f.write_str("kiosk"),
            Self::Desk(desk) => write!(f, "desk:{desk}"),
            Self::Supervisor => f.write_str("supervisor"),
            Self::Read => f.write_str("read"),
        }
    }
}

impl TryFrom<String> for Grant {
    type Error = InvalidGrant;
    fn try_from(text: String) -> Result<Self, InvalidGrant> {
        text.parse()
    }
}

impl From<Grant> for String {
    fn from(grant: Grant) -> Self {
        grant.to_string()
    }
}

/// A credential as the file keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// Whose it is: what stands as `by` in the events.
    pub id: Actor,
    /// What it allows.
    pub grants: Vec<Grant>,
    /// The SHA-256 of its token, in hex.
    token_sha256: String,
}

/// Who asks, as far as the hub knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Anyone, where no credential is needed.
    Local,
    /// The holder of a credential.
    Holder(Credential),
}

impl Caller {
    /// What stands as `by` in the events.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::Local => Actor::local(),
            Self::Holder(credential) => credential.id.clone(),
        }
    }

    /// Whether one of the grants is held.
    #[must_use]
    pub fn may(&self, allowed: impl Fn(&Grant) -> bool) -> bool {
        match self {
            Self::Local => true,
            Self::Holder(credential) => credential.grants.iter().any(allowed),
        }
    }
}

/// What can be wrong with the file of the credentials.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// It can't be read or written.
    #[error("can't read or write the credentials {path}; run this as the user of the hub")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// It is not what this program writes.
    #[error(
        "the credentials {path} can't be understood; restore the file, or delete it and add them anew"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// The id is taken.
    #[error("there is a credential {0} already; revoke it first")]
    Taken(Actor),
    /// There is no such desk.
    #[error("office.toml has no desk {0}; it has {1}")]
    UnknownDesk(DeskId, String),
    /// The id means something else.
    #[error("{0} is a name the hub uses itself; choose another")]
    Reserved(Actor),
    /// There is none of that id.
    #[error("there is no credential {0}; list shows those there are")]
    Unknown(Actor),
    /// A credential that allows nothing.
    #[error("a credential needs a grant: kiosk, desk:ID, supervisor or read")]
    NoGrant,
    /// The system has no random numbers.
    #[error("the system gives no random numbers: {0}")]
    NoRandom(getrandom::Error),
}

/// The credentials of an office, by the file they lie in.
#[derive(Debug)]
pub struct Credentials {
    path: PathBuf,
    known: RwLock<Known>,
}

#[derive(Debug)]
struct Known {
    list: Vec<Credential>,
    stamp: Option<(SystemTime, u64)>,
    /// Whether the file could be read; one that can't opens no door.
    readable: bool,
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

    /// The credential of this token. All are compared, each in constant time.
    #[must_use]
    pub fn holder(&self, token: &str) -> Option<Credential> {
        let hash = hash(token);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.list.iter().fold(None, |found, one| {
            let same = bool::from(one.token_sha256.as_bytes().ct_eq(hash.as_bytes()));
            if same { Some(one.clone()) } else { found }
        })
    }

    /// Reads the file again if it changed. While it can't be read no token is known.
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

    /// Makes a credential and returns its token, which is nowhere else.
    ///
    /// # Errors
    /// [`CredentialError`], when the id is taken or reserved, grants nothing, or can't be written.
    pub fn add(&self, id: &Actor, grants: Vec<Grant>) -> Result<String, CredentialError> {
        if *id == Actor::local() || *id == Actor::clock() {
            return Err(CredentialError::Reserved(id.clone()));
        }
        if grants.is_empty() {
            return Err(CredentialError::NoGrant);
        }
        let _turn = self.turn()?;
        let mut list = read(&self.path)?;
        if list.iter().any(|one| one.id == *id) {
            return Err(CredentialError::Taken(id.clone()));
        }
        let mut random = [0_u8; 32];
        getrandom::fill(&mut random).map_err(CredentialError::NoRandom)?;
        let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        list.push(Credential {
            id: id.clone(),
            grants,
            token_sha256: hash(&token),
        });
        self.write(list)?;
        Ok(token)
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

    /// The folder of the file, locked until the value goes: two who add at once must not lose one.
    fn turn(&self) -> Result<fs::File, CredentialError> {
        let folder = self
            .path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(self.file())?;
        let open = fs::File::open(folder).map_err(self.file())?;
        open.lock().map_err(self.file())?;
        Ok(open)
    }

    fn write(&self, list: Vec<Credential>) -> Result<(), CredentialError> {
        let fresh = self.path.with_extension("new");
        let text =
            serde_json::to_vec_pretty(&list).map_err(|source| CredentialError::Unreadable {
                path: self.path.clone(),
                source,
            })?;
        let mut made = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)
            .map_err(self.file())?;
        made.write_all(&text)
            .and_then(|()| made.sync_all())
            .map_err(self.file())?;
        self.give_to_the_hub(&fresh).map_err(self.file())?;
        fs::rename(&fresh, &self.path).map_err(self.file())?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Known {
            list,
            stamp: stamp(&self.path),
            readable: true,
        };
        Ok(())
    }

    /// What root writes must be the hub's to read: it belongs to whom the file before it belonged to, or
    /// the folder.
    fn give_to_the_hub(&self, fresh: &Path) -> std::io::Result<()> {
        let made = fs::metadata(fresh)?;
        let folder = self
            .path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let before =
            fs::metadata(&self.path).or_else(|_| fs::metadata(folder.unwrap_or(Path::new("."))))?;
        if (made.uid(), made.gid()) == (before.uid(), before.gid()) {
            return Ok(());
        }
        chown(fresh, Some(before.uid()), Some(before.gid()))
    }

    fn file(&self) -> impl Fn(std::io::Error) -> CredentialError {
        move |source| CredentialError::File {
            path: self.path.clone(),
            source,
        }
    }
}

fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let data = fs::metadata(path).ok()?;
    Some((data.modified().ok()?, data.len()))
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
