// SPDX-License-Identifier: GPL-3.0-or-later
//! What there is to tell of paper: how the printer is, and how far a ticket has come.
//!
//! Plain words between the tickets thread, which says them, and the screens, which hear them, so that
//! neither has to know the other. No device and no drawing is here.

use std::time::Instant;

use torn_queue::event::PrintOutcome;
use torn_queue::{Key, TicketId};

/// How the printer is, as far as it told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrinterState {
    /// It prints.
    Ok,
    /// It prints, and the roll is nearly used up.
    NearEnd,
    /// There is no paper.
    PaperOut,
    /// Its cover is open.
    CoverOpen,
    /// Off, unplugged, or its port is refused: there is nothing to talk to.
    Offline,
    /// It can be written to and gives no answer: how it is, is not known.
    Silent,
    /// It stopped for another reason: a jam, the cutter, a hot head.
    Fault,
}

impl PrinterState {
    /// The word for it on the wire: `ok`, `paper-low`, `paper-out`, `cover-open`, `offline`, `silent` or `fault`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NearEnd => "paper-low",
            Self::PaperOut => "paper-out",
            Self::CoverOpen => "cover-open",
            Self::Offline => "offline",
            Self::Silent => "silent",
            Self::Fault => "fault",
        }
    }

    /// [`word`](Self::word) as a key, for a report.
    #[must_use]
    pub fn key(self) -> Key {
        self.word()
            .parse()
            .unwrap_or_else(|_| unreachable!("the words above are keys"))
    }

    /// Whether a job may be sent. A silent printer may be one that never answers, so it is tried.
    #[must_use]
    pub fn takes_jobs(self) -> bool {
        matches!(self, Self::Ok | Self::NearEnd | Self::Silent)
    }

    /// Whether the printer itself said that it can't go on.
    #[must_use]
    pub fn is_stopped(self) -> bool {
        matches!(self, Self::PaperOut | Self::CoverOpen | Self::Fault)
    }
}

/// News of the printer, or of a ticket that it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// The printer is in another state than it was, or is known for the first time.
    Printer(PrinterState),
    /// The printer took the first byte of a ticket.
    Started {
        /// Which ticket.
        ticket: TicketId,
        /// When.
        at: Instant,
    },
    /// The printer took the last byte of a ticket.
    Written {
        /// Which ticket.
        ticket: TicketId,
        /// When.
        at: Instant,
    },
    /// Nothing more will be done about a ticket. Said once for each job.
    Done {
        /// Which ticket.
        ticket: TicketId,
        /// How it went.
        outcome: PrintOutcome,
        /// Whether the slip was a copy.
        copy: bool,
    },
}
