// SPDX-License-Identifier: GPL-3.0-or-later
//! A number and its paper: what comes out, what does not, and how long it is shown.

use super::*;

#[test]
fn a_page_with_paper_stays_eight_seconds_and_goes_home_in_the_offices_own_language() {
    let start = Instant::now();
    let mut model = with_ticket(start);
    model.take(Input::Touch(Touch::Language("fr".parse().unwrap())), start);
    let out = start + Duration::from_secs(3);
    let note = NotePrint {
        outcome: PrintOutcome::Printed,
        copy: false,
    };
    let noted = model.take(printed(PrintOutcome::Printed), out);
    assert_eq!(
        noted,
        [Effect::Note("2026-11-24-A012".parse().unwrap(), note)]
    );
    model.take(Input::Tick, out + Duration::from_secs(8));
    assert_eq!(model.view(out).page, Page::Ticket);
    assert_eq!(model.view(out).language.as_str(), "fr");
    model.take(Input::Tick, out + Duration::from_secs(11));
    assert_eq!(model.view(out).page, Page::Home);
    assert_eq!(model.view(out).language.as_str(), "ca");
}

#[test]
fn without_paper_the_number_stays_longer_and_more_time_can_be_had() {
    let start = Instant::now();
    let mut model = with_ticket(start);
    assert_eq!(
        model.take(Input::Paper(News::Printer(PrinterState::PaperOut)), start),
        [Effect::Report(PrinterState::PaperOut)]
    );
    model.take(printed(PrintOutcome::Failed), start);
    let taken = model.view(start).taken.unwrap();
    assert_eq!(taken.paper, Paper::PaperOut);
    assert!(taken.target.is_some(), "a phone can take the number along");
    let nineteen = start + Duration::from_secs(19);
    model.take(Input::Tick, nineteen);
    model.take(Input::Touch(Touch::MoreTime), nineteen);
    model.take(Input::Tick, nineteen + Duration::from_secs(19));
    assert_eq!(model.view(nineteen).page, Page::Ticket);
    model.take(Input::Tick, nineteen + Duration::from_secs(20));
    assert_eq!(model.view(nineteen).page, Page::Home);
}

#[test]
fn a_printer_that_is_off_or_silent_is_told_as_that() {
    let now = Instant::now();
    for (state, paper) in [
        (PrinterState::PaperOut, Paper::PaperOut),
        (PrinterState::CoverOpen, Paper::CoverOpen),
        (PrinterState::Offline, Paper::Off),
        (PrinterState::Silent, Paper::Silent),
        (PrinterState::Fault, Paper::Broken),
    ] {
        let mut model = with_ticket(now);
        model.take(Input::Paper(News::Printer(state)), now);
        model.take(printed(PrintOutcome::Failed), now);
        assert_eq!(model.view(now).taken.unwrap().paper, paper);
        assert!(paper.ails(), "{paper:?}");
    }
}

#[test]
fn paper_that_nothing_is_known_of_is_not_told_as_success_and_its_number_stays() {
    let start = Instant::now();
    let mut model = with_ticket(start);
    model.take(Input::Paper(News::Printer(PrinterState::Silent)), start);
    model.take(printed(PrintOutcome::Unknown), start);
    let taken = model.view(start).taken.unwrap();
    assert_eq!(taken.paper, Paper::Unknown);
    assert!(taken.paper.ails());
    assert!(taken.target.is_some(), "a phone can take the number along");
    let nineteen = start + Duration::from_secs(19);
    model.take(Input::Tick, nineteen);
    assert_eq!(model.view(nineteen).page, Page::Ticket);
    let effects = model.take(Input::Touch(Touch::NoPaper), nineteen);
    assert!(
        matches!(&effects[..], [Effect::Print(_, slip)] if slip.copy),
        "a copy can be had"
    );
}

#[test]
fn a_printer_that_is_well_and_never_confirms_is_believed_for_longer() {
    let start = Instant::now();
    let mut model = with_ticket(start);
    model.take(Input::Paper(News::Printer(PrinterState::Ok)), start);
    model.take(printed(PrintOutcome::Unknown), start);
    assert_eq!(model.view(start).taken.unwrap().paper, Paper::Printed);
    let nineteen = start + Duration::from_secs(19);
    model.take(Input::Tick, nineteen);
    assert_eq!(model.view(nineteen).page, Page::Ticket);
    let effects = model.take(Input::Touch(Touch::NoPaper), nineteen);
    assert!(
        matches!(&effects[..], [Effect::Print(_, slip)] if slip.copy),
        "a copy can be had"
    );
}

#[test]
fn done_leaves_at_once_but_not_by_the_second_tap_of_the_touch_that_took_the_ticket() {
    let start = Instant::now();
    let mut model = with_ticket(start);
    model.take(
        Input::Touch(Touch::Done),
        start + Duration::from_millis(200),
    );
    assert_eq!(model.view(start).page, Page::Ticket);
    model.take(Input::Touch(Touch::Done), start + Duration::from_secs(1));
    assert_eq!(model.view(start).page, Page::Home);
}

#[test]
fn no_paper_prints_a_copy_of_the_same_number_once_the_first_print_is_over() {
    let start = Instant::now();
    let mut model = with_ticket(start);
    assert_eq!(model.take(Input::Touch(Touch::NoPaper), start), []);
    model.take(printed(PrintOutcome::Unknown), start);
    assert_eq!(model.view(start).taken.unwrap().paper, Paper::Unknown);
    let effects = model.take(Input::Touch(Touch::NoPaper), start);
    let [Effect::Print(_, slip)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert!(slip.copy);
    assert_eq!(slip.number.to_string(), "A012");
    assert_eq!(model.view(start).taken.unwrap().paper, Paper::Printing);
}
