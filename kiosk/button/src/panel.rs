// SPDX-License-Identifier: GPL-3.0-or-later
//! The one loop behind every button and lamp, whoever opened their lines.
//!
//! It reads the pins, is told of keys, drives the lamps and keeps time. It never waits for a hub:
//! what a press leads to is decided elsewhere, and comes back as a pattern for the lamp.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use embedded_hal::digital::{InputPin, OutputPin};

use crate::lamp::{Lamp, Pattern};
use crate::press::{DEBOUNCE, Happening, Press};

/// How often lines are read and lamps driven: a third of what a contact has to hold still.
const TICK: Duration = Duration::from_millis(10);

/// How often when there are keys only, which tell by themselves when they change.
const TICK_OF_KEYS: Duration = Duration::from_millis(50);

/// What the loop is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tell {
    /// Show a pattern on a button's lamp.
    Show {
        /// Which button, from 0.
        button: usize,
        /// What.
        pattern: Pattern,
    },
    /// A key went down or up.
    Key {
        /// Which button, from 0.
        button: usize,
        /// Down, up, or, as `None`, that its keypad is gone.
        closed: Option<bool>,
    },
    /// End the loop, with dark lamps.
    Stop,
}

/// One button as it is wired.
#[derive(Debug)]
pub struct Wired<I, O> {
    source: Source<I>,
    press: Press,
    lamp: Option<Lamp<O>>,
}

#[derive(Debug)]
enum Source<I> {
    /// A line that is pulled up, and closed to ground by a press.
    Line { pin: I, readable: bool },
    /// A key, as it was last told; `None` before the first word.
    Key(Option<Option<bool>>),
}

impl<I: InputPin, O: OutputPin> Wired<I, O> {
    /// A button on a line, with a lamp or without.
    pub fn line(pin: I, lamp: Option<O>) -> Self {
        Self {
            source: Source::Line {
                pin,
                readable: true,
            },
            press: Press::new(DEBOUNCE),
            lamp: lamp.map(Lamp::new),
        }
    }

    /// A button that is a key of a keypad; keyboards debounce by themselves.
    #[must_use]
    pub fn key() -> Self {
        Self {
            source: Source::Key(None),
            press: Press::new(Duration::ZERO),
            lamp: None,
        }
    }

    fn read(&mut self, button: usize, now: Duration) -> Option<Happening> {
        let closed = match &mut self.source {
            Source::Line { pin, readable } => {
                let level = pin.is_low();
                if let (Err(error), true) = (&level, *readable) {
                    tracing::error!(button, ?error, "a button's line can't be read");
                }
                *readable = level.is_ok();
                level.ok()
            }
            Source::Key(told) => (*told)?,
        };
        self.press.feed(closed, now)
    }
}

/// Every button and lamp of a device.
#[derive(Debug)]
pub struct Panel<I, O> {
    buttons: Vec<Wired<I, O>>,
}

impl<I: InputPin, O: OutputPin> Panel<I, O> {
    /// The panel of these buttons; they are known by their place, from 0.
    #[must_use]
    pub const fn new(buttons: Vec<Wired<I, O>>) -> Self {
        Self { buttons }
    }

    /// Reads, drives and tells `happened` until it is told to stop or nobody is left to tell it.
    /// `alive` is called on every round: what feeds a watchdog.
    pub fn run(
        mut self,
        inbox: &Receiver<Tell>,
        mut happened: impl FnMut(usize, Happening),
        mut alive: impl FnMut(),
    ) {
        let begun = Instant::now();
        let mut next_tick = Duration::ZERO;
        loop {
            let now = begun.elapsed();
            if now >= next_tick {
                self.tick(now, &mut happened);
                alive();
                // From now, not from when it was due: rounds that were missed are not made up for.
                next_tick = now + self.pace();
            }
            let tell = match inbox.recv_timeout(next_tick.saturating_sub(begun.elapsed())) {
                Ok(Tell::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(tell) => tell,
                Err(RecvTimeoutError::Timeout) => continue,
            };
            self.hear(tell, begun.elapsed(), &mut happened);
        }
        self.go_dark();
    }

    /// One round: reads every button and drives every lamp.
    pub fn tick(&mut self, now: Duration, happened: &mut impl FnMut(usize, Happening)) {
        for (button, wired) in self.buttons.iter_mut().enumerate() {
            if let Some(happening) = wired.read(button, now) {
                happened(button, happening);
            }
            if let Some(lamp) = &mut wired.lamp
                && lamp.is_busy()
            {
                complain_of_lamp(button, lamp.drive(now));
            }
        }
    }

    /// Takes what the loop is told, at once.
    pub fn hear(&mut self, tell: Tell, now: Duration, happened: &mut impl FnMut(usize, Happening)) {
        match tell {
            Tell::Show { button, pattern } => {
                let lamp = self
                    .buttons
                    .get_mut(button)
                    .and_then(|one| one.lamp.as_mut());
                if let Some(lamp) = lamp {
                    complain_of_lamp(button, lamp.show(pattern, now));
                }
            }
            Tell::Key { button, closed } => {
                let Some(wired) = self.buttons.get_mut(button) else {
                    return;
                };
                if let Source::Key(told) = &mut wired.source {
                    *told = Some(closed);
                    if let Some(happening) = wired.press.feed(closed, now) {
                        happened(button, happening);
                    }
                }
            }
            Tell::Stop => {}
        }
    }

    fn pace(&self) -> Duration {
        let lines = self
            .buttons
            .iter()
            .any(|one| matches!(one.source, Source::Line { .. }));
        if lines { TICK } else { TICK_OF_KEYS }
    }

    fn go_dark(&mut self) {
        for (button, wired) in self.buttons.iter_mut().enumerate() {
            if let Some(lamp) = &mut wired.lamp {
                complain_of_lamp(button, lamp.go_out());
            }
        }
    }
}

fn complain_of_lamp<E: std::fmt::Debug>(button: usize, driven: Result<(), E>) {
    if let Err(error) = driven {
        tracing::warn!(button, ?error, "a button's lamp can't be driven");
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::sync::mpsc;

    use embedded_hal_mock::eh1::MockError;
    use embedded_hal_mock::eh1::digital::{Mock, State, Transaction};

    use super::*;

    fn read(state: State, times: usize) -> Vec<Transaction> {
        vec![Transaction::get(state); times]
    }

    /// Rounds of 10 ms each, and what happened in them.
    fn rounds(panel: &mut Panel<Mock, Mock>, count: u64) -> Vec<(usize, Happening)> {
        let mut happened = Vec::new();
        for round in 0..count {
            let now = Duration::from_millis(10 * round);
            panel.tick(now, &mut |button, what| happened.push((button, what)));
        }
        happened
    }

    #[test]
    fn a_line_pulled_low_and_let_go_is_a_press_of_its_button() {
        let quiet = read(State::High, 30);
        let pressed = [
            read(State::High, 5),
            read(State::Low, 10),
            read(State::High, 15),
        ]
        .concat();
        let (mut one, mut two) = (Mock::new(&quiet), Mock::new(&pressed));
        let mut panel = Panel::new(vec![
            Wired::line(one.clone(), None),
            Wired::line(two.clone(), None),
        ]);
        assert_eq!(rounds(&mut panel, 30), [(1, Happening::Pressed)]);
        one.done();
        two.done();
    }

    #[test]
    fn a_line_that_can_not_be_read_is_lost_and_comes_back() {
        let broken = || {
            let error = MockError::Io(ErrorKind::NotConnected);
            Transaction::get(State::Low).with_error(error)
        };
        let levels = [
            read(State::High, 2),
            vec![broken(), broken()],
            read(State::High, 2),
        ]
        .concat();
        let mut pin = Mock::new(&levels);
        let mut panel = Panel::new(vec![Wired::line(pin.clone(), None::<Mock>)]);
        let happened = rounds(&mut panel, 6);
        assert_eq!(happened, [(0, Happening::Lost), (0, Happening::Freed)]);
        pin.done();
    }

    #[test]
    fn a_pattern_lights_the_lamp_at_once() {
        let mut pin = Mock::new(&[]);
        let mut lamp = Mock::new(&[Transaction::set(State::High)]);
        let mut panel = Panel::new(vec![Wired::line(pin.clone(), Some(lamp.clone()))]);
        let show = Tell::Show {
            button: 0,
            pattern: Pattern::Accepted,
        };
        panel.hear(show, Duration::ZERO, &mut |_, _| {});
        pin.done();
        lamp.done();
    }

    #[test]
    fn a_key_is_a_press_even_between_two_rounds_and_gone_with_its_keypad() {
        let mut panel: Panel<Mock, Mock> = Panel::new(vec![Wired::key()]);
        let mut happened = Vec::new();
        let tells = [
            Some(false),
            Some(true),
            Some(false),
            Some(true),
            None,
            Some(true),
            Some(false),
        ];
        for (place, closed) in tells.into_iter().enumerate() {
            let now = Duration::from_millis(place as u64);
            panel.hear(Tell::Key { button: 0, closed }, now, &mut |_, what| {
                happened.push(what);
            });
        }
        let expected = [Happening::Pressed, Happening::Lost, Happening::Freed];
        assert_eq!(happened, expected);
    }

    #[test]
    fn a_key_that_is_held_is_a_long_press_by_the_rounds_alone() {
        let mut panel: Panel<Mock, Mock> = Panel::new(vec![Wired::key()]);
        for closed in [Some(false), Some(true)] {
            panel.hear(
                Tell::Key { button: 0, closed },
                Duration::ZERO,
                &mut |_, _| {},
            );
        }
        assert_eq!(rounds(&mut panel, 300), [(0, Happening::LongPressed)]);
    }

    #[test]
    fn the_loop_ends_with_dark_lamps() {
        let mut lamp = Mock::new(&[Transaction::set(State::High), Transaction::set(State::Low)]);
        let mut panel: Panel<Mock, Mock> = Panel::new(vec![Wired {
            lamp: Some(Lamp::new(lamp.clone())),
            ..Wired::key()
        }]);
        let show = Tell::Show {
            button: 0,
            pattern: Pattern::Accepted,
        };
        panel.hear(show, Duration::ZERO, &mut |_, _| {});
        let (tell, inbox) = mpsc::channel();
        tell.send(Tell::Stop).unwrap();
        let mut rounds = 0;
        panel.run(&inbox, |_, _| {}, || rounds += 1);
        assert_eq!(rounds, 1);
        lamp.done();
    }
}
