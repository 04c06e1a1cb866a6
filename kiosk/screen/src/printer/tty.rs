// SPDX-License-Identifier: GPL-3.0-or-later
//! A terminal line as a printer needs it: bytes as they are, at the printer's speed.
//!
//! termios by rustix, so that no libudev is needed. A pseudo-terminal is one too and is treated alike.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::termios::{ControlModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

/// Makes the line raw: 8 bits, no parity, no flow control, no echo; at `baud`, if given.
///
/// # Errors
/// What the system says, such as a speed that the line does not have.
pub(super) fn make_raw(line: BorrowedFd<'_>, baud: Option<u32>) -> io::Result<()> {
    let mut settings = tcgetattr(line)?;
    settings.make_raw();
    settings.control_modes |= ControlModes::CLOCAL | ControlModes::CREAD;
    settings.control_modes &=
        !(ControlModes::CRTSCTS | ControlModes::CSTOPB | ControlModes::PARENB);
    settings.special_codes[SpecialCodeIndex::VMIN] = 1;
    settings.special_codes[SpecialCodeIndex::VTIME] = 0;
    if let Some(baud) = baud {
        settings.set_speed(baud)?;
    }
    Ok(tcsetattr(line, OptionalActions::Now, &settings)?)
}
