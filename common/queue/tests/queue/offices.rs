// SPDX-License-Identifier: GPL-3.0-or-later
//! Offices to try the rules on, and the changes that a configuration can go through.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::subsequence;
use torn_queue::ids::Letter;
use torn_queue::office::{
    AppointmentRule, Desk, Links, Names, OpenSpan, Policy, Season, Service, Weekday,
};
use torn_queue::{DeskId, Language, Office, ServiceId};

/// The services that a generated office is made of; the last needs an appointment.
pub(crate) const SERVICES: [(&str, char); 4] = [("a", 'A'), ("b", 'B'), ("c", 'C'), ("d", 'D')];
/// The desks that a generated office is made of, each with the services it serves; none: every one.
pub(crate) const DESKS: [(&str, &[&str]); 4] = [
    ("1", &[]),
    ("2", &["a", "b"]),
    ("3", &["c"]),
    ("4", &["b", "c", "d"]),
];

pub(crate) fn service(id: &str) -> ServiceId {
    id.parse().expect("a service id")
}

pub(crate) fn desk(id: &str) -> DeskId {
    id.parse().expect("a desk id")
}

pub(crate) fn language(tag: &str) -> Language {
    tag.parse().expect("a language tag")
}

pub(crate) fn name(text: &str) -> Names {
    Names(BTreeMap::from([(language("ca"), text.to_owned())]))
}

/// Times of opening within one day.
pub(crate) fn spans(texts: &[&str]) -> Vec<OpenSpan> {
    let span = |text: &&str| text.parse().expect("a time of opening");
    texts.iter().map(span).collect()
}

/// A week of such days.
pub(crate) fn week(days: &[Weekday], texts: &[&str]) -> BTreeMap<Weekday, Vec<OpenSpan>> {
    days.iter().map(|day| (*day, spans(texts))).collect()
}

/// From Monday to Friday.
pub(crate) const WORKDAYS: [Weekday; 5] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
];

/// A part of the year with a week of its own.
pub(crate) fn season(from: &str, to: &str, hours: BTreeMap<Weekday, Vec<OpenSpan>>) -> Season {
    let day = |text: &str| text.parse().expect("a day of the year");
    Season {
        from: day(from),
        to: day(to),
        hours,
    }
}

/// An office of those services and desks. What a desk serves and the office has not is left out, as
/// `--check` would ask for.
pub(crate) fn office(
    services: &[(&str, char)],
    desks: &[(&str, &[&str])],
    next_guard_s: u32,
) -> Office {
    let services: Vec<Service> = (services.iter())
        .map(|(id, letter)| Service {
            id: service(id),
            letter: Letter::new(*letter).expect("a letter"),
            name: name(id),
            appointment: match *id {
                "d" => AppointmentRule::Required,
                _ => AppointmentRule::None,
            },
            minutes: 10,
            board_name: None,
            fallback: None,
            place: None,
            icon: None,
        })
        .collect();
    let desks = (desks.iter())
        .map(|(id, serves)| {
            let serves = serves.iter().map(|id| service(id));
            let serves: Vec<ServiceId> = serves
                .filter(|id| services.iter().any(|one| one.id == *id))
                .collect();
            Desk {
                id: desk(id),
                name: name(id),
                services: (!serves.is_empty()).then_some(serves),
            }
        })
        .collect();
    Office {
        id: "office".to_owned(),
        time_zone: "Europe/Madrid".to_owned(),
        languages: vec![language("ca"), language("ar")],
        name: name("Oficina"),
        town: None,
        public_url: None,
        hours: BTreeMap::new(),
        seasons: Vec::new(),
        holidays: Vec::new(),
        services,
        desks,
        policy: Policy {
            next_guard_s,
            ..Policy::default()
        },
        links: Links::default(),
        accent: None,
    }
}

/// An office where every desk serves every service and may call again at once.
pub(crate) fn plain() -> Office {
    office(&SERVICES[..3], &[("1", &[]), ("2", &[])], 0)
}

/// A public office as most are: from nine to two on workdays.
pub(crate) fn nine_to_two() -> Office {
    let mut office = plain();
    office.hours = week(&WORKDAYS, &["09:00-14:00"]);
    office
}

/// The hours that a generated office keeps; none of their ends is an hour that clocks skip or repeat.
fn any_hours() -> impl Strategy<Value = BTreeMap<Weekday, Vec<OpenSpan>>> {
    let all: Vec<Weekday> = WORKDAYS
        .into_iter()
        .chain([Weekday::Sat, Weekday::Sun])
        .collect();
    prop_oneof![
        3 => Just(BTreeMap::new()),
        3 => Just(week(&WORKDAYS, &["09:00-14:00"])),
        1 => Just(week(&WORKDAYS, &["08:00-10:30", "10:30-12:00", "16:00-19:00"])),
        1 => Just(week(&all, &["00:00-24:00"])),
        1 => Just(week(&WORKDAYS[1..2], &["07:30-24:00"])),
    ]
}

/// Some services and desks of those above, in any order, with any hours and any of their policies.
pub(crate) fn any_office() -> impl Strategy<Value = Office> {
    let seasons = vec![
        season("06-15", "09-15", week(&WORKDAYS, &["08:00-13:00"])),
        season("11-25", "02-28", week(&WORKDAYS, &["08:30-12:00"])),
        season("12-24", "12-24", BTreeMap::new()),
    ];
    let holidays = vec![
        jiff::civil::date(2026, 11, 25),
        jiff::civil::date(2027, 1, 1),
    ];
    let kinds = (
        any_hours(),
        subsequence(seasons, 0..=2),
        subsequence(holidays, 0..=2),
    );
    let policy = (
        1_u32..=4,
        prop::sample::select(vec![0_u32, 2, 5]),
        prop::sample::select(vec![0_u32, 10, 10]),
        prop::bool::weighted(0.8),
    );
    let minutes = prop::sample::select(vec![1_u32, 10, 10, 45, 90]);
    let elsewhere = prop::option::weighted(0.1, 0_usize..SERVICES.len());
    let more = [("1", &["b", "a"][..]), ("2", &[])];
    let desks = [
        DESKS.to_vec(),
        DESKS[2..].iter().copied().chain(more).collect(),
    ];
    let desks = prop::sample::select(desks.to_vec());
    let desks = desks.prop_flat_map(|desks: Vec<(&'static str, &'static [&'static str])>| {
        subsequence(desks, 1..=DESKS.len()).prop_shuffle()
    });
    (
        subsequence(&SERVICES[..], 1..=SERVICES.len()).prop_shuffle(),
        desks,
        kinds,
        policy,
        minutes,
        elsewhere,
    )
        .prop_map(|(services, desks, kinds, policy, minutes, elsewhere)| {
            let mut office = office(&services, &desks, policy.1);
            (office.hours, office.seasons, office.holidays) = kinds;
            office.policy = Policy {
                appointment_weight: policy.0,
                next_guard_s: policy.1,
                appointment_grace_min: policy.2,
                stop_issuing: policy.3,
            };
            for service in &mut office.services {
                service.minutes = minutes;
                service.place = Some("office".to_owned());
            }
            if let Some(service) = elsewhere.and_then(|n| office.services.get_mut(n)) {
                service.place = Some("annex".to_owned());
            }
            office
        })
}
