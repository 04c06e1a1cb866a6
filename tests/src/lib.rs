// SPDX-License-Identifier: GPL-3.0-or-later
//! What the whole-system tests and `cargo office` are made of.
//!
//! [`lab`] stands in for everything around the programs: printer, buttons, hands and eyes, hosts.
//! [`office`] starts a whole office with it, for a person or by itself. [`simulation`] plays offices through the
//! rules alone. Nothing here is part of
//! what is installed on a Pi, and no rule of the queue is written here again.

pub mod lab;
pub mod office;
pub mod simulation;
