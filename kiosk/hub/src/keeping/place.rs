// SPDX-License-Identifier: GPL-3.0-or-later
//! Where the log lies: the right to change it, what stands beside it, and how one file takes the place of another.
//!
//! A log is renamed, never overwritten, and the new one is whole and synced before it gets the name. What root
//! makes here is the hub's user's.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

use super::KeepingError;
use crate::durable::folder_of;
use crate::program::Beside;
use crate::store;

/// The folder in which a log is made before it gets its place.
const STAGE: &str = ".torn-making";

/// What SQLite keeps beside a log that is open, or was not closed.
const AHEAD: [&str; 2] = ["-wal", "-shm"];

/// The place of a log.
#[derive(Debug, Clone)]
pub(super) struct Place {
    store: PathBuf,
}

impl Place {
    pub(super) fn of(store: &Path) -> Self {
        Self {
            store: store.to_owned(),
        }
    }

    pub(super) fn store(&self) -> &Path {
        &self.store
    }

    pub(super) fn folder(&self) -> &Path {
        folder_of(&self.store)
    }

    pub(super) fn beside(&self) -> Beside {
        Beside::the_log(&self.store)
    }

    /// The log must be there.
    pub(super) fn must_exist(&self) -> Result<(), KeepingError> {
        match self.store.try_exists() {
            Ok(true) => Ok(()),
            Ok(false) => Err(KeepingError::NoLog(self.store.clone())),
            Err(source) => Err(KeepingError::file("look for", &self.store)(source)),
        }
    }

    /// The right to write the log, as long as the value lives: no hub has it open then.
    pub(super) fn lock(&self) -> Result<File, KeepingError> {
        let sole = store::sole(&self.store)?;
        self.give(&self.store.with_extension("lock"))?;
        Ok(sole)
    }

    /// An empty folder beside the log for the making of another.
    pub(super) fn stage(&self) -> Result<Stage, KeepingError> {
        let path = self.folder().join(STAGE);
        remove_folder(&path)?;
        fs::create_dir(&path).map_err(KeepingError::file("make", &path))?;
        Ok(Stage { path })
    }

    /// What belongs to the hub: the owner of the folder, also when root made it.
    pub(super) fn give(&self, path: &Path) -> Result<(), KeepingError> {
        give(path, self.folder())
    }

    /// A name beside the log that nobody has: `torn-damaged-2026-11-25.db`.
    fn free_name(&self, file: &Path, word: &str) -> PathBuf {
        let stem = file.file_stem().unwrap_or_default();
        let end = file.extension().unwrap_or_default();
        let name = |count: u32| {
            let mut name = OsString::from(stem);
            name.push(format!("-{word}"));
            if count > 1 {
                name.push(format!("-{count}"));
            }
            name.push(".");
            name.push(end);
            file.with_file_name(name)
        };
        let mut count = 1;
        while name(count).symlink_metadata().is_ok() {
            count += 1;
        }
        name(count)
    }

    /// Renames a file beside the log; gives its new name, or `None` when there is none.
    pub(super) fn put_aside(
        &self,
        file: &Path,
        word: &str,
    ) -> Result<Option<PathBuf>, KeepingError> {
        let aside = self.free_name(file, word);
        match fs::rename(file, &aside) {
            Ok(()) => Ok(Some(aside)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(KeepingError::file("rename", file)(source)),
        }
    }

    /// Puts `fresh` in the place of the log. The log that is there, with what SQLite keeps beside it, gets another
    /// name, which is given. At no moment is there no log: a hub that started then would begin an empty one.
    pub(super) fn replace(
        &self,
        fresh: &Path,
        word: &str,
    ) -> Result<Option<PathBuf>, KeepingError> {
        let there = self.store.symlink_metadata().is_ok();
        let aside = there.then(|| self.free_name(&self.store, word));
        if let Some(aside) = &aside {
            // First, for SQLite would take them to be the new log's.
            for end in AHEAD {
                rename_if_there(&with_end(&self.store, end), &with_end(aside, end))?;
            }
            if fs::hard_link(&self.store, aside).is_err() {
                // Where a file can't have two names.
                fs::rename(&self.store, aside)
                    .map_err(KeepingError::file("rename", &self.store))?;
            }
        }
        self.give(fresh)?;
        fs::rename(fresh, &self.store).map_err(KeepingError::file("rename", fresh))?;
        sync(self.folder())?;
        Ok(aside)
    }
}

/// A folder in which a log is made; gone with this value, and what is still in it with it.
#[derive(Debug)]
pub(super) struct Stage {
    path: PathBuf,
}

impl Stage {
    /// A file in it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What is left is found and removed by the next one.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Lets `path` belong to whom `like` belongs to. Where this user may not give it away it is theirs already, or the
/// disk knows no owners.
pub(super) fn give(path: &Path, like: &Path) -> Result<(), KeepingError> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let like = fs::metadata(like).map_err(KeepingError::file("look at", like))?;
    match chown(path, Some(like.uid()), Some(like.gid())) {
        Err(error) if !no_owners(&error) => Err(KeepingError::file("give away", path)(error)),
        _ => Ok(()),
    }
}

fn no_owners(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported
    )
}

/// Makes what was written to a file, or the names in a folder, last.
pub(super) fn sync(path: &Path) -> Result<(), KeepingError> {
    let file = File::open(path).map_err(KeepingError::file("open", path))?;
    file.sync_all().map_err(KeepingError::file("write", path))
}

/// Removes a folder of ours with what is in it.
pub(super) fn remove_folder(path: &Path) -> Result<(), KeepingError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(KeepingError::file("remove", path)(error))
        }
        _ => Ok(()),
    }
}

fn rename_if_there(from: &Path, to: &Path) -> Result<(), KeepingError> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(KeepingError::file("rename", from)(error))
        }
        _ => Ok(()),
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}

/// The folder that a task writes to: made where only it is missing, and never the log's own.
pub(super) fn destination(folder: &Path, place: &Place) -> Result<File, KeepingError> {
    match fs::create_dir(folder) {
        Ok(()) => give(folder, folder_of(folder)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(KeepingError::file("make the folder", folder)(source)),
    }?;
    let same = |path: &Path| {
        let data = fs::metadata(path).map_err(KeepingError::file("look at", path))?;
        Ok::<_, KeepingError>((data.dev(), data.ino()))
    };
    if same(folder)? == same(place.folder())? {
        return Err(KeepingError::OwnFolder(folder.to_owned()));
    }
    let open = File::open(folder).map_err(KeepingError::file("open the folder", folder))?;
    match open.try_lock() {
        Ok(()) => Ok(open),
        Err(fs::TryLockError::WouldBlock) => Err(KeepingError::Busy(folder.to_owned())),
        Err(fs::TryLockError::Error(source)) => Err(KeepingError::file("lock", folder)(source)),
    }
}

/// Whether both lie on one disk.
pub(super) fn same_disk(one: &Path, other: &Path) -> bool {
    let disk = |path: &Path| fs::metadata(path).map(|data| data.dev()).ok();
    disk(one) == disk(other)
}

/// Sees that `folder` has room for so many bytes.
pub(super) fn room(folder: &Path, needed: u64) -> Result<(), KeepingError> {
    let disk = rustix::fs::statvfs(folder)
        .map_err(|error| KeepingError::file("look at", folder)(error.into()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if needed <= free {
        return Ok(());
    }
    Err(KeepingError::NoRoom {
        path: folder.to_owned(),
        free_mb: free / 1_000_000,
        needed_mb: needed.div_ceil(1_000_000),
    })
}
