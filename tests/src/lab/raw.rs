// SPDX-License-Identifier: GPL-3.0-or-later
//! A connection to a hub that says exactly what it is told to, and not always all of it.
//!
//! What a well-behaved client never sends goes this way: half a request, a lie in a header, nothing.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use super::LabError;
use super::hub::Hub;
use super::wait;

/// A connection without manners.
#[derive(Debug)]
pub struct Raw {
    stream: TcpStream,
}

impl Raw {
    /// Connects to the hub and says nothing yet.
    ///
    /// # Errors
    /// [`LabError::File`], when nobody listens.
    pub fn to(hub: &Hub) -> Result<Self, LabError> {
        let address = hub.reach().trim_start_matches("http://");
        let connected = TcpStream::connect(address).and_then(Self::over);
        connected.map_err(LabError::file(address))
    }

    /// Goes over a connection that was made already.
    ///
    /// # Errors
    /// What the system says, when it can't be read with a time limit.
    pub fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(wait::GENEROUS))?;
        Ok(Self { stream })
    }

    /// Sends these bytes. That the hub hangs up meanwhile is no error: it may have heard enough.
    pub fn say(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref());
    }

    /// Says that nothing more comes.
    pub fn say_no_more(&self) {
        // Only fails when the hub has hung up.
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Reads until the hub hangs up, or is silent for very long.
    #[must_use]
    pub fn answer(self) -> String {
        self.answer_until(|_| false)
    }

    /// Reads until what has come is as wanted, or the hub hangs up, or is silent for very long.
    #[must_use]
    pub fn answer_until(mut self, wanted: impl Fn(&str) -> bool) -> String {
        self.hear_until(wanted)
    }

    /// As [`Raw::answer_until`], and goes on with the connection.
    pub fn hear_until(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let mut answer = Vec::new();
        let mut piece = [0; 4096];
        loop {
            match self.stream.read(&mut piece) {
                Ok(read @ 1..) => answer.extend_from_slice(&piece[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Ok(0) | Err(_) => return String::from_utf8_lossy(&answer).into_owned(),
            }
            let text = String::from_utf8_lossy(&answer);
            if wanted(&text) {
                return text.into_owned();
            }
        }
    }
}

/// The head of a POST that ends its connection; `headers` are more of it, each with its line's end.
#[must_use]
pub fn post(path: &str, key: &str, headers: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\nIdempotency-Key: {key}\r\n{headers}\r\n"
    )
}
