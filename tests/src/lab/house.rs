// SPDX-License-Identifier: GPL-3.0-or-later
//! A whole office: hub, kiosk, lobby board, desk buttons and a printer, each program as installed.
//!
//! It is what `cargo office` shows to a person and what the whole-system tests play with. The board
//! may be on another host; the printer and the buttons are always with the kiosk.

use std::path::PathBuf;

use super::LabError;
use super::desks::Desks;
use super::device::Device;
use super::face::Face;
use super::hub::{Hub, HubSetup};
use super::printer::VirtualPrinter;
use super::programs::Program;

/// How an office is to be started.
#[derive(Debug, Clone)]
pub struct HouseSetup {
    /// Its hub.
    pub hub: HubSetup,
    /// How the screens show themselves: `auto`, `screen` or `headless`.
    pub screens: &'static str,
    /// The desks that have a button.
    pub desks: Vec<&'static str>,
    /// Dots that the printer has in a row: 576 or 384.
    pub dots: u32,
    /// Whether the board makes sounds, when the machine can.
    pub sound: bool,
    /// The board, where it is not beside the hub.
    pub lobby: Option<Device>,
    /// The file with the kiosk's and the buttons' credential, where the hub wants one.
    pub token_file: Option<PathBuf>,
}

impl Default for HouseSetup {
    fn default() -> Self {
        Self {
            hub: HubSetup::default(),
            screens: "headless",
            desks: vec!["1", "2", "3", "4"],
            dots: 576,
            sound: false,
            lobby: None,
            token_file: None,
        }
    }
}

/// An office that runs.
#[derive(Debug)]
pub struct House {
    /// The kiosk at the door.
    pub kiosk: Face,
    /// The board in the lobby.
    pub lobby: Face,
    /// The buttons on the desks.
    pub desks: Desks,
    /// The printer in the kiosk.
    pub printer: VirtualPrinter,
    /// The hub; last, so that it is dropped last.
    pub hub: Hub,
}

impl House {
    /// Starts everything and waits until each program says that it is ready.
    ///
    /// # Errors
    /// Whatever kept one of them from starting.
    pub fn start(setup: HouseSetup) -> Result<Self, LabError> {
        let hub = Hub::start(setup.hub.clone())?;
        Self::around(hub, &setup)
    }

    /// Starts everything else around a hub that runs already.
    ///
    /// # Errors
    /// Whatever kept one of them from starting.
    pub fn around(hub: Hub, setup: &HouseSetup) -> Result<Self, LabError> {
        let printer = VirtualPrinter::start_tcp()?;
        let near = Device {
            token_file: setup.token_file.clone(),
            ..Device::beside(&hub)
        };
        let far = setup.lobby.clone().unwrap_or_else(|| Device::beside(&hub));
        // Both at once: each takes its time to draw its first picture.
        let kiosk = Face::kiosk(&near, setup.screens, &printer, setup.dots)?;
        let lobby = Face::lobby(&far, setup.screens, setup.sound)?;
        let desks = Desks::start(&near, &setup.desks)?;
        let (kiosk, lobby) = (kiosk.ready(setup.screens)?, lobby.ready(setup.screens)?);
        Ok(Self {
            kiosk,
            lobby,
            desks,
            printer,
            hub,
        })
    }

    /// Every program, to see whether one has ended.
    #[must_use]
    pub const fn programs(&self) -> [&Program; 4] {
        [
            self.hub.program(),
            &self.kiosk.program,
            &self.lobby.program,
            &self.desks.program,
        ]
    }
}
