// SPDX-License-Identifier: GPL-3.0-or-later
//! How long people are told that they will wait: the state's question to what was observed.
//!
//! The estimate itself is made in [`wait`](crate::wait), which knows no state.

use alloc::vec::Vec;

use crate::event::{Class, DeskStatus, Wait};
use crate::ids::{ServiceId, TicketId};
use crate::order::{ahead_of, line_with_ahead};
use crate::reach::{Desks, Reach};
use crate::state::{State, Waiting};
use crate::time::Timestamp;
use crate::wait::{Asked, Estimate};

/// What holds for every question that is asked at once.
pub(crate) struct Outlook {
    reach: Reach,
    free: Desks,
}

/// A question to what was observed, with what it borrows.
pub(crate) struct Question<'a> {
    rivals: Vec<&'a ServiceId>,
    coming: Vec<Timestamp>,
    ahead: u32,
    desks: u32,
    free: u32,
    due_at: Timestamp,
    now: Timestamp,
    minute: u16,
}

impl Question<'_> {
    pub(crate) fn as_asked<'a>(&'a self, service: &'a ServiceId) -> Asked<'a> {
        Asked {
            service,
            rivals: &self.rivals,
            ahead: self.ahead,
            coming: &self.coming,
            desks: Some(self.desks),
            free: Some(self.free),
            due_at: self.due_at.max(self.now),
            now: self.now,
            minute: self.minute,
        }
    }
}

impl Outlook {
    pub(crate) fn of(state: &State) -> Self {
        let free = state.desks().iter();
        Self {
            reach: Reach::of(state),
            free: free.map(|one| one.status == DeskStatus::Open).collect(),
        }
    }

    /// What is asked for `own`, which has `ahead` before it.
    pub(crate) fn question<'a>(
        &self,
        state: &'a State,
        own: &Waiting,
        ahead: u32,
        now: Timestamp,
    ) -> Question<'a> {
        let takers = self.reach.takers(own);
        let services = state.services().iter();
        let rivals: Vec<&ServiceId> = services
            .zip(self.reach.rivals(&takers, own))
            .filter(|(_, rival)| *rival)
            .map(|(service, _)| &service.config.id)
            .collect();
        let grace_ms = state
            .office()
            .map_or(0, |office| office.policy.appointment_grace_min);
        let since = now.plus_ms(-60_000 * i64::from(grace_ms));
        let expected = state.expected();
        let hours = rivals.iter().filter_map(|id| expected.get(*id)).flatten();
        let mut coming: Vec<Timestamp> = hours.copied().filter(|at| *at >= since).collect();
        coming.sort_unstable();
        let free = takers.iter().zip(&self.free).filter(|(a, b)| **a && **b);
        Question {
            rivals,
            coming,
            ahead,
            desks: u32::try_from(self.reach.open_of(&takers)).unwrap_or(u32::MAX),
            free: u32::try_from(free.count()).unwrap_or(u32::MAX),
            due_at: own.due_at,
            now,
            minute: state.minute(now),
        }
    }

    fn estimate(
        &self,
        state: &State,
        own: &Waiting,
        ahead: u32,
        now: Timestamp,
    ) -> Option<Estimate> {
        let service = &state.services().get(own.service)?.config.id;
        let question = self.question(state, own, ahead, now);
        state.waits().estimate(&question.as_asked(service))
    }
}

/// How long somebody would wait who came for `service` now, without an appointment; `None` when it can't
/// be told, or where there is no such service.
#[must_use]
pub fn of_newcomer(state: &State, service: &ServiceId, now: Timestamp) -> Option<Wait> {
    let own = state.newcomer(service, Class::WalkIn, now)?;
    of_joining(state, &own, now).1.map(Estimate::shown)
}

/// How many are before one who is about to join the line, and how long it will wait.
pub(crate) fn of_joining(state: &State, own: &Waiting, now: Timestamp) -> (u32, Option<Estimate>) {
    let outlook = Outlook::of(state);
    let ahead = ahead_of(state, &outlook.reach, own, now);
    (ahead, outlook.estimate(state, own, ahead, now))
}

/// How many are before a ticket that waits, and how long it will wait on; `None` if it does not wait.
#[must_use]
pub fn of_ticket(state: &State, ticket: TicketId, now: Timestamp) -> Option<(u32, Option<Wait>)> {
    let own = state.line_place(ticket)?;
    let (ahead, estimate) = of_joining(state, own, now);
    Some((ahead, estimate.map(Estimate::shown)))
}

/// Everyone who waits, in the order of calling, each with how many are before it and how long it will wait on.
#[must_use]
pub fn of_line(state: &State, now: Timestamp) -> Vec<(TicketId, u32, Option<Wait>)> {
    let outlook = Outlook::of(state);
    let line = line_with_ahead(state, &outlook.reach, now).into_iter();
    line.map(|(one, ahead)| {
        let estimate = outlook.estimate(state, one, ahead, now);
        (one.ticket, ahead, estimate.map(Estimate::shown))
    })
    .collect()
}
