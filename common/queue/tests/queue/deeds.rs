// SPDX-License-Identifier: GPL-3.0-or-later
//! What people do in an office, with everything that may be wrong about it.
//!
//! A deed names tickets and hours only by their place among those there are; what it asks for is known
//! when it is done. So it can be made up beforehand, and be made smaller.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use proptest::prelude::*;
use proptest::sample::select;
use torn_queue::command::{Booking, Destination};
use torn_queue::event::{Class, PrintOutcome, TicketStatus};
use torn_queue::office::SpecialDay;
use torn_queue::{Command, DeskId, LogId, Office, ServiceId, TicketId, Timestamp};

use crate::offices::{self, DESKS, SERVICES, any_office, desk, language, service};

/// What somebody does.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Configure(Box<Office>),
    Issue(ServiceId, Option<&'static str>, Option<Class>),
    CheckIn(Arrival),
    AtDesk(&'static str, DeskId),
    Transfer(DeskId, Destination),
    Resume(DeskId, Pick),
    Call(DeskId, Pick),
    Cancel(Pick),
    Restore(Pick),
    Print(Pick),
    House(&'static str),
    OfService(&'static str, ServiceId),
    Notice(Option<&'static str>, Option<i64>),
    /// Each day is so many after today, with its hours.
    Calendar(Vec<(i32, Vec<&'static str>)>),
    /// Each hour is so many milliseconds from now.
    Expect(Vec<(ServiceId, i64)>),
}

/// The nth of the tickets that are so; or, if none is, of all that were ever given out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pick(Option<TicketStatus>, usize);

/// Somebody comes for a booked hour.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    service: ServiceId,
    /// From now until the hour, in milliseconds; or the nth of those that are expected.
    start: Result<i64, usize>,
    twice: Option<Pick>,
    cancelled: bool,
    language: Option<&'static str>,
}

/// What is known of an office when something is done in it.
pub(crate) struct Scene {
    pub(crate) log: LogId,
    pub(crate) now: Timestamp,
    pub(crate) day: Date,
    /// All that were ever given out, the newest last.
    pub(crate) tickets: Vec<(TicketId, TicketStatus)>,
    pub(crate) expected: BTreeMap<ServiceId, Vec<Timestamp>>,
}

impl Scene {
    fn ticket(&self, Pick(status, n): Pick) -> TicketId {
        let so = |one: &&(TicketId, TicketStatus)| status.is_none_or(|status| status == one.1);
        let some: Vec<TicketId> = self.tickets.iter().filter(so).map(|one| one.0).collect();
        let all = || self.tickets.iter().map(|one| one.0).collect();
        let some: Vec<TicketId> = if some.is_empty() { all() } else { some };
        match some.len() {
            0 => "2026-01-01-Z001".parse().expect("a ticket id"),
            len => some[len - 1 - n % len.min(12)],
        }
    }

    fn check_in(&self, arrival: &Arrival) -> Command {
        let hours = self.expected.iter();
        let hours: Vec<_> = hours
            .flat_map(|(id, hours)| hours.iter().map(move |hour| (id.clone(), *hour)))
            .collect();
        let made_up = |ms: i64| (arrival.service.clone(), self.now.plus_ms(ms));
        let (service, start) = match arrival.start {
            Ok(ms) => made_up(ms),
            Err(_) if hours.is_empty() => made_up(0),
            Err(n) => hours[n % hours.len()].clone(),
        };
        Command::CheckIn {
            booking: Booking {
                start,
                service,
                checked_in: arrival.twice.map(|pick| self.ticket(pick)),
                cancelled: arrival.cancelled,
            },
            language: arrival.language.map(language),
        }
    }
}

impl Deed {
    /// The command, now that it is known what there is.
    pub(crate) fn command(&self, scene: &Scene) -> Command {
        match self {
            Self::Configure(office) => Command::Configure {
                log: scene.log.clone(),
                office: office.clone(),
            },
            Self::Issue(service, tag, class) => Command::Issue {
                service: service.clone(),
                language: tag.map(language),
                class: *class,
            },
            Self::CheckIn(arrival) => scene.check_in(arrival),
            Self::AtDesk(what, desk) => at_desk(what, desk.clone()),
            Self::Transfer(desk, to) => Command::Transfer {
                desk: desk.clone(),
                to: to.clone(),
            },
            Self::Resume(desk, pick) => Command::Resume {
                desk: desk.clone(),
                ticket: scene.ticket(*pick),
            },
            Self::Call(desk, pick) => Command::Call {
                desk: desk.clone(),
                ticket: scene.ticket(*pick),
            },
            Self::Cancel(pick) => Command::Cancel {
                ticket: scene.ticket(*pick),
            },
            Self::Restore(pick) => Command::Restore {
                ticket: scene.ticket(*pick),
            },
            Self::Print(pick) => Command::NotePrint {
                ticket: scene.ticket(*pick),
                outcome: PrintOutcome::Printed,
                copy: false,
            },
            Self::House("open") => Command::OpenOffice,
            Self::House(_) => Command::CloseOffice,
            Self::OfService("open", service) => Command::OpenService {
                service: service.clone(),
            },
            Self::OfService(_, service) => Command::CloseService {
                service: service.clone(),
            },
            Self::Notice(text, until) => Command::SetNotice {
                text: text.map(offices::name),
                until: until.map(|ms| scene.now.plus_ms(ms)),
            },
            Self::Calendar(days) => Command::SetCalendar {
                days: special_days(scene.day, days),
            },
            Self::Expect(hours) => {
                let mut appointments: BTreeMap<ServiceId, Vec<Timestamp>> = BTreeMap::new();
                for (service, ms) in hours {
                    let hours = appointments.entry(service.clone()).or_default();
                    hours.push(scene.now.plus_ms(*ms));
                }
                Command::SetAppointments { appointments }
            }
        }
    }
}

fn at_desk(what: &str, desk: DeskId) -> Command {
    match what {
        "next" => Command::Next { desk },
        "recall" => Command::Recall { desk },
        "finish" => Command::Finish { desk },
        "no-show" => Command::NoShow { desk },
        "park" => Command::Park { desk },
        "open" => Command::OpenDesk { desk },
        "pause" => Command::PauseDesk { desk },
        _ => Command::CloseDesk { desk },
    }
}

fn special_days(today: Date, days: &[(i32, Vec<&str>)]) -> Vec<SpecialDay> {
    let special = |(ahead, hours): &(i32, Vec<&str>)| {
        let ahead: Span = ahead.days();
        SpecialDay {
            day: today.checked_add(ahead).expect("a day"),
            hours: offices::spans(hours),
        }
    };
    days.iter().map(special).collect()
}

fn any_service() -> impl Strategy<Value = ServiceId> {
    let all = SERVICES.iter().map(|(id, _)| *id).chain(["nowhere"]);
    select(all.collect::<Vec<_>>()).prop_map(service)
}

fn any_desk() -> impl Strategy<Value = DeskId> {
    let all = DESKS.iter().map(|(id, _)| *id).chain(["9"]);
    select(all.collect::<Vec<_>>()).prop_map(desk)
}

fn any_language() -> impl Strategy<Value = Option<&'static str>> {
    select(vec![None, None, None, Some("ar"), Some("xx")])
}

fn any_pick(like: TicketStatus) -> impl Strategy<Value = Pick> {
    let favoured = prop_oneof![4 => Just(Some(like)), 1 => Just(None)];
    (favoured, 0_usize..12).prop_map(|(status, n)| Pick(status, n))
}

fn any_arrival() -> impl Strategy<Value = Arrival> {
    const GRACE_MS: i64 = 600_000;
    // Around the hour and the end of the grace to the millisecond, early, late, and on another day.
    let edges = vec![-GRACE_MS - 1, -GRACE_MS, 1 - GRACE_MS, -1, 0, 1];
    let start = prop_oneof![
        4 => select(edges).prop_map(Ok),
        4 => (-1_800_000_i64..5_400_000).prop_map(Ok),
        1 => (-90_000_000_i64..90_000_000).prop_map(Ok),
        4 => (0_usize..12).prop_map(Err),
    ];
    let twice = prop_oneof![9 => Just(None), 1 => any_pick(TicketStatus::Waiting).prop_map(Some)];
    let cancelled = prop::bool::weighted(0.1);
    (any_service(), start, twice, cancelled, any_language()).prop_map(
        |(service, start, twice, cancelled, language)| Arrival {
            service,
            start,
            twice,
            cancelled,
            language,
        },
    )
}

fn any_deed_of_people() -> impl Strategy<Value = Deed> {
    let classes = vec![
        None,
        Some(Class::WalkIn),
        Some(Class::Preferential),
        Some(Class::Appointment),
    ];
    prop_oneof![
        12 => (any_service(), any_language(), select(classes))
            .prop_map(|(service, language, class)| Deed::Issue(service, language, class)),
        6 => any_arrival().prop_map(Deed::CheckIn),
        2 => any_pick(TicketStatus::Waiting).prop_map(Deed::Cancel),
        3 => any_pick(TicketStatus::NoShow).prop_map(Deed::Restore),
        1 => any_pick(TicketStatus::Waiting).prop_map(Deed::Print),
    ]
}

fn any_deed_at_a_desk() -> impl Strategy<Value = Deed> {
    let whats = vec![
        "next", "next", "next", "next", "recall", "finish", "no-show", "no-show", "park", "open",
        "pause", "close",
    ];
    let destination = prop_oneof![
        any_service().prop_map(Destination::Service),
        any_desk().prop_map(Destination::Desk),
    ];
    prop_oneof![
        12 => (select(whats), any_desk()).prop_map(|(what, desk)| Deed::AtDesk(what, desk)),
        2 => (any_desk(), destination).prop_map(|(desk, to)| Deed::Transfer(desk, to)),
        2 => (any_desk(), any_pick(TicketStatus::Parked))
            .prop_map(|(desk, pick)| Deed::Resume(desk, pick)),
        1 => (any_desk(), any_pick(TicketStatus::Waiting))
            .prop_map(|(desk, pick)| Deed::Call(desk, pick)),
    ]
}

fn any_deed_of_the_house() -> impl Strategy<Value = Deed> {
    const MORNING: &str = "08:00-12:00";
    const EVENING: &str = "16:00-24:00";
    let hours = select(vec![
        vec![],
        vec![MORNING],
        vec![EVENING],
        vec![MORNING, EVENING],
    ]);
    let text = select(vec![None, Some("Avui tanquem abans"), Some("Obrim")]);
    let until = select(vec![None, Some(-1), Some(600_000), Some(90_000_000)]);
    let opening = || select(vec!["open", "close"]);
    let expected = (any_service(), -1_200_000_i64..7_200_000);
    prop_oneof![
        2 => any_office().prop_map(|office| Deed::Configure(Box::new(office))),
        2 => opening().prop_map(Deed::House),
        4 => (opening(), any_service()).prop_map(|(what, id)| Deed::OfService(what, id)),
        1 => (text, until).prop_map(|(text, until)| Deed::Notice(text, until)),
        2 => prop::collection::vec((-1_i32..4, hours), 0..4).prop_map(Deed::Calendar),
        2 => prop::collection::vec(expected, 0..6).prop_map(Deed::Expect),
    ]
}

pub(crate) fn any_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        12 => any_deed_of_people(),
        12 => any_deed_at_a_desk(),
        3 => any_deed_of_the_house(),
    ]
}

/// Milliseconds that pass: moments, minutes, and now and then half a day.
pub(crate) fn any_pause() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => 0_i64..3_000,
        8 => 0_i64..1_200_000,
        1 => 0_i64..93_600_000,
    ]
}

/// An office and what happens in it: milliseconds that pass, then a deed.
pub(crate) fn any_story() -> impl Strategy<Value = (Office, Vec<(i64, Deed)>)> {
    let deeds = prop::collection::vec((any_pause(), any_deed()), 0..120);
    (any_office(), deeds)
}
