// SPDX-License-Identifier: GPL-3.0-or-later
//! Buttons and a hub in one process: from a press to the hub and back to the lamp.
//!
//! The hub plays a part; what a call is, is not tried here.

#![expect(
    clippy::unwrap_used,
    reason = "the hub that plays a part is a test's, too"
)]

mod desks;
mod hub;
mod panel;
