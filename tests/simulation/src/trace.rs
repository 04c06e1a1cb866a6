// SPDX-License-Identifier: GPL-3.0-or-later
//! What happened in a run, in order: enough to see that two runs were the same, and what led to a fault.
//!
//! The first fault is kept, and ends the run. What is a fault is decided elsewhere.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Lines that are kept for whoever looks for what went wrong.
const KEPT: usize = 60;

/// The trace of a run. Cheap to clone; the clones write to one trace.
#[derive(Clone)]
pub(crate) struct Trace {
    inner: Arc<Mutex<Inner>>,
    began: Instant,
    over: CancellationToken,
}

#[derive(Default)]
struct Inner {
    digest: Digest,
    lines: u64,
    last: VecDeque<String>,
    fault: Option<String>,
}

/// FNV-1a in 64 bits: it is to tell two traces apart, not to withstand anybody.
struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What went wrong, with the last that happened before.
    pub fault: Option<String>,
    /// A digest of all that happened, in order.
    pub digest: u64,
    /// How much that was.
    pub lines: u64,
}

impl Trace {
    pub(crate) fn new() -> Self {
        Self {
            inner: Arc::default(),
            began: Instant::now(),
            over: CancellationToken::new(),
        }
    }

    /// Notes that `who` did or met `what`.
    pub(crate) fn note(&self, who: &str, what: &str) {
        let mut inner = self.inner();
        let mut line = String::with_capacity(who.len() + what.len() + 12);
        // A string takes everything.
        let _ = write!(
            line,
            "{:>7} {who}: {what}",
            self.began.elapsed().as_millis()
        );
        inner.digest.add(line.as_bytes());
        inner.lines += 1;
        if inner.last.len() == KEPT {
            inner.last.pop_front();
        }
        inner.last.push_back(line);
    }

    /// Something went wrong. The run is over; what goes wrong after it may be its consequence and is not kept.
    pub(crate) fn fault(&self, what: &str) {
        self.note("FAULT", what);
        let mut inner = self.inner();
        if inner.fault.is_none() {
            let last: Vec<&str> = inner.last.iter().map(String::as_str).collect();
            inner.fault = Some(format!("{what}\n{}", last.join("\n")));
        }
        self.over.cancel();
    }

    /// Waits for the first fault.
    pub(crate) async fn until_fault(&self) {
        self.over.cancelled().await;
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over.is_cancelled()
    }

    pub(crate) fn ended(&self) -> Ended {
        let inner = self.inner();
        Ended {
            fault: inner.fault.clone(),
            digest: inner.digest.0,
            lines: inner.lines,
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
