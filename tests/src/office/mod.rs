// SPDX-License-Identifier: GPL-3.0-or-later
//! The office runner: what `cargo office` does.
//!
//! It starts the programs as they are installed, with everything around them from the lab, and
//! either shows the whole office to a person or plays the main job and checks it. It keeps no
//! state of the queue: every number it shows or compares comes from a program.

pub mod arguments;
pub mod booked;
pub mod news;
pub mod once;
pub mod page;
pub mod record;
pub mod run;
