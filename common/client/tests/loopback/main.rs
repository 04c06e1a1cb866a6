// SPDX-License-Identifier: GPL-3.0-or-later
//! The client against a hub in the same process, on loopback: what it tells and what it sends.
//!
//! The hub plays a script; no rule of the queue is tried here.

#![expect(
    clippy::unwrap_used,
    reason = "the hub that plays a script is a test's, too"
)]

mod commands;
mod following;
mod hub;
