// SPDX-License-Identifier: GPL-3.0-or-later
//! Following the log for ever: connect, tell, notice a cut, connect again where it ended.
//!
//! The caller is told a prefix of the log and how fresh it is. What the events mean is the queue's.

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

use eventsource_stream::Eventsource;
use futures_util::{Stream, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, CONTENT_TYPE};
use hyper::{Request, Response, StatusCode};
use tokio::sync::mpsc::{self, Sender};
use tokio::time::{Instant, sleep, timeout};
use torn_queue::{Event, Fact, Seq, Timestamp};
use torn_wire::stream::BEAT;
use torn_wire::{Beat, LOG_HEADER, Received, SILENCE_MEANS_AWAY_MS};

use crate::Client;
use crate::backoff::Backoff;
use crate::chance::Chance;
use crate::command::Chain;
use crate::cursor::{Cursor, Step};

/// The longest pause between two attempts: a screen is to be right again within 2 s of the link, and an
/// office has few enough of them.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// Silence of this length means that the hub is away.
const SILENCE_MAX: Duration = Duration::from_millis(SILENCE_MEANS_AWAY_MS);

/// Updates that wait for a slow caller: about what an office writes in an hour. Beyond it the
/// follower stops reading, and the hub may cut it off.
const UPDATES_WAITING_MAX: usize = 256;

/// Not part of HTTP's registry in the client's library.
const LAST_EVENT_ID: &str = "last-event-id";

/// What following a hub tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// Forget everything: it is another log, or today is told again from its `day-began`.
    Afresh,
    /// The next event of the log.
    Event(Box<Event>),
    /// The next event of the log, of a kind that this version does not know: skip its seq, go on,
    /// and report this device as out of date.
    UnknownKind {
        /// Its place in the log.
        seq: Seq,
        /// Its time.
        at: Timestamp,
        /// What it calls itself.
        kind: String,
    },
    /// The hub is there, and this is its time.
    Beat(Beat),
    /// The hub answers; what comes now is current.
    Connected,
    /// The hub is away. Told once, until the next [`Update::Connected`].
    Away {
        /// When it was last heard of; never heard of: when following began.
        since: std::time::Instant,
    },
}

impl Client {
    /// Follows the hub for ever: connects again after every cut, goes on where it ended, never
    /// gives up. It runs on the tokio runtime that this is called in, and stops when the receiver
    /// is dropped.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn follow(&self) -> mpsc::Receiver<Update> {
        let (updates, receiver) = mpsc::channel(UPDATES_WAITING_MAX);
        let client = self.clone();
        tokio::spawn(async move {
            let receiver_gone = updates.clone();
            let follower = Follower::new(updates, client.chance().clone());
            tokio::select! {
                biased;
                () = receiver_gone.closed() => {}
                Gone = follower.follow(&client) => {}
            }
        });
        receiver
    }
}

/// The caller does not listen any more.
#[derive(Debug)]
struct Gone;

/// Why a connection ended.
#[derive(Debug)]
enum Cut {
    /// Connecting failed, or the connection broke or was closed.
    Lost(String),
    /// Five seconds without a frame.
    Silent,
    /// An event is missing.
    Gap,
    /// It is another log; this connection began in the wrong place.
    OtherLog,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(why) => f.write_str(why),
            Self::Silent => write!(f, "{} s of silence", SILENCE_MAX.as_secs()),
            Self::Gap => f.write_str("an event is missing in the stream"),
            Self::OtherLog => f.write_str("the hub has another log"),
        }
    }
}

struct Follower {
    updates: Sender<Update>,
    cursor: Cursor,
    backoff: Backoff,
    heard_at: Instant,
    away: bool,
}

impl Follower {
    fn new(updates: Sender<Update>, chance: Chance) -> Self {
        let backoff = Backoff::up_to(PAUSE_MAX, chance);
        Self {
            updates,
            cursor: Cursor::default(),
            backoff,
            heard_at: Instant::now(),
            away: false,
        }
    }

    async fn follow(mut self, client: &Client) -> Gone {
        loop {
            let Ok(cut) = self.one_connection(client).await else {
                return Gone;
            };
            if matches!(cut, Cut::OtherLog) {
                continue;
            }
            if self.be_away(&cut).await.is_err() {
                return Gone;
            }
            sleep(self.backoff.next_pause()).await;
        }
    }

    /// Connects and tells what comes, until the connection ends.
    async fn one_connection(&mut self, client: &Client) -> Result<Cut, Gone> {
        let response = match connect(client, self.cursor.last()).await {
            Ok(response) => response,
            Err(why) => return Ok(Cut::Lost(why)),
        };
        let log = response
            .headers()
            .get(LOG_HEADER)
            .and_then(|value| value.to_str().ok());
        let knew_something = self.cursor.last().is_some();
        if !self.cursor.connected_to(log) {
            tracing::warn!(
                hub = client.hub(),
                "the hub has another log; everything is read afresh"
            );
            self.tell(Update::Afresh).await?;
            if knew_something {
                return Ok(Cut::OtherLog);
            }
        }
        tracing::info!(hub = client.hub(), after = ?self.cursor.last().map(Seq::get), "following the hub");
        self.heard_at = Instant::now();
        self.away = false;
        self.tell(Update::Connected).await?;
        let frames = response.into_body().into_data_stream().eventsource();
        let frames = frames.map(|frame| match frame {
            Ok(frame) => Ok(Frame {
                name: frame.event,
                data: frame.data,
            }),
            Err(error) => Err(Chain(&error).to_string()),
        });
        // Commands say until when they are wanted by this clock.
        let frames = frames.inspect(|frame| {
            if let Ok(Frame { name, data }) = frame
                && name == BEAT
                && let Ok(Received::Beat(beat)) = Received::read(name, data)
            {
                client.note_hubs_clock(beat.now);
            }
        });
        self.listen(frames).await
    }

    /// Tells what the frames say, until they end, stay away or make no sense.
    async fn listen(
        &mut self,
        frames: impl Stream<Item = Result<Frame, String>>,
    ) -> Result<Cut, Gone> {
        let mut frames = std::pin::pin!(frames);
        loop {
            let frame = match timeout(SILENCE_MAX, frames.next()).await {
                Ok(Some(Ok(frame))) => frame,
                Ok(Some(Err(why))) => return Ok(Cut::Lost(why)),
                Ok(None) => return Ok(Cut::Lost("the hub closed the stream".to_owned())),
                Err(_) => return Ok(Cut::Silent),
            };
            self.heard_at = Instant::now();
            match Received::read(&frame.name, &frame.data) {
                Ok(received) => match self.take(received).await? {
                    ControlFlow::Continue(()) => self.backoff.reset(),
                    ControlFlow::Break(cut) => return Ok(cut),
                },
                Err(error) => return Ok(Cut::Lost(Chain(&error).to_string())),
            }
        }
    }

    async fn take(&mut self, received: Received) -> Result<ControlFlow<Cut>, Gone> {
        let (seq, begins_day, update) = match received {
            Received::Beat(beat) => {
                self.tell(Update::Beat(beat)).await?;
                return Ok(ControlFlow::Continue(()));
            }
            Received::Event(event) => (
                event.seq,
                matches!(event.fact, Fact::DayBegan { .. }),
                Update::Event(event),
            ),
            Received::UnknownKind { seq, at, kind } => {
                tracing::warn!(%seq, kind, "an event of an unknown kind; this program is older than the hub");
                (seq, false, Update::UnknownKind { seq, at, kind })
            }
        };
        let first_here = !self.cursor.told_here();
        match self.cursor.step(seq, begins_day) {
            Step::Next => self.tell(update).await?,
            Step::Afresh => {
                self.tell(Update::Afresh).await?;
                self.tell(update).await?;
            }
            Step::Known => {}
            Step::Gap => {
                tracing::error!(%seq, last = ?self.cursor.last(), "an event is missing in the stream");
                // Asked for the next one and given a later one: what is missing won't come.
                if first_here {
                    self.cursor.forget_place();
                    self.tell(Update::Afresh).await?;
                }
                return Ok(ControlFlow::Break(Cut::Gap));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    async fn be_away(&mut self, cut: &Cut) -> Result<(), Gone> {
        if std::mem::replace(&mut self.away, true) {
            tracing::debug!(why = %cut, "the hub is still away");
            return Ok(());
        }
        tracing::warn!(why = %cut, "the hub is away; trying again until it is back");
        self.tell(Update::Away {
            since: self.heard_at.into_std(),
        })
        .await
    }

    async fn tell(&self, update: Update) -> Result<(), Gone> {
        self.updates.send(update).await.map_err(|_| Gone)
    }
}

struct Frame {
    name: String,
    data: String,
}

/// The stream's answer, or in one line why there is none.
async fn connect(client: &Client, last: Option<Seq>) -> Result<Response<Incoming>, String> {
    let mut request = Request::get(client.url("/v1/events")).header(ACCEPT, "text/event-stream");
    if let Some(last) = last {
        request = request.header(LAST_EVENT_ID, last.get());
    }
    let request = request
        .body(Full::default())
        .map_err(|error| error.to_string())?;
    let response = match timeout(SILENCE_MAX, client.http().send(request)).await {
        Ok(response) => response.map_err(|error| Chain(&error).to_string())?,
        Err(_) => return Err("the hub takes connections and says nothing".to_owned()),
    };
    let media = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match response.status() {
        StatusCode::OK if media.starts_with("text/event-stream") => Ok(response),
        status => Err(format!(
            "the hub answers {status} {media:?} where the stream should be"
        )),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    fn beat_frame() -> Result<Frame, String> {
        let data = r#"{"seq":7,"now":"2026-11-24T09:42:02.000Z","clock_trusted":true}"#;
        Ok(Frame {
            name: "beat".to_owned(),
            data: data.to_owned(),
        })
    }

    #[tokio::test(start_paused = true)]
    async fn five_seconds_of_silence_end_a_connection_and_beats_keep_it() {
        let (updates, mut receiver) = mpsc::channel(16);
        let begun = tokio::time::Instant::now();
        let frames = stream::iter(0..3).then(async |_| {
            sleep(Duration::from_millis(torn_wire::BEAT_EVERY_MS)).await;
            beat_frame()
        });
        let cut = Follower::new(updates, Chance::default())
            .listen(frames.chain(stream::pending()))
            .await
            .unwrap();
        assert!(matches!(cut, Cut::Silent), "{cut}");
        assert_eq!(begun.elapsed(), Duration::from_secs(3 * 2 + 5));
        for _ in 0..3 {
            assert!(matches!(receiver.recv().await, Some(Update::Beat(_))));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_is_slow_is_no_silence_of_the_hub() {
        let (updates, mut receiver) = mpsc::channel(1);
        let frames = stream::iter((0..3).map(|_| beat_frame()));
        let listening = tokio::spawn(async move {
            Follower::new(updates, Chance::default())
                .listen(frames)
                .await
        });
        sleep(Duration::from_secs(60)).await;
        for _ in 0..3 {
            assert!(receiver.recv().await.is_some());
        }
        assert!(matches!(listening.await.unwrap(), Ok(Cut::Lost(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn an_unreadable_event_ends_the_connection_with_its_reason() {
        let (updates, _receiver) = mpsc::channel(16);
        let frame = Frame {
            name: "desk-opened".to_owned(),
            data: r#"{"seq":8}"#.to_owned(),
        };
        let cut = Follower::new(updates, Chance::default())
            .listen(stream::iter([Ok(frame)]))
            .await
            .unwrap();
        assert!(
            matches!(&cut, Cut::Lost(why) if why.contains("desk-opened") && why.contains("missing field")),
            "{cut}"
        );
    }
}
