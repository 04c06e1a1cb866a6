// SPDX-License-Identifier: GPL-3.0-or-later
//! A web server with one page, as far as whoever polls it needs one: entity tags, changes, failures.
//!
//! It says what it was asked and what it answered, so that a test sees that an unchanged page is not fetched anew.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::LabError;

/// A server that lasts as long as this process.
#[derive(Debug, Clone)]
pub struct Web {
    url: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    page: Page,
    answers: Vec<u16>,
}

/// What is served.
#[derive(Debug, Clone, Default)]
struct Page {
    /// Anything but 200 is a failure.
    status: u16,
    media_type: String,
    body: Vec<u8>,
    /// Counts the changes, and is the entity tag.
    version: u32,
}

impl Web {
    /// Starts it on any free port of the loopback; at first there is nothing.
    ///
    /// # Errors
    /// [`LabError::File`], when there is no port.
    pub fn start() -> Result<Self, LabError> {
        let no_port = LabError::file("a port for a web server");
        let bound = TcpListener::bind("127.0.0.1:0").and_then(|one| Ok((one.local_addr()?, one)));
        let (address, listener) = bound.map_err(no_port)?;
        let web = Self {
            url: format!("http://{address}/agenda.ics"),
            shared: Arc::default(),
        };
        web.fail(404);
        let shared = Arc::clone(&web.shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                thread::spawn(move || answer(&stream, &shared));
            }
        });
        Ok(web)
    }

    /// Where the page is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Serves `body` from now on, under a new entity tag.
    pub fn serve(&self, media_type: &str, body: impl Into<Vec<u8>>) {
        self.change(200, media_type, body.into());
    }

    /// Answers with this status from now on.
    pub fn fail(&self, status: u16) {
        self.change(
            status,
            "text/html",
            b"<html>Something is wrong</html>".to_vec(),
        );
    }

    /// The statuses that were answered, the oldest first.
    #[must_use]
    pub fn answers(&self) -> Vec<u16> {
        locked(&self.shared).answers.clone()
    }

    fn change(&self, status: u16, media_type: &str, body: Vec<u8>) {
        let mut shared = locked(&self.shared);
        shared.page = Page {
            status,
            media_type: media_type.to_owned(),
            body,
            version: shared.page.version + 1,
        };
    }
}

/// Reads one request and answers it; the connection ends with that.
fn answer(mut stream: &TcpStream, shared: &Mutex<Shared>) {
    let mut tag = None;
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("if-none-match")
        {
            tag = Some(value.trim().to_owned());
        }
    }
    let mut shared = locked(shared);
    let page = shared.page.clone();
    let own = format!("\"v{}\"", page.version);
    let same = page.status == 200 && tag.is_some_and(|tag| tag == own);
    let (status, body) = if same {
        (304, &[][..])
    } else {
        (page.status, &page.body[..])
    };
    shared.answers.push(status);
    drop(shared);
    let head = format!(
        "HTTP/1.1 {status} Whatever\r\nConnection: close\r\nContent-Type: {}\r\nETag: {own}\r\nContent-Length: {}\r\n\r\n",
        page.media_type,
        body.len()
    );
    // Who asked may have hung up.
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body));
}

fn locked(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
