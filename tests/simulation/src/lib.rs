// SPDX-License-Identifier: GPL-3.0-or-later
//! A whole office in one thread and in time that costs nothing: hub, kiosk, three desks and two boards over pipes
//! in memory, while links break, plugs are pulled and clocks step. One seed is one run.
//!
//! The code that runs is the hub's and the client's own; the screens' part is played by few lines that fold the
//! stream and press buttons. Nothing is asked of the system but files, so a seed comes to the same end again.

mod board;
mod clock;
mod ledger;
mod machine;
mod net;
mod people;
mod pipe;
mod promises;
mod run;
mod trace;
mod weather;

pub use run::run;
pub use trace::Ended;
