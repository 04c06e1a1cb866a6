// SPDX-License-Identifier: GPL-3.0-or-later
//! Looking after the log from outside the hub: it is backed up, restored, archived, and begun anew.
//!
//! Nothing here runs inside the hub. What changes the log does so while no hub has it open, makes the new file
//! whole beside the old one, and deletes nothing that it was not told to delete.

mod archive;
mod backup;
mod copy;
mod error;
mod figures;
mod new_log;
mod numbers;
mod place;
mod restore;
mod set;
mod successor;
mod task;
mod user;

pub use error::KeepingError;
pub use task::{Around, Task, run};
pub use user::{WrongUser, wrong_user};
