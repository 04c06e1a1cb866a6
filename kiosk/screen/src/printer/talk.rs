// SPDX-License-Identifier: GPL-3.0-or-later
//! A conversation with a printer: questions, and the answers that belong to them.
//!
//! Answers carry no name. What came before a question was asked belongs to an earlier one, and an
//! acknowledgement that comes among them is kept until it is asked for.

use std::io;
use std::time::{Duration, Instant};

use torn_config::PrinterDevice;

use super::Patience;
use super::line::{Interrupted, Line};
use super::status::{self, Answers, Question};
use crate::paper::PrinterState;

/// `GS r 1`, answered after all that was sent before it: a poor man's "printed".
const ACKNOWLEDGE: [u8; 3] = [0x1D, b'r', 1];

/// `DLE ENQ 2`: recover from the error, and forget what was received.
const FORGET: [u8; 3] = [0x10, 0x05, 2];

/// An open line, and what was heard on it.
#[derive(Debug)]
pub(super) struct Talk {
    line: Line,
    /// How long one answer is waited for.
    answer: Duration,
    /// An acknowledgement that nobody has looked at yet.
    acknowledged: Option<u8>,
}

impl Talk {
    /// Opens the line to `device`.
    ///
    /// # Errors
    /// As [`Line::open`].
    pub(super) fn open(device: &PrinterDevice, patience: &Patience) -> io::Result<Self> {
        let line = Line::open(device, patience)?;
        Ok(Self {
            line,
            answer: patience.answer,
            acknowledged: None,
        })
    }

    /// Asks how the printer is; its first question up to `tries` times. No answer is [`PrinterState::Silent`].
    ///
    /// # Errors
    /// What the system says when there is nobody to talk to any more.
    pub(super) fn state(&mut self, tries: u32) -> io::Result<PrinterState> {
        let mut printer = None;
        for attempt in 1..=tries.max(1) {
            printer = self.ask(Question::Printer)?;
            if printer.is_some() {
                if attempt > 1 {
                    // The earlier attempts may be answered yet, and must not be taken for what is asked next.
                    self.hear(Instant::now() + self.answer, |_| false)?;
                }
                break;
            }
        }
        let Some(printer) = printer else {
            return Ok(PrinterState::Silent);
        };
        let offline_cause = self.ask(Question::OfflineCause)?;
        let paper = self.ask(Question::Paper)?;
        let state = Answers {
            printer,
            offline_cause,
            paper,
        }
        .state();
        if state == PrinterState::Fault
            && let Some(cause) = self.ask(Question::ErrorCause)?
        {
            tracing::debug!(cause = status::error_cause(cause), "the printer stopped");
        }
        Ok(state)
    }

    /// Writes `job`.
    ///
    /// # Errors
    /// As [`Line::write`].
    pub(super) fn send(
        &mut self,
        job: &[u8],
        patience: &Patience,
        begun: impl FnMut(),
    ) -> Result<(), Interrupted> {
        self.acknowledged = None;
        self.line.write(job, patience.stall, patience.job, begun)
    }

    /// Asks whether all that was sent went through.
    ///
    /// # Errors
    /// As [`Line::write`]; the question is taken only when the job is.
    pub(super) fn ask_for_acknowledgement(
        &mut self,
        patience: &Patience,
    ) -> Result<(), Interrupted> {
        self.line
            .write(&ACKNOWLEDGE, patience.stall, patience.stall, || {})
    }

    /// Tells the printer to forget what it received and has not printed.
    ///
    /// # Errors
    /// As [`Line::write`].
    pub(super) fn forget(&mut self) -> Result<(), Interrupted> {
        self.line.write(&FORGET, self.answer, self.answer, || {})
    }

    /// The acknowledgement, if it came already or comes before `until`.
    ///
    /// # Errors
    /// What the system says when there is nobody to talk to any more.
    pub(super) fn acknowledgement(&mut self, until: Instant) -> io::Result<Option<u8>> {
        if self.acknowledged.is_none() {
            self.hear(until, status::is_acknowledgement)?;
        }
        Ok(self.acknowledged.take())
    }

    /// How long the line itself needs for `bytes`.
    pub(super) fn needs(&self, bytes: usize) -> Duration {
        self.line.needs(bytes)
    }

    /// Whether it is a connection, which can be made anew without harm to a printer that is slow.
    pub(super) fn is_connection(&self) -> bool {
        self.line.is_connection()
    }

    /// Closes the line so that nothing of an interrupted job follows later.
    pub(super) fn abandon(self) {
        self.line.abandon();
    }

    fn ask(&mut self, question: Question) -> io::Result<Option<u8>> {
        self.hear(Instant::now(), |_| false)?;
        match self
            .line
            .write(&question.bytes(), self.answer, self.answer, || {})
        {
            Ok(()) => {}
            // A full line is a printer that does not listen.
            Err(stopped) if stopped.cause.kind() == io::ErrorKind::TimedOut => return Ok(None),
            Err(stopped) => return Err(stopped.cause),
        }
        let until = Instant::now() + self.answer + self.needs(8);
        self.hear(until, status::is_real_time_answer)
    }

    /// Reads until a byte is `wanted`, which is given back, or until `until`; what is there already is
    /// read in any case. Acknowledgements are kept, everything else is noise.
    fn hear(&mut self, until: Instant, wanted: impl Fn(u8) -> bool) -> io::Result<Option<u8>> {
        while let Some(bytes) = self.line.read(until)? {
            for byte in &bytes {
                if status::is_acknowledgement(*byte) {
                    self.acknowledged = Some(*byte);
                }
            }
            if let Some(byte) = bytes.into_iter().find(|byte| wanted(*byte)) {
                return Ok(Some(byte));
            }
        }
        Ok(None)
    }
}
