// SPDX-License-Identifier: GPL-3.0-or-later
//! The lobby board: the number that is called, where to, and a chime.
//!
//! [`view_model`] folds what the hub tells into a [`board`] of plain data, [`adapter`] draws it,
//! [`sound`] rings, and [`program`] joins them. The board never writes to the queue and never asks its
//! own machine what time it is.

pub mod adapter;
pub mod announcements;
pub mod board;
pub mod chime;
pub mod clock;
pub mod follow;
pub mod program;
pub mod reports;
pub mod sound;
pub mod view_model;

/// What the Slint compiler made of `ui/board.slint`.
#[expect(
    missing_docs,
    clippy::todo,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "generated: its words are in the Slint sources"
)]
pub mod ui {
    slint::include_modules!();
}
