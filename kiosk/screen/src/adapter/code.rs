// SPDX-License-Identifier: GPL-3.0-or-later
//! Codes to scan on the screen, and the same addresses to read.

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

/// Modules of white that a reader needs around a code.
const QUIET: usize = 4;

/// The code of `url`, one pixel a module, its white border included; `None` if it is too long.
pub(super) fn picture(url: &str) -> Option<Image> {
    let code = QRBuilder::new(url).ecl(ECL::M).build().ok()?;
    let side = code.size + 2 * QUIET;
    let length = u32::try_from(side).ok()?;
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(length, length);
    for (at, pixel) in pixels.make_mut_slice().iter_mut().enumerate() {
        let (row, column) = (at / side, at % side);
        let inside = |place: usize| place.checked_sub(QUIET).filter(|place| *place < code.size);
        let dark = inside(row)
            .zip(inside(column))
            .is_some_and(|(row, column)| code[row][column].value());
        let light = if dark { 0 } else { u8::MAX };
        *pixel = Rgb8Pixel::new(light, light, light);
    }
    Some(Image::from_rgb8(pixels))
}

/// An address as people read it: without its scheme, and with places where a line may end.
pub(super) fn address(url: &str) -> String {
    let bare = url
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    let bare = bare.trim_start_matches("www.").trim_end_matches('/');
    bare.replace('/', "/\u{200b}")
}

/// A Spanish number in the usual groups; another one with its plus.
pub(super) fn phone(digits: &str) -> String {
    match digits
        .strip_prefix("34")
        .filter(|rest| rest.len() == 9 && rest.is_ascii())
    {
        Some(rest) => format!(
            "{} {} {} {}",
            &rest[..3],
            &rest[3..5],
            &rest[5..7],
            &rest[7..]
        ),
        None => format!("+{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_without_its_scheme() {
        assert_eq!(
            address("https://www.seu-e.cat/ca/web/"),
            "seu-e.cat/\u{200b}ca/\u{200b}web"
        );
    }

    #[test]
    fn a_spanish_number_is_grouped_and_another_keeps_its_country() {
        assert_eq!(phone("34663740355"), "663 74 03 55");
        assert_eq!(phone("33123456789"), "+33123456789");
    }
}
