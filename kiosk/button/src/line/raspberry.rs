// SPDX-License-Identifier: GPL-3.0-or-later
//! Lines of the Raspberry Pi's header by its own registers, which rppal knows.
//!
//! It builds everywhere and opens on a Pi only.

use rppal::gpio::{Gpio, InputPin, OutputPin, Pin};

use super::LineError;

pub(super) fn input(line: &str) -> Result<InputPin, LineError> {
    pin(line).map(Pin::into_input_pullup)
}

pub(super) fn output(line: &str) -> Result<OutputPin, LineError> {
    pin(line).map(Pin::into_output_low)
}

fn pin(line: &str) -> Result<Pin, LineError> {
    let number = line
        .strip_prefix("GPIO")
        .and_then(|digits| digits.parse().ok())
        .filter(|number: &u8| *number <= 27)
        .ok_or_else(|| LineError::NoHeaderLine {
            line: line.to_owned(),
        })?;
    let opened = Gpio::new().and_then(|gpio| gpio.get(number));
    opened.map_err(|source| LineError::Registers {
        line: line.to_owned(),
        source,
    })
}
