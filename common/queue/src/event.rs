// SPDX-License-Identifier: GPL-3.0-or-later
//! What happened: the facts that the log keeps and the stream tells.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{
    Actor, DeskId, DeviceId, Key, Language, LogId, Seq, ServiceId, TicketId, TicketNumber,
};
use crate::office::{Names, Office, SpecialDay};
use crate::time::Timestamp;
use crate::wait::Learnt;

/// A fact with its place in the log, its time and who brought it about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the log.
    pub seq: Seq,
    /// When it happened; never before the event that precedes it.
    pub at: Timestamp,
    /// Who brought it about.
    pub by: Actor,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

/// Something that happened, under the `kind` that the wire and the log give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    /// A business day began: a fold from here is the whole state.
    DayBegan {
        /// The log this is written in.
        log: LogId,
        /// The day.
        day: Date,
        /// The office's configuration.
        office: Box<Office>,
        /// How many still waited when the day before ended.
        left: u32,
        /// How many were being served then, and count as served.
        ended: u32,
        /// Its local noon less twelve hours: what times of the day are counted from, so that ten o'clock is
        /// ten o'clock also on the day the clocks change. Not in logs of version 0.1's beginning.
        #[serde(default)]
        midnight_at: Option<Timestamp>,
        /// The days from this one on that keep other hours.
        #[serde(default)]
        special_days: Vec<SpecialDay>,
        /// What the lobby is told beyond the day before.
        #[serde(default)]
        notice: Option<Notice>,
        /// What earlier days taught of waits.
        #[serde(default)]
        learnt: Learnt,
        /// The highest numbers that were given out today elsewhere: by a log that this one takes the place of.
        /// One a letter at most; the numbers of today go on after them. Left out where there are none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        numbers: Vec<TicketNumber>,
    },
    /// The configuration changed within the day.
    OfficeConfigured {
        /// The configuration from now on.
        office: Box<Office>,
    },
    /// The office began to give out numbers.
    OfficeOpened {
        /// What opened it.
        reason: OpeningReason,
    },
    /// The office gives out no more numbers; who holds one is served. Told again when it is known otherwise
    /// when it opens.
    OfficeClosed {
        /// What closed it.
        reason: OpeningReason,
        /// When it opens next, as far as its calendar tells.
        next_open_at: Option<Timestamp>,
    },
    /// A service gives out numbers again.
    ServiceOpened {
        /// Which one.
        service: ServiceId,
        /// Why.
        reason: ServiceOpenedReason,
    },
    /// A service gives out no more numbers; who holds one is served.
    ServiceClosed {
        /// Which one.
        service: ServiceId,
        /// Why.
        reason: ServiceClosedReason,
        /// When the office opens next, and the service with it.
        next_open_at: Option<Timestamp>,
    },
    /// The days that keep other hours were set.
    CalendarSet {
        /// All of them from today on.
        days: Vec<SpecialDay>,
    },
    /// Who is booked for today and has not come is now known otherwise.
    AppointmentsChanged {
        /// The booked hours of each service.
        appointments: BTreeMap<ServiceId, Vec<Timestamp>>,
    },
    /// What the lobby is told was set, or taken down.
    NoticeSet {
        /// The words; null: it was taken down.
        text: Option<Names>,
        /// Until when.
        until: Option<Timestamp>,
    },
    /// A desk takes nobody for a while.
    DeskPaused {
        /// Which one.
        desk: DeskId,
    },
    /// A desk began to take people.
    DeskOpened {
        /// Which one.
        desk: DeskId,
    },
    /// A desk takes nobody any more.
    DeskClosed {
        /// Which one.
        desk: DeskId,
    },
    /// A number was given out.
    TicketIssued {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for.
        service: ServiceId,
        /// How it came.
        class: Class,
        /// The language it is printed in.
        language: Language,
        /// From when on it counts as waiting.
        due_at: Timestamp,
        /// The booked hour, if there was one.
        appointment_at: Option<Timestamp>,
        /// How many were to be called before it.
        ahead: u32,
        /// The wait that was promised.
        wait: Option<Wait>,
    },
    /// A number was called to a desk.
    TicketCalled {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for.
        service: ServiceId,
        /// Where to.
        desk: DeskId,
    },
    /// The same number was called again.
    TicketRecalled {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for.
        service: ServiceId,
        /// Where to.
        desk: DeskId,
    },
    /// The visit is over.
    TicketFinished {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for.
        service: ServiceId,
        /// Where it was served.
        desk: DeskId,
    },
    /// It was called and nobody came.
    TicketNoShow {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for.
        service: ServiceId,
        /// Where it was called to.
        desk: DeskId,
    },
    /// Who did not come to the call has come, and waits again.
    TicketRestored {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for.
        service: ServiceId,
        /// Who was then first in the order of calling: behind it stands the restored one.
        after: Option<TicketId>,
    },
    /// It waits again, with its number and its due time.
    TicketTransferred {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for, from now on.
        service: ServiceId,
        /// What for, before.
        from: ServiceId,
        /// The desk that sent it on.
        desk: DeskId,
        /// The one desk that calls it, until that closes or pauses.
        to_desk: Option<DeskId>,
    },
    /// It was set aside, its place kept.
    TicketParked {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for.
        service: ServiceId,
        /// The desk that set it aside.
        desk: DeskId,
    },
    /// It was set aside and is now called.
    TicketResumed {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for.
        service: ServiceId,
        /// Where to.
        desk: DeskId,
    },
    /// It was given up before it was called.
    TicketCancelled {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for.
        service: ServiceId,
    },
    /// The kiosk told how printing went.
    TicketPrinted {
        /// The ticket.
        ticket: TicketId,
        /// Its number.
        number: TicketNumber,
        /// What for.
        service: ServiceId,
        /// How it went.
        outcome: PrintOutcome,
        /// Whether it was a second slip for the same number.
        copy: bool,
    },
    /// A device told how a part of it is.
    DeviceReported {
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

impl Fact {
    /// The `kind` under which the wire and the log know it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::DayBegan { .. } => "day-began",
            Self::OfficeConfigured { .. } => "office-configured",
            Self::DeskOpened { .. } => "desk-opened",
            Self::DeskClosed { .. } => "desk-closed",
            Self::TicketIssued { .. } => "ticket-issued",
            Self::TicketCalled { .. } => "ticket-called",
            Self::TicketRecalled { .. } => "ticket-recalled",
            Self::TicketFinished { .. } => "ticket-finished",
            Self::TicketNoShow { .. } => "ticket-no-show",
            Self::TicketCancelled { .. } => "ticket-cancelled",
            Self::TicketPrinted { .. } => "ticket-printed",
            Self::OfficeOpened { .. } => "office-opened",
            Self::OfficeClosed { .. } => "office-closed",
            Self::ServiceOpened { .. } => "service-opened",
            Self::ServiceClosed { .. } => "service-closed",
            Self::CalendarSet { .. } => "calendar-set",
            Self::AppointmentsChanged { .. } => "appointments-changed",
            Self::NoticeSet { .. } => "notice-set",
            Self::DeskPaused { .. } => "desk-paused",
            Self::TicketRestored { .. } => "ticket-restored",
            Self::TicketTransferred { .. } => "ticket-transferred",
            Self::TicketParked { .. } => "ticket-parked",
            Self::TicketResumed { .. } => "ticket-resumed",
            Self::DeviceReported { .. } => "device-reported",
        }
    }

    /// The kinds that this version knows; a log with another one is not read.
    pub const KINDS: &'static [&'static str] = &[
        "day-began",
        "office-configured",
        "desk-opened",
        "desk-closed",
        "ticket-issued",
        "ticket-called",
        "ticket-recalled",
        "ticket-finished",
        "ticket-no-show",
        "ticket-cancelled",
        "ticket-printed",
        "office-opened",
        "office-closed",
        "service-opened",
        "service-closed",
        "calendar-set",
        "appointments-changed",
        "notice-set",
        "desk-paused",
        "ticket-restored",
        "ticket-transferred",
        "ticket-parked",
        "ticket-resumed",
        "device-reported",
    ];
}

/// How a ticket came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Without an appointment.
    WalkIn,
    /// Checked in for a booked hour.
    Appointment,
    /// Someone whom standing in line would wrong; no reason is asked.
    Preferential,
}

/// Where a ticket is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TicketStatus {
    /// In line.
    Waiting,
    /// At a desk, or on the way to it.
    Called,
    /// Served.
    Finished,
    /// Called, and nobody came.
    NoShow,
    /// Set aside by a desk, its place kept.
    Parked,
    /// Given up.
    Cancelled,
}

/// What a desk is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeskStatus {
    /// It takes nobody.
    Closed,
    /// It is free.
    Open,
    /// Somebody was called to it.
    Serving,
    /// It is open, and takes nobody for a while.
    Paused,
}

/// A wait in whole minutes, as a range: a single minute would be a lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// At least so long, in minutes.
    pub low_min: u32,
    /// At most so long, in minutes.
    pub high_min: u32,
}

/// How printing went, as far as the printer told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrintOutcome {
    /// The printer said that it is done.
    Printed,
    /// It was sent, and the printer said nothing.
    Unknown,
    /// The printer said why it could not.
    Failed,
}

/// What opened or closed the office.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpeningReason {
    /// Its calendar.
    #[default]
    Hours,
    /// The supervisor, against the calendar.
    Supervisor,
}

/// Why a service gives out no more numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceClosedReason {
    /// What waits fills the time that is left.
    Full,
    /// The supervisor wants it so.
    Supervisor,
}

/// Why a service gives out numbers again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceOpenedReason {
    /// There is time again for who waits and more.
    Room,
    /// The supervisor wants it so; it then does not close for being full.
    Supervisor,
}

/// What the supervisor has the lobby told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it says.
    pub text: Names,
    /// Until when it is shown; null: until the day ends, or it is taken down.
    pub until: Option<Timestamp>,
}
