// SPDX-License-Identifier: GPL-3.0-or-later
//! Why a command was not followed: expected, and told to whoever asked.

use alloc::string::{String, ToString};

use jiff::civil::Date;

use crate::ids::{DeskId, Language, ServiceId, TicketId};
use crate::limits;
use crate::time::Timestamp;

/// Why nothing follows from a command. The text says what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such service.
    #[error("there is no service {0}; GET /v1/office lists them")]
    UnknownService(ServiceId),
    /// There is no such desk.
    #[error("there is no desk {0}; GET /v1/office lists them")]
    UnknownDesk(DeskId),
    /// There was no such ticket today.
    #[error("there is no ticket {0} today")]
    UnknownTicket(TicketId),
    /// The office does not speak it.
    #[error("the office has no language {0}; GET /v1/office lists them")]
    UnknownLanguage(Language),
    /// Only a check-in makes an appointment.
    #[error("only a check-in makes a ticket of class appointment: POST /v1/check-ins")]
    ClassNotAllowed,
    /// The service is for people with an appointment.
    #[error("service {0} needs an appointment; offer the way to book one")]
    AppointmentRequired(ServiceId),
    /// The office is closed.
    #[error("the office is closed; it opens next at {}", known(.0.as_ref()))]
    OfficeClosed(Option<Timestamp>),
    /// The service is given in another building.
    #[error("service {service} is given at {place}; send people there")]
    ServiceElsewhere {
        /// The service.
        service: ServiceId,
        /// The building.
        place: String,
    },
    /// The appointment has its number already.
    #[error("this appointment has checked in and has its number: {}", .0.number())]
    AlreadyCheckedIn(TicketId),
    /// The appointment was cancelled.
    #[error("this appointment was cancelled; book another, or take a number without one")]
    AppointmentCancelled,
    /// The appointment is for another day.
    #[error("this appointment is for {0}; come then, or book another if that day is over")]
    AppointmentOtherDay(Date),
    /// The appointment is in another building.
    #[error("this appointment is at {0}; go there")]
    AppointmentOtherPlace(String),
    /// The service takes nobody new.
    #[error("service {0} takes nobody new today")]
    ServiceClosed(ServiceId),
    /// The letter has no number left today.
    #[error("service {0} has given out its {max} numbers of today", max = limits::TICKETS_PER_LETTER_MAX)]
    NumbersUsedUp(ServiceId),
    /// What waits fills the time that is left.
    #[error("service {service} takes nobody new today: who waits fills the time that is left; it opens next at {}",
        known(.next_open_at.as_ref()))]
    ServiceFull {
        /// The service.
        service: ServiceId,
        /// When the office opens next.
        next_open_at: Option<Timestamp>,
    },
    /// The ticket is not in line.
    #[error("ticket {0} is not waiting")]
    TicketNotWaiting(TicketId),
    /// The ticket was not set aside.
    #[error("ticket {0} is not parked")]
    TicketNotParked(TicketId),
    /// The ticket was not missed.
    #[error("ticket {0} is no no-show; only one who did not come to the call is restored")]
    TicketNotNoShow(TicketId),
    /// It was missed too long ago.
    #[error("ticket {0} was missed more than {minutes} minutes ago; give out a new number", minutes = limits::RESTORE_WITHIN_MS / 60_000)]
    RestoreExpired(TicketId),
    /// It was restored before.
    #[error("ticket {0} was restored before; that is done once, give out a new number")]
    RestoreUsed(TicketId),
    /// Nobody is at the desk.
    #[error("desk {0} serves nobody; call someone first")]
    DeskIdle(DeskId),
    /// Nobody was called to the desk who could be called again.
    #[error("desk {0} serves nobody who could be called again")]
    NothingToRecall(DeskId),
    /// Somebody is at the desk.
    #[error("desk {0} serves somebody; finish that first")]
    DeskServing(DeskId),
    /// A second press within the guard.
    #[error("desk {desk} has just called someone; press again in {wait_ms} ms")]
    TooSoon {
        /// The desk.
        desk: DeskId,
        /// How long `next` is still refused, in milliseconds.
        wait_ms: i64,
    },
}

impl Refusal {
    /// The stable code that the wire gives it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownService(_) => "unknown-service",
            Self::UnknownDesk(_) => "unknown-desk",
            Self::UnknownTicket(_) => "unknown-ticket",
            Self::UnknownLanguage(_) => "malformed",
            Self::ClassNotAllowed => "class-not-allowed",
            Self::AppointmentRequired(_) => "appointment-required",
            Self::ServiceClosed(_) | Self::ServiceElsewhere { .. } => "service-closed",
            Self::ServiceFull { .. } | Self::NumbersUsedUp(_) => "service-full",
            Self::OfficeClosed(_) => "office-closed",
            Self::AlreadyCheckedIn(_) => "already-checked-in",
            Self::AppointmentCancelled => "appointment-cancelled",
            Self::AppointmentOtherDay(_) => "appointment-other-day",
            Self::AppointmentOtherPlace(_) => "appointment-other-place",
            Self::TicketNotParked(_) => "ticket-not-parked",
            Self::TicketNotNoShow(_) => "ticket-not-no-show",
            Self::RestoreExpired(_) => "restore-expired",
            Self::RestoreUsed(_) => "restore-used",
            Self::TicketNotWaiting(_) => "ticket-not-waiting",
            Self::DeskIdle(_) => "desk-idle",
            Self::NothingToRecall(_) => "nothing-to-recall",
            Self::DeskServing(_) => "desk-serving",
            Self::TooSoon { .. } => "too-soon",
        }
    }
}

fn known(at: Option<&Timestamp>) -> String {
    at.map_or_else(
        || "a time nobody knows yet".to_string(),
        ToString::to_string,
    )
}
