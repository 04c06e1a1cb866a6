// SPDX-License-Identifier: GPL-3.0-or-later
//! One GET over HTTP or HTTPS, with bounds on its size, its time and its redirects.
//!
//! It is hyper's own client: reqwest's TLS would be switched on for every program that is built together with the
//! hub. An address may be a secret, so it is in no error.

use std::time::Duration;

use axum::http::header::{HeaderMap, LOCATION, USER_AGENT};
use axum::http::uri::{PathAndQuery, Scheme};
use axum::http::{HeaderValue, Request, StatusCode, Uri};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// For a connection, and for all of it.
const CONNECT: Duration = Duration::from_secs(10);
const ALL: Duration = Duration::from_secs(120);
/// Redirects that are followed.
const REDIRECTS_MAX: usize = 5;
/// Who asks.
const AGENT: &str = concat!("torn-hub/", env!("CARGO_PKG_VERSION"));

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("the certificates of this machine can't be read; install ca-certificates")]
    Certificates(#[source] std::io::Error),
    #[error("the calendar's address can't be reached")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    #[error("the calendar's address did not answer in full within 2 minutes")]
    TooSlow,
    #[error("what the calendar's address gives is cut off, or too large")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error(
        "the calendar's address redirects to nowhere, too often, or to where nothing is encrypted"
    )]
    Redirect,
    #[error("the calendar's address can't be asked for")]
    Request(#[source] axum::http::Error),
}

/// What an address gave.
pub(super) struct Fetched {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

/// Asks addresses.
pub(super) struct Fetcher(Client<HttpsConnector<HttpConnector>, Empty<Bytes>>);

impl Fetcher {
    /// # Errors
    /// Where the system has no certificates.
    pub(super) fn new() -> Result<Self, FetchError> {
        let provider = rustls::crypto::ring::default_provider();
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT));
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)
            .map_err(FetchError::Certificates)?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self(client))
    }

    /// Gets at most `bytes_max` bytes.
    pub(super) async fn get(
        &self,
        url: Uri,
        headers: &HeaderMap,
        bytes_max: usize,
    ) -> Result<Fetched, FetchError> {
        let all = self.follow(url, headers, bytes_max);
        tokio::time::timeout(ALL, all)
            .await
            .unwrap_or(Err(FetchError::TooSlow))
    }

    async fn follow(
        &self,
        mut url: Uri,
        headers: &HeaderMap,
        bytes_max: usize,
    ) -> Result<Fetched, FetchError> {
        for _ in 0..=REDIRECTS_MAX {
            let mut request = Request::get(url.clone())
                .body(Empty::new())
                .map_err(FetchError::Request)?;
            request.headers_mut().extend(headers.clone());
            let agent = HeaderValue::from_static(AGENT);
            request.headers_mut().insert(USER_AGENT, agent);
            let asked = self.0.request(request).await;
            let (head, body) = asked.map_err(FetchError::Unreachable)?.into_parts();
            if head.status.is_redirection() && head.status != StatusCode::NOT_MODIFIED {
                let to = head.headers.get(LOCATION).ok_or(FetchError::Redirect)?;
                url = redirected(&url, to).ok_or(FetchError::Redirect)?;
                continue;
            }
            return Ok(Fetched {
                status: head.status,
                headers: head.headers,
                bytes: all(body, bytes_max).await?,
            });
        }
        Err(FetchError::Redirect)
    }
}

async fn all(body: Incoming, bytes_max: usize) -> Result<Vec<u8>, FetchError> {
    let body = Limited::new(body, bytes_max).collect().await;
    Ok(body.map_err(FetchError::Body)?.to_bytes().into())
}

/// Where an address redirects to; never from https to http.
fn redirected(from: &Uri, to: &HeaderValue) -> Option<Uri> {
    let to: Uri = to.to_str().ok()?.parse().ok()?;
    if to.scheme().is_none() {
        // Of what is relative only a path from the root is understood, which is what servers send.
        let path: PathAndQuery = to.path_and_query()?.clone();
        let mut parts = from.clone().into_parts();
        parts.authority = to.authority().cloned().or(parts.authority);
        parts.path_and_query = Some(path);
        return Uri::from_parts(parts).ok();
    }
    let loses_encryption =
        from.scheme() == Some(&Scheme::HTTPS) && to.scheme() != Some(&Scheme::HTTPS);
    let web = matches!(to.scheme_str(), Some("http" | "https"));
    (web && !loses_encryption).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_followed_to_a_path_or_an_address_and_never_out_of_encryption() {
        let from: Uri = "https://a.cat/secret?x=1".parse().unwrap();
        let to = |text: &'static str| {
            redirected(&from, &HeaderValue::from_static(text)).map(|url| url.to_string())
        };
        assert_eq!(to("/b?y=2").as_deref(), Some("https://a.cat/b?y=2"));
        assert_eq!(to("https://b.cat/c").as_deref(), Some("https://b.cat/c"));
        assert_eq!(to("http://a.cat/b"), None);
        assert_eq!(to("ftp://a.cat/b"), None);
        assert_eq!(to(" "), None);
    }
}
