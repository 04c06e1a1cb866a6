// SPDX-License-Identifier: GPL-3.0-or-later
//! The stream of events: what a frame's data says.

use serde::{Deserialize, Serialize};
use torn_queue::{Event, Fact, Seq, Timestamp};

/// The name of the frame that is no event: it says that the hub is there, and what time it is.
pub const BEAT: &str = "beat";

/// The data of a beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Beat {
    /// The newest event of the log.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub seq: Seq,
    /// The hub's time.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub now: Timestamp,
    /// Whether the hub believes its clock.
    pub clock_trusted: bool,
}

/// One frame of the stream, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// An event.
    Event(Box<Event>),
    /// An event of a kind that this version does not know: its reader is out of date, and goes on.
    UnknownKind {
        /// Its place in the log.
        seq: Seq,
        /// Its time.
        at: Timestamp,
        /// What it calls itself.
        kind: String,
    },
    /// The hub is there.
    Beat(Beat),
}

/// A frame that says nothing understandable.
#[derive(Debug, thiserror::Error)]
#[error("the stream's frame {name:?} can't be read")]
pub struct UnreadableFrame {
    /// What the frame calls itself.
    pub name: String,
    /// What is wrong with its data.
    #[source]
    pub source: serde_json::Error,
}

#[derive(Deserialize)]
struct Head {
    seq: Seq,
    at: Timestamp,
    kind: String,
}

impl Received {
    /// Reads a frame by its `event:` and `data:`.
    ///
    /// # Errors
    /// [`UnreadableFrame`], when a frame of a known name is not as the wire has it.
    pub fn read(name: &str, data: &str) -> Result<Self, UnreadableFrame> {
        let unreadable = |source| UnreadableFrame {
            name: name.to_owned(),
            source,
        };
        if name == BEAT {
            return serde_json::from_str(data)
                .map(Self::Beat)
                .map_err(unreadable);
        }
        let head: Head = serde_json::from_str(data).map_err(unreadable)?;
        if Fact::KINDS.contains(&head.kind.as_str()) {
            serde_json::from_str(data)
                .map(Self::Event)
                .map_err(unreadable)
        } else {
            Ok(Self::UnknownKind {
                seq: head.seq,
                at: head.at,
                kind: head.kind,
            })
        }
    }
}
