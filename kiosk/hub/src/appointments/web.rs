// SPDX-License-Identifier: GPL-3.0-or-later
//! A calendar at an address, asked again and again, and read when it changed.
//!
//! The address is a secret: it is in no message. What was read last is kept, so that a new day has its list when
//! the network is away.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{
    ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use axum::http::{StatusCode, Uri};
use jiff::civil::Date;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use torn_appointments::Kind;
use torn_config::CalendarUrl;

use super::fetch::{FetchError, Fetcher};
use super::reader::{Outcome, Reader};
use super::source::Pace;

/// What the source is called.
const NAME: &str = "url";
/// A calendar that is larger is not taken.
const BYTES_MAX: usize = 8 * 1024 * 1024;
/// The longest that is waited after failures.
const BACK_OFF_MAX: Duration = Duration::from_secs(30 * 60);

/// Why the address gave nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum WebError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("can't read {path}, which should hold the calendar's address")]
    Unreadable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{0} can be read by others, and it holds a secret: chmod 600 it")]
    Open(PathBuf),
    #[error("the calendar's address is none; see url in the configuration")]
    NoAddress,
    #[error(
        "{0} does not hold an address such as https://calendar.example.cat/basic.ics, and nothing else"
    )]
    NotAnAddress(PathBuf),
    #[error("the calendar's address answers {0}; see whether its secret link still holds")]
    Status(StatusCode),
}

/// What an address gave.
enum Answer {
    Unchanged,
    Changed { bytes: Vec<u8>, state: HeaderMap },
}

/// A calendar at an address.
pub(super) struct Web {
    url: CalendarUrl,
    fetcher: Fetcher,
    reader: Arc<Reader>,
    /// The headers that ask whether it changed.
    state: HeaderMap,
    /// What was read last, and was good.
    kept: Option<Vec<u8>>,
    /// The day for which its list was handed over.
    listed: Option<Date>,
}

impl Web {
    /// # Errors
    /// Where TLS can't be set up.
    pub(super) fn new(url: CalendarUrl, reader: Arc<Reader>) -> Result<Self, WebError> {
        Ok(Self {
            url,
            fetcher: Fetcher::new()?,
            reader,
            state: HeaderMap::new(),
            kept: None,
            listed: None,
        })
    }

    /// Hands over the list of a new day, out of what was read before.
    fn begin_day(&mut self) {
        let day = self.reader.today();
        if self.listed != Some(day)
            && let Some(bytes) = &self.kept
            && self.reader.take(NAME, bytes, Kind::Guess, day) == Outcome::Taken
        {
            self.listed = Some(day);
        }
    }

    /// Asks once; `false`: it was to no avail.
    async fn ask(&mut self) -> bool {
        match self.answer().await {
            Ok(Answer::Unchanged) => true,
            Ok(Answer::Changed { bytes, state }) => self.changed(bytes, state),
            Err(error) => {
                tracing::warn!(
                    source = NAME,
                    error = &error as &dyn std::error::Error,
                    "no appointments were read; those read before stay"
                );
                false
            }
        }
    }

    fn changed(&mut self, bytes: Vec<u8>, state: HeaderMap) -> bool {
        let day = self.reader.today();
        if self.kept.as_ref() == Some(&bytes) && self.listed == Some(day) {
            self.state = state;
            return true;
        }
        let outcome = self.reader.take(NAME, &bytes, Kind::Guess, day);
        if outcome == Outcome::Taken {
            self.listed = Some(day);
            self.kept = Some(bytes);
            self.state = state;
        }
        outcome == Outcome::Taken
    }

    async fn answer(&self) -> Result<Answer, WebError> {
        let url = address(&self.url)?;
        let fetched = self.fetcher.get(url, &self.state, BYTES_MAX).await?;
        match fetched.status {
            StatusCode::NOT_MODIFIED => Ok(Answer::Unchanged),
            StatusCode::OK => {
                let header = |name| fetched.headers.get(name).cloned();
                Ok(Answer::Changed {
                    state: asking(header(ETAG), header(LAST_MODIFIED)),
                    bytes: fetched.bytes,
                })
            }
            other => Err(WebError::Status(other)),
        }
    }
}

/// The headers that ask whether there is something newer.
fn asking(etag: Option<HeaderValue>, modified: Option<HeaderValue>) -> HeaderMap {
    let etag = etag.map(|value| (IF_NONE_MATCH, value));
    let modified = modified.map(|value| (IF_MODIFIED_SINCE, value));
    etag.into_iter().chain(modified).collect()
}

/// The address, read anew each time where it stands in a file.
fn address(url: &CalendarUrl) -> Result<Uri, WebError> {
    let path = match url {
        CalendarUrl::Here(text) => return text.parse().map_err(|_| WebError::NoAddress),
        CalendarUrl::In(path) => path,
    };
    let unreadable = |source| WebError::Unreadable {
        path: path.clone(),
        source,
    };
    let mode = std::fs::metadata(path).map_err(unreadable)?.mode();
    if mode & 0o077 != 0 {
        return Err(WebError::Open(path.clone()));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let text = text.trim();
    // What calendars call their links; it is https behind it.
    let text = match text.strip_prefix("webcal://") {
        Some(rest) => format!("https://{rest}"),
        None => text.to_owned(),
    };
    let url = text.parse::<Uri>().ok();
    let url = url.filter(|url| matches!(url.scheme_str(), Some("http" | "https")));
    url.ok_or_else(|| WebError::NotAnAddress(path.clone()))
}

/// Asks the address until `stop`.
pub(super) async fn watch(mut web: Web, pace: Pace, stop: CancellationToken) {
    let mut tick = tokio::time::interval(pace.look);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut next, mut failures) = (Instant::now(), 0);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        web.begin_day();
        if Instant::now() < next {
            continue;
        }
        let good = tokio::select! {
            () = stop.cancelled() => return,
            good = web.ask() => good,
        };
        failures = if good { 0 } else { failures + 1 };
        next = Instant::now() + with_jitter(pause(pace, failures));
    }
}

fn pause(pace: Pace, failures: u32) -> Duration {
    match failures.checked_sub(1) {
        None => pace.poll,
        Some(more) => {
            let doubled = pace
                .back_off
                .saturating_mul(2_u32.saturating_pow(more.min(16)));
            doubled.min(BACK_OFF_MAX)
        }
    }
}

/// A tenth more or less, so that offices that lost the same network don't come back as one.
fn with_jitter(pause: Duration) -> Duration {
    let chance = getrandom::u32().unwrap_or(u32::MAX / 2);
    pause.mul_f64(0.9 + 0.2 * f64::from(chance) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_waits_twice_as_long_up_to_half_an_hour() {
        let seconds = Duration::from_secs;
        let pace = Pace {
            look: seconds(2),
            poll: seconds(300),
            back_off: seconds(30),
        };
        let pauses = [0, 1, 2, 3, 99].map(|failures| pause(pace, failures));
        assert_eq!(pauses, [300, 30, 60, 120, 1800].map(seconds));
        for _ in 0..100 {
            let jittered = with_jitter(seconds(100));
            assert!((seconds(90)..=seconds(110)).contains(&jittered));
        }
    }
}
