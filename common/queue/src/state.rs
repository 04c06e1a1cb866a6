// SPDX-License-Identifier: GPL-3.0-or-later
//! One business day of an office, as its events tell it.

mod roster;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jiff::civil::Date;

use crate::event::{Class, DeskStatus, Event, Fact, PrintOutcome, TicketStatus, Wait};
use crate::ids::{
    Actor, DeskId, DeviceId, Key, Language, Letter, LogId, Seq, ServiceId, TicketId, TicketNumber,
};
use crate::limits;
use crate::office::{self, Office};
use crate::time::Timestamp;

/// The whole state of the queue: what a fold of today's events gives.
///
/// It starts empty; the first event is a `day-began`, which brings the office with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    seq: Seq,
    at: Timestamp,
    today: Option<Today>,
    counts: BTreeMap<Letter, u32>,
    services: Vec<Service>,
    desks: Vec<Desk>,
    tickets: BTreeMap<TicketId, Ticket>,
    pub(crate) waiting: Vec<Waiting>,
    calls: Vec<Call>,
    devices: Vec<DeviceReport>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Today {
    log: LogId,
    day: Date,
    began_at: Timestamp,
    office: Office,
}

/// A service today. One that the configuration dropped stays until the day ends, and takes nobody new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The service as configured.
    pub config: office::Service,
    /// Whether the configuration dropped it during the day.
    pub removed: bool,
    /// The desks that served it last; who waits for a dropped service is still called there.
    pub(crate) desks: Vec<DeskId>,
}

/// A desk today. One that the configuration dropped stays until the day ends, and calls nobody new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// The desk as configured.
    pub config: office::Desk,
    /// Whether the configuration dropped it during the day.
    pub removed: bool,
    /// What it is doing.
    pub status: DeskStatus,
    /// Whom it serves.
    pub ticket: Option<TicketId>,
    /// Since when it has done that.
    pub since: Timestamp,
    /// When it last called someone.
    pub called_at: Option<Timestamp>,
}

/// A ticket: one visit to one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its day and number.
    pub id: TicketId,
    /// What for.
    pub service: ServiceId,
    /// How it came.
    pub class: Class,
    /// Where it is in its life.
    pub status: TicketStatus,
    /// The language it is printed in.
    pub language: Language,
    /// When it was given out.
    pub issued_at: Timestamp,
    /// From when on it counts as waiting.
    pub due_at: Timestamp,
    /// The booked hour, if there was one.
    pub appointment_at: Option<Timestamp>,
    /// When it was first called, or called anew.
    pub called_at: Option<Timestamp>,
    /// When its visit was over.
    pub finished_at: Option<Timestamp>,
    /// Where it was called to.
    pub desk: Option<DeskId>,
    /// How often it was called, the first time included.
    pub calls: u32,
    /// The event that gave it out.
    pub seq: Seq,
    /// Who gave it out.
    pub issued_by: Actor,
    /// How many were before it, and the wait it was promised.
    pub promised: (u32, Option<Wait>),
    /// How printing went, when the kiosk told.
    pub printed: Option<PrintOutcome>,
}

/// What the order of calling needs of a waiting ticket, kept small: it is read whole for every ticket issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) ticket: TicketId,
    /// The place of its service in [`State::services`].
    pub(crate) service: usize,
    pub(crate) class: Class,
    pub(crate) due_at: Timestamp,
    pub(crate) seq: Seq,
}

impl Waiting {
    /// A ticket that is about to join the line, after everyone who is in it.
    pub(crate) const fn newcomer(
        ticket: TicketId,
        service: usize,
        class: Class,
        now: Timestamp,
    ) -> Self {
        Self {
            ticket,
            service,
            class,
            due_at: now,
            seq: Seq::new(u64::MAX),
        }
    }
}

/// A number on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The ticket.
    pub ticket: TicketId,
    /// Where it was called to.
    pub desk: DeskId,
    /// When, the last time.
    pub at: Timestamp,
    /// Whether that was a call again.
    pub recall: bool,
    /// The event that called it, the last time.
    pub seq: Seq,
}

/// How a part of a device said it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceReport {
    /// The device.
    pub device: DeviceId,
    /// The part.
    pub what: Key,
    /// How it is.
    pub state: Key,
    /// Until when that is expected to last.
    pub until: Option<Timestamp>,
    /// Since when it is so.
    pub at: Timestamp,
}

impl State {
    /// The seq of the last event.
    #[must_use]
    pub const fn seq(&self) -> Seq {
        self.seq
    }

    /// The time of the last event.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The log that is folded; `None` before the first event.
    #[must_use]
    pub fn log(&self) -> Option<&LogId> {
        self.today.as_ref().map(|today| &today.log)
    }

    /// The business day; `None` before the first event.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.today.as_ref().map(|today| today.day)
    }

    /// The office as configured now; `None` before the first event.
    #[must_use]
    pub fn office(&self) -> Option<&Office> {
        self.today.as_ref().map(|today| &today.office)
    }

    /// The services of today, in the order of the configuration, dropped ones last.
    #[must_use]
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The service with this id.
    #[must_use]
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        self.services.iter().find(|one| one.config.id == *id)
    }

    /// The desks of today, in the order of the configuration, dropped ones last.
    #[must_use]
    pub fn desks(&self) -> &[Desk] {
        &self.desks
    }

    /// The desk with this id.
    #[must_use]
    pub fn desk(&self, id: &DeskId) -> Option<&Desk> {
        self.desks.iter().find(|one| one.config.id == *id)
    }

    /// The tickets of today, by number.
    pub fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.values()
    }

    /// The ticket with this id, if it is one of today.
    #[must_use]
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.tickets.get(&id)
    }

    /// How many wait for `service`.
    #[must_use]
    pub fn waiting_for(&self, service: &ServiceId) -> usize {
        self.waiting
            .iter()
            .filter(|one| self.services[one.service].config.id == *service)
            .count()
    }

    /// How many wait in all.
    #[must_use]
    pub fn waiting_len(&self) -> usize {
        self.waiting.len()
    }

    /// The numbers called, newest first, one entry a ticket, at most [`limits::CALLS_KEPT`].
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// How the parts of the devices said they are.
    #[must_use]
    pub fn devices(&self) -> &[DeviceReport] {
        &self.devices
    }

    /// The next number under `letter`.
    #[must_use]
    pub fn next_number(&self, letter: Letter) -> TicketNumber {
        TicketNumber::new(letter, self.counts.get(&letter).copied().unwrap_or(0) + 1)
    }

    /// Goes past an event of a kind that this version does not know, as a screen must.
    pub fn skip(&mut self, seq: Seq, at: Timestamp) {
        self.seq = seq;
        self.at = at;
    }

    /// Folds an event into the state. Events come in the order of their seqs.
    pub fn apply(&mut self, event: &Event) {
        self.seq = event.seq;
        self.at = event.at;
        match &event.fact {
            Fact::DayBegan {
                log, day, office, ..
            } => self.begin_day(log, *day, office),
            Fact::OfficeConfigured { office } => self.configure(office),
            Fact::DeskOpened { desk } => self.set_desk(desk, DeskStatus::Open, None),
            Fact::DeskClosed { desk } => self.set_desk(desk, DeskStatus::Closed, None),
            Fact::TicketIssued { .. } => self.issue(event),
            Fact::TicketCalled { ticket, desk, .. } => self.call(*ticket, desk),
            Fact::TicketRecalled { ticket, desk, .. } => self.recall(*ticket, desk),
            Fact::TicketFinished { ticket, desk, .. } => {
                self.leave_desk(*ticket, desk, TicketStatus::Finished);
            }
            Fact::TicketNoShow { ticket, desk, .. } => {
                self.leave_desk(*ticket, desk, TicketStatus::NoShow);
            }
            Fact::TicketCancelled { ticket, .. } => {
                self.waiting.retain(|one| one.ticket != *ticket);
                if let Some(ticket) = self.tickets.get_mut(ticket) {
                    ticket.status = TicketStatus::Cancelled;
                }
            }
            Fact::TicketPrinted {
                ticket, outcome, ..
            } => {
                if let Some(ticket) = self.tickets.get_mut(ticket) {
                    ticket.printed = Some(*outcome);
                }
            }
            Fact::DeviceReported {
                device,
                what,
                state,
                until,
            } => {
                self.devices
                    .retain(|one| one.device != *device || one.what != *what);
                self.devices.push(DeviceReport {
                    device: device.clone(),
                    what: what.clone(),
                    state: state.clone(),
                    until: *until,
                    at: event.at,
                });
                self.devices
                    .sort_by(|a, b| (&a.device, &a.what).cmp(&(&b.device, &b.what)));
            }
        }
    }

    fn begin_day(&mut self, log: &LogId, day: Date, office: &Office) {
        // How a device is does not change at midnight, but a follower that starts here must fold the same.
        *self = Self {
            seq: self.seq,
            at: self.at,
            today: Some(Today {
                log: log.clone(),
                day,
                began_at: self.at,
                office: Office::clone(office),
            }),
            ..Self::default()
        };
        self.configure(office);
    }

    fn desk_mut(&mut self, id: &DeskId) -> Option<&mut Desk> {
        self.desks.iter_mut().find(|one| one.config.id == *id)
    }

    fn set_desk(&mut self, desk: &DeskId, status: DeskStatus, ticket: Option<TicketId>) {
        let at = self.at;
        if let Some(desk) = self.desk_mut(desk) {
            (desk.status, desk.ticket, desk.since) = (status, ticket, at);
        }
    }

    fn issue(&mut self, event: &Event) {
        let Fact::TicketIssued {
            ticket,
            number,
            service,
            class,
            language,
            due_at,
            appointment_at,
            ahead,
            wait,
        } = &event.fact
        else {
            return;
        };
        let Some(place) = self
            .services
            .iter()
            .position(|one| one.config.id == *service)
        else {
            return;
        };
        self.counts.insert(number.letter(), number.count());
        self.waiting.push(Waiting {
            ticket: *ticket,
            service: place,
            class: *class,
            due_at: *due_at,
            seq: event.seq,
        });
        self.tickets.insert(
            *ticket,
            Ticket {
                id: *ticket,
                service: service.clone(),
                class: *class,
                status: TicketStatus::Waiting,
                language: language.clone(),
                issued_at: event.at,
                due_at: *due_at,
                appointment_at: *appointment_at,
                called_at: None,
                finished_at: None,
                desk: None,
                calls: 0,
                seq: event.seq,
                issued_by: event.by.clone(),
                promised: (*ahead, *wait),
                printed: None,
            },
        );
    }

    fn call(&mut self, ticket: TicketId, desk: &DeskId) {
        let at = self.at;
        self.waiting.retain(|one| one.ticket != ticket);
        if let Some(ticket) = self.tickets.get_mut(&ticket) {
            ticket.status = TicketStatus::Called;
            ticket.called_at = Some(at);
            ticket.desk = Some(desk.clone());
            ticket.calls += 1;
        }
        self.set_desk(desk, DeskStatus::Serving, Some(ticket));
        if let Some(desk) = self.desk_mut(desk) {
            desk.called_at = Some(at);
        }
        self.show_call(ticket, desk, false);
    }

    fn recall(&mut self, ticket: TicketId, desk: &DeskId) {
        if let Some(ticket) = self.tickets.get_mut(&ticket) {
            ticket.calls += 1;
        }
        self.show_call(ticket, desk, true);
    }

    fn show_call(&mut self, ticket: TicketId, desk: &DeskId, recall: bool) {
        self.calls.retain(|one| one.ticket != ticket);
        let call = Call {
            ticket,
            desk: desk.clone(),
            at: self.at,
            recall,
            seq: self.seq,
        };
        self.calls.insert(0, call);
        self.calls.truncate(limits::CALLS_KEPT);
    }

    fn leave_desk(&mut self, ticket: TicketId, desk: &DeskId, status: TicketStatus) {
        let at = self.at;
        if let Some(ticket) = self.tickets.get_mut(&ticket) {
            ticket.status = status;
            ticket.finished_at = (status == TicketStatus::Finished).then_some(at);
        }
        let removed = self.desk(desk).is_some_and(|one| one.removed);
        let status = if removed {
            DeskStatus::Closed
        } else {
            DeskStatus::Open
        };
        self.set_desk(desk, status, None);
    }
}
