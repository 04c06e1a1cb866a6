// SPDX-License-Identifier: GPL-3.0-or-later
//! How every program starts: its configuration read and checked, its words said, its log kept.
//!
//! The four programs take the same `--config` and `--check`, end with the same codes and speak the
//! same way to whoever started them. What they do then is no business of this room.

mod checked;
mod configuration;
mod log;
mod words;

pub use checked::{Checked, say_checked};
pub use configuration::{ConfigurationError, device, office, token};
pub use log::log_to_journal_or_stderr;
pub use words::{announce, chain, complain};

/// The exit code of a configuration that can't be used: nothing was started, and starting again would
/// not mend it.
pub const WRONG_CONFIGURATION: u8 = 2;
