// SPDX-License-Identifier: GPL-3.0-or-later
//! A stream of server-sent events, read as it comes.
//!
//! It is a reader of its own, so that what the hub and the windows send is judged by something
//! other than the client of the house. It neither reconnects nor resumes: a test does that itself.

use std::io::{BufRead, BufReader};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::blocking::Response;
use serde_json::Value;

use super::LabError;
use super::wait::Moment;

/// One frame of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its `id:`, if it has one.
    pub id: Option<String>,
    /// Its `event:`; empty if it has none.
    pub event: String,
    /// Its `data:`.
    pub data: String,
    /// When it was read.
    pub at: Moment,
}

impl Frame {
    /// Its data as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or(Value::Null)
    }
}

/// An open stream.
#[derive(Debug)]
pub struct Stream {
    frames: Receiver<Frame>,
}

impl Stream {
    /// Reads the body of `response` as a stream, on a thread that ends with it.
    #[must_use]
    pub fn of(response: Response) -> Self {
        let (told, frames) = channel();
        thread::spawn(move || {
            let mut frame = Frame {
                id: None,
                event: String::new(),
                data: String::new(),
                at: Moment::now(),
            };
            for line in BufReader::new(response).lines().map_while(Result::ok) {
                if line.is_empty() {
                    let empty = Frame {
                        id: None,
                        event: String::new(),
                        data: String::new(),
                        at: Moment::now(),
                    };
                    let whole = std::mem::replace(&mut frame, empty);
                    let said_nothing = whole.data.is_empty() && whole.event.is_empty();
                    if !said_nothing
                        && told
                            .send(Frame {
                                at: Moment::now(),
                                ..whole
                            })
                            .is_err()
                    {
                        return;
                    }
                    continue;
                }
                let (field, value) = line.split_once(':').unwrap_or((&line, ""));
                let value = value.strip_prefix(' ').unwrap_or(value);
                match field {
                    "id" => frame.id = Some(value.to_owned()),
                    "event" => value.clone_into(&mut frame.event),
                    "data" => {
                        if !frame.data.is_empty() {
                            frame.data.push('\n');
                        }
                        frame.data.push_str(value);
                    }
                    _ => {}
                }
            }
        });
        Self { frames }
    }

    /// The next frame; `None` when the stream has ended.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], when none comes.
    pub fn next(&self, within: Duration) -> Result<Option<Frame>, LabError> {
        match self.frames.recv_timeout(within) {
            Ok(frame) => Ok(Some(frame)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => Err(LabError::TimedOut {
                what: "a frame of the stream".to_owned(),
                within,
                seen: String::new(),
            }),
        }
    }

    /// Reads on until a frame is as wanted.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], when none is; the stream's end counts as that.
    pub fn until(
        &self,
        what: &str,
        within: Duration,
        mut wanted: impl FnMut(&Frame) -> bool,
    ) -> Result<Frame, LabError> {
        let end = Instant::now() + within;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.frames.recv_timeout(left) {
                Ok(frame) if wanted(&frame) => return Ok(frame),
                Ok(_) => {}
                Err(end) => {
                    let seen = match end {
                        RecvTimeoutError::Timeout => String::new(),
                        RecvTimeoutError::Disconnected => ": the stream has ended".to_owned(),
                    };
                    return Err(LabError::TimedOut {
                        what: what.to_owned(),
                        within,
                        seen,
                    });
                }
            }
        }
    }
}
