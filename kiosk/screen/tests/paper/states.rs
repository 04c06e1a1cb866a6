// SPDX-License-Identifier: GPL-3.0-or-later
//! How the printer is, as it tells or does not tell, over both lines.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use torn_config::PrinterDevice;
use torn_kiosk::paper::PrinterState;
use torn_kiosk::printer::{Device, Patience};

use crate::fake::{BOTH, Fake, OK, On, PAPER_OUT, SILENT, Script};

/// Waits that are long enough for an answer from a busy machine.
pub(crate) fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(5),
        answer: Duration::from_secs(3),
        tries: 2,
        stall: Duration::from_secs(5),
        job: Duration::from_secs(30),
        acknowledge: Duration::from_secs(12),
        poll: Duration::from_millis(20),
    }
}

/// Waits for what does not come.
pub(crate) fn hasty() -> Patience {
    Patience {
        answer: Duration::from_millis(150),
        stall: Duration::from_millis(400),
        acknowledge: Duration::from_millis(800),
        ..patience()
    }
}

fn state_of(on: On, script: Script, patience: Patience) -> PrinterState {
    let fake = Fake::start_with(on, script);
    Device::new(fake.device(), patience).check()
}

fn answering(answers: [Option<u8>; 4]) -> Script {
    Script {
        answers,
        ..Script::default()
    }
}

#[test]
fn a_printer_says_how_it_is() {
    let cases = [
        (OK, PrinterState::Ok),
        (
            [Some(0x12), Some(0x12), Some(0x12), Some(0x1E)],
            PrinterState::NearEnd,
        ),
        (PAPER_OUT, PrinterState::PaperOut),
        (
            [Some(0x1A), Some(0x16), Some(0x12), Some(0x12)],
            PrinterState::CoverOpen,
        ),
        (
            [Some(0x1A), Some(0x52), Some(0x1A), Some(0x12)],
            PrinterState::Fault,
        ),
    ];
    for on in BOTH {
        for (answers, state) in cases {
            assert_eq!(
                state_of(on, answering(answers), patience()),
                state,
                "{on:?}"
            );
        }
    }
}

#[test]
fn silence_is_never_taken_for_fine() {
    for on in BOTH {
        assert_eq!(
            state_of(on, answering(SILENT), hasty()),
            PrinterState::Silent,
            "{on:?}"
        );
    }
}

#[test]
fn a_printer_that_takes_no_bytes_is_silent() {
    for on in BOTH {
        let deaf = Script {
            deaf: true,
            ..Script::default()
        };
        assert_eq!(state_of(on, deaf, hasty()), PrinterState::Silent, "{on:?}");
    }
}

#[test]
fn bytes_that_are_no_answer_are_not_taken_for_one() {
    // XON, XOFF, the head of an automatic status, and a line's noise.
    let noise = vec![0x11, 0x13, 0x10, 0xFF];
    for on in BOTH {
        let script = Script {
            noise: noise.clone(),
            ..answering(PAPER_OUT)
        };
        assert_eq!(
            state_of(on, script, patience()),
            PrinterState::PaperOut,
            "{on:?}"
        );
        let script = Script {
            answers: [Some(0x11); 4],
            ..Script::default()
        };
        assert_eq!(
            state_of(on, script, hasty()),
            PrinterState::Silent,
            "{on:?}"
        );
    }
}

#[test]
fn a_state_that_changes_is_seen_at_the_next_question() {
    for on in BOTH {
        let fake = Fake::start(on);
        let mut device = Device::new(
            fake.device(),
            Patience {
                tries: 1,
                ..patience()
            },
        );
        for (answers, state) in [
            (OK, PrinterState::Ok),
            (PAPER_OUT, PrinterState::PaperOut),
            (SILENT, PrinterState::Silent),
            (OK, PrinterState::Ok),
        ] {
            fake.script().answers = answers;
            assert_eq!(device.check(), state, "{on:?}");
        }
    }
}

#[test]
fn a_refused_port_is_offline_until_somebody_listens() {
    let reserved = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = reserved.local_addr().unwrap();
    drop(reserved);
    let mut device = Device::new(PrinterDevice::Tcp(address.to_string()), patience());
    assert_eq!(device.check(), PrinterState::Offline);
    assert_eq!(device.check(), PrinterState::Offline);
}

#[test]
fn a_device_file_that_is_not_there_is_offline() {
    let nowhere = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no-such-printer");
    let mut device = Device::new(PrinterDevice::File(nowhere), patience());
    assert_eq!(device.check(), PrinterState::Offline);
}

#[test]
fn a_printer_that_was_unplugged_is_offline() {
    for on in BOTH {
        let fake = Fake::start(on);
        let mut device = Device::new(fake.device(), patience());
        assert_eq!(device.check(), PrinterState::Ok);
        drop(fake);
        assert_eq!(device.check(), PrinterState::Offline, "{on:?}");
    }
}

#[test]
fn a_plain_file_never_answers() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("printer-as-a-file-{}", std::process::id()));
    std::fs::write(&path, b"").unwrap();
    let mut device = Device::new(PrinterDevice::File(path.clone()), patience());
    assert_eq!(device.check(), PrinterState::Silent);
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_serial_line_is_set_to_its_speed() {
    let fake = Fake::start(On::Pty);
    let PrinterDevice::File(path) = fake.device() else {
        unreachable!("a pty is a file")
    };
    let mut device = Device::new(
        PrinterDevice::Serial {
            path: path.clone(),
            baud: 19_200,
        },
        patience(),
    );
    assert_eq!(device.check(), PrinterState::Ok);
    let line = std::fs::File::open(path).unwrap();
    let settings = rustix::termios::tcgetattr(&line).unwrap();
    assert_eq!(settings.output_speed(), 19_200);
    assert!(
        !settings
            .local_modes
            .contains(rustix::termios::LocalModes::ECHO)
    );
}
