// SPDX-License-Identifier: GPL-3.0-or-later
//! A busy office for the benches: four desks that serve, a thousand people who wait, a day to fold.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use torn_queue::ids::Letter;
use torn_queue::office::{AppointmentRule, Desk, Links, Names, Policy, Service};
use torn_queue::{Actor, Command, DeskId, Event, Now, Office, ServiceId, State, Timestamp, decide};

const LETTERS: [char; 10] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K'];
const DESKS: usize = 4;

/// An office that is being played, with its events.
#[derive(Clone)]
pub(crate) struct Crowd {
    pub(crate) state: State,
    pub(crate) log: Vec<Event>,
    pub(crate) now: Timestamp,
}

impl Crowd {
    /// Four desks that serve ten services, all open.
    pub(crate) fn new() -> Self {
        let mut crowd = Self {
            state: State::default(),
            log: Vec::new(),
            now: Timestamp::from_unix_ms(1_795_507_200_000),
        };
        crowd.send(&Command::Configure {
            log: "0b5c9f0e-6d5f-4c39-9f2c-1f1f6a0f8a11"
                .parse()
                .expect("a log id"),
            office: Box::new(office()),
        });
        for place in 0..DESKS {
            crowd.send(&Command::OpenDesk { desk: desk(place) });
        }
        crowd
    }

    /// The same with so many who wait, after as many were served as it takes to learn something.
    pub(crate) fn waiting(people: usize) -> Self {
        let mut crowd = Self::new();
        crowd.day(200);
        for person in 0..people {
            crowd.issue(person);
        }
        crowd
    }

    /// So many come, one every twenty seconds, and are served.
    pub(crate) fn day(&mut self, people: usize) {
        for person in 0..people {
            self.now = self.now.plus_ms(17_000);
            self.issue(person);
            self.next(person);
        }
    }

    fn issue(&mut self, person: usize) {
        self.send(&Command::Issue {
            service: service(person % LETTERS.len()),
            language: None,
            class: None,
        });
    }

    pub(crate) fn next(&mut self, person: usize) {
        let desk = desk(person % DESKS);
        self.send(&Command::Next { desk });
    }

    pub(crate) fn send(&mut self, command: &Command) {
        let now = Now {
            at: self.now,
            zone: &TimeZone::UTC,
        };
        let facts = decide(&self.state, command, now).expect("it is not refused");
        for fact in facts {
            let event = Event {
                seq: self.state.seq().next(),
                at: self.now,
                by: Actor::local(),
                fact,
            };
            self.state.apply(&event);
            self.log.push(event);
        }
    }
}

pub(crate) fn desk(place: usize) -> DeskId {
    format!("{}", place + 1).parse().expect("a desk id")
}

fn service(place: usize) -> ServiceId {
    format!("s-{place}").parse().expect("a service id")
}

fn office() -> Office {
    let name = || {
        Names(BTreeMap::from([(
            "ca".parse().expect("a language"),
            "Oficina".to_owned(),
        )]))
    };
    let services = LETTERS.iter().enumerate().map(|(place, letter)| Service {
        id: service(place),
        letter: Letter::new(*letter).expect("a letter"),
        name: name(),
        appointment: AppointmentRule::None,
        minutes: 10,
        board_name: None,
        fallback: None,
        place: None,
        icon: None,
    });
    let desks = (0..DESKS).map(|place| Desk {
        id: desk(place),
        name: name(),
        services: None,
    });
    Office {
        id: "office".to_owned(),
        time_zone: "UTC".to_owned(),
        languages: vec!["ca".parse().expect("a language")],
        name: name(),
        town: None,
        public_url: None,
        hours: BTreeMap::new(),
        seasons: Vec::new(),
        holidays: Vec::new(),
        services: services.collect(),
        desks: desks.collect(),
        policy: Policy {
            next_guard_s: 0,
            stop_issuing: false,
            ..Policy::default()
        },
        links: Links::default(),
        accent: None,
    }
}
