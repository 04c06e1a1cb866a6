// SPDX-License-Identifier: GPL-3.0-or-later
//! Addresses as people write them: `host:port` and web addresses.
//!
//! Only their form is judged; whether anything answers there is found out by who connects.

/// A host and a port: `127.0.0.1:8080`, `[::1]:8080`, `hub.local:80`.
pub(crate) fn host_port(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let plain = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    Some((host, port.parse().ok().filter(|_| plain && is_host(host))?))
}

/// A name, an IPv4 address, or an IPv6 address in brackets.
pub(crate) fn is_host(text: &str) -> bool {
    if let Some(inner) = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return inner.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let numeric = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if numeric {
        return text.parse::<std::net::Ipv4Addr>().is_ok();
    }
    text.len() <= 253
        && text.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        })
}

/// A web address, parted into its scheme, its host with an optional port, and what follows.
pub(crate) struct Web<'t> {
    pub(crate) scheme: &'t str,
    pub(crate) authority: &'t str,
    pub(crate) rest: &'t str,
}

/// The parts of an address that begins with `http://` or `https://` and has a good host.
pub(crate) fn web(text: &str) -> Option<Web<'_>> {
    let (scheme, after) = text.split_once("://")?;
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    let good_host = is_host(authority) || host_port(authority).is_some();
    let good_rest = !rest.chars().any(|c| c.is_whitespace() || c.is_control());
    let good = matches!(scheme, "http" | "https") && good_host && good_rest;
    good.then_some(Web {
        scheme,
        authority,
        rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_a_port_have_one_form() {
        for good in [
            "127.0.0.1:8080",
            "[::1]:0",
            "hub.local:80",
            "localhost:65535",
        ] {
            assert!(host_port(good).is_some(), "{good}");
        }
        for bad in [
            "127.0.0.1",
            "8080",
            ":8080",
            "host:",
            "host:65536",
            "::1:80",
            "300.1.1.1:80",
            "host:+80",
            "http://host:80",
            "ho st:80",
            "-a:1",
            "a..b:1",
            "",
        ] {
            assert!(host_port(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_web_address_has_a_scheme_and_a_host() {
        let found = web("https://www.seu-e.cat/ca/web").unwrap();
        assert_eq!(
            (found.scheme, found.authority, found.rest),
            ("https", "www.seu-e.cat", "/ca/web")
        );
        for good in ["http://hub:8080", "http://[::1]:80/", "https://a.cat?x=1"] {
            assert!(web(good).is_some(), "{good}");
        }
        for bad in [
            "ftp://a.cat",
            "www.a.cat",
            "http://",
            "http:///x",
            "https://a b",
            "https://a/b c",
        ] {
            assert!(web(bad).is_none(), "{bad}");
        }
    }
}
