// SPDX-License-Identifier: GPL-3.0-or-later
//! Requests that are no HTTP never reach a handler: hyper answers them by itself, with a bare status.
//! Here that answer gets what every other one has, a problem document and the log's UUID.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use torn_wire::{Code, LOG_HEADER, Problem, problem};

/// A connection whose bare errors are spelt out.
#[derive(Debug)]
pub(super) struct SpeltOut<S> {
    stream: S,
    log: Arc<str>,
    /// What stands in place of a bare error, and is not sent yet.
    instead: Vec<u8>,
}

impl<S> SpeltOut<S> {
    pub(super) fn new(stream: S, log: Arc<str>) -> Self {
        Self {
            stream,
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
         content-length: {}\r\n\r\n{body}",
        problem::MEDIA_TYPE,
        body.len()
    )
}

impl<S: AsyncWrite + Unpin> SpeltOut<S> {
    fn send_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(context, &self.instead))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.instead.drain(..sent);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for SpeltOut<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for SpeltOut<S> {
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
            None => Pin::new(&mut self.stream).poll_write(context, from),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.send_instead(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.send_instead(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
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
