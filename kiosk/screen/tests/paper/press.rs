// SPDX-License-Identifier: GPL-3.0-or-later
//! The tickets thread: what it tells, in which order, and that it tells it once.

use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use torn_config::Printer;
use torn_kiosk::paper::{News, PrinterState};
use torn_kiosk::press::{Job, Press};
use torn_kiosk::ticket::Slip;
use torn_queue::event::PrintOutcome;

use crate::decoder::decode;
use crate::fake::{BOTH, Fake, OK, On, PAPER_OUT};
use crate::golden;
use crate::slips::{arabic, catalan};
use crate::states::patience;

fn start(fake: &Fake) -> (Press, Receiver<News>) {
    let (tell, told) = mpsc::channel();
    let printer = Printer {
        device: fake.device(),
        dots: 576,
    };
    let press = Press::start_with(Some(printer), patience(), move |news| {
        // The test may have ended already.
        let _ = tell.send(news);
    });
    (press, told)
}

fn job(slip: Slip) -> Job {
    Job {
        ticket: "2026-11-24-A012".parse().unwrap(),
        slip,
    }
}

fn next(told: &Receiver<News>) -> News {
    told.recv_timeout(Duration::from_secs(20))
        .expect("news in time")
}

#[test]
fn a_ticket_is_started_written_and_done_in_that_order() {
    for on in BOTH {
        let fake = Fake::start(on);
        let (press, told) = start(&fake);
        assert_eq!(next(&told), News::Printer(PrinterState::Ok));
        press.print(job(catalan()));
        let ticket = job(catalan()).ticket;
        let News::Started {
            ticket: one,
            at: first,
        } = next(&told)
        else {
            panic!("not started")
        };
        let News::Written {
            ticket: same,
            at: last,
        } = next(&told)
        else {
            panic!("not written")
        };
        assert!(one == ticket && same == ticket && first <= last);
        assert_eq!(
            next(&told),
            News::Done {
                ticket,
                outcome: PrintOutcome::Printed,
                copy: false
            }
        );
        golden::assert_same("ca-576", &decode(&fake.script().received).rows);
        press.finish();
    }
}

#[test]
fn a_state_is_told_when_it_changes_and_not_again() {
    let fake = Fake::start(On::Tcp);
    let (press, told) = start(&fake);
    assert_eq!(next(&told), News::Printer(PrinterState::Ok));
    let asked = fake.script().questions;
    fake.wait_until(|script| script.questions > asked + 3);
    fake.script().answers = PAPER_OUT;
    assert_eq!(next(&told), News::Printer(PrinterState::PaperOut));
    fake.script().answers = OK;
    assert_eq!(next(&told), News::Printer(PrinterState::Ok));
    press.finish();
    assert!(told.recv().is_err(), "nothing more was told");
}

#[test]
fn a_ticket_for_which_there_is_no_paper_fails_at_once_and_nothing_of_it_is_kept() {
    let fake = Fake::start(On::Tcp);
    fake.script().answers = PAPER_OUT;
    let (press, told) = start(&fake);
    assert_eq!(next(&told), News::Printer(PrinterState::PaperOut));
    press.print(job(catalan()));
    let ticket = job(catalan()).ticket;
    assert_eq!(
        next(&told),
        News::Done {
            ticket,
            outcome: PrintOutcome::Failed,
            copy: false
        }
    );
    fake.script().answers = OK;
    assert_eq!(next(&told), News::Printer(PrinterState::Ok));
    press.finish();
    assert!(
        fake.script().received.is_empty(),
        "paper that comes later brings no old ticket"
    );
}

#[test]
fn a_copy_is_told_of_as_one() {
    let fake = Fake::start(On::Tcp);
    let (press, told) = start(&fake);
    press.print(job(Slip {
        copy: true,
        ..arabic()
    }));
    press.finish();
    let done = told.iter().last();
    assert!(matches!(
        done,
        Some(News::Done {
            outcome: PrintOutcome::Printed,
            copy: true,
            ..
        })
    ));
}

#[test]
fn the_jobs_it_has_are_done_before_it_ends() {
    let fake = Fake::start(On::Tcp);
    let (press, told) = start(&fake);
    for _ in 0..3 {
        press.print(job(catalan()));
    }
    press.finish();
    let done = told
        .iter()
        .filter(|news| matches!(news, News::Done { .. }))
        .count();
    assert_eq!((done, fake.script().resets), (3, 3));
}

#[test]
fn without_a_printer_every_ticket_fails_at_once() {
    let (tell, told) = mpsc::channel();
    let press = Press::start(None, move |news| {
        let _ = tell.send(news);
    });
    assert_eq!(next(&told), News::Printer(PrinterState::Offline));
    press.print(job(catalan()));
    assert!(matches!(
        next(&told),
        News::Done {
            outcome: PrintOutcome::Failed,
            ..
        }
    ));
}
