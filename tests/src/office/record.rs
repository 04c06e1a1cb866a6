// SPDX-License-Identifier: GPL-3.0-or-later
//! What `--once` saw, and when: the hub's events as they became durable, and the intervals of the job.
//!
//! All moments are of the system's monotonic clock, whoever saw them.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::{Value, json};

use crate::lab::LabError;
use crate::lab::hub::Hub;
use crate::lab::wait::{self, Moment};

/// An event, and when it was told, which is after it was written to the log.
#[derive(Debug, Clone)]
pub struct Told {
    /// The event.
    pub event: Value,
    /// Its data, byte for byte as the hub wrote it.
    pub data: String,
    /// When it came.
    pub at: Moment,
}

impl Told {
    /// A member that is a text; empty when it is none.
    #[must_use]
    pub fn text(&self, member: &str) -> &str {
        self.event[member].as_str().unwrap_or_default()
    }
}

/// Everything that the hub tells from now on, and today before.
#[derive(Debug, Clone)]
pub struct Record {
    told: Arc<Mutex<Vec<Told>>>,
}

impl Record {
    /// Begins to listen to the hub.
    ///
    /// # Errors
    /// [`LabError`], when its stream is not given.
    pub fn of(hub: &Hub) -> Result<Self, LabError> {
        let stream = hub.follow("", None)?;
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&told);
        thread::spawn(move || {
            while let Ok(Some(frame)) = stream.next(wait::GENEROUS) {
                if frame.id.is_some() {
                    let told = Told {
                        event: frame.json(),
                        data: frame.data,
                        at: frame.at,
                    };
                    kept.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(told);
                }
            }
        });
        Ok(Self { told })
    }

    /// Waits for an event of a kind.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], when none is told.
    pub fn wait_for(
        &self,
        what: &str,
        kind: &str,
        mut wanted: impl FnMut(&Told) -> bool,
    ) -> Result<Told, LabError> {
        wait::until(what, wait::GENEROUS, || {
            let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            told.iter()
                .find(|one| one.text("kind") == kind && wanted(one))
                .cloned()
        })
    }

    /// All that was told so far, one event a line, as the hub wrote it.
    #[must_use]
    pub fn lines(&self) -> String {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.iter().map(|one| format!("{}\n", one.data)).collect()
    }
}

/// The moments of the main job.
#[derive(Debug, Clone, Copy)]
pub struct Moments {
    /// The finger left the kiosk's tile.
    pub touched: Moment,
    /// The hub told that the number is in the log.
    pub durable: Moment,
    /// The printer got its first byte.
    pub first_byte: Moment,
    /// The printer got its last byte.
    pub last_byte: Moment,
    /// The desk button was let go, which is when a short press counts.
    pub pressed: Moment,
    /// The hub told of the call.
    pub called: Moment,
    /// The board showed the number.
    pub shown: Moment,
}

impl Moments {
    /// The intervals, in milliseconds, as `timings.json` has them.
    #[must_use]
    pub fn timings(&self, number: &str) -> Value {
        let profile = if cfg!(debug_assertions) {
            "dev"
        } else {
            "release"
        };
        json!({
            "number": number,
            "profile": profile,
            "touch_to_durable_ms": self.durable.ms_since(self.touched),
            "durable_to_first_byte_ms": self.first_byte.ms_since(self.durable),
            "first_byte_to_last_byte_ms": self.last_byte.ms_since(self.first_byte),
            "touch_to_last_byte_ms": self.last_byte.ms_since(self.touched),
            "press_to_durable_ms": self.called.ms_since(self.pressed),
            "press_to_shown_on_the_lobby_ms": self.shown.ms_since(self.pressed),
            "how": "durable = the event was read from the hub's stream; bytes = as the virtual printer got them; \
                    pressed = the button was let go; shown = the board says that it has drawn the number",
        })
    }
}
