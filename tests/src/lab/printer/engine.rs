// SPDX-License-Identifier: GPL-3.0-or-later
//! The printer without its line: bytes in; answers and slips out.
//!
//! Pure but for the moments, which come in as values. It stops where a printer stops: what was
//! received and not printed is kept, and printed when it can go on, unless it is told to forget it.

use super::Condition;
use super::command::{self, Command, RealTime};
use super::raster::Row;
use super::slip::Slip;
use crate::lab::wait::Moment;

/// Rows that a line of text takes.
const LINE_ROWS: usize = 30;

/// Bytes that a printer keeps for later; with more than that it takes nothing.
const BUFFER_BYTES: usize = 256 * 1024;

/// The printer's inside.
#[derive(Debug, Default)]
pub(super) struct Engine {
    condition: Condition,
    /// The beginning of what may become a real-time command.
    held: Vec<u8>,
    /// Received and not printed.
    buffer: Vec<u8>,
    /// Rows of a picture that did not fit on the paper any more.
    pending: Vec<Row>,
    paper: Paper,
    /// A picture and a code that were stored to be printed.
    stored: Vec<Row>,
    stored_code: Vec<u8>,
    slips: Vec<Slip>,
}

/// What is out of the printer and not cut off.
#[derive(Debug, Default)]
struct Paper {
    rows: Vec<Row>,
    text: String,
    codes: Vec<String>,
    broken: bool,
    first_byte_at: Option<Moment>,
}

impl Engine {
    pub(super) fn condition(&self) -> Condition {
        self.condition
    }

    pub(super) fn slips(&self) -> &[Slip] {
        &self.slips
    }

    /// Puts it into a condition; one that was stopped goes on with what it has at the next byte or [`resume`](Self::resume).
    pub(super) fn set(&mut self, condition: Condition) {
        self.condition = condition;
        if condition == Condition::Off {
            let slips = std::mem::take(&mut self.slips);
            *self = Self {
                condition,
                slips,
                ..Self::default()
            };
        }
    }

    /// Whether it takes bytes from its line.
    pub(super) fn takes_bytes(&self) -> bool {
        self.condition != Condition::Stalled && self.buffer.len() < BUFFER_BYTES
    }

    /// Takes what came at `at`; what it answers.
    pub(super) fn take(&mut self, bytes: &[u8], at: Moment) -> Vec<u8> {
        let orders = command::pick_out(&mut self.held, bytes, &mut self.buffer);
        let mut answers = vec![];
        for order in orders {
            match order {
                RealTime::Ask(n) => answers.push(self.status(n)),
                RealTime::Recover => self.recover(),
                RealTime::Forget => {
                    self.paper.broken |= !self.paper.rows.is_empty();
                    self.pending.clear();
                    self.recover();
                }
            }
        }
        answers.extend(self.resume(at));
        if self.condition == Condition::Silent {
            vec![]
        } else {
            answers
        }
    }

    /// Goes on with what it has, if it can; what it answers.
    pub(super) fn resume(&mut self, at: Moment) -> Vec<u8> {
        let mut answers = vec![];
        let mut done = 0;
        while self.prints() {
            if !self.pending.is_empty() {
                self.burn();
                continue;
            }
            let Some((command, length)) = command::parse(&self.buffer[done..]) else {
                break;
            };
            done += length;
            self.obey(command, at, &mut answers);
        }
        self.buffer.drain(..done);
        if self.condition == Condition::Silent {
            vec![]
        } else {
            answers
        }
    }

    fn prints(&self) -> bool {
        use Condition::{PaperLow, PaperOutAfter, Ready, Silent, StalledAfter};
        matches!(
            self.condition,
            Ready | PaperLow | Silent | PaperOutAfter(_) | StalledAfter(_)
        )
    }

    fn obey(&mut self, command: Command, at: Moment, answers: &mut Vec<u8>) {
        // A question is not the beginning of a slip.
        if !matches!(command, Command::Status(_) | Command::Other) {
            self.paper.first_byte_at.get_or_insert(at);
        }
        match command {
            Command::Reset => {
                self.stored.clear();
                self.stored_code.clear();
            }
            Command::Raster { stride, dots } => self.pending = rows(stride, &dots),
            Command::Store { stride, dots } => self.stored = rows(stride, &dots),
            Command::PrintStored => self.pending = std::mem::take(&mut self.stored),
            Command::Text(letter) => self.paper.text.push(char::from(letter)),
            Command::LineFeed => {
                self.paper.text.push('\n');
                self.feed(LINE_ROWS);
            }
            Command::FeedLines(lines) => self.feed(usize::from(lines) * LINE_ROWS),
            Command::FeedRows(rows) => self.feed(usize::from(rows)),
            Command::QrData(data) => self.stored_code = data,
            Command::QrPrint => {
                self.paper
                    .codes
                    .push(String::from_utf8_lossy(&self.stored_code).into_owned());
            }
            Command::Cut => self.cut(at),
            Command::Status(1) => answers.push(self.paper_status()),
            Command::Status(_) => answers.push(0),
            Command::Other => {}
        }
    }

    /// Burns the rows that wait, as far as the paper and the condition go.
    fn burn(&mut self) {
        let left = match self.condition {
            Condition::PaperOutAfter(rows) | Condition::StalledAfter(rows) => rows,
            _ => usize::MAX,
        };
        let now = left.min(self.pending.len());
        self.paper.rows.extend(self.pending.drain(..now));
        self.condition = match self.condition {
            Condition::PaperOutAfter(_) if left == now => Condition::PaperOut,
            Condition::StalledAfter(_) if left == now => Condition::Stalled,
            Condition::PaperOutAfter(_) => Condition::PaperOutAfter(left - now),
            Condition::StalledAfter(_) => Condition::StalledAfter(left - now),
            other => other,
        };
    }

    fn feed(&mut self, rows: usize) {
        let stride = self.paper.rows.first().map_or(0, Vec::len);
        self.paper
            .rows
            .extend(std::iter::repeat_n(vec![0; stride], rows));
    }

    /// Cuts the slip off. A cut over nothing leaves nothing in the hand.
    fn cut(&mut self, at: Moment) {
        let paper = std::mem::take(&mut self.paper);
        if paper.is_blank() {
            return;
        }
        self.slips.push(Slip {
            rows: paper.rows,
            text: paper.text,
            drawn_codes: paper.codes,
            whole: !paper.broken,
            first_byte_at: paper.first_byte_at.unwrap_or(at),
            last_byte_at: at,
        });
    }

    fn recover(&mut self) {
        if self.condition == Condition::Fault {
            self.condition = Condition::Ready;
        }
    }

    /// The answer to `DLE EOT n`.
    fn status(&self, n: u8) -> u8 {
        const FIXED: u8 = 0x12;
        let is = |conditions: &[Condition], bits| {
            if conditions.contains(&self.condition) {
                bits
            } else {
                0
            }
        };
        FIXED
            | match n {
                1 => is(
                    &[Condition::PaperOut, Condition::CoverOpen, Condition::Fault],
                    0x08,
                ),
                2 => {
                    is(&[Condition::CoverOpen], 0x04)
                        | is(&[Condition::PaperOut], 0x20)
                        | is(&[Condition::Fault], 0x40)
                }
                3 => is(&[Condition::Fault], 0x08),
                _ => is(&[Condition::PaperLow], 0x0C) | is(&[Condition::PaperOut], 0x6C),
            }
    }

    /// The answer to `GS r 1`.
    fn paper_status(&self) -> u8 {
        if self.condition == Condition::PaperLow {
            0x03
        } else {
            0x00
        }
    }
}

impl Paper {
    fn is_blank(&self) -> bool {
        let blank = |row: &Row| row.iter().all(|byte| *byte == 0);
        self.text.is_empty() && self.codes.is_empty() && self.rows.iter().all(blank)
    }
}

fn rows(stride: usize, dots: &[u8]) -> Vec<Row> {
    if stride == 0 {
        vec![]
    } else {
        dots.chunks_exact(stride).map(<[_]>::to_vec).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A job of `rows` black rows, one byte wide.
    fn job(rows: u8) -> Vec<u8> {
        let mut job = b"\x1b@\x1dv0\x00\x01\x00".to_vec();
        job.extend([rows, 0]);
        job.extend(std::iter::repeat_n(0xFF, usize::from(rows)));
        job.extend(b"\x1dVA\x00");
        job
    }

    fn take(engine: &mut Engine, bytes: &[u8]) -> Vec<u8> {
        engine.take(bytes, Moment::now())
    }

    const ASK_ALL: [u8; 12] = [0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4];
    const ACKNOWLEDGE: [u8; 3] = [0x1D, b'r', 1];

    #[test]
    fn a_job_becomes_a_slip_and_is_acknowledged_in_its_turn() {
        let mut engine = Engine::default();
        assert_eq!(
            take(&mut engine, &[job(5), ACKNOWLEDGE.to_vec()].concat()),
            [0x00]
        );
        assert_eq!(engine.slips().len(), 1);
        assert!(engine.slips()[0].height() == 5 && engine.slips()[0].is_whole());
    }

    #[test]
    fn every_condition_is_answered_as_the_books_have_it() {
        let cases = [
            (Condition::Ready, [0x12, 0x12, 0x12, 0x12]),
            (Condition::PaperLow, [0x12, 0x12, 0x12, 0x1E]),
            (Condition::PaperOut, [0x1A, 0x32, 0x12, 0x7E]),
            (Condition::CoverOpen, [0x1A, 0x16, 0x12, 0x12]),
            (Condition::Fault, [0x1A, 0x52, 0x1A, 0x12]),
        ];
        for (condition, answers) in cases {
            let mut engine = Engine::default();
            engine.set(condition);
            assert_eq!(take(&mut engine, &ASK_ALL), answers, "{condition:?}");
        }
        let mut engine = Engine::default();
        engine.set(Condition::Silent);
        assert!(take(&mut engine, &[&ASK_ALL[..], &ACKNOWLEDGE].concat()).is_empty());
    }

    #[test]
    fn paper_that_ends_in_a_picture_stops_it_there_and_new_paper_goes_on() {
        let mut engine = Engine::default();
        engine.set(Condition::PaperOutAfter(3));
        assert!(take(&mut engine, &[job(5), ACKNOWLEDGE.to_vec()].concat()).is_empty());
        assert_eq!(engine.condition(), Condition::PaperOut);
        assert_eq!((engine.paper.rows.len(), engine.slips().len()), (3, 0));
        engine.set(Condition::Ready);
        assert_eq!(engine.resume(Moment::now()), [0x00]);
        assert_eq!(engine.slips()[0].height(), 5);
    }

    #[test]
    fn a_printer_that_is_told_to_forget_keeps_only_what_is_on_the_paper() {
        let mut engine = Engine::default();
        engine.set(Condition::PaperOutAfter(3));
        take(&mut engine, &job(5));
        engine.set(Condition::Ready);
        take(
            &mut engine,
            &[&[0x10, 5, 2], &[0; 64][..], b"\x1b@\x1dVA\x00", &job(2)].concat(),
        );
        let slips: Vec<_> = engine
            .slips()
            .iter()
            .map(|slip| (slip.height(), slip.is_whole()))
            .collect();
        assert_eq!(slips, [(3, false), (2, true)]);
    }

    #[test]
    fn a_stalled_printer_takes_nothing_more() {
        let mut engine = Engine::default();
        engine.set(Condition::StalledAfter(2));
        take(&mut engine, &job(5));
        assert_eq!(engine.condition(), Condition::Stalled);
        assert!(!engine.takes_bytes());
    }

    #[test]
    fn switched_off_it_forgets_the_job_and_not_the_slips_in_people_s_hands() {
        let mut engine = Engine::default();
        take(&mut engine, &job(4));
        take(&mut engine, &job(4)[..10]);
        engine.set(Condition::Off);
        engine.set(Condition::Ready);
        take(&mut engine, &job(6));
        let rows: Vec<_> = engine.slips().iter().map(Slip::height).collect();
        assert_eq!(rows, [4, 6]);
    }

    #[test]
    fn text_codes_and_feeds_are_kept_too() {
        let mut engine = Engine::default();
        take(
            &mut engine,
            b"\x1b@A012\n\x1d(k\x06\x00\x31\x50\x30abc\x1d(k\x03\x00\x31\x51\x30\x1dVB\x18",
        );
        let slip = &engine.slips()[0];
        assert_eq!((slip.text(), slip.qr().as_deref()), ("A012\n", Some("abc")));
    }

    #[test]
    fn a_picture_that_was_stored_is_printed_when_it_is_asked_for() {
        let mut engine = Engine::default();
        let store = b"\x1d(L\x0c\x00\x30\x70\x30\x01\x01\x31\x08\x00\x02\x00\xF0\x0F";
        take(
            &mut engine,
            &[&store[..], b"\x1d(L\x02\x00\x30\x32\x1dVA\x00"].concat(),
        );
        assert_eq!(engine.slips()[0].rows, [vec![0xF0], vec![0x0F]]);
    }
}
