// SPDX-License-Identifier: GPL-3.0-or-later
//! A disk under SQLite for tests: it records every write and sync, refuses when it is told to, and can be cut
//! off from power.
//!
//! A [`Disk`] is laid under a folder. Whatever SQLite opens there from then on, by whatever connection of this
//! process, passes through it to the system's own files; all other files are left alone, and so is what a program
//! does in that folder without SQLite. What is tested needs no change and no option. From a [`Record`] a [`Card`]
//! makes the files as they could lie there after a power cut at any of its steps. It is no model of a file system:
//! what SQLite was not told is durable may be there or not, in any mixture.

mod card;
mod chance;
mod disk;
mod fault;
mod record;
#[expect(unsafe_code, reason = "SQLite's VFS is an interface in C")]
mod vfs;

pub use card::{Card, Fate, Files};
pub use chance::Chance;
pub use disk::{Disk, Surface};
pub use fault::{Fault, Operation};
pub use record::{Record, Step};
