// SPDX-License-Identifier: GPL-3.0-or-later
//! What `--check` says of a configuration without a mistake.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use torn_config::{DeviceConfig, HubConfig};

/// What there is to say of a configuration, though it is right.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// What is not wrong and yet not wise.
    pub warnings: &'a [String],
}

impl<'a> From<&'a HubConfig> for Checked<'a> {
    fn from(config: &'a HubConfig) -> Self {
        Self {
            warnings: &config.warnings,
        }
    }
}

impl<'a> From<&'a DeviceConfig> for Checked<'a> {
    fn from(config: &'a DeviceConfig) -> Self {
        Self {
            warnings: &config.warnings,
        }
    }
}

/// Says on standard output that the configuration at `path` has no mistake, and what else there is to say.
#[must_use]
pub fn say_checked<'a>(path: &Path, checked: impl Into<Checked<'a>>) -> ExitCode {
    match say(&mut io::stdout().lock(), path, checked.into()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn say(out: &mut impl Write, path: &Path, checked: Checked<'_>) -> io::Result<()> {
    let path = path.display();
    writeln!(out, "{path}: no mistakes")?;
    for one in checked.warnings {
        writeln!(out, "{path}: warning: {one}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_names_what_is_unwise() {
        let mut out = Vec::new();
        let warnings = ["a wish".to_owned()];
        let checked = Checked {
            warnings: &warnings,
        };
        say(&mut out, Path::new("office.toml"), checked).unwrap();
        let said = String::from_utf8(out).unwrap();
        assert_eq!(
            said,
            "office.toml: no mistakes\noffice.toml: warning: a wish\n"
        );
    }
}
