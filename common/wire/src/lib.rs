// SPDX-License-Identifier: GPL-3.0-or-later
//! What goes over the LAN, version 1: JSON shapes as serde types, and problem documents.
//!
//! Members are snake_case, enum values kebab-case, times RFC 3339 in UTC with milliseconds; a member
//! without a value is there as `null`. These types know nothing of how a queue is stored or drawn.

pub mod problem;
pub mod request;
pub mod session;
pub mod stream;
pub mod view;

pub use problem::{Code, Problem};
pub use stream::{Beat, Received};

/// The version of the wire: the first part of every path of the API.
pub const VERSION: &str = "v1";

/// The header that every answer carries: the UUID that was made with the log.
pub const LOG_HEADER: &str = "torn-log";

/// The header that makes a POST safe to send again: 1–128 printable ASCII characters.
pub const IDEMPOTENCY_KEY_HEADER: &str = "idempotency-key";

/// The header of an answer that was given before.
pub const IDEMPOTENCY_REPLAYED_HEADER: &str = "idempotency-replayed";

/// The header that says until when a command is wanted, in the hub's time, as RFC 3339. One that comes
/// later is refused with `expired`: a press must not summon anyone once whoever pressed has gone.
pub const EXPIRES_HEADER: &str = "torn-expires";

/// How often the stream has a beat, in milliseconds.
pub const BEAT_EVERY_MS: u64 = 2_000;

/// After so many milliseconds without any frame the hub counts as away.
pub const SILENCE_MEANS_AWAY_MS: u64 = 5_000;
