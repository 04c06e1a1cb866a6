// SPDX-License-Identifier: GPL-3.0-or-later
//! The bytes that a printer gets, taken apart as ESC/POS.
//!
//! It knows the commands that a ticket is made of; what else comes is left out, as a printer does.

use super::Slip;
use crate::lab::wait::Moment;

/// Something in the stream that is more than dots.
#[derive(Debug)]
pub(super) enum Heard {
    /// A slip was cut off.
    Slip(Slip),
    /// `DLE EOT n`.
    StatusAsked(u8),
    /// `GS r 1`.
    AcknowledgementAsked,
}

/// What is being printed.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    bytes: Vec<u8>,
    width: usize,
    dots: Vec<u8>,
    first_byte_at: Option<Moment>,
}

impl Decoder {
    /// Takes more bytes, and gives what they completed.
    pub(super) fn take(&mut self, bytes: &[u8], at: Moment) -> Vec<Heard> {
        self.bytes.extend_from_slice(bytes);
        let mut heard = Vec::new();
        while let Some(length) = self.command_length() {
            let command: Vec<u8> = self.bytes.drain(..length).collect();
            heard.extend(self.obey(&command, at));
        }
        // A job that has begun and is not whole has its first byte here already.
        if self.bytes.first().is_some_and(|byte| *byte != 0x10) {
            self.first_byte_at.get_or_insert(at);
        }
        heard
    }

    /// How long the first command is; `None` while it is not whole.
    fn command_length(&self) -> Option<usize> {
        let length = match self.bytes.as_slice() {
            [] | [0x10 | 0x1B | 0x1D] => return None,
            [0x10, 0x04 | 0x05, ..]
            | [0x1B, b'd' | b'J' | b'a' | b'!' | b'E' | b't' | b'3', ..] => 3,
            [0x10, 0x14, ..] => 5,
            [0x1D, b'r' | b'!' | b'B' | b'I', ..] => 3,
            [0x1D, b'V'] => return None,
            [0x1D, b'V', kind, ..] => {
                if *kind >= 65 {
                    4
                } else {
                    3
                }
            }
            [0x1D, b'v', b'0', _, xl, xh, yl, yh, ..] => {
                8 + usize::from(u16::from_le_bytes([*xl, *xh]))
                    * usize::from(u16::from_le_bytes([*yl, *yh]))
            }
            [0x1D, b'v', ..] => return None,
            [0x1B | 0x1D, ..] => 2,
            _ => 1,
        };
        (self.bytes.len() >= length).then_some(length)
    }

    fn obey(&mut self, command: &[u8], at: Moment) -> Option<Heard> {
        match command {
            [0x10, 0x04, n] => return Some(Heard::StatusAsked(*n)),
            // Recover, and forget what was received.
            [0x10, 0x05, _] => {
                self.dots.clear();
                self.first_byte_at = None;
            }
            [0x1D, b'r', _] => return Some(Heard::AcknowledgementAsked),
            [0x1D, b'V', ..] => return self.cut(at).map(Heard::Slip),
            [0x1B, b'@'] => {
                self.first_byte_at.get_or_insert(at);
            }
            [0x1D, b'v', b'0', _, xl, xh, _, _, dots @ ..] => {
                self.first_byte_at.get_or_insert(at);
                let stride = usize::from(u16::from_le_bytes([*xl, *xh]));
                self.width = stride * 8;
                let bits = dots
                    .iter()
                    .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
                self.dots.extend(bits);
            }
            _ => {}
        }
        None
    }

    fn cut(&mut self, at: Moment) -> Option<Slip> {
        let dots = std::mem::take(&mut self.dots);
        let first_byte_at = self.first_byte_at.take()?;
        // A cut of blank paper is no slip.
        (!dots.is_empty()).then_some(Slip {
            width: self.width,
            dots,
            first_byte_at,
            last_byte_at: at,
        })
    }
}
