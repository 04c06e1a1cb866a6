// SPDX-License-Identifier: GPL-3.0-or-later
//! The model's line: sorted anew whenever it is looked at.

use std::cmp::Reverse;

use torn_queue::event::{
    Class, DeskStatus, Fact, ServiceClosedReason, ServiceOpenedReason, TicketStatus,
};
use torn_queue::{DeskId, ServiceId, TicketId};

use super::{Model, Visit};

impl Model {
    fn score(&self, one: &Visit) -> i64 {
        let weight = match one.class {
            Class::WalkIn => 1,
            _ => i64::from(self.office.policy.appointment_weight),
        };
        weight * self.now.ms_since(one.due)
    }

    fn waits(&self, id: TicketId) -> Option<&Visit> {
        let mut waiting = self.visits.iter();
        waiting.find(|one| one.id == id && one.status == TicketStatus::Waiting)
    }

    /// The plain one that a restored one stands behind in the end; `None`: it goes before all.
    fn leader(&self, one: &Visit) -> Option<TicketId> {
        let Some(stand) = &one.stands else {
            return Some(one.id);
        };
        let before = self.waits(stand.behind?)?;
        // One whose hour is yet to come is called only when no one due waits.
        if before.due > self.now && one.due <= self.now {
            return None;
        }
        self.leader(before)
    }

    /// Everyone who waits, in the order of calling.
    pub(crate) fn line(&self) -> Vec<TicketId> {
        let waiting = self.visits.iter();
        let waiting = waiting.filter(|one| one.status == TicketStatus::Waiting);
        let (mut plain, mut restored): (Vec<&Visit>, Vec<&Visit>) =
            waiting.partition(|one| one.stands.is_none());
        // The visits are in the order in which they were given out, and sorting keeps that.
        plain.sort_by_key(|one| (Reverse(self.score(one)), one.due));
        restored.sort_by_key(|one| one.stands.as_ref().map(|stand| stand.turn));
        let behind = |leader: Option<TicketId>| {
            let some = restored
                .iter()
                .filter(move |one| self.leader(one) == leader);
            some.map(|one| one.id).collect::<Vec<_>>()
        };
        let mut line = behind(None);
        for one in plain {
            line.push(one.id);
            line.extend(behind(Some(one.id)));
        }
        line
    }

    /// The desks that call people for `service`: those that serve it; or else, of those that did so last,
    /// the ones that are still there; or else every one.
    fn callers(&self, service: &ServiceId) -> Vec<DeskId> {
        let desks = self.office.desks.iter();
        let serving: Vec<DeskId> = (desks.clone().filter(|one| one.serves(service)))
            .map(|one| one.id.clone())
            .collect();
        if !serving.is_empty() {
            return serving;
        }
        let homes = self.services[service].homes.iter();
        let homes: Vec<DeskId> = homes.filter(|id| self.has_desk(id)).cloned().collect();
        if !homes.is_empty() {
            return homes;
        }
        desks.map(|one| one.id.clone()).collect()
    }

    pub(crate) fn takes(&self, desk: &DeskId, one: &Visit) -> bool {
        match &one.only_at {
            Some(only) => only == desk,
            None => self.callers(&one.service).contains(desk),
        }
    }

    /// Whom that desk would call now.
    pub(crate) fn next_at(&self, desk: &DeskId) -> Option<TicketId> {
        let takes = |id: &TicketId| self.waits(*id).is_some_and(|one| self.takes(desk, one));
        self.line().into_iter().find(takes)
    }

    /// The desks that could take it: those that are not closed, or all where every one is.
    pub(crate) fn takers(&self, one: &Visit) -> Vec<DeskId> {
        if let Some(only) = &one.only_at {
            return vec![only.clone()];
        }
        let callers = self.callers(&one.service);
        let is_there = |id: &&DeskId| self.desks[*id].status != DeskStatus::Closed;
        let there: Vec<DeskId> = callers.iter().filter(is_there).cloned().collect();
        if there.is_empty() { callers } else { there }
    }

    /// How many come before it that one of its desks could take.
    pub(crate) fn ahead(&self, id: TicketId) -> u32 {
        let own = self.waits(id).expect("it waits");
        let takers = self.takers(own);
        let line = self.line().into_iter().take_while(|one| *one != id);
        let before = line.filter(|one| {
            let one = self.waits(*one).expect("it waits");
            takers.iter().any(|desk| self.takes(desk, one))
        });
        u32::try_from(before.count()).expect("few")
    }

    /// The milliseconds that all whom its desks could take need, over those of them that are open.
    fn need_ms(&self, service: &ServiceId) -> i64 {
        let callers = self.callers(service);
        let works = |id: &&DeskId| {
            matches!(
                self.desks[*id].status,
                DeskStatus::Open | DeskStatus::Serving
            )
        };
        let open: Vec<DeskId> = callers.iter().filter(works).cloned().collect();
        let desks = if open.is_empty() { callers } else { open };
        let waiting = self.visits.iter();
        let waiting = waiting.filter(|one| one.status == TicketStatus::Waiting);
        let all = waiting.filter(|one| desks.iter().any(|desk| self.takes(desk, one)));
        let ms = |one: &Visit| {
            let guess = self.services[&one.service].config.minutes;
            i64::from(self.waits.service_minutes(&one.service, guess)) * 1000
        };
        let count = i64::try_from(desks.len()).expect("few");
        all.map(ms).sum::<i64>() / count
    }

    /// The milliseconds until it closes; `None` where they do not matter.
    fn left_ms(&self) -> Option<i64> {
        let end = self.closing().filter(|_| self.office.policy.stop_issuing)?;
        Some(end.ms_since(self.now))
    }

    /// Services close that are full, and open again where there is room.
    pub(super) fn fill(&mut self) -> Vec<Fact> {
        let mut facts = Vec::new();
        if !self.opening.open {
            return facts;
        }
        let (left, next_open_at) = (self.left_ms(), self.opens_after(self.now));
        for config in self.office.services.clone() {
            let need = self.need_ms(&config.id);
            let elsewhere = self.is_elsewhere(&config);
            let service = self.services.get_mut(&config.id).expect("a service");
            let full = service.closed == Some(ServiceClosedReason::Full);
            let room = left.is_none_or(|left| need * 10 < left * 8);
            let fills = left.is_some_and(|left| need > left);
            if full && room {
                service.closed = None;
                facts.push(Fact::ServiceOpened {
                    service: config.id,
                    reason: ServiceOpenedReason::Room,
                });
            } else if service.closed.is_none() && !service.kept_open && !elsewhere && fills {
                service.closed = Some(ServiceClosedReason::Full);
                facts.push(Fact::ServiceClosed {
                    service: config.id,
                    reason: ServiceClosedReason::Full,
                    next_open_at,
                });
            }
        }
        facts
    }

    /// A desk has opened: what is full opens again if that is enough.
    pub(super) fn lift(&mut self) -> Vec<Fact> {
        let mut facts = Vec::new();
        if !self.opening.open {
            return facts;
        }
        let left = self.left_ms();
        for config in self.office.services.clone() {
            let need = self.need_ms(&config.id);
            let service = self.services.get_mut(&config.id).expect("a service");
            let full = service.closed == Some(ServiceClosedReason::Full);
            if full && left.is_none_or(|left| need <= left) {
                service.closed = None;
                facts.push(Fact::ServiceOpened {
                    service: config.id,
                    reason: ServiceOpenedReason::Room,
                });
            }
        }
        facts
    }
}
