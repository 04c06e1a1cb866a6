// SPDX-License-Identifier: GPL-3.0-or-later
//! What the supervisor does by hand: opens and closes the office and its services, puts up a notice, sets days.

use serde_json::{Value, json};
use torn_queue::Timestamp;
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::hub::{Answer, Hub, HubSetup};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::wait;

const NOTHING: Value = Value::Null;

/// Nothing is ever full, so that only hours and hands close anything.
const WEEK: &str = "[office.hours]\nmon = [\"09:00-14:00\"]\ntue = [\"09:00-14:00\"]\nwed = [\"09:00-14:00\"]\n\
    [policy]\nstop_issuing = false\n";

fn hub() -> Hub {
    Hub::start(HubSetup::default()).expect("the hub starts")
}

fn command(hub: &Hub, path: &str, wish: &Value) -> Answer {
    hub.command(path, wish).expect("an answer")
}

fn done(hub: &Hub, path: &str) -> Value {
    command(hub, path, &NOTHING).expect(200).expect(path)
}

fn take(hub: &Hub, service: &str) -> String {
    command(hub, "/v1/tickets", &json!({ "service": service })).outcome()
}

fn is_open(hub: &Hub) -> bool {
    hub.state().expect("the state")["open"] == true
}

fn becomes(hub: &Hub, open: bool) {
    wait::until("it opens or closes", wait::GENEROUS, || {
        (is_open(hub) == open).then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: open should be {open}"));
}

fn of_kind(hub: &Hub, kind: &str) -> Vec<Value> {
    let mut events = hub.events().expect("the log");
    events.retain(|one| one["kind"] == kind);
    events
}

#[test]
fn the_office_closed_by_hand_stays_closed_until_it_is_opened_by_hand() {
    let mut hub = hub();
    let waiting = hub.issue("general").expect("a ticket");
    let closed = done(&hub, "/v1/office/close");
    assert_eq!(closed["open"], false);
    assert!(closed["next_open_at"].is_string(), "the next day: {closed}");
    assert_eq!(closed["special_days"], json!([]));
    assert_eq!(take(&hub, "general"), "409 office-closed");
    let seq = hub.state().expect("the state")["seq"].clone();
    assert_eq!(done(&hub, "/v1/office/close"), closed);
    assert_eq!(
        hub.state().expect("the state")["seq"],
        seq,
        "twice is no news"
    );
    hub.kill();
    hub.start_again().expect("it starts again");
    assert!(!is_open(&hub), "a power cut does not open it");
    let called = hub
        .desk("1", "next")
        .expect("an answer")
        .expect(200)
        .expect("who holds a ticket is served");
    assert_eq!(called["id"], waiting["id"]);
    let opened = done(&hub, "/v1/office/open");
    assert_eq!(
        (&opened["open"], &opened["next_open_at"]),
        (&json!(true), &NOTHING)
    );
    assert_eq!(take(&hub, "general"), "201");
    let reasons = |kind| of_kind(&hub, kind).pop().expect("an event")["reason"].clone();
    assert_eq!(
        (reasons("office-closed"), reasons("office-opened")),
        (json!("supervisor"), json!("supervisor"))
    );
}

#[test]
fn a_closing_by_hand_holds_until_the_next_day() {
    if !need::met(
        "a_closing_by_hand_holds_until_the_next_day",
        &[Need::Faketime],
    ) {
        return;
    }
    let clock = SetClock::at("2026-11-24T10:00:00Z").expect("a clock");
    let hub = Hub::start(HubSetup {
        own: WEEK.to_owned(),
        ..HubSetup::at(&clock)
    })
    .expect("the hub starts");
    becomes(&hub, true);
    let closed = done(&hub, "/v1/office/close");
    assert_eq!(closed["next_open_at"], "2026-11-25T08:00:00.000Z");
    clock.set("2026-11-24T12:00:00Z").expect("it is set");
    assert!(
        !is_open(&hub),
        "the hours don't open what was closed by hand"
    );
    clock.set("2026-11-25T08:00:01Z").expect("it is set");
    becomes(&hub, true);
    assert_eq!(
        of_kind(&hub, "office-opened").pop().expect("an event")["reason"],
        "hours"
    );
}

#[test]
fn an_opening_by_hand_outside_the_hours_holds_until_a_closing_or_the_days_end() {
    if !need::met(
        "an_opening_by_hand_outside_the_hours_holds_until_a_closing",
        &[Need::Faketime],
    ) {
        return;
    }
    let clock = SetClock::at("2026-11-24T06:00:00Z").expect("a clock");
    let hub = Hub::start(HubSetup {
        own: WEEK.to_owned(),
        ..HubSetup::at(&clock)
    })
    .expect("the hub starts");
    becomes(&hub, false);
    assert_eq!(done(&hub, "/v1/office/open")["open"], true);
    assert_eq!(take(&hub, "general"), "201");
    clock.set("2026-11-24T13:00:01Z").expect("it is set");
    becomes(&hub, false);
    assert_eq!(
        of_kind(&hub, "office-closed").pop().expect("an event")["reason"],
        "hours",
        "ahead of the hours: with them"
    );
    done(&hub, "/v1/office/open");
    clock.set("2026-11-24T22:30:00Z").expect("it is set");
    assert_eq!(take(&hub, "general"), "201", "after the hours: it holds");
    clock.set("2026-11-24T23:00:01Z").expect("it is set");
    becomes(&hub, false);
    assert_eq!(
        hub.state().expect("the state")["next_open_at"],
        "2026-11-25T08:00:00.000Z"
    );
}

#[test]
fn a_service_closed_by_hand_gives_no_numbers_and_the_others_do() {
    let mut hub = hub();
    let waiting = hub.issue("padro").expect("a ticket");
    let closed = done(&hub, "/v1/services/padro/close");
    assert_eq!(
        (&closed["id"], &closed["open"], &closed["waiting"]),
        (&json!("padro"), &json!(false), &json!(1))
    );
    assert_eq!(
        closed["wait"], NOTHING,
        "who comes now gets no number, so no wait"
    );
    let event = of_kind(&hub, "service-closed").pop().expect("an event");
    assert_eq!(
        (&event["service"], &event["reason"]),
        (&json!("padro"), &json!("supervisor"))
    );
    assert!(event.get("next_open_at").is_some(), "{event}");
    assert_eq!(take(&hub, "padro"), "409 service-closed");
    assert_eq!(take(&hub, "general"), "201");
    hub.kill();
    hub.start_again().expect("it starts again");
    assert_eq!(take(&hub, "padro"), "409 service-closed");
    let called = hub
        .desk("1", "next")
        .expect("an answer")
        .expect(200)
        .expect("a call");
    assert_eq!(called["id"], waiting["id"], "who holds a ticket is served");
    assert_eq!(done(&hub, "/v1/services/padro/open")["open"], true);
    let event = of_kind(&hub, "service-opened").pop().expect("an event");
    assert_eq!(
        (&event["service"], &event["reason"]),
        (&json!("padro"), &json!("supervisor"))
    );
    assert_eq!(take(&hub, "padro"), "201");
    for action in ["open", "close"] {
        let path = format!("/v1/services/passports/{action}");
        assert_eq!(
            command(&hub, &path, &NOTHING).outcome(),
            "404 unknown-service"
        );
    }
}

#[test]
fn a_service_of_another_building_says_where_to_go() {
    let own = "[[service]]\nid = \"urbanisme\"\nplace = \"Can Mach\"\n[[service]]\nid = \"padro\"\nplace = \"oiac\"\n";
    let hub = Hub::start(HubSetup {
        own: own.to_owned(),
        ..HubSetup::default()
    })
    .expect("the hub starts");
    let refused = command(&hub, "/v1/tickets", &json!({ "service": "urbanisme" }));
    assert_eq!(refused.outcome(), "409 service-closed");
    let detail = refused.json()["detail"].clone();
    assert!(
        detail.as_str().unwrap_or_default().contains("Can Mach"),
        "{detail}"
    );
    let services = hub.state().expect("the state")["services"].clone();
    let open = |id| {
        services
            .as_array()
            .into_iter()
            .flatten()
            .find(|one| one["id"] == id)
            .map(|one| one["open"].clone())
    };
    assert_eq!(
        (open("urbanisme"), open("padro")),
        (Some(json!(false)), Some(json!(true)))
    );
    assert_eq!(
        take(&hub, "padro"),
        "201",
        "a place that is the office's own is here"
    );
}

#[test]
fn a_notice_is_shown_until_its_time_or_until_it_is_taken_down() {
    let mut hub = hub();
    let now: Timestamp =
        serde_json::from_value(hub.state().expect("the state")["now"].clone()).expect("a time");
    let notice = |hub: &Hub| hub.state().expect("the state")["notice"].clone();
    assert_eq!(notice(&hub), NOTHING);
    let text = json!({ "ca": "Avui tanquem a les 12 h", "es": "Hoy cerramos a las 12 h" });
    let until = now.plus_ms(30 * 60_000);
    let wish = json!({ "text": text, "until": until });
    command(&hub, "/v1/notice", &wish)
        .expect(200)
        .expect("it is put up");
    assert_eq!(notice(&hub), wish);
    let event = of_kind(&hub, "notice-set").pop().expect("an event");
    assert_eq!(
        (&event["text"], &event["until"], &event["by"]),
        (&text, &json!(until), &json!("local"))
    );
    command(&hub, "/v1/notice", &wish)
        .expect(200)
        .expect("again");
    assert_eq!(
        of_kind(&hub, "notice-set").len(),
        1,
        "the same words are no news"
    );
    hub.kill();
    hub.start_again().expect("it starts again");
    assert_eq!(notice(&hub), wish);

    for down in [json!({}), json!({ "text": null })] {
        command(&hub, "/v1/notice", &wish).expect(200).expect("up");
        command(&hub, "/v1/notice", &down)
            .expect(200)
            .expect("down");
        assert_eq!(notice(&hub), NOTHING, "{down}");
    }
    command(&hub, "/v1/notice", &json!({}))
        .expect(200)
        .expect("down, where none is");
    let soon = json!({ "text": text, "until": now.plus_ms(-1) });
    let outcome = command(&hub, "/v1/notice", &soon).outcome();
    assert!(
        ["200", "400 malformed"].contains(&outcome.as_str()),
        "{outcome}"
    );
    assert_eq!(notice(&hub), NOTHING, "what is over is not shown");
    for wrong in [
        json!({ "text": "words" }),
        json!({ "text": { "ca": 7 } }),
        json!({ "text": text, "until": "noon" }),
        json!({ "text": text, "colour": "red" }),
    ] {
        assert_eq!(
            command(&hub, "/v1/notice", &wrong).outcome(),
            "400 malformed",
            "{wrong}"
        );
    }
}

#[test]
fn days_that_make_no_sense_are_refused_and_change_nothing() {
    let hub = hub();
    for wrong in [
        json!({ "days": [{ "day": "2026-02-30", "hours": [] }] }),
        json!({ "days": [{ "day": "tomorrow", "hours": [] }] }),
        json!({ "days": [{ "day": "2027-03-01", "hours": ["22:00-06:00"] }] }),
        json!({ "days": [{ "day": "2027-03-01", "hours": ["9-14"] }] }),
        json!({ "days": [{ "day": "2027-03-01", "hours": "09:00-14:00" }] }),
        json!({ "days": [{ "day": "2027-03-01" }] }),
        json!({ "days": {} }),
        json!({}),
        json!({ "days": [], "reason": "pont" }),
    ] {
        assert_eq!(
            command(&hub, "/v1/calendar", &wrong).outcome(),
            "400 malformed",
            "{wrong}"
        );
    }
    assert!(of_kind(&hub, "calendar-set").is_empty());
    let day = json!({ "days": [{ "day": "2199-03-01", "hours": ["09:00-12:00", "15:00-17:00"] }] });
    let set = command(&hub, "/v1/calendar", &day)
        .expect(200)
        .expect("it is set");
    assert_eq!(
        (&set["open"], &set["special_days"]),
        (&json!(true), &day["days"])
    );
    command(&hub, "/v1/calendar", &day)
        .expect(200)
        .expect("again");
    assert_eq!(
        of_kind(&hub, "calendar-set").len(),
        1,
        "the same days are no news"
    );
    let gone = json!({ "days": [{ "day": "2020-03-01", "hours": [] }] });
    assert_eq!(
        command(&hub, "/v1/calendar", &gone)
            .expect(200)
            .expect("set")["special_days"],
        json!([])
    );
}
