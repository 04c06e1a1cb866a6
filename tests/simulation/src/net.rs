// SPDX-License-Identifier: GPL-3.0-or-later
//! The LAN between the hub and the others: who reaches it, how late, and what breaks.
//!
//! Each host has its weather, which the plan changes. It knows no HTTP; what a pipe does with what is decided
//! here is in `pipe`.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection as Connects};
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep, sleep_until};
use torn_disk::Chance;
use tower::Service;

use crate::pipe::{Connection, End, Fate, Weather};
use crate::trace::Trace;

/// Bytes that nobody acknowledged for so long are given up by a client's kernel, as the client asks it.
const UNACKNOWLEDGED_FOR: Duration = Duration::from_secs(3);

/// How a host reaches the hub.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    /// How late what is written arrives, in milliseconds.
    pub(crate) late_ms: (u64, u64),
    /// Of so many writes one cuts its connection; zero: none.
    pub(crate) cut_once_in: u64,
    /// Nothing gets through until then; it comes late, if its sender is patient.
    pub(crate) blocked_until: Option<Instant>,
}

impl Link {
    /// As in an office where nothing is wrong.
    pub(crate) const FAIR: Self = Self {
        late_ms: (0, 3),
        cut_once_in: 0,
        blocked_until: None,
    };
}

/// The LAN. Cheap to clone; the clones are one LAN.
#[derive(Clone)]
pub(crate) struct Net {
    inner: Arc<Mutex<Inner>>,
    trace: Trace,
}

struct Inner {
    chance: Chance,
    links: Vec<Link>,
    connections: Vec<Weak<Connection>>,
    /// Where a hub takes connections, while there is one.
    hub: Option<UnboundedSender<End>>,
    /// Whether the hub's machine is there to refuse them.
    machine: bool,
}

impl Net {
    pub(crate) fn new(chance: Chance, hosts: usize, trace: Trace) -> Self {
        let inner = Inner {
            chance,
            links: vec![Link::FAIR; hosts],
            connections: Vec::new(),
            hub: None,
            machine: true,
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            trace,
        }
    }

    /// How `host` makes its connections.
    pub(crate) fn connector(&self, host: usize) -> Connector {
        Connector {
            net: self.clone(),
            host,
        }
    }

    /// From now on connections go to this hub; none: they are refused, or, without a machine, not answered.
    pub(crate) fn hub(&self, hub: Option<UnboundedSender<End>>, machine: bool) {
        let mut inner = self.inner();
        (inner.hub, inner.machine) = (hub, machine);
    }

    /// Changes how a host reaches the hub.
    pub(crate) fn set(&self, host: usize, link: Link) {
        self.inner().links[host] = link;
    }

    /// All is well from now on; what is blocked comes through.
    pub(crate) fn heal(&self) {
        self.inner().links.fill(Link::FAIR);
    }

    /// Cuts the connections that a host has, or has them fall silent; without a host those of all.
    pub(crate) fn end_connections(&self, host: Option<usize>, silently: bool) {
        let all = {
            let mut inner = self.inner();
            inner.connections.retain(|one| one.strong_count() > 0);
            inner.connections.clone()
        };
        let those = all.iter().filter_map(Weak::upgrade);
        for connection in those.filter(|one| host.is_none_or(|host| one.host == host)) {
            match silently {
                true => connection.fall_silent(),
                false => connection.cut(),
            }
        }
    }

    async fn connect(self, host: usize) -> io::Result<End> {
        let (late, blocked) = {
            let mut inner = self.inner();
            let link = inner.links[host];
            (inner.late(link), link.blocked_until)
        };
        if let Some(until) = blocked {
            sleep_until(until).await;
        }
        sleep(late).await;
        let (hub, machine) = {
            let inner = self.inner();
            (inner.hub.clone(), inner.machine)
        };
        let Some(hub) = hub else {
            if !machine {
                std::future::pending::<()>().await;
            }
            return Err(io::ErrorKind::ConnectionRefused.into());
        };
        let net = self.clone();
        let weather: Weather =
            Arc::new(move |one, by_client, bytes| net.decide(one, by_client, bytes));
        let (mine, its, connection) = Connection::pair(host, weather);
        if hub.send(its).is_err() {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        self.inner().connections.push(Arc::downgrade(&connection));
        Ok(mine)
    }

    /// What becomes of bytes that are written now.
    fn decide(&self, connection: &Connection, by_client: bool, bytes: usize) -> Fate {
        let mut inner = self.inner();
        let link = inner.links[connection.host];
        let now = Instant::now();
        let at = now + inner.late(link);
        if let Some(until) = link.blocked_until.filter(|until| *until > now) {
            // A hub's kernel is patient for minutes.
            return match by_client && until - now > UNACKNOWLEDGED_FOR {
                true => Fate::Lost(UNACKNOWLEDGED_FOR),
                false => Fate::At(until + (at - now)),
            };
        }
        if link.cut_once_in > 0 && inner.chance.once_in(link.cut_once_in) {
            let some = inner.chance.below(bytes as u64 + 1);
            drop(inner);
            self.trace.note(
                "net",
                &format!("cut of {} after {some} of {bytes}", connection.host),
            );
            return Fate::CutAfter(usize::try_from(some).unwrap_or(bytes), at);
        }
        Fate::At(at)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn late(&mut self, link: Link) -> Duration {
        let (least, most) = link.late_ms;
        Duration::from_millis(least + self.chance.below(most - least + 1))
    }
}

/// Makes the connections of one host.
#[derive(Clone)]
pub(crate) struct Connector {
    net: Net,
    host: usize,
}

impl Service<Uri> for Connector {
    type Response = Wire;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Wire>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let connecting = self.net.clone().connect(self.host);
        Box::pin(async move { Ok(Wire(TokioIo::new(connecting.await?))) })
    }
}

/// A client's end, as its HTTP wants it.
pub(crate) struct Wire(TokioIo<End>);

impl Connects for Wire {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
