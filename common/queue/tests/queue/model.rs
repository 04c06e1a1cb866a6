// SPDX-License-Identifier: GPL-3.0-or-later
//! The rules once more, as plainly as they can be said and without regard to speed: lists that are walked
//! from end to end. What `decide` says must agree with it, member for member.
//!
//! How long a visit takes is asked of the same estimator as the rules ask; all else is its own.

mod clock;
mod desks;
mod house;
mod line;
mod tickets;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use torn_queue::event::{
    Class, DeskStatus, Notice, OpeningReason, ServiceClosedReason, TicketStatus,
};
use torn_queue::ids::Letter;
use torn_queue::office::SpecialDay;
use torn_queue::wait::{Learnt, Waits};
use torn_queue::{
    Command, DeskId, Fact, LogId, Office, Refusal, ServiceId, TicketId, Timestamp, office,
};

use crate::deeds::Scene;

/// What was decided: the facts, or why there are none.
pub(crate) type Said = Result<Vec<Fact>, Refusal>;

/// One visit to one service.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) id: TicketId,
    pub(crate) service: ServiceId,
    pub(crate) class: Class,
    pub(crate) status: TicketStatus,
    pub(crate) due: Timestamp,
    pub(crate) hour: Option<Timestamp>,
    pub(crate) called: Option<Timestamp>,
    pub(crate) finished: Option<Timestamp>,
    pub(crate) missed: Option<Timestamp>,
    pub(crate) was_restored: bool,
    pub(crate) times_called: u32,
    pub(crate) ahead: u32,
    /// Since it was restored it stands behind somebody, or before all.
    stands: Option<Stand>,
    only_at: Option<DeskId>,
}

/// Where a restored one stands.
#[derive(Debug, Clone)]
struct Stand {
    /// The how manyth it was to be restored today.
    turn: u32,
    behind: Option<TicketId>,
}

/// A desk of today, also one that the configuration dropped.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) status: DeskStatus,
    pub(crate) serves: Option<TicketId>,
    called: Option<Timestamp>,
}

/// A service of today, also one that the configuration dropped.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    pub(crate) config: office::Service,
    pub(crate) closed: Option<ServiceClosedReason>,
    pub(crate) kept_open: bool,
    /// Where it was served last, by all that was configured today.
    homes: Vec<DeskId>,
}

/// Whether numbers are given out.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    pub(crate) open: bool,
    pub(crate) by: OpeningReason,
    pub(crate) since: Timestamp,
    pub(crate) next: Option<Timestamp>,
}

/// The office's day, as someone with pencil and paper would keep it.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) log: LogId,
    pub(crate) office: Office,
    zone: TimeZone,
    pub(crate) now: Timestamp,
    pub(crate) day: Date,
    given: BTreeMap<Letter, u32>,
    gone: Vec<TicketId>,
    pub(crate) visits: Vec<Visit>,
    pub(crate) desks: BTreeMap<DeskId, Desk>,
    pub(crate) services: BTreeMap<ServiceId, Service>,
    pub(crate) opening: Opening,
    pub(crate) special: Vec<SpecialDay>,
    notice: Option<Notice>,
    pub(crate) expected: BTreeMap<ServiceId, Vec<Timestamp>>,
    /// Newest first: who, where to, whether again.
    pub(crate) calls: Vec<(TicketId, DeskId, bool)>,
    restores: u32,
    waits: Waits,
    /// What the clock brought about before the last command, that command, and what followed.
    pub(crate) last: Option<(Vec<Fact>, Command, Said)>,
}

impl Model {
    pub(crate) fn at(office: &Office, log: LogId, now: Timestamp) -> Self {
        let zone = TimeZone::get(&office.time_zone).expect("a time zone");
        let mut model = Self {
            log,
            office: office.clone(),
            day: now.day_in(&zone),
            zone,
            now,
            given: BTreeMap::new(),
            gone: Vec::new(),
            visits: Vec::new(),
            desks: BTreeMap::new(),
            services: BTreeMap::new(),
            opening: Opening {
                open: false,
                by: OpeningReason::Hours,
                since: now,
                next: None,
            },
            special: Vec::new(),
            notice: None,
            expected: BTreeMap::new(),
            calls: Vec::new(),
            restores: 0,
            waits: Waits::begin_day(now.day_in(&zone_of(office)), Learnt::default()),
            last: None,
        };
        model.begin_day(office);
        model
    }

    /// What a deed needs to know.
    pub(crate) fn scene(&self) -> Scene {
        let gone = self.gone.iter().map(|id| (*id, TicketStatus::Finished));
        let today = self.visits.iter().map(|one| (one.id, one.status));
        Scene {
            log: self.log.clone(),
            now: self.now,
            day: self.now.day_in(&self.zone),
            tickets: gone.chain(today).collect(),
            expected: self.expected.clone(),
        }
    }

    pub(crate) fn wait_ms(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
    }

    pub(crate) fn follow(&mut self, command: &Command) -> Said {
        match command {
            Command::Configure { office, .. } => Ok(self.configured(office)),
            Command::Tick => Ok(self.tick()),
            Command::Issue {
                service,
                language,
                class,
            } => self.issue(service, language.as_ref(), *class),
            Command::CheckIn { booking, language } => self.check_in(booking, language.as_ref()),
            Command::Cancel { ticket } => self.cancel(*ticket),
            Command::Restore { ticket } => self.restore(*ticket),
            Command::NotePrint {
                ticket,
                outcome,
                copy,
            } => {
                let visit = self.visit(*ticket)?;
                Ok(vec![Fact::TicketPrinted {
                    ticket: *ticket,
                    number: ticket.number(),
                    service: visit.service.clone(),
                    outcome: *outcome,
                    copy: *copy,
                }])
            }
            Command::OpenOffice
            | Command::CloseOffice
            | Command::OpenService { .. }
            | Command::CloseService { .. }
            | Command::SetNotice { .. }
            | Command::SetCalendar { .. }
            | Command::SetAppointments { .. } => self.house(command),
            _ => self.at_desk(command),
        }
    }

    pub(crate) fn visit(&self, id: TicketId) -> Result<&Visit, Refusal> {
        let one = self.visits.iter().find(|one| one.id == id);
        one.ok_or(Refusal::UnknownTicket(id))
    }

    fn visit_mut(&mut self, id: TicketId) -> &mut Visit {
        let one = self.visits.iter_mut().find(|one| one.id == id);
        one.expect("a ticket of today")
    }

    pub(crate) fn has_desk(&self, id: &DeskId) -> bool {
        self.office.desks.iter().any(|one| one.id == *id)
    }

    pub(crate) fn has_service(&self, id: &ServiceId) -> bool {
        self.office.services.iter().any(|one| one.id == *id)
    }

    fn is_elsewhere(&self, service: &office::Service) -> bool {
        service
            .place
            .as_ref()
            .is_some_and(|one| *one != self.office.id)
    }

    fn configure(&mut self, office: &Office) {
        self.office = office.clone();
        for config in &office.services {
            let homes = office.desks.iter().filter(|one| one.serves(&config.id));
            let homes: Vec<DeskId> = homes.map(|one| one.id.clone()).collect();
            let known = self.services.remove(&config.id);
            let mut service = known.unwrap_or(Service {
                config: config.clone(),
                closed: None,
                kept_open: false,
                homes: Vec::new(),
            });
            service.config = config.clone();
            if !homes.is_empty() {
                service.homes = homes;
            }
            self.services.insert(config.id.clone(), service);
        }
        for config in &office.desks {
            let new = Desk {
                status: DeskStatus::Closed,
                serves: None,
                called: None,
            };
            self.desks.entry(config.id.clone()).or_insert(new);
        }
        let dropped = self.desks.keys().filter(|id| !self.has_desk(id));
        let dropped: Vec<DeskId> = dropped.cloned().collect();
        for id in dropped {
            if self.desks[&id].serves.is_none() {
                self.desk_mut(&id).status = DeskStatus::Closed;
            }
            self.release(&id);
        }
    }

    fn desk_mut(&mut self, id: &DeskId) -> &mut Desk {
        self.desks.get_mut(id).expect("a desk of today")
    }

    /// Nobody waits for that desk alone any more.
    fn release(&mut self, desk: &DeskId) {
        for one in &mut self.visits {
            one.only_at.take_if(|only| only == desk);
        }
    }
}

fn zone_of(office: &Office) -> TimeZone {
    TimeZone::get(&office.time_zone).expect("a time zone")
}

/// Only how the day began: the rest follows from what was done.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.now, self.office)
    }
}
