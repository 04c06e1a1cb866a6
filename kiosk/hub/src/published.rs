// SPDX-License-Identifier: GPL-3.0-or-later
//! What readers see: the state after the last commit, and the frames of what was committed.
//!
//! The writer is the only one that moves it on, and only after what it shows is durable.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bytes::Bytes;
use tokio::sync::broadcast;
use torn_queue::{Event, Fact, Seq, State, TicketId};
use torn_wire::view;

use crate::clock::Clock;
use crate::secret::Secret;
use crate::store::Entry;

/// Batches that a follower may lag behind before it reads the log instead.
const FEED_BATCHES: usize = 1024;

/// What was committed together, as frames of the stream.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The first event of it.
    pub first: Seq,
    /// The last event of it.
    pub last: Seq,
    /// The frames, one after another.
    pub frames: Bytes,
}

/// What readers see.
#[derive(Debug)]
pub struct Published {
    shown: RwLock<Shown>,
    feed: broadcast::Sender<Arc<Batch>>,
    clock: Arc<Clock>,
    secret: Arc<Secret>,
    state_body: Mutex<Option<(Seq, i64, Bytes)>>,
}

#[derive(Debug, Default)]
struct Shown {
    state: State,
    day_began: Seq,
    /// The tickets of today by the tokens of their pages.
    pages: HashMap<String, TicketId>,
}

impl Shown {
    fn apply(&mut self, event: &Event, secret: &Secret) {
        self.state.apply(event);
        match &event.fact {
            Fact::DayBegan { .. } => {
                self.day_began = event.seq;
                self.pages.clear();
            }
            Fact::TicketIssued { ticket, .. } => {
                self.pages.insert(secret.page_token(*ticket), *ticket);
            }
            _ => {}
        }
    }
}

impl Published {
    /// Shows the state that `events`, the last day of the log, fold to.
    #[must_use]
    pub fn new(events: &[Event], clock: Arc<Clock>, secret: Arc<Secret>) -> Self {
        let mut shown = Shown::default();
        for event in events {
            shown.apply(event, &secret);
        }
        Self {
            shown: RwLock::new(shown),
            feed: broadcast::Sender::new(FEED_BATCHES),
            clock,
            secret,
            state_body: Mutex::new(None),
        }
    }

    /// Moves on to what was just committed, and tells the followers.
    pub(crate) fn commit(&self, events: &[Event], entries: &[Entry]) {
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return;
        };
        {
            let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
            for event in events {
                shown.apply(event, &self.secret);
            }
        }
        let batch = Batch {
            first: first.seq,
            last: last.seq,
            frames: frames(entries),
        };
        // Nobody following is no fault.
        let _ = self.feed.send(Arc::new(batch));
    }

    /// Reads the state as it was last committed.
    pub fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(
            &self
                .shown
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .state,
        )
    }

    /// The newest event, and the one that today began with.
    #[must_use]
    pub fn newest_and_day_began(&self) -> (Seq, Seq) {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        (shown.state.seq(), shown.day_began)
    }

    /// The ticket whose page has this token, if it is one of today.
    #[must_use]
    pub fn ticket_of_page(&self, token: &str) -> Option<TicketId> {
        self.shown
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .pages
            .get(token)
            .copied()
    }

    /// From now on, what is committed.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Batch>> {
        self.feed.subscribe()
    }

    /// How many follow.
    #[must_use]
    pub fn followers(&self) -> usize {
        self.feed.receiver_count()
    }

    /// The clock, to be held on to.
    #[must_use]
    pub fn shared_clock(&self) -> Arc<Clock> {
        Arc::clone(&self.clock)
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The body of `GET /v1/state`, made once per event and second however many ask.
    ///
    /// # Errors
    /// None in practice: the shapes of the wire can always be written.
    pub fn state_body(&self) -> Result<Bytes, serde_json::Error> {
        let now = self.clock.now();
        let second = now.unix_ms().div_euclid(1000);
        let mut kept = self
            .state_body
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((seq, at, body)) = &*kept
            && (*seq, *at) == (shown.state.seq(), second)
        {
            return Ok(body.clone());
        }
        let queue = view::Queue::at(&shown.state, now, self.clock.trusted());
        let body = Bytes::from(serde_json::to_vec(&queue)?);
        *kept = Some((shown.state.seq(), second, body.clone()));
        Ok(body)
    }
}

/// The entries as frames of the stream: `id:` is the seq, `event:` the kind.
#[must_use]
pub fn frames(entries: &[Entry]) -> Bytes {
    let size = entries
        .iter()
        .map(|one| one.data.len() + one.kind.len() + 48)
        .sum();
    let mut text = String::with_capacity(size);
    for one in entries {
        text.push_str("id: ");
        text.push_str(&one.seq.to_string());
        text.push_str("\nevent: ");
        text.push_str(&one.kind);
        text.push_str("\ndata: ");
        text.push_str(&one.data);
        text.push_str("\n\n");
    }
    Bytes::from(text)
}
