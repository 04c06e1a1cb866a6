// SPDX-License-Identifier: GPL-3.0-or-later
//! The stream of events: today or all of it, from where a follower left off, and then as it happens.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Extension, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use torn_queue::Seq;
use torn_wire::{BEAT_EVERY_MS, Beat, Code};

use super::respond::Refuse;
use super::{App, Reads};
use crate::limits::Place;
use crate::published::{Batch, frames};
use crate::store::{Entry, StoreError};

/// Events that are read from the log at once for a follower that is behind.
const CATCH_UP: u32 = 64;

/// Bytes of events that a follower which is behind is told together, unless one alone has more.
const CATCH_UP_BYTES: usize = 24 * 1024;

/// Bytes that a follower is handed at once. Sixteen such pieces wait for its socket at most, so that one who reads
/// nothing holds no more of the hub's memory than these and what they are pieces of.
const PIECE: usize = 2048;

/// Where a follower wants to begin.
#[derive(Debug, Deserialize)]
pub(super) struct From {
    after: Option<String>,
    log: Option<String>,
}

/// One reads the log at a time: there is one connection for it, and whoever waited for that on a thread would cost
/// the thread.
static READING: Semaphore = Semaphore::const_new(1);

/// Tells the events, as Server-Sent Events; `Last-Event-ID` wins over `after`.
#[utoipa::path(
    get, path = "/v1/events", tag = "events",
    params(
        ("after" = Option<u64>, Query, description = "all events after this seq, whatever the day"),
        ("log" = Option<String>, Query, description = "the log that was followed before"),
        ("Last-Event-ID" = Option<String>, Header, description = "where to go on within today"),
    ),
    responses((status = 200, content_type = "text/event-stream", body = String))
)]
pub(super) async fn follow(
    State(app): State<App>,
    Query(from): Query<From>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Result<Response, Refuse> {
    let peer = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    let place = match app.limits.streams.take(peer) {
        Ok(place) => place,
        Err(exceeded) => {
            app.metrics.limited(exceeded.limit);
            return Ok(exceeded.into_response());
        }
    };
    // Subscribed before the newest event is looked up, so that nothing falls between.
    let feed = app.published.subscribe();
    let cursor = beginning(&app, &from, &headers)?;
    let beat = Duration::from_millis(BEAT_EVERY_MS);
    let mut beats = interval_at(Instant::now(), beat);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let follower = Follower {
        app,
        feed,
        cursor,
        behind: true,
        rest: Bytes::new(),
        beats,
        _place: place,
    };
    let frames = stream::unfold(follower, |mut follower| async {
        let frames = follower.next().await?;
        Some((Ok::<_, std::convert::Infallible>(frames), follower))
    });
    let mut response = Response::new(Body::from_stream(frames));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The seq after which the stream begins.
fn beginning(app: &App, from: &From, headers: &HeaderMap) -> Result<Seq, Refuse> {
    let (newest, day_began) = app.published.newest_and_day_began();
    let today = Seq::new(day_began.get().saturating_sub(1));
    if from
        .log
        .as_ref()
        .is_some_and(|log| !log.eq_ignore_ascii_case(&app.log))
    {
        return Ok(today);
    }
    if let Some(last) = headers.get("last-event-id") {
        let last = last
            .to_str()
            .ok()
            .and_then(|text| text.parse().ok())
            .map(Seq::new);
        return Ok(last
            .filter(|last| (today..=newest).contains(last))
            .unwrap_or(today));
    }
    let Some(after) = &from.after else {
        return Ok(today);
    };
    let plain = !after.is_empty() && after.bytes().all(|byte| byte.is_ascii_digit());
    let after = after
        .parse()
        .ok()
        .filter(|_| plain)
        .map(Seq::new)
        .ok_or_else(|| {
            Refuse::new(
                Code::Malformed,
                "the query: after is a seq, a whole number from 0 on",
            )
        })?;
    if after > newest {
        let detail = format!(
            "the newest event is {newest}, {after} has not happened yet; follow without after"
        );
        return Err(Refuse::new(Code::SeqFromTheFuture, detail));
    }
    Ok(after)
}

/// One who follows, and how far it was told.
struct Follower {
    app: App,
    feed: Receiver<Arc<Batch>>,
    cursor: Seq,
    /// Whether it is to be told from the log before the feed is of use.
    behind: bool,
    /// What it is to be told before anything else.
    rest: Bytes,
    beats: Interval,
    /// It is one of so many.
    _place: Place,
}

impl Follower {
    /// The piece that it is told next; `None` when the hub stops or the log can't be read.
    async fn next(&mut self) -> Option<Bytes> {
        if self.rest.is_empty() {
            self.rest = self.frames().await?;
        }
        Some(self.rest.split_to(piece(&self.rest)))
    }

    async fn frames(&mut self) -> Option<Bytes> {
        loop {
            if self.app.stop.is_cancelled() {
                return None;
            }
            if self.behind {
                match self.catch_up().await? {
                    told if told.is_empty() => self.behind = false,
                    told => return Some(told),
                }
            }
            // In this order, so that one who has much to be told hears the beats all the same.
            tokio::select! {
                biased;
                () = self.app.stop.cancelled() => return None,
                _ = self.beats.tick() => return Some(self.beat()),
                batch = self.feed.recv() => match batch {
                    Ok(batch) if batch.last <= self.cursor => {}
                    Ok(batch) if batch.first == self.cursor.next() => {
                        self.cursor = batch.last;
                        return Some(batch.frames.clone());
                    }
                    Ok(_) | Err(RecvError::Lagged(_)) => self.behind = true,
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    async fn catch_up(&mut self) -> Option<Bytes> {
        let (newest, _) = self.app.published.newest_and_day_began();
        if newest <= self.cursor {
            return Some(Bytes::new());
        }
        let (history, cursor) = (Arc::clone(&self.app.history), self.cursor);
        let read = move || history.after(cursor, newest, CATCH_UP);
        let read = match self.app.reads {
            Reads::OnThreads => {
                let _turn = READING.acquire().await.ok()?;
                tokio::task::spawn_blocking(read).await.ok()?
            }
            Reads::InPlace => read(),
        };
        match read {
            Ok(mut entries) => {
                entries.truncate(fitting(&entries));
                self.cursor = entries.last()?.seq;
                Some(frames(&entries))
            }
            // It was said where it was met; the follower comes again and again.
            Err(StoreError::Damaged { .. }) => None,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a follower can't be told"
                );
                None
            }
        }
    }

    fn beat(&self) -> Bytes {
        let (seq, _) = self.app.published.newest_and_day_began();
        let clock = self.app.published.clock();
        let beat = Beat {
            seq,
            now: clock.now(),
            clock_trusted: clock.trusted(),
        };
        let data = serde_json::to_string(&beat).unwrap_or_default();
        Bytes::from(format!("event: beat\ndata: {data}\n\n"))
    }
}

/// How many of the events that were read are told together: as many as fit, and one at least.
fn fitting(entries: &[Entry]) -> usize {
    let mut bytes = 0;
    let fit = entries.iter().take_while(|one| {
        bytes += one.data.len();
        bytes <= CATCH_UP_BYTES
    });
    fit.count().max(1)
}

/// How much of what is to be told is handed over at once: whole events where they fit.
fn piece(rest: &[u8]) -> usize {
    if rest.len() <= PIECE {
        return rest.len();
    }
    let ends = rest[..PIECE].windows(2).rposition(|two| two == b"\n\n");
    ends.map_or(PIECE, |last| last + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_events_are_handed_over_where_they_fit_and_pieces_of_one_that_is_longer() {
        let small = b"id: 1\ndata: {}\n\n".repeat(500);
        let first = piece(&small);
        assert!(first <= PIECE && small[..first].ends_with(b"\n\n"));
        let large = [b'x'; 3 * PIECE];
        assert_eq!((piece(&large), piece(b"id: 1\n\n")), (PIECE, 7));
    }
}
