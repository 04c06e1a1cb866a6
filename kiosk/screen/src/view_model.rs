// SPDX-License-Identifier: GPL-3.0-or-later
//! The screens as plain data: what came in, what follows, what is to be seen.
//!
//! It folds the hub's events, takes touches and news of the printer, and answers with effects for
//! others to carry out. Time comes in as a value; there is no window, no network, no printer here,
//! and no rule of the queue: those are in `torn-queue`.

mod answer;
mod check_in;
mod clock;
mod instead;
mod screen;
mod taken;
mod tiles;
mod view;

#[cfg(test)]
mod tests;

use std::time::Instant;

use torn_client::{Failure, Update};
use torn_queue::{Fact, Language, ServiceId, State, TicketId};
use torn_wire::request::{CheckIn, IssueTicket, NotePrint};
use torn_wire::view::IssuedTicket;

use crate::paper::{News, PrinterState};
use crate::ticket::Slip;
pub use check_in::Keys;
use clock::Clock;
pub use instead::{Closed, Instead, Reason};
use screen::{Screen, StillThere};
pub use screen::{Why, limits};
pub use tiles::{Tile, TileKind};
pub use view::{CodeEntry, Page, Paper, Refused, Taken, View};

/// What a finger asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// A service.
    Service(ServiceId),
    /// The services that have no tile on this page.
    More,
    /// A language.
    Language(Language),
    /// The ticket is taken, or the number learnt.
    Done,
    /// The printer says that it printed, and there is no paper.
    NoPaper,
    /// Not yet.
    MoreTime,
    /// To the home screen.
    Back,
    /// A ticket for information, where the service itself gives out none.
    Information,
    /// Somebody has an appointment.
    CheckIn,
    /// A letter or a figure of the code.
    Key(char),
    /// The last one was wrong.
    Erase,
    /// The letters that are not on the keys now, or the figures.
    OtherKeys,
    /// The code is whole.
    Continue,
    /// A reader read this; empty, if it was too long to be a code.
    Scanned(String),
}

/// What comes in.
#[derive(Debug)]
pub enum Input {
    /// The hub told something.
    Hub(Update),
    /// The hub answered the touch or the code, or did not.
    Issued(Result<IssuedTicket, Failure>),
    /// The tickets thread told something.
    Paper(News),
    /// A finger.
    Touch(Touch),
    /// Time passed.
    Tick,
}

/// A moment that a measurement needs, with the name it has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// `touch`, `durable`, `first-byte` or `last-byte`.
    pub name: &'static str,
    /// The number it belongs to.
    pub number: String,
    /// When it was.
    pub at: Instant,
}

/// What others have to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the hub for a number, under one key.
    Issue(IssueTicket),
    /// Ask the hub for the number of an appointment, under one key.
    CheckIn(CheckIn),
    /// Print a slip for this ticket.
    Print(TicketId, Box<Slip>),
    /// Tell the hub how printing went.
    Note(TicketId, NotePrint),
    /// Tell the hub how the printer is.
    Report(PrinterState),
    /// Tell the hub again how everything is: it has forgotten.
    ReportAgain,
    /// Tell the hub that this program is older than what it says.
    OutOfDate,
    /// Write a moment down.
    Mark(Mark),
}

/// A touch or a code that has no answer yet.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asking {
    what: Wish,
    since: Instant,
}

/// What the hub was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wish {
    /// A ticket for this service.
    Ticket(ServiceId),
    /// The ticket of an appointment.
    CheckIn,
}

/// Whether the hub is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hub {
    /// Nothing was heard yet.
    Unknown,
    Here,
    Away {
        since: Instant,
    },
}

/// The kiosk, as far as it can be told without a window.
#[derive(Debug)]
pub struct ViewModel {
    state: State,
    hub: Hub,
    clock: Clock,
    /// `None`: the office's own.
    language: Option<Language>,
    screen: Screen,
    asking: Option<Asking>,
    /// The question that is asked before the screen goes home.
    still_there: Option<StillThere>,
    last_touch: Instant,
    has_printer: bool,
    /// What the printer said of itself last.
    printer: Option<PrinterState>,
}

impl ViewModel {
    /// A kiosk that has heard of nothing yet.
    #[must_use]
    pub fn new(has_printer: bool, now: Instant) -> Self {
        Self {
            state: State::default(),
            hub: Hub::Unknown,
            clock: Clock::default(),
            language: None,
            screen: Screen::Home,
            asking: None,
            still_there: None,
            last_touch: now,
            has_printer,
            printer: None,
        }
    }

    /// Takes what comes in, and says what follows.
    pub fn take(&mut self, input: Input, now: Instant) -> Vec<Effect> {
        match input {
            Input::Hub(update) => self.hub_told(update, now),
            Input::Issued(answer) => self.answered(answer, now),
            Input::Paper(news) => self.paper_told(news, now),
            Input::Touch(touch) => {
                self.last_touch = now;
                self.touched(touch, now)
            }
            Input::Tick => {
                self.time_passed(now);
                vec![]
            }
        }
    }

    fn hub_told(&mut self, update: Update, now: Instant) -> Vec<Effect> {
        match update {
            Update::Afresh => self.state = State::default(),
            Update::Event(event) => {
                // A day that is told again was reported to when the hub was found.
                let was_another_day = self.state.day().is_some();
                self.state.apply(&event);
                self.clock.at_least(event.at, now);
                match &event.fact {
                    Fact::DayBegan { office, .. } => {
                        self.clock.set_zone(&office.time_zone);
                        if was_another_day {
                            return vec![Effect::ReportAgain];
                        }
                    }
                    Fact::OfficeConfigured { office } => self.clock.set_zone(&office.time_zone),
                    Fact::OfficeClosed { .. } => self.office_closed(),
                    _ => {}
                }
            }
            Update::UnknownKind { seq, at, .. } => {
                self.state.skip(seq, at);
                return vec![Effect::OutOfDate];
            }
            Update::Beat(beat) => self.clock.set(beat.now, now),
            Update::Connected => {
                self.hub = Hub::Here;
                return vec![Effect::ReportAgain];
            }
            Update::Away { since } => self.hub = Hub::Away { since },
        }
        vec![]
    }

    fn touched(&mut self, touch: Touch, now: Instant) -> Vec<Effect> {
        match touch {
            Touch::Service(service) => return self.wanted(service, now),
            Touch::More => self.more(),
            Touch::Language(language) => self.language = Some(language),
            Touch::Done => self.done(now),
            Touch::NoPaper => return self.copy(now),
            Touch::MoreTime => self.more_time(now),
            Touch::Back => {
                self.still_there = None;
                // An answer that is under way is still to be shown.
                if self.asking.is_none() {
                    self.screen = Screen::Home;
                }
            }
            Touch::Information => {
                if let Some(service) = self.offered_instead() {
                    return self.ask(service, now);
                }
            }
            Touch::CheckIn => self.has_appointment(),
            Touch::Key(key) => self.key(key),
            Touch::Erase => self.erase(),
            Touch::OtherKeys => self.other_keys(),
            Touch::Continue => return self.typed(now),
            Touch::Scanned(text) => return self.scanned(text, now),
        }
        vec![]
    }

    /// Somebody touched a service: its ticket is asked for, or what there is in its place is shown.
    fn wanted(&mut self, service: ServiceId, now: Instant) -> Vec<Effect> {
        let with_tiles = matches!(self.screen, Screen::Home | Screen::More(_));
        if self.asking.is_some() || !with_tiles || !self.state.opening().open {
            return vec![];
        }
        if let Some(reason) = self.gives_none(&service) {
            self.screen = Screen::Instead(service, reason);
            return vec![];
        }
        self.ask(service, now)
    }

    fn ask(&mut self, service: ServiceId, now: Instant) -> Vec<Effect> {
        if self.asking.is_some() {
            return vec![];
        }
        let wish = IssueTicket {
            service: service.clone(),
            language: Some(self.language()),
            class: None,
        };
        self.asking = Some(Asking {
            what: Wish::Ticket(service),
            since: now,
        });
        vec![Effect::Issue(wish)]
    }

    /// The language of the screen, and of the ticket.
    fn language(&self) -> Language {
        let spoken = self
            .state
            .office()
            .map_or(&[][..], |office| &office.languages);
        let chosen = self.language.as_ref().filter(|one| spoken.contains(one));
        chosen
            .or(spoken.first())
            .cloned()
            .unwrap_or_else(first_language)
    }
}

/// What is spoken before an office is known: the faces were written in it.
fn first_language() -> Language {
    "ca".parse()
        .unwrap_or_else(|_| unreachable!("ca is a language tag"))
}
