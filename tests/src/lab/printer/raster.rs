// SPDX-License-Identifier: GPL-3.0-or-later
//! Paper as rows of dots, and pictures of it.

use std::io;

use png::{BitDepth, ColorType, Encoder};

/// A row of dots, eight a byte, the leftmost in the highest bit; 1 is black.
pub(super) type Row = Vec<u8>;

/// Blank paper beside the head, in dots, by the head's width: a roll is 80 or 58 mm wide.
fn margin(dots: usize) -> usize {
    const WIDE_ROLL: usize = 640;
    const NARROW_ROLL: usize = 464;
    let roll = if dots <= 432 { NARROW_ROLL } else { WIDE_ROLL };
    roll.saturating_sub(dots) / 2
}

/// Blank paper above the first row, between cutter and head, in dots.
const ABOVE: usize = 32;

/// Grey pixels, 0 black and 255 white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

impl Picture {
    /// The rows on their roll, with the paper around them.
    pub(super) fn of(rows: &[Row]) -> Self {
        let dots = 8 * rows.iter().map(Vec::len).max().unwrap_or(0);
        let margin = margin(dots);
        let (width, height) = (dots + 2 * margin, rows.len() + 2 * ABOVE);
        let mut pixels = vec![u8::MAX; width * height];
        for (y, row) in rows.iter().enumerate() {
            let start = (y + ABOVE) * width + margin;
            for (x, pixel) in pixels[start..].iter_mut().take(row.len() * 8).enumerate() {
                if row[x / 8] & (0x80 >> (x % 8)) != 0 {
                    *pixel = 0;
                }
            }
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The picture as a PNG of 8-bit grey.
    pub(super) fn png(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![];
        let side = |pixels: usize| u32::try_from(pixels).map_err(io::Error::other);
        let mut encoder = Encoder::new(&mut bytes, side(self.width)?, side(self.height)?);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(bytes)
    }

    /// The texts of the QR codes that can be read off it.
    pub(super) fn codes(&self) -> Vec<String> {
        let light = |x: usize, y: usize| self.pixels[y * self.width + x];
        let mut prepared =
            rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height, light);
        let found = prepared.detect_grids();
        found
            .iter()
            .filter_map(|grid| grid.decode().ok())
            .map(|(_, text)| text)
            .collect()
    }
}
