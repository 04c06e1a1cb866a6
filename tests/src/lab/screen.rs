// SPDX-License-Identifier: GPL-3.0-or-later
//! Eyes and a finger for a screen that runs headless, over the page that its window serves.
//!
//! It touches where an element is and sees what is drawn, as a person would; it knows no more of
//! the program than the labels that a screen reader would read.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::blocking::Client;
use serde::Deserialize;
use serde_json::{Value, json};

use super::LabError;
use super::http;
use super::stream::Stream;
use super::wait::{self, Moment};

/// A panel that swings changes at least once in this time.
const STILL_FOR: Duration = Duration::from_millis(1_200);

/// Longer than anything on a screen moves.
const RESTS_WITHIN: Duration = Duration::from_secs(20);

/// A place on the screen, with the words that a screen reader has for it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Element {
    /// A name that is the same in every language, `service:general`.
    pub name: String,
    /// What a screen reader would say.
    pub spoken: String,
    /// Its left edge, in pixels of the window.
    pub x: f32,
    /// Its upper edge, in pixels of the window.
    pub y: f32,
    /// Its width, in pixels of the window.
    pub width: f32,
    /// Its height, in pixels of the window.
    pub height: f32,
}

/// Something that a program says has happened on its screen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mark {
    /// When.
    #[serde(rename = "at_us")]
    pub at: Moment,
    /// What it was about, such as a number.
    pub value: String,
}

/// The page of a headless window.
#[derive(Debug, Clone)]
pub struct Screen {
    page: String,
    http: Client,
}

impl Screen {
    /// The screen whose page is at `page`.
    ///
    /// # Errors
    /// [`LabError::NoAnswer`], when there can be no HTTP client.
    pub fn at(page: &str) -> Result<Self, LabError> {
        let http = http::client()?;
        Ok(Self {
            page: page.trim_end_matches('/').to_owned(),
            http,
        })
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.page
    }

    /// What is drawn, as a PNG.
    ///
    /// # Errors
    /// [`LabError`], when it is not given.
    pub fn frame(&self) -> Result<Vec<u8>, LabError> {
        Ok(self.get("/frame.png")?.to_vec())
    }

    /// What is drawn once it stays as it is: no number slides in and no panel swings any more.
    ///
    /// Something that never rests is given as it is after a while.
    ///
    /// # Errors
    /// [`LabError`], when no picture is given.
    pub fn still_frame(&self) -> Result<Vec<u8>, LabError> {
        let mut last = (self.frame()?, Instant::now());
        let still = wait::until("the picture stays as it is", RESTS_WITHIN, || {
            match self.frame() {
                Ok(now) if now != last.0 => last = (now, Instant::now()),
                _ => {}
            }
            (last.1.elapsed() >= STILL_FOR).then_some(())
        });
        match still {
            Ok(()) | Err(LabError::TimedOut { .. }) => Ok(last.0),
            Err(error) => Err(error),
        }
    }

    /// Everything on it that has a label.
    ///
    /// # Errors
    /// [`LabError`], when it is not given.
    pub fn elements(&self) -> Result<Vec<Element>, LabError> {
        self.json("/elements")
    }

    /// What the program says has happened last, by name.
    ///
    /// # Errors
    /// [`LabError`], when it is not given.
    pub fn marks(&self) -> Result<BTreeMap<String, Mark>, LabError> {
        self.json("/marks")
    }

    /// How many frames were drawn since it began.
    ///
    /// # Errors
    /// [`LabError`], when it is not given.
    pub fn frames_drawn(&self) -> Result<u64, LabError> {
        let state: Value = self.json("/state")?;
        Ok(state["frames_drawn"].as_u64().unwrap_or_default())
    }

    /// Touches the middle of the element `name`, once it is there; says when.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], when no such element appears.
    pub fn touch(&self, name: &str) -> Result<Moment, LabError> {
        let element = self.wait_for(name)?;
        let at = Moment::now();
        let (x, y) = (
            element.x + element.width / 2.0,
            element.y + element.height / 2.0,
        );
        let what = format!("POST {}/touch", self.page);
        let touch = json!({ "x": x, "y": y, "kind": "tap" });
        let sent = self
            .http
            .post(format!("{}/touch", self.page))
            .json(&touch)
            .send();
        sent.and_then(reqwest::blocking::Response::error_for_status)
            .map_err(|source| LabError::NoAnswer { what, source })?;
        Ok(at)
    }

    /// Types this, as a code reader does: all at once, a line's end being Enter.
    ///
    /// # Errors
    /// [`LabError::NoAnswer`], when the screen does not take it.
    pub fn type_keys(&self, text: &str) -> Result<(), LabError> {
        let what = format!("POST {}/keys", self.page);
        let request = self.http.post(format!("{}/keys", self.page));
        let sent = request.json(&json!({ "text": text })).send();
        sent.and_then(reqwest::blocking::Response::error_for_status)
            .map_err(|source| LabError::NoAnswer { what, source })?;
        Ok(())
    }

    /// Waits until the element `name` is on the screen.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], with what is there instead.
    pub fn wait_for(&self, name: &str) -> Result<Element, LabError> {
        self.wait_until(
            &format!("{name:?} is on the screen"),
            wait::GENEROUS,
            |elements| elements.iter().find(|one| one.name == name).cloned(),
        )
    }

    /// Waits until these words can be read somewhere on the screen.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], with what is there instead.
    pub fn wait_for_words(&self, words: &str) -> Result<Element, LabError> {
        self.wait_until(
            &format!("{words:?} can be read on the screen"),
            wait::GENEROUS,
            |elements| {
                elements
                    .iter()
                    .find(|one| one.spoken.contains(words))
                    .cloned()
            },
        )
    }

    /// Waits until the elements are as wanted.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], with the labels that are there instead.
    pub fn wait_until<T>(
        &self,
        what: &str,
        within: Duration,
        mut wanted: impl FnMut(&[Element]) -> Option<T>,
    ) -> Result<T, LabError> {
        let mut seen = Vec::new();
        wait::until(what, within, || {
            seen = self.elements().unwrap_or_default();
            wanted(&seen)
        })
        .map_err(|error| self.with_what_is_there(error))
    }

    /// Waits until the mark `name` was last made of something that is as wanted.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], with what is there instead.
    pub fn wait_for_mark(
        &self,
        name: &str,
        within: Duration,
        mut wanted: impl FnMut(&str) -> bool,
    ) -> Result<Mark, LabError> {
        let what = format!("the mark {name:?} is as wanted");
        wait::until(&what, within, || {
            self.marks()
                .ok()?
                .get(name)
                .filter(|mark| wanted(&mark.value))
                .cloned()
        })
        .map_err(|error| self.with_what_is_there(error))
    }

    /// The stream that has a frame whenever something else is drawn.
    ///
    /// # Errors
    /// [`LabError`], when it is not given.
    pub fn frames(&self) -> Result<Stream, LabError> {
        let what = format!("GET {}/frames", self.page);
        let request = self
            .http
            .get(format!("{}/frames", self.page))
            .timeout(Duration::from_hours(24));
        Ok(Stream::of(
            request
                .send()
                .map_err(|source| LabError::NoAnswer { what, source })?,
        ))
    }

    fn with_what_is_there(&self, error: LabError) -> LabError {
        let LabError::TimedOut { what, within, .. } = error else {
            return error;
        };
        let elements = self.elements().unwrap_or_default().into_iter();
        let labels: Vec<String> = elements
            .map(|one| format!("{}: {}", one.name, one.spoken))
            .collect();
        let marks = self.marks().unwrap_or_default();
        LabError::TimedOut {
            what,
            within,
            seen: format!("; there are {labels:?} and the marks {marks:?}"),
        }
    }

    fn get(&self, path: &str) -> Result<Vec<u8>, LabError> {
        let what = format!("GET {}{path}", self.page);
        let sent = self.http.get(format!("{}{path}", self.page)).send();
        let answer = sent.and_then(reqwest::blocking::Response::error_for_status);
        let body = answer.and_then(reqwest::blocking::Response::bytes);
        body.map(|bytes| bytes.to_vec())
            .map_err(|source| LabError::NoAnswer { what, source })
    }

    fn json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, LabError> {
        let body = self.get(path)?;
        serde_json::from_slice(&body).map_err(|source| LabError::Unexpected {
            what: format!("GET {}{path}", self.page),
            answer: format!("{source}: {}", String::from_utf8_lossy(&body)),
        })
    }
}
