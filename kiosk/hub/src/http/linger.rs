// SPDX-License-Identifier: GPL-3.0-or-later
//! The end of a connection: what a client is still sending is read and thrown away for a moment.
//!
//! A socket that is closed with unread bytes is reset, and the reset overtakes the answer: a client
//! whose body was too large would read "connection reset" where it was told 413.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::limits::{LINGER_BYTES_MAX, LINGER_WITHIN};

/// Ends a connection whose client has not ended it; `place` is what it takes until then.
pub(super) fn linger<S, P>(stream: S, place: P)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    P: Send + 'static,
{
    // Without a runtime the process is ending, and nobody is left to be told.
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move {
            // Whoever does not read the answer in time has no use for it.
            let _ = timeout(LINGER_WITHIN, drain(stream)).await;
            drop(place);
        });
    }
}

async fn drain(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    stream.shutdown().await?;
    let (mut thrown, mut buffer) = (0, vec![0; 4 * 1024]);
    while thrown < LINGER_BYTES_MAX {
        match stream.read(&mut buffer).await? {
            0 => break,
            read => thrown += read,
        }
    }
    Ok(())
}
