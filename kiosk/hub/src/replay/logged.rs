// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's own log as a recorded queue: what the estimator says to each ticket as it was issued, folded by the
//! rules themselves, so that who is ahead, which desks are open and who is booked count as they do in the hub.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use torn_queue::event::Fact;
use torn_queue::{Event, Seq, State, TicketId, Timestamp, outlook};

use super::play::Said;
use super::recorded::{Outcome, Row};
use crate::store::{History, StoreError};

/// Events that are read at once.
const BATCH: u32 = 10_000;

/// The log could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum LoggedError {
    /// It is not there, or this user may not read it.
    #[error("can't read {}; see that it is there and that this user may read it", path.display())]
    NoFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// It can't be read as a log.
    #[error("{} can't be read as a log of Torn; give the file that [store] names", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the store says.
        #[source]
        source: StoreError,
    },
    /// An event is none that this version knows.
    #[error("{}: the event {seq} is not one that this version reads", path.display())]
    Event {
        /// The file.
        path: PathBuf,
        /// The event.
        seq: Seq,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// The tickets of the log at `path` in the order of issue, and what is said to each.
///
/// # Errors
/// [`LoggedError`], when the log can't be read.
pub fn play(path: &Path) -> Result<(Vec<Row>, Vec<Said>), LoggedError> {
    let unreadable = |source| LoggedError::Unreadable {
        path: path.to_owned(),
        source,
    };
    std::fs::File::open(path).map_err(|source| LoggedError::NoFile {
        path: path.to_owned(),
        source,
    })?;
    let history = History::open_untouched(path).map_err(unreadable)?;
    let mut replayed = Replayed::default();
    let mut after = Seq::default();
    loop {
        let entries = history
            .after(after, Seq::new(i64::MAX.unsigned_abs()), BATCH)
            .map_err(unreadable)?;
        let Some(last) = entries.last() else {
            return Ok((replayed.rows, replayed.said));
        };
        after = last.seq;
        for entry in &entries {
            let event: Event =
                serde_json::from_str(&entry.data).map_err(|source| LoggedError::Event {
                    path: path.to_owned(),
                    seq: entry.seq,
                    source,
                })?;
            replayed.apply(&event);
        }
    }
}

/// What was replayed so far.
#[derive(Default)]
pub struct Replayed {
    state: State,
    /// The tickets in the order of issue.
    pub rows: Vec<Row>,
    /// What was said to each.
    pub said: Vec<Said>,
    places: HashMap<TicketId, usize>,
}

impl Replayed {
    /// Folds the next event.
    pub fn apply(&mut self, event: &Event) {
        self.state.apply(event);
        match &event.fact {
            Fact::TicketIssued { ticket, .. } => self.issued(*ticket, event.at),
            Fact::TicketCalled { ticket, .. } => {
                if let Some(row) = self.row(*ticket) {
                    // Called anew, it had waited before.
                    row.called_at = row.called_at.or(Some(event.at));
                }
            }
            Fact::TicketFinished { ticket, .. } => self.ended(*ticket, event.at, Outcome::Served),
            Fact::TicketNoShow { ticket, .. } => self.ended(*ticket, event.at, Outcome::NoShow),
            Fact::TicketCancelled { ticket, .. } => {
                self.ended(*ticket, event.at, Outcome::Cancelled);
            }
            _ => {}
        }
    }

    fn issued(&mut self, ticket: TicketId, at: Timestamp) {
        let Some(own) = self.state.ticket(ticket) else {
            return;
        };
        self.places.insert(ticket, self.rows.len());
        self.rows.push(Row {
            service: own.service.to_string(),
            number: own.id.number().to_string(),
            issued_text: at.to_string(),
            issued_at: at,
            day: own.id.day(),
            minute: self.state.minute(at),
            called_at: None,
            finished_at: None,
            outcome: None,
        });
        let outlook = outlook::estimate_of_ticket(&self.state, ticket, at);
        let (ahead, estimate) = outlook.unwrap_or_default();
        self.said.push(Said { ahead, estimate });
    }

    fn ended(&mut self, ticket: TicketId, at: Timestamp, outcome: Outcome) {
        if let Some(row) = self.row(ticket) {
            row.finished_at = Some(at);
            row.outcome = Some(outcome);
        }
    }

    fn row(&mut self, ticket: TicketId) -> Option<&mut Row> {
        self.rows.get_mut(*self.places.get(&ticket)?)
    }
}
