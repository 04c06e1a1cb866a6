// SPDX-License-Identifier: GPL-3.0-or-later
//! The screens without a window: what a person does, what the hub and the printer say, what is seen.

use std::time::{Duration, Instant};

use torn_client::{Failure, Update};
use torn_queue::event::{
    Class, OpeningReason, PrintOutcome, ServiceClosedReason, TicketStatus, Wait,
};
use torn_queue::{Actor, Event, Fact, Seq, Timestamp};
use torn_wire::view::{IssuedTicket, Ticket};
use torn_wire::{Beat, Code, Problem};

use super::*;

mod check_in;
mod closed;
mod paper;

const AT: &str = "2026-11-24T09:42:00.000Z";

fn at() -> Timestamp {
    AT.parse().unwrap()
}

fn event(seq: &mut Seq, fact: Fact) -> Input {
    *seq = seq.next();
    let by: Actor = "clock".parse().unwrap();
    Input::Hub(Update::Event(Box::new(Event {
        seq: *seq,
        at: at(),
        by,
        fact,
    })))
}

fn day_began() -> Fact {
    let office = torn_config::office(include_str!("../../../hub/oiac/office.toml"))
        .unwrap()
        .office;
    let log = "5e0b2f9c-6c56-4f5e-9d6f-0d6f3c2b1a00".parse().unwrap();
    let day = "2026-11-24".parse().unwrap();
    Fact::DayBegan {
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
    }
}

fn office_opened() -> Fact {
    Fact::OfficeOpened {
        reason: OpeningReason::Hours,
    }
}

/// A kiosk with a printer, in its own office, to which the hub has just spoken.
fn kiosk(now: Instant) -> ViewModel {
    let mut model = ViewModel::new(true, now);
    assert_eq!(
        model.take(Input::Hub(Update::Connected), now),
        [Effect::ReportAgain]
    );
    let mut seq = Seq::default();
    for fact in [day_began(), office_opened()] {
        assert_eq!(model.take(event(&mut seq, fact), now), []);
    }
    let beat = Beat {
        seq: Seq::default(),
        now: at(),
        clock_trusted: true,
    };
    model.take(Input::Hub(Update::Beat(beat)), now);
    model
}

/// The last event that [`kiosk`] was told.
fn morning_end() -> Seq {
    Seq::default().next().next()
}

fn touch(service: &str) -> Input {
    Input::Touch(Touch::Service(service.parse().unwrap()))
}

fn issued(service: &str, number: &str) -> IssuedTicket {
    let ticket = Ticket {
        id: format!("2026-11-24-{number}").parse().unwrap(),
        number: number.parse().unwrap(),
        service: service.parse().unwrap(),
        class: Class::WalkIn,
        status: TicketStatus::Waiting,
        language: "ca".parse().unwrap(),
        issued_at: at(),
        due_at: at(),
        appointment_at: None,
        called_at: None,
        finished_at: None,
        desk: None,
        ahead: Some(4),
        wait: Some(Wait {
            low_min: 10,
            high_min: 20,
        }),
    };
    IssuedTicket { ticket, link: None }
}

/// A ticket on the screen, its slip at the printer.
fn with_ticket(now: Instant) -> ViewModel {
    let mut model = kiosk(now);
    model.take(touch("general"), now);
    model.take(Input::Issued(Ok(issued("general", "A012"))), now);
    model
}

fn printed(outcome: PrintOutcome) -> Input {
    let ticket = "2026-11-24-A012".parse().unwrap();
    Input::Paper(News::Done {
        ticket,
        outcome,
        copy: false,
    })
}

fn refused(code: Code) -> Input {
    Input::Issued(Err(Failure::Refused(Problem::new(code, "no"))))
}

#[test]
fn before_the_hub_has_spoken_the_screen_says_that_it_connects() {
    let now = Instant::now();
    let view = ViewModel::new(true, now).view(now);
    assert_eq!(view.page, Page::Connecting);
    assert_eq!(view.languages, []);
}

#[test]
fn home_has_six_tiles_of_which_the_sixth_leads_to_the_other_services() {
    let now = Instant::now();
    let mut model = kiosk(now);
    let view = model.view(now);
    assert_eq!(view.page, Page::Home);
    let ids: Vec<_> = view.tiles.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(
        ids,
        ["general", "registre", "padro", "tributs", "idcat", "more"]
    );
    assert_eq!(view.tiles[5].others, "Urbanisme, Cadastre, Plusvàlues");
    assert_eq!(
        (view.date.as_str(), view.hour.as_str()),
        ("dimarts, 24 de novembre", "10.42 h")
    );

    model.take(Input::Touch(Touch::More), now);
    let view = model.view(now);
    assert_eq!(view.page, Page::More);
    let ids: Vec<_> = view.tiles.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["urbanisme", "cadastre", "plusvalues"]);
    model.take(Input::Touch(Touch::Back), now);
    assert_eq!(model.view(now).page, Page::Home);
}

#[test]
fn a_tile_counts_those_who_would_be_called_before_whoever_touches_it() {
    let now = Instant::now();
    let mut model = kiosk(now);
    let fact = Fact::TicketIssued {
        ticket: "2026-11-24-A001".parse().unwrap(),
        number: "A001".parse().unwrap(),
        service: "general".parse().unwrap(),
        class: Class::WalkIn,
        language: "ca".parse().unwrap(),
        due_at: at(),
        appointment_at: None,
        ahead: 0,
        wait: None,
    };
    let mut seq = morning_end();
    model.take(event(&mut seq, fact), now);
    // Every desk of the office serves every service: who waits for one is before you in all of them.
    let counts: Vec<_> = model
        .view(now)
        .tiles
        .iter()
        .map(|one| one.waiting)
        .collect();
    assert_eq!(counts, [1, 1, 1, 1, 1, 0]);
}

#[test]
fn a_double_tap_asks_for_one_ticket() {
    let now = Instant::now();
    let mut model = kiosk(now);
    let effects = model.take(touch("general"), now);
    assert!(matches!(&effects[..], [Effect::Issue(wish)] if wish.service.as_str() == "general"));
    assert_eq!(model.take(touch("general"), now), []);
    assert_eq!(model.take(touch("registre"), now), []);
    assert_eq!(model.view(now).asked.as_deref(), Some("general"));
}

#[test]
fn the_number_is_shown_only_once_the_hub_has_given_it_and_its_slip_goes_to_the_printer_then() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(touch("general"), now);
    assert_eq!(model.view(now).taken, None);
    let later = now + Duration::from_millis(40);
    let effects = model.take(Input::Issued(Ok(issued("general", "A012"))), later);
    let mark = |name, at| {
        Effect::Mark(Mark {
            name,
            number: "A012".to_owned(),
            at,
        })
    };
    assert_eq!(effects[..2], [mark("touch", now), mark("durable", later)]);
    let Effect::Print(_, slip) = &effects[2] else {
        panic!("{effects:?}")
    };
    assert_eq!(slip.service, "Informació general");
    assert!(!slip.copy);
    let view = model.view(later);
    assert_eq!(view.page, Page::Ticket);
    let taken = view.taken.unwrap();
    assert_eq!((taken.number.as_str(), taken.ahead), ("A012", 4));
    assert_eq!(
        (taken.wait.as_str(), taken.paper),
        ("entre 10 i 20 min", Paper::Printing)
    );
}

#[test]
fn a_service_for_appointments_shows_the_way_to_one_and_offers_a_ticket_for_information() {
    let now = Instant::now();
    let mut model = kiosk(now);
    assert_eq!(model.take(touch("idcat"), now), []);
    let view = model.view(now);
    assert_eq!(view.page, Page::Instead);
    let instead = view.instead.unwrap();
    assert_eq!(instead.reason, Reason::Appointment);
    assert_eq!(instead.whatsapp.as_deref(), Some("34663740355"));
    assert!(instead.web.is_some_and(|web| web.contains("seu-e.cat")));
    assert!(instead.information);
    let effects = model.take(Input::Touch(Touch::Information), now);
    assert!(matches!(&effects[..], [Effect::Issue(wish)] if wish.service.as_str() == "general"));
}

#[test]
fn a_refusal_is_said_and_the_hubs_word_on_appointments_counts() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(touch("general"), now);
    model.take(refused(Code::ServiceFull), now);
    let instead = model.view(now).instead.unwrap();
    assert_eq!(
        (instead.service.as_str(), instead.reason),
        ("Informació general", Reason::Full)
    );
    model.take(Input::Touch(Touch::Back), now);
    model.take(touch("registre"), now);
    model.take(refused(Code::AppointmentRequired), now);
    let instead = model.view(now).instead.unwrap();
    assert_eq!(instead.reason, Reason::Appointment);
}

#[test]
fn a_hub_that_is_away_is_said_with_the_hour_and_the_desk_to_ask_and_forgotten_when_it_is_back() {
    let now = Instant::now();
    let mut model = kiosk(now);
    let later = now + Duration::from_secs(300);
    model.take(Input::Hub(Update::Away { since: now }), later);
    let view = model.view(later);
    assert_eq!(view.page, Page::Away);
    assert_eq!(
        (view.since.as_str(), view.hour.as_str()),
        ("10.42 h", "10.47 h")
    );
    assert_eq!(view.desk, "taula 1");
    model.take(Input::Hub(Update::Connected), later);
    assert_eq!(model.view(later).page, Page::Home);
}

#[test]
fn a_hub_that_is_back_at_once_was_not_away_for_people() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(Input::Hub(Update::Away { since: now }), now);
    assert_eq!(model.view(now + Duration::from_secs(3)).page, Page::Home);
    assert_eq!(model.view(now + Duration::from_secs(5)).page, Page::Away);
}

#[test]
fn a_touch_under_way_does_not_hide_that_the_hub_is_away() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(touch("general"), now);
    model.take(
        Input::Hub(Update::Away { since: now }),
        now + Duration::from_secs(5),
    );
    let waiting = model.view(now + Duration::from_secs(6));
    assert_eq!(waiting.page, Page::Away);
    assert_eq!(
        waiting.asked.as_deref(),
        Some("general"),
        "it says that it still asks"
    );
    let gave_up = now + Duration::from_secs(15);
    model.take(Input::Issued(Err(Failure::HubAway)), gave_up);
    let without = model.view(gave_up);
    assert_eq!((without.page, without.asked), (Page::Away, None));
}

#[test]
fn a_number_that_comes_although_the_hub_was_away_is_shown() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(touch("general"), now);
    model.take(Input::Hub(Update::Away { since: now }), now);
    let later = now + Duration::from_secs(9);
    assert_eq!(model.view(later).page, Page::Away);
    model.take(Input::Issued(Ok(issued("general", "A012"))), later);
    assert_eq!(model.view(later).page, Page::Ticket);
}

#[test]
fn a_number_that_was_given_stays_on_the_screen_when_the_hub_goes_away() {
    let now = Instant::now();
    let mut model = with_ticket(now);
    model.take(Input::Hub(Update::Away { since: now }), now);
    assert_eq!(model.view(now).page, Page::Ticket);
}

#[test]
fn a_page_nobody_touches_asks_before_it_leaves() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(Input::Touch(Touch::More), now);
    let idle = now + limits::IDLE;
    model.take(Input::Tick, idle);
    let view = model.view(idle + Duration::from_secs(6));
    assert_eq!((view.page, view.seconds_left), (Page::StillThere, 14));
    model.take(Input::Touch(Touch::MoreTime), idle);
    assert_eq!(model.view(idle).page, Page::More);
    model.take(Input::Tick, idle + limits::IDLE);
    model.take(Input::Tick, idle + limits::IDLE + limits::QUESTION);
    assert_eq!(model.view(idle).page, Page::Home);
}

#[test]
fn a_language_chosen_and_left_is_not_what_the_next_person_finds() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(Input::Touch(Touch::Language("ar".parse().unwrap())), now);
    assert_eq!(model.view(now).tiles[0].name, "معلومات عامة");
    model.take(Input::Tick, now + limits::IDLE);
    assert_eq!(model.view(now).language.as_str(), "ca");
}

#[test]
fn a_new_day_is_told_again_how_everything_is() {
    let now = Instant::now();
    let mut model = kiosk(now);
    let mut seq = morning_end();
    assert_eq!(
        model.take(event(&mut seq, day_began()), now),
        [Effect::ReportAgain]
    );
}

#[test]
fn what_looks_the_same_is_an_equal_view() {
    let now = Instant::now();
    let model = kiosk(now);
    assert_eq!(model.view(now), model.view(now + Duration::from_secs(59)));
    assert_ne!(model.view(now), model.view(now + Duration::from_secs(60)));
}
