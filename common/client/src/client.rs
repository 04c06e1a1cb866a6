// SPDX-License-Identifier: GPL-3.0-or-later
//! The handle that screens and buttons hold: which hub, with which credential.
//!
//! It opens no connection by itself; `follow` and `command` do. The token is written nowhere, not
//! even in what `Debug` prints.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tokio::time::Instant;
use torn_queue::Timestamp;
use tower::Service;

use crate::Chance;
use crate::http::{self, Http};

/// A hub, as one caller reaches it. Cheap to clone; the clones share their connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    hub: String,
    http: Http,
    chance: Chance,
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
}

impl Client {
    /// The hub at `hub` (`http://HOST:PORT`), with a credential's token if it wants one.
    ///
    /// # Errors
    /// [`ClientError`] when the address or the token can't be one. Whether somebody answers there
    /// is not tried.
    pub fn new(hub: &str, token: Option<&str>) -> Result<Self, ClientError> {
        Self::over(hub, token, http::tcp(), Chance::default())
    }

    /// As [`Client::new`], over connections that `connector` makes and with chance from elsewhere: for
    /// networks that are no TCP, and for runs that come to the same end each time.
    ///
    /// # Errors
    /// [`ClientError`], as [`Client::new`].
    pub fn over<C>(
        hub: &str,
        token: Option<&str>,
        connector: C,
        chance: Chance,
    ) -> Result<Self, ClientError>
    where
        C: Service<Uri> + Clone + Send + Sync + 'static,
        C::Response: Read + Write + Connection + Unpin + Send + 'static,
        C::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        C::Future: Send,
    {
        let hub = origin(hub).ok_or_else(|| ClientError::Address {
            hub: hub.to_owned(),
        })?;
        let credential = match token {
            Some(token) => Some(bearer(token).ok_or(ClientError::Token)?),
            None => None,
        };
        Ok(Self {
            inner: Arc::new(Inner {
                hub,
                http: Http::over(connector, credential),
                chance,
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

    pub(crate) fn http(&self) -> &Http {
        &self.inner.http
    }

    pub(crate) fn chance(&self) -> &Chance {
        &self.inner.chance
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
    let uri: Uri = hub.parse().ok().filter(|_| !hub.contains('#'))?;
    let authority = uri.authority()?.as_str();
    let bare = uri.path() == "/" && uri.query().is_none();
    let anonymous = !authority.contains('@');
    // A port that is none is no host's either.
    let host = uri.host().filter(|host| !host.is_empty())?;
    let whole = match authority.strip_prefix(host)? {
        "" => true,
        _ => uri.port_u16().is_some(),
    };
    let right = uri.scheme_str() == Some("http") && bare && anonymous && whole;
    right.then(|| format!("http://{authority}"))
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
        assert_eq!(hub("http://[::1]:80").as_deref(), Some("http://[::1]:80"));
        for wrong in [
            "127.0.0.1:8080",
            "https://hub",
            "http://hub/v1",
            "http://a:b@hub",
            "http://hub?a",
            "http://hub#a",
            "http://hub:",
            "http://hub:80800",
            "http://:8080",
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
        let http = format!("{:?}", client.http());
        assert!(
            http.contains("Sensitive") && !http.contains("s3cret"),
            "{http}"
        );
        let wrong = Client::new("http://127.0.0.1:8080", Some("s3cret\ntoken")).unwrap_err();
        assert!(!format!("{wrong} {wrong:?}").contains("s3cret"));
    }
}
