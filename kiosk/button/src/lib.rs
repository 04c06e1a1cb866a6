// SPDX-License-Identifier: GPL-3.0-or-later
//! Desk buttons: a press becomes a `next` or a `recall` at the hub, a lamp says what came of it.
//!
//! [`panel`] is the one loop that reads every button and drives every lamp, over the pins of
//! `embedded_hal`; [`desks`] asks the hub. No rule of the queue is here, and no press is kept: one
//! that nobody heard is void.

pub mod desks;
pub mod health;
pub mod keypad;
pub mod lamp;
pub mod line;
pub mod panel;
pub mod press;
pub mod program;
