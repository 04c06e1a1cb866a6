// SPDX-License-Identifier: GPL-3.0-or-later
//! The files that programs begin with.

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use torn_config::{DeviceConfig, HubConfig, Mistakes};

/// A configuration has some kilobytes; what is larger is something else.
const BYTES_MAX: u64 = 1024 * 1024;

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The file can't be read.
    #[error("can't read {path}; give its place with --config, and see that this user may read it")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file is too large to be one.
    #[error(
        "{path} has {bytes} bytes, a configuration has at most {BYTES_MAX}: this is another file"
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// What stands in it is wrong: each mistake on a line of its own.
    #[error("{}", lines(.path, &.mistakes.0))]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong, in the order of the file.
        mistakes: Mistakes,
    },
    /// What stands in it is no use to this program: each reason on a line of its own.
    #[error("{}", lines(.path, .mistakes))]
    Unfit {
        /// The file.
        path: PathBuf,
        /// Why.
        mistakes: Vec<String>,
    },
}

fn lines(path: &Path, mistakes: &[impl Display]) -> String {
    let shown = path.display();
    let lines: Vec<String> = mistakes
        .iter()
        .map(|one| format!("{shown}: {one}"))
        .collect();
    lines.join("\n")
}

/// Reads an `office.toml`.
///
/// # Errors
/// [`ConfigurationError`].
pub fn office(path: &Path) -> Result<HubConfig, ConfigurationError> {
    let wrong = |mistakes| ConfigurationError::Wrong {
        path: path.to_owned(),
        mistakes,
    };
    torn_config::office(&text(path)?).map_err(wrong)
}

/// Reads a `device.toml`.
///
/// # Errors
/// [`ConfigurationError`].
pub fn device(path: &Path) -> Result<DeviceConfig, ConfigurationError> {
    let wrong = |mistakes| ConfigurationError::Wrong {
        path: path.to_owned(),
        mistakes,
    };
    torn_config::device(&text(path)?).map_err(wrong)
}

/// Reads the token of a device, if it has one.
///
/// # Errors
/// [`ConfigurationError::Unreadable`], which does not tell what stands in it.
pub fn token(path: Option<&Path>) -> Result<Option<String>, ConfigurationError> {
    path.map(|path| text(path).map(|token| token.trim().to_owned()))
        .transpose()
}

fn text(path: &Path) -> Result<String, ConfigurationError> {
    let unreadable = |source| ConfigurationError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let bytes = fs::metadata(path).map_err(unreadable)?.len();
    if bytes > BYTES_MAX {
        return Err(ConfigurationError::TooLarge {
            path: path.to_owned(),
            bytes,
        });
    }
    fs::read_to_string(path).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_is_named_with_what_to_do() {
        let error = device(Path::new("/nowhere/device.toml"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("/nowhere/device.toml") && error.contains("--config"),
            "{error}"
        );
    }

    #[test]
    fn every_mistake_stands_on_a_line_with_its_file() {
        let path = std::env::temp_dir().join(format!("torn-program-{}.toml", std::process::id()));
        fs::write(&path, "id = 7\nhub = \"ftp://x\"\n").unwrap();
        let said = device(&path).unwrap_err().to_string();
        fs::remove_file(&path).unwrap();
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 2, "{said}");
        assert!(
            lines
                .iter()
                .all(|line| line.starts_with(&path.display().to_string())),
            "{said}"
        );
        assert!(
            lines[0].contains("line 1, column") && lines[1].contains("line 2, column"),
            "{said}"
        );
    }
}
