// SPDX-License-Identifier: GPL-3.0-or-later
//! The end of a connection: what a client is still sending is read and thrown away for a moment.
//!
//! A socket that is closed with unread bytes is reset, and the reset overtakes the answer: a client
//! whose body was too large would read "connection reset" where it was told 413.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Bytes that are thrown away at most.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// How long that may take: a LAN carries as much in half of it.
const WITHIN: Duration = Duration::from_secs(1);

/// Ends a connection whose client has not ended it.
pub(super) fn linger(stream: TcpStream) {
    // Without a runtime the process is ending, and nobody is left to be told.
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(timeout(WITHIN, drain(stream)));
    }
}

async fn drain(mut stream: TcpStream) -> std::io::Result<()> {
    stream.shutdown().await?;
    let (mut thrown, mut buffer) = (0, vec![0; 16 * 1024]);
    while thrown < BYTES_MAX {
        match stream.read(&mut buffer).await? {
            0 => break,
            read => thrown += read,
        }
    }
    Ok(())
}
