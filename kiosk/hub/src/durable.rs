// SPDX-License-Identifier: GPL-3.0-or-later
//! A small file that is written whole or not at all, also when the power goes meanwhile.
//!
//! It is made beside its place under another name, synced, and only then given the name; the folder is
//! synced last, so that the name lasts too. Who may write at the same time is not looked at here.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::{Path, PathBuf};

/// Only its owner may read what a hub keeps beside its log.
const MODE: u32 = 0o600;

/// Puts `bytes` at `path`, in place of what was there, readable by its owner alone (mode 0600). What root
/// writes belongs to whom the file before it belonged to, or the folder: it must be the hub's to read.
///
/// # Errors
/// What the system says; then the file before is still there, unchanged.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = beside(path);
    // One that a power cut left behind may be anybody's to read.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = put(&fresh, path, bytes);
    if written.is_err() {
        let _ = fs::remove_file(&fresh);
    }
    written
}

fn put(fresh: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(fresh)?;
    made.write_all(bytes)?;
    give_to_the_hub(&made, fresh, path)?;
    made.sync_all()?;
    fs::rename(fresh, path)?;
    File::open(folder_of(path))?.sync_all()
}

fn give_to_the_hub(made: &File, fresh: &Path, path: &Path) -> io::Result<()> {
    let made = made.metadata()?;
    let before = fs::metadata(path).or_else(|_| fs::metadata(folder_of(path)))?;
    if (made.uid(), made.gid()) == (before.uid(), before.gid()) {
        return Ok(());
    }
    chown(fresh, Some(before.uid()), Some(before.gid()))
}

/// Where it is made: in the same folder, since a name can't be given across file systems.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    path.with_file_name(name)
}

/// The folder in which `path` lies.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("torn-durable-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_file_is_replaced_whole_and_is_its_owners_alone() {
        let folder = folder("whole");
        let path = folder.join("torn.sessions");
        fs::write(beside(&path), "left behind").unwrap();
        fs::set_permissions(beside(&path), fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, b"one").unwrap();
        write(&path, b"another").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"another");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(
            fs::read_dir(&folder).unwrap().count(),
            1,
            "nothing is left beside it"
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_can_not_be_written_leaves_what_was_there() {
        let folder = folder("refused");
        let path = folder.join("torn.sessions");
        write(&path, b"one").unwrap();
        // What stands where the fresh file would be made.
        fs::create_dir(beside(&path)).unwrap();
        assert!(write(&path, b"another").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"one");
        fs::remove_dir_all(folder).unwrap();
    }
}
