// SPDX-License-Identifier: GPL-3.0-or-later
//! Requests that are no HTTP never reach a handler: hyper answers them by itself, with a bare status.
//! Here that answer gets what every other one has, a problem document and the log's UUID.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use torn_wire::{Code, LOG_HEADER, Problem, problem};

use super::linger::linger;
use super::respond::NO_PAGE;

/// A connection whose bare errors are spelt out.
#[derive(Debug)]
pub(super) struct SpeltOut {
    /// There until the end.
    stream: Option<TcpStream>,
    /// Whether the client has said all it has to say.
    ended: bool,
    log: Arc<str>,
    /// What stands in place of a bare error, and is not sent yet.
    instead: Vec<u8>,
}

impl SpeltOut {
    pub(super) fn new(stream: TcpStream, log: Arc<str>) -> Self {
        Self {
            stream: Some(stream),
            ended: false,
            log,
            instead: Vec::new(),
        }
    }
}

/// The answer in place of a bare error; `None` for whatever else is written. Our own errors have a body.
fn in_place_of(written: &[u8], log: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(written).ok()?;
    let (status, headers) = text.strip_prefix("HTTP/1.1 ")?.split_once("\r\n")?;
    let bare = headers.ends_with("\r\n\r\n") && headers.contains("content-length: 0\r\n");
    let (code, detail) = match status.get(..3)? {
        "400" => (
            Code::Malformed,
            "the request line, a header or its length can't be read as HTTP/1.1",
        ),
        "414" | "431" => (
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

impl SpeltOut {
    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
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

impl Drop for SpeltOut {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take().filter(|_| !self.ended) {
            linger(stream);
        }
    }
}

impl AsyncRead for SpeltOut {
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

impl AsyncWrite for SpeltOut {
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
