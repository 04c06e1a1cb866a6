// SPDX-License-Identifier: GPL-3.0-or-later
//! What a browser may make of the hub's answers: nothing that is not the hub's own, and nothing written into a page.
//!
//! That the pages work under it is seen in a browser, in `whole_policy`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use reqwest::Method;
use serde_json::json;
use torn_tests::lab::hub::{Answer, Hub, HubSetup};
use torn_tests::lab::programs::workspace;
use torn_tests::lab::raw::Raw;

/// What stands in a page's files and is no place that a page asks by itself: a name of XML, and where a link
/// takes a person who touches it.
const NOT_ASKED: [&str; 2] = ["http://www.w3.org/2000/svg", "https://wa.me/"];

fn hub() -> Hub {
    Hub::start(HubSetup::default()).expect("the hub starts")
}

/// The files of the pages, by the paths under which the hub has them.
fn files() -> Vec<(String, String)> {
    let web = workspace().join("kiosk/hub/web");
    let pages = [
        ("desk.html", "/desk"),
        ("lobby.html", "/lobby"),
        ("ticket.html", "/t/nonsense"),
    ];
    let mut files = Vec::new();
    for file in names(&web).iter().filter(|name| name.ends_with(".html")) {
        let known = pages.iter().find(|(name, _)| name == file);
        let (_, path) = known.unwrap_or_else(|| panic!("{file}: say here under which path it is"));
        files.push((file.clone(), (*path).to_owned()));
    }
    assert_eq!(files.len(), pages.len());
    let assets = names(&web.join("assets"));
    files.extend(assets.into_iter().map(|name| {
        let path = format!("/assets/{name}");
        (name, path)
    }));
    files
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("a folder");
    let names = files
        .map_while(Result::ok)
        .filter(|file| file.path().is_file());
    names
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect()
}

fn policy(answer: &Answer) -> BTreeMap<String, Vec<String>> {
    let policy = answer.header("content-security-policy");
    let policy = policy.unwrap_or_else(|| panic!("{} has no policy", answer.what));
    let directives = policy.split(';').map(|directive| {
        let mut words = directive.split_whitespace().map(str::to_owned);
        (words.next().unwrap_or_default(), words.collect())
    });
    directives.collect()
}

/// That nothing may be done but what is listed, and nothing may be had from elsewhere.
fn is_strict(answer: &Answer) {
    let policy = policy(answer);
    for nothing in ["default-src", "frame-ancestors"] {
        assert_eq!(policy[nothing], ["'none'"], "{}: {nothing}", answer.what);
    }
    for (directive, sources) in &policy {
        let own = ["'none'", "'self'"];
        let strict = match directive.as_str() {
            "require-trusted-types-for" => *sources == ["'script'"],
            _ => matches!(&sources[..], [one] if own.contains(&one.as_str())),
        };
        assert!(strict, "{}: {directive} {sources:?}", answer.what);
    }
    for (header, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(header), Some(value), "{}", answer.what);
    }
}

#[test]
fn every_page_and_every_file_of_one_has_a_policy_that_allows_the_hubs_own_and_nothing_written_in() {
    let hub = hub();
    for (_, path) in files() {
        let answer = hub.get(&path).expect("an answer");
        is_strict(&answer);
        let policy = policy(&answer);
        for nothing in ["base-uri", "form-action", "trusted-types"] {
            assert_eq!(policy[nothing], ["'none'"], "{path}: {nothing}");
        }
        assert!(policy.contains_key("require-trusted-types-for"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        let permissions = answer.header("permissions-policy").unwrap_or_default();
        for one in ["camera=()", "microphone=()", "geolocation=()"] {
            assert!(permissions.contains(one), "{path}: {permissions}");
        }
    }
}

#[test]
fn every_other_answer_may_run_load_and_be_framed_by_nothing() {
    let hub = hub();
    for path in [
        "/v1/state",
        "/v1/office",
        "/openapi.json",
        "/metrics",
        "/healthz",
        "/nowhere",
        "/assets/nothing.js",
        "/v1/tickets/nonsense",
        "/v1/events?after=nonsense",
    ] {
        is_strict(&hub.get(path).expect("an answer"));
    }
    for (method, path, body) in [
        (Method::OPTIONS, "/v1/state", String::new()),
        (
            Method::POST,
            "/v1/tickets",
            json!({ "service": "general" }).to_string(),
        ),
        (Method::POST, "/v1/tickets", "x".repeat(70_000)),
    ] {
        let request = hub
            .request(method, path)
            .header("idempotency-key", "k")
            .body(body);
        is_strict(&Answer::to(request, path).expect("an answer"));
    }
    let mut raw = Raw::to(&hub).expect("a connection");
    raw.say("this is no HTTP\r\n\r\n");
    let answer = raw.answer();
    for header in [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
    ] {
        assert!(answer.contains(header), "{answer}");
    }
}

#[test]
fn no_page_has_a_script_a_style_or_a_handler_in_it_and_none_names_another_origin() {
    let web = workspace().join("kiosk/hub/web");
    for (name, _) in files() {
        let folder = if name.ends_with(".html") {
            web.clone()
        } else {
            web.join("assets")
        };
        let text = match name.rsplit_once('.').map(|(_, end)| end) {
            // A font's licence names its authors.
            Some("woff2" | "txt") => continue,
            _ => fs::read_to_string(folder.join(&name)).expect("a file"),
        };
        let mut asked = text.clone();
        for one in NOT_ASKED {
            asked = asked.replace(one, "");
        }
        let elsewhere = [
            "http:",
            "https:",
            "ws://",
            "wss://",
            "\"//",
            "'//",
            "(//",
            "data:",
            "blob:",
            "javascript:",
        ];
        // In a script `data:` may be a member's name.
        let origins = elsewhere
            .into_iter()
            .filter(|one| !(name.ends_with(".js") && *one == "data:"))
            .filter(|one| asked.contains(one));
        let origins: Vec<&str> = origins.collect();
        assert!(origins.is_empty(), "{name} has {origins:?}");
        for written_in in [
            "@import",
            "eval(",
            "new Function",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
        ] {
            assert!(!text.contains(written_in), "{name} has {written_in}");
        }
        if name.ends_with(".html") || name.ends_with(".svg") {
            is_bare(&name, &text);
        }
    }
}

/// Every tag of a page, looked at for what is written in.
fn is_bare(name: &str, text: &str) {
    for tag in text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
    {
        let tag = tag.to_lowercase();
        assert!(!tag.starts_with("style"), "{name}: <{tag}>");
        assert!(
            !tag.starts_with("script") || tag.contains(" src=\"/assets/"),
            "{name}: <{tag}>"
        );
        for attribute in tag.split_whitespace().skip(1) {
            let handler = attribute.starts_with("on") && attribute.contains('=');
            assert!(
                !handler && !attribute.starts_with("style="),
                "{name}: <{tag}>"
            );
        }
    }
    for script in text.split("<script").skip(1) {
        let inside = script
            .split_once('>')
            .and_then(|(_, rest)| rest.split_once("</script>"));
        assert_eq!(
            inside.map(|(inside, _)| inside.trim()),
            Some(""),
            "{name} has a script in it"
        );
    }
}
