// SPDX-License-Identifier: GPL-3.0-or-later
//! How long a client is waited for that reads nothing of what it is told.
//!
//! Who reads slowly goes on, however slowly: only a connection of which nothing at all went out for as long as
//! patience lasts is ended.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A connection that ends when its client reads nothing for too long.
#[derive(Debug)]
pub(super) struct Patient<S> {
    stream: S,
    within: Duration,
    /// Until when something has to go out; there while something waits to.
    ends: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) const fn new(stream: S, within: Duration) -> Self {
        Self {
            stream,
            within,
            ends: None,
        }
    }

    fn wait<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.ends = None;
            return written;
        }
        let within = self.within;
        let ends = self.ends.get_or_insert_with(|| Box::pin(sleep(within)));
        ready!(ends.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, from);
        self.wait(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, from);
        self.wait(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const WITHIN: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_nothing_is_waited_for_so_long_and_no_longer() {
        let (near, _far) = duplex(4);
        let began = tokio::time::Instant::now();
        let failed = Patient::new(near, WITHIN).write_all(b"so much").await;
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= WITHIN);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_slowly_is_told_all() {
        let (near, mut far) = duplex(4);
        let said = [7_u8; 40];
        let told = tokio::spawn(async move { Patient::new(near, WITHIN).write_all(&said).await });
        let mut read = Vec::new();
        while read.len() < said.len() {
            tokio::time::sleep(WITHIN - Duration::from_secs(1)).await;
            read.push(far.read_u8().await.unwrap());
        }
        assert!(told.await.unwrap().is_ok() && read == said);
    }
}
