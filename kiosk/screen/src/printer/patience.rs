// SPDX-License-Identifier: GPL-3.0-or-later
//! How long the printer is waited for, and how often it is asked.

use std::time::Duration;

/// The waits of one printer. The defaults suit a receipt printer that takes a second for a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to be taken.
    pub connect: Duration,
    /// For the answer to one question.
    pub answer: Duration,
    /// How often a question is asked before the printer counts as silent.
    pub tries: u32,
    /// Without the printer taking a single byte of a job.
    pub stall: Duration,
    /// For all bytes of a job; on a serial line what its speed needs comes on top.
    pub job: Duration,
    /// For the word that a job is printed, after its last byte.
    pub acknowledge: Duration,
    /// Between two questions while nothing is printed.
    pub poll: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            answer: Duration::from_millis(300),
            tries: 3,
            stall: Duration::from_secs(3),
            job: Duration::from_secs(20),
            acknowledge: Duration::from_secs(5),
            poll: Duration::from_secs(3),
        }
    }
}
