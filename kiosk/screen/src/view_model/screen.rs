// SPDX-License-Identifier: GPL-3.0-or-later
//! Which screen it is, and when it leaves by itself.

use std::time::Instant;

use jiff::civil::Date;
use torn_queue::{ServiceId, TicketNumber};

use super::ViewModel;
use super::check_in::Typing;
use super::instead::Reason;
use super::taken::TakenTicket;

/// Every time that a screen keeps, with its reason.
pub mod limits {
    use std::time::Duration;

    /// A ticket's page stays so long after the paper is out: at least 8 s, to read and to tear off.
    pub const AFTER_PAPER: Duration = Duration::from_secs(10);
    /// Without paper the number has to be learnt or scanned.
    pub const WITHOUT_PAPER: Duration = Duration::from_secs(20);
    /// Printing that tells no end has ended: far more than any printer takes.
    pub const PRINTING_MAX: Duration = Duration::from_secs(90);
    /// A finger that comes down twice does not close the page that its first touch opened.
    pub const TWICE: Duration = Duration::from_millis(500);
    /// A hub that starts anew is back sooner: nobody has to hear of it. A touch meanwhile is sent again.
    pub const AWAY: Duration = Duration::from_secs(4);
    /// After so long without an answer the screen says that it asks.
    pub const SLOW: Duration = Duration::from_millis(800);
    /// Without a touch the screen asks whether anybody is there.
    pub const IDLE: Duration = Duration::from_secs(30);
    /// It waits so long for the answer, a dot a second.
    pub const QUESTION: Duration = Duration::from_secs(20);
    /// Tiles on a page.
    pub const TILES: usize = 6;
    /// Letters and figures of a code; more do not fit, and no booking has them.
    pub const CODE: usize = 16;
    /// A refusal's detail is looked through so far.
    pub const DETAIL: usize = 400;
}

/// Why there is no number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The appointment has its number, which may be known here.
    CheckedIn(Option<TicketNumber>),
    /// The appointment was cancelled.
    Cancelled,
    /// The appointment is on a later day, if that was told.
    OtherDay(Option<Date>),
    /// The appointment was on an earlier day.
    DayGone(Date),
    /// The appointment is in another building, if that was told.
    OtherPlace(Option<String>),
    /// Something else about an appointment, which is in the log.
    CheckIn,
    /// Something else, which is in the log.
    Other,
}

/// The screen that is shown while the hub is there.
#[derive(Debug)]
pub(super) enum Screen {
    Home,
    /// A page of the other services, from 1.
    More(usize),
    Ticket(Box<TakenTicket>),
    /// A code is typed, or read.
    CheckIn(Typing),
    /// What there is in place of a service's number.
    Instead(ServiceId, Reason),
    Refused(Why),
    /// The hub said that the office is closed, whatever the log told so far.
    Closed,
}

/// The question before the screen goes home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StillThere {
    pub(super) asked: Instant,
}

impl StillThere {
    /// Whole seconds that are left, never 0 while it is shown.
    pub(super) fn seconds_left(self, now: Instant) -> u64 {
        let left = (self.asked + limits::QUESTION).saturating_duration_since(now);
        u64::try_from(left.as_millis().div_ceil(1_000))
            .unwrap_or(u64::MAX)
            .max(1)
    }
}

impl ViewModel {
    pub(super) fn time_passed(&mut self, now: Instant) {
        if self.asking.is_some() {
            return;
        }
        match &self.screen {
            Screen::Ticket(taken) => {
                if now >= taken.leaves_at {
                    self.go_home();
                }
            }
            Screen::Home => {
                if self.language.is_some() && now >= self.last_touch + limits::IDLE {
                    self.language = None;
                }
            }
            Screen::Closed => {
                if now >= self.last_touch + limits::IDLE {
                    self.go_home();
                }
            }
            Screen::More(_) | Screen::CheckIn(_) | Screen::Instead(..) | Screen::Refused(_) => {
                self.still_there(now)
            }
        }
    }

    fn still_there(&mut self, now: Instant) {
        match self.still_there {
            Some(question) if now >= question.asked + limits::QUESTION => self.go_home(),
            Some(_) => {}
            None if now >= self.last_touch + limits::IDLE => {
                self.still_there = Some(StillThere { asked: now })
            }
            None => {}
        }
    }

    /// Home, as the next person finds it.
    pub(super) fn go_home(&mut self) {
        self.screen = Screen::Home;
        self.still_there = None;
        self.language = None;
    }

    pub(super) fn done(&mut self, now: Instant) {
        if let Screen::Ticket(taken) = &self.screen
            && now >= taken.shown_at + limits::TWICE
        {
            self.go_home();
        }
    }

    pub(super) fn more_time(&mut self, now: Instant) {
        self.still_there = None;
        if let Screen::Ticket(taken) = &mut self.screen {
            taken.leaves_at = now + limits::WITHOUT_PAPER;
        }
    }

    pub(super) fn more(&mut self) {
        if self.asking.is_some() {
            return;
        }
        match self.screen {
            Screen::Home => self.screen = Screen::More(1),
            Screen::More(page) => self.screen = Screen::More(page + 1),
            _ => {}
        }
    }

    /// No more numbers: whoever was about to take one is told.
    pub(super) fn office_closed(&mut self) {
        if matches!(self.screen, Screen::More(_) | Screen::CheckIn(_)) {
            self.screen = Screen::Home;
            self.still_there = None;
        }
    }
}
