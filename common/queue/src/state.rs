// SPDX-License-Identifier: GPL-3.0-or-later
//! One business day of an office, as its events tell it.

mod fold;
mod roster;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::event::{
    Class, DeskStatus, Notice, OpeningReason, PrintOutcome, ServiceClosedReason, TicketStatus, Wait,
};
use crate::ids::{
    Actor, DeskId, DeviceId, Key, Language, Letter, LogId, Seq, ServiceId, TicketId, TicketNumber,
};
use crate::limits;
use crate::office::{self, Office, SpecialDay};
use crate::time::{Now, Timestamp};
use crate::wait::Waits;

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
    opening: Opening,
    special_days: Vec<SpecialDay>,
    notice: Option<Notice>,
    expected: BTreeMap<ServiceId, Vec<Timestamp>>,
    waits: Waits,
}

/// Whether the office gives out numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opening {
    /// Whether it does.
    pub open: bool,
    /// What opened or closed it.
    pub reason: OpeningReason,
    /// Since when it is so.
    pub since: Timestamp,
    /// When it opens next; `None` while it is open, or when nobody knows.
    pub next_open_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Today {
    log: LogId,
    day: Date,
    began_at: Timestamp,
    midnight_at: Option<Timestamp>,
    office: Office,
}

/// A service today. One that the configuration dropped stays until the day ends, and takes nobody new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The service as configured.
    pub config: office::Service,
    /// Whether the configuration dropped it during the day.
    pub removed: bool,
    /// Why it gives out no numbers, though the office is open.
    pub closed: Option<ServiceClosedReason>,
    /// Whether the supervisor opened it, so that it does not close for being full.
    pub kept_open: bool,
    /// Whether it is given in another building.
    pub elsewhere: bool,
    /// The desks that served it last; who waits for a dropped service is still called there.
    pub(crate) desks: Vec<DeskId>,
}

impl Service {
    /// Whether it gives out numbers while the office is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !self.removed && !self.elsewhere && self.closed.is_none()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.closed == Some(ServiceClosedReason::Full)
    }

    /// Whether it would close if what waits filled the time that is left.
    pub(crate) const fn may_fill(&self) -> bool {
        self.is_open() && !self.kept_open
    }
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
    /// When it was noted that nobody came.
    pub no_show_at: Option<Timestamp>,
    /// Whether it was restored after that; it is done once.
    pub restored: bool,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) ticket: TicketId,
    /// The place of its service in [`State::services`].
    pub(crate) service: usize,
    pub(crate) class: Class,
    pub(crate) due_at: Timestamp,
    pub(crate) seq: Seq,
    /// The one desk that calls it.
    pub(crate) to_desk: Option<DeskId>,
    pub(crate) restored: Option<Restored>,
}

/// Where a restored ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Restored {
    /// The event that restored it.
    pub(crate) seq: Seq,
    /// Behind whom; `None` once that one waits no more.
    pub(crate) after: Option<TicketId>,
}

impl Ticket {
    /// Whether it was missed, not too long ago, and not restored before.
    #[must_use]
    pub fn is_restorable(&self, now: Timestamp) -> bool {
        let recent = |at: Timestamp| now.ms_since(at) <= limits::RESTORE_WITHIN_MS;
        self.status == TicketStatus::NoShow && !self.restored && self.no_show_at.is_some_and(recent)
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

    /// How many tickets were given out today.
    #[must_use]
    pub fn tickets_len(&self) -> usize {
        self.tickets.len()
    }

    /// How many wait in all.
    #[must_use]
    pub fn waiting_len(&self) -> usize {
        self.waiting.len()
    }

    /// The tickets that were set aside, in the order they were due.
    #[must_use]
    pub fn parked(&self) -> Vec<&Ticket> {
        self.of_status(TicketStatus::Parked)
    }

    /// The tickets that were missed and can still be restored at `now`.
    #[must_use]
    pub fn restorable(&self, now: Timestamp) -> Vec<&Ticket> {
        let mut missed = self.of_status(TicketStatus::NoShow);
        missed.retain(|one| one.is_restorable(now));
        missed
    }

    fn of_status(&self, status: TicketStatus) -> Vec<&Ticket> {
        let mut some: Vec<&Ticket> = self.tickets().filter(|one| one.status == status).collect();
        some.sort_by_key(|one| (one.due_at, one.seq));
        some
    }

    /// Whether the office gives out numbers.
    #[must_use]
    pub const fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The days from today on that the supervisor set.
    #[must_use]
    pub fn special_days(&self) -> &[SpecialDay] {
        &self.special_days
    }

    /// What the lobby is told at `now`.
    #[must_use]
    pub fn notice(&self, now: Timestamp) -> Option<&Notice> {
        let notice = self.notice.as_ref();
        notice.filter(|one| one.until.is_none_or(|until| now < until))
    }

    /// Who is booked for today and has not come yet: the hours, by service.
    #[must_use]
    pub const fn expected(&self) -> &BTreeMap<ServiceId, Vec<Timestamp>> {
        &self.expected
    }

    /// What was observed of waits.
    #[must_use]
    pub const fn waits(&self) -> &Waits {
        &self.waits
    }

    /// The minute of the local day that `at` is, 0–1439.
    #[must_use]
    pub fn minute(&self, at: Timestamp) -> u16 {
        let midnight = self.today.as_ref().and_then(|today| today.midnight_at);
        let passed = at.ms_since(midnight.unwrap_or_default()).div_euclid(60_000);
        u16::try_from(passed.rem_euclid(24 * 60)).unwrap_or(0)
    }

    /// How long a visit for `service` takes, in milliseconds: as observed, or as configured at first.
    pub(crate) fn visit_ms(&self, service: &Service) -> i64 {
        let seconds = self
            .waits
            .service_minutes(&service.config.id, service.config.minutes);
        i64::from(seconds) * 1000
    }

    /// The calendar as it holds at `now`; `None` before the first event.
    pub(crate) fn calendar<'a>(&'a self, now: Now<'a>) -> Option<Calendar<'a>> {
        Some(Calendar::new(self.office()?, &self.special_days, now))
    }

    /// The entry in the line of a ticket that waits.
    pub(crate) fn line_place(&self, ticket: TicketId) -> Option<&Waiting> {
        self.waiting.iter().find(|one| one.ticket == ticket)
    }

    /// Somebody who is about to join the line, after everyone who is in it.
    pub(crate) fn newcomer(
        &self,
        service: &ServiceId,
        class: Class,
        due_at: Timestamp,
    ) -> Option<Waiting> {
        let mut services = self.services.iter();
        let service = services.position(|one| one.config.id == *service)?;
        let number = self.next_number(self.services[service].config.letter);
        Some(Waiting {
            ticket: TicketId::new(self.day()?, number),
            service,
            class,
            due_at,
            seq: Seq::new(u64::MAX),
            to_desk: None,
            restored: None,
        })
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
}
