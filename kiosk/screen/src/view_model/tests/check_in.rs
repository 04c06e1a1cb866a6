// SPDX-License-Identifier: GPL-3.0-or-later
//! Somebody who is booked comes: a code typed or read, what the hub says to it, and how it goes on.

use super::*;
use crate::ticket::Arrival;

fn typed(model: &mut ViewModel, code: &str, now: Instant) -> Vec<Effect> {
    model.take(Input::Touch(Touch::CheckIn), now);
    for key in code.chars() {
        model.take(Input::Touch(Touch::Key(key)), now);
    }
    model.take(Input::Touch(Touch::Continue), now)
}

fn scanned(text: &str) -> Input {
    Input::Touch(Touch::Scanned(text.to_owned()))
}

fn refused_with(code: Code, detail: &str) -> Input {
    Input::Issued(Err(Failure::Refused(Problem::new(code, detail))))
}

/// A ticket whose holder was booked for `hour` in UTC, at 9.42.
fn booked(class: Class, hour: &str) -> IssuedTicket {
    let IssuedTicket { ticket, link } = issued("idcat", "E003");
    let booked: Timestamp = format!("2026-11-24T{hour}:00.000Z").parse().unwrap();
    let due_at = if class == Class::Appointment {
        booked
    } else {
        ticket.due_at
    };
    let ticket = Ticket {
        class,
        due_at,
        appointment_at: Some(booked),
        ..ticket
    };
    IssuedTicket { ticket, link }
}

#[test]
fn a_code_is_typed_seen_and_sent_in_the_language_that_was_chosen() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(Input::Touch(Touch::Language("fr".parse().unwrap())), now);
    let effects = typed(&mut model, "4829", now);
    let [Effect::CheckIn(sent)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(
        (sent.code.as_deref(), sent.scan.as_deref()),
        (Some("4829"), None)
    );
    assert_eq!(sent.language.as_ref().unwrap().as_str(), "fr");
    let view = model.view(now);
    assert_eq!(view.page, Page::CheckIn);
    assert_eq!(view.check_in.unwrap().code, "4829");
    assert_eq!(view.asked.as_deref(), Some("check-in"));
    assert_eq!(
        model.take(Input::Touch(Touch::Continue), now),
        [],
        "once is enough"
    );
}

#[test]
fn a_sign_can_be_taken_back_letters_have_their_keys_and_a_code_has_an_end() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(Input::Touch(Touch::CheckIn), now);
    assert_eq!(model.take(Input::Touch(Touch::Continue), now), []);
    for touch in [Touch::Key('4'), Touch::Key('9'), Touch::Erase] {
        model.take(Input::Touch(touch), now);
    }
    let mut keys = || {
        model.take(Input::Touch(Touch::OtherKeys), now);
        model.view(now).check_in.unwrap().keys
    };
    assert_eq!(
        [keys(), keys(), keys()],
        [Keys::FirstLetters, Keys::LastLetters, Keys::Figures]
    );
    for _ in 0..100 {
        model.take(Input::Touch(Touch::Key('K')), now);
    }
    let code = model.view(now).check_in.unwrap().code;
    assert_eq!(code.len(), limits::CODE);
    assert!(code.starts_with("4K"));
}

#[test]
fn what_a_reader_read_is_sent_as_that_from_home_and_from_the_page_that_asks_for_it() {
    let now = Instant::now();
    for touch in [None, Some(Touch::CheckIn), Some(Touch::More)] {
        let mut model = kiosk(now);
        if let Some(touch) = touch {
            model.take(Input::Touch(touch), now);
        }
        let effects = model.take(scanned("https://cita.example/482915"), now);
        let [Effect::CheckIn(sent)] = &effects[..] else {
            panic!("{effects:?}")
        };
        assert_eq!(sent.scan.as_deref(), Some("https://cita.example/482915"));
        assert_eq!(sent.code, None);
        assert_eq!(model.take(scanned("482915"), now), [], "one at a time");
    }
}

#[test]
fn a_reading_over_a_ticket_or_a_closed_office_asks_for_nothing() {
    let now = Instant::now();
    let mut model = with_ticket(now);
    assert_eq!(model.take(scanned("482915"), now), []);
    let mut model = kiosk(now);
    let closed = Fact::OfficeClosed {
        reason: OpeningReason::Hours,
        next_open_at: None,
    };
    model.take(event(&mut morning_end(), closed), now);
    assert_eq!(model.take(scanned("482915"), now), []);
    assert_eq!(model.view(now).page, Page::Closed);
}

#[test]
fn whoever_is_early_is_told_the_hour_and_when_the_call_comes_on_screen_and_paper() {
    let now = Instant::now();
    let mut model = kiosk(now);
    typed(&mut model, "482915", now);
    let early = booked(Class::Appointment, "10:30");
    let effects = model.take(Input::Issued(Ok(early)), now);
    let taken = model.view(now).taken.unwrap();
    assert_eq!(taken.booked, Some(("11.30 h".to_owned(), Arrival::Early)));
    let Effect::Print(_, slip) = &effects[2] else {
        panic!("{effects:?}")
    };
    let hour = jiff::civil::time(11, 30, 0, 0);
    assert_eq!(slip.booked, Some((hour, Arrival::Early)));
    assert_eq!(slip.around, Some(hour));
}

#[test]
fn whoever_is_too_late_waits_like_the_others_and_is_told_so_on_screen_and_paper() {
    let now = Instant::now();
    let mut model = kiosk(now);
    model.take(scanned("482915"), now);
    let late = booked(Class::WalkIn, "09:00");
    let effects = model.take(Input::Issued(Ok(late)), now);
    let taken = model.view(now).taken.unwrap();
    assert_eq!(taken.booked, Some(("10.00 h".to_owned(), Arrival::Late)));
    assert_eq!(taken.wait, "entre 10 i 20 min");
    let Effect::Print(_, slip) = &effects[2] else {
        panic!("{effects:?}")
    };
    assert!(matches!(slip.booked, Some((_, Arrival::Late))));
    let around = jiff::civil::time(10, 55, 0, 0);
    assert_eq!(
        slip.around,
        Some(around),
        "15 minutes after 10.42, or before"
    );
}

#[test]
fn a_code_that_nobody_is_booked_under_stays_to_be_looked_at_again() {
    let now = Instant::now();
    let mut model = kiosk(now);
    typed(&mut model, "482915", now);
    model.take(refused_with(Code::UnknownAppointment, "none"), now);
    let entry = model.view(now).check_in.unwrap();
    assert_eq!((entry.code.as_str(), entry.unknown), ("482915", true));
    model.take(Input::Touch(Touch::Erase), now);
    let entry = model.view(now).check_in.unwrap();
    assert_eq!((entry.code.as_str(), entry.unknown), ("48291", false));

    let mut model = kiosk(now);
    model.take(scanned("a page about nothing"), now);
    model.take(refused_with(Code::UnknownAppointment, "none"), now);
    let view = model.view(now);
    assert_eq!(view.page, Page::CheckIn);
    assert!(view.check_in.unwrap().unknown);
    assert_eq!(model.take(scanned(""), now), [], "too long to be a code");
}

#[test]
fn each_refusal_is_told_in_its_own_words_with_what_is_known_and_a_way_on() {
    let now = Instant::now();
    let told = |code, detail: &str| {
        let mut model = kiosk(now);
        model.take(scanned("482915"), now);
        model.take(refused_with(code, detail), now);
        let view = model.view(now);
        assert_eq!(view.page, Page::Refused);
        let refused = view.refused.unwrap();
        let has_one = code == Code::AlreadyCheckedIn;
        assert_eq!(refused.number, !has_one, "a number after {code:?}");
        (refused.why, refused.what)
    };
    let day = "2026-11-26".parse().unwrap();
    assert_eq!(
        told(
            Code::AppointmentOtherDay,
            "this appointment is for 2026-11-26; come then, or book another if that day is over"
        ),
        (
            Why::OtherDay(Some(day)),
            "el dijous, 26 de novembre".to_owned()
        )
    );
    assert_eq!(
        told(Code::AppointmentOtherDay, "another day").0,
        Why::OtherDay(None)
    );
    let gone = "2026-11-23".parse().unwrap();
    assert_eq!(
        told(Code::AppointmentOtherDay, "for 2026-11-23").0,
        Why::DayGone(gone)
    );
    assert_eq!(told(Code::AppointmentCancelled, "").0, Why::Cancelled);
    assert_eq!(told(Code::Forbidden, "").0, Why::CheckIn);
    assert_eq!(
        told(Code::AlreadyCheckedIn, "its number: E003").0,
        Why::CheckedIn(None),
        "a number that was given to nobody is none"
    );
    assert_eq!(
        told(Code::AppointmentOtherPlace, "at the moon").0,
        Why::OtherPlace(None),
        "only a building of the office's own is told"
    );
}

#[test]
fn whoever_has_checked_in_before_is_told_the_number() {
    let now = Instant::now();
    let mut model = kiosk(now);
    let fact = Fact::TicketIssued {
        ticket: "2026-11-24-E003".parse().unwrap(),
        number: "E003".parse().unwrap(),
        service: "idcat".parse().unwrap(),
        class: Class::Appointment,
        language: "ca".parse().unwrap(),
        due_at: at(),
        appointment_at: Some(at()),
        ahead: 0,
        wait: None,
    };
    model.take(event(&mut morning_end(), fact), now);
    model.take(scanned("482915"), now);
    model.take(
        refused_with(Code::AlreadyCheckedIn, "it has its number: E003"),
        now,
    );
    let refused = model.view(now).refused.unwrap();
    assert_eq!(refused.what, "E003");
    assert!(!refused.again, "another code would be somebody else's");
    model.take(Input::Touch(Touch::Back), now);
    assert_eq!(model.view(now).page, Page::Home);
}

#[test]
fn a_check_in_without_an_answer_is_a_hub_that_is_away_and_one_at_a_closed_office_says_when_it_opens()
 {
    let now = Instant::now();
    let mut model = kiosk(now);
    typed(&mut model, "482915", now);
    let later = now + Duration::from_secs(15);
    model.take(Input::Issued(Err(Failure::HubAway)), later);
    assert_eq!(model.view(later).page, Page::Away);

    let mut model = kiosk(now);
    typed(&mut model, "482915", now);
    model.take(refused_with(Code::OfficeClosed, ""), now);
    let view = model.view(now);
    assert_eq!(view.page, Page::Closed);
    assert_eq!(
        view.closed.unwrap().opens.replace('\u{a0}', " "),
        "demà, dimecres, a les 9 h"
    );
}
