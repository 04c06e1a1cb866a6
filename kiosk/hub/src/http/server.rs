// SPDX-License-Identifier: GPL-3.0-or-later
//! Connections: accepted, bounded, and ended when the hub stops.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::unparsed::SpeltOut;

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

/// Serves `router` over the log named `log` on `listener` until `stop`, then lets what is under way end.
pub async fn serve(listener: TcpListener, router: Router, log: Arc<str>, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        // Who has sent all it has to say may still want the answer.
        .half_close(true)
        .max_headers(HEADERS_READ)
        .max_buf_size(HEAD_BYTES_READ);
    loop {
        let place = Arc::clone(&places).acquire_owned();
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            Ok(place) = place => tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted.map(|(stream, _)| (stream, place)),
            },
        };
        let (stream, place) = match accepted {
            Ok(pair) => pair,
            Err(error) => {
                tracing::warn!(%error, "a connection can't be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Small answers must not wait for more to come.
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let connection = graceful.watch(http.serve_connection(
            TokioIo::new(SpeltOut::new(stream, Arc::clone(&log))),
            service,
        ));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_WITHIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("connections were cut that did not end in {STOP_WITHIN:?}");
    }
}
