// SPDX-License-Identifier: GPL-3.0-or-later
//! A program with a screen, kiosk or board, and its headless page where it has no window.

use std::env;

use super::LabError;
use super::device::Device;
use super::folder::Folder;
use super::printer::VirtualPrinter;
use super::programs::Program;
use super::screen::Screen;

const WINDOW_SIZE: &str = "1280x720";
const PICTURE_SIZE: &str = "1920x1080";

/// A program with a screen.
#[derive(Debug)]
pub struct Face {
    /// The program.
    pub program: Program,
    screen: Option<Screen>,
    device: Device,
    _folder: Folder,
}

impl Face {
    /// Starts a kiosk with `printer`, whose rows have `dots` dots.
    ///
    /// # Errors
    /// What kept it from starting.
    pub fn kiosk(
        device: &Device,
        screens: &str,
        printer: &VirtualPrinter,
        dots: u32,
    ) -> Result<Self, LabError> {
        let printer = printer.device();
        let rest =
            format!("[sound]\nenabled = false\n[printer]\ndevice = {printer:?}\ndots = {dots}\n");
        let size = (344, 194, 600);
        let (program, folder) =
            device.start("torn-kiosk", "kiosk-1", size, &rest, &arguments(screens))?;
        Ok(Self {
            program,
            screen: None,
            device: device.clone(),
            _folder: folder,
        })
    }

    /// Starts a board; `sound` says whether it chimes.
    ///
    /// # Errors
    /// What kept it from starting.
    pub fn lobby(device: &Device, screens: &str, sound: bool) -> Result<Self, LabError> {
        let rest = format!("[sound]\nenabled = {sound}\n");
        let size = (941, 529, 6_000);
        let (program, folder) =
            device.start("torn-display", "lobby-1", size, &rest, &arguments(screens))?;
        Ok(Self {
            program,
            screen: None,
            device: device.clone(),
            _folder: folder,
        })
    }

    /// Waits until it serves its page, if it is one that does.
    ///
    /// # Errors
    /// [`LabError`], when it ends or says nothing.
    pub fn ready(mut self, screens: &str) -> Result<Self, LabError> {
        if !in_a_window(screens) {
            let page = self.program.word("page")?;
            self.screen = Some(Screen::at(&self.device.place.reach_url(&page)?)?);
        }
        Ok(self)
    }

    /// Its headless page; `None` when it has a window.
    #[must_use]
    pub const fn page(&self) -> Option<&Screen> {
        self.screen.as_ref()
    }

    /// Its headless page.
    ///
    /// # Errors
    /// [`LabError::Unexpected`], when it has a window.
    pub fn screen(&self) -> Result<&Screen, LabError> {
        self.screen.as_ref().ok_or_else(|| LabError::Unexpected {
            what: format!("the headless page of {}", self.program.name()),
            answer: "it is in a window".to_owned(),
        })
    }
}

/// In windows both have to find room on one desktop; headless they are as large as they are hung.
fn arguments(screens: &str) -> Vec<&str> {
    let size = if in_a_window(screens) {
        WINDOW_SIZE
    } else {
        PICTURE_SIZE
    };
    vec!["--screen", screens, "--size", size]
}

fn in_a_window(screens: &str) -> bool {
    screens == "screen" || (screens == "auto" && has_display())
}

/// Whether a program that may choose would open a window here.
fn has_display() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    set("WAYLAND_DISPLAY") || set("DISPLAY")
}
