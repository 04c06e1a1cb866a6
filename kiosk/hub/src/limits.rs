// SPDX-License-Identifier: GPL-3.0-or-later
//! Every bound of what the LAN may ask of the hub, in one place, each with its unit and its reason.
//!
//! Those that an office may want otherwise are in its `office.toml` ([`torn_config::Limits`]); the ones here
//! hold always. What the rules themselves bound, as the length of an id, is in `torn_queue::limits`.

mod places;
mod rates;

pub use places::{Place, Places};
pub use rates::Rates;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A body may have so many bytes; the largest command, a list of appointments aside, has a few hundred.
pub(crate) const BODY_BYTES_MAX: usize = 64 * 1024;

/// A client has this long to send a body; ours send theirs with the headers.
pub(crate) const BODY_WITHIN: Duration = Duration::from_secs(10);

/// The headers of a request together, with its target, may have so many bytes; ours have a few hundred.
pub(crate) const HEADER_BYTES_MAX: usize = 16 * 1024;

/// A request may have so many headers; a browser sends twenty.
pub(crate) const HEADERS_MAX: usize = 100;

/// Headers that are read of a request, so that too many are answered and not cut off.
pub(crate) const HEADERS_READ: usize = 1000;

/// Bytes that are read of a request's head, so that a long one is answered and not cut off; and those of an
/// answer that wait for a client to read. A connection takes no more for either.
pub(crate) const HEAD_BYTES_READ: usize = 32 * 1024;

/// A client has this long to send the headers of a request, from when it connected or was last answered: so
/// a connection that is kept for a next request is let go after as long.
pub(crate) const HEADERS_WITHIN: Duration = Duration::from_secs(10);

/// A client that reads nothing of its answer for this long has no use for it. Who reads slowly goes on: each
/// byte that its system takes begins it anew. Our own streams have something to read every two seconds.
pub(crate) const WRITE_WITHIN: Duration = Duration::from_secs(30);

/// A client's machine that confirms nothing for this long, or not that it is still there, is gone: the plug was
/// pulled.
pub(crate) const CONFIRM_WITHIN: Duration = Duration::from_secs(30);

/// A connection that is silent for this long is asked whether its other end is there.
pub(crate) const ASK_AFTER: Duration = Duration::from_secs(15);

/// What the system keeps for a connection of what goes out, and of what comes in: a LAN needs no more for its
/// full speed, and a stuck client costs no more.
pub(crate) const SOCKET_BYTES: usize = 32 * 1024;

/// Bytes that are thrown away at the end of a connection at most, so that its client reads the answer.
pub(crate) const LINGER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How long that may take: a LAN carries as much in half of it.
pub(crate) const LINGER_WITHIN: Duration = Duration::from_secs(1);

/// Connections that are told at once that they are one too many; beyond it they are cut without a word.
pub(crate) const TURNED_AWAY: usize = 64;

/// How long a request that is under way may take when the hub stops.
pub(crate) const STOP_WITHIN: Duration = Duration::from_secs(5);

/// Characters in one language of a notice: what a board can show in letters that are read from afar.
pub(crate) const NOTICE_CHARS_MAX: usize = 500;

/// Characters in a code: far more than anyone types or any card carries.
pub(crate) const CODE_CHARS_MAX: usize = 256;

/// Characters in what a reader read: as many as the largest QR code holds.
pub(crate) const SCAN_CHARS_MAX: usize = 4296;

/// Characters in a uid: calendars write an address or a hash, some both.
pub(crate) const UID_CHARS_MAX: usize = 512;

/// Parts of devices that the hub keeps a report of: a device has a handful, an office a dozen of them.
pub(crate) const PARTS_MAX: usize = 256;

/// How much is asked of the hub at present, against what may be.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How often.
    pub rates: Arc<Rates>,
    /// Connections.
    pub connections: Arc<Places>,
    /// Streams.
    pub streams: Arc<Places>,
}

impl Limits {
    /// As the office wants them; `rates` are those that the writer counts tickets by.
    #[must_use]
    pub fn new(wanted: &torn_config::Limits, rates: Arc<Rates>) -> Self {
        let counted = |most: u32| if wanted.enabled { most } else { u32::MAX };
        let of_peer = |limit, most| wanted.enabled.then_some((limit, most));
        let connections = Places::new(
            // Each takes memory, so they are counted whatever is limited.
            (Limit::Connections, wanted.connections),
            of_peer(Limit::ConnectionsOfPeer, wanted.connections_per_peer),
        );
        let streams = Places::new(
            (Limit::Streams, counted(wanted.streams)),
            of_peer(Limit::StreamsOfPeer, wanted.streams_per_peer),
        );
        Self {
            rates,
            connections: Arc::new(connections),
            streams: Arc::new(streams),
        }
    }
}

/// A limit of [`torn_config::Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Requests of one credential.
    Requests,
    /// Tickets of one credential.
    Tickets,
    /// Tickets of the day.
    TicketsOfDay,
    /// Connections.
    Connections,
    /// Connections of one address.
    ConnectionsOfPeer,
    /// Streams.
    Streams,
    /// Streams of one address.
    StreamsOfPeer,
}

impl Limit {
    /// What it is called where refusals are counted: as in `office.toml`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests_per_second",
            Self::Tickets => "tickets_per_minute",
            Self::TicketsOfDay => "tickets_per_day",
            Self::Connections => "connections",
            Self::ConnectionsOfPeer => "connections_per_peer",
            Self::Streams => "streams",
            Self::StreamsOfPeer => "streams_per_peer",
        }
    }
}

/// Somebody asked for more than a limit allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exceeded {
    /// Which limit.
    pub limit: Limit,
    /// How much it allows.
    pub most: u32,
    /// Seconds after which it is worth asking again, 1 or more.
    pub retry_after_s: u64,
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            most,
            retry_after_s: after_s,
            ..
        } = self;
        match self.limit {
            Limit::Requests => write!(
                f,
                "this credential sends more than {most} requests a second; send it again in {after_s} s"
            ),
            Limit::Tickets => write!(
                f,
                "this credential gave out more than {most} tickets a minute; send it again in {after_s} s"
            ),
            Limit::TicketsOfDay => write!(
                f,
                "{most} tickets were given out today, and limits.tickets_per_day allows no more"
            ),
            Limit::Connections => write!(
                f,
                "{most} connections are open already; try again in a second"
            ),
            Limit::ConnectionsOfPeer => write!(
                f,
                "this address has {most} connections open already; close some, or share them"
            ),
            Limit::Streams => write!(
                f,
                "{most} streams are open already; ask for /v1/state meanwhile"
            ),
            Limit::StreamsOfPeer => write!(
                f,
                "this address has {most} streams open already; close some, or share one"
            ),
        }
    }
}
