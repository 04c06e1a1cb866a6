// SPDX-License-Identifier: GPL-3.0-or-later
//! What a batch of commands leads to, before it is durable, and who waits for it.
//!
//! A reply leaves here only after the commit, or with word that there was none.

use std::collections::HashMap;

use jiff::civil::Date;
use tokio::sync::oneshot;
use torn_queue::{Event, Timestamp};

use super::inbox::{Reply, store_failed};
use crate::store::{Answer, BookingRow, Entry, Step};

/// What becomes durable together.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) events: Vec<Event>,
    pub(super) entries: Vec<Entry>,
    pub(super) answers: Vec<Answer>,
    /// The place in `answers` by key.
    pub(super) places: HashMap<String, usize>,
    pub(super) replies: Vec<(oneshot::Sender<Reply>, Reply)>,
    pub(super) day_before: Option<Date>,
    /// Who is still booked, when a day began.
    pub(super) kept: Option<Vec<BookingRow>>,
    pub(super) bookings: Vec<BookingRow>,
    /// When all of it happens: one time, so that no event of it is earlier than the one before.
    pub(super) now: Timestamp,
}

impl Batch {
    pub(super) fn at(now: Timestamp) -> Self {
        Self {
            now,
            ..Self::default()
        }
    }

    pub(super) fn changes_nothing(&self) -> bool {
        self.entries.is_empty() && self.answers.is_empty() && self.bookings.is_empty()
    }

    pub(super) fn step<'a>(&'a self, oldest_day: Option<&'a str>) -> Step<'a> {
        Step {
            entries: &self.entries,
            answers: &self.answers,
            oldest_day,
            kept: self.kept.as_deref(),
            bookings: &self.bookings,
        }
    }

    pub(super) fn send(self) {
        for (sender, reply) in self.replies {
            // Whoever hung up asks again with the same key.
            let _ = sender.send(reply);
        }
    }

    pub(super) fn fail(self) {
        for (sender, reply) in self.replies {
            let refused = matches!(reply, Reply::Refused(_) | Reply::Limited(_));
            let _ = sender.send(if refused {
                reply
            } else {
                Reply::Refused(store_failed())
            });
        }
    }
}
