// SPDX-License-Identifier: GPL-3.0-or-later
//! The log on disk: append, read, and what goes with what was appended: answers, and who is booked.
//!
//! One SQLite file in WAL mode with `synchronous=FULL`: what [`Log::commit`] returned from survives a
//! power cut. The store knows places, times, kinds and bytes; what they mean is the queue's business.

mod booking;
mod error;
mod history;
mod log;
mod schema;

pub use booking::BookingRow;
pub use error::StoreError;
pub use history::History;
pub use log::{Answer, Entry, Log, Opened, RememberedKey, Step};
