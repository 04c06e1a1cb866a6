// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub without disk or clock: decides, numbers the events, folds them, keeps the log.

use jiff::tz::TimeZone;
use proptest::prelude::*;
use torn_queue::event::{Class, PrintOutcome};
use torn_queue::{
    Actor, Command, DeskId, Event, Fact, LogId, Now, Office, Refusal, Seq, ServiceId, State,
    TicketId, Timestamp, decide,
};

use crate::offices::{DESKS, SERVICES, any_office, desk, service};

/// 2026-11-24, nine o'clock in Madrid.
pub(crate) const NINE: Timestamp = Timestamp::from_unix_ms(1_795_507_200_000);

pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) log: Vec<Event>,
    pub(crate) now: Timestamp,
    zone: TimeZone,
}

impl World {
    pub(crate) fn new(office: &Office) -> Self {
        let zone = TimeZone::get("Europe/Madrid").expect("a time zone");
        let mut world = Self {
            state: State::default(),
            log: Vec::new(),
            now: NINE,
            zone,
        };
        world
            .configure(office)
            .expect("a configuration is never refused");
        world
    }

    pub(crate) fn day(&self) -> jiff::civil::Date {
        self.now.day_in(&self.zone)
    }

    pub(crate) fn wait_ms(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
    }

    /// Decides and, as a hub does, folds what follows. A refusal must change nothing.
    pub(crate) fn send(&mut self, command: &Command) -> Result<Vec<Fact>, Refusal> {
        let before = self.state.clone();
        let now = Now {
            at: self.now,
            zone: &self.zone,
        };
        let facts = decide(&self.state, command, now)?;
        assert_eq!(before, self.state, "deciding changed the state");
        for fact in &facts {
            let event = Event {
                seq: self.state.seq().next(),
                at: self.now,
                by: Actor::local(),
                fact: fact.clone(),
            };
            self.state.apply(&event);
            self.log.push(event);
        }
        Ok(facts)
    }

    /// Sends what must not be refused.
    pub(crate) fn send_all(&mut self, commands: &[Command]) {
        for command in commands {
            self.send(command)
                .unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        }
    }

    pub(crate) fn configure(&mut self, office: &Office) -> Result<Vec<Fact>, Refusal> {
        let log: LogId = "0b5c9f0e-6d5f-4c39-9f2c-1f1f6a0f8a11"
            .parse()
            .expect("a log id");
        self.send(&Command::Configure {
            log,
            office: Box::new(office.clone()),
        })
    }

    pub(crate) fn tick(&mut self) -> Vec<Fact> {
        self.send(&Command::Tick).expect("a tick is never refused")
    }

    pub(crate) fn issue(&mut self, id: &str) -> TicketId {
        self.issue_as(id, Class::WalkIn)
    }

    pub(crate) fn issue_as(&mut self, id: &str, class: Class) -> TicketId {
        let command = Command::Issue {
            service: service(id),
            language: None,
            class: Some(class),
        };
        match self.send(&command).expect("a ticket").as_slice() {
            [Fact::TicketIssued { ticket, .. }] => *ticket,
            other => panic!("{other:?}"),
        }
    }

    /// Whom a press of that desk's button calls.
    pub(crate) fn next(&mut self, id: &str) -> Result<Option<TicketId>, Refusal> {
        let facts = self.send(&Command::Next { desk: desk(id) })?;
        Ok(facts.iter().find_map(|fact| match fact {
            Fact::TicketCalled { ticket, .. } => Some(*ticket),
            _ => None,
        }))
    }

    /// The events that came after `seq`.
    pub(crate) fn since(&self, seq: Seq) -> &[Event] {
        &self.log[usize::try_from(seq.get()).expect("a place in the log")..]
    }
}

/// What somebody does, with everything that may be wrong about it.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Configure(Box<Office>),
    Issue(ServiceId, Option<&'static str>, Option<Class>),
    AtDesk(&'static str, DeskId),
    /// The ticket is the nth of all that were ever issued.
    Cancel(usize),
    Print(usize),
}

impl Deed {
    /// The command, now that it is known which tickets there are.
    pub(crate) fn command(&self, world: &World) -> Command {
        let nth = |n: &usize| {
            let issued = world.log.iter().filter_map(|event| match event.fact {
                Fact::TicketIssued { ticket, .. } => Some(ticket),
                _ => None,
            });
            let issued: Vec<TicketId> = issued.collect();
            let none = "2026-01-01-Z001".parse().expect("a ticket id");
            issued
                .len()
                .checked_sub(1 + n % 12)
                .map_or(none, |place| issued[place])
        };
        let log = world.state.log().expect("a day has begun").clone();
        match self {
            Self::Configure(office) => Command::Configure {
                log,
                office: office.clone(),
            },
            Self::Issue(service, language, class) => Command::Issue {
                service: service.clone(),
                language: language.map(crate::offices::language),
                class: *class,
            },
            Self::AtDesk(what, desk) => {
                let desk = desk.clone();
                match *what {
                    "next" => Command::Next { desk },
                    "recall" => Command::Recall { desk },
                    "finish" => Command::Finish { desk },
                    "no-show" => Command::NoShow { desk },
                    "open" => Command::OpenDesk { desk },
                    _ => Command::CloseDesk { desk },
                }
            }
            Self::Cancel(n) => Command::Cancel { ticket: nth(n) },
            Self::Print(n) => Command::NotePrint {
                ticket: nth(n),
                outcome: PrintOutcome::Printed,
                copy: false,
            },
        }
    }
}

fn any_deed() -> impl Strategy<Value = Deed> {
    let services = SERVICES
        .iter()
        .map(|(id, _)| *id)
        .chain(["nowhere"])
        .collect::<Vec<_>>();
    let desks = DESKS
        .iter()
        .map(|(id, _)| *id)
        .chain(["9"])
        .collect::<Vec<_>>();
    let classes = vec![
        None,
        Some(Class::WalkIn),
        Some(Class::Preferential),
        Some(Class::Appointment),
    ];
    let languages = vec![None, None, Some("ar"), Some("xx")];
    let at_desk = vec![
        "next", "next", "next", "recall", "finish", "no-show", "open", "close",
    ];
    prop_oneof![
        1 => any_office().prop_map(|office| Deed::Configure(Box::new(office))),
        12 => (
            prop::sample::select(services),
            prop::sample::select(languages),
            prop::sample::select(classes),
        )
            .prop_map(|(id, language, class)| Deed::Issue(service(id), language, class)),
        12 => (prop::sample::select(at_desk), prop::sample::select(desks))
            .prop_map(|(what, id)| Deed::AtDesk(what, desk(id))),
        2 => (0_usize..12).prop_map(Deed::Cancel),
        1 => (0_usize..12).prop_map(Deed::Print),
    ]
}

/// An office and what happens in it: milliseconds that pass, then a deed.
pub(crate) fn any_story() -> impl Strategy<Value = (Office, Vec<(i64, Deed)>)> {
    let pause = prop_oneof![
        8 => 0_i64..3_000,
        8 => 0_i64..1_200_000,
        1 => 0_i64..93_600_000,
    ];
    (
        any_office(),
        prop::collection::vec((pause, any_deed()), 0..120),
    )
}

/// Plays a story as a hub would: the clock's tick comes before each deed.
pub(crate) fn play((office, story): &(Office, Vec<(i64, Deed)>)) -> World {
    let mut world = World::new(office);
    for (pause_ms, deed) in story {
        world.wait_ms(*pause_ms);
        world.tick();
        let _ = world.send(&deed.command(&world));
    }
    world
}
