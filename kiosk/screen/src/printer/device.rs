// SPDX-License-Identifier: GPL-3.0-or-later
//! One printer: asked between jobs, written to in one piece, believed only as far as it tells.
//!
//! No ESC/POS printer prints exactly once. So a job is written at most once; if its end is not known
//! the outcome says so, and what is left of it in the printer is cleared before the next one.

use std::io;
use std::time::Instant;

use torn_config::PrinterDevice;
use torn_queue::event::PrintOutcome;

use super::Patience;
use super::line::Interrupted;
use super::status;
use super::talk::Talk;
use crate::paper::PrinterState;

/// While a job's acknowledgement is waited for, how many times the printer is asked whether it stopped.
const ASKED_ANYWAY: u32 = 8;

/// The share of that wait for a printer that did not answer before the job either: one quarter.
const SILENT_DIVISOR: u32 = 4;

/// What a serial line's driver may still hold when it has taken the last byte.
const LINE_BUFFER_BYTES: usize = 4096;

/// Blanks that end a picture which was cut short, and mean nothing otherwise: a band of the widest roll.
const CLEAR_BLANKS: usize = 128 * 72;

/// `ESC @`, `GS V 65 0`: reset and cut, so that the next ticket begins on its own paper.
const CLEAR_END: [u8; 6] = [0x1B, b'@', 0x1D, b'V', 65, 0];

/// A step of a job, when it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The printer took the first byte.
    Started(Instant),
    /// The printer took the last byte.
    Written(Instant),
}

/// How a job went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// What became of the paper, as far as the printer told.
    pub outcome: PrintOutcome,
    /// How the printer was at the end.
    pub state: PrinterState,
}

/// A printer, whether it is there or not.
#[derive(Debug)]
pub struct Device {
    at: PrinterDevice,
    patience: Patience,
    talk: Option<Talk>,
    /// Whether it gave no answer when it was asked last.
    silent: bool,
    /// Whether the printer may hold a part of a job.
    unfinished: bool,
}

impl Device {
    /// The printer at `at`. Nothing is opened yet.
    #[must_use]
    pub fn new(at: PrinterDevice, patience: Patience) -> Self {
        Self {
            at,
            patience,
            talk: None,
            silent: false,
            unfinished: false,
        }
    }

    /// Asks how it is, and opens the line to it if there is none.
    pub fn check(&mut self) -> PrinterState {
        // A line that broke since it was used last is made anew, once.
        let had_line = self.talk.is_some();
        let state = match self.ask() {
            Err(_) if had_line => self.ask(),
            first => first,
        };
        state.unwrap_or_else(|error| self.gone(&error))
    }

    /// Prints `job`, which is sent at most once. `told` hears of its first and its last byte.
    pub fn print(&mut self, job: &[u8], mut told: impl FnMut(Moment)) -> Printed {
        let before = self.check();
        if !before.takes_jobs() {
            return Printed {
                outcome: PrintOutcome::Failed,
                state: before,
            };
        }
        if let Err(stopped) = self.clear() {
            return self.interrupted(
                CLEAR_BLANKS,
                &Interrupted {
                    written: 0,
                    ..stopped
                },
            );
        }
        let Some(talk) = &mut self.talk else {
            return Printed {
                outcome: PrintOutcome::Failed,
                state: before,
            };
        };
        let begun = || told(Moment::Started(Instant::now()));
        if let Err(stopped) = talk.send(job, &self.patience, begun) {
            return self.interrupted(job.len(), &stopped);
        }
        told(Moment::Written(Instant::now()));
        if let Err(stopped) = talk.ask_for_acknowledgement(&self.patience) {
            return self.interrupted(
                job.len(),
                &Interrupted {
                    written: job.len(),
                    ..stopped
                },
            );
        }
        self.acknowledgement(before)
    }

    /// The printer stopped taking bytes, or went away, before a job was over.
    fn interrupted(&mut self, bytes: usize, stopped: &Interrupted) -> Printed {
        let Interrupted { written, cause } = stopped;
        tracing::warn!(written, bytes, %cause, "the printer stopped taking bytes");
        self.unfinished |= *written > 0;
        if let Some(talk) = self.talk.take() {
            talk.abandon();
        }
        let state = self.check();
        if *written > 0 && state.is_stopped() {
            return self.stopped(state);
        }
        let outcome = if *written > 0 {
            PrintOutcome::Unknown
        } else {
            PrintOutcome::Failed
        };
        Printed { outcome, state }
    }

    /// Waits for the printer's word that all of the job went through.
    fn acknowledgement(&mut self, before: PrinterState) -> Printed {
        let never_answers = before == PrinterState::Silent;
        let divisor = if never_answers { SILENT_DIVISOR } else { 1 };
        let Some(talk) = &mut self.talk else {
            return self.unacknowledged(before);
        };
        let end =
            Instant::now() + self.patience.acknowledge / divisor + talk.needs(LINE_BUFFER_BYTES);
        loop {
            match talk
                .acknowledgement(end.min(Instant::now() + self.patience.acknowledge / ASKED_ANYWAY))
            {
                Ok(Some(byte)) if status::says_paper_end(byte) => {
                    return self.stopped(PrinterState::PaperOut);
                }
                Ok(Some(_)) => {
                    return Printed {
                        outcome: PrintOutcome::Printed,
                        state: before,
                    };
                }
                Ok(None) if Instant::now() >= end => return self.unacknowledged(before),
                Ok(None) if never_answers => continue,
                Ok(None) => {}
                Err(error) => return self.lost(&error),
            }
            // It may say this although it stopped in the middle of the ticket.
            match talk.state(1) {
                Ok(state) if state.is_stopped() => return self.stopped(state),
                Ok(_) => {}
                Err(error) => return self.lost(&error),
            }
        }
    }

    /// The printer said that it stopped before the end of the job.
    fn stopped(&mut self, state: PrinterState) -> Printed {
        self.unfinished = true;
        if let Some(talk) = &mut self.talk {
            // One that obeys while it is stopped won't bring out an old ticket once it has paper again.
            let _ = talk.forget();
        }
        Printed {
            outcome: PrintOutcome::Failed,
            state,
        }
    }

    /// The line broke after the last byte and before any answer.
    fn lost(&mut self, error: &io::Error) -> Printed {
        self.unfinished = true;
        Printed {
            outcome: PrintOutcome::Unknown,
            state: self.gone(error),
        }
    }

    /// All was sent and nothing was heard.
    fn unacknowledged(&mut self, before: PrinterState) -> Printed {
        let state = self.check();
        if state.is_stopped() {
            return self.stopped(state);
        }
        // One that answers questions and never acknowledges just lacks the command.
        self.unfinished |=
            !state.takes_jobs() || (state == PrinterState::Silent && before != state);
        Printed {
            outcome: PrintOutcome::Unknown,
            state,
        }
    }

    /// Clears what an interrupted job left in the printer and on the paper, if one did.
    fn clear(&mut self) -> Result<(), Interrupted> {
        if let Some(talk) = self.talk.as_mut().filter(|_| self.unfinished) {
            talk.forget()?;
            let blanks = [0; CLEAR_BLANKS];
            let bytes = [blanks.as_slice(), &CLEAR_END].concat();
            talk.send(&bytes, &self.patience, || {})?;
            self.unfinished = false;
        }
        Ok(())
    }

    fn ask(&mut self) -> io::Result<PrinterState> {
        let mut talk = match self.talk.take() {
            Some(talk) => talk,
            None => Talk::open(&self.at, &self.patience)?,
        };
        // One that was silent is not given all of its tries again each time.
        let tries = if self.silent { 1 } else { self.patience.tries };
        let state = talk.state(tries)?;
        self.silent = state == PrinterState::Silent;
        if self.silent && talk.is_connection() {
            // Perhaps the other end lost its power, and only this one still believes in the connection.
            drop(talk);
            talk = Talk::open(&self.at, &self.patience)?;
        }
        self.talk = Some(talk);
        Ok(state)
    }

    fn gone(&mut self, error: &io::Error) -> PrinterState {
        tracing::debug!(%error, "there is no line to the printer");
        self.talk = None;
        PrinterState::Offline
    }
}
