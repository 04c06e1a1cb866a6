// SPDX-License-Identifier: GPL-3.0-or-later
//! Makes the log of a hub that has run for a year or two, for whoever wants to see how one behaves with it:
//! `cargo run --release -p torn-hub --example old_log -- OFFICE_TOML EVENTS LAST_DAY`.
//!
//! The days before and with LAST_DAY are lived through by the rules themselves, and written by the hub's own store,
//! to where the configuration has its log. Nobody waits for these commits, so a whole day is one.

use std::error::Error;
use std::process::ExitCode;

use jiff::civil::Date;
use torn_config::HubConfig;
use torn_hub::store::{Answer, Entry, Log, Step};
use torn_queue::event::PrintOutcome;
use torn_queue::{
    Actor, Command, DeskId, Event, Fact, LogId, Now, ServiceId, State, TicketId, Timestamp, decide,
};

/// Tickets of a day: that of a small town.
const TICKETS: u32 = 500;

/// The time between two of them: they come through the five hours of a morning.
const EVERY_MS: i64 = 5 * 3_600_000 / TICKETS as i64;

/// Who has come before the first is called.
const LINE: u32 = 8;

/// The UUID of the log, alike each time.
const LOG: &str = "0192f0c1-2a4b-4f6e-9d1c-5b7a3e8f6d20";

type Fault = Box<dyn Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [office, events, last_day] = arguments.as_slice() else {
        tracing::error!("say OFFICE_TOML EVENTS LAST_DAY");
        return ExitCode::FAILURE;
    };
    torn_program::log_to_journal_or_stderr();
    match make(office, events, last_day) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            tracing::error!("no log was made: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn make(office: &str, events: &str, last_day: &str) -> Result<(), Fault> {
    let config = torn_config::office(&std::fs::read_to_string(office)?)
        .map_err(|mistakes| mistakes.to_string())?;
    let (events, last_day): (u64, Date) = (events.parse()?, last_day.parse()?);
    let mut past = Past::of(&config)?;
    // As many days as the events fill, the last of them the last day.
    let per_day = u64::from(TICKETS) * 4 + 8;
    let days = i64::try_from(events.div_ceil(per_day))?;
    for back in (0..days).rev() {
        let day = last_day.checked_sub(jiff::Span::new().try_days(back)?)?;
        past.live(day)?;
    }
    Ok(())
}

/// The past, up to where it was lived.
struct Past {
    config: HubConfig,
    log: Log,
    state: State,
    services: Vec<ServiceId>,
    desks: Vec<DeskId>,
    entries: Vec<Entry>,
    answers: Vec<Answer>,
    keys: u64,
    at: Timestamp,
}

impl Past {
    fn of(config: &HubConfig) -> Result<Self, Fault> {
        let services = &config.office.services;
        let open = services
            .iter()
            .filter(|one| one.appointment != torn_queue::office::AppointmentRule::Required);
        let here = open.filter(|one| one.place.is_none());
        Ok(Self {
            log: Log::open(&config.store, LOG)?.log,
            state: State::default(),
            services: here.map(|one| one.id.clone()).collect(),
            desks: config
                .office
                .desks
                .iter()
                .map(|one| one.id.clone())
                .collect(),
            entries: Vec::new(),
            answers: Vec::new(),
            keys: 0,
            at: Timestamp::default(),
            config: config.clone(),
        })
    }

    /// One day, from its beginning until the last of its people has been served.
    fn live(&mut self, day: Date) -> Result<(), Fault> {
        let before = self.state.day().map(|day| day.to_string());
        let opens = self.config.zone.to_timestamp(day.at(9, 0, 0, 0))?;
        self.at = Timestamp::from(opens);
        if self.state.day().is_none() {
            let command = Command::Configure {
                log: LOG.parse::<LogId>()?,
                office: Box::new(self.config.office.clone()),
            };
            self.follow(&command, &Actor::local())?;
        }
        self.follow(&Command::Tick, &Actor::clock())?;
        for count in 0..TICKETS + LINE {
            self.at = self.at.plus_ms(EVERY_MS);
            if count < TICKETS {
                self.come(count)?;
            }
            if count >= LINE {
                let desk = self.desks[count as usize % self.desks.len()].clone();
                self.ask(&Command::Next { desk })?;
            }
        }
        self.log.commit(Step {
            entries: &self.entries,
            answers: &self.answers,
            oldest_day: before.as_deref(),
            ..Step::default()
        })?;
        self.entries.clear();
        self.answers.clear();
        Ok(())
    }

    /// Somebody comes, and is printed a ticket.
    fn come(&mut self, count: u32) -> Result<(), Fault> {
        let service = self.services[count as usize % self.services.len()].clone();
        let facts = self.ask(&Command::Issue {
            service,
            language: None,
            class: None,
        })?;
        let ticket: Option<TicketId> = facts.iter().find_map(|fact| match fact {
            Fact::TicketIssued { ticket, .. } => Some(*ticket),
            _ => None,
        });
        if let Some(ticket) = ticket {
            self.ask(&Command::NotePrint {
                ticket,
                outcome: PrintOutcome::Printed,
                copy: false,
            })?;
        }
        Ok(())
    }

    /// Follows a command that a device sent, whose answer is remembered.
    fn ask(&mut self, command: &Command) -> Result<Vec<Fact>, Fault> {
        let facts = self.follow(command, &Actor::local())?;
        self.keys += 1;
        self.answers.push(Answer {
            day: self.state.day().unwrap_or_default().to_string(),
            key: format!("00000000-0000-4000-8000-{:012}", self.keys),
            digest: [7; 32],
            status: 200,
            body: serde_json::to_vec(&facts)?,
        });
        Ok(facts)
    }

    fn follow(&mut self, command: &Command, by: &Actor) -> Result<Vec<Fact>, Fault> {
        let now = Now {
            at: self.at,
            zone: &self.config.zone,
        };
        let facts = decide(&self.state, command, now).map_err(|refusal| format!("{refusal:?}"))?;
        for fact in facts.clone() {
            let event = Event {
                seq: self.state.seq().next(),
                at: self.at,
                by: by.clone(),
                fact,
            };
            self.state.apply(&event);
            self.entries.push(Entry {
                seq: event.seq,
                at_ms: event.at.unix_ms(),
                kind: event.fact.kind().to_owned(),
                data: serde_json::to_string(&event)?,
            });
        }
        Ok(facts)
    }
}
