// SPDX-License-Identifier: GPL-3.0-or-later
//! Problem documents (RFC 9457): what an error says, with a stable code.

use serde::{Deserialize, Serialize};
use torn_queue::Refusal;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An error as the wire tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI that names the kind of problem: `urn:torn:problem:` and the code.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The kind of problem in a few words, always the same for a code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time, to what, and what to do.
    pub detail: String,
    /// The stable code, for programs.
    #[cfg_attr(feature = "openapi", schema(schema_with = every_code))]
    pub code: String,
}

/// The codes there are, as the document lists them; a program takes one that it does not know by its status.
#[cfg(feature = "openapi")]
fn every_code() -> utoipa::openapi::Object {
    let codes = Code::ALL.iter().map(|code| code.as_str());
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::Type::String)
        .enum_values(Some(codes))
        .build()
}

impl Problem {
    /// The problem of this code.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            type_uri: format!("urn:torn:problem:{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code: code.as_str().to_owned(),
        }
    }
}

impl From<&Refusal> for Problem {
    fn from(refusal: &Refusal) -> Self {
        Self::new(Code::of(refusal), refusal.to_string())
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $title:literal;)*) => {
        /// Every code of a problem, with its status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as the wire writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The kind of problem in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

codes! {
    /// The request is not well formed.
    Malformed = "malformed", 400, "The request is not well formed";
    /// A POST without `Idempotency-Key`.
    IdempotencyKeyMissing = "idempotency-key-missing", 400, "The Idempotency-Key is missing";
    /// An `Idempotency-Key` that is none.
    IdempotencyKeyInvalid = "idempotency-key-invalid", 400, "The Idempotency-Key is not valid";
    /// A class that can't be asked for.
    ClassNotAllowed = "class-not-allowed", 400, "That class can't be asked for";
    /// No credential, or none that is known.
    Unauthenticated = "unauthenticated", 401, "A credential is needed";
    /// The credential does not have the grant.
    Forbidden = "forbidden", 403, "The credential does not allow this";
    /// No such service.
    UnknownService = "unknown-service", 404, "There is no such service";
    /// No such desk.
    UnknownDesk = "unknown-desk", 404, "There is no such desk";
    /// No such ticket.
    UnknownTicket = "unknown-ticket", 404, "There is no such ticket";
    /// No such appointment.
    UnknownAppointment = "unknown-appointment", 404, "There is no such appointment";
    /// No such path.
    NotFound = "not-found", 404, "There is nothing here";
    /// The path does not take this method.
    MethodNotAllowed = "method-not-allowed", 405, "The path does not take this method";
    /// The body is over 64 KiB.
    BodyTooLarge = "body-too-large", 413, "The body is too large";
    /// The body is not JSON.
    MediaType = "media-type", 415, "The body is not JSON";
    /// A key used again for something else.
    IdempotencyKeyReused = "idempotency-key-reused", 422, "The Idempotency-Key was used for something else";
    /// Too many at once.
    TooMany = "too-many", 429, "Too many at once";
    /// The headers are too large.
    HeadersTooLarge = "headers-too-large", 431, "The headers are too large";
    /// The office gives out no numbers now.
    OfficeClosed = "office-closed", 409, "The office is closed";
    /// The appointment has its number.
    AlreadyCheckedIn = "already-checked-in", 409, "The appointment has checked in already";
    /// The appointment was cancelled.
    AppointmentCancelled = "appointment-cancelled", 409, "The appointment was cancelled";
    /// The appointment is for another day.
    AppointmentOtherDay = "appointment-other-day", 409, "The appointment is for another day";
    /// The appointment is in another building.
    AppointmentOtherPlace = "appointment-other-place", 409, "The appointment is in another building";
    /// The ticket was not set aside.
    TicketNotParked = "ticket-not-parked", 409, "The ticket is not parked";
    /// The ticket was not missed.
    TicketNotNoShow = "ticket-not-no-show", 409, "The ticket was not missed";
    /// It was missed too long ago.
    RestoreExpired = "restore-expired", 409, "The ticket was missed too long ago";
    /// It was restored before.
    RestoreUsed = "restore-used", 409, "The ticket was restored before";
    /// The service takes nobody new.
    ServiceClosed = "service-closed", 409, "The service is closed";
    /// The service has no number left, or no time.
    ServiceFull = "service-full", 409, "The service is full";
    /// The service needs an appointment.
    AppointmentRequired = "appointment-required", 409, "The service needs an appointment";
    /// The ticket is not in line.
    TicketNotWaiting = "ticket-not-waiting", 409, "The ticket is not waiting";
    /// The desk serves nobody.
    DeskIdle = "desk-idle", 409, "The desk serves nobody";
    /// The desk serves somebody.
    DeskServing = "desk-serving", 409, "The desk serves somebody";
    /// The desk has nobody to call again.
    NothingToRecall = "nothing-to-recall", 409, "There is nobody to call again";
    /// A second press within the guard.
    TooSoon = "too-soon", 409, "Too soon after the last call";
    /// It came after the time in its `Torn-Expires`.
    Expired = "expired", 409, "The command came too late";
    /// `?after=` is beyond the newest event.
    SeqFromTheFuture = "seq-from-the-future", 409, "That event has not happened yet";
    /// The log can't be written.
    StoreFailed = "store-failed", 503, "The log can't be written";
    /// The queue of commands is full.
    Busy = "busy", 503, "The hub is busy";
}

impl Code {
    /// The code that a refusal of the rules has on the wire: the one that the rules give it.
    #[must_use]
    pub fn of(refusal: &Refusal) -> Self {
        Self::named(refusal.code()).unwrap_or(Self::Malformed)
    }

    /// The code that a problem document names, if it is one of this version.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_the_rules_has_its_code_here() {
        let desk = || "1".parse().unwrap();
        let service = || "general".parse().unwrap();
        let ticket: torn_queue::TicketId = "2026-11-24-A007".parse().unwrap();
        for refusal in [
            Refusal::UnknownService(service()),
            Refusal::UnknownDesk(desk()),
            Refusal::UnknownTicket(ticket),
            Refusal::UnknownLanguage("xx".parse().unwrap()),
            Refusal::ClassNotAllowed,
            Refusal::AppointmentRequired(service()),
            Refusal::ServiceClosed(service()),
            Refusal::ServiceFull {
                service: service(),
                next_open_at: None,
            },
            Refusal::NumbersUsedUp(service()),
            Refusal::ServiceElsewhere {
                service: service(),
                place: "annex".to_owned(),
            },
            Refusal::OfficeClosed(None),
            Refusal::AlreadyCheckedIn(ticket),
            Refusal::AppointmentCancelled,
            Refusal::AppointmentOtherDay(ticket.day()),
            Refusal::AppointmentOtherPlace("annex".to_owned()),
            Refusal::TicketNotParked(ticket),
            Refusal::TicketNotNoShow(ticket),
            Refusal::RestoreExpired(ticket),
            Refusal::RestoreUsed(ticket),
            Refusal::TicketNotWaiting(ticket),
            Refusal::DeskIdle(desk()),
            Refusal::NothingToRecall(desk()),
            Refusal::DeskServing(desk()),
            Refusal::TooSoon {
                desk: desk(),
                wait_ms: 1,
            },
        ] {
            assert_eq!(
                Code::named(refusal.code()),
                Some(Code::of(&refusal)),
                "{refusal}"
            );
        }
    }

    #[test]
    fn no_code_stands_twice() {
        for (place, one) in Code::ALL.iter().enumerate() {
            assert_eq!(
                Code::ALL
                    .iter()
                    .position(|other| other.as_str() == one.as_str()),
                Some(place)
            );
        }
    }
}
