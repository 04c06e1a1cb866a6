// SPDX-License-Identifier: GPL-3.0-or-later
//! Offices to try the rules on, and the changes that a configuration can go through.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::subsequence;
use torn_queue::ids::Letter;
use torn_queue::office::{AppointmentRule, Desk, Links, Names, Policy, Service};
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

/// An office of those services and desks. What a desk serves and the office has not is left out, as
/// `--check` would ask for.
pub(crate) fn office(
    services: &[(&str, char)],
    desks: &[(&str, &[&str])],
    next_guard_s: u32,
) -> Office {
    let name = |text: &str| Names(BTreeMap::from([(language("ca"), text.to_owned())]));
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

/// Some services and desks of those above, in any order, and any of their policies.
pub(crate) fn any_office() -> impl Strategy<Value = Office> {
    (
        subsequence(&SERVICES[..], 1..=SERVICES.len()).prop_shuffle(),
        subsequence(&DESKS[..], 1..=DESKS.len()).prop_shuffle(),
        1_u32..=4,
        prop::sample::select(vec![0_u32, 2, 5]),
    )
        .prop_map(|(services, desks, weight, guard)| {
            let mut office = office(&services, &desks, guard);
            office.policy.appointment_weight = weight;
            office
        })
}
