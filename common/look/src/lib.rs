// SPDX-License-Identifier: GPL-3.0-or-later
//! What every face shares: theme, icons, fonts and translations as Slint sources for build scripts,
//! and the words that no translation file can hold, such as dates.
//!
//! It draws nothing itself and knows no state of the queue.

pub mod words;

use std::path::PathBuf;

/// The Slint sources, to be imported as `@torn-look`.
#[must_use]
pub fn slint_library() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("ui/look.slint")
}

/// The folder of the bundled translations, `LANGUAGE/LC_MESSAGES/PACKAGE.po`.
#[must_use]
pub fn translations() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("lang")
}
