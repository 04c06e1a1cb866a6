// SPDX-License-Identifier: GPL-3.0-or-later
//! `[limits]`: how much a device that runs wild may ask of the hub, as far as an office may want it otherwise.
//!
//! Each number is far above what an honest office does and far below what hurts the hub; the reason stands
//! with it. Bounds that nobody has to set, as the size of a body, are the hub's own.

use std::ops::RangeInclusive;

use crate::reader::Table;

/// What may be asked of a hub. Numbers under `enabled` don't count where that is false; `connections` always
/// does, since each takes memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Whether rates and counts are limited.
    pub enabled: bool,
    /// Requests that one credential may send a second, on and on. A desk page that follows every event asks
    /// twice a second, a kiosk once a touch.
    pub requests_per_second: u32,
    /// Requests that one credential may send at once: a device that was cut off hands in what it kept.
    pub requests_burst: u32,
    /// Tickets that one kiosk may give out a minute, on and on. A touch and the paper take five seconds, so
    /// twelve is as fast as people are; a child leaning on the button is faster.
    pub tickets_per_minute: u32,
    /// Tickets that one kiosk may give out at once: a class of children and their teachers, one after another.
    pub tickets_burst: u32,
    /// Tickets of one business day, whoever gives them out. The office that this is built for has sixty a day,
    /// the largest ones two thousand.
    pub tickets_per_day: u32,
    /// Connections at once. An office has some twenty, a lobby full of phones some hundreds; each takes a file
    /// and some memory.
    pub connections: u32,
    /// Connections at once from one address of the LAN, so that no machine takes every place. A browser opens
    /// six, phones behind one router share an address. This machine's own address may be a proxy's and has none.
    pub connections_per_peer: u32,
    /// Streams at once: nearly every connection, and some left for those that ask for something.
    pub streams: u32,
    /// Streams at once from one address of the LAN: half of its connections, for the same reason.
    pub streams_per_peer: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            enabled: true,
            requests_per_second: 50,
            requests_burst: 200,
            tickets_per_minute: 30,
            tickets_burst: 60,
            tickets_per_day: 5_000,
            connections: 1_024,
            connections_per_peer: 256,
            streams: 1_000,
            streams_per_peer: 128,
        }
    }
}

/// A hub opens at most 4096 files, and its log takes some.
const CONNECTIONS: RangeInclusive<u32> = 16..=4_000;

/// Reads `[limits]`.
pub(crate) fn limits(table: &Table<'_>) -> Option<Limits> {
    let usual = Limits::default();
    let number = |key, usual, range| {
        table
            .get(key)
            .map_or(Some(usual), |value| value.number(range))
    };
    let enabled = table
        .get("enabled")
        .map_or(Some(usual.enabled), |value| value.boolean());
    let requests_per_second = number("requests_per_second", usual.requests_per_second, 1..=10_000);
    let requests_burst = number("requests_burst", usual.requests_burst, 1..=100_000);
    let tickets_per_minute = number("tickets_per_minute", usual.tickets_per_minute, 1..=10_000);
    let tickets_burst = number("tickets_burst", usual.tickets_burst, 1..=10_000);
    let tickets_per_day = number("tickets_per_day", usual.tickets_per_day, 1..=1_000_000);
    let connections = number("connections", usual.connections, CONNECTIONS);
    let connections_per_peer = number(
        "connections_per_peer",
        usual.connections_per_peer,
        1..=4_000,
    );
    // Left out, it follows the connections.
    let streams = match (table.get("streams"), connections) {
        (Some(value), Some(connections)) => value.number(1..=connections - 1),
        (Some(value), None) => value.number(1..=*CONNECTIONS.end()),
        (None, connections) => Some(
            usual
                .streams
                .min(connections.unwrap_or(usual.connections) - 1),
        ),
    };
    let streams_per_peer = number("streams_per_peer", usual.streams_per_peer, 1..=4_000);
    Some(Limits {
        enabled: enabled?,
        requests_per_second: requests_per_second?,
        requests_burst: requests_burst?,
        tickets_per_minute: tickets_per_minute?,
        tickets_burst: tickets_burst?,
        tickets_per_day: tickets_per_day?,
        connections: connections?,
        connections_per_peer: connections_per_peer?,
        streams: streams?,
        streams_per_peer: streams_per_peer?,
    })
}
