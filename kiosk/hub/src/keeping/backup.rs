// SPDX-License-Identifier: GPL-3.0-or-later
//! A backup made while the hub runs: the log, the phone pages' key, the credentials and the configuration.
//!
//! Who is booked is not in it, nor who is signed in. A set has its name only after everything in it was written,
//! synced and read again.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use torn_queue::Timestamp;

use super::place::{self, Place};
use super::set::{self, FilePart, Manifest};
use super::{KeepingError, copy};
use crate::store::StoreError;

/// Who only looks after the hub need not read its key.
const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

/// A day in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is to be backed up, and where.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) place: &'a Place,
    /// The folder of the sets.
    pub(super) folder: &'a Path,
    /// The office's configuration, where it is known.
    pub(super) office: Option<&'a Path>,
    /// Sets older than so many days are removed.
    pub(super) keep_days: u32,
    pub(super) now: Timestamp,
    /// Whether the clock is believed; one that is wrong must not make old sets of new ones.
    pub(super) trusted: bool,
}

/// What was written.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) set: PathBuf,
    pub(super) manifest: Manifest,
    /// The sets that were too old.
    pub(super) removed: Vec<PathBuf>,
    /// Whether sets may be too old, and the clock is not believed.
    pub(super) kept_for_the_clock: bool,
    /// Whether the backup lies on the disk of the log, and would go with it.
    pub(super) same_disk: bool,
}

/// Makes a set. `progress` is told what is being done, and how much of how much.
pub(super) fn make(
    wish: &Wish<'_>,
    progress: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<Made, KeepingError> {
    wish.place.must_exist()?;
    let _mine = place::destination(wish.folder, wish.place)?;
    let log = wish.place.store();
    let bytes = fs::metadata(log)
        .map_err(KeepingError::file("look at", log))?
        .len();
    clear(wish.folder)?;
    // The pages as they are, and what remains of them.
    place::room(
        wish.folder,
        bytes.saturating_mul(2).saturating_add(1_000_000),
    )?;
    let name = free_name(wish.folder, wish.now);
    let unfinished = wish.folder.join(format!("{}{name}", set::UNFINISHED));
    DirBuilder::new()
        .mode(FOLDER_MODE)
        .create(&unfinished)
        .map_err(KeepingError::file("make", &unfinished))?;
    let manifest = match fill(&unfinished, wish, progress) {
        Ok(manifest) => manifest,
        Err(error) => {
            // What is wrong is told; what is left would be removed by the next one.
            let _ = place::remove_folder(&unfinished);
            return Err(error);
        }
    };
    let set = wish.folder.join(name);
    fs::rename(&unfinished, &set).map_err(KeepingError::file("rename", &unfinished))?;
    place::sync(wish.folder)?;
    let old = too_old(wish, &set)?;
    let (removed, kept) = if wish.trusted {
        (old, Vec::new())
    } else {
        (Vec::new(), old)
    };
    for one in &removed {
        remove(wish.folder, one)?;
    }
    Ok(Made {
        manifest,
        removed,
        kept_for_the_clock: !kept.is_empty(),
        same_disk: place::same_disk(&set, log),
        set,
    })
}

/// Removes what a backup left that was cut off; nobody else writes here now.
fn clear(folder: &Path) -> Result<(), KeepingError> {
    let failed = KeepingError::file("read the folder", folder);
    for one in fs::read_dir(folder).map_err(&failed)? {
        let one = one.map_err(&failed)?;
        if one
            .file_name()
            .to_string_lossy()
            .starts_with(set::UNFINISHED)
        {
            place::remove_folder(&one.path())?;
        }
    }
    Ok(())
}

fn free_name(folder: &Path, now: Timestamp) -> String {
    let name = set::name(now);
    let taken = |name: &str| folder.join(name).symlink_metadata().is_ok();
    let numbered = (2..).map(|count| format!("{name}-{count}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(|one| !taken(one)).unwrap_or(name)
}

fn fill(
    folder: &Path,
    wish: &Wish<'_>,
    progress: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<Manifest, KeepingError> {
    let log = folder.join(set::LOG);
    copy::copy(wish.place.store(), &log, &mut |done, all| {
        progress("copying", done, all);
    })?;
    // Where the disk knows no modes its mount says who may read.
    let _ = fs::set_permissions(&log, Permissions::from_mode(FILE_MODE));
    let beside = wish.place.beside();
    let mut files = vec![set::part(&log)?];
    let mut others = vec![(set::KEY, beside.secret.as_path(), true)];
    others.push((set::CREDENTIALS, &beside.credentials, false));
    others.extend(wish.office.map(|office| (set::OFFICE, office, false)));
    for (name, from, needed) in others {
        files.extend(copied(from, &folder.join(name), needed)?);
    }
    let checked = copy::checked(&log, |done, all| progress("checking", done, all));
    let checked = checked.map_err(|error| match error {
        // The copy is what it was copied from.
        StoreError::Newer { found, known, .. } => StoreError::Newer {
            path: wish.place.store().to_owned(),
            found,
            known,
        },
        other => other,
    })?;
    let manifest = Manifest::of(wish.now, &checked, files);
    let text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::other);
    let path = folder.join(set::MANIFEST);
    let text = text.map_err(KeepingError::file("write", &path))?;
    write(&path, &text)?;
    restrict(folder, &manifest)?;
    place::sync(folder)?;
    Ok(manifest)
}

/// Copies a small file, if it is there, and reads it again.
fn copied(from: &Path, to: &Path, needed: bool) -> Result<Option<FilePart>, KeepingError> {
    let bytes = match fs::read(from) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !needed => return Ok(None),
        Err(source) => return Err(KeepingError::file("read", from)(source)),
    };
    write(to, &bytes)?;
    set::part(to).map(Some)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), KeepingError> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path);
    made.and_then(|mut made| made.write_all(bytes).and_then(|()| made.sync_all()))
        .map_err(KeepingError::file("write", path))
}

/// Everything is the folder's owner's, and nobody else reads it.
fn restrict(folder: &Path, manifest: &Manifest) -> Result<(), KeepingError> {
    let parent = crate::durable::folder_of(folder);
    let names = manifest.files.iter().map(|file| folder.join(&file.name));
    for path in names.chain([folder.join(set::MANIFEST), folder.to_owned()]) {
        place::give(&path, parent)?;
    }
    Ok(())
}

/// The sets that are more than so many days older than `newest`.
fn too_old(wish: &Wish<'_>, newest: &Path) -> Result<Vec<PathBuf>, KeepingError> {
    let oldest = wish
        .now
        .plus_ms(-DAY_MS.saturating_mul(i64::from(wish.keep_days)));
    let sets = set::list(wish.folder)?.into_iter();
    let old = sets.filter(|(at, path)| *at < oldest && path != newest);
    Ok(old.map(|(_, path)| path).collect())
}

/// A set that is being removed is none any more, also when that is cut off.
fn remove(folder: &Path, path: &Path) -> Result<(), KeepingError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let going = folder.join(format!("{}{name}", set::UNFINISHED));
    fs::rename(path, &going).map_err(KeepingError::file("rename", path))?;
    place::remove_folder(&going)
}
