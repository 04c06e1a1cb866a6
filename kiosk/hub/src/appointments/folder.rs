// SPDX-License-Identifier: GPL-3.0-or-later
//! A folder whose calendars and tables are read, and read again when they change.
//!
//! A file is taken when it looked the same twice, so that one that is being written is not. One that is gone twice
//! is gone; where the folder itself can't be read, nothing is known and all stays.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use torn_appointments::Kind;

use super::reader::{Outcome, Reader};
use super::report::kind;
use super::source::Pace;

/// A file that is larger is not read.
const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Files that are watched; the others are not.
const FILES_MAX: usize = 200;
/// Looks in which a file must be missing before it counts as gone.
const MISSING_MAX: u8 = 2;

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    modified: (i64, i64),
    length: u64,
    inode: u64,
}

/// A file that is watched.
#[derive(Debug)]
struct Watched {
    look: Look,
    /// The state that was read, and for which day, whether it was good or not.
    read: Option<(Look, Date)>,
    /// The day for which there is a list of it.
    listed: Option<Date>,
    missing: u8,
}

/// A folder of calendars and tables.
pub(super) struct Folder {
    path: PathBuf,
    reader: Arc<Reader>,
    files: BTreeMap<String, Watched>,
    unreadable: bool,
}

impl Folder {
    pub(super) fn new(path: PathBuf, reader: Arc<Reader>) -> Self {
        Self {
            path,
            reader,
            files: BTreeMap::new(),
            unreadable: false,
        }
    }

    /// Looks once at all files.
    fn look(&mut self) {
        let seen = match self.seen() {
            Ok(seen) => seen,
            Err(error) => {
                if !std::mem::replace(&mut self.unreadable, true) {
                    tracing::warn!(folder = %self.path.display(), error = &error as &dyn std::error::Error, "the folder of appointments can't be read; what was read before stays");
                }
                return;
            }
        };
        self.unreadable = false;
        let day = self.reader.today();
        self.forget_missing(&seen, day);
        for (name, look) in seen {
            let file = self.files.entry(name.clone()).or_insert(Watched {
                look: Look { inode: 0, ..look },
                read: None,
                listed: None,
                missing: 0,
            });
            let settled = file.look == look;
            file.look = look;
            file.missing = 0;
            if settled && file.read != Some((look, day)) {
                self.read(&name, look, day);
            }
        }
    }

    fn read(&mut self, name: &str, look: Look, day: Date) {
        let Some(file) = self.files.get_mut(name) else {
            return;
        };
        let path = self.path.join(name);
        let outcome = match bytes(&path, look.length) {
            Ok(bytes) => self.reader.take(name, &bytes, kind(&path), day),
            Err(error) => {
                tracing::warn!(
                    file = name,
                    error = &error as &dyn std::error::Error,
                    "the file of appointments can't be read; what was read before stays"
                );
                Outcome::Refused
            }
        };
        match outcome {
            Outcome::Taken => {
                file.read = Some((look, day));
                file.listed = Some(day);
            }
            Outcome::Refused => file.read = Some((look, day)),
            Outcome::Later => {}
        }
    }

    fn forget_missing(&mut self, seen: &BTreeMap<String, Look>, day: Date) {
        let reader = Arc::clone(&self.reader);
        self.files.retain(|name, file| {
            if seen.contains_key(name) {
                return true;
            }
            file.missing = file.missing.saturating_add(1);
            if file.missing < MISSING_MAX {
                return true;
            }
            let taken = file.listed.is_none() || reader.gone(name, day);
            !taken
        });
    }

    fn seen(&self) -> io::Result<BTreeMap<String, Look>> {
        let mut seen = BTreeMap::new();
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let hidden = name.starts_with(['.', '~']);
            let wanted = matches!(kind(name.as_ref()), Kind::Ics | Kind::Csv);
            if hidden || !wanted || seen.len() >= FILES_MAX {
                continue;
            }
            // One that went away between the list and the look is looked for again.
            let Ok(metadata) = fs::metadata(entry.path()) else {
                continue;
            };
            if metadata.is_file() {
                let look = Look {
                    modified: (metadata.mtime(), metadata.mtime_nsec()),
                    length: metadata.len(),
                    inode: metadata.ino(),
                };
                seen.insert(name, look);
            }
        }
        Ok(seen)
    }
}

/// All of a file; one that is longer or shorter than it looked is being written.
fn bytes(path: &std::path::Path, length: u64) -> io::Result<Vec<u8>> {
    if length > BYTES_MAX {
        return Err(io::Error::other("it has more than 64 MiB"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(BYTES_MAX).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(io::Error::other("it changed while it was read"));
    }
    Ok(bytes)
}

/// Looks at the folder until `stop`.
pub(super) async fn watch(mut folder: Folder, pace: Pace, stop: CancellationToken) {
    let mut tick = tokio::time::interval(pace.look);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        let looked = tokio::task::spawn_blocking(move || {
            folder.look();
            folder
        });
        match looked.await {
            Ok(back) => folder = back,
            Err(error) => {
                tracing::error!(%error, "the folder of appointments is not watched any more");
                return;
            }
        }
    }
}
