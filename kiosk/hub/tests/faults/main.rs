// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub on a disk that refuses, fills up, or loses power: what was acknowledged is there and nothing is doubled.
//!
//! `cuts` makes some 2,400 images of a card; `TORN_IMAGES=100000` makes so many, `TORN_SEED=N` chooses others.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]
#![expect(
    clippy::print_stdout,
    reason = "how far a run went is shown by --nocapture"
)]

mod cuts;
mod hub;
mod images;
mod refusing;
mod script;
#[expect(dead_code, reason = "the clock of this disk is always synchronised")]
#[path = "../hub/set_time.rs"]
mod set_time;
