// SPDX-License-Identifier: GPL-3.0-or-later
//! What a button's contact means: levels and a monotonic time go in, presses come out.
//!
//! Short and long presses, bouncing contacts, one that is stuck or was held when the power came.
//! Pins, clocks and hubs are elsewhere.

use std::time::Duration;

/// A contact bounces for a few milliseconds; no finger is faster than this.
pub const DEBOUNCE: Duration = Duration::from_millis(30);

/// A press of this length is a long one, and counts at this moment.
pub const LONG: Duration = Duration::from_millis(1_500);

/// Nobody presses longer than this: something lies on the button, or its line is broken.
pub const STUCK: Duration = Duration::from_secs(10);

/// What a button did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// A short press, told when it is let go.
    Pressed,
    /// A long press, told once, while it is still held.
    LongPressed,
    /// It has been closed for longer than anybody presses.
    Stuck,
    /// It can't be read any more.
    Lost,
    /// It was stuck or lost, and is as it should be.
    Freed,
}

/// A contact over time.
#[derive(Debug)]
pub struct Press {
    debounce: Duration,
    phase: Phase,
    /// A level other than the phase's, and since when it has been so.
    changing: Option<(bool, Duration)>,
    /// Whether [`Happening::Stuck`] or [`Happening::Lost`] was told, and not yet taken back.
    at_fault: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing is known yet.
    Unknown,
    /// It can't be read.
    Lost,
    /// Nobody presses.
    Open,
    /// Somebody presses.
    Closed { since: Duration, told_long: bool },
    /// It was closed when it was first read, or is stuck: it means nothing until it is let go.
    Held { since: Duration },
}

impl Press {
    /// A contact that has to keep a level for `debounce` before it counts.
    #[must_use]
    pub const fn new(debounce: Duration) -> Self {
        Self {
            debounce,
            phase: Phase::Unknown,
            changing: None,
            at_fault: false,
        }
    }

    /// Takes the level at `now` (monotonic, from any beginning): closed, open, or, as `None`, that
    /// it can't be read. Has to be called again and again while nothing changes, too: a long press
    /// counts while it is held.
    pub fn feed(&mut self, closed: Option<bool>, now: Duration) -> Option<Happening> {
        let Some(closed) = closed else {
            return self.lose();
        };
        match self.phase {
            Phase::Unknown | Phase::Lost => self.begin(closed, now),
            Phase::Open => self.settle(false, closed, now).and_then(|since| {
                self.phase = Phase::Closed {
                    since,
                    told_long: false,
                };
                self.hold(now)
            }),
            Phase::Closed { since, told_long } => match self.settle(true, closed, now) {
                Some(until) => self.release(until.saturating_sub(since), told_long),
                None if closed => self.hold(now),
                None => None,
            },
            Phase::Held { since } => match self.settle(true, closed, now) {
                Some(_) => {
                    self.phase = Phase::Open;
                    self.take_back()
                }
                None if closed && now.saturating_sub(since) >= STUCK => {
                    self.accuse(Happening::Stuck)
                }
                None => None,
            },
        }
    }

    fn lose(&mut self) -> Option<Happening> {
        if self.phase == Phase::Lost {
            return None;
        }
        self.phase = Phase::Lost;
        self.changing = None;
        self.at_fault = true;
        Some(Happening::Lost)
    }

    /// The first level after a beginning: closed means that it was held before anybody looked.
    fn begin(&mut self, closed: bool, now: Duration) -> Option<Happening> {
        self.changing = None;
        if closed {
            self.phase = Phase::Held { since: now };
            return None;
        }
        self.phase = Phase::Open;
        self.take_back()
    }

    /// Since when the level has been another one than `settled`, once that is long enough.
    fn settle(&mut self, settled: bool, level: bool, now: Duration) -> Option<Duration> {
        if level == settled {
            self.changing = None;
            return None;
        }
        let (_, since) = *self.changing.get_or_insert((level, now));
        if now.saturating_sub(since) < self.debounce {
            return None;
        }
        self.changing = None;
        Some(since)
    }

    fn hold(&mut self, now: Duration) -> Option<Happening> {
        let Phase::Closed { since, told_long } = self.phase else {
            return None;
        };
        let held = now.saturating_sub(since);
        if held >= STUCK {
            self.phase = Phase::Held { since };
            return self.accuse(Happening::Stuck);
        }
        if held >= LONG && !told_long {
            self.phase = Phase::Closed {
                since,
                told_long: true,
            };
            return Some(Happening::LongPressed);
        }
        None
    }

    fn release(&mut self, held: Duration, told_long: bool) -> Option<Happening> {
        self.phase = Phase::Open;
        match held {
            _ if told_long => None,
            held if held < LONG => Some(Happening::Pressed),
            // The loop stood still meanwhile. A recall may be a little late, not out of the blue.
            held if held < STUCK => Some(Happening::LongPressed),
            _ => None,
        }
    }

    fn accuse(&mut self, fault: Happening) -> Option<Happening> {
        if std::mem::replace(&mut self.at_fault, true) {
            return None;
        }
        Some(fault)
    }

    fn take_back(&mut self) -> Option<Happening> {
        std::mem::take(&mut self.at_fault).then_some(Happening::Freed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays levels, each for so many milliseconds, read every 10 ms, and tells what happened when.
    fn play(press: &mut Press, levels: &[(Option<bool>, u64)]) -> Vec<(u64, Happening)> {
        let (mut now, mut told) = (0, Vec::new());
        for (level, lasting) in levels {
            let until = now + lasting;
            while now < until {
                let happened = press.feed(*level, Duration::from_millis(now));
                told.extend(happened.map(|one| (now, one)));
                now += 10;
            }
        }
        told
    }

    const OPEN: Option<bool> = Some(false);
    const CLOSED: Option<bool> = Some(true);

    fn told(levels: &[(Option<bool>, u64)]) -> Vec<(u64, Happening)> {
        play(&mut Press::new(DEBOUNCE), levels)
    }

    #[test]
    fn a_short_press_counts_when_it_is_let_go() {
        let happened = told(&[(OPEN, 100), (CLOSED, 200), (OPEN, 100)]);
        assert_eq!(happened, [(330, Happening::Pressed)]);
    }

    #[test]
    fn a_bouncing_contact_is_one_press() {
        let bounce = [(CLOSED, 10), (OPEN, 10), (CLOSED, 20), (OPEN, 10)];
        let mut levels = vec![(OPEN, 100)];
        levels.extend(bounce);
        levels.push((CLOSED, 200));
        levels.extend(bounce);
        levels.push((OPEN, 100));
        assert_eq!(told(&levels).len(), 1);
        assert_eq!(told(&levels)[0].1, Happening::Pressed);
    }

    #[test]
    fn a_spike_is_no_press() {
        assert_eq!(told(&[(OPEN, 100), (CLOSED, 20), (OPEN, 500)]), []);
    }

    #[test]
    fn a_long_press_counts_once_while_it_is_held_and_its_release_is_nothing() {
        let happened = told(&[(OPEN, 100), (CLOSED, 5_000), (OPEN, 500)]);
        assert_eq!(happened, [(1_600, Happening::LongPressed)]);
    }

    #[test]
    fn a_press_just_short_of_long_is_short() {
        let happened = told(&[(OPEN, 100), (CLOSED, 1_490), (OPEN, 500)]);
        assert_eq!(happened, [(1_620, Happening::Pressed)]);
    }

    #[test]
    fn a_button_that_stays_closed_is_stuck_until_it_is_freed() {
        let happened = told(&[(OPEN, 100), (CLOSED, 60_000), (OPEN, 500)]);
        let expected = [
            (1_600, Happening::LongPressed),
            (10_100, Happening::Stuck),
            (60_130, Happening::Freed),
        ];
        assert_eq!(happened, expected);
    }

    #[test]
    fn a_button_held_when_the_power_came_is_nothing_until_it_was_let_go() {
        let happened = told(&[(CLOSED, 3_000), (OPEN, 500), (CLOSED, 200), (OPEN, 500)]);
        assert_eq!(happened, [(3_730, Happening::Pressed)]);
    }

    #[test]
    fn a_button_held_since_the_power_came_is_stuck_in_the_end() {
        let happened = told(&[(CLOSED, 20_000), (OPEN, 500)]);
        assert_eq!(
            happened,
            [(10_000, Happening::Stuck), (20_030, Happening::Freed)]
        );
    }

    #[test]
    fn a_button_that_is_lost_while_pressed_did_not_press() {
        let happened = told(&[
            (OPEN, 100),
            (CLOSED, 300),
            (None, 1_000),
            (OPEN, 500),
            (CLOSED, 200),
            (OPEN, 100),
        ]);
        let expected = [
            (400, Happening::Lost),
            (1_400, Happening::Freed),
            (2_130, Happening::Pressed),
        ];
        assert_eq!(happened, expected);
    }

    #[test]
    fn a_button_found_again_while_closed_waits_to_be_let_go() {
        let happened = told(&[
            (OPEN, 100),
            (None, 100),
            (CLOSED, 2_000),
            (OPEN, 100),
            (None, 100),
            (CLOSED, 15_000),
        ]);
        let expected = [
            (100, Happening::Lost),
            (2_230, Happening::Freed),
            (2_300, Happening::Lost),
        ];
        assert_eq!(happened, expected);
    }

    #[test]
    fn a_key_needs_no_debouncing() {
        let mut press = Press::new(Duration::ZERO);
        let at = Duration::from_millis;
        assert_eq!(press.feed(OPEN, at(0)), None);
        assert_eq!(press.feed(CLOSED, at(100)), None);
        assert_eq!(press.feed(OPEN, at(101)), Some(Happening::Pressed));
    }

    #[test]
    fn a_loop_that_stood_still_makes_no_short_press_of_a_long_one() {
        let at = Duration::from_millis;
        let let_go_after = |held: u64| {
            let mut press = Press::new(Duration::ZERO);
            press.feed(OPEN, at(0));
            press.feed(CLOSED, at(100));
            press.feed(OPEN, at(100 + held))
        };
        assert_eq!(let_go_after(1_000), Some(Happening::Pressed));
        assert_eq!(let_go_after(3_000), Some(Happening::LongPressed));
        assert_eq!(let_go_after(60_000), None);
    }
}
