// SPDX-License-Identifier: GPL-3.0-or-later
//! What is counted, for `/metrics`.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use torn_queue::{Event, Seq};

use crate::limits::Limit;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TooMany {
    limit: String,
}

/// What is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    events: Family<Kind, Counter>,
    refusals: Family<Refused, Counter>,
    limited: Family<TooMany, Counter>,
    commits: Counter,
    commit_seconds: Histogram,
    seq: Gauge,
    damaged_at: Gauge,
    followers: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("torn");
        let (events, refusals) = (Family::default(), Family::default());
        let limited = Family::default();
        let damaged_at = Gauge::default();
        let (commits, seq, followers) = (Counter::default(), Gauge::default(), Gauge::default());
        // From a fast disk's tenth of a millisecond to a card's second.
        let commit_seconds = Histogram::new(exponential_buckets(0.0001, 2.0, 14));
        registry.register("events", "Events written, by kind", Family::clone(&events));
        registry.register(
            "refusals",
            "Commands refused by the rules, by code",
            Family::clone(&refusals),
        );
        registry.register(
            "limited",
            "Requests and connections turned away, by the limit of office.toml that they met",
            Family::clone(&limited),
        );
        registry.register(
            "commits",
            "Transactions of the log",
            Counter::clone(&commits),
        );
        registry.register_with_unit(
            "commit",
            "How long a transaction of the log takes until it is durable",
            Unit::Seconds,
            commit_seconds.clone(),
        );
        registry.register("seq", "The newest event of the log", Gauge::clone(&seq));
        registry.register(
            "damaged_at",
            "The first damaged event of the log that was met; 0 while none was",
            Gauge::clone(&damaged_at),
        );
        registry.register("followers", "Open streams", Gauge::clone(&followers));
        Self {
            registry,
            events,
            refusals,
            limited,
            commits,
            commit_seconds,
            seq,
            damaged_at,
            followers,
        }
    }
}

impl Metrics {
    pub(crate) fn committed(&self, events: &[Event], took: Duration) {
        for event in events {
            self.events
                .get_or_create(&Kind {
                    kind: event.fact.kind(),
                })
                .inc();
        }
        self.commits.inc();
        self.commit_seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn refused(&self, code: &str) {
        self.refusals
            .get_or_create(&Refused {
                code: code.to_owned(),
            })
            .inc();
    }

    pub(crate) fn limited(&self, limit: Limit) {
        let limit = limit.as_str().to_owned();
        self.limited.get_or_create(&TooMany { limit }).inc();
    }

    /// The figures as OpenMetrics text.
    #[must_use]
    pub fn text(&self, newest: Seq, damaged_at: Option<Seq>, followers: usize) -> String {
        let number = |seq: Seq| i64::try_from(seq.get()).unwrap_or(i64::MAX);
        self.seq.set(number(newest));
        self.damaged_at.set(damaged_at.map_or(0, number));
        self.followers
            .set(i64::try_from(followers).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a string can't fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
