// SPDX-License-Identifier: GPL-3.0-or-later
//! Folds what the follower tells into what the board says.
//!
//! It holds the queue's state, the hub's clock and the line of announcements, and is asked for a
//! [`Board`] at an instant that comes in as a value. It knows no window, no socket and no sound: what
//! is to be heard it gives back as a word.

mod foot;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use torn_queue::event::TicketStatus;
use torn_queue::{DeskId, Event, Fact, Office, Seq, State, TicketId, Timestamp};
use torn_wire::Beat;

use crate::announcements::{Announcement, Announcements, Step};
use crate::board::{Board, Closing, DeskName, Notice, Panel, ROWS_MAX, Row, Shown};
use crate::clock::Clock;

/// Without news for so long, what is known is shown as stale.
pub const STALE_AFTER: Duration = Duration::from_millis(torn_wire::SILENCE_MEANS_AWAY_MS);
/// A call older than this, by the hub's clock, is shown and not announced.
pub const LATE_MS: i64 = 60_000;
/// Half a swing of the panel's colour: a whole one takes longer than a second.
pub const SWING: Duration = Duration::from_millis(600);
/// So many half swings, then it is still: under five seconds.
pub const SWINGS: u32 = 8;
/// A replay that pauses for so long is drawn before the beat that ends it.
const REPLAY_PAUSE: Duration = Duration::from_millis(300);

/// Something to be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// A call.
    Call,
    /// The hub is away.
    Away,
}

/// The board's own understanding of the queue.
#[derive(Debug, Default)]
pub struct ViewModel {
    state: State,
    clock: Clock,
    announcements: Announcements,
    /// The office's time zone, and the name it was found by.
    zone: Option<(String, TimeZone)>,
    /// When anything last came from the hub.
    news: Option<Instant>,
    /// When an event last came.
    last_event: Option<Instant>,
    /// How far the log went when a beat last told.
    log_end: Option<Seq>,
    /// Whether the state has reached the log's end since it was told afresh; what came before is history.
    caught_up: bool,
    /// Whether that the hub is away has been said.
    away_said: bool,
    /// How many announcements there were.
    announced: u64,
    /// Whether the panel keeps its colour still.
    reduced_motion: bool,
    /// Whether no chime can be heard.
    mute: bool,
}

impl ViewModel {
    /// A board that knows nothing yet; with `reduced_motion` its panel keeps still.
    #[must_use]
    pub fn new(reduced_motion: bool) -> Self {
        Self {
            reduced_motion,
            ..Self::default()
        }
    }

    /// Forgets the queue: the log is told from a day's beginning again.
    pub fn afresh(&mut self) {
        self.state = State::default();
        self.announcements.clear();
        self.log_end = None;
        self.caught_up = false;
    }

    /// Says whether a chime can be heard.
    pub fn set_mute(&mut self, mute: bool) {
        self.mute = mute;
    }

    /// Takes a beat that came at `now`.
    pub fn beat(&mut self, beat: &Beat, now: Instant) {
        self.news(now);
        self.clock.set(beat.now, now);
        self.log_end = Some(beat.seq);
        self.catch_up(now);
    }

    /// What came up to the log's end, as the last beat told it, is history; what comes after is news.
    fn catch_up(&mut self, now: Instant) {
        let at_end = self.log_end.is_some_and(|end| self.state.seq() >= end);
        if !self.caught_up && at_end {
            self.caught_up = true;
            self.put_up_newest(now);
        }
    }

    /// Goes past an event of an unknown kind that came at `now`.
    pub fn skip(&mut self, seq: Seq, at: Timestamp, now: Instant) {
        self.news(now);
        self.state.skip(seq, at);
        self.catch_up(now);
    }

    /// Folds an event that came at `now`.
    pub fn event(&mut self, event: &Event, now: Instant) {
        self.news(now);
        self.last_event = Some(now);
        self.state.apply(event);
        match &event.fact {
            Fact::DayBegan { office, .. } => {
                self.announcements.clear();
                self.find_zone(office);
            }
            Fact::OfficeConfigured { office } => self.find_zone(office),
            // Who was set aside is called to the desk as anyone else is.
            Fact::TicketCalled { ticket, desk, .. } | Fact::TicketResumed { ticket, desk, .. } => {
                self.called(event, *ticket, desk, false, now)
            }
            Fact::TicketRecalled { ticket, desk, .. } => {
                self.called(event, *ticket, desk, true, now)
            }
            _ => {}
        }
        let state = &self.state;
        self.announcements.keep(|call| still_called(state, call));
        self.catch_up(now);
    }

    fn called(
        &mut self,
        event: &Event,
        ticket: TicketId,
        desk: &DeskId,
        recall: bool,
        now: Instant,
    ) {
        let call = Announcement {
            ticket,
            desk: desk.clone(),
            recall,
            seq: event.seq,
            at: event.at,
        };
        if !self.caught_up {
            return;
        }
        if self.is_late(&call, now) {
            self.announcements.put_up(call, now);
        } else {
            self.announcements.add(call);
        }
    }

    fn is_late(&self, call: &Announcement, now: Instant) -> bool {
        self.clock
            .at(now)
            .is_none_or(|hub| hub.ms_since(call.at) > LATE_MS)
    }

    /// Shows the newest call of those who are still at their desks, without announcing it.
    fn put_up_newest(&mut self, now: Instant) {
        let mut calls = self.state.calls().iter().map(|call| Announcement {
            ticket: call.ticket,
            desk: call.desk.clone(),
            recall: call.recall,
            seq: call.seq,
            at: call.at,
        });
        if let Some(call) = calls.find(|call| still_called(&self.state, call)) {
            self.announcements.put_up(call, now);
        }
    }

    /// Notes that the hub was heard; one that comes back finds nothing old in line.
    fn news(&mut self, now: Instant) {
        if self.is_stale(now) {
            let (clock, state) = (self.clock, &self.state);
            let fresh = |call: &Announcement| {
                clock
                    .at(now)
                    .is_some_and(|hub| hub.ms_since(call.at) <= LATE_MS)
            };
            self.announcements
                .keep(|call| fresh(call) && still_called(state, call));
            self.announcements.hush();
            self.away_said = false;
        }
        self.news = Some(now);
    }

    /// Whether the hub has been silent for too long at `now`; before it was ever heard it is not stale.
    #[must_use]
    pub fn is_stale(&self, now: Instant) -> bool {
        self.news
            .is_some_and(|news| now.saturating_duration_since(news) >= STALE_AFTER)
    }

    /// Whether no event has come for a while: what was told afresh is probably all there.
    fn is_replayed(&self, now: Instant) -> bool {
        self.last_event
            .is_some_and(|at| now.saturating_duration_since(at) >= REPLAY_PAUSE)
    }

    /// Moves the line of announcements on to `now`, and says what is to be heard of that.
    pub fn settle(&mut self, now: Instant) -> Option<Heard> {
        if self.is_stale(now) {
            let first = !std::mem::replace(&mut self.away_said, true);
            return first.then_some(Heard::Away);
        }
        let step = self.announcements.step(now);
        self.announced += u64::from(step != Step::Still);
        let state = &self.state;
        self.announcements
            .take_down(now, |call| still_called(state, call));
        let known = self.caught_up || self.is_replayed(now);
        if known && self.announcements.filled().is_none() {
            self.put_up_newest(now);
        }
        (step == Step::Rings).then_some(Heard::Call)
    }

    /// When the board may next say something else although nothing is heard of the hub.
    #[must_use]
    pub fn next_change(&self, now: Instant) -> Option<Instant> {
        let stale_at = self
            .news
            .map(|news| news + STALE_AFTER)
            .filter(|at| *at > now);
        let line = self
            .announcements
            .next_step(now)
            .filter(|_| !self.is_stale(now));
        let replay = self
            .last_event
            .map(|at| at + REPLAY_PAUSE)
            .filter(|at| !self.caught_up && *at > now);
        [
            stale_at,
            line,
            replay,
            self.next_swing(now),
            self.clock.next_minute(now),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn swings_at(&self, now: Instant) -> Option<u32> {
        let for_so_long = self
            .announcements
            .announced_for(now)
            .filter(|_| !self.reduced_motion)?;
        let swings = u32::try_from(for_so_long.as_millis() / SWING.as_millis()).unwrap_or(SWINGS);
        (swings < SWINGS).then_some(swings)
    }

    fn next_swing(&self, now: Instant) -> Option<Instant> {
        let swings = self.swings_at(now).filter(|_| !self.is_stale(now))?;
        let for_so_long = self.announcements.announced_for(now)?;
        Some(now + (SWING * (swings + 1)).saturating_sub(for_so_long))
    }

    fn find_zone(&mut self, office: &Office) {
        if self
            .zone
            .as_ref()
            .is_some_and(|(name, _)| *name == office.time_zone)
        {
            return;
        }
        self.zone = TimeZone::get(&office.time_zone)
            .ok()
            .map(|zone| (office.time_zone.clone(), zone));
    }

    fn local(&self, when: Instant) -> Option<DateTime> {
        self.local_at(self.clock.at(when)?)
    }

    /// The office's local time at `at`, to the minute.
    fn local_at(&self, at: Timestamp) -> Option<DateTime> {
        let (_, zone) = self.zone.as_ref()?;
        let local = zone.to_datetime(at.to_jiff());
        local.with().second(0).subsec_nanosecond(0).build().ok()
    }

    /// What the board says at `now`.
    #[must_use]
    pub fn board(&self, now: Instant) -> Board {
        let Some(office) = self
            .state
            .office()
            .filter(|_| self.caught_up || self.is_replayed(now))
        else {
            return Board {
                mute: self.mute,
                ..Board::default()
            };
        };
        let stale = self.is_stale(now);
        Board {
            language: office.languages.first().cloned(),
            town: foot::text(office, office.town.as_ref()),
            office: foot::text(office, Some(&office.name)),
            accent: office.accent.clone(),
            now: self.local(now),
            panel: self.panel(office, now),
            rows: self.rows(office, stale),
            waiting: foot::waiting(&self.state, office, stale),
            notice: self.notice(office, now),
            mute: self.mute,
        }
    }

    fn panel(&self, office: &Office, now: Instant) -> Panel {
        if self.is_stale(now) {
            return Panel::Stale(self.news.and_then(|news| self.local(news)));
        }
        let Some(filled) = self.announcements.filled() else {
            return self.nobody(office);
        };
        let deep = self.swings_at(now).is_some_and(|swings| swings % 2 == 1);
        let announcement = if self.announcements.announced_for(now).is_some() {
            self.announced
        } else {
            0
        };
        let filled = Shown {
            deep,
            announcement,
            ..self.shown(office, filled)
        };
        match self.announcements.line().next() {
            Some(next) => Panel::Two(filled, self.shown(office, next)),
            None => Panel::One(filled),
        }
    }

    /// What is said while nobody is called. Who holds a ticket is called after the closing too, so a call
    /// goes before it.
    fn nobody(&self, office: &Office) -> Panel {
        let opening = self.state.opening();
        if opening.open {
            return Panel::Nobody;
        }
        let opens = opening.next_open_at.and_then(|at| self.local_at(at));
        Panel::Closed(Closing {
            opens,
            hours: opens.map_or_else(BTreeMap::new, |at| foot::hours(office, at.date())),
            waited_for: self.state.waiting_len() > 0,
        })
    }

    fn notice(&self, office: &Office, now: Instant) -> Notice {
        if self.is_stale(now) {
            return Notice::NumbersStayValid;
        }
        let closed = !self.state.opening().open;
        if closed && self.announcements.filled().is_some() {
            return Notice::ClosedButServing;
        }
        let hub_now = self.clock.at(now).unwrap_or_else(|| self.state.at());
        match self.state.notice(hub_now) {
            Some(notice) => Notice::Told(foot::text(office, Some(&notice.text))),
            None if closed => Notice::Nothing,
            None => foot::by_appointment(office),
        }
    }

    fn shown(&self, office: &Office, call: &Announcement) -> Shown {
        Shown {
            number: call.ticket.number().to_string(),
            desk: self.desk(office, &call.desk),
            again: call.recall,
            ..Shown::default()
        }
    }

    fn desk(&self, office: &Office, id: &DeskId) -> DeskName {
        let name = self
            .state
            .desk(id)
            .map(|desk| foot::text(office, Some(&desk.config.name)));
        DeskName::of(
            name.as_deref()
                .filter(|name| !name.is_empty())
                .unwrap_or(id.as_str()),
        )
    }

    fn rows(&self, office: &Office, stale: bool) -> Vec<Row> {
        let row = |ticket: TicketId, desk: &DeskId, bell| Row {
            number: ticket.number().to_string(),
            desk: self.desk(office, desk),
            bell,
        };
        let calls = self.state.calls().iter();
        if stale {
            return calls
                .map(|call| row(call.ticket, &call.desk, false))
                .take(ROWS_MAX)
                .collect();
        }
        let filled = self.announcements.filled().map(|call| call.ticket);
        let line: Vec<_> = self.announcements.line().collect();
        let up = |ticket| filled == Some(ticket) || line.iter().any(|call| call.ticket == ticket);
        let coming = line
            .iter()
            .skip(1)
            .map(|call| row(call.ticket, &call.desk, true));
        let earlier = calls
            .filter(|call| !up(call.ticket) && !waits_again(&self.state, call.ticket))
            .map(|call| row(call.ticket, &call.desk, false));
        coming.chain(earlier).take(ROWS_MAX).collect()
    }
}

/// Whether it was called and has left the desk to be called anew: sent on, set aside or restored. Its old
/// desk would only lead it astray.
fn waits_again(state: &State, ticket: TicketId) -> bool {
    let status = state.ticket(ticket).map(|one| one.status);
    matches!(status, Some(TicketStatus::Waiting | TicketStatus::Parked))
}

fn still_called(state: &State, call: &Announcement) -> bool {
    state.ticket(call.ticket).is_some_and(|ticket| {
        ticket.status == TicketStatus::Called && ticket.desk.as_ref() == Some(&call.desk)
    })
}

#[cfg(test)]
mod tests;
