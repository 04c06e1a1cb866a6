// SPDX-License-Identifier: GPL-3.0-or-later
//! How each button is, and what the hub knows of that: who can mend it has to see it.
//!
//! It says what to report next; sending it is somebody else's.

use std::collections::BTreeMap;

use torn_queue::ids::InvalidId;
use torn_queue::{DeskId, Key};

use crate::press::Happening;

/// How a button is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Condition {
    Ok,
    Stuck,
    Offline,
}

impl Condition {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Stuck => "stuck",
            Self::Offline => "offline",
        }
    }
}

/// The buttons' conditions, and the hub's knowledge of them.
#[derive(Debug)]
pub struct Health {
    buttons: Vec<(Key, Condition)>,
    /// Whether the hub's log has kinds of events that this program does not know.
    outdated: bool,
    known: BTreeMap<Key, Key>,
    day: u64,
}

/// Something that the hub does not know yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreported {
    /// Which part, `button-2`.
    pub what: Key,
    /// How it is.
    pub state: Key,
    day: u64,
}

/// The part of a device that a desk's button is.
///
/// # Errors
/// [`InvalidId`], when the desk's id is too long to be part of a key.
pub fn part(desk: &DeskId) -> Result<Key, InvalidId> {
    format!("button-{desk}").parse()
}

impl Health {
    /// Every button is well, and the hub knows nothing of it.
    #[must_use]
    pub fn new(parts: Vec<Key>) -> Self {
        Self {
            buttons: parts
                .into_iter()
                .map(|part| (part, Condition::Ok))
                .collect(),
            outdated: false,
            known: BTreeMap::new(),
            day: 0,
        }
    }

    /// Takes what happened to a button.
    pub fn note(&mut self, button: usize, happening: Happening) {
        let condition = match happening {
            Happening::Stuck => Condition::Stuck,
            Happening::Lost => Condition::Offline,
            Happening::Freed => Condition::Ok,
            Happening::Pressed | Happening::LongPressed => return,
        };
        if let Some((_, before)) = self.buttons.get_mut(button) {
            *before = condition;
        }
    }

    /// This program met an event of a kind that it does not know.
    pub fn met_unknown_kind(&mut self) {
        self.outdated = true;
    }

    /// A day began, or another log: the hub knows nothing again.
    pub fn forget(&mut self) {
        self.known.clear();
        self.day += 1;
    }

    /// The hub's log says this of a part of this device.
    pub fn learn(&mut self, what: &Key, state: &Key) {
        self.known.insert(what.clone(), state.clone());
    }

    /// The hub answered a report. One from before the day began is not known to the new one.
    pub fn reported(&mut self, report: Unreported) {
        if report.day == self.day {
            self.known.insert(report.what, report.state);
        }
    }

    /// The next thing to tell the hub.
    #[must_use]
    pub fn unreported(&self) -> Option<Unreported> {
        let mut wanted: BTreeMap<&Key, Condition> = BTreeMap::new();
        for (part, condition) in &self.buttons {
            // Two buttons of one desk are one part: it is as well as the worse of them.
            let worst = wanted.entry(part).or_insert(*condition);
            *worst = (*worst).max(*condition);
        }
        let words = wanted
            .into_iter()
            .map(|(part, condition)| (part.as_str(), condition.as_str()));
        let program = self.outdated.then_some(("program", "out-of-date"));
        let is_known = |what: &Key, state: &Key| self.known.get(what) == Some(state);
        words
            .chain(program)
            .filter_map(|(what, state)| Some((what.parse().ok()?, state.parse().ok()?)))
            .find(|(what, state)| !is_known(what, state))
            .map(|(what, state)| Unreported {
                what,
                state,
                day: self.day,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(desks: &[&str]) -> Health {
        let part = |desk: &&str| part(&desk.parse().unwrap()).unwrap();
        Health::new(desks.iter().map(part).collect())
    }

    /// Everything that is not reported yet, reported.
    fn report_all(health: &mut Health) -> Vec<String> {
        let mut told = Vec::new();
        while let Some(report) = health.unreported() {
            told.push(format!("{} {}", report.what, report.state));
            health.reported(report);
        }
        told
    }

    #[test]
    fn what_changed_is_reported_once() {
        let mut health = health(&["1", "2"]);
        assert_eq!(report_all(&mut health), ["button-1 ok", "button-2 ok"]);
        health.note(1, Happening::Pressed);
        assert_eq!(report_all(&mut health), [""; 0]);
        health.note(1, Happening::Stuck);
        assert_eq!(report_all(&mut health), ["button-2 stuck"]);
        health.note(1, Happening::Freed);
        assert_eq!(report_all(&mut health), ["button-2 ok"]);
    }

    #[test]
    fn a_new_day_is_told_everything_again() {
        let mut health = health(&["1"]);
        report_all(&mut health);
        health.note(0, Happening::Lost);
        health.forget();
        assert_eq!(report_all(&mut health), ["button-1 offline"]);
    }

    #[test]
    fn an_answer_from_the_day_before_is_no_knowledge_of_the_new_one() {
        let mut health = health(&["1"]);
        let report = health.unreported().unwrap();
        health.forget();
        health.reported(report);
        assert_eq!(report_all(&mut health), ["button-1 ok"]);
    }

    #[test]
    fn what_the_log_says_already_is_not_said_again() {
        let mut health = health(&["1"]);
        health.learn(&"button-1".parse().unwrap(), &"ok".parse().unwrap());
        assert_eq!(health.unreported(), None);
    }

    #[test]
    fn two_buttons_of_a_desk_are_as_well_as_the_worse() {
        let mut health = health(&["1", "1"]);
        health.note(0, Happening::Stuck);
        assert_eq!(report_all(&mut health), ["button-1 stuck"]);
        health.note(1, Happening::Freed);
        assert_eq!(report_all(&mut health), [""; 0]);
    }

    #[test]
    fn a_program_that_is_older_than_the_log_says_so() {
        let mut health = health(&[]);
        health.met_unknown_kind();
        assert_eq!(report_all(&mut health), ["program out-of-date"]);
    }
}
