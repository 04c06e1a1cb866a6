// SPDX-License-Identifier: GPL-3.0-or-later
//! Which desks could take whom: what makes one person wait behind another.

use alloc::vec;
use alloc::vec::Vec;

use crate::event::DeskStatus;
use crate::ids::DeskId;
use crate::state::{State, Waiting};

/// Some of the desks, by their places in [`State::desks`].
pub(crate) type Desks = Vec<bool>;

/// Who can be called where, as the configuration and the desks' states say.
pub(crate) struct Reach {
    ids: Vec<DeskId>,
    /// For each service, the desks that call people for it.
    calls: Vec<Desks>,
    /// The desks that are not closed.
    present: Desks,
    /// The desks that are open or serve somebody.
    open: Desks,
}

impl Reach {
    /// As things stand in `state`.
    pub(crate) fn of(state: &State) -> Self {
        let desks = state.desks();
        let calls = state.services().iter().map(|service| {
            let some = state.desks_of(service);
            let is_one = |id: &DeskId| some.iter().any(|desk| desk.config.id == *id);
            desks.iter().map(|one| is_one(&one.config.id)).collect()
        });
        let with = |of: &[DeskStatus]| desks.iter().map(|one| of.contains(&one.status)).collect();
        Self {
            ids: desks.iter().map(|one| one.config.id.clone()).collect(),
            calls: calls.collect(),
            present: with(&[DeskStatus::Open, DeskStatus::Serving, DeskStatus::Paused]),
            open: with(&[DeskStatus::Open, DeskStatus::Serving]),
        }
    }

    /// As if `desk` were open.
    pub(crate) fn with_open(mut self, desk: &DeskId) -> Self {
        if let Some(place) = self.ids.iter().position(|one| one == desk) {
            self.present[place] = true;
            self.open[place] = true;
        }
        self
    }

    /// This desk alone; `None` where there is none.
    pub(crate) fn only(&self, desk: &DeskId) -> Option<Desks> {
        let place = self.ids.iter().position(|one| one == desk)?;
        let mut some = vec![false; self.ids.len()];
        some[place] = true;
        Some(some)
    }

    /// The desks that could take `one`: those that are not closed, or all of them while none is there.
    pub(crate) fn takers(&self, one: &Waiting) -> Desks {
        match one.to_desk.as_ref().and_then(|desk| self.only(desk)) {
            Some(desk) => desk,
            None => prefer(&self.calls[one.service], &self.present),
        }
    }

    /// The desks that work for the service at this place now, or else all that could.
    pub(crate) fn workers(&self, service: usize) -> Desks {
        prefer(&self.calls[service], &self.open)
    }

    /// How many of `some` are open.
    pub(crate) fn open_of(&self, some: &Desks) -> usize {
        count(both(some, &self.open))
    }

    /// Whether one of `some` desks could take `other`.
    pub(crate) fn competes(&self, some: &Desks, other: &Waiting) -> bool {
        match &other.to_desk {
            Some(desk) => self
                .only(desk)
                .is_some_and(|one| both(some, &one).any(|is| is)),
            None => both(some, &self.calls[other.service]).any(|is| is),
        }
    }

    /// Whether `own`, which `takers` could take, waits in one line with `other`. Also where no desk is left at
    /// all, people for one service wait behind each other.
    pub(crate) fn competes_with(&self, takers: &Desks, own: &Waiting, other: &Waiting) -> bool {
        let same_line = own.service == other.service && own.to_desk == other.to_desk;
        same_line || self.competes(takers, other)
    }

    /// For each service, whether one of the `takers` of `own` calls people for it.
    pub(crate) fn rivals<'a>(
        &'a self,
        takers: &'a Desks,
        own: &'a Waiting,
    ) -> impl Iterator<Item = bool> + 'a {
        let same = move |place| own.to_desk.is_none() && place == own.service;
        let calls = self.calls.iter().enumerate();
        calls.map(move |(place, calls)| same(place) || both(takers, calls).any(|is| is))
    }
}

fn both<'a>(some: &'a Desks, others: &'a Desks) -> impl Iterator<Item = bool> + 'a {
    some.iter().zip(others).map(|(a, b)| *a && *b)
}

fn count(of: impl Iterator<Item = bool>) -> usize {
    of.filter(|is| *is).count()
}

fn prefer(some: &Desks, better: &Desks) -> Desks {
    let best: Desks = both(some, better).collect();
    if best.contains(&true) {
        best
    } else {
        some.clone()
    }
}
