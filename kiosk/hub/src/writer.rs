// SPDX-License-Identifier: GPL-3.0-or-later
//! The queue's one writer: a thread that owns the state, who is booked, and the log.
//!
//! It appends what many commands lead to in one transaction; a reply is sent, and what readers see moves
//! on, only after the commit. If the disk refuses it answers so and stops: there is no half-applied state
//! to repair.

mod batch;
mod follow;
mod inbox;
mod tick;

pub use inbox::{Asked, Inbox, Job, List, Mail, NoRoom, Reply, inbox, reused, store_failed};
pub use tick::Ticks;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use tokio::sync::mpsc::Receiver;
use torn_queue::{Actor, Command, Event, Fact, LogId, Now, Office, State, decide};

use crate::bookings::Bookings;
use crate::key::Keys;
use crate::limits::Rates;
use crate::metrics::Metrics;
use crate::published::Published;
use crate::secret::Secret;
use crate::store::{Entry, Log, StoreError};
use batch::Batch;
use tick::TICK;

/// Commands that go into one transaction at most, so that a reply never waits for a thousand others.
const BATCH_MAX: usize = 512;

/// How long the writer waits at most for company of a command, when there was company before.
const GATHER_MAX: Duration = Duration::from_millis(2);

/// Company that is waited for at most: half of those who ask in a crowd, so that the others are answered while
/// these become durable.
const COMPANY_MAX: usize = 32;

/// How often the writer looks whether company has come.
const LOOK_AGAIN: Duration = Duration::from_micros(20);

/// How often the writer looks for a next command before it sleeps, when it has just followed one: whoever was answered
/// often asks on at once (a desk finishes and calls), and to be woken takes a tenth of a commit. Some 0.2 ms; counted in
/// looks, since a clock that a test sets may stand still.
const AWAKE: u32 = 400;

/// What the writer is made of.
#[derive(Debug)]
pub struct Writer {
    /// The log, open.
    pub log: Log,
    /// The state that the log's last day folds to.
    pub state: State,
    /// Who is booked.
    pub bookings: Bookings,
    /// The office's time zone.
    pub zone: TimeZone,
    /// What readers see.
    pub published: Arc<Published>,
    /// The keys that were used.
    pub keys: Arc<Keys>,
    /// The hub's key.
    pub secret: Arc<Secret>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How many tickets may be given out, and how fast.
    pub rates: Arc<Rates>,
    /// Told once a second that the writer goes on.
    pub alive: fn(),
    /// Whether bytes that were deleted may still stand in the write-ahead file.
    pub truncate_due: bool,
    /// When the clock was last looked at.
    pub looked: Option<tokio::time::Instant>,
}

impl Writer {
    /// Puts the configuration into the log if it changed, or begins the first day.
    ///
    /// # Errors
    /// [`StoreError`], when the log can't be written.
    pub fn configure(&mut self, log: LogId, office: Office) -> Result<(), StoreError> {
        let command = Command::Configure {
            log,
            office: Box::new(office),
        };
        let mut batch = self.batch();
        let facts = decide(&self.state, &command, self.at(&batch)).unwrap_or_default();
        self.append(&mut batch, facts, &Actor::local());
        // Nobody is to see the office as it was when the hub stopped.
        let tick = decide(&self.state, &Command::Tick, self.at(&batch)).unwrap_or_default();
        self.append(&mut batch, tick, &Actor::clock());
        // A service that came or went changes who is expected.
        self.expect(&mut batch, &Actor::local());
        self.commit(batch)
    }

    /// Follows commands until every inbox is gone; returns at once when the disk refuses. Not for a thread of a
    /// runtime: it waits.
    ///
    /// # Errors
    /// [`StoreError`], after everyone who waited was told.
    pub fn run(mut self, mut mails: Receiver<Mail>) -> Result<(), StoreError> {
        let (mut company, mut gather) = (0, Duration::ZERO);
        while let Some(first) = next(&mut mails, company > 0) {
            wait(&mails, company, gather);
            let batch = gathered(first, &mut mails);
            let commands = batch.iter().filter(|one| !matches!(one, Mail::Tick));
            company = commands.count().min(COMPANY_MAX);
            let started = Instant::now();
            self.turn(batch)?;
            gather = started.elapsed().min(GATHER_MAX);
        }
        // The file that a stopped hub leaves has all of it, for whoever copies that alone.
        self.log.truncate()?;
        Ok(())
    }

    /// Follows what was handed in together, in one transaction, and looks once a second whether time has passed
    /// as it should.
    ///
    /// # Errors
    /// [`StoreError`], when the disk refuses, after everyone who waited was told; the writer is of no use then.
    pub fn turn(&mut self, mails: Vec<Mail>) -> Result<(), StoreError> {
        let ticked = mails.iter().any(|one| matches!(one, Mail::Tick));
        // Where the inbox is full no tick comes through, and it is time all the same.
        if ticked || self.looked.is_none_or(|at| at.elapsed() >= TICK) {
            self.looked = Some(tokio::time::Instant::now());
            (self.alive)();
            self.published.clock().look();
            self.truncate()?;
        }
        self.step(mails)
    }

    /// What happens from now on, until it is committed.
    fn batch(&self) -> Batch {
        Batch::at(self.published.clock().now().max(self.state.at()))
    }

    fn at(&self, batch: &Batch) -> Now<'_> {
        Now {
            at: batch.now,
            zone: &self.zone,
        }
    }

    fn step(&mut self, mails: Vec<Mail>) -> Result<(), StoreError> {
        let mut batch = self.batch();
        let tick = decide(&self.state, &Command::Tick, self.at(&batch)).unwrap_or_default();
        self.append(&mut batch, tick, &Actor::clock());
        for mail in mails {
            let followed = match mail {
                Mail::Job(job) => self.follow(&mut batch, job),
                Mail::List(list) => {
                    self.take(&mut batch, list);
                    Ok(())
                }
                // Every batch begins with one.
                Mail::Tick => Ok(()),
            };
            if let Err(failed) = followed {
                batch.fail();
                return Err(failed);
            }
        }
        self.commit(batch)
    }

    fn append(&mut self, batch: &mut Batch, facts: Vec<Fact>, by: &Actor) {
        let mut day_began = false;
        for fact in facts {
            if let Fact::DayBegan { day, .. } = &fact {
                batch.day_before = self.state.day();
                self.bookings.forget_before(*day);
                batch.kept = Some(self.bookings.rows());
                day_began = true;
            }
            let event = Event {
                seq: self.state.seq().next(),
                at: batch.now,
                by: by.clone(),
                fact,
            };
            self.state.apply(&event);
            batch.entries.push(Entry {
                seq: event.seq,
                at_ms: event.at.unix_ms(),
                kind: event.fact.kind().to_owned(),
                // The shapes of the queue can always be written.
                data: serde_json::to_string(&event).unwrap_or_default(),
            });
            batch.events.push(event);
        }
        if day_began {
            self.expect(batch, by);
        }
    }

    /// Tells the queue who is booked for today and has not come, if it knew otherwise.
    fn expect(&mut self, batch: &mut Batch, by: &Actor) {
        let Some(today) = self.state.day() else {
            return;
        };
        let known = |id: &torn_queue::ServiceId| self.state.service(id).is_some();
        let command = Command::SetAppointments {
            appointments: self.bookings.expected(today, known),
        };
        let facts = decide(&self.state, &command, self.at(batch)).unwrap_or_default();
        self.append(batch, facts, by);
    }

    fn commit(&mut self, batch: Batch) -> Result<(), StoreError> {
        if batch.changes_nothing() {
            batch.send();
            return Ok(());
        }
        let started = Instant::now();
        let oldest = batch.day_before.map(|day| day.to_string());
        match self.log.commit(batch.step(oldest.as_deref())) {
            Ok(first_row) => {
                self.metrics.committed(&batch.events, started.elapsed());
                self.keys
                    .remember(&batch.answers, first_row, oldest.as_deref());
                if let Some(last) = batch.events.last() {
                    self.published.clock().note(last.at);
                }
                self.published.commit(&batch.events, &batch.entries);
                self.truncate_due |= batch.kept.is_some();
                batch.send();
                self.truncate()
            }
            Err(failed) => {
                batch.fail();
                Err(failed)
            }
        }
    }

    /// Once a day is over, nothing of who was booked may stand in the write-ahead file either. A backup that
    /// is being made is waited for, and not by those who want an answer.
    fn truncate(&mut self) -> Result<(), StoreError> {
        if self.truncate_due {
            self.truncate_due = !self.log.truncate()?;
        }
        Ok(())
    }
}

/// The next that is handed in; `None` when nobody can hand in anything any more.
fn next(mails: &mut Receiver<Mail>, awake: bool) -> Option<Mail> {
    let looks = if awake { AWAKE } else { 0 };
    for _ in 0..looks {
        if let Ok(next) = mails.try_recv() {
            return Some(next);
        }
        std::thread::yield_now();
    }
    mails.blocking_recv()
}

/// A command and all that wait behind it, as far as they go into one transaction.
#[must_use]
pub fn gathered(first: Mail, mails: &mut Receiver<Mail>) -> Vec<Mail> {
    let mut batch = vec![first];
    while batch.len() < BATCH_MAX
        && let Ok(next) = mails.try_recv()
    {
        batch.push(next);
    }
    batch
}

/// Lets those who were answered together ask together again: as many as last time are waited for, but no more than
/// half of a crowd, whose other half is answered meanwhile, and no longer than a commit takes.
#[expect(
    clippy::disallowed_methods,
    reason = "bounded by two milliseconds; a channel's deadline never comes where the monotonic clock is set by hand"
)]
fn wait(mails: &Receiver<Mail>, company: usize, gather: Duration) {
    let began = Instant::now();
    while mails.len() + 1 < company && began.elapsed() < gather {
        std::thread::sleep(LOOK_AGAIN);
    }
}
