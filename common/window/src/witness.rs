// SPDX-License-Identifier: GPL-3.0-or-later
//! What a face says of itself to a program that works it: where things are, and when things happened.
//!
//! Places and marks can be told in either mode; they are read on the page of a headless window.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

/// Microseconds of the system's monotonic clock: comparable between the programs of one machine.
#[must_use]
pub fn monotonic_us() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    let whole = u64::try_from(now.tv_sec).unwrap_or_default();
    whole * 1_000_000 + u64::try_from(now.tv_nsec).unwrap_or_default() / 1_000
}

/// Something that can be touched or read, and where it is, in pixels of the window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// A name that is the same in every language, `service:general`.
    pub name: String,
    /// What a screen reader would say.
    pub spoken: String,
    /// The left edge.
    pub x: f32,
    /// The upper edge.
    pub y: f32,
    /// From the left edge to the right one.
    pub width: f32,
    /// From the upper edge to the lower one.
    pub height: f32,
}

/// A moment that matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Mark {
    /// When, by [`monotonic_us`].
    at_us: u64,
    /// What it was about, such as a number.
    value: String,
}

#[derive(Default)]
struct Told {
    places: BTreeMap<String, Place>,
    marks: BTreeMap<String, Mark>,
}

/// A cheap handle, for any thread.
#[derive(Clone, Default)]
pub struct Witness(Arc<Mutex<Told>>);

impl Witness {
    /// Says where something is; told again, it has moved.
    pub fn place(&self, place: Place) {
        self.told().places.insert(place.name.clone(), place);
    }

    /// Keeps only the places whose name is as wanted: the others are no longer on the screen.
    pub fn keep_places(&self, wanted: impl Fn(&str) -> bool) {
        self.told().places.retain(|name, _| wanted(name));
    }

    /// Says that `name` happens now, and what to. The last one of a name is kept.
    pub fn mark(&self, name: &str, value: &str) {
        self.mark_at(name, value, monotonic_us());
    }

    /// Says that `name` happened at `at_us`, by [`monotonic_us`].
    pub fn mark_at(&self, name: &str, value: &str, at_us: u64) {
        let mark = Mark {
            at_us,
            value: value.to_owned(),
        };
        self.told().marks.insert(name.to_owned(), mark);
    }

    /// The places as they were last told, by name.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        self.told().places.values().cloned().collect()
    }

    pub(crate) fn marks(&self) -> BTreeMap<String, Mark> {
        self.told().marks.clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str, x: f32) -> Place {
        Place {
            name: name.to_owned(),
            spoken: name.to_owned(),
            x,
            y: 0.0,
            width: 1.0,
            height: 1.0,
        }
    }

    #[test]
    fn a_place_told_again_has_moved_and_one_not_kept_is_gone() {
        let witness = Witness::default();
        witness.place(place("done", 1.0));
        witness.place(place("language:ca", 1.0));
        witness.place(place("done", 2.0));
        assert_eq!(
            witness.places(),
            [place("done", 2.0), place("language:ca", 1.0)]
        );
        witness.keep_places(|name| name.starts_with("language:"));
        assert_eq!(witness.places(), [place("language:ca", 1.0)]);
    }

    #[test]
    fn a_mark_keeps_its_last_moment() {
        let witness = Witness::default();
        witness.mark_at("touch", "A001", 10);
        witness.mark_at("touch", "A002", 20);
        assert_eq!(
            witness.marks()["touch"],
            Mark {
                at_us: 20,
                value: "A002".to_owned()
            }
        );
    }
}
