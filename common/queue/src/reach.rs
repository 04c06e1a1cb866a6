// SPDX-License-Identifier: GPL-3.0-or-later
//! Which desks could take whom: what makes one person wait behind another.

use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;

use crate::event::DeskStatus;
use crate::ids::DeskId;
use crate::state::{State, Waiting};

/// Some of the desks, by their places in [`State::desks`].
pub(crate) type Desks = Vec<bool>;

/// Who can be called where, as the configuration and the desks' states say.
pub(crate) struct Reach<'a> {
    ids: Vec<&'a DeskId>,
    /// For each service, the desks that call people for it.
    calls: Vec<Desks>,
    /// For each service, those of them that are not closed; or all of them while none is there.
    takers: Vec<Desks>,
    /// For each service, the services that one of its takers calls people for, and itself.
    rivals: Vec<Vec<bool>>,
    /// The desks that are open or serve somebody.
    open: Desks,
}

impl<'a> Reach<'a> {
    /// As things stand in `state`.
    pub(crate) fn of(state: &'a State) -> Self {
        let desks = state.desks();
        let calls = state.services().iter().map(|service| {
            let some = state.desks_of(service);
            let is_one = |id: &DeskId| some.iter().any(|desk| desk.config.id == *id);
            desks.iter().map(|one| is_one(&one.config.id)).collect()
        });
        let calls: Vec<Desks> = calls.collect();
        let present: Desks = desks
            .iter()
            .map(|one| one.status != DeskStatus::Closed)
            .collect();
        let takers: Vec<Desks> = calls.iter().map(|some| prefer(some, &present)).collect();
        let rivals = takers.iter().enumerate().map(|(own, takers)| {
            let others = calls.iter().enumerate();
            others
                .map(|(other, calls)| own == other || meet(takers, calls))
                .collect()
        });
        Self {
            ids: desks.iter().map(|one| &one.config.id).collect(),
            rivals: rivals.collect(),
            calls,
            takers,
            open: desks
                .iter()
                .map(|one| matches!(one.status, DeskStatus::Open | DeskStatus::Serving))
                .collect(),
        }
    }

    /// As if `desk` were open.
    pub(crate) fn with_open(mut self, desk: &DeskId) -> Self {
        if let Some(place) = self.place(desk) {
            self.open[place] = true;
        }
        self
    }

    fn place(&self, desk: &DeskId) -> Option<usize> {
        self.ids.iter().position(|one| *one == desk)
    }

    /// This desk alone; `None` where there is none.
    pub(crate) fn only(&self, desk: &DeskId) -> Option<Desks> {
        let mut some = vec![false; self.ids.len()];
        some[self.place(desk)?] = true;
        Some(some)
    }

    /// The desks that could take `one`: the one that it was sent to, or all that are there for its service.
    pub(crate) fn takers(&self, one: &Waiting) -> Cow<'_, Desks> {
        match one.to_desk.as_ref().and_then(|desk| self.only(desk)) {
            Some(desk) => Cow::Owned(desk),
            None => Cow::Borrowed(&self.takers[one.service]),
        }
    }

    /// For each service, whether one of the desks that could take `one` calls people for it.
    pub(crate) fn rivals(&self, one: &Waiting) -> Cow<'_, [bool]> {
        match one.to_desk.as_ref().and_then(|desk| self.only(desk)) {
            Some(desk) => Cow::Owned(self.calls.iter().map(|calls| meet(&desk, calls)).collect()),
            None => Cow::Borrowed(&self.rivals[one.service]),
        }
    }

    /// The desks that work for the service at this place now, or else all that could.
    pub(crate) fn workers(&self, service: usize) -> Desks {
        prefer(&self.calls[service], &self.open)
    }

    /// How many of `some` are open.
    pub(crate) fn open_of(&self, some: &Desks) -> usize {
        both(some, &self.open).filter(|is| *is).count()
    }

    /// Whether one of `some` desks could take `other`.
    pub(crate) fn competes(&self, some: &Desks, other: &Waiting) -> bool {
        match &other.to_desk {
            Some(desk) => self.place(desk).is_some_and(|place| some[place]),
            None => meet(some, &self.calls[other.service]),
        }
    }

    /// Whether `own`, which `takers` could take, waits in one line with `other`. Also where no desk is left at
    /// all, people for one service wait behind each other.
    pub(crate) fn competes_with(&self, takers: &Desks, own: &Waiting, other: &Waiting) -> bool {
        let same_line = own.service == other.service && own.to_desk == other.to_desk;
        same_line || self.competes(takers, other)
    }
}

fn both<'a>(some: &'a Desks, others: &'a Desks) -> impl Iterator<Item = bool> + 'a {
    some.iter().zip(others).map(|(a, b)| *a && *b)
}

fn meet(some: &Desks, others: &Desks) -> bool {
    both(some, others).any(|is| is)
}

/// Those of `some` that are among the `better` ones, or all of them if none is.
fn prefer(some: &Desks, better: &Desks) -> Desks {
    let best: Desks = both(some, better).collect();
    if best.contains(&true) {
        best
    } else {
        some.clone()
    }
}
