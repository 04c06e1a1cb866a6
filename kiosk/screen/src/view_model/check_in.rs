// SPDX-License-Identifier: GPL-3.0-or-later
//! Somebody who is booked says so: a code typed on the screen's keys, or read by a reader.
//!
//! What a code stands for only the hub knows. A code is kept as long as its page is shown.

use std::time::Instant;

use torn_wire::request;

use super::screen::{Screen, limits};
use super::{Asking, Effect, ViewModel, Wish};

/// What is on the keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Keys {
    /// 0 to 9.
    #[default]
    Figures,
    /// A to M.
    FirstLetters,
    /// N to Z.
    LastLetters,
}

/// A code that is being typed.
#[derive(Debug, Default)]
pub(super) struct Typing {
    pub(super) code: String,
    pub(super) keys: Keys,
    /// The hub did not know the last one.
    pub(super) unknown: bool,
}

impl ViewModel {
    /// Opens the page for a code; again, after a refusal.
    pub(super) fn has_appointment(&mut self) {
        let from_here = matches!(
            self.screen,
            Screen::Home | Screen::More(_) | Screen::Instead(..) | Screen::Refused(_)
        );
        if from_here && self.asking.is_none() && self.state.opening().open {
            self.screen = Screen::CheckIn(Typing::default());
        }
    }

    fn typing(&mut self) -> Option<&mut Typing> {
        match &mut self.screen {
            Screen::CheckIn(typing) if self.asking.is_none() => Some(typing),
            _ => None,
        }
    }

    pub(super) fn key(&mut self, key: char) {
        let Some(typing) = self.typing() else {
            return;
        };
        if typing.code.chars().count() < limits::CODE {
            typing.code.push(key);
            typing.unknown = false;
        }
    }

    pub(super) fn erase(&mut self) {
        if let Some(typing) = self.typing() {
            typing.code.pop();
            typing.unknown = false;
        }
    }

    pub(super) fn other_keys(&mut self) {
        if let Some(typing) = self.typing() {
            typing.keys = match typing.keys {
                Keys::Figures => Keys::FirstLetters,
                Keys::FirstLetters => Keys::LastLetters,
                Keys::LastLetters => Keys::Figures,
            };
        }
    }

    /// The code was typed.
    pub(super) fn typed(&mut self, now: Instant) -> Vec<Effect> {
        let code = self.typing().map(|typing| typing.code.clone());
        let Some(code) = code.filter(|code| !code.is_empty()) else {
            return vec![];
        };
        self.check_in(Some(code), None, now)
    }

    /// A reader read something, on whatever page.
    pub(super) fn scanned(&mut self, text: String, now: Instant) -> Vec<Effect> {
        let listens = matches!(
            self.screen,
            Screen::Home
                | Screen::More(_)
                | Screen::CheckIn(_)
                | Screen::Instead(..)
                | Screen::Refused(_)
        );
        // Whoever stands before a closed office is told on its page when to come.
        if !listens || self.asking.is_some() || !self.state.opening().open {
            return vec![];
        }
        if text.is_empty() {
            self.screen = Screen::CheckIn(Typing {
                unknown: true,
                ..Typing::default()
            });
            return vec![];
        }
        // A code that was begun by hand is not the one that was read.
        if let Screen::CheckIn(typing) = &mut self.screen {
            *typing = Typing {
                keys: typing.keys,
                ..Typing::default()
            };
        }
        self.check_in(None, Some(text), now)
    }

    fn check_in(
        &mut self,
        code: Option<String>,
        scan: Option<String>,
        now: Instant,
    ) -> Vec<Effect> {
        self.still_there = None;
        self.asking = Some(Asking {
            what: Wish::CheckIn,
            since: now,
        });
        vec![Effect::CheckIn(request::CheckIn {
            code,
            scan,
            language: Some(self.language()),
        })]
    }
}
