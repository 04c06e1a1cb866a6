// SPDX-License-Identifier: GPL-3.0-or-later
//! The QR code on a ticket, as a picture in the size it has on the paper.
//!
//! Correction level M, every module a whole number of dots. The picture holds no quiet zone: the
//! layout leaves it blank around the code.

use fast_qr::ECL;
use fast_qr::qr::{QRBuilder, QRCode};
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

/// The side at 20 mm, below which no code is printed, and as it is in the sheets; in dots.
const SIDE_MIN: u32 = 160;
const SIDE: u32 = 198;

/// A code to be drawn.
pub(crate) struct Code {
    /// Black on white.
    pub(crate) picture: Image,
    /// Dots along one side.
    pub(crate) side: u32,
}

/// The code that opens `url`; `None` if there is none that holds so long a text.
pub(crate) fn code(url: &str) -> Option<Code> {
    let qr = QRBuilder::new(url).ecl(ECL::M).build().ok()?;
    let modules = u32::try_from(qr.size).ok()?;
    let side = modules * dots_a_module(modules);
    Some(Code {
        picture: picture(&qr, side),
        side,
    })
}

fn picture(qr: &QRCode, side: u32) -> Image {
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side, side);
    let side = side as usize;
    let step = side / qr.size;
    for (at, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let dark = qr[at / side / step][at % side / step].value();
        let light = if dark { 0 } else { u8::MAX };
        *pixel = Rgb8Pixel::new(light, light, light);
    }
    Image::from_rgb8(pixels)
}

/// As wide as in the sheets, or what it takes for 20 mm.
fn dots_a_module(modules: u32) -> u32 {
    (SIDE / modules).max(SIDE_MIN.div_ceil(modules))
}

#[cfg(test)]
mod tests {
    use super::dots_a_module;

    #[test]
    fn a_code_is_never_under_20_mm_nor_under_3_dots_a_module() {
        // Versions 1 to 12 hold every link that a ticket may carry.
        for version in 1..=12 {
            let modules = 17 + 4 * version;
            let dots = dots_a_module(modules);
            assert!(
                modules * dots >= 160 && dots >= 3,
                "version {version}: {dots} dots a module"
            );
        }
        assert_eq!(33 * dots_a_module(33), 198);
    }
}
