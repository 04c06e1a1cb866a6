// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk: a touch becomes a durable number, a number becomes a slip of paper.
//!
//! The screens are plain data ([`view_model`]) that one place ([`adapter`]) shows in a Slint window.
//! Paper has its own thread ([`press`]), which joins what a slip says ([`ticket`]) with the device
//! ([`printer`]). A code reader is heard as a keyboard ([`reader`]). Nothing here decides anything about
//! the queue: that is the hub's.

pub mod adapter;
pub mod errands;
pub mod paper;
pub mod press;
pub mod printer;
pub mod program;
pub mod reader;
pub mod ticket;
pub mod view_model;

/// What the Slint compiler makes of `ui/main.slint`.
#[expect(
    missing_docs,
    unreachable_pub,
    clippy::todo,
    clippy::unwrap_used,
    reason = "generated code"
)]
pub mod ui {
    slint::include_modules!();
}
