// SPDX-License-Identifier: GPL-3.0-or-later
//! The languages that the faces speak, and how they are written.

use torn_queue::Language;

/// A language that the faces speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Catalan,
    Spanish,
    English,
    French,
    Arabic,
}

impl Tongue {
    pub(super) fn of(language: &Language) -> Self {
        match primary(language) {
            "es" => Self::Spanish,
            "en" => Self::English,
            "fr" => Self::French,
            "ar" => Self::Arabic,
            _ => Self::Catalan,
        }
    }
}

fn primary(language: &Language) -> &str {
    let tag = language.as_str();
    tag.split('-').next().unwrap_or(tag)
}

/// What a language calls itself; its tag, if that is not known here.
#[must_use]
pub fn own_name(language: &Language) -> &str {
    match primary(language) {
        "ca" => "Català",
        "es" => "Castellano",
        "en" => "English",
        "fr" => "Français",
        "ar" => "العربية",
        other => other,
    }
}

/// Whether a language is read from right to left.
#[must_use]
pub fn is_right_to_left(language: &Language) -> bool {
    Tongue::of(language) == Tongue::Arabic
}

/// A number or code that keeps its order inside right-to-left text.
#[must_use]
pub fn isolate(text: &str) -> String {
    format!("\u{2066}{text}\u{2069}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_with_a_region_is_the_language() {
        let tag: Language = "ar-ma".parse().unwrap();
        assert!(is_right_to_left(&tag));
        assert_eq!(own_name(&tag), "العربية");
    }

    #[test]
    fn a_language_nobody_translated_is_called_by_its_tag_and_reads_from_the_left() {
        let tag: Language = "eu".parse().unwrap();
        assert_eq!(own_name(&tag), "eu");
        assert!(!is_right_to_left(&tag));
    }
}
