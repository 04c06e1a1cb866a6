// SPDX-License-Identifier: GPL-3.0-or-later
//! How long people are told that they will wait: the state's question to what was observed.
//!
//! The estimate itself is made in [`wait`](crate::wait), which knows no state.

use alloc::vec::Vec;
use core::cell::OnceCell;

use crate::event::{Class, DeskStatus, Wait};
use crate::ids::{ServiceId, TicketId};
use crate::order::{ahead_of, line_with_ahead};
use crate::reach::{Desks, Reach};
use crate::state::{State, Waiting};
use crate::time::Timestamp;
use crate::wait::{Asked, Estimate};

/// What holds for everyone who waits in one line.
struct Line<'a> {
    rivals: Vec<&'a ServiceId>,
    /// The booked hours of those who have not come.
    coming: Vec<Timestamp>,
    desks: u32,
    free: u32,
}

/// What holds for every question that is asked at once.
pub(crate) struct Outlook<'a> {
    state: &'a State,
    now: Timestamp,
    reach: Reach<'a>,
    free: Desks,
    /// For each service, the line of all who were not sent to one desk.
    lines: Vec<OnceCell<Line<'a>>>,
}

impl<'a> Outlook<'a> {
    pub(crate) fn of(state: &'a State, now: Timestamp) -> Self {
        let free = state.desks().iter();
        let lines = state.services().iter();
        Self {
            state,
            now,
            reach: Reach::of(state),
            free: free.map(|one| one.status == DeskStatus::Open).collect(),
            lines: lines.map(|_| OnceCell::new()).collect(),
        }
    }

    /// Asks about `own`, which has `ahead` before it.
    pub(crate) fn ask<T>(
        &self,
        own: &Waiting,
        ahead: u32,
        answer: impl FnOnce(&Asked<'_>) -> T,
    ) -> T {
        let one;
        let line = if own.to_desk.is_some() {
            one = self.line(own);
            &one
        } else {
            self.lines[own.service].get_or_init(|| self.line(own))
        };
        let service = &self.state.services()[own.service].config;
        answer(&Asked {
            service: &service.id,
            rivals: &line.rivals,
            ahead,
            coming: &line.coming,
            desks: Some(line.desks),
            free: Some(line.free),
            visit_s: Some(service.minutes.saturating_mul(60)),
            due_at: own.due_at.max(self.now),
            now: self.now,
            minute: self.state.minute(self.now),
        })
    }

    fn line(&self, own: &Waiting) -> Line<'a> {
        let takers = self.reach.takers(own);
        let competing = self.reach.rivals(own);
        let services = self.state.services().iter();
        let rivals: Vec<&ServiceId> = services
            .zip(competing.iter())
            .filter(|(_, rival)| **rival)
            .map(|(service, _)| &service.config.id)
            .collect();
        let grace_min = self
            .state
            .office()
            .map_or(0, |office| office.policy.appointment_grace_min);
        let since = self.now.plus_ms(-60_000 * i64::from(grace_min));
        let expected = self.state.expected();
        let hours = rivals.iter().filter_map(|id| expected.get(*id)).flatten();
        let mut coming: Vec<Timestamp> = hours.copied().filter(|at| *at >= since).collect();
        coming.sort_unstable();
        let free = takers.iter().zip(&self.free).filter(|(a, b)| **a && **b);
        Line {
            rivals,
            coming,
            desks: u32::try_from(self.reach.open_of(&takers)).unwrap_or(u32::MAX),
            free: u32::try_from(free.count()).unwrap_or(u32::MAX),
        }
    }

    fn estimate(&self, own: &Waiting, ahead: u32) -> Option<Estimate> {
        self.ask(own, ahead, |asked| self.state.waits().estimate(asked))
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
    let outlook = Outlook::of(state, now);
    let ahead = ahead_of(state, &outlook.reach, own, now);
    (ahead, outlook.estimate(own, ahead))
}

/// How many are before a ticket that waits, and how long it will wait on; `None` if it does not wait.
#[must_use]
pub fn of_ticket(state: &State, ticket: TicketId, now: Timestamp) -> Option<(u32, Option<Wait>)> {
    let (ahead, estimate) = estimate_of_ticket(state, ticket, now)?;
    Some((ahead, estimate.map(Estimate::shown)))
}

/// The same, before it is rounded for people.
#[must_use]
pub fn estimate_of_ticket(
    state: &State,
    ticket: TicketId,
    now: Timestamp,
) -> Option<(u32, Option<Estimate>)> {
    let own = state.line_place(ticket)?;
    Some(of_joining(state, own, now))
}

/// Everyone who waits, in the order of calling, each with how many are before it and how long it will wait on.
#[must_use]
pub fn of_line(state: &State, now: Timestamp) -> Vec<(TicketId, u32, Option<Wait>)> {
    let outlook = Outlook::of(state, now);
    let line = line_with_ahead(state, &outlook.reach, now).into_iter();
    line.map(|(one, ahead)| {
        let estimate = outlook.estimate(one, ahead);
        (one.ticket, ahead, estimate.map(Estimate::shown))
    })
    .collect()
}
