// SPDX-License-Identifier: GPL-3.0-or-later
//! A service stops giving out numbers when those who wait fill the time that is left, and says so.

use serde_json::{Value, json};
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::wait;

/// Every visit takes ten minutes, as far as the office knows; desk 1 and 2 serve two services, 3 and 4 the rest.
const OFFICE: &str = "[office.hours]\ntue = [\"09:00-14:00\"]\nwed = [\"09:00-14:00\"]\n\
    [[service]]\nid = \"general\"\nminutes = 10\n[[service]]\nid = \"padro\"\nminutes = 10\n\
    [[desk]]\nid = \"1\"\nservices = [\"general\", \"padro\"]\n[[desk]]\nid = \"2\"\nservices = [\"general\", \"padro\"]\n\
    [[desk]]\nid = \"3\"\nservices = [\"registre\", \"tributs\", \"idcat\", \"urbanisme\", \"cadastre\", \"plusvalues\"]\n\
    [[desk]]\nid = \"4\"\nservices = [\"registre\", \"tributs\", \"idcat\", \"urbanisme\", \"cadastre\", \"plusvalues\"]\n";

/// An office that closes in 35 minutes, with desk 1 open.
fn hub(name: &str, more: &str) -> Option<(Hub, SetClock)> {
    if !need::met(name, &[Need::Faketime]) {
        return None;
    }
    let clock = SetClock::at("2026-11-24T12:25:00Z").expect("a clock");
    let own = format!("{OFFICE}{more}");
    let hub = Hub::start(HubSetup {
        own,
        ..HubSetup::at(&clock)
    })
    .expect("the hub starts");
    hub.desk("1", "open")
        .expect("an answer")
        .expect(200)
        .expect("desk 1 opens");
    Some((hub, clock))
}

fn take(hub: &Hub, service: &str) -> String {
    let wish = json!({ "service": service });
    hub.command("/v1/tickets", &wish)
        .expect("an answer")
        .outcome()
}

fn open(hub: &Hub, service: &str) -> bool {
    let state = hub.state().expect("the state");
    let services = state["services"].as_array().cloned().unwrap_or_default();
    services
        .iter()
        .any(|one| one["id"] == service && one["open"] == true)
}

fn becomes(hub: &Hub, service: &str, is: bool) {
    wait::until("it opens or closes", wait::GENEROUS, || {
        (open(hub, service) == is).then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: {service} open should be {is}"));
}

/// What was told of this service: kinds and reasons.
fn told(hub: &Hub, service: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let events = hub.events().expect("the log").into_iter();
    let about = events
        .filter(|one| one["service"] == service && text(&one["kind"]).starts_with("service-"));
    about
        .map(|one| (text(&one["kind"]), text(&one["reason"])))
        .collect()
}

fn pair(kind: &str, reason: &str) -> (String, String) {
    (kind.to_owned(), reason.to_owned())
}

/// Takes tickets until the time is filled: 35 minutes are three visits, and the fourth fills them.
fn fill(hub: &Hub) {
    for _ in 0..4 {
        assert_eq!(take(hub, "general"), "201");
    }
    assert!(
        !open(hub, "general"),
        "the ticket that fills the time is the last one"
    );
}

#[test]
fn a_service_is_full_with_the_ticket_that_fills_the_time_and_who_holds_one_is_served() {
    let name = "a_service_is_full_with_the_ticket_that_fills_the_time_and_who_holds_one_is_served";
    let Some((hub, _clock)) = hub(name, "") else {
        return;
    };
    fill(&hub);
    let refused = hub
        .command("/v1/tickets", &json!({ "service": "general" }))
        .expect("an answer");
    assert_eq!(refused.outcome(), "409 service-full");
    let detail = refused.json()["detail"].clone();
    assert!(
        detail
            .as_str()
            .unwrap_or_default()
            .contains("2026-11-25T08:00"),
        "when it opens again: {detail}"
    );
    let events = hub.events().expect("the log");
    let closed = events
        .iter()
        .find(|one| one["kind"] == "service-closed" && one["service"] == "general");
    let closed = closed.expect("it is told");
    assert_eq!(
        (&closed["reason"], &closed["next_open_at"]),
        (&json!("full"), &json!("2026-11-25T08:00:00.000Z"))
    );
    assert_eq!(
        take(&hub, "padro"),
        "409 service-full",
        "its desks are the same"
    );
    assert_eq!(take(&hub, "registre"), "201", "other desks have time");
    assert!(hub.state().expect("the state")["open"] == true);
    for _ in 0..4 {
        hub.desk("1", "next")
            .expect("an answer")
            .expect(200)
            .expect("who holds a ticket is served");
    }
}

#[test]
fn a_desk_that_opens_makes_room() {
    let Some((hub, _clock)) = hub("a_desk_that_opens_makes_room", "") else {
        return;
    };
    fill(&hub);
    hub.desk("2", "open")
        .expect("an answer")
        .expect(200)
        .expect("desk 2 opens");
    assert!(open(&hub, "general"), "in the same moment");
    assert_eq!(
        told(&hub, "general"),
        [
            pair("service-closed", "full"),
            pair("service-opened", "room")
        ]
    );
    assert_eq!(take(&hub, "general"), "201");
}

#[test]
fn there_is_room_again_when_those_who_wait_need_clearly_less() {
    let Some((hub, _clock)) = hub(
        "there_is_room_again_when_those_who_wait_need_clearly_less",
        "",
    ) else {
        return;
    };
    fill(&hub);
    let state = hub.state().expect("the state");
    let cancel = |place: usize| {
        let id = state["waiting"][place]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let path = format!("/v1/tickets/{id}/cancel");
        hub.command(&path, &Value::Null)
            .expect("an answer")
            .expect(200)
            .expect("it is cancelled");
    };
    cancel(3);
    // Thirty of thirty-five minutes are more than four fifths: not yet, however often the clock ticks.
    let beats = hub.follow("", None).expect("a stream");
    for _ in 0..2 {
        beats
            .until("a beat", wait::GENEROUS, |frame| frame.event == "beat")
            .expect("a beat");
    }
    assert_eq!(take(&hub, "general"), "409 service-full");
    cancel(2);
    becomes(&hub, "general", true);
    assert_eq!(
        told(&hub, "general"),
        [
            pair("service-closed", "full"),
            pair("service-opened", "room")
        ]
    );
}

#[test]
fn what_the_supervisor_opens_stays_open() {
    let Some((hub, clock)) = hub("what_the_supervisor_opens_stays_open", "") else {
        return;
    };
    fill(&hub);
    let opened = hub
        .command("/v1/services/general/open", &Value::Null)
        .expect("an answer");
    assert_eq!(opened.expect(200).expect("the service")["open"], true);
    assert_eq!(take(&hub, "general"), "201");
    assert_eq!(take(&hub, "general"), "201", "the supervisor knows better");
    assert_eq!(
        take(&hub, "padro"),
        "409 service-full",
        "the other one was not opened"
    );
    assert_eq!(
        told(&hub, "general").last(),
        Some(&pair("service-opened", "supervisor"))
    );
    clock.set("2026-11-25T08:00:01Z").expect("it is set");
    becomes(&hub, "padro", true);
    assert_eq!(take(&hub, "padro"), "201", "a day begins with room");
}

#[test]
fn time_that_runs_out_fills_a_service_too() {
    let Some((hub, clock)) = hub("time_that_runs_out_fills_a_service_too", "") else {
        return;
    };
    for _ in 0..3 {
        assert_eq!(take(&hub, "general"), "201");
    }
    assert!(open(&hub, "general"));
    clock.set("2026-11-24T12:31:00Z").expect("it is set");
    becomes(&hub, "general", false);
    assert_eq!(told(&hub, "general"), [pair("service-closed", "full")]);
}

#[test]
fn who_is_booked_is_given_the_ticket_also_where_a_service_is_full() {
    let name = "who_is_booked_is_given_the_ticket_also_where_a_service_is_full";
    let Some((hub, _clock)) = hub(name, "") else {
        return;
    };
    let list = json!({ "appointments": [{ "uid": "a", "start": "2026-11-24T12:30:00Z", "end": null,
        "service": "general", "code": "AA" }] });
    hub.command("/v1/appointments", &list)
        .expect("an answer")
        .expect(200)
        .expect("taken");
    fill(&hub);
    let checked_in = hub
        .command("/v1/check-ins", &json!({ "code": "AA" }))
        .expect("an answer");
    assert_eq!(checked_in.outcome(), "201");
}

#[test]
fn an_office_that_does_not_want_it_never_stops_issuing() {
    let more = "[policy]\nstop_issuing = false\n";
    let Some((hub, clock)) = hub("an_office_that_does_not_want_it_never_stops_issuing", more)
    else {
        return;
    };
    for _ in 0..12 {
        assert_eq!(take(&hub, "general"), "201");
    }
    clock.set("2026-11-24T12:59:58Z").expect("it is set");
    assert_eq!(take(&hub, "general"), "201");
    assert_eq!(told(&hub, "general"), []);
}
