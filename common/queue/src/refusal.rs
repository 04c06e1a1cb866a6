// SPDX-License-Identifier: GPL-3.0-or-later
//! Why a command was not followed: expected, and told to whoever asked.

use crate::ids::{DeskId, Language, ServiceId, TicketId};
use crate::limits;

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
    /// The service takes nobody new.
    #[error("service {0} takes nobody new today")]
    ServiceClosed(ServiceId),
    /// The letter has no number left today.
    #[error("service {0} has given out its {max} numbers of today", max = limits::TICKETS_PER_LETTER_MAX)]
    ServiceFull(ServiceId),
    /// The ticket is not in line.
    #[error("ticket {0} is not waiting")]
    TicketNotWaiting(TicketId),
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
            Self::ServiceClosed(_) => "service-closed",
            Self::ServiceFull(_) => "service-full",
            Self::TicketNotWaiting(_) => "ticket-not-waiting",
            Self::DeskIdle(_) => "desk-idle",
            Self::NothingToRecall(_) => "nothing-to-recall",
            Self::DeskServing(_) => "desk-serving",
            Self::TooSoon { .. } => "too-soon",
        }
    }
}
