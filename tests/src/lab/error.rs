// SPDX-License-Identifier: GPL-3.0-or-later
//! What can go wrong in the lab, said so that a failed test explains itself.
//!
//! A program's own last words are part of the message: they are what one would look for next.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// Why the lab could not do what it was asked for.
#[derive(thiserror::Error)]
pub enum LabError {
    /// The programs could not be built.
    #[error("the programs can't be built: {0}")]
    Build(String),
    /// A program could not be started.
    #[error("{program} can't be started: {source}")]
    Start {
        /// Its name.
        program: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A program ended that should have gone on.
    #[error("{program} ended by itself ({status}); its last words:\n{stderr}")]
    Ended {
        /// Its name.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// What it wrote to its standard error.
        stderr: String,
    },
    /// A program did not say on its standard output what it says when it is ready.
    #[error("{program} did not say {member:?} within {within:?}; its last words:\n{stderr}")]
    Mute {
        /// Its name.
        program: String,
        /// The member of the JSON line that was waited for.
        member: String,
        /// How long it was waited for.
        within: Duration,
        /// What it wrote to its standard error.
        stderr: String,
    },
    /// Something was waited for and did not come.
    #[error("{what}: not within {within:?}{seen}")]
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long it was waited for.
        within: Duration,
        /// What was there instead, when that is known.
        seen: String,
    },
    /// A request had no answer.
    #[error("{what}: {source}")]
    NoAnswer {
        /// The request.
        what: String,
        /// Why there was none.
        #[source]
        source: reqwest::Error,
    },
    /// An answer was not what was asked for.
    #[error("{what}: {answer}")]
    Unexpected {
        /// The request.
        what: String,
        /// What came instead.
        answer: String,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A command of the system failed.
    #[error("{command}: {said}")]
    Command {
        /// The command.
        command: String,
        /// What it said.
        said: String,
    },
}

impl fmt::Debug for LabError {
    // `expect` shows the Debug form, and a failed test should be readable.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl LabError {
    /// An error of the file at `path`.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
