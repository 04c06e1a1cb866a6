// SPDX-License-Identifier: GPL-3.0-or-later
//! What a hub answered to a request, whole, and whatever its status.

use reqwest::blocking::RequestBuilder;
use serde_json::Value;

use super::LabError;

/// What a request was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked.
    pub what: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Answer {
    /// Sends `request` and reads the whole answer.
    ///
    /// # Errors
    /// [`LabError::NoAnswer`].
    pub fn to(request: RequestBuilder, what: &str) -> Result<Self, LabError> {
        let no_answer = |source| LabError::NoAnswer {
            what: what.to_owned(),
            source,
        };
        let response = request.send().map_err(no_answer)?;
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        let body = response.bytes().map_err(no_answer)?.to_vec();
        Ok(Self {
            what: what.to_owned(),
            status,
            headers,
            body,
        })
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The status, and of a refusal its code: `201`, `409 office-closed`.
    #[must_use]
    pub fn outcome(&self) -> String {
        match self.json()["code"].as_str() {
            Some(code) if self.status >= 400 => format!("{} {code}", self.status),
            _ => self.status.to_string(),
        }
    }

    /// The body as JSON, if the status is the one wanted.
    ///
    /// # Errors
    /// [`LabError::Unexpected`], with what came instead.
    pub fn expect(&self, status: u16) -> Result<Value, LabError> {
        if self.status == status {
            return Ok(self.json());
        }
        let answer = format!("{} {}", self.status, String::from_utf8_lossy(&self.body));
        Err(LabError::Unexpected {
            what: self.what.clone(),
            answer,
        })
    }
}
