// SPDX-License-Identifier: GPL-3.0-or-later
//! What is to be seen, whole: two equal views look the same, so nothing is drawn anew.

use std::time::Instant;

use torn_look::words::{self, QrTarget};
use torn_queue::Language;

use super::check_in::Keys;
use super::instead::{Closed, Instead, isolated};
use super::screen::{Screen, Why, limits};
use super::taken::{TakenTicket, arrival};
use super::tiles::Tile;
use super::{Hub, ViewModel, Wish};
use crate::ticket::Arrival;

/// Which page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the pages are named after what they show")]
pub enum Page {
    Connecting,
    Away,
    Home,
    More,
    Ticket,
    CheckIn,
    Instead,
    Refused,
    Closed,
    StillThere,
}

/// How the paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the states are named after what happened")]
pub enum Paper {
    Printing,
    Printed,
    /// All was sent, and the printer did not say whether it came out.
    Unknown,
    PaperOut,
    CoverOpen,
    Off,
    Silent,
    Broken,
    NoPrinter,
}

impl Paper {
    /// Whether somebody may find that no slip came out, and have a copy.
    #[must_use]
    pub fn may_be_missed(self) -> bool {
        matches!(self, Self::Printed | Self::Unknown)
    }

    /// Whether the screen has to say that something is wrong with it.
    #[must_use]
    pub fn ails(self) -> bool {
        !matches!(self, Self::Printing | Self::Printed | Self::NoPrinter)
    }
}

/// The number that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What for.
    pub service: String,
    /// The number.
    pub number: String,
    /// The booked hour, of whoever had one.
    pub booked: Option<(String, Arrival)>,
    /// How many are before it.
    pub ahead: u32,
    /// How long it may take, as a phrase; empty if that can't be told.
    pub wait: String,
    /// How its paper is.
    pub paper: Paper,
    /// Whether it has been there long enough for a touch to be meant for it.
    pub settled: bool,
    /// What a phone finds behind the code.
    pub target: Option<QrTarget>,
}

/// A code on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeEntry {
    /// What was typed so far.
    pub code: String,
    /// What is on the keys.
    pub keys: Keys,
    /// The last one is nobody's.
    pub unknown: bool,
}

/// Why there is no number, and how to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub why: Why,
    /// The number, the day or the building that belongs to it; empty if none is known.
    pub what: String,
    /// Whether another code may help.
    pub again: bool,
    /// Whether a number without an appointment can be taken.
    pub number: bool,
}

/// Everything on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which page.
    pub page: Page,
    /// In which language.
    pub language: Language,
    /// The languages to choose from; none before the office is known.
    pub languages: Vec<Language>,
    /// Whose office it is.
    pub town: String,
    /// What it is called.
    pub office: String,
    /// The day.
    pub date: String,
    /// The hour.
    pub hour: String,
    /// The office's colour.
    pub accent: Option<String>,
    /// The tiles of this page.
    pub tiles: Vec<Tile>,
    /// No service gives out a number any more; when they do again, as a sentence goes on with it.
    pub no_more: Option<String>,
    /// Whether people with an appointment can say that they are here.
    pub checks_in: bool,
    /// The tile whose answer is awaited; `check-in` for an appointment's.
    pub asked: Option<String>,
    /// Whether that takes so long that it has to be said.
    pub slow: bool,
    /// The desk to ask where there is no number to be had here; empty if none is known.
    pub desk: String,
    /// Since when the hub is away; empty if the hour is not known.
    pub since: String,
    /// The number, on the ticket's page.
    pub taken: Option<Taken>,
    /// The code that is typed, on its page.
    pub check_in: Option<CodeEntry>,
    /// What there is in place of a number, on that page.
    pub instead: Option<Instead>,
    /// What was refused and why, on that page.
    pub refused: Option<Refused>,
    /// When it opens again, on the page of an office that is closed.
    pub closed: Option<Closed>,
    /// Seconds until the screen goes home, on the page that asks.
    pub seconds_left: u64,
}

impl ViewModel {
    /// What is to be seen at `now`.
    #[must_use]
    pub fn view(&self, now: Instant) -> View {
        let language = self.language();
        let office = self.state.office();
        let in_language = |names: &torn_queue::office::Names| {
            office
                .map(|one| names.in_language(&language, &one.languages).to_owned())
                .unwrap_or_default()
        };
        let civil = self.clock.civil(now);
        let hour = |at: Instant| {
            self.clock
                .civil(at)
                .map(|at| words::hour(&language, at.time()))
        };
        let since = match self.hub {
            Hub::Away { since } => hour(since).unwrap_or_default(),
            Hub::Unknown | Hub::Here => String::new(),
        };
        let page = self.page(now);
        let gives_no_more = page == Page::Home && self.gives_no_more();
        let with_tiles = matches!(page, Page::Home | Page::More) && !gives_no_more;
        View {
            page,
            languages: office.map(|one| one.languages.clone()).unwrap_or_default(),
            town: office
                .and_then(|one| one.town.as_ref())
                .map(in_language)
                .unwrap_or_default(),
            office: office.map(|one| in_language(&one.name)).unwrap_or_default(),
            date: civil
                .map(|at| words::date(&language, at.date()))
                .unwrap_or_default(),
            hour: hour(now).unwrap_or_default(),
            accent: office.and_then(|one| one.accent.clone()),
            tiles: if with_tiles {
                self.tiles(&language, now)
            } else {
                vec![]
            },
            no_more: gives_no_more
                .then(|| self.opens_in_words(&language, self.reopens_at(now), now)),
            checks_in: self.takes_appointments(),
            asked: self.asking.as_ref().map(|one| match &one.what {
                Wish::Ticket(service) => service.to_string(),
                Wish::CheckIn => "check-in".to_owned(),
            }),
            slow: self
                .asking
                .as_ref()
                .is_some_and(|one| now >= one.since + limits::SLOW),
            desk: self.first_desk(&language),
            since,
            taken: self.taken(&language, now),
            check_in: self.code_entry(),
            instead: self.instead(&language, now),
            refused: self.refused(&language),
            closed: (page == Page::Closed).then(|| self.closed(&language, now)),
            seconds_left: self
                .still_there
                .map_or(0, |question| question.seconds_left(now)),
            language,
        }
    }

    fn page(&self, now: Instant) -> Page {
        let away = matches!(self.hub, Hub::Away { since } if now >= since + limits::AWAY);
        match &self.screen {
            // A number that was given stays, whatever becomes of the hub.
            Screen::Ticket(_) => Page::Ticket,
            // Also while a number is asked for: what a hub that is away told last is not current.
            _ if away => Page::Away,
            _ if self.state.office().is_none() => Page::Connecting,
            _ if self.still_there.is_some() => Page::StillThere,
            Screen::Home if !self.state.opening().open => Page::Closed,
            Screen::Closed => Page::Closed,
            Screen::Home => Page::Home,
            Screen::More(_) => Page::More,
            Screen::CheckIn(_) => Page::CheckIn,
            Screen::Instead(..) => Page::Instead,
            Screen::Refused(_) => Page::Refused,
        }
    }

    fn taken(&self, language: &Language, now: Instant) -> Option<Taken> {
        let Screen::Ticket(taken) = &self.screen else {
            return None;
        };
        let TakenTicket {
            ticket,
            target,
            paper,
            shown_at,
            ..
        } = taken.as_ref();
        Some(Taken {
            service: self.service_name(&ticket.service, language),
            number: ticket.number.to_string(),
            booked: ticket.appointment_at.zip(arrival(ticket)).map(|(at, how)| {
                let at = self.clock.civil_of(at);
                let hour = at.map(|at| words::hour(language, at.time()));
                (hour.unwrap_or_default(), how)
            }),
            ahead: ticket.ahead.unwrap_or_default(),
            wait: ticket
                .wait
                .map(|wait| words::range_in_words(language, wait))
                .unwrap_or_default(),
            paper: *paper,
            settled: now >= *shown_at + limits::TWICE,
            target: target.clone(),
        })
    }

    fn code_entry(&self) -> Option<CodeEntry> {
        let Screen::CheckIn(typing) = &self.screen else {
            return None;
        };
        Some(CodeEntry {
            code: typing.code.clone(),
            keys: typing.keys,
            unknown: typing.unknown,
        })
    }

    fn refused(&self, language: &Language) -> Option<Refused> {
        let Screen::Refused(why) = &self.screen else {
            return None;
        };
        let what = match why {
            Why::CheckedIn(Some(number)) => isolated(&number.to_string(), language),
            Why::OtherDay(Some(day)) => words::day_in_sentence(language, *day),
            Why::DayGone(day) => words::day_in_sentence(language, *day),
            Why::OtherPlace(Some(place)) => isolated(place, language),
            _ => String::new(),
        };
        let has_number = matches!(why, Why::CheckedIn(_));
        let booked = *why != Why::Other && !has_number;
        Some(Refused {
            why: why.clone(),
            what,
            again: booked,
            number: booked && !self.gives_no_more() && self.state.opening().open,
        })
    }

    /// The first desk, as it stands inside a sentence: `taula 1`.
    fn first_desk(&self, language: &Language) -> String {
        let Some(office) = self.state.office() else {
            return String::new();
        };
        let first = self.state.desks().iter().find(|one| !one.removed);
        let name = first
            .map(|one| one.config.name.in_language(language, &office.languages))
            .unwrap_or("");
        let mut letters = name.chars();
        letters
            .next()
            .map(|first| first.to_lowercase().chain(letters).collect())
            .unwrap_or_default()
    }
}
