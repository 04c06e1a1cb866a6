// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub without disk or clock: it decides, numbers the events and folds them, and keeps none.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use torn_queue::ids::Letter;
use torn_queue::office::{AppointmentRule, Desk, Links, Names, Policy, Service};
use torn_queue::{
    Actor, Command, DeskId, Event, Fact, Now, Office, Refusal, ServiceId, State, Timestamp, decide,
};

/// The services of a simulated office, which every desk gives.
pub const SERVICES: [(&str, char); 2] = [("general", 'A'), ("register", 'B')];

/// A hub in memory.
#[derive(Debug)]
pub struct Hub {
    /// The state so far.
    pub state: State,
    zone: TimeZone,
}

impl Hub {
    /// A hub of an office with so many desks, which never closes, started at `now`.
    #[must_use]
    pub fn new(desks: usize, now: Timestamp) -> Self {
        let mut hub = Self {
            state: State::default(),
            zone: TimeZone::UTC,
        };
        let configure = Command::Configure {
            log: "0b5c9f0e-6d5f-4c39-9f2c-1f1f6a0f8a11"
                .parse()
                .expect("a log id"),
            office: Box::new(office(desks)),
        };
        hub.send(&configure, now)
            .expect("a configuration is never refused");
        hub
    }

    /// Decides and, as a hub does, folds what follows.
    ///
    /// # Errors
    /// The refusal, which changes nothing.
    pub fn send(&mut self, command: &Command, at: Timestamp) -> Result<Vec<Fact>, Refusal> {
        let now = Now {
            at,
            zone: &self.zone,
        };
        let facts = decide(&self.state, command, now)?;
        for fact in &facts {
            let event = Event {
                seq: self.state.seq().next(),
                at,
                by: Actor::local(),
                fact: fact.clone(),
            };
            self.state.apply(&event);
        }
        Ok(facts)
    }
}

/// The id of the desk with this place.
#[must_use]
pub fn desk(place: usize) -> DeskId {
    format!("{}", place + 1).parse().expect("a desk id")
}

/// The id of the service with this place.
#[must_use]
pub fn service(place: usize) -> ServiceId {
    SERVICES[place % SERVICES.len()]
        .0
        .parse()
        .expect("a service id")
}

fn office(desks: usize) -> Office {
    let name = |text: &str| {
        let language = "ca".parse().expect("a language");
        Names(BTreeMap::from([(language, text.to_owned())]))
    };
    let services = SERVICES.iter().map(|(id, letter)| Service {
        id: id.parse().expect("a service id"),
        letter: Letter::new(*letter).expect("a letter"),
        name: name(id),
        appointment: AppointmentRule::Optional,
        minutes: 10,
        board_name: None,
        fallback: None,
        place: None,
        icon: None,
    });
    let desks = (0..desks).map(|place| Desk {
        id: desk(place),
        name: name("Taula"),
        services: None,
    });
    Office {
        id: "office".to_owned(),
        time_zone: "UTC".to_owned(),
        languages: vec!["ca".parse().expect("a language")],
        name: name("Oficina"),
        town: None,
        public_url: None,
        hours: BTreeMap::new(),
        seasons: Vec::new(),
        holidays: Vec::new(),
        services: services.collect(),
        desks: desks.collect(),
        policy: Policy::default(),
        links: Links::default(),
        accent: None,
    }
}
