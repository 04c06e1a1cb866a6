// SPDX-License-Identifier: GPL-3.0-or-later
//! A disk under a folder: what lies on it, what is recorded of it, and when it refuses.
//!
//! Here is only what is known of a disk; how SQLite reaches it is in `vfs`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use crate::fault::{Fault, Faults, Operation, Reading, Writing};
use crate::record::{Record, Step};
use crate::vfs;

/// What the disk says of itself to SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surface {
    /// Its sector, in bytes: 512 or 4096.
    pub sector: u32,
    /// Whether a power cut during a write leaves alone what lies beside it in the same sector.
    pub powersafe: bool,
}

impl Default for Surface {
    /// What SQLite takes every disk of a Unix for.
    fn default() -> Self {
        Self {
            sector: 4096,
            powersafe: true,
        }
    }
}

/// The disks that are mounted, for whoever opens a file.
static MOUNTED: RwLock<Vec<Weak<Mounted>>> = RwLock::new(Vec::new());

/// A disk under a folder of this machine. When it is dropped the folder is a common one again; files that are
/// open stay on it.
#[derive(Debug)]
pub struct Disk(Arc<Mounted>);

impl Disk {
    /// Lays a disk under `folder`, which is there and may hold files.
    ///
    /// # Errors
    /// When the folder or a file in it can't be read.
    pub fn under(folder: &Path, surface: Surface) -> io::Result<Self> {
        Self::mount(folder, surface, false)
    }

    /// As [`Disk::under`], and from now on all that is done is recorded.
    ///
    /// # Errors
    /// When the folder or a file in it can't be read.
    pub fn recording(folder: &Path, surface: Surface) -> io::Result<Self> {
        Self::mount(folder, surface, true)
    }

    fn mount(folder: &Path, surface: Surface, records: bool) -> io::Result<Self> {
        vfs::install();
        let mut state = State::default();
        let mut before = BTreeMap::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if entry.file_type()?.is_file() && !name.ends_with("-shm") {
                let file = state.add(&name, entry.metadata()?.len());
                if records {
                    before.insert(name, (file, std::fs::read(entry.path())?));
                }
            }
        }
        state.record = records.then(|| Record {
            before,
            steps: Vec::new(),
        });
        let mounted = Arc::new(Mounted {
            folder: folder.canonicalize()?,
            surface,
            state: Mutex::new(state),
        });
        let mut all = MOUNTED.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| one.strong_count() > 0);
        all.push(Arc::downgrade(&mounted));
        Ok(Self(mounted))
    }

    /// From now on this is wrong with it, and nothing else; what was asked of it is counted anew.
    pub fn fail(&self, fault: Fault) {
        self.0.state().faults.set(Some(fault));
    }

    /// Nothing is wrong with it any more.
    pub fn mend(&self) {
        self.0.state().faults.set(None);
    }

    /// How often it has refused since it was told to.
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.0.state().faults.fired()
    }

    /// How often this was asked of it since [`Disk::fail`] or [`Disk::mend`].
    #[must_use]
    pub fn asked(&self, operation: Operation) -> u64 {
        self.0.state().faults.asked(operation)
    }

    /// Notes something in the record, such as what was acknowledged by now.
    pub fn mark(&self, note: u64) {
        self.0.state().note(|| Step::Mark(note));
    }

    /// What was recorded so far.
    #[must_use]
    pub fn record(&self) -> Record {
        self.0.state().record.clone().unwrap_or_default()
    }
}

/// A disk as the VFS sees it.
#[derive(Debug)]
pub(crate) struct Mounted {
    folder: PathBuf,
    pub(crate) surface: Surface,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    faults: Faults,
    /// The numbers of the files, by their names.
    names: BTreeMap<String, u64>,
    /// Their sizes, by their numbers.
    sizes: BTreeMap<u64, u64>,
    record: Option<Record>,
}

impl State {
    fn note(&mut self, step: impl FnOnce() -> Step) {
        if let Some(record) = &mut self.record {
            record.steps.push(step());
        }
    }

    fn add(&mut self, name: &str, size: u64) -> u64 {
        let file = self.sizes.len() as u64;
        self.names.insert(name.to_owned(), file);
        self.sizes.insert(file, size);
        file
    }

    fn size(&self, file: u64) -> u64 {
        self.sizes.get(&file).copied().unwrap_or(0)
    }

    fn resize(&mut self, file: u64, size: u64) {
        let before = self.sizes.insert(file, size).unwrap_or(0);
        self.faults.grew(before, size);
    }
}

impl Mounted {
    /// The disk that holds the file at `path`, and the file's name there.
    pub(crate) fn holding(path: &Path) -> Option<(Arc<Self>, String)> {
        let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
        let all = MOUNTED.read().unwrap_or_else(PoisonError::into_inner);
        let mut disks = all.iter().filter_map(Weak::upgrade);
        let disk = disks.find(|disk| disk.folder == folder)?;
        Some((disk, name.to_owned()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn ask(&self, operation: Operation) -> Option<i32> {
        self.state().faults.ask(operation)
    }

    pub(crate) fn opens_read_only(&self) -> bool {
        self.state().faults.opens_read_only()
    }

    pub(crate) fn read(&self) -> Reading {
        self.state().faults.read()
    }

    pub(crate) fn write(&self, file: u64, offset: u64, bytes: usize) -> Writing {
        let mut state = self.state();
        let grows = (offset + bytes as u64).saturating_sub(state.size(file));
        state.faults.write(bytes, grows)
    }

    /// The number of the file that was opened; one that was not known was made.
    pub(crate) fn opened(&self, name: &str) -> u64 {
        let mut state = self.state();
        if let Some(file) = state.names.get(name) {
            return *file;
        }
        let file = state.add(name, 0);
        state.note(|| Step::Create {
            name: name.to_owned(),
            file,
        });
        file
    }

    pub(crate) fn deleted(&self, name: &str, durably: bool) {
        let mut state = self.state();
        if let Some(file) = state.names.remove(name) {
            state.resize(file, 0);
            state.note(|| Step::Delete {
                name: name.to_owned(),
            });
        }
        if durably {
            state.note(|| Step::SyncFolder);
        }
    }

    pub(crate) fn wrote(&self, file: u64, offset: u64, bytes: &[u8]) {
        let mut state = self.state();
        let size = state.size(file).max(offset + bytes.len() as u64);
        state.resize(file, size);
        state.note(|| Step::Write {
            file,
            offset,
            bytes: bytes.into(),
        });
    }

    pub(crate) fn truncated(&self, file: u64, size: u64) {
        let mut state = self.state();
        state.resize(file, size);
        state.note(|| Step::Truncate { file, size });
    }

    pub(crate) fn synced(&self, file: u64, folder_too: bool) {
        let mut state = self.state();
        state.note(|| Step::Sync { file });
        if folder_too {
            state.note(|| Step::SyncFolder);
        }
    }
}
