// SPDX-License-Identifier: GPL-3.0-or-later
//! Requests that are no HTTP never reach a handler: hyper answers them by itself, with a bare status.
//! Here that answer gets what every other one has, a problem document and the log's UUID.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use torn_wire::{Code, LOG_HEADER, Problem, problem};

use super::linger::linger;
use super::patience::Patient;
use super::respond::NO_PAGE;
use crate::limits::{Place, WRITE_WITHIN};

/// A connection whose bare errors are spelt out.
#[derive(Debug)]
pub(super) struct SpeltOut<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> {
    /// There until the end.
    stream: Option<Patient<S>>,
    /// What it takes, until the end.
    place: Arc<Place>,
    /// Whether the client has said all it has to say.
    ended: bool,
    log: Arc<str>,
    /// What stands in place of a bare error, and is not sent yet.
    instead: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> SpeltOut<S> {
    pub(super) fn new(stream: S, log: Arc<str>, place: Arc<Place>) -> Self {
        Self {
            stream: Some(Patient::new(stream, WRITE_WITHIN)),
            place,
            ended: false,
            log,
            instead: Vec::new(),
        }
    }
}

/// The answer in place of a bare error; `None` for whatever else is written. Our own errors have a body.
fn in_place_of(written: &[u8], log: &str) -> Option<Vec<u8>> {
    // Of all that is written only this little is looked at.
    let answer = written.strip_prefix(b"HTTP/1.1 4")?;
    let (status, headers) = std::str::from_utf8(answer).ok()?.split_once("\r\n")?;
    let bare = headers.ends_with("\r\n\r\n") && headers.contains("content-length: 0\r\n");
    let (code, detail) = match status.get(..2)? {
        "00" => (
            Code::Malformed,
            "the request line, a header or its length can't be read as HTTP/1.1",
        ),
        "14" | "31" => (
            Code::HeadersTooLarge,
            "the request line and the headers are longer than is read",
        ),
        _ => return None,
    };
    if !bare {
        return None;
    }
    Some(spelt_out(&Problem::new(code, detail), log, "").into_bytes())
}

/// A problem as the whole of an answer, for where no handler gives it; `more` are headers of its own.
pub(super) fn spelt_out(problem: &Problem, log: &str, more: &str) -> String {
    let status = axum::http::StatusCode::from_u16(problem.status).unwrap_or_default();
    let body = serde_json::to_string(problem).unwrap_or_default();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {}\r\n{LOG_HEADER}: {log}\r\n{more}connection: close\r\n\
         content-security-policy: {NO_PAGE}\r\nx-content-type-options: nosniff\r\n\
         content-length: {}\r\n\r\n{body}",
        problem::MEDIA_TYPE,
        body.len()
    )
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> SpeltOut<S> {
    fn stream(&mut self) -> io::Result<Pin<&mut Patient<S>>> {
        self.stream
            .as_mut()
            .map(Pin::new)
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    fn send_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let instead = std::mem::take(&mut self.instead);
            let sent = self.stream()?.poll_write(context, &instead);
            self.instead = instead;
            let sent = ready!(sent)?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.instead.drain(..sent);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Drop for SpeltOut<S> {
    fn drop(&mut self) {
        // Who gave up its place said nothing that an answer is on its way to.
        let lingers = !self.ended && !self.place.given_up().is_cancelled();
        if let Some(stream) = self.stream.take().filter(|_| lingers) {
            linger(stream, Arc::clone(&self.place));
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncRead for SpeltOut<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let (before, room) = (into.filled().len(), into.remaining());
        ready!(self.stream()?.poll_read(context, into))?;
        self.ended |= room > 0 && into.filled().len() == before;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncWrite for SpeltOut<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.send_instead(context))?;
        match in_place_of(from, &self.log) {
            Some(instead) => {
                self.instead = instead;
                Poll::Ready(Ok(from.len()))
            }
            None => self.stream()?.poll_write(context, from),
        }
    }

    // What is told to many lies in memory once: it is written from there, and not copied for each.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match from {
            // A bare error comes by itself.
            [only] => self.poll_write(context, only),
            _ => {
                ready!(self.send_instead(context))?;
                self.stream()?.poll_write_vectored(context, from)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream
            .as_ref()
            .is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.send_instead(context))?;
        self.stream()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.send_instead(context))?;
        self.stream()?.poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::in_place_of;

    #[test]
    fn a_bare_error_becomes_a_problem_document() {
        let bare = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let answer = String::from_utf8(in_place_of(bare, "the-log").unwrap()).unwrap();
        assert!(answer.contains("torn-log: the-log\r\n") && answer.contains("\"malformed\""));
        let bare = b"HTTP/1.1 414 URI Too Long\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let answer = String::from_utf8(in_place_of(bare, "the-log").unwrap()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 431 ") && answer.contains("\"headers-too-large\""));
    }

    #[test]
    fn every_other_answer_goes_out_as_it_is() {
        for own in [
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
        ] {
            assert_eq!(in_place_of(own.as_bytes(), "the-log"), None, "{own}");
        }
    }
}
