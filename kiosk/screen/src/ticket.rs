// SPDX-License-Identifier: GPL-3.0-or-later
//! The paper ticket: what it says, how it looks, and the bytes that make a printer print it.
//!
//! A [`Slip`] is plain data. A [`Draughtsman`] lays it out as the Slint component `Ticket`, drawn
//! off-screen to a [`Bitmap`] of one bit per dot, and [`job()`] puts that into one run of ESC/POS.
//! It knows nothing of the queue and nothing of the device at the other end.

mod bitmap;
mod code;
mod draughtsman;
mod job;
mod platform;
mod slip;

pub use bitmap::Bitmap;
pub use draughtsman::{Draughtsman, TicketError};
pub use job::{BAND_ROWS, job};
pub use slip::{Arrival, Slip};
