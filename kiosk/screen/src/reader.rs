// SPDX-License-Identifier: GPL-3.0-or-later
//! A code reader is a keyboard to the machine: from its keystrokes comes what it read.
//!
//! Keystrokes end with Enter. Where nobody is asked to type, only what comes faster than a person types
//! is a reading. Nothing is kept longer than it takes, and nothing of it is logged; where it is sent, and
//! what is shown meanwhile, is not known here. Time comes in as a value.

use std::time::{Duration, Instant};

/// More than any code has; a reader gone wild is not heard further.
pub const LONGEST: usize = 512;

/// Shorter readings are what falls on a keyboard, or a hand.
const SHORTEST: usize = 3;

/// A person takes longer for each key, readers take 1 to 30 ms. On the average: a busy screen may hear some late.
const PER_KEY: Duration = Duration::from_millis(60);

/// After such a pause it is another reading, whatever was before it.
const PAUSE: Duration = Duration::from_millis(300);

/// The same on the page that waits for a reading.
const PATIENT_PAUSE: Duration = Duration::from_secs(10);

/// What became of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// It belongs to no reading: whoever else listens may have it.
    NotMine,
    /// It belongs to a reading that goes on.
    Kept,
    /// It ended a reading; empty, if that was too long to be one.
    Read(String),
}

/// What was heard of a reading so far.
#[derive(Debug, Default)]
pub struct Reader {
    text: String,
    /// Of the first key and the last one.
    times: Option<(Instant, Instant)>,
    too_long: bool,
}

impl Reader {
    /// Hears a key, as the text that it types. `patient`: whoever is at the screen was asked to read a code.
    pub fn key(&mut self, text: &str, patient: bool, now: Instant) -> Heard {
        if matches!(text, "\n" | "\r") {
            return self.end(patient, now);
        }
        // Arrows and the like are letters for private use.
        let is_letter = |one: char| !one.is_control() && !('\u{e000}'..='\u{f8ff}').contains(&one);
        if text.is_empty() || !text.chars().all(is_letter) {
            return Heard::NotMine;
        }
        let pause = if patient { PATIENT_PAUSE } else { PAUSE };
        if self.times.is_some_and(|(_, last)| now > last + pause) {
            self.forget();
        }
        // The space bar is a button's as long as nothing was read.
        if text == " " && self.text.is_empty() {
            return Heard::NotMine;
        }
        let first = self.times.map_or(now, |(first, _)| first);
        self.times = Some((first, now));
        if self.text.len() + text.len() > LONGEST {
            self.too_long = true;
        } else {
            self.text.push_str(text);
        }
        Heard::Kept
    }

    fn end(&mut self, patient: bool, now: Instant) -> Heard {
        let Some((first, _)) = self.times else {
            return Heard::NotMine;
        };
        let keys = self.text.chars().count();
        let fast = now.saturating_duration_since(first)
            <= PER_KEY * u32::try_from(keys).unwrap_or(u32::MAX);
        let (text, too_long) = (std::mem::take(&mut self.text), self.too_long);
        self.forget();
        if !(patient || (fast && keys >= SHORTEST)) {
            return Heard::NotMine;
        }
        if too_long {
            return Heard::Read(String::new());
        }
        Heard::Read(text.trim().to_owned())
    }

    fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types `text` with `gap` before each key, Enter included.
    fn typed(reader: &mut Reader, text: &str, gap: Duration, patient: bool) -> Heard {
        let mut now = Instant::now();
        for key in text.chars() {
            now += gap;
            reader.key(&key.to_string(), patient, now);
        }
        reader.key("\n", patient, now + gap)
    }

    const FAST: Duration = Duration::from_millis(8);
    const BY_HAND: Duration = Duration::from_millis(120);

    #[test]
    fn a_code_read_faster_than_a_person_types_is_a_reading() {
        let read = typed(&mut Reader::default(), "482915", FAST, false);
        assert_eq!(read, Heard::Read("482915".to_owned()));
    }

    #[test]
    fn what_a_person_types_is_one_only_where_a_code_is_asked_for() {
        let by_hand = |patient| typed(&mut Reader::default(), "482915", BY_HAND, patient);
        assert_eq!(by_hand(false), Heard::NotMine);
        assert_eq!(by_hand(true), Heard::Read("482915".to_owned()));
    }

    #[test]
    fn one_key_and_an_enter_without_keys_are_left_to_whoever_has_the_focus() {
        let mut reader = Reader::default();
        assert_eq!(typed(&mut reader, "x", FAST, false), Heard::NotMine);
        assert_eq!(typed(&mut reader, "", FAST, true), Heard::NotMine);
        assert_eq!(reader.key(" ", false, Instant::now()), Heard::NotMine);
        assert_eq!(
            reader.key("\u{f702}", true, Instant::now()),
            Heard::NotMine,
            "an arrow"
        );
    }

    #[test]
    fn control_characters_are_dropped_and_shift_does_not_end_a_reading() {
        let read = typed(
            &mut Reader::default(),
            "\u{10}K\u{1d}7\u{7}P\tQ",
            FAST,
            false,
        );
        assert_eq!(read, Heard::Read("K7PQ".to_owned()));
    }

    #[test]
    fn after_a_pause_it_is_another_reading() {
        let mut reader = Reader::default();
        let now = Instant::now();
        for key in ["9", "9", "9"] {
            assert_eq!(reader.key(key, false, now), Heard::Kept);
        }
        let later = now + Duration::from_secs(1);
        for key in ["4", "8", "2"] {
            reader.key(key, false, later);
        }
        assert_eq!(
            reader.key("\r", false, later),
            Heard::Read("482".to_owned())
        );
    }

    #[test]
    fn a_reader_gone_wild_is_read_as_nothing_and_the_next_reading_is_whole() {
        let mut reader = Reader::default();
        let wild = "x".repeat(10_000);
        assert_eq!(
            typed(&mut reader, &wild, Duration::ZERO, false),
            Heard::Read(String::new())
        );
        assert!(reader.text.capacity() <= 2 * LONGEST);
        assert_eq!(
            typed(&mut reader, "482915", FAST, false),
            Heard::Read("482915".to_owned())
        );
    }
}
