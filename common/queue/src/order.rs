// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is next: accumulating priority (Kleinrock 1964), which serves appointments, preference and
//! ageing with one formula and starves nobody, since every score grows without bound.

use alloc::vec;
use alloc::vec::Vec;

use crate::event::{Class, DeskStatus, TicketStatus};
use crate::ids::{DeskId, ServiceId, TicketId};
use crate::office::Policy;
use crate::state::{Desk, State, Ticket, Waiting};
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
/// The highest `weight × (now − due)`; of equals the earlier due, then the lower seq.
type Rank = (
    i64,
    core::cmp::Reverse<Timestamp>,
    core::cmp::Reverse<crate::Seq>,
);

fn rank(one: &Waiting, policy: &Policy, now: Timestamp) -> Rank {
    let score = now
        .ms_since(one.due_at)
        .saturating_mul(i64::from(weight(one.class, policy)));
    (
        score,
        core::cmp::Reverse(one.due_at),
        core::cmp::Reverse(one.seq),
    )
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
    // One pass: before a ticket are those already passed whose service is a rival of its own.
    let mut passed = vec![0_u32; state.services().len()];
    let rivals: Vec<_> = (0..passed.len())
        .map(|service| rivals_of(state, service))
        .collect();
    let mut line = Vec::with_capacity(state.waiting.len());
    for one in in_order(state, now) {
        let before = passed
            .iter()
            .zip(&rivals[one.service])
            .filter(|(_, rival)| **rival);
        let ahead = before.map(|(count, _)| count).sum();
        line.extend(state.ticket(one.ticket).map(|ticket| (ticket, ahead)));
        passed[one.service] += 1;
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
        .map(|one| (rank(one, &office.policy, now), one))
        .collect();
    order.sort_unstable_by(|(a, _), (b, _)| b.cmp(a));
    order.into_iter().map(|(_, one)| one).collect()
}

/// Whom `desk` would call at `now`: the first of those whose service it serves.
#[must_use]
pub fn next_at(state: &State, desk: &DeskId, now: Timestamp) -> Option<TicketId> {
    let office = state.office()?;
    let serves = served_by(state, |one| one.config.id == *desk);
    state
        .waiting
        .iter()
        .filter(|one| serves[one.service])
        .max_by_key(|one| rank(one, &office.policy, now))
        .map(|one| one.ticket)
}

/// How many would be called before `ticket` as things stand: those that come earlier in the order of
/// calling and that a desk could take which could also take this one. `None` if it does not wait.
#[must_use]
pub fn ahead(state: &State, ticket: TicketId, now: Timestamp) -> Option<u32> {
    let waits = state
        .ticket(ticket)
        .is_some_and(|one| one.status == TicketStatus::Waiting);
    let own = state
        .waiting
        .iter()
        .find(|one| waits && one.ticket == ticket)?;
    Some(ahead_of(state, own, now))
}

/// How many would be called before somebody who came for `service` at `now`, without an appointment.
/// `None` where there is no such service.
#[must_use]
pub fn ahead_of_newcomer(state: &State, service: &ServiceId, now: Timestamp) -> Option<u32> {
    let mut services = state.services().iter();
    let place = services.position(|one| one.config.id == *service)?;
    let own = Waiting::newcomer(
        TicketId::new(
            state.day()?,
            state.next_number(state.services()[place].config.letter),
        ),
        place,
        Class::WalkIn,
        now,
    );
    Some(ahead_of(state, &own, now))
}

/// How many would be called before a ticket that is about to join the line.
pub(crate) fn ahead_of(state: &State, own: &Waiting, now: Timestamp) -> u32 {
    let Some(office) = state.office() else {
        return 0;
    };
    let rivals = rivals_of(state, own.service);
    let own_rank = rank(own, &office.policy, now);
    let before = state
        .waiting
        .iter()
        .filter(|one| rivals[one.service] && rank(one, &office.policy, now) > own_rank)
        .count();
    u32::try_from(before).unwrap_or(u32::MAX)
}

/// For each service, whether some desk that could take `service` could also take it: of the open
/// desks, or of all while none of those is open.
fn rivals_of(state: &State, service: usize) -> Vec<bool> {
    let desks = state.desks_of(&state.services()[service]);
    let open = desks.iter().any(|one| is_open(one));
    let mut rivals = served_by(state, |one| {
        (is_open(one) || !open) && desks.iter().any(|desk| desk.config.id == one.config.id)
    });
    // Also where no desk is left at all, people for one service wait behind each other.
    rivals[service] = true;
    rivals
}

fn is_open(desk: &Desk) -> bool {
    desk.status != DeskStatus::Closed
}

/// For each service, by its place, whether one of the chosen desks calls people for it.
fn served_by(state: &State, chosen: impl Fn(&Desk) -> bool) -> Vec<bool> {
    let services = state.services().iter();
    services
        .map(|service| state.desks_of(service).into_iter().any(&chosen))
        .collect()
}
