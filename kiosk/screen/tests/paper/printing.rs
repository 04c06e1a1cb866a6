// SPDX-License-Identifier: GPL-3.0-or-later
//! What becomes of a job, whatever the printer does in the middle of it.

use std::path::PathBuf;

use torn_config::PrinterDevice;
use torn_kiosk::paper::PrinterState;
use torn_kiosk::printer::{Device, Moment, Patience, Printed};
use torn_kiosk::ticket::{Draughtsman, job};
use torn_queue::event::PrintOutcome;

use crate::fake::{BOTH, Fake, OK, On, PAPER_OUT, SILENT, Script, Then};
use crate::slips;
use crate::states::{hasty, patience};

/// Where in the raster of a ticket the faults below happen.
const MIDDLE: usize = 20_000;

fn ticket() -> Vec<u8> {
    job(&Draughtsman::new(576)
        .unwrap()
        .draw(&slips::catalan())
        .unwrap())
    .unwrap()
}

fn print(device: &mut Device, job: &[u8]) -> Printed {
    device.print(job, |_| {})
}

fn printed(outcome: PrintOutcome, state: PrinterState) -> Printed {
    Printed { outcome, state }
}

#[test]
fn a_ticket_is_printed_byte_for_byte_and_known_to_be() {
    let job = ticket();
    for on in BOTH {
        let fake = Fake::start(on);
        let mut moments = vec![];
        let mut device = Device::new(fake.device(), patience());
        let done = device.print(&job, |moment| moments.push(moment));
        assert_eq!(
            done,
            printed(PrintOutcome::Printed, PrinterState::Ok),
            "{on:?}"
        );
        assert_eq!(fake.script().received, job);
        let [Moment::Started(first), Moment::Written(last)] = moments[..] else {
            panic!("a first byte, then a last one, and not {moments:?}")
        };
        assert!(first <= last);
    }
}

#[test]
fn a_roll_near_its_end_prints() {
    let near_end = Script {
        answers: [Some(0x12), Some(0x12), Some(0x12), Some(0x1E)],
        ..Script::default()
    };
    let fake = Fake::start_with(On::Tcp, near_end);
    let done = print(&mut Device::new(fake.device(), patience()), &ticket());
    assert_eq!(done, printed(PrintOutcome::Printed, PrinterState::NearEnd));
}

#[test]
fn a_printer_that_can_t_print_is_not_sent_anything() {
    for on in BOTH {
        let fake = Fake::start_with(
            on,
            Script {
                answers: PAPER_OUT,
                ..Script::default()
            },
        );
        let done = print(&mut Device::new(fake.device(), patience()), &ticket());
        assert_eq!(
            done,
            printed(PrintOutcome::Failed, PrinterState::PaperOut),
            "{on:?}"
        );
        assert!(fake.script().received.is_empty());
    }
    let nowhere =
        PrinterDevice::File(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no-such-printer"));
    let done = print(&mut Device::new(nowhere, patience()), &ticket());
    assert_eq!(done, printed(PrintOutcome::Failed, PrinterState::Offline));
}

#[test]
fn a_silent_printer_is_sent_the_ticket_and_nobody_says_that_it_came_out() {
    for on in BOTH {
        let mute = Script {
            answers: SILENT,
            acknowledgement: None,
            ..Script::default()
        };
        let fake = Fake::start_with(on, mute);
        let patience = Patience {
            stall: patience().stall,
            ..hasty()
        };
        let job = ticket();
        let done = print(&mut Device::new(fake.device(), patience), &job);
        assert_eq!(
            done,
            printed(PrintOutcome::Unknown, PrinterState::Silent),
            "{on:?}"
        );
        fake.wait_until(|script| script.received == job);
    }
}

#[test]
fn a_printer_that_answers_questions_and_never_acknowledges_leaves_the_outcome_unknown() {
    for on in BOTH {
        let fake = Fake::start_with(
            on,
            Script {
                acknowledgement: None,
                ..Script::default()
            },
        );
        let patience = Patience {
            acknowledge: std::time::Duration::from_millis(800),
            ..patience()
        };
        let mut device = Device::new(fake.device(), patience);
        let done = print(&mut device, &ticket());
        assert_eq!(
            done,
            printed(PrintOutcome::Unknown, PrinterState::Ok),
            "{on:?}"
        );
        // It just lacks the command: there is nothing to clear.
        print(&mut device, &ticket());
        assert_eq!(fake.script().clears, 0);
    }
}

#[test]
fn paper_that_ends_in_the_middle_of_a_ticket_is_a_failure() {
    for on in BOTH {
        let fake = Fake::start_with(
            on,
            Script {
                after: Some(MIDDLE),
                then: Then::PaperOut,
                ..Script::default()
            },
        );
        let done = print(&mut Device::new(fake.device(), patience()), &ticket());
        assert_eq!(
            done,
            printed(PrintOutcome::Failed, PrinterState::PaperOut),
            "{on:?}"
        );
    }
}

#[test]
fn an_acknowledgement_that_says_paper_end_is_a_failure() {
    let fake = Fake::start_with(
        On::Tcp,
        Script {
            acknowledgement: Some(0x0C),
            ..Script::default()
        },
    );
    let done = print(&mut Device::new(fake.device(), patience()), &ticket());
    assert_eq!(done, printed(PrintOutcome::Failed, PrinterState::PaperOut));
}

#[test]
fn a_printer_that_stalls_in_the_middle_leaves_the_outcome_unknown() {
    for on in BOTH {
        let fake = Fake::start_with(
            on,
            Script {
                after: Some(MIDDLE),
                then: Then::Stall,
                ..Script::default()
            },
        );
        fake.script().acknowledgement = None;
        let patience = Patience {
            answer: std::time::Duration::from_secs(1),
            ..hasty()
        };
        let mut device = Device::new(fake.device(), patience);
        let done = device.print(&ticket(), |_| {});
        assert_eq!(done.outcome, PrintOutcome::Unknown, "{on:?}");
        assert_eq!(fake.script().resets, 1, "{on:?}: sent once and not again");
    }
}

#[test]
fn what_an_interrupted_ticket_left_is_cleared_before_the_next_one() {
    let job = ticket();
    let fake = Fake::start_with(
        On::Tcp,
        Script {
            after: Some(MIDDLE),
            then: Then::PaperOut,
            ..Script::default()
        },
    );
    let mut device = Device::new(fake.device(), patience());
    assert_eq!(print(&mut device, &job).outcome, PrintOutcome::Failed);
    // Told at once, so that the old ticket does not come out with the new paper.
    fake.wait_until(|script| script.clears == 1);
    {
        let mut script = fake.script();
        (script.answers, script.acknowledgement) = (OK, Some(0));
        script.received.clear();
    }
    assert_eq!(print(&mut device, &job).outcome, PrintOutcome::Printed);
    assert_eq!(fake.script().clears, 2);
    // Half a ticket is cut off, and the next one follows whole.
    assert!(fake.script().received.ends_with(&job));
    assert_eq!(print(&mut device, &job).outcome, PrintOutcome::Printed);
    assert_eq!(fake.script().clears, 2);
}

#[test]
fn a_printer_that_is_unplugged_in_the_middle_is_offline_and_the_outcome_unknown() {
    for on in BOTH {
        let fake = Fake::start_with(
            on,
            Script {
                after: Some(MIDDLE),
                then: Then::HangUp,
                ..Script::default()
            },
        );
        let done = print(&mut Device::new(fake.device(), patience()), &ticket());
        assert_eq!(
            done,
            printed(PrintOutcome::Unknown, PrinterState::Offline),
            "{on:?}"
        );
    }
}

#[test]
fn a_line_that_broke_while_nothing_was_printed_is_made_anew() {
    let fake = Fake::start(On::Tcp);
    let PrinterDevice::Tcp(address) = fake.device() else {
        unreachable!("it is on TCP")
    };
    let mut device = Device::new(fake.device(), patience());
    assert_eq!(device.check(), PrinterState::Ok);
    drop(fake);
    let again = std::net::TcpListener::bind(&address);
    assert!(
        again.is_ok(),
        "the port is free for the printer that comes back"
    );
    drop(again);
    assert_eq!(device.check(), PrinterState::Offline);
}

#[test]
fn a_plain_file_gets_the_ticket_s_bytes() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("ticket-in-a-file-{}", std::process::id()));
    std::fs::write(&path, b"").unwrap();
    let job = ticket();
    let patience = Patience {
        acknowledge: std::time::Duration::from_millis(100),
        ..patience()
    };
    let done = print(
        &mut Device::new(PrinterDevice::File(path.clone()), patience),
        &job,
    );
    assert_eq!(done, printed(PrintOutcome::Unknown, PrinterState::Silent));
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    assert!(bytes.windows(job.len()).any(|window| window == job));
}
