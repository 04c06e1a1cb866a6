// SPDX-License-Identifier: GPL-3.0-or-later
//! A folder of its own for each thing that the lab starts, gone when that is over.
//!
//! After a failed test it stays, so that it can be looked into.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, process, thread};

use super::LabError;

/// A new, empty folder that is removed on drop, unless the thread that drops it panics.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    keep: bool,
}

impl Folder {
    /// A new folder under the system's folder for temporary files.
    ///
    /// # Errors
    /// [`LabError::File`], when it can't be made.
    pub fn new(what_for: &str) -> Result<Self, LabError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = env::temp_dir().join(format!("torn-{what_for}-{}-{count}", process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path, keep: false }),
                // Left by an earlier process with the same id.
                Err(source) if source.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(LabError::File { path, source }),
            }
        }
    }

    /// The folder at `path`, made if it is missing; it stays.
    ///
    /// # Errors
    /// [`LabError::File`], when it can't be made.
    pub fn kept(path: &Path) -> Result<Self, LabError> {
        fs::create_dir_all(path).map_err(LabError::file(path))?;
        let path = path.canonicalize().map_err(LabError::file(path))?;
        Ok(Self { path, keep: true })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file in it and says where it is.
    ///
    /// # Errors
    /// [`LabError::File`], when it can't be written.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> Result<PathBuf, LabError> {
        let path = self.path.join(name);
        fs::write(&path, text).map_err(LabError::file(&path))?;
        Ok(path)
    }

    /// Leaves the folder where it is and says where that is.
    #[must_use]
    pub fn keep(mut self) -> PathBuf {
        self.keep = true;
        self.path.clone()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.keep && !thread::panicking() {
            // Nothing depends on it being gone.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
