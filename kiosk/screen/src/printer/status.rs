// SPDX-License-Identifier: GPL-3.0-or-later
//! What a printer's status bytes mean.
//!
//! Pure: bytes in, a state out. Answers are told apart by their fixed bits, since a late answer to an
//! earlier question, flow control or noise may come in between.

use crate::paper::PrinterState;

/// What one question of `DLE EOT` is about; the value is its `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Question {
    Printer = 1,
    OfflineCause = 2,
    ErrorCause = 3,
    Paper = 4,
}

impl Question {
    /// The bytes that ask it; the printer answers them even while it is offline.
    pub(super) const fn bytes(self) -> [u8; 3] {
        [0x10, 0x04, self as u8]
    }
}

/// The answers to the questions, where they came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Answers {
    /// To [`Question::Printer`].
    pub(super) printer: u8,
    /// To [`Question::OfflineCause`].
    pub(super) offline_cause: Option<u8>,
    /// To [`Question::Paper`].
    pub(super) paper: Option<u8>,
}

impl Answers {
    /// The gravest thing that was answered.
    pub(super) fn state(self) -> PrinterState {
        let is = |byte: Option<u8>, bits: u8| byte.is_some_and(|byte| byte & bits != 0);
        if is(self.offline_cause, 0x04) {
            PrinterState::CoverOpen
        } else if is(self.offline_cause, 0x20) || is(self.paper, 0x60) {
            PrinterState::PaperOut
        } else if is(self.offline_cause, 0x40) || self.printer & 0x08 != 0 {
            PrinterState::Fault
        } else if is(self.paper, 0x0C) {
            PrinterState::NearEnd
        } else {
            PrinterState::Ok
        }
    }
}

/// Whether `byte` answers a `DLE EOT`: bits 1 and 4 are set, bits 0 and 7 are not.
pub(super) const fn is_real_time_answer(byte: u8) -> bool {
    byte & 0x93 == 0x12
}

/// Whether `byte` answers `GS r 1`: bits 4 and 7 are not set.
pub(super) const fn is_acknowledgement(byte: u8) -> bool {
    byte & 0x90 == 0
}

/// Whether an acknowledgement says that the roll ended.
pub(super) const fn says_paper_end(acknowledgement: u8) -> bool {
    acknowledgement & 0x0C != 0
}

/// What the answer to [`Question::ErrorCause`] names, for the log.
pub(super) fn error_cause(byte: u8) -> &'static str {
    match byte {
        _ if byte & 0x08 != 0 => "the cutter is stuck",
        _ if byte & 0x20 != 0 => "an error that only its maker can mend",
        _ if byte & 0x40 != 0 => "the head is hot or the voltage is off; it goes on by itself",
        _ if byte & 0x04 != 0 => "a jam or a mechanical error",
        _ => "no cause given",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(printer: u8, offline_cause: u8, paper: u8) -> PrinterState {
        Answers {
            printer,
            offline_cause: Some(offline_cause),
            paper: Some(paper),
        }
        .state()
    }

    #[test]
    fn an_idle_printer_with_paper_is_ok() {
        assert_eq!(answers(0x12, 0x12, 0x12), PrinterState::Ok);
    }

    #[test]
    fn the_published_bytes_of_an_empty_printer_mean_paper_out() {
        assert_eq!(answers(0x1A, 0x32, 0x7E), PrinterState::PaperOut);
    }

    #[test]
    fn an_open_cover_is_named_before_the_paper_that_it_hides() {
        assert_eq!(answers(0x1A, 0x36, 0x7E), PrinterState::CoverOpen);
    }

    #[test]
    fn a_roll_near_its_end_still_prints() {
        let state = answers(0x12, 0x12, 0x1E);
        assert_eq!(state, PrinterState::NearEnd);
        assert!(state.takes_jobs());
    }

    #[test]
    fn offline_without_a_cause_is_a_fault() {
        assert_eq!(answers(0x1A, 0x12, 0x12), PrinterState::Fault);
        assert_eq!(
            Answers {
                printer: 0x1A,
                ..Answers::default()
            }
            .state(),
            PrinterState::Fault
        );
    }

    #[test]
    fn answers_are_told_apart_by_their_fixed_bits() {
        for answer in [0x12, 0x1A, 0x32, 0x7E, 0x1E] {
            assert!(
                is_real_time_answer(answer) && !is_acknowledgement(answer),
                "{answer:#04x}"
            );
        }
        for acknowledgement in [0x00, 0x03, 0x0C, 0x0F] {
            assert!(is_acknowledgement(acknowledgement) && !is_real_time_answer(acknowledgement));
        }
        for flow_control in [0x11, 0x13] {
            assert!(!is_real_time_answer(flow_control) && !is_acknowledgement(flow_control));
        }
    }

    #[test]
    fn every_state_has_a_word_that_is_a_key() {
        use PrinterState::{CoverOpen, Fault, NearEnd, Offline, Ok, PaperOut, Silent};
        for state in [Ok, NearEnd, PaperOut, CoverOpen, Offline, Silent, Fault] {
            assert_eq!(state.key().as_str(), state.word());
        }
    }
}
