// SPDX-License-Identifier: GPL-3.0-or-later
//! A service manager's ear: the socket on which programs say that they are ready and go on.
//!
//! It starts and restarts nothing; what systemd would do about what it hears is systemd's own.

use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::LabError;
use super::folder::Folder;
use super::wait;

/// What a manager asks of a program's watchdog, in microseconds, as `WATCHDOG_USEC` has it.
pub(super) const WATCHDOG_USEC: &str = "1000000";

/// A socket that notes what it is told.
#[derive(Debug)]
pub struct Manager {
    socket: PathBuf,
    told: Arc<Mutex<Vec<String>>>,
    _folder: Folder,
}

impl Manager {
    /// Begins to listen.
    ///
    /// # Errors
    /// [`LabError::File`], when the socket can't be made.
    pub fn start() -> Result<Self, LabError> {
        let folder = Folder::new("manager")?;
        let socket = folder.path().join("notify");
        let ear = UnixDatagram::bind(&socket).map_err(LabError::file(&socket))?;
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        thread::spawn(move || {
            let mut message = [0; 4096];
            while let Ok(read) = ear.recv(&mut message) {
                let text = String::from_utf8_lossy(&message[..read]).into_owned();
                let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                heard.extend(text.lines().map(str::to_owned));
            }
        });
        Ok(Self {
            socket,
            told,
            _folder: folder,
        })
    }

    /// Where programs tell it, as `NOTIFY_SOCKET` has it.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// How often it was told this line.
    #[must_use]
    pub fn count(&self, line: &str) -> usize {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.iter().filter(|one| *one == line).count()
    }

    /// Waits until it was told this line so many times.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], with what it was told instead.
    pub fn hears(&self, line: &str, times: usize) -> Result<(), LabError> {
        let what = format!("{line} is told {times} times");
        let heard = wait::until(&what, wait::GENEROUS, || {
            (self.count(line) >= times).then_some(())
        });
        heard.map_err(|error| match error {
            LabError::TimedOut { what, within, .. } => LabError::TimedOut {
                what,
                within,
                seen: format!(
                    "; it heard {:?}",
                    self.told.lock().unwrap_or_else(PoisonError::into_inner)
                ),
            },
            other => other,
        })
    }
}
