// SPDX-License-Identifier: GPL-3.0-or-later
//! What happened: the facts that the log keeps and the stream tells.

use alloc::boxed::Box;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{
    Actor, DeskId, DeviceId, Key, Language, LogId, Seq, ServiceId, TicketId, TicketNumber,
};
use crate::office::Office;
use crate::time::Timestamp;

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
    },
    /// The configuration changed within the day.
    OfficeConfigured {
        /// The configuration from now on.
        office: Box<Office>,
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
