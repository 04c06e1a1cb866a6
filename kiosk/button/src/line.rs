// SPDX-License-Identifier: GPL-3.0-or-later
//! GPIO lines by whoever opens them, all behind the pins of `embedded_hal`.
//!
//! A button's line is pulled up and closed to ground; a lamp's is high when it is lit. When they
//! are read and what it means is the panel's.

mod cdev;
mod raspberry;
mod value_file;

use std::path::PathBuf;

use embedded_hal::digital::{self, ErrorType, InputPin, OutputPin};
use torn_config::Via;

/// Why a line can't be opened, read or driven.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The Pi's own registers can't be reached.
    #[error(
        "{line} can't be opened by the Raspberry Pi's registers; anywhere else than on a Pi, and on one newer than they know, write via = \"gpio-cdev\""
    )]
    Registers {
        /// The line.
        line: String,
        /// What the registers' library says.
        #[source]
        source: rppal::gpio::Error,
    },
    /// The name is none of the Pi's header.
    #[error("{line:?} is no line of the Raspberry Pi's header; they are GPIO0 to GPIO27")]
    NoHeaderLine {
        /// The line.
        line: String,
    },
    /// No chip has a line of that name.
    #[error(
        "no GPIO chip that may be read has a line named {line:?}; `gpioinfo` lists them, and the group gpio may read them"
    )]
    NoSuchLine {
        /// The line.
        line: String,
    },
    /// The kernel refuses the line.
    #[error(
        "the kernel does not give or move the GPIO line {line:?}; see with `gpioinfo` who holds it"
    )]
    Kernel {
        /// The line.
        line: String,
        /// What the kernel says.
        #[source]
        source: gpiocdev::Error,
    },
    /// A value file can't be read or written.
    #[error("the value file {} can't be read or written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// A value file holds something else than a level.
    #[error("the value file {} holds neither 0 nor 1", path.display())]
    NoLevel {
        /// The file.
        path: PathBuf,
    },
}

impl digital::Error for LineError {
    fn kind(&self) -> digital::ErrorKind {
        digital::ErrorKind::Other
    }
}

/// A button's line.
#[derive(Debug)]
pub enum Input {
    /// By the Pi's registers.
    Registers(rppal::gpio::InputPin),
    /// By the GPIO character device.
    Kernel(cdev::Line),
    /// By a value file.
    File(value_file::ValueInput),
}

/// A lamp's line.
#[derive(Debug)]
pub enum Output {
    /// By the Pi's registers.
    Registers(rppal::gpio::OutputPin),
    /// By the GPIO character device.
    Kernel(cdev::Line),
    /// By a value file.
    File(value_file::ValueOutput),
}

impl Input {
    /// Opens a button's line, pulled up where that can be chosen.
    ///
    /// # Errors
    /// [`LineError`].
    pub fn open(via: Via, line: &str) -> Result<Self, LineError> {
        match via {
            Via::Rppal => raspberry::input(line).map(Self::Registers),
            Via::GpioCdev => cdev::Line::input(line).map(Self::Kernel),
            Via::ValueFile => value_file::ValueInput::open(line.into()).map(Self::File),
        }
    }
}

impl Output {
    /// Opens a lamp's line, dark.
    ///
    /// # Errors
    /// [`LineError`].
    pub fn open(via: Via, line: &str) -> Result<Self, LineError> {
        match via {
            Via::Rppal => raspberry::output(line).map(Self::Registers),
            Via::GpioCdev => cdev::Line::output(line).map(Self::Kernel),
            Via::ValueFile => value_file::ValueOutput::open(line.into()).map(Self::File),
        }
    }
}

impl ErrorType for Input {
    type Error = LineError;
}

impl InputPin for Input {
    fn is_high(&mut self) -> Result<bool, LineError> {
        match self {
            Self::Registers(pin) => Ok(rppal::gpio::InputPin::is_high(pin)),
            Self::Kernel(line) => line.is_high(),
            Self::File(file) => file.is_high(),
        }
    }

    fn is_low(&mut self) -> Result<bool, LineError> {
        self.is_high().map(|high| !high)
    }
}

impl ErrorType for Output {
    type Error = LineError;
}

impl OutputPin for Output {
    fn set_low(&mut self) -> Result<(), LineError> {
        match self {
            Self::Registers(pin) => {
                pin.set_low();
                Ok(())
            }
            Self::Kernel(line) => line.set(false),
            Self::File(file) => file.set(false),
        }
    }

    fn set_high(&mut self) -> Result<(), LineError> {
        match self {
            Self::Registers(pin) => {
                pin.set_high();
                Ok(())
            }
            Self::Kernel(line) => line.set(true),
            Self::File(file) => file.set(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_pi_says_what_to_write_where_there_is_no_pi() {
        // On a Pi it opens, and there is nothing to say.
        if let Err(error) = Input::open(Via::Rppal, "GPIO17") {
            assert!(error.to_string().contains("via = \"gpio-cdev\""), "{error}");
        }
        let wrong = Input::open(Via::Rppal, "GPIO70").unwrap_err();
        assert!(wrong.to_string().contains("GPIO27"), "{wrong}");
    }

    #[test]
    fn a_line_that_no_chip_has_is_named() {
        let wrong = Input::open(Via::GpioCdev, "TORN-NO-SUCH-LINE").unwrap_err();
        assert!(wrong.to_string().contains("TORN-NO-SUCH-LINE"), "{wrong}");
        assert!(Output::open(Via::GpioCdev, "TORN-NO-SUCH-LINE").is_err());
    }
}
