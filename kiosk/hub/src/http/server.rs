// SPDX-License-Identifier: GPL-3.0-or-later
//! Connections: accepted, bounded, and ended when the hub stops.
//!
//! What a client does that says nothing, reads nothing or is gone costs a place, some memory and a time that
//! are all bounded; the writer never waits for any of them.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use torn_wire::{Code, Problem};

use super::linger::linger;
use super::under_way::UnderWay;
use super::unparsed::{SpeltOut, spelt_out};
use super::{App, router, socket};
use crate::limits::{
    Exceeded, HEAD_BYTES_READ, HEADERS_READ, HEADERS_WITHIN, Place, STOP_WITHIN, TURNED_AWAY,
};

/// Serves `app` on `listener` until it is told to stop, then lets what is under way end, and cuts what does not.
pub async fn serve(listener: TcpListener, app: App) {
    let router = router(app.clone());
    let turned_away = Arc::new(Semaphore::new(TURNED_AWAY));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = app.stop.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection can't be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        socket::bound(&stream);
        match app.limits.connections.take(Some(peer.ip())) {
            Ok(place) => {
                let (log, stop) = (Arc::clone(&app.log), app.stop.clone());
                connections.spawn(serve_one(stream, peer, place, router.clone(), log, stop));
            }
            Err(exceeded) => {
                app.metrics.limited(exceeded.limit);
                turn_away(stream, &exceeded, &app.log, &turned_away);
            }
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(STOP_WITHIN, all).await.is_err() {
        tracing::warn!("connections are cut that did not end in {STOP_WITHIN:?}");
    }
    connections.shutdown().await;
}

/// Serves one connection until it ends, or its place is given to another.
async fn serve_one<S>(
    stream: S,
    peer: SocketAddr,
    place: Place,
    router: Router,
    log: Arc<str>,
    stop: CancellationToken,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // Who has said nothing yet is as idle as who was answered.
    place.idle(true);
    let place = Arc::new(place);
    let stream = TokioIo::new(SpeltOut::new(stream, log, Arc::clone(&place)));
    let service = UnderWay::new(router, peer, Arc::clone(&place));
    let mut connection = pin!(http().serve_connection(stream, service));
    let mut stopping = false;
    loop {
        tokio::select! {
            biased;
            () = place.given_up().cancelled() => return,
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke");
                }
                return;
            }
        }
    }
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
fn turn_away(stream: TcpStream, exceeded: &Exceeded, log: &str, turned_away: &Arc<Semaphore>) {
    let problem = Problem::new(Code::TooMany, exceeded.to_string());
    let more = format!("retry-after: {}\r\n", exceeded.retry_after_s);
    // A fresh connection has room for so little; one that has not may go without a word.
    let _ = stream.try_write(spelt_out(&problem, log, &more).as_bytes());
    if let Ok(permit) = Arc::clone(turned_away).try_acquire_owned() {
        linger(stream, permit);
    }
}
