// SPDX-License-Identifier: GPL-3.0-or-later
//! Each refusal has its code on the wire, and says what to do.

use torn_queue::{Command, Refusal, TicketId};

use crate::offices::{desk, language, plain, service};
use crate::world::{World, at};

fn ticket() -> TicketId {
    "2026-11-24-A007".parse().expect("a ticket id")
}

#[test]
fn each_refusal_has_the_code_that_the_wire_gives_it() {
    let at_nine = Some(at("2026-11-25T08:00:00Z"));
    for (refusal, code) in [
        (Refusal::UnknownService(service("x")), "unknown-service"),
        (Refusal::UnknownDesk(desk("9")), "unknown-desk"),
        (Refusal::UnknownTicket(ticket()), "unknown-ticket"),
        (Refusal::UnknownLanguage(language("xx")), "malformed"),
        (Refusal::ClassNotAllowed, "class-not-allowed"),
        (
            Refusal::AppointmentRequired(service("d")),
            "appointment-required",
        ),
        (Refusal::OfficeClosed(at_nine), "office-closed"),
        (
            Refusal::ServiceElsewhere {
                service: service("b"),
                place: "annex".to_owned(),
            },
            "service-closed",
        ),
        (Refusal::AlreadyCheckedIn(ticket()), "already-checked-in"),
        (Refusal::AppointmentCancelled, "appointment-cancelled"),
        (
            Refusal::AppointmentOtherDay(ticket().day()),
            "appointment-other-day",
        ),
        (
            Refusal::AppointmentOtherPlace("annex".to_owned()),
            "appointment-other-place",
        ),
        (Refusal::ServiceClosed(service("a")), "service-closed"),
        (Refusal::NumbersUsedUp(service("a")), "service-full"),
        (
            Refusal::ServiceFull {
                service: service("a"),
                next_open_at: at_nine,
            },
            "service-full",
        ),
        (Refusal::TicketNotWaiting(ticket()), "ticket-not-waiting"),
        (Refusal::TicketNotParked(ticket()), "ticket-not-parked"),
        (Refusal::TicketNotNoShow(ticket()), "ticket-not-no-show"),
        (Refusal::RestoreExpired(ticket()), "restore-expired"),
        (Refusal::RestoreUsed(ticket()), "restore-used"),
        (Refusal::DeskIdle(desk("1")), "desk-idle"),
        (Refusal::NothingToRecall(desk("1")), "nothing-to-recall"),
        (Refusal::DeskServing(desk("1")), "desk-serving"),
        (
            Refusal::TooSoon {
                desk: desk("1"),
                wait_ms: 7,
            },
            "too-soon",
        ),
    ] {
        assert_eq!(refusal.code(), code, "{refusal}");
    }
}

#[test]
fn what_is_closed_says_when_it_opens_or_that_nobody_knows() {
    let nine = Some(at("2026-11-25T09:00:00+01:00"));
    let full = |next_open_at| Refusal::ServiceFull {
        service: service("a"),
        next_open_at,
    };
    for known in [Refusal::OfficeClosed(nine), full(nine)] {
        let text = known.to_string();
        assert!(
            text.ends_with("it opens next at 2026-11-25T08:00:00.000Z"),
            "{text}"
        );
    }
    for unknown in [Refusal::OfficeClosed(None), full(None)] {
        let text = unknown.to_string();
        assert!(
            text.ends_with("it opens next at a time nobody knows yet"),
            "{text}"
        );
    }
}

#[test]
fn a_refusal_names_the_number_that_people_hold() {
    let text = Refusal::AlreadyCheckedIn(ticket()).to_string();
    assert!(text.ends_with(": A007"), "{text}");
    let text = Refusal::RestoreExpired(ticket()).to_string();
    assert!(text.contains("15 minutes"), "{text}");
}

#[test]
fn a_service_of_another_building_is_not_opened_here() {
    let mut office = plain();
    office.services[0].place = Some("annex".to_owned());
    let mut world = World::new(&office);
    let service = office.services[0].id.clone();
    let refused = world.send(&Command::OpenService {
        service: service.clone(),
    });
    let elsewhere = Refusal::ServiceElsewhere {
        service,
        place: "annex".to_owned(),
    };
    assert_eq!(refused, Err(elsewhere));
}
