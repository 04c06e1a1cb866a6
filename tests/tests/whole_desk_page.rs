// SPDX-License-Identifier: GPL-3.0-or-later
//! The rules as an agent meets them on the desk's page, in a real browser: away and back, sent on, set aside,
//! missed and restored, called before others, checked in, and why something is not done.

use serde_json::{Value, json};
use torn_queue::Timestamp;
use torn_tests::lab::browser::{Browser, Page};
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::need::{Need, met};

const SIZE: (u32, u32) = (1280, 800);
const MIN_MS: i64 = 60_000;

/// A hub, and the browser in which its pages are opened; `None` on a machine without one.
fn office(name: &str) -> Option<(Hub, Browser)> {
    let hub = || Hub::start(HubSetup::default()).expect("the hub starts");
    met(name, &[Need::Chromium]).then(|| (hub(), Browser::start().expect("a browser")))
}

fn desk<'a>(hub: &Hub, browser: &'a Browser, desk: &str) -> Page<'a> {
    let url = format!("{}/desk?desk={desk}", hub.reach());
    let page = browser.open(&url, SIZE).expect("the page");
    says(&page, &format!("Taula {desk}"));
    page
}

fn says(page: &Page<'_>, words: &str) {
    let what = format!("the page says {words:?}");
    page.wait_until(&what, |seen| seen.contains(words))
        .expect("the words");
}

fn press(page: &Page<'_>, key: char) {
    page.press_key(key).expect("a key");
}

fn click(page: &Page<'_>, selector: &str) {
    page.click(selector).expect("the button");
}

fn number(hub: &Hub, service: &str) -> String {
    let ticket = hub.issue(service).expect("a ticket");
    ticket["number"].as_str().expect("a number").to_owned()
}

fn state(hub: &Hub) -> Value {
    hub.state().expect("the state")
}

fn desk_status(hub: &Hub, desk: &str) -> String {
    let state = state(hub);
    let mut desks = state["desks"].as_array().expect("desks").iter();
    let desk = desks.find(|one| one["id"] == desk).expect("that desk");
    desk["status"].as_str().unwrap_or_default().to_owned()
}

fn command(hub: &Hub, path: &str, body: &Value) {
    let answer = hub.command(path, body).expect("an answer");
    answer.expect(200).expect("it is done");
}

#[test]
fn a_desk_is_opened_paused_and_opened_again_by_one_key() {
    let Some((hub, browser)) = office("a desk is paused on its page") else {
        return;
    };
    let page = desk(&hub, &browser, "2");
    press(&page, 'o');
    says(&page, "La taula és oberta.");
    click(&page, "[data-action=pause]");
    says(&page, "La taula està en pausa");
    assert_eq!(desk_status(&hub, "2"), "paused");
    press(&page, 'o');
    says(&page, "La taula és oberta.");
    let first = number(&hub, "general");
    says(&page, &first);
    press(&page, 's');
    says(&page, &format!("Heu cridat {first}."));
    press(&page, 'o');
    says(&page, "Finalitzeu-lo abans de fer una pausa.");
    assert_eq!(desk_status(&hub, "2"), "serving");
}

#[test]
fn who_is_set_aside_is_resumed_at_another_desk_and_the_lobby_announces_it() {
    let Some((hub, browser)) = office("who is set aside is resumed") else {
        return;
    };
    let first = number(&hub, "general");
    let page = desk(&hub, &browser, "2");
    press(&page, 's');
    says(&page, &format!("Heu cridat {first}."));
    press(&page, 'p');
    says(&page, &format!("{first} aparcat."));
    let lobby = format!("{}/lobby", hub.reach());
    let lobby = browser.open(&lobby, (1920, 1080)).expect("the page");
    says(&lobby, "Ara no cridem ningú");
    let other = desk(&hub, &browser, "3");
    click(&other, "[data-resume]");
    says(&other, &format!("Heu reprès {first}."));
    lobby
        .wait_until("the lobby calls it to the other desk", |seen| {
            seen.contains(&first) && seen.contains("Taula 3") && seen.contains("Ara cridem")
        })
        .expect("the call");
    page.wait_until("it is no longer to be resumed", |seen| {
        !seen.contains("Reprèn")
    })
    .expect("it is gone");
}

#[test]
fn who_did_not_come_to_the_call_is_restored_and_called_again() {
    let Some((hub, browser)) = office("who did not come is restored") else {
        return;
    };
    let first = number(&hub, "general");
    let page = desk(&hub, &browser, "1");
    press(&page, 's');
    says(&page, &format!("Heu cridat {first}."));
    press(&page, 'n');
    says(&page, &format!("{first} no s’ha presentat."));
    click(&page, "[data-restore]");
    says(&page, &format!("{first} torna a ser a la cua"));
    press(&page, 's');
    says(&page, &format!("Heu cridat {first}."));
    assert_eq!(state(&hub)["restorable"], json!([]));
}

#[test]
fn somebody_is_sent_on_to_a_service_and_to_a_desk() {
    let Some((hub, browser)) = office("somebody is sent on") else {
        return;
    };
    let page = desk(&hub, &browser, "2");
    press(&page, 't');
    says(&page, "Crideu algú primer.");
    let first = number(&hub, "general");
    says(&page, &first);
    press(&page, 's');
    says(&page, &format!("Heu cridat {first}."));
    press(&page, 't');
    says(&page, &format!("Transfereix {first}"));
    click(&page, "[data-to-service=registre]");
    says(&page, &format!("{first} transferit a Registre"));
    assert_eq!(state(&hub)["waiting"][0]["service"], "registre");

    command(&hub, "/v1/desks/1/open", &json!({}));
    press(&page, 's');
    says(&page, &format!("Heu cridat {first}."));
    press(&page, 't');
    click(&page, "[data-to-desk='1']");
    says(&page, &format!("{first} transferit a Taula 1"));
    let answer = hub.desk("2", "next").expect("an answer");
    assert_eq!(answer.status, 204, "it waits for that desk alone");
}

#[test]
fn a_number_is_called_before_others_and_not_while_somebody_is_at_the_desk() {
    let Some((hub, browser)) = office("a number is called before others") else {
        return;
    };
    let numbers = ["general", "general", "general"].map(|one| number(&hub, one));
    let page = desk(&hub, &browser, "2");
    says(&page, &numbers[2]);
    click(&page, &format!("[data-look$='{}']", numbers[2]));
    says(&page, "passa davant de 2 persones");
    click(&page, "[data-call]");
    says(&page, &format!("Heu cridat {}.", numbers[2]));
    // The line without that number is drawn, so what is pressed next stays where it is.
    says(&page, "Esperen 2 persones");
    click(&page, &format!("[data-look$='{}']", numbers[1]));
    says(&page, &format!("primer acabeu amb {}", numbers[2]));
    click(&page, "[data-call]");
    says(&page, "Finalitzeu-lo o aparqueu-lo abans.");
    assert_eq!(state(&hub)["waiting"].as_array().map(Vec::len), Some(2));
    click(&page, "[data-cancel]");
    says(&page, &format!("{} anul·lat.", numbers[1]));
}

#[test]
fn a_number_is_given_out_and_an_appointment_checked_in_at_the_desk() {
    let Some((hub, browser)) = office("a number is given out at the desk") else {
        return;
    };
    let now: Timestamp = serde_json::from_value(state(&hub)["now"].clone()).expect("a time");
    let booked = json!({ "uid": "one@example.cat", "start": now.plus_ms(5 * MIN_MS),
        "end": now.plus_ms(15 * MIN_MS), "service": "padro", "code": "K7Q2" });
    let booked = json!({ "appointments": [booked] });
    command(&hub, "/v1/appointments", &booked);
    let page = desk(&hub, &browser, "2");
    press(&page, 'd');
    click(&page, "[data-issue=idcat]");
    says(&page, "només amb cita. Expliqueu com demanar-la");
    click(&page, "[data-issue=general]");
    says(&page, "Ja té número");
    click(&page, "[data-close]");

    for (code, said) in [
        ("NO-ONE", "No trobem aquest codi."),
        ("K7Q2", "el cridem a partir d’aquesta hora"),
    ] {
        if code == "NO-ONE" {
            press(&page, 'c');
        }
        says(&page, "Codi de la cita");
        page.evaluate(&format!("document.getElementById('code').value = '{code}'"))
            .expect("the field");
        click(&page, "#code-form button");
        says(&page, said);
    }
    let waiting = state(&hub)["waiting"].clone();
    let classes: Vec<&Value> = waiting
        .as_array()
        .expect("who waits")
        .iter()
        .map(|one| &one["class"])
        .collect();
    assert!(
        classes.len() == 2 && classes.contains(&&json!("appointment")),
        "{waiting}"
    );
}

#[test]
fn a_closed_office_is_said_on_the_desks_page_and_fills_the_lobbys() {
    let Some((hub, browser)) = office("a closed office is said") else {
        return;
    };
    let page = desk(&hub, &browser, "2");
    let lobby = format!("{}/lobby", hub.reach());
    let lobby = browser.open(&lobby, (1920, 1080)).expect("the page");
    says(&lobby, "Ara no cridem ningú");
    let first = number(&hub, "general");
    command(&hub, "/v1/office/close", &json!({}));
    says(&page, "L’oficina és tancada");
    says(&lobby, "Ara és tancat");
    says(&lobby, "Si teniu tiquet, us atenem.");
    press(&page, 'd');
    click(&page, "[data-issue=general]");
    says(&page, "és tancada i no dona torns");
    click(&page, "#dialog-close");
    press(&page, 's');
    says(&page, &format!("Heu cridat {first}."));
    lobby
        .wait_until("who holds a number is called after the closing", |seen| {
            seen.contains(&first) && seen.contains("Ara és tancat.")
        })
        .expect("the call");
}

#[test]
fn a_clock_that_is_not_trusted_is_said_with_what_to_do() {
    let name = "a clock that is not trusted is said";
    if !met(name, &[Need::Chromium, Need::Faketime]) {
        return;
    }
    let clock = SetClock::at("2026-11-24T10:00:00Z").expect("a clock");
    let hub = Hub::start(HubSetup::at(&clock)).expect("the hub starts");
    let browser = Browser::start().expect("a browser");
    let page = desk(&hub, &browser, "2");
    says(&page, &number(&hub, "general"));
    clock.set("2026-11-20T10:00:00Z").expect("it is set");
    says(&page, "El rellotge no és fiable");
    says(&page, "Aviseu qui el manté.");
}
