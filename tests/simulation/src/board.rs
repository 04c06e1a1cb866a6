// SPDX-License-Identifier: GPL-3.0-or-later
//! Whoever follows the log: what it was told is held against the durable log, event by event.
//!
//! It folds as a board does and draws nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use torn_client::{Client, Update};
use torn_disk::Chance;
use torn_queue::{Event, Fact, Seq, State};

use crate::run::World;

/// Who says that it is not stale is not further behind: five seconds of silence, what was under way before, and
/// the time that the worst of links takes.
const FRESH_WITHIN: Duration = Duration::from_secs(9);

/// Someone who follows. Cheap to clone; the clones are one.
#[derive(Clone)]
pub(crate) struct Board {
    name: String,
    world: World,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    state: State,
    last: Option<Seq>,
    /// Whether what is seen counts as current, as far as it was told.
    fresh: bool,
    heard_a_beat: bool,
}

impl Board {
    pub(crate) fn new(name: &str, world: World) -> Self {
        Self {
            name: name.to_owned(),
            world,
            seen: Arc::default(),
        }
    }

    /// Follows for ever; one that is `slow` has other things to do now and then.
    pub(crate) async fn follow(self, client: Client, mut slow: Option<Chance>) {
        let mut updates = client.follow();
        while let Some(update) = updates.recv().await {
            self.take(update);
            if let Some(chance) = &mut slow
                && chance.once_in(6)
                && !self.world.plan.is_cancelled()
            {
                sleep(Duration::from_millis(chance.below(12_000))).await;
            }
        }
        self.world
            .trace
            .fault(&format!("{} is told nothing any more", self.name));
    }

    fn take(&self, update: Update) {
        match update {
            Update::Event(event) => self.event(*event),
            Update::UnknownKind { seq, kind, .. } => {
                self.fault(&format!("event {seq} is of the unknown kind {kind}"));
            }
            Update::Afresh => {
                self.note("afresh");
                let mut seen = self.seen();
                (seen.state, seen.last) = (State::default(), None);
            }
            Update::Beat(beat) => {
                let durable = self.world.ledger.last();
                if beat.seq > durable {
                    self.fault(&format!(
                        "a beat tells of event {}, the log ends with {durable}",
                        beat.seq
                    ));
                }
                let mut seen = self.seen();
                (seen.fresh, seen.heard_a_beat) = (true, true);
            }
            Update::Connected => {
                self.note("connected");
                self.seen().fresh = false;
            }
            Update::Away { .. } => {
                self.note("away");
                self.seen().fresh = false;
            }
        }
    }

    fn event(&self, event: Event) {
        self.note(&format!("event {}", event.seq));
        let before = self.seen().last;
        let follows = match before {
            Some(before) => event.seq == before.next(),
            None => matches!(event.fact, Fact::DayBegan { .. }),
        };
        if !follows {
            self.fault(&format!("it is told event {} after {before:?}", event.seq));
        }
        if !self.world.ledger.holds(&event) {
            self.fault(&format!(
                "it is told an event {} that is not the log's",
                event.seq
            ));
        }
        let mut seen = self.seen();
        seen.last = Some(event.seq);
        seen.state.apply(&event);
    }

    /// Whether it says that it is current and is not.
    pub(crate) fn check_fresh(&self) {
        let seen = self.seen();
        let (fresh, last) = (seen.fresh, seen.last.unwrap_or(Seq::new(0)));
        drop(seen);
        let missing_since = self.world.ledger.when_after(last);
        if fresh && missing_since.is_some_and(|since| since + FRESH_WITHIN < Instant::now()) {
            let end = self.world.ledger.last();
            self.fault(&format!(
                "it shows event {last} as current, and the log ends with {end}"
            ));
        }
    }

    /// Whether it has all there is.
    pub(crate) fn is_at_the_end(&self) -> bool {
        let last = self.seen().last;
        last == Some(self.world.ledger.last())
    }

    /// At the end it shows what the whole log folds to.
    pub(crate) fn check_end(&self) {
        if !self.is_at_the_end() {
            let (last, end) = (self.seen().last, self.world.ledger.last());
            return self.fault(&format!(
                "all is well again, and it is at {last:?} of {end}"
            ));
        }
        let same = self.world.ledger.look(|state| *state == self.seen().state);
        if !same {
            self.fault("it has the whole log and shows another state");
        }
    }

    pub(crate) fn heard_a_beat(&self) -> bool {
        self.seen().heard_a_beat
    }

    fn note(&self, what: &str) {
        self.world.trace.note(&self.name, what);
    }

    fn fault(&self, what: &str) {
        self.world.trace.fault(&format!("{}: {what}", self.name));
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
