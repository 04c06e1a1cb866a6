// SPDX-License-Identifier: GPL-3.0-or-later
//! The desks' buttons and the program behind them.

use super::LabError;
use super::button::VirtualButton;
use super::device::Device;
use super::folder::Folder;
use super::programs::Program;

/// A `torn-button` that watches virtual buttons.
#[derive(Debug)]
pub struct Desks {
    /// The program.
    pub program: Program,
    buttons: Vec<VirtualButton>,
    _device: Folder,
    _lines: Folder,
}

impl Desks {
    /// Starts the program with a button on each of `desks`, and waits until it watches them.
    ///
    /// # Errors
    /// What kept it from starting.
    pub fn start(device: &Device, desks: &[&str]) -> Result<Self, LabError> {
        Self::start_with(device, desks, true)
    }

    /// Starts the program while something lies on every button.
    ///
    /// # Errors
    /// What kept it from starting.
    pub fn start_held(device: &Device, desks: &[&str]) -> Result<Self, LabError> {
        Self::start_with(device, desks, false)
    }

    fn start_with(device: &Device, desks: &[&str], released: bool) -> Result<Self, LabError> {
        let lines = Folder::new("desks")?;
        let buttons = desks
            .iter()
            .map(|desk| VirtualButton::new(lines.path(), desk));
        let buttons: Vec<VirtualButton> = buttons.collect::<Result<_, _>>()?;
        buttons.iter().try_for_each(|button| button.set(released))?;
        let rest: String = buttons.iter().map(VirtualButton::config).collect();
        let (program, folder) =
            device.start("torn-button", "buttons-1", (100, 100, 500), &rest, &[])?;
        program.word("ready")?;
        Ok(Self {
            program,
            buttons,
            _device: folder,
            _lines: lines,
        })
    }

    /// The buttons, in the order they were asked for.
    #[must_use]
    pub fn buttons(&self) -> &[VirtualButton] {
        &self.buttons
    }

    /// The button of a desk.
    ///
    /// # Errors
    /// [`LabError::Unexpected`], when that desk has none.
    pub fn button(&self, desk: &str) -> Result<&VirtualButton, LabError> {
        self.buttons
            .iter()
            .find(|one| one.desk() == desk)
            .ok_or_else(|| LabError::Unexpected {
                what: format!("the button of desk {desk}"),
                answer: "there is none".to_owned(),
            })
    }
}
