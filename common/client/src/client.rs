// SPDX-License-Identifier: GPL-3.0-or-later
//! The handle that screens and buttons hold: which hub, with which credential.
//!
//! It opens no connection by itself; `follow` and `command` do. The token is written nowhere, not
//! even in what `Debug` prints.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Url, redirect};
use torn_queue::Timestamp;

/// How long the hub may take to accept a connection on a LAN; a new attempt finds a mended link sooner.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);

/// Bytes that nobody acknowledged for so long are given up by the kernel: a press that was written
/// to a cut cable must not arrive when the cable is mended.
const UNACKNOWLEDGED_FOR: Duration = Duration::from_secs(3);

/// Idle connections are kept for a person's next touch, not for longer.
const IDLE_KEPT_FOR: Duration = Duration::from_secs(10);

/// A hub, as one caller reaches it. Cheap to clone; the clones share their connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    hub: String,
    http: reqwest::Client,
    /// What the hub's clock said, and when that was heard; nothing before the first beat.
    hubs_clock: Mutex<Option<(Timestamp, Instant)>>,
}

/// Why a hub can't even be tried.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none.
    #[error("{hub:?} is no address of a hub; write it as http://HOST:PORT")]
    Address {
        /// The address as it was given.
        hub: String,
    },
    /// The token has characters that no token has.
    #[error(
        "the token has a character that is not printable ASCII; copy it again from `torn-hub credential add`"
    )]
    Token,
    /// The HTTP client could not be made.
    #[error("no HTTP client can be made on this machine")]
    Http(#[source] reqwest::Error),
}

impl Client {
    /// The hub at `hub` (`http://HOST:PORT`), with a credential's token if it wants one.
    ///
    /// # Errors
    /// [`ClientError`] when the address or the token can't be one. Whether somebody answers there
    /// is not tried.
    pub fn new(hub: &str, token: Option<&str>) -> Result<Self, ClientError> {
        let hub = origin(hub).ok_or_else(|| ClientError::Address {
            hub: hub.to_owned(),
        })?;
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, bearer(token).ok_or(ClientError::Token)?);
        }
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .user_agent(concat!("torn-client/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(CONNECT_WITHIN)
            .tcp_user_timeout(UNACKNOWLEDGED_FOR)
            .pool_idle_timeout(IDLE_KEPT_FOR)
            .build()
            .map_err(ClientError::Http)?;
        Ok(Self {
            inner: Arc::new(Inner {
                hub,
                http,
                hubs_clock: Mutex::new(None),
            }),
        })
    }

    /// The hub's address, `http://HOST:PORT`.
    #[must_use]
    pub fn hub(&self) -> &str {
        &self.inner.hub
    }

    /// The address of a path of the API, which begins with `/`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.inner.hub)
    }

    /// Notes what the hub's clock said just now.
    pub(crate) fn note_hubs_clock(&self, now: Timestamp) {
        let mut clock = self
            .inner
            .hubs_clock
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *clock = Some((now, Instant::now()));
    }

    /// The hub's time this long from now, if it was heard telling it.
    pub(crate) fn hubs_time_in(&self, ahead: Duration) -> Option<Timestamp> {
        let clock = *self
            .inner
            .hubs_clock
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (said, heard) = clock?;
        let ms = i64::try_from((heard.elapsed() + ahead).as_millis()).ok()?;
        Some(said.plus_ms(ms))
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("hub", &self.inner.hub)
            .finish_non_exhaustive()
    }
}

/// `http://HOST:PORT` of an address that names a hub and nothing else.
fn origin(hub: &str) -> Option<String> {
    let url: Url = hub.parse().ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    let right = url.scheme() == "http" && url.has_host() && bare && anonymous;
    right.then(|| url.as_str().trim_end_matches('/').to_owned())
}

fn bearer(token: &str) -> Option<HeaderValue> {
    let printable = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
        .ok()
        .filter(|_| printable)?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_an_http_address_and_nothing_more() {
        let hub = |text| {
            Client::new(text, None)
                .map(|client| client.hub().to_owned())
                .ok()
        };
        assert_eq!(
            hub("http://127.0.0.1:8080").as_deref(),
            Some("http://127.0.0.1:8080")
        );
        assert_eq!(
            hub("http://torn-kiosk.local:8080/").as_deref(),
            Some("http://torn-kiosk.local:8080")
        );
        for wrong in [
            "127.0.0.1:8080",
            "https://hub",
            "http://hub/v1",
            "http://a:b@hub",
            "ftp://hub",
            "http://",
            "",
        ] {
            assert_eq!(hub(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_token_is_told_to_nobody() {
        let client = Client::new("http://127.0.0.1:8080", Some("s3cret-token")).unwrap();
        assert!(!format!("{client:?}").contains("s3cret"));
        assert!(!format!("{:?}", client.http()).contains("s3cret"));
        let wrong = Client::new("http://127.0.0.1:8080", Some("s3cret\ntoken")).unwrap_err();
        assert!(!format!("{wrong} {wrong:?}").contains("s3cret"));
    }
}
