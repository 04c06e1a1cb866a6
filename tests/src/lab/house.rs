// SPDX-License-Identifier: GPL-3.0-or-later
//! A whole office: hub, kiosk, lobby board, desk buttons and a printer, each program as installed.
//!
//! It is what `cargo office` shows to a person and what the whole-system tests play with. The
//! programs may be spread over two hosts; the printer and the buttons are always with the kiosk.

use std::path::Path;

use super::LabError;
use super::button::VirtualButton;
use super::folder::Folder;
use super::hosts::Place;
use super::hub::{Hub, HubSetup};
use super::printer::VirtualPrinter;
use super::programs::Program;
use super::screen::Screen;

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
    /// On which host the board runs.
    pub lobby: Place,
    /// Where the board reaches the hub, when that is not where everyone else does.
    pub lobby_hub: Option<String>,
    /// The file with the kiosk's and the buttons' credential, where the hub wants one.
    pub token_file: Option<std::path::PathBuf>,
}

impl Default for HouseSetup {
    fn default() -> Self {
        Self {
            hub: HubSetup::default(),
            screens: "headless",
            desks: vec!["1", "2", "3", "4"],
            dots: 576,
            sound: false,
            lobby: Place::Here,
            lobby_hub: None,
            token_file: None,
        }
    }
}

/// A program with a screen.
#[derive(Debug)]
pub struct Face {
    /// The program.
    pub program: Program,
    /// Its headless page; `None` when it has a real window.
    pub screen: Option<Screen>,
}

impl Face {
    /// The headless page.
    ///
    /// # Errors
    /// [`LabError::Unexpected`], when it has a real window.
    pub fn screen(&self) -> Result<&Screen, LabError> {
        self.screen.as_ref().ok_or_else(|| LabError::Unexpected {
            what: format!("the headless page of {}", self.program.name()),
            answer: "it is in a real window".to_owned(),
        })
    }
}

/// An office that runs.
#[derive(Debug)]
pub struct House {
    /// The kiosk at the door.
    pub kiosk: Face,
    /// The board in the lobby.
    pub lobby: Face,
    /// The program behind the desk buttons.
    pub button: Program,
    /// The buttons, in the order of the setup's desks.
    pub desks: Vec<VirtualButton>,
    /// The printer in the kiosk.
    pub printer: VirtualPrinter,
    /// The hub; last, so that it is dropped last.
    pub hub: Hub,
    folder: Folder,
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
        let folder = Folder::new("house")?;
        let place = &setup.hub.place;
        let printer = VirtualPrinter::start_tcp()?;
        let near = hub.address().to_owned();

        let mut kiosk = device(
            "kiosk-1",
            &near,
            (344, 194, 600),
            setup.token_file.as_deref(),
        );
        kiosk.push_str("[sound]\nenabled = false\n");
        kiosk.push_str(&format!(
            "[printer]\ndevice = {:?}\ndots = {}\n",
            printer.device(),
            setup.dots
        ));
        let kiosk = folder.write("kiosk.toml", kiosk)?;

        let far = setup.lobby_hub.as_deref().unwrap_or(&near);
        let mut lobby = device("lobby-1", far, (941, 529, 6_000), None);
        lobby.push_str(&format!("[sound]\nenabled = {}\n", setup.sound));
        let lobby = folder.write("lobby.toml", lobby)?;

        let desks = setup
            .desks
            .iter()
            .map(|desk| VirtualButton::new(folder.path(), desk));
        let desks: Vec<VirtualButton> = desks.collect::<Result<_, _>>()?;
        let mut buttons = device("buttons-1", &near, (1, 1, 500), setup.token_file.as_deref());
        for desk in &desks {
            buttons.push_str(&desk.config());
        }
        let buttons = folder.write("buttons.toml", buttons)?;

        // All at once: each takes its time to draw its first picture.
        let screen = ["--screen", setup.screens];
        let kiosk = Program::start(place, "torn-kiosk", &kiosk, &screen)?;
        let lobby = Program::start(&setup.lobby, "torn-display", &lobby, &screen)?;
        let button = Program::start(place, "torn-button", &buttons, &[])?;
        let in_windows = setup.screens == "screen" || (setup.screens == "auto" && has_display());
        let screen = |program: &Program, place: &Place| {
            if in_windows {
                return Ok(None);
            }
            let page = program.word("page")?;
            Screen::at(&reach(place, &page)?).map(Some)
        };
        let (kiosk_screen, lobby_screen) = (screen(&kiosk, place)?, screen(&lobby, &setup.lobby)?);
        button.word("ready")?;
        Ok(Self {
            kiosk: Face {
                program: kiosk,
                screen: kiosk_screen,
            },
            lobby: Face {
                program: lobby,
                screen: lobby_screen,
            },
            button,
            desks,
            printer,
            hub,
            folder,
        })
    }

    /// Every program with its name, to see whether one has ended.
    #[must_use]
    pub const fn programs(&self) -> [&Program; 4] {
        [
            self.hub.program(),
            &self.kiosk.program,
            &self.lobby.program,
            &self.button,
        ]
    }

    /// The button of a desk.
    ///
    /// # Errors
    /// [`LabError::Unexpected`], when that desk has none.
    pub fn desk(&self, desk: &str) -> Result<&VirtualButton, LabError> {
        self.desks
            .iter()
            .find(|one| one.desk() == desk)
            .ok_or_else(|| LabError::Unexpected {
                what: format!("the button of desk {desk}"),
                answer: "there is none".to_owned(),
            })
    }

    /// The folder with the devices' configurations.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn device(
    id: &str,
    hub: &str,
    (width, height, distance): (u32, u32, u32),
    token: Option<&Path>,
) -> String {
    let token = token
        .map(|path| format!("token_file = {path:?}\n"))
        .unwrap_or_default();
    format!(
        "id = {id:?}\nhub = {hub:?}\n{token}[screen]\nwidth_mm = {width}\nheight_mm = {height}\nviewing_distance_mm = {distance}\n"
    )
}

/// Whether a program that may choose would open a window here.
#[must_use]
pub fn has_display() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn reach(place: &Place, page: &str) -> Result<String, LabError> {
    let unexpected = || LabError::Unexpected {
        what: "the page of a headless window".to_owned(),
        answer: page.to_owned(),
    };
    let rest = page.strip_prefix("http://").ok_or_else(unexpected)?;
    let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
    let address = address.parse().map_err(|_| unexpected())?;
    Ok(format!("http://{}/{path}", place.reach(address)?))
}
