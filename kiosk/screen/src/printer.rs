// SPDX-License-Identifier: GPL-3.0-or-later
//! The ticket printer: writes a job to it, asks how it is, and says what is wrong.
//!
//! It takes bytes and knows nothing of what is on the ticket. Whatever the wire, a device file, a
//! serial line or TCP, it is one [`Device`]; a printer that does not answer is [`Silent`](crate::paper::PrinterState::Silent),
//! never [`Ok`](crate::paper::PrinterState::Ok). Everything here waits: it belongs on the tickets thread.

mod device;
mod line;
mod patience;
mod status;
mod talk;
mod tty;

pub use device::{Device, Moment, Printed};
pub use patience::Patience;
