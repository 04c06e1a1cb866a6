// SPDX-License-Identifier: GPL-3.0-or-later
//! What can be asked of the queue.

use crate::event::{Class, PrintOutcome};
use crate::ids::{DeskId, DeviceId, Key, Language, LogId, ServiceId, TicketId};
use crate::office::{Names, Office, SpecialDay};
use crate::time::Timestamp;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

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
    /// Somebody came for a booked hour.
    CheckIn {
        /// What was booked, as it was found.
        booking: Booking,
        /// The language of the ticket; the office's own if left out.
        language: Option<Language>,
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
    /// The desk takes nobody for a while.
    PauseDesk {
        /// Which one.
        desk: DeskId,
    },
    /// Whom the desk serves waits again, for another service or for another desk.
    Transfer {
        /// Where it is served.
        desk: DeskId,
        /// Where it goes.
        to: Destination,
    },
    /// Whom the desk serves is set aside, the place kept.
    Park {
        /// Where it is served.
        desk: DeskId,
    },
    /// Who was set aside is served, at once.
    Resume {
        /// Where to.
        desk: DeskId,
        /// Whom.
        ticket: TicketId,
    },
    /// Call this ticket, whoever is before it.
    Call {
        /// Which one.
        ticket: TicketId,
        /// Where to.
        desk: DeskId,
    },
    /// Who did not come to the call has come.
    Restore {
        /// Which one.
        ticket: TicketId,
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
    /// The office opens, whatever its hours say.
    OpenOffice,
    /// The office closes for today, whatever its hours say.
    CloseOffice,
    /// The service gives out numbers again, also when what waits fills the time that is left.
    OpenService {
        /// Which one.
        service: ServiceId,
    },
    /// The service gives out no more numbers today.
    CloseService {
        /// Which one.
        service: ServiceId,
    },
    /// What the lobby is told.
    SetNotice {
        /// The words; none takes them down.
        text: Option<Names>,
        /// Until when.
        until: Option<Timestamp>,
    },
    /// The days that keep other hours, in place of those set before.
    SetCalendar {
        /// The days.
        days: Vec<SpecialDay>,
    },
    /// Who is booked for today and has not come yet, in place of what was known before.
    SetAppointments {
        /// The booked hours of each service.
        appointments: BTreeMap<ServiceId, Vec<Timestamp>>,
    },
}

/// What somebody booked, as the hub found it; who it was is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The booked hour.
    pub start: Timestamp,
    /// What for.
    pub service: ServiceId,
    /// The ticket it was given, if it checked in before.
    pub checked_in: Option<TicketId>,
    /// Whether it was cancelled.
    pub cancelled: bool,
}

/// Where a ticket is transferred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To whoever serves that.
    Service(ServiceId),
    /// To one desk, for the same service.
    Desk(DeskId),
}
