// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub: the queue's one writer, with its log, its HTTP and its web pages.
//!
//! [`program::run`] is the whole of it. It knows order, durability and who may do what; it knows
//! nothing of printers and screens.

pub mod answer;
pub mod appointments;
pub mod bookings;
pub mod clock;
pub mod credential;
pub mod durable;
pub mod http;
pub mod keeping;
pub mod key;
pub mod limits;
pub mod metrics;
pub mod peer;
pub mod program;
pub mod published;
pub mod replay;
pub mod secret;
pub mod session;
pub mod store;
pub mod writer;
