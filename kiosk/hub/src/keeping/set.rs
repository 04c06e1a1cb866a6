// SPDX-License-Identifier: GPL-3.0-or-later
//! A backup on disk: a folder named by its time, with the files and a manifest that says what they are.
//!
//! It has its name only once it is whole; a name that begins with a dot is one that never was.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use torn_queue::{Seq, Timestamp};

use super::{KeepingError, copy};
use crate::store::Checked;

/// The format of the manifest that is written here, and the highest that is read.
const FORMAT: u32 = 1;

/// The file that says what the others are.
pub(super) const MANIFEST: &str = "manifest.json";

/// What the log is called in a set, whatever it is called where it is used.
pub(super) const LOG: &str = "torn.db";
/// The hub's key.
pub(super) const KEY: &str = "torn.key";
/// The credentials.
pub(super) const CREDENTIALS: &str = "torn.credentials";
/// The office's configuration.
pub(super) const OFFICE: &str = "office.toml";

/// How a set that is being written begins.
pub(super) const UNFINISHED: &str = ".unfinished-";

/// How many bytes are read at once.
const READ: usize = 256 * 1024;

/// What a set holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The format of this file.
    pub(super) format: u32,
    /// When the set was made.
    pub(super) made_at: Timestamp,
    /// The log.
    pub(super) log: LogPart,
    /// Every file but this one.
    pub(super) files: Vec<FilePart>,
}

/// What is known of the log in a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LogPart {
    /// The UUID that was made with it.
    pub(super) uuid: String,
    /// How many events it has.
    pub(super) events: u64,
    /// The last one.
    pub(super) last_seq: Seq,
    /// When that was.
    pub(super) last_at: Timestamp,
}

/// A file of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FilePart {
    /// Its name.
    pub(super) name: String,
    /// Its size.
    pub(super) bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub(super) sha256: String,
}

impl Manifest {
    /// What the log at `checked` is.
    pub(super) fn of(made_at: Timestamp, checked: &Checked, files: Vec<FilePart>) -> Self {
        Self {
            format: FORMAT,
            made_at,
            log: LogPart {
                uuid: checked.uuid.clone(),
                events: checked.events,
                last_seq: checked.last_seq,
                last_at: Timestamp::from_unix_ms(checked.last_at_ms),
            },
            files,
        }
    }

    /// The file of this name, if the set has it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.files.iter().any(|one| one.name == name)
    }

    /// The bytes of all files.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|one| one.bytes).sum()
    }
}

/// What a set made at `at` is called. Sorted by name, sets are sorted by time.
pub(super) fn name(at: Timestamp) -> String {
    // To the second, and without a colon, which a stick's file system may not know.
    let text = at.to_string().replace(':', "-");
    text.split_once('.')
        .map_or(text.clone(), |(whole, _)| format!("{whole}Z"))
}

/// The time that a name says: the time of a set, or of one in the same second (`…Z-2`).
pub(super) fn time(name: &str) -> Option<Timestamp> {
    let (stem, more) = name.split_once('Z')?;
    let numbered = more
        .strip_prefix('-')
        .is_some_and(|count| count.parse::<u32>().is_ok());
    let (day, time) = stem.split_once('T')?;
    let at = format!("{day}T{}Z", time.replace('-', ":")).parse().ok()?;
    (more.is_empty() || numbered).then_some(at)
}

/// The sets in `folder`, the oldest first.
pub(super) fn list(folder: &Path) -> Result<Vec<(Timestamp, PathBuf)>, KeepingError> {
    let failed = KeepingError::file("read the folder", folder);
    let mut found = Vec::new();
    for one in fs::read_dir(folder).map_err(&failed)? {
        let path = one.map_err(&failed)?.path();
        let at = path.file_name().and_then(|name| time(name.to_str()?));
        if let Some(at) = at
            && path.join(MANIFEST).is_file()
        {
            found.push((at, path));
        }
    }
    found.sort();
    Ok(found)
}

/// The set that is meant by `path`: itself, or the newest in it. With the one before it.
pub(super) fn find(path: &Path) -> Result<(PathBuf, Option<PathBuf>), KeepingError> {
    if path.join(MANIFEST).is_file() {
        let siblings = path.parent().map_or(Ok(Vec::new()), list)?;
        let mut before = siblings.into_iter().map(|(_, one)| one);
        let older = before.rfind(|one| one.file_name() < path.file_name());
        return Ok((path.to_owned(), older));
    }
    let mut sets = list(path)?;
    let newest = sets.pop().map(|(_, path)| path);
    let newest = newest.ok_or_else(|| KeepingError::NoSet(path.to_owned()))?;
    Ok((newest, sets.pop().map(|(_, path)| path)))
}

/// Reads a set's manifest and sees that every file is as it was written, and the log whole.
pub(super) fn verified(
    set: &Path,
    older: Option<PathBuf>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Manifest, KeepingError> {
    let damaged = |what: String| KeepingError::DamagedSet {
        set: set.to_owned(),
        what,
        older: older.clone(),
    };
    let manifest = set.join(MANIFEST);
    let text = fs::read(&manifest).map_err(KeepingError::file("read", &manifest))?;
    let told: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| damaged(format!("{MANIFEST}: {error}")))?;
    let format = told["format"]
        .as_u64()
        .and_then(|one| u32::try_from(one).ok());
    if let Some(found) = format.filter(|found| *found > FORMAT) {
        return Err(KeepingError::NewerSet {
            set: set.to_owned(),
            found,
            known: FORMAT,
        });
    }
    let manifest: Manifest =
        serde_json::from_value(told).map_err(|error| damaged(format!("{MANIFEST}: {error}")))?;
    for file in &manifest.files {
        let path = set.join(&file.name);
        let found = part(&path).map_err(|error| damaged(torn_program::chain(&error)))?;
        if found != *file {
            return Err(damaged(format!("{} is not as it was written", file.name)));
        }
    }
    if !manifest.has(LOG) || !manifest.has(KEY) {
        return Err(damaged(format!("it lacks {LOG} or {KEY}")));
    }
    let checked = copy::checked(&set.join(LOG), &mut *progress)
        .map_err(|error| damaged(torn_program::chain(&error)))?;
    if (checked.uuid.as_str(), checked.last_seq) != (&manifest.log.uuid, manifest.log.last_seq) {
        return Err(damaged(format!(
            "{LOG} is not the log that {MANIFEST} tells of"
        )));
    }
    Ok(manifest)
}

/// What a manifest says of a file.
pub(super) fn part(path: &Path) -> Result<FilePart, KeepingError> {
    let failed = KeepingError::file("read", path);
    let mut file = File::open(path).map_err(&failed)?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; READ];
    loop {
        let read = file.read(&mut buffer).map_err(&failed)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
    let name = path.file_name().unwrap_or_default();
    Ok(FilePart {
        name: name.to_string_lossy().into_owned(),
        bytes,
        sha256: hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_named_by_its_second_and_found_by_it_again() {
        let at: Timestamp = "2026-11-25T22:00:07.512Z".parse().unwrap();
        let name = name(at);
        assert_eq!(name, "2026-11-25T22-00-07Z");
        assert_eq!(time(&name), "2026-11-25T22:00:07.000Z".parse().ok());
        assert_eq!(time(&format!("{name}-2")), time(&name));
        for other in [
            "",
            ".unfinished-2026-11-25T22-00-07Z",
            "2026-11-25",
            "2026-11-25T22-00-07Z-x",
            "lost+found",
        ] {
            assert_eq!(time(other), None, "{other:?}");
        }
    }
}
