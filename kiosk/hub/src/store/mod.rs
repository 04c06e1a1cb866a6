// SPDX-License-Identifier: GPL-3.0-or-later
//! The log on disk: append, read, and what goes with what was appended: answers, and who is booked.
//!
//! One SQLite file in WAL mode with `synchronous=FULL`: what [`Log::commit`] returned from survives a
//! power cut. The store knows places, times, kinds and bytes; what they mean is the queue's business.

mod ahead;
mod answer;
mod booking;
mod chain;
mod check;
mod entry;
mod error;
mod history;
mod log;
mod own;
mod reading;
mod schema;

pub use answer::{Answer, RememberedKey};
pub use booking::BookingRow;
pub use check::{Checked, check};
pub use entry::Entry;
pub use error::StoreError;
pub use history::History;
pub use log::{Log, Opened, Step, sole};
