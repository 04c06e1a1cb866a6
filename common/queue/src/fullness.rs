// SPDX-License-Identifier: GPL-3.0-or-later
//! When a service stops giving out numbers: as soon as what waits fills the time that is left.

use alloc::vec::Vec;

use crate::calendar::Calendar;
use crate::event::{Fact, ServiceClosedReason, ServiceOpenedReason};
use crate::limits;
use crate::reach::Reach;
use crate::state::{Service, State, Waiting};
use crate::time::{Now, Timestamp};

/// The services that are full now, or no longer. `newcomer`: as if that one waited already.
pub(crate) fn changes(state: &State, now: Now<'_>, newcomer: Option<&Waiting>) -> Vec<Fact> {
    let Some(calendar) = state.calendar(now).filter(|_| state.opening().open) else {
        return Vec::new();
    };
    let left_ms = left_ms(state, &calendar, now);
    if left_ms.is_none() && state.services().iter().all(|one| !one.is_full()) {
        return Vec::new();
    }
    let needs = needs_ms(state, &Reach::of(state), newcomer);
    let services = state.services().iter().zip(needs);
    let present = services.filter(|(service, _)| !service.removed);
    let facts = present.filter_map(|(service, need_ms)| {
        if service.is_full() {
            let room = |left: i64| {
                need_ms.saturating_mul(1000) < left.saturating_mul(limits::ROOM_PER_MILLE)
            };
            left_ms.is_none_or(room).then(|| reopened(service))
        } else {
            let full = service.may_fill() && left_ms.is_some_and(|left| need_ms > left);
            full.then(|| closed(service, &calendar, now.at))
        }
    });
    facts.collect()
}

/// The full services that have room as soon as the desk behind `reach` is open.
pub(crate) fn lifted(state: &State, now: Now<'_>, reach: &Reach<'_>) -> Vec<Fact> {
    let Some(calendar) = state.calendar(now).filter(|_| state.opening().open) else {
        return Vec::new();
    };
    if state.services().iter().all(|one| !one.is_full()) {
        return Vec::new();
    }
    let left_ms = left_ms(state, &calendar, now);
    let services = state.services().iter().zip(needs_ms(state, reach, None));
    services
        .filter(|(service, need_ms)| {
            service.is_full() && !service.removed && left_ms.is_none_or(|left| *need_ms <= left)
        })
        .map(|(service, _)| reopened(service))
        .collect()
}

/// The milliseconds until the office closes; `None` where that is not to be counted with.
fn left_ms(state: &State, calendar: &Calendar<'_>, now: Now<'_>) -> Option<i64> {
    state.office().filter(|office| office.policy.stop_issuing)?;
    let closes_at = calendar.closes_at(now.at)?;
    Some(closes_at.ms_since(now.at).max(0))
}

/// For each service, the milliseconds that all of whom its desks could take need, over those desks.
fn needs_ms(state: &State, reach: &Reach<'_>, newcomer: Option<&Waiting>) -> Vec<i64> {
    let services = state.services();
    let each_ms: Vec<i64> = services.iter().map(|one| state.visit_ms(one)).collect();
    let line = || state.waiting.iter().chain(newcomer);
    let need = |place| {
        let workers = reach.workers(place);
        let desks = i64::try_from(workers.iter().filter(|is| **is).count()).unwrap_or(i64::MAX);
        let all = line().filter(|one| reach.competes(&workers, one));
        let all_ms = all
            .map(|one| each_ms[one.service])
            .fold(0, i64::saturating_add);
        all_ms / desks.max(1)
    };
    (0..services.len()).map(need).collect()
}

fn reopened(service: &Service) -> Fact {
    Fact::ServiceOpened {
        service: service.config.id.clone(),
        reason: ServiceOpenedReason::Room,
    }
}

fn closed(service: &Service, calendar: &Calendar<'_>, now: Timestamp) -> Fact {
    Fact::ServiceClosed {
        service: service.config.id.clone(),
        reason: ServiceClosedReason::Full,
        next_open_at: calendar.opens_after(now),
    }
}
