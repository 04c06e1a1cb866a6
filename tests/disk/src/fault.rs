// SPDX-License-Identifier: GPL-3.0-or-later
//! When a disk refuses, and how it says so to SQLite.
//!
//! Operations are counted by kind from the moment the fault is set. A refused write may have written a first part.

use std::collections::BTreeMap;

use rusqlite::ffi;

/// What SQLite asks of a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// Open or make a file.
    Open,
    /// Read from one.
    Read,
    /// Write to one.
    Write,
    /// Cut one.
    Truncate,
    /// Make what was written durable.
    Sync,
    /// Delete one.
    Delete,
    /// Ask whether one is there.
    Access,
    /// Ask how long one is.
    Size,
    /// Lock one.
    Lock,
    /// Map memory that is shared with other connections.
    Map,
}

impl Operation {
    /// Each of them.
    pub const ALL: [Self; 10] = [
        Self::Open,
        Self::Read,
        Self::Write,
        Self::Truncate,
        Self::Sync,
        Self::Delete,
        Self::Access,
        Self::Size,
        Self::Lock,
        Self::Map,
    ];

    /// How SQLite is told that it failed.
    fn code(self) -> i32 {
        match self {
            Self::Open => ffi::SQLITE_CANTOPEN,
            Self::Read => ffi::SQLITE_IOERR_READ,
            Self::Write => ffi::SQLITE_IOERR_WRITE,
            Self::Truncate => ffi::SQLITE_IOERR_TRUNCATE,
            Self::Sync => ffi::SQLITE_IOERR_FSYNC,
            Self::Delete => ffi::SQLITE_IOERR_DELETE,
            Self::Access => ffi::SQLITE_IOERR_ACCESS,
            Self::Size => ffi::SQLITE_IOERR_FSTAT,
            Self::Lock => ffi::SQLITE_IOERR_LOCK,
            Self::Map => ffi::SQLITE_IOERR_SHMMAP,
        }
    }

    fn changes(self) -> bool {
        matches!(self, Self::Write | Self::Truncate | Self::Delete)
    }
}

/// What is wrong with a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The `nth` operation of a kind fails, counted from 1; if `lasting`, so do all of that kind after it.
    At {
        /// The kind.
        operation: Operation,
        /// Which of them.
        nth: u64,
        /// Whether it goes on.
        lasting: bool,
    },
    /// The `nth` read gives less than was asked for, as if the file ended there.
    ShortRead {
        /// Which read, counted from 1.
        nth: u64,
        /// Whether it goes on.
        lasting: bool,
    },
    /// There is room for so many bytes more than are there when the fault is set.
    Full {
        /// The room.
        bytes: u64,
    },
    /// From the `nth` change on (a write, a cut, a deletion; counted from 1) nothing can be changed, and what is
    /// opened can only be read.
    ReadOnly {
        /// Which change.
        nth: u64,
    },
}

/// The fault that is set, and what has been asked since.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    set: Option<Fault>,
    asked: BTreeMap<Operation, u64>,
    changes: u64,
    /// By how many bytes the files have grown.
    grown: i64,
    fired: u64,
}

/// How a read is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Whole,
    Short,
    Refused(i32),
}

/// How a write is answered: after so many bytes, with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Writing {
    pub(crate) bytes: usize,
    pub(crate) refused: Option<i32>,
}

impl Faults {
    pub(crate) fn set(&mut self, fault: Option<Fault>) {
        *self = Self {
            set: fault,
            ..Self::default()
        };
    }

    /// How often it has refused since the fault was set.
    pub(crate) fn fired(&self) -> u64 {
        self.fired
    }

    pub(crate) fn asked(&self, operation: Operation) -> u64 {
        self.asked.get(&operation).copied().unwrap_or(0)
    }

    /// Counts an operation, and returns the code that it fails with.
    pub(crate) fn ask(&mut self, operation: Operation) -> Option<i32> {
        let asked = self.asked.entry(operation).or_default();
        *asked += 1;
        self.changes += u64::from(operation.changes());
        let fails = match self.set {
            Some(Fault::At {
                operation: of,
                nth,
                lasting,
            }) if of == operation => hit(*asked, nth, lasting),
            Some(Fault::ReadOnly { nth }) => operation.changes() && self.changes >= nth,
            _ => false,
        };
        self.fired += u64::from(fails);
        fails.then(|| operation.code())
    }

    pub(crate) fn read(&mut self) -> Reading {
        if let Some(code) = self.ask(Operation::Read) {
            return Reading::Refused(code);
        }
        match self.set {
            Some(Fault::ShortRead { nth, lasting })
                if hit(self.asked(Operation::Read), nth, lasting) =>
            {
                self.fired += 1;
                Reading::Short
            }
            _ => Reading::Whole,
        }
    }

    /// A write of so many bytes, of which so many would lengthen the file.
    pub(crate) fn write(&mut self, bytes: usize, grows: u64) -> Writing {
        if let Some(code) = self.ask(Operation::Write) {
            let half = match self.set {
                Some(Fault::ReadOnly { .. }) => 0,
                _ => bytes / 2,
            };
            return Writing {
                bytes: half,
                refused: Some(code),
            };
        }
        if let Some(Fault::Full { bytes: room }) = self.set {
            let left = i64::try_from(room)
                .unwrap_or(i64::MAX)
                .saturating_sub(self.grown);
            let lacking = grows.saturating_sub(u64::try_from(left).unwrap_or(0));
            if lacking > 0 {
                self.fired += 1;
                let lacking = usize::try_from(lacking).unwrap_or(bytes).min(bytes);
                return Writing {
                    bytes: bytes - lacking,
                    refused: Some(ffi::SQLITE_FULL),
                };
            }
        }
        Writing {
            bytes,
            refused: None,
        }
    }

    pub(crate) fn grew(&mut self, before: u64, after: u64) {
        let signed = |size| i64::try_from(size).unwrap_or(i64::MAX);
        self.grown += signed(after) - signed(before);
    }

    /// Whether a file that is to be written can only be read.
    pub(crate) fn opens_read_only(&mut self) -> bool {
        let is = matches!(self.set, Some(Fault::ReadOnly { nth }) if self.changes + 1 >= nth);
        self.fired += u64::from(is);
        is
    }
}

fn hit(asked: u64, nth: u64, lasting: bool) -> bool {
    asked == nth || (lasting && asked > nth)
}
