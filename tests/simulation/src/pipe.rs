// SPDX-License-Identifier: GPL-3.0-or-later
//! A connection in memory that behaves as TCP does on a bad LAN: late, in pieces, cut, or silent.
//!
//! Bytes of one direction come in order and whole, or the connection breaks. How late they come and when it
//! breaks is decided by the net's weather; what they say is not known here.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Duration, Instant, Sleep, sleep_until};

/// What becomes of bytes that are written now.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// They arrive at this time, or when what was written before has arrived.
    At(Instant),
    /// So many of them arrive at this time, and then the connection is cut.
    CutAfter(usize, Instant),
    /// Nobody ever hears of them; after a while the client's kernel gives the connection up.
    Lost(Duration),
}

/// Decides on what is written by a client, or to one.
pub(crate) type Weather = Arc<dyn Fn(&Connection, bool, usize) -> Fate + Send + Sync>;

/// Bytes that may be under way in one direction.
const WINDOW: usize = 32 * 1024;

/// One connection, of which both ends know.
pub(crate) struct Connection {
    /// Whose it is.
    pub(crate) host: usize,
    state: Mutex<State>,
    weather: Weather,
}

#[derive(Default)]
struct State {
    /// To the hub, and from it.
    ways: [Way; 2],
    /// From then on neither end can use it.
    broken: Option<Instant>,
    /// From then on the client's end can't: its kernel has given up.
    given_up: Option<Instant>,
    /// Nothing arrives any more, and nobody is told.
    silent: bool,
}

#[derive(Default)]
struct Way {
    under_way: VecDeque<(Instant, Bytes)>,
    bytes: usize,
    /// When the last of it arrives.
    last: Option<Instant>,
    /// It was cut here: what is written from then on arrives nowhere.
    cut: bool,
    /// The writer has ended.
    ended: bool,
    /// The reader is gone.
    unread: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Way {
    fn wake(&mut self) {
        for waker in [self.reader.take(), self.writer.take()]
            .into_iter()
            .flatten()
        {
            waker.wake();
        }
    }
}

impl Connection {
    /// Both ends of a new connection: the client's and the hub's.
    pub(crate) fn pair(host: usize, weather: Weather) -> (End, End, Arc<Self>) {
        let connection = Arc::new(Self {
            host,
            state: Mutex::default(),
            weather,
        });
        let end = |side| End {
            connection: Arc::clone(&connection),
            side,
            alarm: None,
        };
        let (client, hub) = (end(Side::Client), end(Side::Hub));
        (client, hub, connection)
    }

    /// Breaks it, at both ends.
    pub(crate) fn cut(&self) {
        let mut state = self.state();
        state.broken.get_or_insert_with(Instant::now);
        state.ways.iter_mut().for_each(Way::wake);
    }

    /// From now on nothing arrives, and nobody is told: a machine without power, a cable pulled at a switch.
    pub(crate) fn fall_silent(&self) {
        let mut state = self.state();
        state.silent = true;
        for way in &mut state.ways {
            way.under_way.clear();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Hub,
}

impl Side {
    fn writes(self) -> usize {
        usize::from(self == Self::Hub)
    }

    fn reads(self) -> usize {
        usize::from(self == Self::Client)
    }
}

/// One end of a connection.
pub(crate) struct End {
    connection: Arc<Connection>,
    side: Side,
    /// Wakes whoever reads or writes when something is due.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl End {
    /// The error of a connection that can't be used, and when it will be one.
    fn broken(&self, state: &State) -> (Option<io::Error>, Option<Instant>) {
        let given_up = state.given_up.filter(|_| self.side == Side::Client);
        let at = [state.broken, given_up].into_iter().flatten().min();
        match at {
            Some(at) if at <= Instant::now() => (Some(io::ErrorKind::ConnectionReset.into()), None),
            at => (None, at),
        }
    }

    /// Is woken at the earliest of these times.
    fn set_alarm(&mut self, context: &mut Context<'_>, times: [Option<Instant>; 2]) {
        if let Some(at) = times.into_iter().flatten().min() {
            let mut alarm = Box::pin(sleep_until(at));
            if alarm.as_mut().poll(context).is_ready() {
                context.waker().wake_by_ref();
            }
            self.alarm = Some(alarm);
        }
    }
}

impl AsyncRead for End {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let connection = Arc::clone(&self.connection);
        let mut state = connection.state();
        let (error, breaks) = self.broken(&state);
        let silent = state.silent;
        let way = &mut state.ways[self.side.reads()];
        let now = Instant::now();
        let due = way.under_way.front().map(|(due, _)| *due);
        match due {
            // What came before a cut is read before it is told.
            Some(due) if due <= now => {
                if let Some((_, bytes)) = way.under_way.front_mut() {
                    let taken = bytes.len().min(buffer.remaining());
                    buffer.put_slice(&bytes[..taken]);
                    bytes.advance(taken);
                    way.bytes -= taken;
                    if bytes.is_empty() {
                        way.under_way.pop_front();
                    }
                }
                if let Some(writer) = way.writer.take() {
                    writer.wake();
                }
                return Poll::Ready(Ok(()));
            }
            None if way.ended && !silent => return Poll::Ready(Ok(())),
            _ => {}
        }
        if let Some(error) = error {
            return Poll::Ready(Err(error));
        }
        way.reader = Some(context.waker().clone());
        drop(state);
        self.set_alarm(context, [due, breaks]);
        Poll::Pending
    }
}

impl AsyncWrite for End {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let connection = Arc::clone(&self.connection);
        let by_client = self.side == Side::Client;
        let room = {
            let mut state = connection.state();
            let (error, breaks) = self.broken(&state);
            if let Some(error) = error {
                return Poll::Ready(Err(error));
            }
            let way = &mut state.ways[self.side.writes()];
            if way.unread {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            let room = WINDOW.saturating_sub(way.bytes);
            if room == 0 {
                way.writer = Some(context.waker().clone());
                drop(state);
                self.set_alarm(context, [breaks, None]);
                return Poll::Pending;
            }
            room
        };
        let taken = room.min(bytes.len());
        let fate = (connection.weather)(&connection, by_client, taken);
        connection.state().write(self.side, &bytes[..taken], fate);
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.connection.state().end(self.side);
        Poll::Ready(Ok(()))
    }
}

impl State {
    fn write(&mut self, side: Side, bytes: &[u8], fate: Fate) {
        let gone = self.silent || self.ways[side.writes()].cut;
        let way = &mut self.ways[side.writes()];
        // What nobody acknowledges fills the window.
        way.bytes += bytes.len();
        let (arrive, at) = match fate {
            _ if gone => return,
            Fate::At(at) => (bytes.len(), at),
            Fate::CutAfter(some, at) => (some, at),
            Fate::Lost(after) => {
                self.silent = true;
                if side == Side::Client {
                    self.given_up.get_or_insert(Instant::now() + after);
                }
                return;
            }
        };
        let at = way.last.map_or(at, |last| last.max(at));
        way.last = Some(at);
        if arrive > 0 {
            let bytes = Bytes::copy_from_slice(&bytes[..arrive]);
            way.under_way.push_back((at, bytes));
        }
        if arrive < bytes.len() || matches!(fate, Fate::CutAfter(..)) {
            way.cut = true;
            self.broken.get_or_insert(at);
        }
        self.ways.iter_mut().for_each(Way::wake);
    }

    fn end(&mut self, side: Side) {
        let way = &mut self.ways[side.writes()];
        way.ended = true;
        way.wake();
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let mut state = self.connection.state();
        // What is under way arrives all the same, and then the end.
        state.end(self.side);
        let way = &mut state.ways[self.side.reads()];
        way.unread = true;
        way.wake();
    }
}
