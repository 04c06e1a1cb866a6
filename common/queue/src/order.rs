// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is next: accumulating priority (Kleinrock 1964), which serves appointments, preference and
//! ageing with one formula and starves nobody, since every score grows without bound.
//!
//! Who was restored after a no-show stands directly behind the one who was first then, and goes first once
//! that one waits no more.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::Seq;
use crate::event::{Class, TicketStatus};
use crate::ids::{DeskId, ServiceId, TicketId};
use crate::office::Policy;
use crate::reach::Reach;
use crate::state::{Restored, State, Ticket, Waiting};
use crate::time::Timestamp;

/// How the score of a class grows against a walk-in's.
#[must_use]
pub fn weight(class: Class, policy: &Policy) -> u32 {
    match class {
        Class::WalkIn => 1,
        Class::Appointment | Class::Preferential => policy.appointment_weight,
    }
}

/// A place in the order of calling; the greatest is called first.
///
/// The highest `weight × (now − due)`; of equals the earlier due, then the lower seq. Before its hour an
/// appointment's score is below zero, so it comes after everyone who is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    /// Restored, and whom it stood behind waits no more.
    front: bool,
    score: i64,
    due_at: Reverse<Timestamp>,
    seq: Reverse<Seq>,
    /// Restored ones stand behind the one whose place they share, in the order they were restored.
    behind: Reverse<Seq>,
}

/// The place of `one` in the order of calling at `now`.
#[inline]
pub(crate) fn rank(state: &State, one: &Waiting, policy: &Policy, now: Timestamp) -> Rank {
    match one.restored {
        None => plain_rank(one, policy, now),
        Some(restored) => restored_rank(state, one, restored, policy, now),
    }
}

fn restored_rank(
    state: &State,
    one: &Waiting,
    restored: Restored,
    policy: &Policy,
    now: Timestamp,
) -> Rank {
    // Each link points to one who waited when the other was restored, so this ends.
    let before = restored.after.and_then(|after| state.line_place(after));
    // Whose hour is yet to come is called only when no one due waits, so who is due does not stand behind.
    let before = before.filter(|before| before.due_at <= now || one.due_at > now);
    let base = before.map(|before| rank(state, before, policy, now));
    Rank {
        behind: Reverse(restored.seq),
        ..base.unwrap_or(Rank {
            front: true,
            score: 0,
            due_at: Reverse(Timestamp::default()),
            seq: Reverse(Seq::default()),
            behind: Reverse(Seq::default()),
        })
    }
}

#[inline]
fn plain_rank(one: &Waiting, policy: &Policy, now: Timestamp) -> Rank {
    let score = now
        .ms_since(one.due_at)
        .saturating_mul(i64::from(weight(one.class, policy)));
    Rank {
        front: false,
        score,
        due_at: Reverse(one.due_at),
        seq: Reverse(one.seq),
        behind: Reverse(Seq::default()),
    }
}

/// The waiting tickets in the order of calling, by the scores at `now`.
#[must_use]
pub fn waiting(state: &State, now: Timestamp) -> Vec<&Ticket> {
    in_order(state, now)
        .into_iter()
        .filter_map(|one| state.ticket(one.ticket))
        .collect()
}

/// The waiting tickets in the order of calling, each with how many would be called before it.
#[must_use]
pub fn waiting_with_ahead(state: &State, now: Timestamp) -> Vec<(&Ticket, u32)> {
    line_with_ahead(state, &Reach::of(state), now)
        .into_iter()
        .filter_map(|(one, ahead)| Some((state.ticket(one.ticket)?, ahead)))
        .collect()
}

/// In one pass: before a ticket are those already passed that one of its desks could take.
pub(crate) fn line_with_ahead<'a>(
    state: &'a State,
    reach: &Reach<'_>,
    now: Timestamp,
) -> Vec<(&'a Waiting, u32)> {
    let mut passed = vec![0_u32; state.services().len()];
    let mut bound: Vec<&Waiting> = Vec::new();
    let mut line = Vec::with_capacity(state.waiting.len());
    for one in in_order(state, now) {
        let takers = reach.takers(one);
        let rivals = reach.rivals(one);
        let free = passed.iter().zip(rivals.iter());
        let free: u32 = free
            .filter(|(_, rival)| **rival)
            .map(|(count, _)| count)
            .sum();
        let bound_before = bound.iter().filter(|other| reach.competes(&takers, other));
        let ahead = u32::try_from(bound_before.count()).unwrap_or(u32::MAX);
        line.push((one, free.saturating_add(ahead)));
        if one.to_desk.is_some() {
            bound.push(one);
        } else {
            passed[one.service] += 1;
        }
    }
    line
}

fn in_order(state: &State, now: Timestamp) -> Vec<&Waiting> {
    let Some(office) = state.office() else {
        return Vec::new();
    };
    let mut order: Vec<_> = state
        .waiting
        .iter()
        .map(|one| (rank(state, one, &office.policy, now), one))
        .collect();
    order.sort_unstable_by(|(a, _), (b, _)| b.cmp(a));
    order.into_iter().map(|(_, one)| one).collect()
}

/// Who is first in the order of calling at `now`, whichever desk takes it.
#[must_use]
pub fn first(state: &State, now: Timestamp) -> Option<TicketId> {
    let policy = &state.office()?.policy;
    let line = state.waiting.iter();
    line.max_by_key(|one| rank(state, one, policy, now))
        .map(|one| one.ticket)
}

/// Whom `desk` would call at `now`: the first of those whose service it serves, or who were sent to it.
#[must_use]
pub fn next_at(state: &State, desk: &DeskId, now: Timestamp) -> Option<TicketId> {
    let policy = &state.office()?.policy;
    let reach = Reach::of(state);
    let desk = reach.only(desk)?;
    state
        .waiting
        .iter()
        .filter(|one| reach.competes(&desk, one))
        .max_by_key(|one| rank(state, one, policy, now))
        .map(|one| one.ticket)
}

/// How many would be called before `ticket` as things stand: those that come earlier in the order of
/// calling and that a desk could take which could also take this one. `None` if it does not wait.
#[must_use]
pub fn ahead(state: &State, ticket: TicketId, now: Timestamp) -> Option<u32> {
    let waits = state
        .ticket(ticket)
        .is_some_and(|one| one.status == TicketStatus::Waiting);
    let own = state.line_place(ticket).filter(|_| waits)?;
    Some(ahead_of(state, &Reach::of(state), own, now))
}

/// How many would be called before somebody who came for `service` at `now`, without an appointment.
/// `None` where there is no such service.
#[must_use]
pub fn ahead_of_newcomer(state: &State, service: &ServiceId, now: Timestamp) -> Option<u32> {
    let own = state.newcomer(service, Class::WalkIn, now)?;
    Some(ahead_of(state, &Reach::of(state), &own, now))
}

/// How many would be called before a ticket that is in line, or about to join it.
pub(crate) fn ahead_of(state: &State, reach: &Reach<'_>, own: &Waiting, now: Timestamp) -> u32 {
    let Some(office) = state.office() else {
        return 0;
    };
    let (takers, rivals) = (reach.takers(own), reach.rivals(own));
    let own_rank = rank(state, own, &office.policy, now);
    let before = state.waiting.iter().filter(|one| {
        // Most are bound to no desk, and a line may be long.
        let competes = match one.to_desk {
            None => rivals[one.service],
            Some(_) => reach.competes_with(&takers, own, one),
        };
        competes && rank(state, one, &office.policy, now) > own_rank
    });
    u32::try_from(before.count()).unwrap_or(u32::MAX)
}
