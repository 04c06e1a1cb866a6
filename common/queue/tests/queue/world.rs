// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub without disk or clock: decides, numbers the events, folds them, keeps the log.

use jiff::tz::TimeZone;
use torn_queue::command::Booking;
use torn_queue::event::{Class, TicketStatus};
use torn_queue::{
    Actor, Command, Event, Fact, LogId, Now, Office, Refusal, Seq, State, TicketId, Timestamp,
    decide,
};

use crate::deeds::{Deed, Scene};
use crate::offices::{desk, service};

/// The log that all write to.
pub(crate) const LOG: &str = "0b5c9f0e-6d5f-4c39-9f2c-1f1f6a0f8a11";

/// 2026-11-24, nine o'clock in Madrid.
pub(crate) const NINE: Timestamp = Timestamp::from_unix_ms(1_795_507_200_000);

/// The instant that is written so.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) log: Vec<Event>,
    /// What was asked, each with the last event before it.
    pub(crate) asked: Vec<(Seq, Command)>,
    pub(crate) now: Timestamp,
    pub(crate) zone: TimeZone,
}

impl World {
    pub(crate) fn new(office: &Office) -> Self {
        Self::at(office, NINE)
    }

    /// An office whose hub starts at `now`, in its own time zone.
    pub(crate) fn at(office: &Office, now: Timestamp) -> Self {
        let zone = TimeZone::get(&office.time_zone).expect("a time zone");
        let mut world = Self {
            state: State::default(),
            log: Vec::new(),
            asked: Vec::new(),
            now,
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

    /// What a deed needs to know.
    pub(crate) fn scene(&self) -> Scene {
        let issued = self.log.iter().filter_map(|event| match event.fact {
            Fact::TicketIssued { ticket, .. } => Some(ticket),
            _ => None,
        });
        // One of an earlier day has no status any more.
        let gone = TicketStatus::Finished;
        let status = |id| self.state.ticket(id).map_or(gone, |one| one.status);
        Scene {
            log: self.state.log().expect("a day has begun").clone(),
            now: self.now,
            day: self.day(),
            tickets: issued.map(|id| (id, status(id))).collect(),
            expected: self.state.expected().clone(),
        }
    }

    pub(crate) fn wait_ms(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
    }

    /// Goes on to that instant, and tells what the clock brings about there.
    pub(crate) fn go_to(&mut self, text: &str) -> Vec<Fact> {
        let then = at(text);
        assert!(self.now <= then, "time does not go back");
        self.now = then;
        self.tick()
    }

    /// The first ticket of the day that opens at that instant.
    pub(crate) fn issue_at_open(&mut self, text: &str) -> TicketId {
        self.go_to(text);
        self.tick();
        self.issue("a")
    }

    /// Decides and, as a hub does, folds what follows. A refusal must change nothing.
    pub(crate) fn send(&mut self, command: &Command) -> Result<Vec<Fact>, Refusal> {
        let before = self.state.clone();
        let now = Now {
            at: self.now,
            zone: &self.zone,
        };
        let facts = decide(&self.state, command, now)?;
        self.asked.push((self.state.seq(), command.clone()));
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
        let log: LogId = LOG.parse().expect("a log id");
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
            [Fact::TicketIssued { ticket, .. }, ..] => *ticket,
            other => panic!("{other:?}"),
        }
    }

    /// Somebody comes who is booked for `start`.
    pub(crate) fn check_in(&mut self, id: &str, start: Timestamp) -> TicketId {
        let booking = Booking {
            start,
            service: service(id),
            checked_in: None,
            cancelled: false,
        };
        let command = Command::CheckIn {
            booking,
            language: None,
        };
        match self.send(&command).expect("a ticket").as_slice() {
            [Fact::TicketIssued { ticket, .. }, ..] => *ticket,
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

/// Plays a story as a hub would: the clock's tick comes before each deed.
pub(crate) fn play((office, story): &(Office, Vec<(i64, Deed)>)) -> World {
    let mut world = World::new(office);
    for (pause_ms, deed) in story {
        world.wait_ms(*pause_ms);
        world.tick();
        let _ = world.send(&deed.command(&world.scene()));
    }
    world
}
