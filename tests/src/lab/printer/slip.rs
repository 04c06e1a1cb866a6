// SPDX-License-Identifier: GPL-3.0-or-later
//! A slip of paper: what came out of the printer between two cuts.

use super::raster::{Picture, Row};
use crate::lab::wait::Moment;

/// A slip that was cut off.
#[derive(Debug, Clone)]
pub struct Slip {
    pub(super) rows: Vec<Row>,
    pub(super) text: String,
    /// Codes that the printer was told to draw by itself.
    pub(super) drawn_codes: Vec<String>,
    pub(super) whole: bool,
    pub(super) first_byte_at: Moment,
    pub(super) last_byte_at: Moment,
}

impl Slip {
    /// The slip as it lies in the hand, with the paper's own margins: a PNG of 8-bit grey, 8 pixels a millimetre.
    ///
    /// # Panics
    /// If it is too large for a PNG, which only a slip of many kilometres is.
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        let png = Picture::of(&self.rows).png();
        png.unwrap_or_else(|error| panic!("a slip that is no picture: {error}"))
    }

    /// Dots in a row.
    #[must_use]
    pub fn width(&self) -> usize {
        8 * self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// What the first QR code on it says, read off its picture, or as the printer was told to draw it.
    #[must_use]
    pub fn qr(&self) -> Option<String> {
        let seen = Picture::of(&self.rows).codes().into_iter().next();
        seen.or_else(|| self.drawn_codes.first().cloned())
    }

    /// What was sent as text and not as a picture.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Rows of dots from the first to the last, feeds among them: 8 a millimetre.
    #[must_use]
    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// Whether everything of it is on the paper; false where it was given up in the middle.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// When the printer got its first byte.
    #[must_use]
    pub fn first_byte_at(&self) -> Moment {
        self.first_byte_at
    }

    /// When the printer got its last byte.
    #[must_use]
    pub fn last_byte_at(&self) -> Moment {
        self.last_byte_at
    }
}
