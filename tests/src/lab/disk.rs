// SPDX-License-Identifier: GPL-3.0-or-later
//! A disk of its own that is small enough to be filled up: a tmpfs of a few MiB.
//!
//! It refuses as a full card does, with ENOSPC in the middle of a write.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use super::LabError;
use super::folder::Folder;

/// What fills it.
const BALLAST: &str = "ballast";

/// A mounted disk, gone when this is dropped.
#[derive(Debug)]
pub struct SmallDisk {
    folder: Folder,
}

impl SmallDisk {
    /// A disk for so many MiB.
    ///
    /// # Errors
    /// [`LabError::Command`], with what `mount` said.
    pub fn new(mib: u32) -> Result<Self, LabError> {
        let folder = Folder::new("disk")?;
        let size = format!("size={mib}m");
        run(
            "mount",
            &["-t", "tmpfs", "-o", &size, "tmpfs"],
            folder.path(),
        )?;
        Ok(Self { folder })
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes to it until it takes nothing more.
    ///
    /// # Errors
    /// [`LabError::File`], when it refuses for any other reason.
    pub fn fill(&self) -> Result<(), LabError> {
        let path = self.path().join(BALLAST);
        let mut ballast = File::create(&path).map_err(LabError::file(&path))?;
        loop {
            match ballast.write(&[1; 4096]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return Ok(()),
                Err(error) => return Err(LabError::file(path)(error)),
            }
        }
    }

    /// Lets it only be read, as a system does with a card that it no longer trusts; nothing may be open for writing.
    ///
    /// # Errors
    /// [`LabError::Command`], with what `mount` said.
    pub fn make_read_only(&self) -> Result<(), LabError> {
        run("mount", &["-o", "remount,ro"], self.path())
    }

    /// Lets it be written again.
    ///
    /// # Errors
    /// [`LabError::Command`], with what `mount` said.
    pub fn make_writable(&self) -> Result<(), LabError> {
        run("mount", &["-o", "remount,rw"], self.path())
    }

    /// Makes room again.
    ///
    /// # Errors
    /// [`LabError::File`], when it was not full.
    pub fn make_room(&self) -> Result<(), LabError> {
        let path = self.path().join(BALLAST);
        fs::remove_file(&path).map_err(LabError::file(path))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a program that is about to end may still have a file open.
        let _ = run("umount", &["-l"], self.path());
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<(), LabError> {
    let failed = |said| LabError::Command {
        command: format!("{program} {} {}", arguments.join(" "), folder.display()),
        said,
    };
    let output = Command::new(program)
        .args(arguments)
        .arg(folder)
        .stdin(Stdio::null())
        .output();
    let output = output.map_err(|source| failed(source.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(failed(said.trim().to_owned()))
}
