// SPDX-License-Identifier: GPL-3.0-or-later
//! Limits as the program has them: on by itself, told with a time to come again, counted by their name.

use reqwest::Method;
use serde_json::json;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, Prepared, new_key};
use torn_tests::lab::wait;

fn prepare(limits: &str) -> Prepared {
    let setup = HubSetup {
        limits: true,
        own: format!("[limits]\n{limits}\n"),
        ..HubSetup::default()
    };
    setup.prepare().expect("a configuration")
}

fn issue(hub: &Hub, token: &str, key: &str) -> Answer {
    let request = hub.request(Method::POST, "/v1/tickets").bearer_auth(token);
    let request = request
        .header("idempotency-key", key)
        .json(&json!({ "service": "general" }));
    Answer::to(request, "a ticket").expect("an answer")
}

fn metrics(hub: &Hub) -> String {
    let answer = hub.get("/metrics").expect("an answer");
    String::from_utf8_lossy(&answer.body).into_owned()
}

#[test]
fn a_kiosk_whose_button_is_stuck_is_slowed_down_and_goes_on_when_it_was_told_to() {
    // A ticket every half a second.
    let prepared = prepare("tickets_per_minute = 120\ntickets_burst = 3");
    let token = prepared.add_credential("kiosk-1", &["kiosk"]);
    let token = token.expect("a credential");
    let hub = prepared.start().expect("the hub starts");
    let refused = (0..100)
        .map(|_| issue(&hub, &token, &new_key()))
        .find(|answer| answer.status != 201)
        .expect("a hundred at once are too many");
    assert_eq!(refused.outcome(), "429 too-many");
    assert_eq!(refused.header("retry-after"), Some("1"));
    let key = new_key();
    wait::until("its turn comes again", wait::GENEROUS, || {
        (issue(&hub, &token, &key).status == 201).then_some(())
    })
    .expect("a ticket");
    let counted = "torn_limited_total{limit=\"tickets_per_minute\"} ";
    assert!(metrics(&hub).contains(counted), "{}", metrics(&hub));
}

#[test]
fn the_tickets_of_a_day_are_counted_across_a_restart() {
    let hub = prepare("tickets_per_day = 3").start();
    let mut hub = hub.expect("the hub starts");
    for _ in 0..2 {
        hub.issue("general").expect("a ticket");
    }
    hub.kill();
    hub.start_again().expect("it starts again");
    hub.issue("padro").expect("a ticket");
    let wish = json!({ "service": "general" });
    let refused = hub.command("/v1/tickets", &wish).expect("an answer");
    assert_eq!(refused.outcome(), "429 too-many");
    let detail = refused.json()["detail"].clone();
    let detail = detail.as_str().unwrap_or_default();
    assert!(detail.contains("limits.tickets_per_day"), "{detail}");
    assert!(refused.header("retry-after").is_some());
}

#[test]
fn a_credential_that_floods_the_hub_is_the_only_one_that_is_refused() {
    let prepared = prepare("requests_per_second = 5\nrequests_burst = 10");
    let [loud, quiet] = ["kiosk-1", "kiosk-2"].map(|id| {
        let token = prepared.add_credential(id, &["kiosk"]);
        token.expect("a credential")
    });
    let hub = prepared.start().expect("the hub starts");
    let flood: Vec<u16> = (0..200)
        .map(|_| issue(&hub, &loud, "the same key").status)
        .collect();
    assert!(
        flood.starts_with(&[201; 10]) && flood.contains(&429),
        "{flood:?}"
    );
    assert_eq!(issue(&hub, &quiet, &new_key()).outcome(), "201");
    assert_eq!(hub.get("/v1/state").expect("an answer").status, 200);
}
