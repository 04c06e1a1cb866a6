// SPDX-License-Identifier: GPL-3.0-or-later
//! The tiles of the home screen: what can be touched, how many wait, and how long it may take.

use std::time::Instant;

use torn_look::words;
use torn_queue::office::AppointmentRule;
use torn_queue::state::Service;
use torn_queue::{Language, Timestamp, order, outlook};

use super::ViewModel;
use super::instead::{Reason, reason};
use super::screen::{Screen, limits};

/// What touching a tile leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileKind {
    /// A ticket.
    Service,
    /// What there is in place of one.
    Instead(Reason),
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
    /// How long that may take, in few words; empty if it can't be told.
    pub wait: String,
    /// Until when it gives out none, or in which building it is; empty otherwise.
    pub note: String,
    /// What is behind it, if it leads to others.
    pub others: String,
}

impl ViewModel {
    /// The services that take people, in the order of the tiles.
    pub(super) fn offered(&self) -> impl Iterator<Item = &Service> {
        self.state.services().iter().filter(|one| !one.removed)
    }

    /// Six at a time; where there are more, the sixth leads on.
    pub(super) fn tiles(&self, language: &Language, now: Instant) -> Vec<Tile> {
        let page = match self.screen {
            Screen::Home => 0,
            Screen::More(page) => page,
            _ => return vec![],
        };
        let services: Vec<&Service> = self.offered().collect();
        let rest = services
            .get(page * (limits::TILES - 1)..)
            .unwrap_or_default();
        let at = self.clock.timestamp(now).unwrap_or(self.state.at());
        let until = self.until(language, now);
        let tile = |one: &&Service| self.tile(one, language, at, &until);
        if rest.len() <= limits::TILES {
            return rest.iter().map(tile).collect();
        }
        let (shown, others) = rest.split_at(limits::TILES - 1);
        let more = self.more_tile(others, language);
        shown.iter().map(tile).chain([more]).collect()
    }

    fn more_tile(&self, others: &[&Service], language: &Language) -> Tile {
        let names = others
            .iter()
            .map(|one| self.service_name(&one.config.id, language));
        let comma = if words::is_right_to_left(language) {
            "، "
        } else {
            ", "
        };
        Tile {
            id: "more".to_owned(),
            name: String::new(),
            icon: "arrow".to_owned(),
            kind: TileKind::More,
            waiting: 0,
            wait: String::new(),
            note: String::new(),
            others: names.collect::<Vec<_>>().join(comma),
        }
    }

    fn tile(&self, service: &Service, language: &Language, at: Timestamp, until: &str) -> Tile {
        let id = &service.config.id;
        let reason = reason(service);
        let wait = match reason {
            None => outlook::of_newcomer(&self.state, id, at),
            Some(_) => None,
        };
        let note = match reason {
            Some(Reason::Closed | Reason::Full) => until.to_owned(),
            Some(Reason::Elsewhere) => self.place_in_words(service, language),
            Some(Reason::Appointment) | None => String::new(),
        };
        Tile {
            id: id.to_string(),
            name: self.service_name(id, language),
            icon: icon(service),
            kind: reason.map_or(TileKind::Service, TileKind::Instead),
            waiting: order::ahead_of_newcomer(&self.state, id, at).unwrap_or_default(),
            wait: wait
                .map(|wait| words::range(language, wait))
                .unwrap_or_default(),
            note,
            others: String::new(),
        }
    }

    /// Until when a service that is closed now stays so, in few words.
    fn until(&self, language: &Language, now: Instant) -> String {
        let closed = |one: &Service| matches!(reason(one), Some(Reason::Closed | Reason::Full));
        if !self.offered().any(closed) {
            return String::new();
        }
        let said = self.reopens_at(now).and_then(|at| {
            let (today, at) = (self.clock.civil(now)?.date(), self.clock.civil_of(at)?);
            Some(words::until(language, today, at))
        });
        said.unwrap_or_default()
    }

    /// Whether no service gives out a number any more, though there are some that do.
    pub(super) fn gives_no_more(&self) -> bool {
        let mut reasons = self
            .offered()
            .map(reason)
            .filter(|one| !matches!(one, Some(Reason::Appointment | Reason::Elsewhere)))
            .peekable();
        reasons.peek().is_some() && reasons.all(|one| one.is_some())
    }
}

/// A service without a drawing has that of what it leads to.
pub(super) fn icon(service: &Service) -> String {
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
