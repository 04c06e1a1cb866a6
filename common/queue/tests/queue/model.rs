// SPDX-License-Identifier: GPL-3.0-or-later
//! The rules once more, as plainly as they can be said and without regard to speed: what `decide`
//! must agree with, word for word.

use std::collections::BTreeMap;

use jiff::civil::Date;
use proptest::prelude::*;
use torn_queue::event::{Class, TicketStatus};
use torn_queue::office::AppointmentRule;
use torn_queue::{Command, Fact, Office, ServiceId, TicketNumber};

use crate::world::{World, any_story};

struct Visit {
    name: String,
    service: ServiceId,
    class: Class,
    due_ms: i64,
    status: TicketStatus,
}

#[derive(Default)]
struct Desk {
    open: bool,
    serves: Option<usize>,
    called_ms: Option<i64>,
}

/// The office's day, as someone with pencil and paper would keep it.
struct Model {
    office: Office,
    day: Date,
    given: BTreeMap<char, u32>,
    visits: Vec<Visit>,
    desks: BTreeMap<String, Desk>,
    /// Where each service was served last, by all that was configured today.
    homes: BTreeMap<ServiceId, Vec<String>>,
}

impl Model {
    fn new(office: &Office, day: Date) -> Self {
        let mut model = Self {
            office: office.clone(),
            day,
            given: BTreeMap::new(),
            visits: Vec::new(),
            desks: BTreeMap::new(),
            homes: BTreeMap::new(),
        };
        model.configure(office);
        model
    }

    fn has_desk(&self, id: &str) -> bool {
        self.office.desks.iter().any(|one| one.id.as_str() == id)
    }

    fn configure(&mut self, office: &Office) {
        self.office = office.clone();
        let services = office.services.iter().map(|one| one.id.clone());
        for id in services {
            let homes = office.desks.iter().filter(|desk| desk.serves(&id));
            let homes: Vec<String> = homes.map(|desk| desk.id.to_string()).collect();
            if !homes.is_empty() || !self.homes.contains_key(&id) {
                self.homes.insert(id, homes);
            }
        }
        for desk in &office.desks {
            self.desks.entry(desk.id.to_string()).or_default();
        }
        for (id, desk) in &mut self.desks {
            let stays = office.desks.iter().any(|one| one.id.as_str() == id);
            desk.open &= stays || desk.serves.is_some();
        }
    }

    fn takes(&self, desk: &str, service: &ServiceId) -> bool {
        let serving = self.office.desks.iter().filter(|one| one.serves(service));
        let serving: Vec<&str> = serving.map(|one| one.id.as_str()).collect();
        let homes = self.homes[service].iter().filter(|id| self.has_desk(id));
        let homes: Vec<&str> = homes.map(String::as_str).collect();
        match (serving.is_empty(), homes.is_empty()) {
            (false, _) => serving.contains(&desk),
            (true, false) => homes.contains(&desk),
            (true, true) => self.has_desk(desk),
        }
    }

    /// The visit that `desk` would call: the highest score, then the earlier due, then the earlier.
    fn next_at(&self, desk: &str, now_ms: i64) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (place, one) in self.visits.iter().enumerate() {
            if one.status != TicketStatus::Waiting || !self.takes(desk, &one.service) {
                continue;
            }
            let rank = |one: &Visit| (self.weight(one) * (now_ms - one.due_ms), -one.due_ms);
            if best.is_none_or(|best| rank(one) > rank(&self.visits[best])) {
                best = Some(place);
            }
        }
        best
    }

    fn weight(&self, one: &Visit) -> i64 {
        if one.class == Class::WalkIn {
            1
        } else {
            i64::from(self.office.policy.appointment_weight)
        }
    }

    fn issue(&mut self, id: &ServiceId, language: Option<&str>, class: Class, now_ms: i64) -> Said {
        let known = self.homes.contains_key(id);
        let service = self.office.services.iter().find(|one| one.id == *id);
        match service {
            _ if !known => Err("unknown-service"),
            _ if class == Class::Appointment => Err("class-not-allowed"),
            _ if language.is_some_and(|one| !["ca", "ar"].contains(&one)) => Err("malformed"),
            None => Err("service-closed"),
            Some(one) if one.appointment == AppointmentRule::Required => {
                Err("appointment-required")
            }
            Some(one) => {
                let given = self.given.entry(one.letter.get()).or_default();
                *given += 1;
                let name = TicketNumber::new(one.letter, *given).to_string();
                let (service, status) = (id.clone(), TicketStatus::Waiting);
                let said = format!("ticket-issued {name} {}", language.unwrap_or("ca"));
                self.visits.push(Visit {
                    name,
                    service,
                    class,
                    due_ms: now_ms,
                    status,
                });
                Ok(vec![said])
            }
        }
    }

    fn next(&mut self, id: &str, now_ms: i64) -> Said {
        let desk = self.desks.get(id).ok_or("unknown-desk")?;
        let guard_ms = i64::from(self.office.policy.next_guard_s) * 1000;
        if desk
            .called_ms
            .is_some_and(|called_ms| now_ms < called_ms + guard_ms)
        {
            return Err("too-soon");
        }
        if !self.has_desk(id) && desk.serves.is_none() {
            return Err("unknown-desk");
        }
        let mut said = Vec::new();
        if !desk.open && self.has_desk(id) {
            said.push(format!("desk-opened {id}"));
        }
        if desk.serves.is_some() {
            said.extend(self.leave(id, TicketStatus::Finished, "ticket-finished", "")?);
        }
        let first = self.next_at(id, now_ms).filter(|_| self.has_desk(id));
        let desk = self.desks.entry(id.to_owned()).or_default();
        desk.open = self.office.desks.iter().any(|one| one.id.as_str() == id);
        if let Some(place) = first {
            (desk.serves, desk.called_ms) = (Some(place), Some(now_ms));
            self.visits[place].status = TicketStatus::Called;
            said.push(format!("ticket-called {} {id}", self.visits[place].name));
        }
        Ok(said)
    }

    fn leave(&mut self, id: &str, status: TicketStatus, kind: &str, refusal: &'static str) -> Said {
        let stays = self.has_desk(id);
        let desk = self.desks.get_mut(id).ok_or("unknown-desk")?;
        let place = desk.serves.take().ok_or(refusal)?;
        desk.open = stays;
        self.visits[place].status = status;
        Ok(vec![format!("{kind} {} {id}", self.visits[place].name)])
    }

    fn open_or_close(&mut self, id: &str, open: bool) -> Said {
        let stays = self.has_desk(id);
        let desk = self.desks.get_mut(id).ok_or("unknown-desk")?;
        match (open, desk.open, desk.serves) {
            (true, true, _) | (false, false, _) => return Ok(vec![]),
            (true, false, _) if !stays => return Err("unknown-desk"),
            (false, true, Some(_)) => return Err("desk-serving"),
            (true, false, _) | (false, true, None) => desk.open = open,
        }
        Ok(vec![format!(
            "desk-{} {id}",
            if open { "opened" } else { "closed" }
        )])
    }

    fn tick(&mut self, day: Date) -> Vec<String> {
        if day == self.day {
            return vec![];
        }
        let count = |status| {
            self.visits
                .iter()
                .filter(|one| one.status == status)
                .count()
        };
        let (left, ended) = (count(TicketStatus::Waiting), count(TicketStatus::Called));
        *self = Self::new(&self.office.clone(), day);
        // Without hours it never closes.
        vec![
            format!("day-began {day} left {left} ended {ended}"),
            "office-opened".to_owned(),
        ]
    }

    fn follow(&mut self, command: &Command, now_ms: i64) -> Said {
        match command {
            Command::Configure { office, .. } if **office == self.office => Ok(vec![]),
            Command::Configure { office, .. } => {
                self.configure(office);
                Ok(vec!["office-configured".to_owned()])
            }
            Command::Issue {
                service,
                language,
                class,
            } => {
                let language = language.as_ref().map(|one| one.as_str());
                self.issue(service, language, class.unwrap_or(Class::WalkIn), now_ms)
            }
            Command::Next { desk } => self.next(desk.as_str(), now_ms),
            Command::Recall { desk } => {
                let serves = self.desks.get(desk.as_str()).ok_or("unknown-desk")?.serves;
                let name = &self.visits[serves.ok_or("nothing-to-recall")?].name;
                Ok(vec![format!("ticket-recalled {name} {desk}")])
            }
            Command::Finish { desk } => self.leave(
                desk.as_str(),
                TicketStatus::Finished,
                "ticket-finished",
                "desk-idle",
            ),
            Command::NoShow { desk } => self.leave(
                desk.as_str(),
                TicketStatus::NoShow,
                "ticket-no-show",
                "desk-idle",
            ),
            Command::OpenDesk { desk } => self.open_or_close(desk.as_str(), true),
            Command::CloseDesk { desk } => self.open_or_close(desk.as_str(), false),
            Command::Cancel { ticket } | Command::NotePrint { ticket, .. } => {
                let name = ticket.number().to_string();
                let today = ticket.day() == self.day;
                let one = self.visits.iter_mut().find(|one| today && one.name == name);
                let one = one.ok_or("unknown-ticket")?;
                if matches!(command, Command::NotePrint { .. }) {
                    return Ok(vec![format!("ticket-printed {name}")]);
                }
                if one.status != TicketStatus::Waiting {
                    return Err("ticket-not-waiting");
                }
                one.status = TicketStatus::Cancelled;
                Ok(vec![format!("ticket-cancelled {name}")])
            }
            other => panic!("no story has {other:?}"),
        }
    }
}

type Said = Result<Vec<String>, &'static str>;

fn in_words(fact: &Fact) -> String {
    let kind = fact.kind();
    match fact {
        Fact::DayBegan {
            day, left, ended, ..
        } => format!("{kind} {day} left {left} ended {ended}"),
        Fact::DeskOpened { desk } | Fact::DeskClosed { desk } => format!("{kind} {desk}"),
        Fact::TicketIssued {
            number, language, ..
        } => format!("{kind} {number} {language}"),
        Fact::TicketCalled { number, desk, .. }
        | Fact::TicketRecalled { number, desk, .. }
        | Fact::TicketFinished { number, desk, .. }
        | Fact::TicketNoShow { number, desk, .. } => format!("{kind} {number} {desk}"),
        Fact::TicketCancelled { number, .. } | Fact::TicketPrinted { number, .. } => {
            format!("{kind} {number}")
        }
        _ => kind.to_owned(),
    }
}

proptest! {
    #[test]
    fn whatever_is_asked_the_rules_and_the_model_say_the_same((office, story) in any_story()) {
        let mut world = World::new(&office);
        let mut model = Model::new(&office, world.day());
        for (pause_ms, deed) in &story {
            world.wait_ms(*pause_ms);
            let ticked: Vec<String> = world.tick().iter().map(in_words).collect();
            prop_assert_eq!(ticked, model.tick(world.day()));
            let command = deed.command(&world);
            let decided = world.send(&command);
            let decided = decided.map(|facts| facts.iter().map(in_words).collect::<Vec<_>>());
            let modelled = model.follow(&command, world.now.unix_ms());
            prop_assert_eq!(decided.map_err(|refusal| refusal.code()), modelled, "{:?}", command);
            for one in &model.visits {
                let ticket = format!("{}-{}", model.day, one.name).parse().expect("a ticket id");
                let ticket = world.state.ticket(ticket).expect("a ticket of today");
                prop_assert_eq!(ticket.status, one.status, "{}", one.name);
            }
        }
    }
}
