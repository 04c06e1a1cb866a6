// SPDX-License-Identifier: GPL-3.0-or-later
//! A desk button without a desk: a file that holds what a line would, and one for its lamp.
//!
//! `torn-button` reads it through the same loop as a GPIO line, so debouncing and the long press are
//! the program's own. The files hold `1` for released and `0` for pressed, as a line with a pull-up.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::LabError;
use super::wait::{self, Moment};

/// No finger comes down again sooner.
const BETWEEN_PRESSES: Duration = Duration::from_millis(100);

/// How long a finger stays on the button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// A push: next.
    Short,
    /// Held down: call again.
    Long,
}

impl Press {
    const fn held(self) -> Duration {
        match self {
            Self::Short => Duration::from_millis(200),
            Self::Long => Duration::from_millis(2_200),
        }
    }
}

/// The button and the lamp of one desk.
#[derive(Debug, Clone)]
pub struct VirtualButton {
    desk: String,
    value: PathBuf,
    lamp: PathBuf,
}

impl VirtualButton {
    /// A released button for `desk`, with its files in `folder`.
    ///
    /// # Errors
    /// [`LabError::File`], when they can't be written.
    pub fn new(folder: &Path, desk: &str) -> Result<Self, LabError> {
        let button = Self {
            desk: desk.to_owned(),
            value: folder.join(format!("button-{desk}")),
            lamp: folder.join(format!("lamp-{desk}")),
        };
        button.set(true)?;
        fs::write(&button.lamp, "0").map_err(LabError::file(&button.lamp))?;
        Ok(button)
    }

    /// Its lines of `device.toml`.
    #[must_use]
    pub fn config(&self) -> String {
        format!(
            "[[button]]\ndesk = {:?}\nvia = \"value-file\"\nline = {:?}\nlamp = {:?}\n",
            self.desk, self.value, self.lamp
        )
    }

    /// Pushes the button and lets go of it; says when that was, since then a short press counts.
    ///
    /// # Errors
    /// [`LabError::File`], when its file can't be written.
    pub fn press(&self, press: Press) -> Result<Moment, LabError> {
        self.set(false)?;
        wait::pause(press.held());
        let let_go = Moment::now();
        self.set(true)?;
        wait::pause(BETWEEN_PRESSES);
        Ok(let_go)
    }

    /// Holds the button down, or lets go of it.
    ///
    /// # Errors
    /// [`LabError::File`], when its file can't be written.
    pub fn set(&self, released: bool) -> Result<(), LabError> {
        // Written in place, as the kernel would change it: a reader may hold the file open.
        fs::write(&self.value, if released { "1" } else { "0" })
            .map_err(LabError::file(&self.value))
    }

    /// The desk it stands on.
    #[must_use]
    pub fn desk(&self) -> &str {
        &self.desk
    }

    /// Whether its lamp is lit now.
    #[must_use]
    pub fn lit(&self) -> bool {
        fs::read_to_string(&self.lamp).is_ok_and(|value| value.trim() == "1")
    }

    /// Waits until the lamp is lit.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], when it stays dark.
    pub fn wait_until_lit(&self, within: Duration) -> Result<Moment, LabError> {
        let what = format!("the lamp of desk {} is lit", self.desk);
        wait::until(&what, within, || self.lit().then(Moment::now))
    }
}
