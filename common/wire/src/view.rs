// SPDX-License-Identifier: GPL-3.0-or-later
//! What the hub answers: the queue as people and simple clients see it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use torn_queue::event::{Class, DeskStatus, Notice, TicketStatus, Wait};
use torn_queue::ids::Letter;
use torn_queue::office::{Links, Names, OpenSpan, Season, SpecialDay, Weekday};
use torn_queue::state::{self, State};
use torn_queue::{
    DeskId, DeviceId, Key, Language, Office, Seq, ServiceId, TicketId, TicketNumber, Timestamp,
};
use torn_queue::{office, outlook};

/// A ticket as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// Its day and number.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "2026-11-24-A007"))]
    pub id: TicketId,
    /// What is printed on it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "A007"))]
    pub number: TicketNumber,
    /// What for.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub service: ServiceId,
    /// How it came: `walk-in`, `appointment` or `preferential`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "walk-in"))]
    pub class: Class,
    /// Where it is in its life: `waiting`, `called`, `finished`, `no-show`, `parked` or `cancelled`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "waiting"))]
    pub status: TicketStatus,
    /// The language it is printed in.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "ca"))]
    pub language: Language,
    /// When it was given out.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub issued_at: Timestamp,
    /// From when on it counts as waiting.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub due_at: Timestamp,
    /// The booked hour, if there was one.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub appointment_at: Option<Timestamp>,
    /// When it was called.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub called_at: Option<Timestamp>,
    /// When its visit was over.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub finished_at: Option<Timestamp>,
    /// Where it was called to.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub desk: Option<DeskId>,
    /// How many would be called before it as things stand; null when it does not wait.
    pub ahead: Option<u32>,
    /// The wait as a range of minutes; null when it can't be told.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<WaitSchema>))]
    pub wait: Option<Wait>,
}

impl Ticket {
    /// The ticket at `now`.
    #[must_use]
    pub fn at(state: &State, ticket: &state::Ticket, now: Timestamp) -> Self {
        let (ahead, wait) = outlook::of_ticket(state, ticket.id, now).unzip();
        Self::with_outlook(ticket, ahead, wait.flatten())
    }

    /// A ticket that was just issued, with what was said of its wait then.
    #[must_use]
    pub fn promised(ticket: &state::Ticket, ahead: u32, wait: Option<Wait>) -> Self {
        Self::with_outlook(ticket, Some(ahead), wait)
    }

    fn with_outlook(ticket: &state::Ticket, ahead: Option<u32>, wait: Option<Wait>) -> Self {
        Self {
            id: ticket.id,
            number: ticket.id.number(),
            service: ticket.service.clone(),
            class: ticket.class,
            status: ticket.status,
            language: ticket.language.clone(),
            issued_at: ticket.issued_at,
            due_at: ticket.due_at,
            appointment_at: ticket.appointment_at,
            called_at: ticket.called_at,
            finished_at: ticket.finished_at,
            desk: ticket.desk.clone(),
            ahead,
            wait,
        }
    }
}

/// A ticket that was just issued, with its private page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedTicket {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Ticket,
    /// Where a phone follows it; null where the office has no `public_url`.
    pub link: Option<String>,
}

/// A desk as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Desk {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: DeskId,
    /// What it is doing: `closed`, `open`, `serving` or `paused`.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "serving"))]
    pub status: DeskStatus,
    /// Whom it serves.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub ticket: Option<TicketId>,
    /// Since when it has done that.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub since: Timestamp,
}

impl From<&state::Desk> for Desk {
    fn from(desk: &state::Desk) -> Self {
        Self {
            id: desk.config.id.clone(),
            status: desk.status,
            ticket: desk.ticket,
            since: desk.since,
        }
    }
}

/// A service as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Service {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: ServiceId,
    /// What its numbers begin with.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "A"))]
    pub letter: Letter,
    /// Whether it gives out numbers.
    pub open: bool,
    /// How many wait for it.
    pub waiting: u32,
    /// The wait as a range of minutes; null when it can't be told.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<WaitSchema>))]
    pub wait: Option<Wait>,
}

/// A number on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Call {
    /// Whom.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "A007"))]
    pub number: TicketNumber,
    /// Where to.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub desk: DeskId,
    /// When, the last time.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub at: Timestamp,
    /// Whether that was a call again.
    pub recall: bool,
}

/// How a part of a device said it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Device {
    /// The device.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "kiosk-1"))]
    pub id: DeviceId,
    /// The part of it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "printer"))]
    pub what: Key,
    /// How that is.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "paper-out"))]
    pub state: Key,
    /// Until when that is expected to last.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub until: Option<Timestamp>,
    /// Since when it is so.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub at: Timestamp,
}

/// `GET /v1/state`: the queue at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Queue {
    /// The event up to which this is the fold.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub seq: Seq,
    /// The business day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "2026-11-24"))]
    pub day: String,
    /// The hub's time.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub now: Timestamp,
    /// Whether the hub believes its clock.
    pub clock_trusted: bool,
    /// Whether the office is open.
    pub open: bool,
    /// The services, in the order of the configuration.
    pub services: Vec<Service>,
    /// The desks, in the order of the configuration.
    pub desks: Vec<Desk>,
    /// In the order of calling.
    pub waiting: Vec<Ticket>,
    /// Set aside, their places kept.
    pub parked: Vec<Ticket>,
    /// Called without answer, and still to be restored.
    pub restorable: Vec<Ticket>,
    /// Newest first, one entry a ticket.
    pub calls: Vec<Call>,
    /// How the parts of the devices said they are.
    pub devices: Vec<Device>,
    /// What the supervisor has the lobby told.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub notice: Option<Notice>,
    /// When the office opens next; null while it is open.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub next_open_at: Option<Timestamp>,
}

/// Whether the office gives out numbers: the answer to opening and closing it, and to setting its calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Opening {
    /// Whether it does.
    pub open: bool,
    /// When it opens next; null while it is open.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub next_open_at: Option<Timestamp>,
    /// The days from today on that keep other hours.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub special_days: Vec<SpecialDay>,
}

impl From<&State> for Opening {
    fn from(state: &State) -> Self {
        Self {
            open: state.opening().open,
            next_open_at: state.opening().next_open_at,
            special_days: state.special_days().to_vec(),
        }
    }
}

/// The answer to `POST /v1/appointments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppointmentsTaken {
    /// How many are on the list now.
    pub accepted: u32,
    /// How many are not, since the office does not have their service.
    pub skipped: u32,
}

impl Service {
    /// The service at `now`.
    #[must_use]
    pub fn at(state: &State, service: &state::Service, now: Timestamp) -> Self {
        let id = &service.config.id;
        Self {
            id: id.clone(),
            letter: service.config.letter,
            open: service.is_open(),
            waiting: u32::try_from(state.waiting_for(id)).unwrap_or(u32::MAX),
            // Nobody who comes now gets a number where none is given out.
            wait: outlook::of_newcomer(state, id, now)
                .filter(|_| service.is_open() && state.opening().open),
        }
    }
}

impl Queue {
    /// The queue at `now`.
    #[must_use]
    pub fn at(state: &State, now: Timestamp, clock_trusted: bool) -> Self {
        let services = state.services().iter();
        let line = outlook::of_line(state, now).into_iter();
        let line = line.filter_map(|(id, ahead, wait)| {
            let ticket = state.ticket(id)?;
            Some(Ticket::with_outlook(ticket, Some(ahead), wait))
        });
        let apart = |some: Vec<&state::Ticket>| {
            let some = some.into_iter();
            some.map(|one| Ticket::with_outlook(one, None, None))
                .collect()
        };
        let calls = state.calls().iter().map(|one| Call {
            number: one.ticket.number(),
            desk: one.desk.clone(),
            at: one.at,
            recall: one.recall,
        });
        let devices = state.devices().iter().map(|one| Device {
            id: one.device.clone(),
            what: one.what.clone(),
            state: one.state.clone(),
            until: one.until,
            at: one.at,
        });
        Self {
            seq: state.seq(),
            day: state.day().map(|day| day.to_string()).unwrap_or_default(),
            now,
            clock_trusted,
            open: state.opening().open,
            services: services.map(|one| Service::at(state, one, now)).collect(),
            // One that the configuration dropped is there as long as somebody is at it.
            desks: state
                .desks()
                .iter()
                .filter(|one| !one.removed || one.ticket.is_some())
                .map(Desk::from)
                .collect(),
            waiting: line.collect(),
            parked: apart(state.parked()),
            restorable: apart(state.restorable(now)),
            calls: calls.collect(),
            devices: devices.collect(),
            notice: state.notice(now).cloned(),
            next_open_at: state.opening().next_open_at,
        }
    }
}

/// `GET /v1/office`: what screens need to know of the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeView {
    /// The office's own short name.
    pub id: String,
    /// Its IANA time zone.
    pub time_zone: String,
    /// The languages it speaks, the office's own first.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub languages: Vec<Language>,
    /// Its name, by language.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub name: Names,
    /// The body it belongs to, by language.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub town: Option<Names>,
    /// Where a phone reaches a ticket's page.
    pub public_url: Option<String>,
    /// When it is open, by day of the week.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub hours: BTreeMap<Weekday, Vec<OpenSpan>>,
    /// Parts of the year with hours of their own.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub seasons: Vec<Season>,
    /// Days on which it does not open.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub holidays: Vec<String>,
    /// What people come for.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub services: Vec<office::Service>,
    /// Where they are served.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub desks: Vec<office::Desk>,
    /// Where else people are helped.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub links: Links,
    /// The one colour of its screens.
    pub accent: Option<String>,
}

impl From<&Office> for OfficeView {
    fn from(office: &Office) -> Self {
        Self {
            id: office.id.clone(),
            time_zone: office.time_zone.clone(),
            languages: office.languages.clone(),
            name: office.name.clone(),
            town: office.town.clone(),
            public_url: office.public_url.clone(),
            hours: office.hours.clone(),
            seasons: office.seasons.clone(),
            holidays: office.holidays.iter().map(ToString::to_string).collect(),
            services: office.services.clone(),
            desks: office.desks.clone(),
            links: office.links.clone(),
            accent: office.accent.clone(),
        }
    }
}

/// The shape of a wait, for the API's document.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Wait)]
#[expect(dead_code, reason = "only its shape is used")]
pub struct WaitSchema {
    low_min: u32,
    high_min: u32,
}
