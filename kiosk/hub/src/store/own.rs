// SPDX-License-Identifier: GPL-3.0-or-later
//! What an event says of itself, held against its columns. What it means beyond that is not known here.

use std::borrow::Cow;

use serde::Deserialize;
use torn_queue::Timestamp;

use super::Entry;

#[derive(Deserialize)]
struct Own<'a> {
    seq: u64,
    at: Timestamp,
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

/// Whether the event's text is JSON and names the seq, the time and the kind that its columns have.
///
/// # Errors
/// What is wrong, in a few words.
pub(super) fn check(entry: &Entry) -> Result<(), String> {
    let own: Own<'_> = serde_json::from_str(&entry.data)
        .map_err(|error| format!("its text is no event: {error}"))?;
    if own.seq != entry.seq.get() {
        return Err(format!("its text says that it is {}", own.seq));
    }
    if own.at.unix_ms() != entry.at_ms {
        return Err(format!("its text says that it happened at {}", own.at));
    }
    if own.kind != entry.kind {
        return Err(format!("its text says that it is a {}", own.kind));
    }
    Ok(())
}
