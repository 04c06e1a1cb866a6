// SPDX-License-Identifier: GPL-3.0-or-later
//! What a kiosk was told before each of the screens is looked at.

use std::time::{Duration, Instant};

use torn_client::{Failure, Update};
use torn_kiosk::paper::{News, PrinterState};
use torn_kiosk::view_model::{Input, Touch, ViewModel};
use torn_queue::event::{
    Class, OpeningReason, PrintOutcome, ServiceClosedReason, TicketStatus, Wait,
};
use torn_queue::office::AppointmentRule;
use torn_queue::{Event, Fact, Language, Office, Seq, Timestamp};
use torn_wire::view::{IssuedTicket, Ticket};
use torn_wire::{Beat, Code, Problem};

const OFFICE: &str = include_str!("../../../hub/oiac/office.toml");

/// A view model that is told a morning, and then what leads to `screen`.
pub(crate) fn shown(screen: &str, language: &Language, now: Instant) -> ViewModel {
    let mut model = ViewModel::new(screen != "no-printer", now);
    if screen == "connecting" {
        return model;
    }
    let at: Timestamp = "2026-11-24T09:42:00.000Z".parse().unwrap();
    let mut office = torn_config::office(OFFICE).unwrap().office;
    match screen {
        "no-town" => office.town = None,
        "booking" => office.links.booking = Some("https://cita.torroella.cat/oiac".to_owned()),
        "mixed" | "elsewhere" | "other-place" => {
            office.services[2].place = Some("Can Mach, carrer Major 3".to_owned());
        }
        "no-appointments" => {
            for service in &mut office.services {
                service.appointment = AppointmentRule::None;
            }
        }
        _ => {}
    }
    let services: Vec<_> = office.services.iter().map(|one| one.id.clone()).collect();
    let shut = match screen {
        "mixed" => &services[1..2],
        "no-more" => &services[..],
        _ => &[],
    };
    let full = shut.iter().map(|service| Fact::ServiceClosed {
        service: service.clone(),
        reason: ServiceClosedReason::Full,
        next_open_at: None,
    });
    let closed = screen.starts_with("closed").then(|| Fact::OfficeClosed {
        reason: OpeningReason::Hours,
        next_open_at: Some("2026-11-25T08:00:00.000Z".parse().unwrap()),
    });
    let waiting = screen != "closed";
    for event in morning(at, office, waiting, full.chain(closed)) {
        model.take(Input::Hub(Update::Event(Box::new(event))), now);
    }
    model.take(Input::Hub(Update::Connected), now);
    let beat = Beat {
        seq: Seq::default(),
        now: at,
        clock_trusted: true,
    };
    model.take(Input::Hub(Update::Beat(beat)), now);
    model.take(Input::Touch(Touch::Language(language.clone())), now);
    let touch = |id: &str| Input::Touch(Touch::Service(id.parse().unwrap()));
    match screen {
        "more" => drop(model.take(Input::Touch(Touch::More), now)),
        "appointment" | "booking" => drop(model.take(touch("idcat"), now)),
        "elsewhere" => drop(model.take(touch("padro"), now)),
        _ if screen.starts_with("check-in") => type_code(&mut model, screen, now),
        "checked-in" | "cancelled" | "other-day" | "day-gone" | "other-place" => {
            model.take(Input::Touch(Touch::Scanned("482915".to_owned())), now);
            model.take(refused_check_in(screen), now);
        }
        "away" => drop(model.take(Input::Hub(Update::Away { since: now }), now)),
        "asking" => drop(model.take(touch("general"), now)),
        "scanning" => {
            model.take(Input::Touch(Touch::Scanned("482915".to_owned())), now);
        }
        "asking-away" => {
            model.take(touch("general"), now);
            model.take(Input::Hub(Update::Away { since: now }), now);
        }
        "full" => {
            model.take(touch("registre"), now);
            let refused = Failure::Refused(Problem::new(Code::ServiceFull, ""));
            model.take(Input::Issued(Err(refused)), now);
        }
        "still-there" => {
            model.take(Input::Touch(Touch::More), now);
            model.take(Input::Tick, now + Duration::from_secs(30));
        }
        "printing" | "printed" | "unknown" | "paper-out" | "off" | "silent" | "no-printer"
        | "early" | "in-time" | "late" | "late-paper-out" => {
            model.take(touch("general"), now);
            let ticket = booked(screen, ticket(at, language));
            let id = ticket.id;
            model.take(Input::Issued(Ok(IssuedTicket { ticket, link: None })), now);
            let state = match screen {
                "off" => PrinterState::Offline,
                "silent" | "unknown" => PrinterState::Silent,
                _ => PrinterState::PaperOut,
            };
            let outcome = match screen {
                "printed" | "early" | "in-time" | "late" => PrintOutcome::Printed,
                "unknown" => PrintOutcome::Unknown,
                "paper-out" | "off" | "silent" | "late-paper-out" => PrintOutcome::Failed,
                _ => return model,
            };
            model.take(Input::Paper(News::Printer(state)), now);
            model.take(
                Input::Paper(News::Done {
                    ticket: id,
                    outcome,
                    copy: false,
                }),
                now,
            );
        }
        _ => {}
    }
    model
}

/// What was typed, and what the hub said to it.
fn type_code(model: &mut ViewModel, screen: &str, now: Instant) {
    model.take(Input::Touch(Touch::CheckIn), now);
    let code = match screen {
        "check-in-letters" => "K7P",
        "check-in-unknown" | "check-in-failed" | "check-in-slow" => "482915",
        "check-in-long" => "48291548291548",
        _ => "4829",
    };
    for key in code.chars() {
        model.take(Input::Touch(Touch::Key(key)), now);
    }
    match screen {
        "check-in-letters" => drop(model.take(Input::Touch(Touch::OtherKeys), now)),
        "check-in-slow" => drop(model.take(Input::Touch(Touch::Continue), now)),
        "check-in-unknown" | "check-in-failed" => {
            model.take(Input::Touch(Touch::Continue), now);
            model.take(refused_check_in(screen), now);
        }
        _ => {}
    }
}

fn refused_check_in(screen: &str) -> Input {
    let (code, detail) = match screen {
        "checked-in" => (Code::AlreadyCheckedIn, "it has its number: E001"),
        "cancelled" => (Code::AppointmentCancelled, ""),
        "other-day" => (Code::AppointmentOtherDay, "it is for 2026-12-10; come then"),
        "day-gone" => (
            Code::AppointmentOtherDay,
            "it was for 2026-11-23; come then",
        ),
        "other-place" => (
            Code::AppointmentOtherPlace,
            "it is at Can Mach, carrer Major 3; go there",
        ),
        "check-in-failed" => (Code::Forbidden, ""),
        _ => (Code::UnknownAppointment, ""),
    };
    Input::Issued(Err(Failure::Refused(Problem::new(code, detail))))
}

/// The ticket of somebody who was booked, and came like that.
fn booked(screen: &str, ticket: Ticket) -> Ticket {
    let (class, appointment_at) = match screen {
        "early" => (Class::Appointment, "2026-11-24T10:30:00.000Z"),
        "in-time" => (Class::Appointment, "2026-11-24T09:40:00.000Z"),
        "late" | "late-paper-out" => (Class::WalkIn, "2026-11-24T09:00:00.000Z"),
        _ => return ticket,
    };
    let wait = Some(Wait {
        low_min: 10,
        high_min: 20,
    });
    Ticket {
        class,
        appointment_at: Some(appointment_at.parse().unwrap()),
        wait,
        ..ticket
    }
}

fn morning(
    at: Timestamp,
    office: Office,
    waiting: bool,
    then: impl Iterator<Item = Fact>,
) -> Vec<Event> {
    let day = "2026-11-24".parse().unwrap();
    let log = "5e0b2f9c-6c56-4f5e-9d6f-0d6f3c2b1a00".parse().unwrap();
    let mut facts = vec![Fact::DayBegan {
        log,
        day,
        office: Box::new(office),
        left: 0,
        ended: 0,
        midnight_at: Some("2026-11-23T23:00:00.000Z".parse().unwrap()),
        special_days: vec![],
        notice: None,
        learnt: Default::default(),
        numbers: vec![],
    }];
    facts.push(Fact::OfficeOpened {
        reason: OpeningReason::Hours,
    });
    let people = [
        ("general", "A", 4),
        ("registre", "B", 1),
        ("padro", "C", 3),
        ("tributs", "D", 2),
        ("idcat", "E", 1),
    ];
    for (service, letter, count) in people.into_iter().filter(|_| waiting) {
        for number in 1..=count {
            let number = format!("{letter}{number:03}");
            facts.push(Fact::TicketIssued {
                ticket: format!("2026-11-24-{number}").parse().unwrap(),
                number: number.parse().unwrap(),
                service: service.parse().unwrap(),
                class: Class::WalkIn,
                language: "ca".parse().unwrap(),
                due_at: at,
                appointment_at: (letter == "E").then_some(at),
                ahead: 0,
                wait: None,
            });
        }
    }
    facts.extend(then);
    let mut seq = Seq::default();
    let by = "clock".parse().unwrap();
    let event = |fact| {
        seq = seq.next();
        Event {
            seq,
            at,
            by: torn_queue::Actor::clone(&by),
            fact,
        }
    };
    facts.into_iter().map(event).collect()
}

fn ticket(at: Timestamp, language: &Language) -> Ticket {
    Ticket {
        id: "2026-11-24-A012".parse().unwrap(),
        number: "A012".parse().unwrap(),
        service: "general".parse().unwrap(),
        class: Class::WalkIn,
        status: TicketStatus::Waiting,
        language: language.clone(),
        issued_at: at,
        due_at: at,
        appointment_at: None,
        called_at: None,
        finished_at: None,
        desk: None,
        ahead: Some(4),
        wait: None,
    }
}
