// SPDX-License-Identifier: GPL-3.0-or-later
//! The queue's one writer: a thread that owns the state and the log.
//!
//! Commands reach it through a bounded channel, which is the only back-pressure. It appends what many
//! commands lead to in one transaction; a reply is sent, and what readers see moves on, only after the
//! commit. If the disk refuses it answers so and stops: there is no half-applied state to repair.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::oneshot;
use torn_queue::{Actor, Command, Event, Fact, LogId, Now, Office, State, Timestamp, decide};
use torn_wire::{Code, Problem};

use crate::answer::{self, Wanted};
use crate::key::{Digest, Keys, Remembered};
use crate::metrics::Metrics;
use crate::published::Published;
use crate::secret::Secret;
use crate::store::{Answer, Entry, Log, StoreError};

/// Commands that may wait for the writer; one more is told that the hub is busy.
const INBOX: usize = 1024;

/// Commands that go into one transaction at most, so that a reply never waits for a thousand others.
const BATCH_MAX: usize = 512;

/// How long the writer waits at most for company of a command, when there was company before.
const GATHER_MAX: Duration = Duration::from_millis(2);

/// How often the clock sends its tick.
const TICK: Duration = Duration::from_secs(1);

/// A command on its way to the writer.
#[derive(Debug)]
pub struct Job {
    /// Who asks.
    pub by: Actor,
    /// What makes it safe to ask again.
    pub key: String,
    /// The keyed hash of the request's path and body.
    pub digest: Digest,
    /// After which nobody waits for it any more.
    pub expires: Option<Timestamp>,
    /// What is asked, and what the answer shows; nothing, when the key was answered before.
    pub asked: Option<(Command, Wanted)>,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Reply>,
}

/// The writer's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It was followed, now or when the key came first.
    Done {
        /// The HTTP status, 2xx.
        status: u16,
        /// The body.
        body: Bytes,
        /// Whether it is an answer given before.
        replayed: bool,
    },
    /// It was not followed.
    Refused(Problem),
}

/// Where commands are handed in.
#[derive(Debug, Clone)]
pub struct Inbox {
    sender: SyncSender<Job>,
}

impl Inbox {
    /// Hands a command in.
    ///
    /// # Errors
    /// The problem to answer with, when the queue of commands is full or the writer has stopped.
    pub fn hand_in(&self, job: Job) -> Result<(), Problem> {
        self.sender.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Problem::new(
                Code::Busy,
                "too many commands wait for the log; send this one again in a second",
            ),
            TrySendError::Disconnected(_) => store_failed(),
        })
    }
}

/// What the writer is made of.
#[derive(Debug)]
pub struct Writer {
    /// The log, open.
    pub log: Log,
    /// The state that the log's last day folds to.
    pub state: State,
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
    /// Told once a second that the writer goes on.
    pub alive: fn(),
}

/// Whose request it is, and what it is known by.
struct Request {
    by: Actor,
    key: String,
    digest: Digest,
}

/// What a batch leads to, before it is durable.
#[derive(Default)]
struct Batch {
    events: Vec<Event>,
    entries: Vec<Entry>,
    answers: Vec<Answer>,
    /// The place in `answers` by key.
    places: HashMap<String, usize>,
    replies: Vec<(oneshot::Sender<Reply>, Reply)>,
    day_before: Option<Date>,
    /// When all of it happens: one time, so that no event of it is earlier than the one before.
    now: Timestamp,
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
        self.commit(batch)
    }

    /// Follows commands until every inbox is gone; returns at once when the disk refuses.
    ///
    /// # Errors
    /// [`StoreError`], after everyone who waited was told.
    pub fn run(mut self, jobs: &Receiver<Job>) -> Result<(), StoreError> {
        let mut company = false;
        let mut gather = Duration::ZERO;
        let mut next_tick = Instant::now();
        loop {
            let wait = next_tick.saturating_duration_since(Instant::now());
            let first = match jobs.recv_timeout(wait) {
                Ok(job) => Some(job),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            if next_tick <= Instant::now() {
                next_tick = Instant::now() + TICK;
                (self.alive)();
            }
            let batch: Vec<Job> = first
                .into_iter()
                .chain(self.more(jobs, company, gather))
                .collect();
            company = batch.len() > 1;
            let started = Instant::now();
            self.step(batch)?;
            gather = started.elapsed().min(GATHER_MAX);
        }
    }

    /// What else is there to go into the same transaction. Where there was company the last time, as
    /// long as a commit takes is worth waiting: those who were answered together ask together again.
    fn more(&self, jobs: &Receiver<Job>, company: bool, gather: Duration) -> Vec<Job> {
        let until = Instant::now() + if company { gather } else { Duration::ZERO };
        let mut more = Vec::new();
        while more.len() < BATCH_MAX {
            let left = until.saturating_duration_since(Instant::now());
            let next = if left.is_zero() {
                jobs.try_recv().ok()
            } else {
                jobs.recv_timeout(left).ok()
            };
            match next {
                Some(job) => more.push(job),
                None => break,
            }
        }
        more
    }

    /// What happens from now on, until it is committed.
    fn batch(&self) -> Batch {
        let now = self.published.clock().now().max(self.state.at());
        Batch {
            now,
            ..Batch::default()
        }
    }

    fn at(&self, batch: &Batch) -> Now<'_> {
        Now {
            at: batch.now,
            zone: &self.zone,
        }
    }

    fn step(&mut self, jobs: Vec<Job>) -> Result<(), StoreError> {
        let mut batch = self.batch();
        let tick = decide(&self.state, &Command::Tick, self.at(&batch)).unwrap_or_default();
        self.append(&mut batch, tick, &Actor::clock());
        for job in jobs {
            if let Err(failed) = self.follow(&mut batch, job) {
                batch.fail();
                return Err(failed);
            }
        }
        self.commit(batch)
    }

    fn follow(&mut self, batch: &mut Batch, job: Job) -> Result<(), StoreError> {
        // Whoever has hung up was told nothing and asks again, or has given up.
        if job.reply.is_closed() {
            return Ok(());
        }
        let reply = match self.known(batch, &job)? {
            Some(reply) => reply,
            None => match job.asked {
                Some((command, wanted)) => {
                    let request = Request {
                        by: job.by,
                        key: job.key,
                        digest: job.digest,
                    };
                    self.decide(batch, request, job.expires, &command, &wanted)
                }
                // The answer was forgotten since: its day is over.
                None => Reply::Refused(reused()),
            },
        };
        batch.replies.push((job.reply, reply));
        Ok(())
    }

    fn decide(
        &mut self,
        batch: &mut Batch,
        request: Request,
        expires: Option<Timestamp>,
        command: &Command,
        wanted: &Wanted,
    ) -> Reply {
        if expires.is_some_and(|expires| expires < batch.now) {
            return Reply::Refused(expired());
        }
        let facts = match decide(&self.state, command, self.at(batch)) {
            Ok(facts) => facts,
            Err(refusal) => {
                let problem = Problem::from(&refusal);
                self.metrics.refused(&problem.code);
                return Reply::Refused(problem);
            }
        };
        self.append(batch, facts.clone(), &request.by);
        let (status, body) = answer::of(wanted, &self.state, &facts, batch.now, &self.secret);
        batch
            .places
            .insert(request.key.clone(), batch.answers.len());
        batch.answers.push(Answer {
            day: self.state.day().unwrap_or_default().to_string(),
            key: request.key,
            digest: request.digest,
            status,
            body: body.to_vec(),
        });
        Reply::Done {
            status,
            body,
            replayed: false,
        }
    }

    /// The answer that this key got before, in this batch or in the log.
    fn known(&self, batch: &Batch, job: &Job) -> Result<Option<Reply>, StoreError> {
        let again = |status, body| Reply::Done {
            status,
            body,
            replayed: true,
        };
        if let Some(given) = batch
            .places
            .get(&job.key)
            .map(|place| &batch.answers[*place])
        {
            let body = Bytes::from(given.body.clone());
            let same = given.digest == job.digest;
            return Ok(Some(if same {
                again(given.status, body)
            } else {
                Reply::Refused(reused())
            }));
        }
        match self.keys.look_up(&job.key, &job.digest) {
            None => Ok(None),
            Some(Remembered::Reused) => Ok(Some(Reply::Refused(reused()))),
            Some(Remembered::Answered { row }) => {
                let given = self.log.answer(row)?;
                Ok(given.map(|(status, body)| again(status, Bytes::from(body))))
            }
        }
    }

    fn append(&mut self, batch: &mut Batch, facts: Vec<Fact>, by: &Actor) {
        for fact in facts {
            if matches!(fact, Fact::DayBegan { .. }) {
                batch.day_before = self.state.day();
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
    }

    fn commit(&mut self, batch: Batch) -> Result<(), StoreError> {
        if batch.entries.is_empty() && batch.answers.is_empty() {
            batch.send();
            return Ok(());
        }
        let started = Instant::now();
        let oldest = batch.day_before.map(|day| day.to_string());
        match self
            .log
            .commit(&batch.entries, &batch.answers, oldest.as_deref())
        {
            Ok(first_row) => {
                self.metrics.committed(&batch.events, started.elapsed());
                self.keys
                    .remember(&batch.answers, first_row, oldest.as_deref());
                if let Some(last) = batch.events.last() {
                    self.published.clock().note(last.at);
                }
                self.published.commit(&batch.events, &batch.entries);
                batch.send();
                Ok(())
            }
            Err(failed) => {
                batch.fail();
                Err(failed)
            }
        }
    }
}

impl Batch {
    fn send(self) {
        for (sender, reply) in self.replies {
            // Whoever hung up asks again with the same key.
            let _ = sender.send(reply);
        }
    }

    fn fail(self) {
        for (sender, reply) in self.replies {
            let refused = matches!(reply, Reply::Refused(_));
            let _ = sender.send(if refused {
                reply
            } else {
                Reply::Refused(store_failed())
            });
        }
    }
}

/// The writer's ends of the channel that commands come through.
#[must_use]
pub fn inbox() -> (Inbox, Receiver<Job>) {
    let (sender, jobs) = sync_channel(INBOX);
    (Inbox { sender }, jobs)
}

/// The problem of a log that can't be written.
#[must_use]
pub fn store_failed() -> Problem {
    Problem::new(
        Code::StoreFailed,
        "the log can't be written; nothing was done, and the hub starts anew",
    )
}

/// The problem of a key that was used for something else.
#[must_use]
pub fn reused() -> Problem {
    Problem::new(
        Code::IdempotencyKeyReused,
        "this Idempotency-Key was used with another path or body; make a new key for a new wish",
    )
}

/// The problem of a command that nobody waits for any more.
fn expired() -> Problem {
    Problem::new(
        Code::Expired,
        "the command came after the time in its Torn-Expires; nothing was done, send it anew if it is still wanted",
    )
}
