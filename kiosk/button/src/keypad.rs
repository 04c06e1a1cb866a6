// SPDX-License-Identifier: GPL-3.0-or-later
//! Keys of a USB keypad as buttons: the whole keypad is grabbed, so that no key of it types into a
//! console, and found again when it was unplugged.
//!
//! What a key's press means is the panel's; this only tells when keys go down and up.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use evdev::{Device, EventSummary, KeyCode};

use crate::panel::Tell;

/// How often an unplugged keypad is looked for: soon enough for whoever plugs it in again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A keypad, and which button each of its keys is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keypad {
    /// Its device, best by its place: `/dev/input/by-path/…`.
    pub path: PathBuf,
    /// The keys that are buttons. The others do nothing.
    pub keys: Vec<(KeyCode, usize)>,
}

/// The panel does not listen any more.
struct Deaf;

impl Keypad {
    /// Tells the panel what the keys do, for as long as it listens and `stop` is not hung up.
    pub fn follow(&self, panel: &Sender<Tell>, stop: &Receiver<()>) {
        let mut missed = false;
        loop {
            let path = self.path.display();
            let lost = match self.open() {
                Ok(device) => {
                    tracing::info!(%path, "the keypad is grabbed");
                    missed = false;
                    match self.listen(device, panel) {
                        Ok(lost) => lost,
                        Err(Deaf) => return,
                    }
                }
                Err(error) => error,
            };
            if !std::mem::replace(&mut missed, true) {
                tracing::error!(%path, error = %lost, "the keypad is gone; see that it is plugged in and that the group input may read it");
            }
            if self.tell_all(panel, |_| None).is_err() {
                return;
            }
            match stop.recv_timeout(LOOK_EVERY) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn open(&self) -> io::Result<Device> {
        let mut device = Device::open(&self.path)?;
        device.grab()?;
        Ok(device)
    }

    /// Tells until the keypad is gone, and why it is.
    fn listen(&self, mut device: Device, panel: &Sender<Tell>) -> Result<io::Error, Deaf> {
        match device.get_key_state() {
            Ok(down) => self.tell_all(panel, |key| Some(down.contains(key)))?,
            Err(error) => return Ok(error),
        }
        loop {
            let events = match device.fetch_events() {
                Ok(events) => events,
                Err(error) => return Ok(error),
            };
            for event in events {
                if let EventSummary::Key(_, key, value) = event.destructure() {
                    for tell in self.tells(key, value) {
                        panel.send(tell).map_err(|_| Deaf)?;
                    }
                }
            }
        }
    }

    /// What an event of a key tells: 1 is down, 0 up; 2 is a held key repeating itself.
    fn tells(&self, key: KeyCode, value: i32) -> impl Iterator<Item = Tell> {
        let closed = match value {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        };
        let buttons = self.keys.iter().filter(move |(one, _)| *one == key);
        buttons.filter_map(move |(_, button)| {
            closed.map(|closed| Tell::Key {
                button: *button,
                closed: Some(closed),
            })
        })
    }

    fn tell_all(
        &self,
        panel: &Sender<Tell>,
        closed: impl Fn(KeyCode) -> Option<bool>,
    ) -> Result<(), Deaf> {
        for (key, button) in &self.keys {
            let tell = Tell::Key {
                button: *button,
                closed: closed(*key),
            };
            panel.send(tell).map_err(|_| Deaf)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn keypad() -> Keypad {
        Keypad {
            path: "/dev/input/by-path/torn-no-such-keypad".into(),
            keys: vec![(KeyCode::KEY_KP1, 0), (KeyCode::KEY_KP2, 1)],
        }
    }

    #[test]
    fn a_key_is_its_button_and_the_others_are_nobodys() {
        let told = |key, value| keypad().tells(key, value).collect::<Vec<_>>();
        let button_1 = |closed| Tell::Key {
            button: 1,
            closed: Some(closed),
        };
        assert_eq!(told(KeyCode::KEY_KP2, 1), [button_1(true)]);
        assert_eq!(told(KeyCode::KEY_KP2, 0), [button_1(false)]);
        assert_eq!(told(KeyCode::KEY_KP2, 2), []);
        assert_eq!(told(KeyCode::KEY_KP9, 1), []);
    }

    #[test]
    fn a_keypad_that_is_not_plugged_in_loses_every_button() {
        let (panel, told) = mpsc::channel();
        let (hang_up, stop) = mpsc::channel();
        drop(hang_up);
        keypad().follow(&panel, &stop);
        drop(panel);
        let told: Vec<Tell> = told.iter().collect();
        let gone = |button| Tell::Key {
            button,
            closed: None,
        };
        assert_eq!(told, [gone(0), gone(1)]);
    }
}
