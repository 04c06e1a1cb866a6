// SPDX-License-Identifier: GPL-3.0-or-later
//! A clock that a test sets, for one program: what the program takes for the system's time.
//!
//! It is libfaketime, loaded into the program; the time that has passed (the monotonic clock) stays the true
//! one. So a day ends, the clocks change, or a Pi boots with a clock that is wrong, in the middle of a test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::{env, fs};

use rustix::time::{ClockId, clock_gettime};
use torn_queue::Timestamp;

use super::LabError;
use super::folder::Folder;

/// The file in the clock's folder that says how far it is off.
const OFFSET: &str = "offset";

/// A clock that is as far from the true one as it was last set.
#[derive(Debug, Clone)]
pub struct SetClock {
    folder: Arc<Folder>,
    library: PathBuf,
}

impl SetClock {
    /// A clock that says `at`, an RFC 3339 instant, and goes on from there.
    ///
    /// # Errors
    /// [`LabError`], when libfaketime is not there, or `at` is no instant.
    pub fn at(at: &str) -> Result<Self, LabError> {
        let library = library().ok_or_else(|| LabError::Unexpected {
            what: "libfaketime".to_owned(),
            answer: "it is not on this machine".to_owned(),
        })?;
        let folder = Arc::new(Folder::new("clock")?);
        let clock = Self { folder, library };
        clock.set(at)?;
        Ok(clock)
    }

    /// Sets it; programs see that at once.
    ///
    /// # Errors
    /// [`LabError`], when `at` is no RFC 3339 instant, or the file can't be written.
    pub fn set(&self, at: &str) -> Result<(), LabError> {
        let wanted: Timestamp =
            at.parse()
                .map_err(
                    |error: torn_queue::time::InvalidTimestamp| LabError::Unexpected {
                        what: "the time of a clock".to_owned(),
                        answer: error.to_string(),
                    },
                )?;
        let now = clock_gettime(ClockId::Realtime);
        let now = Timestamp::from_unix_ms(now.tv_sec * 1_000 + now.tv_nsec / 1_000_000);
        let off_ms = wanted.ms_since(now);
        let sign = if off_ms < 0 { '-' } else { '+' };
        let (s, ms) = (off_ms.unsigned_abs() / 1_000, off_ms.unsigned_abs() % 1_000);
        // Replaced whole: a program reads it each time that it wants to know the time.
        let next = self.folder.write("next", format!("{sign}{s}.{ms:03}\n"))?;
        let offset = self.offset();
        fs::rename(next, &offset).map_err(LabError::file(offset))
    }

    /// Has `command` start its program with this clock.
    pub(super) fn give(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", self.offset())
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("NO_FAKE_STAT", "1");
    }

    fn offset(&self) -> PathBuf {
        self.folder.path().join(OFFSET)
    }
}

/// Takes away what libfaketime leaves behind in shared memory when its program is killed.
pub(super) fn clear_after(process: u32) {
    for left in ["faketime_shm_", "sem.faketime_sem_"] {
        // Most programs have the true clock.
        let _ = fs::remove_file(format!("/dev/shm/{left}{process}"));
    }
}

/// Where Debian has libfaketime.
#[must_use]
pub fn library() -> Option<PathBuf> {
    let folder = Path::new("/usr/lib").join(format!("{}-linux-gnu/faketime", env::consts::ARCH));
    Some(folder.join("libfaketimeMT.so.1")).filter(|file| file.is_file())
}
