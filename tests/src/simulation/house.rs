// SPDX-License-Identifier: GPL-3.0-or-later
//! Plays days of a planned office through a hub, second by second only where something happens.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use torn_queue::command::Booking;
use torn_queue::event::DeskStatus;
use torn_queue::wait::Estimate;
use torn_queue::{Command, Fact, TicketId, Timestamp, outlook};

use super::chance::Chance;
use super::hub::{Hub, SERVICES, desk, service};
use super::plan::{OPEN_MIN, Plan, UNTIL_DONE};

/// 2026-11-02, nine o'clock.
const FIRST_MORNING: Timestamp = Timestamp::from_unix_ms(1_793_610_000_000);
const DAY_MS: i64 = 24 * 3_600_000;

/// Somebody who was called, in minutes.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    /// The day, from 0.
    pub day: usize,
    /// Whether it was booked.
    pub booked: bool,
    /// What was said as the ticket was issued; `None` where nothing was.
    pub said: Option<Estimate>,
    /// How long it waited.
    pub waited: f64,
    /// How long the last one who was called before it came had waited.
    pub last: f64,
    /// The mean of the last five of them.
    pub last_five: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// A desk begins a shift.
    Begins(usize),
    /// A desk's shift ends, as soon as it serves nobody.
    Ends(usize),
    /// Somebody comes without an appointment.
    Comes,
    /// Somebody comes who is booked for this hour, for the service at this place.
    ComesFor(Timestamp, usize),
    /// The visit at a desk is over, or nobody came to the call.
    Done(usize, bool),
    /// Somebody at an idle desk looks up.
    Looks(usize),
}

/// An office that is being played.
pub struct House<'a> {
    plan: &'a Plan,
    chance: Chance,
    hub: Hub,
    ahead: BinaryHeap<Reverse<(Timestamp, What)>>,
    /// Which desks are to close.
    ending: Vec<bool>,
    waiting: HashMap<TicketId, (Timestamp, Option<Estimate>, [f64; 2])>,
    waits: Vec<f64>,
    day: usize,
    visits: Vec<Visit>,
}

/// Plays `days` days of `plan`; everyone who was called, in the order of calling.
#[must_use]
pub fn play(plan: &Plan, days: usize, seed: u64) -> Vec<Visit> {
    let mut house = House {
        plan,
        chance: Chance::seeded(seed),
        hub: Hub::new(plan.desks, FIRST_MORNING.plus_ms(-3_600_000)),
        ahead: BinaryHeap::new(),
        ending: vec![false; plan.desks],
        waiting: HashMap::new(),
        waits: Vec::new(),
        day: 0,
        visits: Vec::new(),
    };
    for day in 0..days {
        house.play_day(day);
    }
    house.visits
}

impl House<'_> {
    fn play_day(&mut self, day: usize) {
        let days = i64::try_from(day).expect("a few days");
        let nine = FIRST_MORNING.plus_ms(days * DAY_MS);
        self.day = day;
        self.waits.clear();
        self.waiting.clear();
        self.ending.fill(false);
        self.send(&Command::Tick, nine.plus_ms(-60_000));
        self.plan_desks(nine);
        self.plan_walk_ins(nine);
        self.plan_booked(nine);
        while let Some(Reverse((at, what))) = self.ahead.pop() {
            self.send(&Command::Tick, at);
            self.happens(at, what);
        }
    }

    fn plan_at(&mut self, nine: Timestamp, minute: f64, what: What) {
        let at = nine.plus_ms((minute * 60_000.0) as i64);
        self.ahead.push(Reverse((at, what)));
    }

    fn plan_desks(&mut self, nine: Timestamp) {
        for place in 0..self.plan.desks {
            for (from, until) in (self.plan.shifts)(place, &mut self.chance) {
                self.plan_at(nine, from, What::Begins(place));
                if until < UNTIL_DONE {
                    self.plan_at(nine, until, What::Ends(place));
                }
            }
        }
    }

    fn plan_walk_ins(&mut self, nine: Timestamp) {
        let hour = OPEN_MIN / self.plan.by_hour.len() as f64;
        for (place, share) in self.plan.by_hour.iter().enumerate() {
            let per_min = self.plan.walk_ins * share / hour;
            let mut at = self.chance.until_next(per_min);
            while at < hour {
                self.plan_at(nine, place as f64 * hour + at, What::Comes);
                at += self.chance.until_next(per_min);
            }
        }
    }

    fn plan_booked(&mut self, nine: Timestamp) {
        let mut appointments: BTreeMap<_, Vec<Timestamp>> = BTreeMap::new();
        for place in 0..self.plan.booked {
            let minute = f64::from(place) * OPEN_MIN / f64::from(self.plan.booked);
            let start = nine.plus_ms((minute.floor() * 60_000.0) as i64);
            let service_place = place as usize % SERVICES.len();
            let booked = appointments.entry(service(service_place)).or_default();
            booked.push(start);
            if !self.chance.happens(self.plan.no_show) {
                let early = self.chance.between(-12.0, 4.0);
                let comes = (minute + early).max(0.0);
                self.plan_at(nine, comes, What::ComesFor(start, service_place));
            }
        }
        if self.plan.booked > 0 {
            self.send(
                &Command::SetAppointments { appointments },
                nine.plus_ms(-30_000),
            );
        }
    }

    fn send(&mut self, command: &Command, at: Timestamp) -> Vec<Fact> {
        let facts = self.hub.send(command, at);
        let facts = facts.unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        for fact in &facts {
            match fact {
                Fact::TicketIssued { ticket, .. } => self.note_issued(*ticket, at),
                Fact::TicketCalled { ticket, desk, .. } => {
                    let place =
                        (0..self.plan.desks).find(|place| super::hub::desk(*place) == *desk);
                    self.note_called(*ticket, place.expect("a desk of the plan"), at);
                }
                _ => {}
            }
        }
        facts
    }

    fn note_issued(&mut self, ticket: TicketId, at: Timestamp) {
        let said = outlook::estimate_of_ticket(&self.hub.state, ticket, at);
        let last = self.waits.last().copied().unwrap_or(0.0);
        let five = &self.waits[self.waits.len().saturating_sub(5)..];
        let last_five = five.iter().sum::<f64>() / (five.len() as f64).max(1.0);
        let said = said.and_then(|(_, estimate)| estimate);
        self.waiting.insert(ticket, (at, said, [last, last_five]));
    }

    fn is_booked(&self, ticket: TicketId) -> bool {
        let ticket = self.hub.state.ticket(ticket);
        ticket.is_some_and(|ticket| ticket.appointment_at.is_some())
    }

    fn note_called(&mut self, ticket: TicketId, place: usize, at: Timestamp) {
        if let Some((issued_at, said, [last, last_five])) = self.waiting.remove(&ticket) {
            let waited = at.ms_since(issued_at) as f64 / 60_000.0;
            self.waits.push(waited);
            self.visits.push(Visit {
                day: self.day,
                booked: self.is_booked(ticket),
                said,
                waited,
                last,
                last_five,
            });
        }
        let absent = self.chance.happens(self.plan.no_show);
        let (mean, variation) = self.plan.visit;
        let minutes = if absent {
            1.5
        } else {
            self.chance.log_normal(mean, variation)
        };
        self.plan_at(at, minutes, What::Done(place, absent));
    }

    fn happens(&mut self, at: Timestamp, what: What) {
        match what {
            What::Begins(place) => {
                self.ending[place] = false;
                self.send(&Command::OpenDesk { desk: desk(place) }, at);
                self.look(place, at);
            }
            What::Ends(place) => {
                self.ending[place] = true;
                self.close_if_idle(place, at);
            }
            What::Comes => {
                let service = service(usize::from(self.chance.happens(0.3)));
                let issue = Command::Issue {
                    service,
                    language: None,
                    class: None,
                };
                self.send(&issue, at);
                self.somebody_looks(at);
            }
            What::ComesFor(start, place) => {
                let booking = Booking {
                    start,
                    service: service(place),
                    checked_in: None,
                    cancelled: false,
                };
                let check_in = Command::CheckIn {
                    booking,
                    language: None,
                };
                self.send(&check_in, at);
                self.somebody_looks(at);
            }
            What::Done(place, absent) => {
                let desk = desk(place);
                let done = if absent {
                    Command::NoShow { desk }
                } else {
                    Command::Finish { desk }
                };
                self.send(&done, at);
                self.close_if_idle(place, at);
                self.look(place, at.plus_ms(3_000));
            }
            What::Looks(place) => {
                if self.status(place) == DeskStatus::Open && self.hub.state.waiting_len() > 0 {
                    self.send(&Command::Next { desk: desk(place) }, at);
                }
            }
        }
    }

    fn status(&self, place: usize) -> DeskStatus {
        let desk = self.hub.state.desk(&desk(place));
        desk.expect("a desk of the plan").status
    }

    fn close_if_idle(&mut self, place: usize, at: Timestamp) {
        if self.ending[place] && self.status(place) == DeskStatus::Open {
            self.send(&Command::CloseDesk { desk: desk(place) }, at);
        }
    }

    fn look(&mut self, place: usize, at: Timestamp) {
        self.ahead.push(Reverse((at, What::Looks(place))));
    }

    /// One of the idle desks sees soon that somebody came.
    fn somebody_looks(&mut self, at: Timestamp) {
        let idle: Vec<usize> = (0..self.plan.desks)
            .filter(|place| self.status(*place) == DeskStatus::Open)
            .collect();
        for place in idle {
            let soon = self.chance.between(5_000.0, 40_000.0);
            self.look(place, at.plus_ms(soon as i64));
        }
    }
}
