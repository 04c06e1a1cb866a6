// SPDX-License-Identifier: GPL-3.0-or-later
//! Lines by files that hold `1` or `0`, as the kernel's GPIO value files do: buttons without any
//! hardware.
//!
//! A file that its writer has just emptied holds no level yet; the last one goes on.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use super::LineError;

/// A level that somebody else writes.
#[derive(Debug)]
pub struct ValueInput {
    path: PathBuf,
    high: bool,
}

impl ValueInput {
    pub(super) fn open(path: PathBuf) -> Result<Self, LineError> {
        let mut input = Self { path, high: true };
        input.is_high()?;
        Ok(input)
    }

    /// Opened anew each time: a writer may put another file in its place.
    pub(super) fn is_high(&mut self) -> Result<bool, LineError> {
        let mut level = [0];
        let read = File::open(&self.path).and_then(|file| file.read_at(&mut level, 0));
        let length = read.map_err(|source| LineError::File {
            path: self.path.clone(),
            source,
        })?;
        match &level[..length] {
            b"" => {}
            b"0" => self.high = false,
            b"1" => self.high = true,
            _ => {
                return Err(LineError::NoLevel {
                    path: self.path.clone(),
                });
            }
        }
        Ok(self.high)
    }
}

/// A level that somebody else reads.
#[derive(Debug)]
pub struct ValueOutput {
    path: PathBuf,
    file: File,
}

impl ValueOutput {
    pub(super) fn open(path: PathBuf) -> Result<Self, LineError> {
        let opened = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let file = opened.map_err(|source| LineError::File {
            path: path.clone(),
            source,
        })?;
        let output = Self { path, file };
        output.set(false)?;
        Ok(output)
    }

    /// Written over the old level, never through an empty file.
    pub(super) fn set(&self, high: bool) -> Result<(), LineError> {
        let level: &[u8] = if high { b"1\n" } else { b"0\n" };
        let written = self.file.write_all_at(level, 0);
        written.map_err(|source| LineError::File {
            path: self.path.clone(),
            source,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("torn-button-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder.join(name)
    }

    #[test]
    fn the_level_is_what_the_file_holds() {
        let path = place("input");
        std::fs::write(&path, "1\n").unwrap();
        let mut input = ValueInput::open(path.clone()).unwrap();
        assert!(input.is_high().unwrap());
        std::fs::write(&path, "0").unwrap();
        assert!(!input.is_high().unwrap());
    }

    #[test]
    fn an_empty_file_keeps_the_last_level_and_another_word_is_an_error() {
        let path = place("emptied");
        std::fs::write(&path, "0\n").unwrap();
        let mut input = ValueInput::open(path.clone()).unwrap();
        std::fs::write(&path, "").unwrap();
        assert!(!input.is_high().unwrap());
        std::fs::write(&path, "pressed").unwrap();
        assert!(matches!(input.is_high(), Err(LineError::NoLevel { .. })));
    }

    #[test]
    fn a_lamp_writes_its_level_over_the_old_one() {
        let path = place("lamp");
        let output = ValueOutput::open(path.clone()).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "0\n");
        output.set(true).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "1\n");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = ValueInput::open(place("nowhere")).unwrap_err();
        assert!(error.to_string().contains("nowhere"), "{error}");
    }
}
