// SPDX-License-Identifier: GPL-3.0-or-later
//! Requests over connections: which sockets there are, how long they may take, what is sent with each.
//!
//! A connector says how a connection is made, so that other pipes than TCP's carry the same code.
//! What is asked and what an answer means is decided elsewhere.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderValue, USER_AGENT};
use hyper::rt::{Read, Write};
use hyper::{Request, Uri};
use hyper_util::client::legacy::connect::{Connection, HttpConnector};
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::Service;

/// How long the hub may take to accept a connection on a LAN; a new attempt finds a mended link sooner.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);

/// Bytes that nobody acknowledged for so long are given up by the kernel: a press that was written
/// to a cut cable must not arrive when the cable is mended.
const UNACKNOWLEDGED_FOR: Duration = Duration::from_secs(3);

/// How long a connection says nothing before the kernel asks whether the other side is still there.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(15);

/// Idle connections are kept for a person's next touch, not for longer.
const IDLE_KEPT_FOR: Duration = Duration::from_secs(10);

/// What every request says of who sends it.
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("torn-client/", env!("CARGO_PKG_VERSION")));

type BoxError = Box<dyn Error + Send + Sync>;

/// Sends requests; its connections are made as they are needed and kept for the next request.
pub(crate) struct Http {
    send: Box<dyn Fn(Request<Full<Bytes>>) -> ResponseFuture + Send + Sync>,
    headers: HeaderMap,
}

impl Http {
    /// Sends over connections that `connector` makes, with `credential` if there is one.
    pub(crate) fn over<C>(connector: C, credential: Option<HeaderValue>) -> Self
    where
        C: Service<Uri> + Clone + Send + Sync + 'static,
        C::Response: Read + Write + Connection + Unpin + Send + 'static,
        C::Error: Into<BoxError>,
        C::Future: Send,
    {
        let in_time = tower::service_fn(move |hub: Uri| Box::pin(connect(connector.clone(), hub)));
        let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_KEPT_FOR)
            .build(in_time);
        let credential = credential.map(|value| (AUTHORIZATION, value));
        Self {
            send: Box::new(move |request| client.request(request)),
            headers: credential
                .into_iter()
                .chain([(USER_AGENT, AGENT)])
                .collect(),
        }
    }

    /// Sends a request. Whoever drops what this gives closes its connection.
    pub(crate) fn send(&self, mut request: Request<Full<Bytes>>) -> ResponseFuture {
        let headers = request.headers_mut();
        headers.extend(
            self.headers
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        (self.send)(request)
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A credential is shown as `Sensitive`.
        f.debug_struct("Http")
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// TCP as it is on a LAN.
pub(crate) fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    // A press is one small packet and must not wait for more.
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(KEEPALIVE_AFTER));
    tcp.set_keepalive_interval(Some(KEEPALIVE_AFTER));
    tcp.set_connect_timeout(Some(CONNECT_WITHIN));
    tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED_FOR));
    tcp
}

/// Makes a connection in its time, that of finding the hub's address included.
async fn connect<C>(mut connector: C, hub: Uri) -> Result<C::Response, BoxError>
where
    C: Service<Uri>,
    C::Error: Into<BoxError>,
{
    let connected = async {
        poll_fn(|context| connector.poll_ready(context)).await?;
        connector.call(hub).await
    };
    match tokio::time::timeout(CONNECT_WITHIN, connected).await {
        Ok(connected) => connected.map_err(Into::into),
        Err(_) => Err(format!("no connection within {CONNECT_WITHIN:?}").into()),
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use hyper_util::rt::TokioIo;
    use tokio::net::TcpStream;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_does_not_come_is_given_up_after_a_second() {
        let nowhere = tower::service_fn(|_: Uri| pending::<Result<TokioIo<TcpStream>, BoxError>>());
        let begun = Instant::now();
        let request = Request::get("http://hub/v1/events").body(Full::default());
        let answer = Http::over(nowhere, None).send(request.unwrap()).await;
        assert!(answer.is_err_and(|error| error.is_connect()));
        assert_eq!(begun.elapsed(), CONNECT_WITHIN);
    }
}
