// SPDX-License-Identifier: GPL-3.0-or-later
//! Any bytes as a stream of events, in pieces of any size, as the client reads it: frames, what they say, and
//! the queue that a screen folds from them. Whoever poses as the hub may tell nonsense; a screen does not fall.
#![no_main]

use std::convert::Infallible;

use eventsource_stream::Eventsource;
use futures_util::{FutureExt, StreamExt, stream};
use libfuzzer_sys::fuzz_target;
use torn_queue::State;
use torn_wire::Received;

fuzz_target!(|bytes: &[u8]| {
    let Some((size, text)) = bytes.split_first() else {
        return;
    };
    let pieces = text.chunks(usize::from(*size).max(1));
    let pieces = stream::iter(pieces.map(Ok::<_, Infallible>));
    let frames = pieces.eventsource().collect::<Vec<_>>();
    // Nothing is waited for, so it is there at once.
    let frames = frames.now_or_never().expect("all the pieces are there");
    let mut state = State::default();
    for frame in frames.into_iter().flatten() {
        match Received::read(&frame.event, &frame.data) {
            Ok(Received::Event(event)) => {
                let written = serde_json::to_string(&event).expect("what was read can be written");
                let again = serde_json::from_str(&written).expect("what was written can be read");
                assert_eq!(*event, again);
                state.apply(&event);
            }
            Ok(Received::UnknownKind { kind, .. }) => {
                assert!(!torn_queue::Fact::KINDS.contains(&kind.as_str()));
            }
            Ok(Received::Beat(_)) | Err(_) => {}
        }
    }
});
