// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's pages in a real browser, at work: they ask nobody but the hub, and their policy has nothing to forbid.
//!
//! What the policy says is looked at in `hub_policy`.

use serde_json::{Value, json};
use torn_tests::lab::browser::{Browser, Page};
use torn_tests::lab::hub::{Hub, HubSetup, new_key};
use torn_tests::lab::need::{Need, met};
use torn_tests::lab::wait;

/// Notes what the policy forbids from the very beginning of a page.
const NOTE: &str = "window.forbidden = []; document.addEventListener('securitypolicyviolation', \
    one => window.forbidden.push(`${one.effectiveDirective} ${one.blockedURI} ${one.sourceFile}`))";

/// What the page has asked for, and what it was not allowed to.
fn seen(page: &Page<'_>) -> (Vec<String>, Vec<String>) {
    let list = |expression: &str| {
        let value = page.evaluate(expression).expect("a list");
        let all = value.as_array().expect("a list").iter();
        all.map(|one| one.as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let asked = list("performance.getEntriesByType('resource').map(one => one.name)");
    (asked, list("window.forbidden"))
}

fn says(page: &Page<'_>, words: &str) {
    page.wait_until(&format!("the page says {words:?}"), |text| {
        text.contains(words)
    })
    .expect("the words");
}

#[test]
fn no_page_asks_another_origin_or_does_what_its_policy_forbids() {
    if !met("no page asks another origin", &[Need::Chromium]) {
        return;
    }
    let setup = HubSetup {
        public_url: Some("https://torn.example".to_owned()),
        ..HubSetup::default()
    };
    let hub = Hub::start(setup).expect("the hub starts");
    let wish = json!({ "service": "general" });
    let ticket = hub.post("/v1/tickets", &new_key(), Some(&wish));
    let ticket = ticket.expect("an answer").expect(201).expect("a ticket");
    let text = |member: &str| ticket[member].as_str().unwrap_or_default().to_owned();
    let own = text("link").replace("https://torn.example", "");
    let browser = Browser::start().expect("a browser");
    let open = |path: &str| {
        let url = format!("{}{path}", hub.reach());
        browser
            .open_noting(&url, (1280, 800), NOTE)
            .expect("a page")
    };
    let (desk, lobby, phone) = (open("/desk?desk=1"), open("/lobby"), open(&own));
    says(&desk, "Taula 1");
    says(&lobby, "Ara no cridem ningú");
    says(&phone, &text("number"));
    desk.press_key('t').expect("a key");
    desk.press_key('s').expect("a key");
    wait::until("the desk has called", wait::GENEROUS, || {
        hub.desk("1", "recall")
            .is_ok_and(|answer| answer.status == 200)
            .then_some(())
    })
    .expect("the desk has called");
    let notice = json!({ "text": { "ca": "Avui tanquem abans" }, "until": null });
    hub.command("/v1/notice", &notice).expect("an answer");
    says(&lobby, "Avui tanquem abans");
    says(&phone, "Taula 1");

    for (page, name) in [
        (&desk, "the desk's"),
        (&lobby, "the lobby's"),
        (&phone, "the ticket's"),
    ] {
        let (asked, forbidden) = seen(page);
        assert!(asked.len() > 3, "{name} page asks for its files: {asked:?}");
        let own = format!("{}/", hub.reach());
        let others: Vec<&String> = asked.iter().filter(|url| !url.starts_with(&own)).collect();
        assert!(others.is_empty(), "{name} page asks {others:?}");
        assert!(forbidden.is_empty(), "{name} page tries {forbidden:?}");
    }
    forbids_what_it_should(&desk);
}

/// What a page that was broken into would try first; it also shows that the test would have seen it.
fn forbids_what_it_should(page: &Page<'_>) {
    for (attempt, directive) in [
        (
            "void fetch('http://127.0.0.1:9/stolen').catch(() => 0)",
            "connect-src",
        ),
        (
            "document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/x.png' }))",
            "img-src",
        ),
        (
            "document.body.append(Object.assign(document.createElement('style'), { textContent: 'p{}' }))",
            "style-src",
        ),
        (
            "(() => { try { document.body.setAttribute('onclick', '1') } catch {} })()",
            "require-trusted-types-for",
        ),
        (
            "(() => { try { document.body.innerHTML = 'x' } catch {} })()",
            "require-trusted-types-for",
        ),
    ] {
        page.evaluate(attempt).expect("it runs");
        wait::until(directive, wait::GENEROUS, || {
            let (_, forbidden) = seen(page);
            let noted = forbidden.iter().any(|one| one.starts_with(directive));
            noted.then_some(Value::Null)
        })
        .unwrap_or_else(|error| panic!("{error}: {attempt}: {:?}", seen(page).1));
    }
}
