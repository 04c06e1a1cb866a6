// SPDX-License-Identifier: GPL-3.0-or-later
//! What the hub promised: whoever was answered finds it in the log exactly once, whoever was not at most once.
//!
//! A promise is counted by words that say what should be there; the ledger counts the same words.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::ledger::Ledger;
use crate::trace::Trace;

/// The promises of a run. Cheap to clone; the clones count together.
#[derive(Clone)]
pub(crate) struct Promises {
    inner: Arc<Mutex<BTreeMap<String, Counted>>>,
    ledger: Ledger,
    trace: Trace,
}

#[derive(Debug, Default)]
struct Counted {
    /// So often it was answered that this was done.
    kept: u32,
    /// So often nobody knows.
    unknown: u32,
    /// Whether something else can lead to it, so that there may be more of it.
    at_least: bool,
    /// Those who ask for it now, and since when nobody does.
    asking: u32,
    asked_until: Option<Instant>,
}

impl Promises {
    pub(crate) fn new(ledger: Ledger, trace: Trace) -> Self {
        Self {
            inner: Arc::default(),
            ledger,
            trace,
        }
    }

    /// It was answered that this was done: it has to be durable by now.
    pub(crate) fn kept(&self, claim: &str) {
        let kept = {
            let mut all = self.inner();
            let counted = all.entry(claim.to_owned()).or_default();
            counted.kept += 1;
            counted.kept
        };
        let durable = self.ledger.told(claim);
        if durable < kept {
            self.trace.fault(&format!(
                "acknowledged and not durable: {claim}, {kept} times, of which {durable} are in the log"
            ));
        }
    }

    /// As [`Promises::kept`], of what may also come about otherwise.
    pub(crate) fn kept_among_others(&self, claim: &str) {
        self.inner().entry(claim.to_owned()).or_default().at_least = true;
        self.kept(claim);
    }

    /// Nobody knows whether this was done.
    pub(crate) fn unknown(&self, claim: &str) {
        self.inner().entry(claim.to_owned()).or_default().unknown += 1;
    }

    /// Someone begins to ask for this.
    pub(crate) fn ask(&self, claim: &str) {
        self.inner().entry(claim.to_owned()).or_default().asking += 1;
    }

    /// Someone asks for it no more.
    pub(crate) fn ask_no_more(&self, claim: &str) {
        let mut all = self.inner();
        let counted = all.entry(claim.to_owned()).or_default();
        counted.asking = counted.asking.saturating_sub(1);
        counted.asked_until = Some(Instant::now());
    }

    /// Whether someone asks for it now, or did at this very moment.
    pub(crate) fn is_asked_for(&self, claim: &str) -> bool {
        let now = Instant::now();
        self.inner()
            .get(claim)
            .is_some_and(|one| one.asking > 0 || one.asked_until == Some(now))
    }

    /// Holds all of them against the log.
    pub(crate) fn check(&self) {
        let all = self.inner();
        let broken = all.iter().find_map(|(claim, counted)| {
            let told = self.ledger.told(claim);
            let most = counted.kept + counted.unknown;
            let right = told >= counted.kept && (told <= most || counted.at_least);
            (!right).then(|| format!("{claim}: {counted:?}, and {told} times in the log"))
        });
        drop(all);
        if let Some(broken) = broken {
            self.trace
                .fault(&format!("a promise was not kept: {broken}"));
        }
    }

    fn inner(&self) -> MutexGuard<'_, BTreeMap<String, Counted>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
