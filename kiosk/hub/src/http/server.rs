// SPDX-License-Identifier: GPL-3.0-or-later
//! Connections: accepted, bounded, and ended when the hub stops.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use torn_wire::{Code, Problem};

use super::unparsed::{SpeltOut, spelt_out};

/// Connections at once: an office has some twenty; a lobby full of phones some hundreds.
const CONNECTIONS_MAX: usize = 1024;

/// A client has this long to send the headers of a request.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);

/// What is read of a request's head, so that a long one is answered and not cut off.
const HEAD_BYTES_READ: usize = 256 * 1024;

/// Headers that are read of a request, so that too many are answered and not cut off.
const HEADERS_READ: usize = 1000;

/// How long a request that is under way may take when the hub stops.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// Serves `router` over the log named `log` on `listener` until `stop`, then lets what is under way end,
/// and cuts what does not.
pub async fn serve(listener: TcpListener, router: Router, log: Arc<str>, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection can't be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Small answers must not wait for more to come.
        let _ = stream.set_nodelay(true);
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            turn_away(&stream, &log);
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        let stream = TokioIo::new(SpeltOut::new(stream, Arc::clone(&log)));
        let connection = graceful.watch(http().serve_connection(stream, service));
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
            drop(place);
        });
    }
    drop(listener);
    if timeout(STOP_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections are cut that did not end in {STOP_WITHIN:?}");
    }
    connections.shutdown().await;
}

fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        // Who has sent all it has to say may still want the answer.
        .half_close(true)
        .max_headers(HEADERS_READ)
        .max_buf_size(HEAD_BYTES_READ);
    http
}

/// Tells one connection too many so, as far as that can be done without waiting for it.
fn turn_away(stream: &TcpStream, log: &str) {
    let detail = format!("{CONNECTIONS_MAX} connections are open already; try again in a second");
    let answer = spelt_out(
        &Problem::new(Code::TooMany, detail),
        log,
        "retry-after: 1\r\n",
    );
    // A fresh connection has room for so little; one that has not may go without a word.
    let _ = stream.try_write(answer.as_bytes());
}
