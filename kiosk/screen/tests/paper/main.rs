// SPDX-License-Identifier: GPL-3.0-or-later
//! Paper, from what a ticket says to what a printer does with it, over lines that are real.
//!
//! Pictures are compared dot by dot with those in `tests/golden`, read back from the printer's bytes
//! by a decoder that shares nothing with the encoder. `UPDATE=1` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod decoder;
mod fake;
mod golden;
mod pictures;
mod press;
mod printing;
mod slips;
mod states;
