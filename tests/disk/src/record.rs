// SPDX-License-Identifier: GPL-3.0-or-later
//! What was done to a disk, step by step.
//!
//! A file is known by a number from its creation to its end, so that one which is deleted and made again under its
//! name is another. Shared memory (`-shm`) is no file here: SQLite makes it anew after a power cut.

use std::collections::BTreeMap;
use std::sync::Arc;

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A file was made.
    Create {
        /// Its name in the folder.
        name: String,
        /// Its number.
        file: u64,
    },
    /// A name was taken out of the folder.
    Delete {
        /// The name.
        name: String,
    },
    /// Bytes were written.
    Write {
        /// The file.
        file: u64,
        /// Where they begin.
        offset: u64,
        /// The bytes.
        bytes: Arc<[u8]>,
    },
    /// A file was cut or stretched.
    Truncate {
        /// The file.
        file: u64,
        /// Its size from then on.
        size: u64,
    },
    /// What was written to a file is durable.
    Sync {
        /// The file.
        file: u64,
    },
    /// The names in the folder are durable.
    SyncFolder,
    /// The test noted something here.
    Mark(u64),
}

/// All that was done to a disk, after what lay on it before.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// The files that were there, by name, with their numbers.
    pub before: BTreeMap<String, (u64, Vec<u8>)>,
    /// What was done, in order.
    pub steps: Vec<Step>,
}
