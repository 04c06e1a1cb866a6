// SPDX-License-Identifier: GPL-3.0-or-later
//! What a lamp (or a buzzer) on the desk says: patterns of on and off, told apart within 200 ms.
//!
//! After 60 ms only [`Pattern::TooSoon`] is dark for good, at 80 ms [`Pattern::HubAway`] lights up
//! again, at 160 ms [`Pattern::Refused`], and [`Pattern::Accepted`] never went out. What they
//! answer to is not known here.

use std::time::Duration;

use embedded_hal::digital::{OutputPin, PinState};

/// What came of a press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// It counts: one long light.
    Accepted,
    /// It came too soon after the one before: one short blip.
    TooSoon,
    /// The hub refused it: two short blips.
    Refused,
    /// The hub is away: five fast blips.
    HubAway,
}

impl Pattern {
    /// How long it is on, off, on, … in milliseconds.
    #[must_use]
    pub const fn steps_ms(self) -> &'static [u64] {
        match self {
            Self::Accepted => &[600],
            Self::TooSoon => &[60],
            Self::Refused => &[80, 80, 80],
            Self::HubAway => &[40, 40, 40, 40, 40, 40, 40, 40, 40],
        }
    }

    /// Whether it is lit so long after its beginning; `None` when it is over.
    #[must_use]
    pub fn is_lit(self, elapsed: Duration) -> Option<bool> {
        let mut end = Duration::ZERO;
        for (place, step) in self.steps_ms().iter().enumerate() {
            end += Duration::from_millis(*step);
            if elapsed < end {
                return Some(place % 2 == 0);
            }
        }
        None
    }
}

/// A lamp, and the pattern that it shows.
#[derive(Debug)]
pub struct Lamp<O> {
    pin: O,
    shown: Option<(Pattern, Duration)>,
    lit: bool,
}

impl<O: OutputPin> Lamp<O> {
    /// The lamp at `pin`, which is dark.
    pub const fn new(pin: O) -> Self {
        Self {
            pin,
            shown: None,
            lit: false,
        }
    }

    /// Begins a pattern at `now`, in place of the one that is shown.
    ///
    /// # Errors
    /// The pin's own.
    pub fn show(&mut self, pattern: Pattern, now: Duration) -> Result<(), O::Error> {
        self.shown = Some((pattern, now));
        self.drive(now)
    }

    /// Lets the pattern go on to where it is at `now`.
    ///
    /// # Errors
    /// The pin's own.
    pub fn drive(&mut self, now: Duration) -> Result<(), O::Error> {
        let lit = self
            .shown
            .and_then(|(pattern, since)| pattern.is_lit(now.saturating_sub(since)));
        if lit.is_none() {
            self.shown = None;
        }
        self.set(lit.unwrap_or(false))
    }

    /// Makes it dark.
    ///
    /// # Errors
    /// The pin's own.
    pub fn go_out(&mut self) -> Result<(), O::Error> {
        self.shown = None;
        self.set(false)
    }

    /// Whether a pattern is being shown.
    pub const fn is_busy(&self) -> bool {
        self.shown.is_some()
    }

    fn set(&mut self, lit: bool) -> Result<(), O::Error> {
        if lit != self.lit {
            self.pin.set_state(PinState::from(lit))?;
            self.lit = lit;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use embedded_hal_mock::eh1::digital::{Mock, State, Transaction};

    use super::*;

    const ALL: [Pattern; 4] = [
        Pattern::Accepted,
        Pattern::TooSoon,
        Pattern::Refused,
        Pattern::HubAway,
    ];

    /// How often it lights up, and whether it is lit at the end, within the first 200 ms.
    fn seen_in_200_ms(pattern: Pattern) -> (usize, bool) {
        let lit = |ms| pattern.is_lit(Duration::from_millis(ms)).unwrap_or(false);
        let rises = (0..200).filter(|ms| lit(*ms) && (*ms == 0 || !lit(ms - 1)));
        (rises.count(), lit(199))
    }

    #[test]
    fn patterns_are_told_apart_within_200_ms() {
        for one in ALL {
            for other in ALL {
                let same = seen_in_200_ms(one) == seen_in_200_ms(other);
                assert_eq!(same, one == other, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn patterns_are_over_within_a_second() {
        for pattern in ALL {
            assert_eq!(pattern.is_lit(Duration::from_secs(1)), None);
        }
    }

    #[test]
    fn a_lamp_is_driven_through_its_pattern_and_left_dark() {
        let on = || Transaction::set(State::High);
        let off = || Transaction::set(State::Low);
        let mut pin = Mock::new(&[on(), off(), on(), off()]);
        let mut lamp = Lamp::new(pin.clone());
        let at = Duration::from_millis;
        lamp.show(Pattern::Refused, at(1_000)).unwrap();
        for now in (1_000..2_000).step_by(10) {
            lamp.drive(at(now)).unwrap();
        }
        assert!(!lamp.is_busy());
        pin.done();
    }

    #[test]
    fn a_new_pattern_takes_the_place_of_the_old_one() {
        let mut pin = Mock::new(&[Transaction::set(State::High), Transaction::set(State::Low)]);
        let mut lamp = Lamp::new(pin.clone());
        let at = Duration::from_millis;
        lamp.show(Pattern::Accepted, at(0)).unwrap();
        lamp.show(Pattern::TooSoon, at(50)).unwrap();
        lamp.drive(at(110)).unwrap();
        lamp.drive(at(500)).unwrap();
        pin.done();
    }
}
