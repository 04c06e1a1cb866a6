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
    /// Accepted settings that have no effect in this version.
    pub without_effect: &'a [String],
}

impl<'a> From<&'a HubConfig> for Checked<'a> {
    fn from(config: &'a HubConfig) -> Self {
        Self {
            warnings: &config.warnings,
            without_effect: &config.without_effect,
        }
    }
}

impl<'a> From<&'a DeviceConfig> for Checked<'a> {
    fn from(config: &'a DeviceConfig) -> Self {
        Self {
            warnings: &config.warnings,
            without_effect: &config.without_effect,
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
    for one in checked.without_effect {
        writeln!(
            out,
            "{path}: {one} is accepted and has no effect in this version"
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_names_what_is_unwise_and_what_has_no_effect() {
        let mut out = Vec::new();
        let (warnings, without_effect) = (vec!["a wish".to_owned()], vec!["policy.x".to_owned()]);
        let checked = Checked {
            warnings: &warnings,
            without_effect: &without_effect,
        };
        say(&mut out, Path::new("office.toml"), checked).unwrap();
        let said = String::from_utf8(out).unwrap();
        assert_eq!(
            said,
            "office.toml: no mistakes\noffice.toml: warning: a wish\n\
             office.toml: policy.x is accepted and has no effect in this version\n"
        );
    }
}
