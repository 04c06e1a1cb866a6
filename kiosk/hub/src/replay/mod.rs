// SPDX-License-Identifier: GPL-3.0-or-later
//! `torn-hub replay`: what the estimator would have said to each ticket of recorded days, and how good that was.
//!
//! It needs no office and touches no log: it reads files and writes to standard output.

pub mod command;
pub mod logged;
pub mod play;
pub mod recorded;
pub mod score;
pub mod simple;
