// SPDX-License-Identifier: GPL-3.0-or-later
//! A picture as a thermal head sees it: one bit per dot, set where it burns black.
//!
//! It is made from the grey pixels of the renderer by a plain threshold: letters and codes have no
//! half-tones to keep, and dithering would blur both.

use slint::platform::software_renderer::{PremultipliedRgbaColor, TargetPixel};

/// Lighter than this is paper.
const THRESHOLD: u8 = 128;

/// One pixel of the renderer: how light it is, 0 black to 255 white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gray(u8);

impl Gray {
    /// Blank paper.
    pub(crate) const PAPER: Self = Self(u8::MAX);
}

impl TargetPixel for Gray {
    fn blend(&mut self, color: PremultipliedRgbaColor) {
        let rest = u32::from(u8::MAX - color.alpha);
        let kept = u32::from(self.0) * rest / u32::from(u8::MAX);
        let light = u32::from(luma(color.red, color.green, color.blue)) + kept;
        self.0 = u8::try_from(light).unwrap_or(u8::MAX);
    }

    fn from_rgb(red: u8, green: u8, blue: u8) -> Self {
        Self(luma(red, green, blue))
    }

    fn background() -> Self {
        Self::PAPER
    }
}

/// Rec. 601 weights in 256ths.
fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

/// One bit per dot, rows from top to bottom, the leftmost dot in a byte's highest bit; 1 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    /// Bytes of one row.
    stride: usize,
    /// Rows.
    rows: usize,
    /// `stride` × `rows` bytes.
    bytes: Vec<u8>,
}

impl Bitmap {
    /// The picture whose rows are `dots` pixels wide. `dots` is a multiple of 8; a row that is not whole is left out.
    pub(crate) fn from_gray(pixels: &[Gray], dots: usize) -> Self {
        let rows = pixels.len() / dots;
        let bits = pixels[..rows * dots].chunks_exact(8).map(|eight| {
            eight
                .iter()
                .fold(0, |byte, pixel| byte << 1 | u8::from(pixel.0 < THRESHOLD))
        });
        Self {
            stride: dots / 8,
            rows,
            bytes: bits.collect(),
        }
    }

    /// How wide it is, in dots.
    #[must_use]
    pub fn dots(&self) -> usize {
        self.stride * 8
    }

    /// How many rows of dots it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of one row.
    #[must_use]
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// All rows, one after the other.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
