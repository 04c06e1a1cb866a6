// SPDX-License-Identifier: GPL-3.0-or-later
//! How commands and lists reach the writer: a bounded channel, which is the only back-pressure.
//!
//! What becomes of them is not known here.

use std::fmt;

use bytes::Bytes;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use torn_queue::{Actor, Command, Language, Timestamp};
use torn_wire::{Code, Problem};

use super::tick::Ticks;
use crate::answer::Wanted;
use crate::bookings::{Covers, Listed};
use crate::key::Digest;
use crate::limits::Exceeded;

/// Commands that may wait for the writer; one more is told that the hub is busy.
const INBOX: usize = 1024;

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
    /// What is asked; nothing, when the key was answered before.
    pub asked: Option<Asked>,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Reply>,
}

/// What a command asks for.
pub enum Asked {
    /// Something that the rules know, and what the answer shows.
    Command(Command, Wanted),
    /// Somebody came for a booked hour. The code is found by the writer, so that it is found once.
    CheckIn {
        /// What was typed or scanned; nothing, where no code is in what was scanned.
        code: Option<String>,
        /// The language of the ticket; the office's own if left out.
        language: Option<Language>,
    },
    /// All that is booked, in place of what was posted before.
    Appointments(Vec<Listed>),
}

// A code is for no log, whoever writes one.
impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command, _) => f.debug_tuple("Command").field(command).finish(),
            Self::CheckIn { .. } => f.write_str("CheckIn(…)"),
            Self::Appointments(listed) => write!(f, "Appointments({})", listed.len()),
        }
    }
}

/// What a source of appointments has, in place of what it had before.
#[derive(Debug)]
pub struct List {
    /// The source, by its name in the configuration; not that of what is posted.
    pub source: String,
    /// What the list speaks of.
    pub covers: Covers,
    /// Who is booked.
    pub listed: Vec<Listed>,
}

/// What can be handed in.
#[derive(Debug)]
pub enum Mail {
    /// A command that somebody waits for.
    Job(Job),
    /// A list of a source.
    List(List),
    /// A second has passed.
    Tick,
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
    /// It was not followed, since there was too much of it.
    Limited(Exceeded),
}

impl From<Problem> for Reply {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<Exceeded> for Reply {
    fn from(exceeded: Exceeded) -> Self {
        Self::Limited(exceeded)
    }
}

/// Where commands are handed in.
#[derive(Debug, Clone)]
pub struct Inbox {
    sender: Sender<Mail>,
}

impl Inbox {
    /// Hands a command in.
    ///
    /// # Errors
    /// The problem to answer with, when the queue of commands is full or the writer has stopped.
    pub fn hand_in(&self, job: Job) -> Result<(), Problem> {
        self.sender
            .try_send(Mail::Job(job))
            .map_err(|error| match error {
                TrySendError::Full(_) => Problem::new(
                    Code::Busy,
                    "too many commands wait for the log; send this one again in a second",
                ),
                TrySendError::Closed(_) => store_failed(),
            })
    }

    /// Hands in what a source has.
    ///
    /// # Errors
    /// [`NoRoom`], when the queue of commands is full or the writer has stopped: hand the list in again later.
    pub fn hand_over(&self, list: List) -> Result<(), NoRoom> {
        let sent = self.sender.try_send(Mail::List(list));
        sent.map_err(|_| NoRoom)
    }

    /// The clock's way in.
    #[must_use]
    pub fn ticks(&self) -> Ticks {
        Ticks {
            sender: self.sender.downgrade(),
        }
    }
}

/// A list could not be handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many commands wait for the log, or it can't be written; hand the list in again later")]
pub struct NoRoom;

/// The writer's ends of the channel that commands come through.
#[must_use]
pub fn inbox() -> (Inbox, Receiver<Mail>) {
    let (sender, mails) = channel(INBOX);
    (Inbox { sender }, mails)
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
pub(super) fn expired() -> Problem {
    Problem::new(
        Code::Expired,
        "the command came after the time in its Torn-Expires; nothing was done, send it anew if it is still wanted",
    )
}
