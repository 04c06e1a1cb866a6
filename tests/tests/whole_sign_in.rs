// SPDX-License-Identifier: GPL-3.0-or-later
//! Signing in on the desk's page, in a real browser: in, out, wrong, locked, ended in mid-work, another's desk.

use torn_tests::lab::browser::{Browser, Page};
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::need::{Need, met};

const PASSWORD: &str = "a counter at nine";

/// A hub that somebody has to sign in to, the token of its kiosk, and a browser; `None` on a machine without one.
fn office(name: &str) -> Option<(Hub, Browser)> {
    if !met(name, &[Need::Chromium]) {
        return None;
    }
    let prepared = HubSetup::default().prepare().expect("a configuration");
    for (id, grants) in [("desk-2", "desk:2"), ("desk-3", "desk:3")] {
        prepared
            .add_password(id, &[grants], PASSWORD)
            .expect("a password");
    }
    let hub = prepared.start().expect("the hub starts");
    Some((hub, Browser::start().expect("a browser")))
}

fn desk<'a>(hub: &Hub, browser: &'a Browser, query: &str) -> Page<'a> {
    desk_in("ca", hub, browser, query)
}

/// The page in a browser whose owner reads this language.
fn desk_in<'a>(language: &str, hub: &Hub, browser: &'a Browser, query: &str) -> Page<'a> {
    let url = format!("{}/desk{query}", hub.reach());
    let wants = format!(
        "Object.defineProperty(navigator, 'languages', {{ get: () => ['{language}-ES', '{language}'] }})"
    );
    let page = browser.open_noting(&url, (1280, 800), &wants);
    page.expect("the page")
}

fn says(page: &Page<'_>, words: &str) {
    let what = format!("the page says {words:?}");
    page.wait_until(&what, |seen| seen.contains(words))
        .expect("the words");
}

fn sign_in(page: &Page<'_>, id: &str, password: &str) {
    says(page, "Contrasenya");
    let fill = format!(
        "document.getElementById('sign-in-id').value = {id:?}; \
         document.getElementById('sign-in-password').value = {password:?}"
    );
    page.evaluate(&fill).expect("the fields");
    page.click("#sign-in-go").expect("the button");
}

fn calls(hub: &Hub) -> usize {
    let events = hub.events().expect("the log");
    let opened = |kind: &str| kind == "ticket-called" || kind == "desk-opened";
    let kinds = events.iter().filter_map(|one| one["kind"].as_str());
    kinds.filter(|kind| opened(kind)).count()
}

#[test]
fn an_agent_signs_in_works_at_the_desk_that_is_theirs_and_signs_out() {
    let Some((hub, browser)) = office("an agent signs in") else {
        return;
    };
    let page = desk(&hub, &browser, "");
    sign_in(&page, "desk-2", "not the one");
    says(&page, "L’identificador o la contrasenya no són correctes.");
    let left = page.evaluate("document.getElementById('sign-in-password').value");
    assert_eq!(left.expect("the field"), "");
    sign_in(&page, "desk-2", PASSWORD);
    says(&page, "Taula 2");
    says(&page, "desk-2");
    page.press_key('o').expect("a key");
    says(&page, "La taula és oberta.");
    let events = hub.events().expect("the log");
    assert_eq!(events.last().expect("an event")["by"], "desk-2");
    assert_eq!(page.evaluate("document.cookie").expect("cookies"), "");
    page.click("#sign-out").expect("the button");
    says(&page, "Entreu per atendre");
    page.press_key('p').expect("a key");
    assert_eq!(calls(&hub), 1);
}

#[test]
fn a_session_that_ends_in_mid_work_is_said_and_what_was_pressed_is_not_done_later() {
    let Some((hub, browser)) = office("a session ends in mid-work") else {
        return;
    };
    let page = desk(&hub, &browser, "?desk=2");
    sign_in(&page, "desk-2", PASSWORD);
    says(&page, "Següent");
    page.press_key('o').expect("a key");
    says(&page, "La taula és oberta.");
    hub.set_password("desk-2", "another counter")
        .expect("another password");
    // The hub looks at its credentials each second; a press before that still counts, and changes nothing.
    page.wait_until("the page asks again", |seen| {
        let asks = seen.contains("La sessió s’ha acabat");
        if !asks {
            page.press_key('o').expect("a key");
        }
        asks
    })
    .expect("it asks again");
    let before = hub.events().expect("the log").len();
    sign_in(&page, "desk-2", "another counter");
    says(&page, "Següent");
    says(&page, "Connectat");
    assert_eq!(hub.events().expect("the log").len(), before);
}

#[test]
fn who_guesses_is_told_to_wait_and_who_has_another_desk_is_told_whose_it_is_not() {
    let Some((hub, browser)) = office("who guesses is told to wait") else {
        return;
    };
    let page = desk(&hub, &browser, "?desk=2");
    sign_in(&page, "desk-3", PASSWORD);
    // The address says a desk that is not theirs: they are at their own.
    says(&page, "Taula 3");
    let other = desk(&hub, &browser, "?desk=2");
    says(
        &other,
        "Heu entrat com a «desk-3», que no pot atendre a «Taula 2».",
    );
    other.press_key('o').expect("a key");
    says(&other, "Aquí no es pot cridar");
    assert_eq!(calls(&hub), 0);
    page.click("#sign-out").expect("the button");
    for _ in 0..5 {
        sign_in(&page, "desk-3", "not the one");
        says(&page, "no són correctes");
        page.wait_until("the button can be pressed", |seen| {
            !seen.contains("Entrant")
        })
        .expect("it can");
    }
    sign_in(&page, "desk-3", PASSWORD);
    says(&page, "Massa intents seguits. Espereu 1 minut");
}

#[test]
fn whoever_signs_in_is_asked_in_the_language_of_their_browser_or_in_the_offices() {
    let Some((hub, browser)) = office("whoever signs in is asked in their language") else {
        return;
    };
    for (language, words) in [
        ("ca", "Entreu per atendre"),
        ("es", "Entre para atender"),
        ("en", "Sign in to serve"),
        ("de", "Entreu per atendre"),
    ] {
        says(&desk_in(language, &hub, &browser, ""), words);
    }
}
