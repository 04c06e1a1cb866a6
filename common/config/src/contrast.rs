// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether the office's colour can be read: contrast by the formula of WCAG 2.
//!
//! The accent carries white text and is itself text on paper, so both must hold.

/// What is behind everything on the screens.
const PAPER: Colour = Colour([0xF4, 0xF1, 0xEA]);
const WHITE: Colour = Colour([0xFF; 3]);

/// A colour by its red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour([u8; 3]);

impl Colour {
    /// The colour written as `#RRGGBB`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let mut parts = [0; 3];
        for (place, part) in parts.iter_mut().enumerate() {
            *part = u8::from_str_radix(digits.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(Self(parts))
    }

    /// The lesser of the contrasts against white and against paper, 1 to 21.
    pub(crate) fn least_contrast(self) -> f64 {
        contrast(self, WHITE).min(contrast(self, PAPER))
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (a.luminance(), b.luminance());
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contrasts_are_those_of_the_formula() {
        let black = Colour::parse("#000000").unwrap();
        assert!((contrast(black, WHITE) - 21.0).abs() < 1e-9);
        let house = Colour::parse("#0A5361").unwrap();
        assert!((contrast(house, WHITE) - 8.7).abs() < 0.05);
        assert!((contrast(house, PAPER) - 7.7).abs() < 0.05);
        assert!(house.least_contrast() < contrast(house, WHITE));
    }

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        for text in ["#0A5361", "#0a5361"] {
            assert_eq!(Colour::parse(text), Some(Colour([0x0A, 0x53, 0x61])));
        }
        for text in [
            "0A5361", "#0A536", "#0A53611", "#GG0000", "#+1+2+3", "#ééé", "",
        ] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }
}
