// SPDX-License-Identifier: GPL-3.0-or-later
//! What the system is to do with an accepted socket: how much it keeps, and when it takes its other end for gone.

use std::io;

use rustix::net::sockopt;
use tokio::net::TcpStream;

use crate::limits::{ASK_AFTER, CONFIRM_WITHIN, SOCKET_BYTES};

/// Questions whether the other end is there, within the time in which it must confirm.
const QUESTIONS: u32 = 3;

/// Bounds what a connection may cost. A system that refuses has the connection cost what it usually does.
pub(super) fn bound(stream: &TcpStream) {
    if let Err(error) = set(stream) {
        tracing::debug!(%error, "a connection has the system's usual bounds");
    }
}

fn set(stream: &TcpStream) -> io::Result<()> {
    // Small answers must not wait for more to come.
    stream.set_nodelay(true)?;
    sockopt::set_socket_send_buffer_size(stream, SOCKET_BYTES)?;
    sockopt::set_socket_recv_buffer_size(stream, SOCKET_BYTES)?;
    sockopt::set_tcp_keepidle(stream, ASK_AFTER)?;
    sockopt::set_tcp_keepintvl(stream, (CONFIRM_WITHIN - ASK_AFTER) / QUESTIONS)?;
    sockopt::set_tcp_keepcnt(stream, QUESTIONS)?;
    sockopt::set_socket_keepalive(stream, true)?;
    let confirm_ms = u32::try_from(CONFIRM_WITHIN.as_millis()).unwrap_or(u32::MAX);
    sockopt::set_tcp_user_timeout(stream, confirm_ms)?;
    Ok(())
}
