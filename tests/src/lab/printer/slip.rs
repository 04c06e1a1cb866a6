// SPDX-License-Identifier: GPL-3.0-or-later
//! One slip of paper, as dots, with what a phone would read on it.

use crate::lab::LabError;
use crate::lab::wait::Moment;

/// What was printed between two cuts.
#[derive(Debug, Clone)]
pub struct Slip {
    /// Dots in a row.
    pub(super) width: usize,
    /// The rows one after the other, one byte a dot: 0 is white, 1 is black.
    pub(super) dots: Vec<u8>,
    /// When its first byte came.
    pub(super) first_byte_at: Moment,
    /// When its cut came.
    pub(super) last_byte_at: Moment,
}

impl Slip {
    /// Dots in a row.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    /// How many rows were printed.
    #[must_use]
    pub fn height(&self) -> usize {
        self.dots.len().checked_div(self.width).unwrap_or_default()
    }

    /// When its first byte came.
    #[must_use]
    pub const fn first_byte_at(&self) -> Moment {
        self.first_byte_at
    }

    /// When its last byte came.
    #[must_use]
    pub const fn last_byte_at(&self) -> Moment {
        self.last_byte_at
    }

    /// The paper as a picture: 8 bits of grey.
    ///
    /// # Errors
    /// [`LabError::Unexpected`], when there is nothing on it.
    pub fn png(&self) -> Result<Vec<u8>, LabError> {
        let failed = |answer: String| LabError::Unexpected {
            what: "a picture of the slip".to_owned(),
            answer,
        };
        let size = |n: usize| u32::try_from(n).map_err(|_| failed("it is too large".to_owned()));
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, size(self.width)?, size(self.height())?);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let grey: Vec<u8> = self
            .dots
            .iter()
            .map(|dot| if *dot == 0 { 255 } else { 0 })
            .collect();
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&grey))
            .map_err(|error| failed(error.to_string()))?;
        Ok(bytes)
    }

    /// What the QR on it says; `None` when there is none that can be read.
    #[must_use]
    pub fn qr(&self) -> Option<String> {
        let grey = |x: usize, y: usize| {
            if self.dots[y * self.width + x] == 0 {
                255
            } else {
                0
            }
        };
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height(), grey);
        image
            .detect_grids()
            .into_iter()
            .find_map(|grid| grid.decode().ok())
            .map(|(_, text)| text)
    }
}
