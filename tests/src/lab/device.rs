// SPDX-License-Identifier: GPL-3.0-or-later
//! A device of the office: its id, where it stands, which hub it has, and its `device.toml`.

use std::path::PathBuf;

use super::LabError;
use super::folder::Folder;
use super::hosts::Place;
use super::hub::Hub;
use super::programs::{Around, Program};

/// What every device has in common.
#[derive(Debug, Clone)]
pub struct Device {
    /// On which host it runs.
    pub place: Place,
    /// Where it reaches the hub: `http://host:port`.
    pub hub: String,
    /// The file with its credential, where the hub wants one.
    pub token_file: Option<PathBuf>,
    /// What its program finds around it.
    pub around: Around,
}

impl Device {
    /// A device on the hub's own host.
    #[must_use]
    pub fn beside(hub: &Hub) -> Self {
        let (place, hub) = (hub.place().clone(), hub.address().to_owned());
        Self {
            place,
            hub,
            token_file: None,
            around: Around::default(),
        }
    }

    /// Starts `program` as the device `id` with this screen and whatever else its file says.
    pub(super) fn start(
        &self,
        program: &str,
        id: &str,
        (width_mm, height_mm, viewing_distance_mm): (u32, u32, u32),
        rest: &str,
        arguments: &[&str],
    ) -> Result<(Program, Folder), LabError> {
        let token = self
            .token_file
            .as_ref()
            .map(|path| format!("token_file = {path:?}\n"));
        let text = format!(
            "id = {id:?}\nhub = {hub:?}\n{token}[screen]\nwidth_mm = {width_mm}\nheight_mm = {height_mm}\n\
             viewing_distance_mm = {viewing_distance_mm}\n{rest}",
            hub = self.hub,
            token = token.unwrap_or_default(),
        );
        let folder = Folder::new(id)?;
        let config = folder.write("device.toml", text)?;
        let program = Program::start_with(&self.place, program, &config, arguments, &self.around)?;
        Ok((program, folder))
    }
}
