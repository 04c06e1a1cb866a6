// SPDX-License-Identifier: GPL-3.0-or-later
//! What is to be seen, whole: two equal views look the same, so nothing is drawn anew.

use std::time::Instant;

use torn_look::words::{self, QrTarget};
use torn_queue::office::AppointmentRule;
use torn_queue::state::Service;
use torn_queue::{Language, Office, Timestamp, order};

use super::screen::{Screen, Why, limits};
use super::taken::TakenTicket;
use super::{Hub, ViewModel};

/// Which page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the pages are named after what they show")]
pub enum Page {
    Connecting,
    Away,
    Home,
    More,
    Ticket,
    Appointment,
    Refused,
    StillThere,
}

/// What touching a tile leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileKind {
    /// A ticket.
    Service,
    /// The way to an appointment.
    Appointment,
    /// The other services.
    More,
}

/// One of the six tiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// The service; `more` for the way to the others.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The name of its drawing.
    pub icon: String,
    /// What touching it leads to.
    pub kind: TileKind,
    /// How many would be called before somebody who touched it now.
    pub waiting: u32,
    /// What is behind it, if it leads to others.
    pub others: String,
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

/// How to get an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// For what.
    pub service: String,
    /// The name of its drawing.
    pub icon: String,
    /// Where it is booked, or else the office on the web.
    pub web: Option<String>,
    /// Whether that is where it is booked.
    pub books: bool,
    /// A WhatsApp number, digits only.
    pub whatsapp: Option<String>,
    /// Whether a ticket for information can be had instead.
    pub information: bool,
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
    /// The tile whose answer is awaited.
    pub asked: Option<String>,
    /// Whether that takes so long that it has to be said.
    pub slow: bool,
    /// The desk to ask where there is no number to be had here; empty if none is known.
    pub desk: String,
    /// Since when the hub is away; empty if the hour is not known.
    pub since: String,
    /// The number, on the ticket's page.
    pub taken: Option<Taken>,
    /// How to get an appointment, on that page.
    pub appointment: Option<Appointment>,
    /// What was refused and why, on that page.
    pub refused: Option<(String, Why)>,
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
        View {
            page: self.page(now),
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
            tiles: self.tiles(&language, now),
            asked: self.asking.as_ref().map(|one| one.service.to_string()),
            slow: self
                .asking
                .as_ref()
                .is_some_and(|one| now >= one.since + limits::SLOW),
            desk: self.first_desk(&language),
            since,
            taken: self.taken(&language, now),
            appointment: self.appointment(&language),
            refused: match &self.screen {
                Screen::Refused { service, why } => {
                    Some((self.service_name(service, &language), *why))
                }
                _ => None,
            },
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
            Screen::Home => Page::Home,
            Screen::More(_) => Page::More,
            Screen::Appointment(_) => Page::Appointment,
            Screen::Refused { .. } => Page::Refused,
        }
    }

    /// Six at a time; where there are more, the sixth leads on.
    fn tiles(&self, language: &Language, now: Instant) -> Vec<Tile> {
        let page = match self.screen {
            Screen::Home => 0,
            Screen::More(page) => page,
            _ => return vec![],
        };
        let at = self.clock.timestamp(now).unwrap_or(self.state.at());
        let services: Vec<&Service> = self.offered().collect();
        let rest = services
            .get(page * (limits::TILES - 1)..)
            .unwrap_or_default();
        if rest.len() <= limits::TILES {
            return rest
                .iter()
                .map(|one| self.tile(one, language, at))
                .collect();
        }
        let (shown, others) = rest.split_at(limits::TILES - 1);
        let names = others
            .iter()
            .map(|one| self.service_name(&one.config.id, language));
        let more = Tile {
            id: "more".to_owned(),
            name: String::new(),
            icon: "arrow".to_owned(),
            kind: TileKind::More,
            waiting: 0,
            others: names
                .collect::<Vec<_>>()
                .join(if words::is_right_to_left(language) {
                    "، "
                } else {
                    ", "
                }),
        };
        shown
            .iter()
            .map(|one| self.tile(one, language, at))
            .chain([more])
            .collect()
    }

    fn tile(&self, service: &Service, language: &Language, at: Timestamp) -> Tile {
        let id = &service.config.id;
        let kind = match service.config.appointment {
            AppointmentRule::Required => TileKind::Appointment,
            AppointmentRule::None | AppointmentRule::Optional => TileKind::Service,
        };
        Tile {
            id: id.to_string(),
            name: self.service_name(id, language),
            icon: icon(service),
            kind,
            waiting: order::ahead_of_newcomer(&self.state, id, at).unwrap_or_default(),
            others: String::new(),
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

    fn appointment(&self, language: &Language) -> Option<Appointment> {
        let Screen::Appointment(service) = &self.screen else {
            return None;
        };
        let links = self
            .state
            .office()
            .map(|one: &Office| one.links.clone())
            .unwrap_or_default();
        Some(Appointment {
            service: self.service_name(service, language),
            icon: self.state.service(service).map(icon).unwrap_or_default(),
            books: links.booking.is_some(),
            web: links.booking.or(links.e_office),
            whatsapp: links.whatsapp,
            information: self.offered_instead().is_some(),
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

/// A service without a drawing has that of what it leads to.
fn icon(service: &Service) -> String {
    let of_its_kind = match service.config.appointment {
        AppointmentRule::Required => "calendar",
        AppointmentRule::None | AppointmentRule::Optional => "info",
    };
    service
        .config
        .icon
        .clone()
        .unwrap_or_else(|| of_its_kind.to_owned())
}
