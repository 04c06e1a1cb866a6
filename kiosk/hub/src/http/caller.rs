// SPDX-License-Identifier: GPL-3.0-or-later
//! Who asks: the holder of a token, somebody who has signed in, or anyone where none is needed.
//!
//! What they may is not looked at here.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use torn_queue::Timestamp;
use torn_wire::Code;

use super::App;
use super::respond::Refuse;
use crate::credential::Caller;

/// The cookie of somebody who has signed in.
pub(super) const COOKIE: &str = "torn-session";

/// Of cookies of that name so many are looked at: a browser sends one; other programs on the same machine may
/// set some of their own beside it.
const COOKIES_MAX: usize = 4;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Who asks.
pub(super) fn caller(app: &App, parts: &Parts) -> Result<Caller, Refuse> {
    who(app, parts).map(|(caller, _)| caller)
}

/// Who asks, and until when they are signed in. A token outweighs a cookie.
pub(super) fn who(app: &App, parts: &Parts) -> Result<(Caller, Option<Timestamp>), Refuse> {
    if app.loopback && app.credentials.is_empty() {
        return Ok((Caller::Local, None));
    }
    let cookies = cookies(&parts.headers);
    match parts.headers.get(header::AUTHORIZATION) {
        Some(value) => Ok((of_token(app, value)?, None)),
        None if cookies.is_empty() => Err(missing()),
        None => of_cookie(app, parts, &cookies),
    }
}

fn of_token(app: &App, value: &HeaderValue) -> Result<Caller, Refuse> {
    let value = value.to_str().map_err(|_| missing())?;
    let (scheme, token) = value.split_once(' ').ok_or_else(missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(missing());
    }
    let found = app.credentials.holder(token.trim()).map(Caller::Holder);
    let unknown = "no credential has this token; it may have been revoked";
    found.ok_or_else(|| Refuse::new(Code::Unauthenticated, unknown))
}

fn of_cookie(
    app: &App,
    parts: &Parts,
    cookies: &[&str],
) -> Result<(Caller, Option<Timestamp>), Refuse> {
    if !parts.method.is_safe() {
        same_origin(parts)?;
    }
    let now = app.published.clock().now();
    let found = app.entrance.sessions.holder(cookies.iter().copied(), now);
    let (credential, until) = found.ok_or_else(|| {
        let ended = "the session of this cookie has ended; sign in again";
        Refuse::new(Code::Unauthenticated, ended)
    })?;
    Ok((Caller::Holder(credential), Some(until)))
}

fn missing() -> Refuse {
    Refuse::new(
        Code::Unauthenticated,
        "sign in with PUT /v1/session, or send the token of a credential as Authorization: Bearer TOKEN",
    )
}

/// The tokens of sessions that the request has as cookies, as far as they could be one.
pub(super) fn cookies(headers: &HeaderMap) -> Vec<&str> {
    let values = headers.get_all(header::COOKIE).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, token)| *name == COOKIE && could_be_a_token(token))
        .map(|(_, token)| token)
        .take(COOKIES_MAX)
        .collect()
}

fn could_be_a_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Refuses what a page of another origin has a browser send with a cookie of ours.
///
/// A cookie knows no ports: what else is served on the hub's machine counts as the same site, and
/// `SameSite=Strict` does not keep it out. A browser says by `Sec-Fetch-Site` or `Origin` where a request comes
/// from, and a page can't change either; whatever sends neither is no browser, and has its cookie from whoever
/// runs it. Besides, a command needs an `Idempotency-Key` and a sign-in is a PUT: for both a browser asks
/// first, from another origin, whether it may, and the hub never says that it may.
pub(super) fn same_origin(parts: &Parts) -> Result<(), Refuse> {
    let mut sites = parts.headers.get_all(SEC_FETCH_SITE).iter();
    let from_here = sites.all(|site| site == "same-origin" || site == "none");
    let host = parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
    let mut origins = parts.headers.get_all(header::ORIGIN).iter();
    let of_this_host = origins.all(|origin| {
        let text = origin.to_str().unwrap_or_default();
        let authority = text.split_once("://").map(|(_, authority)| authority);
        authority
            .zip(host)
            .is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
    });
    if from_here && of_this_host {
        return Ok(());
    }
    let detail = "this came from a page of another origin; open the hub's own page";
    Err(Refuse::new(Code::Forbidden, detail))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(headers: &[(&str, &str)]) -> Parts {
        let request =
            headers
                .iter()
                .fold(Request::post("/v1/tickets"), |request, (name, value)| {
                    request.header(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap())
                });
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn of_hostile_cookies_only_those_are_taken_that_could_be_a_token() {
        let token = "0123456789abcdef".repeat(4);
        let ours = format!("torn-session={token}");
        for (sent, taken) in [
            (ours.clone(), 1),
            (
                format!(" a=b;; ;=;torn-session;torn-session=;{ours} ; c"),
                1,
            ),
            (format!("torn-session=x; {ours}; {ours}"), 2),
            (vec![ours.clone(); 100].join(";"), COOKIES_MAX),
            (format!("Torn-Session={token}"), 0),
            (format!("x-{ours}"), 0),
            (format!("{ours}0"), 0),
            (format!("torn-session=\"{token}\""), 0),
            (format!("torn-session={}", "é".repeat(32)), 0),
            ("=".repeat(10_000), 0),
            (";".repeat(10_000), 0),
        ] {
            let parts = parts(&[("cookie", &sent)]);
            assert_eq!(cookies(&parts.headers).len(), taken, "{sent}");
        }
        let two = parts(&[("cookie", "a=b"), ("cookie", &ours)]);
        assert_eq!(cookies(&two.headers), [token]);
    }

    #[test]
    fn only_what_comes_from_a_page_of_the_hub_or_from_no_page_is_of_the_same_origin() {
        let host = ("host", "torn.local:8080");
        for headers in [
            &[][..],
            &[host],
            &[host, ("origin", "http://torn.local:8080")],
            &[
                host,
                ("origin", "http://TORN.local:8080"),
                ("sec-fetch-site", "same-origin"),
            ],
            &[host, ("origin", "https://torn.local:8080")],
            &[host, ("sec-fetch-site", "none")],
        ] {
            assert!(same_origin(&parts(headers)).is_ok(), "{headers:?}");
        }
        for headers in [
            &[host, ("origin", "http://torn.local:8081")][..],
            &[host, ("origin", "http://torn.local")],
            &[host, ("origin", "null")],
            &[host, ("origin", "")],
            &[host, ("origin", "torn.local:8080")],
            &[host, ("origin", "http://torn.local:8080@evil.example")],
            &[host, ("origin", "http://evil.example#://torn.local:8080")],
            &[
                host,
                ("origin", "http://torn.local:8080"),
                ("origin", "http://evil.example"),
            ],
            &[host, ("sec-fetch-site", "same-site")],
            &[host, ("sec-fetch-site", "cross-site")],
            &[
                host,
                ("sec-fetch-site", "same-origin"),
                ("sec-fetch-site", "cross-site"),
            ],
            &[
                host,
                ("origin", "http://torn.local:8080"),
                ("sec-fetch-site", "cross-site"),
            ],
            &[("origin", "http://torn.local:8080")],
        ] {
            assert!(same_origin(&parts(headers)).is_err(), "{headers:?}");
        }
    }
}
