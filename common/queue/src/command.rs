// SPDX-License-Identifier: GPL-3.0-or-later
//! What can be asked of the queue.

use crate::event::{Class, PrintOutcome};
use crate::ids::{DeskId, DeviceId, Key, Language, LogId, ServiceId, TicketId};
use crate::office::Office;
use crate::time::Timestamp;
use alloc::boxed::Box;

/// A wish; [`decide`](crate::decide()) says what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The hub has started with this log and this configuration.
    Configure {
        /// The log that is written to.
        log: LogId,
        /// The office as its file describes it now.
        office: Box<Office>,
    },
    /// A second has passed.
    Tick,
    /// Somebody came without an appointment.
    Issue {
        /// What for.
        service: ServiceId,
        /// The language of the ticket; the office's own if left out.
        language: Option<Language>,
        /// Walk-in if left out.
        class: Option<Class>,
    },
    /// Finish whom this desk serves and call who is next.
    Next {
        /// Where the button was pressed.
        desk: DeskId,
    },
    /// Call the current ticket again.
    Recall {
        /// Where it is called to.
        desk: DeskId,
    },
    /// The current ticket has been served.
    Finish {
        /// Where it was served.
        desk: DeskId,
    },
    /// The current ticket was called and nobody came.
    NoShow {
        /// Where it was called to.
        desk: DeskId,
    },
    /// The desk begins to take people.
    OpenDesk {
        /// Which one.
        desk: DeskId,
    },
    /// The desk takes nobody any more.
    CloseDesk {
        /// Which one.
        desk: DeskId,
    },
    /// The ticket is given up before it was called.
    Cancel {
        /// Which one.
        ticket: TicketId,
    },
    /// The kiosk tells how printing went.
    NotePrint {
        /// Which ticket.
        ticket: TicketId,
        /// How it went.
        outcome: PrintOutcome,
        /// Whether it was a second slip for the same number.
        copy: bool,
    },
    /// A device tells how a part of it is.
    ReportDevice {
        /// The device.
        device: DeviceId,
        /// The part, `printer`.
        what: Key,
        /// How it is, `ok` or `paper-out`.
        state: Key,
        /// Until when that is expected to last.
        until: Option<Timestamp>,
    },
}
