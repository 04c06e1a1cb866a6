// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's pages in a real browser: an agent works with one, a lobby looks at another, both live.

use serde_json::json;
use torn_tests::lab::browser::{Browser, Page};
use torn_tests::lab::hub::{Hub, HubSetup, new_key};
use torn_tests::lab::need::{Need, met};

const SIZE: (u32, u32) = (1280, 800);

fn hub() -> Hub {
    Hub::start(HubSetup::default()).expect("the hub starts")
}

fn number(hub: &Hub, service: &str) -> String {
    hub.issue(service).expect("a ticket")["number"]
        .as_str()
        .expect("a number")
        .to_owned()
}

fn says(page: &Page<'_>, words: &str) {
    page.wait_until(&format!("the page says {words:?}"), |seen| {
        seen.contains(words)
    })
    .expect("the words");
}

/// What a desk does as the hub tells it.
fn desk_status(hub: &Hub, desk: &str) -> String {
    let state = hub.state().expect("the state");
    let desks = state["desks"].as_array().expect("desks");
    let desk = desks
        .iter()
        .find(|one| one["id"] == desk)
        .expect("that desk");
    desk["status"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn an_agent_calls_recalls_and_finishes_on_the_desk_page_by_mouse_and_by_key() {
    if !met(
        "an agent calls, recalls and finishes on the desk page",
        &[Need::Chromium],
    ) {
        return;
    }
    let (hub, browser) = (hub(), Browser::start().expect("a browser"));
    let (first, second) = (number(&hub, "general"), number(&hub, "registre"));
    let page = browser
        .open(&format!("{}/desk?desk=2", hub.reach()), SIZE)
        .expect("the page");
    says(&page, "Taula 2");
    says(&page, &first);
    page.click("[data-action=next]").expect("the button");
    says(&page, &format!("Heu cridat {first}."));
    page.press_key('r').expect("a key");
    says(&page, &format!("Heu tornat a cridar {first}."));
    page.press_key('s').expect("a key");
    says(&page, &format!("Heu cridat {second}."));
    page.press_key('n').expect("a key");
    says(&page, &format!("{second} no s’ha presentat."));
    assert_eq!(desk_status(&hub, "2"), "open");

    let third = number(&hub, "padro");
    says(&page, &third);
    page.press_key('s').expect("a key");
    says(&page, &format!("Heu cridat {third}."));
    page.click("[data-action=finish]").expect("the button");
    says(&page, &format!("{third} finalitzat."));
    let kinds: Vec<String> = hub
        .events()
        .expect("the log")
        .iter()
        .map(|one| one["kind"].to_string())
        .collect();
    for kind in [
        "ticket-called",
        "ticket-recalled",
        "ticket-no-show",
        "ticket-finished",
    ] {
        assert!(
            kinds.iter().any(|one| one.contains(kind)),
            "no {kind} among {kinds:?}"
        );
    }
}

#[test]
fn two_pages_of_a_desk_show_what_happens_elsewhere_without_being_asked() {
    if !met("two pages show what happens elsewhere", &[Need::Chromium]) {
        return;
    }
    let (hub, browser) = (hub(), Browser::start().expect("a browser"));
    let desk = browser
        .open(&format!("{}/desk?desk=1", hub.reach()), SIZE)
        .expect("the page");
    let lobby = browser
        .open(&format!("{}/lobby", hub.reach()), (1920, 1080))
        .expect("the page");
    says(&desk, "Taula 1");
    says(&lobby, "Ara no cridem ningú");
    let number = number(&hub, "general");
    says(&desk, &number);
    hub.desk("1", "next")
        .expect("an answer")
        .expect(200)
        .expect("a call");
    says(&lobby, &number);
    says(&lobby, "Ara cridem");
    hub.desk("1", "recall")
        .expect("an answer")
        .expect(200)
        .expect("a recall");
    says(&lobby, "Tornem a cridar");
}

#[test]
fn the_pages_say_that_the_hub_is_away_and_go_on_when_it_is_back() {
    if !met("the pages say that the hub is away", &[Need::Chromium]) {
        return;
    }
    let (mut hub, browser) = (hub(), Browser::start().expect("a browser"));
    let desk = browser
        .open(&format!("{}/desk?desk=3", hub.reach()), SIZE)
        .expect("the page");
    let lobby = browser
        .open(&format!("{}/lobby", hub.reach()), (1920, 1080))
        .expect("the page");
    let before = number(&hub, "general");
    says(&desk, &before);
    says(&lobby, "Ara no cridem ningú");
    hub.kill();
    says(&lobby, "Sense connexió");
    desk.wait_until("the desk's page says it", |seen| {
        seen.to_lowercase().contains("sense connexió")
    })
    .expect("the words");
    // What is pressed now is not kept for later.
    desk.press_key('s').expect("a key");
    says(&desk, "Ara no es pot");
    hub.start_again().expect("the hub starts again");
    lobby
        .wait_until("the board is current", |seen| {
            !seen.contains("Sense connexió")
        })
        .expect("it goes on");
    let after = number(&hub, "tributs");
    says(&desk, &after);
    assert_eq!(
        desk_status(&hub, "3"),
        "closed",
        "the press was not played later"
    );
}

#[test]
fn the_ticket_page_says_the_number_and_then_the_desk() {
    if !met("the ticket page says the number", &[Need::Chromium]) {
        return;
    }
    let setup = HubSetup {
        public_url: Some("https://torn.example".to_owned()),
        ..HubSetup::default()
    };
    let hub = Hub::start(setup).expect("the hub starts");
    let browser = Browser::start().expect("a browser");
    let wish = json!({ "service": "general" });
    let ticket = hub
        .post("/v1/tickets", &new_key(), Some(&wish))
        .expect("an answer")
        .expect(201)
        .expect("a ticket");
    let (number, link) = (
        ticket["number"].as_str().expect("a number"),
        ticket["link"].as_str().expect("a link"),
    );
    let path = link
        .strip_prefix("https://torn.example")
        .expect("the link is the office's own");
    let page = browser
        .open(&format!("{}{path}", hub.reach()), (390, 844))
        .expect("the page");
    says(&page, number);
    hub.desk("4", "next")
        .expect("an answer")
        .expect(200)
        .expect("a call");
    says(&page, "Taula 4");
    let elsewhere = hub.get("/t/nonsense").expect("an answer");
    let ticket_there = hub.get("/t/nonsense/ticket").expect("an answer");
    assert!(
        elsewhere.status == 404 || ticket_there.status == 404,
        "a token that is none opens nothing"
    );
}

#[test]
fn the_lobby_page_keeps_whoever_is_at_a_desk_and_names_services_as_a_sentence_does() {
    if !met(
        "the lobby page keeps whoever is at a desk",
        &[Need::Chromium],
    ) {
        return;
    }
    let (hub, browser) = (hub(), Browser::start().expect("a browser"));
    let (first, second) = (number(&hub, "general"), number(&hub, "registre"));
    let lobby = browser
        .open(&format!("{}/lobby", hub.reach()), (1920, 1080))
        .expect("the page");
    says(
        &lobby,
        "Cadastre, plusvàlues i idCAT: només amb cita prèvia.",
    );
    lobby
        .wait_until("nobody was called, so there is no list", |seen| {
            seen.contains("Ara no cridem ningú") && !seen.contains("Cridats fa poc")
        })
        .expect("no list");
    for desk in ["1", "2"] {
        hub.desk(desk, "next")
            .expect("an answer")
            .expect(200)
            .expect("a call");
        says(&lobby, "Ara cridem");
    }
    says(&lobby, &second);
    hub.desk("2", "finish")
        .expect("an answer")
        .expect(200)
        .expect("the desk");
    lobby
        .wait_until("the first one is up again", |seen| {
            let panel = seen.split("Cridats fa poc").next().unwrap_or_default();
            panel.contains(&first) && !panel.contains(&second)
        })
        .expect("who is still at a desk");
    hub.desk("1", "finish")
        .expect("an answer")
        .expect(200)
        .expect("the desk");
    says(&lobby, "Ara no cridem ningú");
}
