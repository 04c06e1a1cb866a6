// SPDX-License-Identifier: GPL-3.0-or-later
//! Whose turn it is to be announced: calls stand in line for the one filled panel.
//!
//! Each call holds the panel alone for a while, so that it is read and heard by itself. Nothing here
//! knows the queue of the office or draws anything; whether a call is still true is asked of the caller.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use torn_queue::{DeskId, Seq, TicketId, Timestamp};

/// How long a call holds the panel, at least.
pub const HOLD: Duration = Duration::from_secs(6);
/// How long it does when [`CROWD`] others wait for it.
pub const HOLD_IN_CROWD: Duration = Duration::from_secs(3);
/// So many calls in line make it go faster, and without a chime each.
pub const CROWD: usize = 3;
/// A recall of the number that is up rings so long after its last chime, if nobody else stands in line.
pub const CHIME_ROOM: Duration = Duration::from_secs(2);

/// A number with the desk it is called to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The ticket.
    pub ticket: TicketId,
    /// Where to.
    pub desk: DeskId,
    /// Whether it was called there before.
    pub recall: bool,
    /// The event that called it.
    pub seq: Seq,
    /// When it was called, by the hub's clock.
    pub at: Timestamp,
}

impl Announcement {
    fn same_call(&self, other: &Self) -> bool {
        self.ticket == other.ticket && self.desk == other.desk
    }
}

/// What a step of the line brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing moved.
    Still,
    /// Another call fills the panel, without a chime.
    Quiet,
    /// Another call fills the panel, and rings.
    Rings,
}

/// The line of calls in front of the filled panel.
#[derive(Debug, Default)]
pub struct Announcements {
    /// What the panel shows, and since when it is being announced; `None` once it was put up in silence.
    filled: Option<(Announcement, Option<Instant>)>,
    line: VecDeque<Announcement>,
}

impl Announcements {
    /// What fills the panel.
    #[must_use]
    pub fn filled(&self) -> Option<&Announcement> {
        self.filled.as_ref().map(|(call, _)| call)
    }

    /// How long the panel's call has been announced; `None` when it was put up in silence.
    #[must_use]
    pub fn announced_for(&self, now: Instant) -> Option<Duration> {
        let (_, since) = self.filled.as_ref()?;
        since.map(|since| now.saturating_duration_since(since))
    }

    /// What stands in line, first one first; a recall of what the panel shows is left out, as its number is up.
    pub fn line(&self) -> impl Iterator<Item = &Announcement> {
        let filled = self.filled();
        self.line
            .iter()
            .filter(move |one| filled.is_none_or(|it| !it.same_call(one)))
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Puts a call at the end of the line. One that stands there keeps its place; a ticket called to
    /// another desk takes its old call out of it.
    pub fn add(&mut self, call: Announcement) {
        if self.line.iter().any(|one| one.same_call(&call)) {
            return;
        }
        self.line.retain(|one| one.ticket != call.ticket);
        self.line.push_back(call);
    }

    /// Puts a call up without announcing it, unless a newer one is up or one is being announced.
    pub fn put_up(&mut self, call: Announcement, now: Instant) {
        let newer = self.filled().is_none_or(|it| it.seq < call.seq);
        if newer && self.line.is_empty() && !self.holds(now) {
            self.filled = Some((call, None));
        }
    }

    /// Takes the calls out of the line for which `still_true` is false.
    pub fn keep(&mut self, still_true: impl Fn(&Announcement) -> bool) {
        self.line.retain(&still_true);
    }

    /// Takes the panel's call down when it has been announced long enough and is over.
    pub fn take_down(&mut self, now: Instant, still_true: impl Fn(&Announcement) -> bool) {
        if !self.holds(now) && self.filled().is_some_and(|it| !still_true(it)) {
            self.filled = None;
        }
    }

    /// Ends the announcing of the panel's call; its number stays up.
    pub fn hush(&mut self) {
        if let Some((_, since)) = &mut self.filled {
            *since = None;
        }
    }

    /// How long the panel's call keeps it from the first in line.
    fn hold(&self) -> Duration {
        let again = |it| self.line.len() == 1 && self.line[0].same_call(it);
        if self.filled().is_some_and(again) {
            // The same number again takes the panel from nobody.
            CHIME_ROOM
        } else if self.line.len() >= CROWD {
            HOLD_IN_CROWD
        } else {
            HOLD
        }
    }

    fn holds(&self, now: Instant) -> bool {
        self.announced_for(now)
            .is_some_and(|for_so_long| for_so_long < self.hold())
    }

    /// Moves the first in line up if the panel is free.
    pub fn step(&mut self, now: Instant) -> Step {
        if self.holds(now) {
            return Step::Still;
        }
        let in_a_row = self
            .announced_for(now)
            .is_some_and(|for_so_long| for_so_long < HOLD * 2);
        let crowded = self.line.len() >= CROWD;
        let Some(call) = self.line.pop_front() else {
            return Step::Still;
        };
        self.filled = Some((call, Some(now)));
        if crowded && in_a_row {
            Step::Quiet
        } else {
            Step::Rings
        }
    }

    /// When [`step`](Self::step) or [`take_down`](Self::take_down) may next have something to do.
    #[must_use]
    pub fn next_step(&self, now: Instant) -> Option<Instant> {
        let (_, since) = self.filled.as_ref()?;
        let end = since.as_ref()?.checked_add(self.hold())?;
        (end > now).then_some(end)
    }
}

#[cfg(test)]
mod tests;
