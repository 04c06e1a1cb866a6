// SPDX-License-Identifier: GPL-3.0-or-later
//! The desk buttons, from a finger to the hub and back to the lamp.

use serde_json::Value;
use torn_tests::lab::button::Press;
use torn_tests::lab::desks::Desks;
use torn_tests::lab::device::Device;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::wait;

fn hub() -> Hub {
    Hub::start(HubSetup::default()).expect("the hub starts")
}

fn of_kind(hub: &Hub, kind: &str) -> Vec<Value> {
    let events = hub.events().expect("the log");
    events
        .into_iter()
        .filter(|one| one["kind"] == kind)
        .collect()
}

fn wait_for_count(hub: &Hub, kind: &str, count: usize) -> Vec<Value> {
    wait::until(&format!("{count} of {kind}"), wait::GENEROUS, || {
        let events = of_kind(hub, kind);
        (events.len() >= count).then_some(events)
    })
    .expect("the events")
}

#[test]
fn a_short_press_calls_and_a_long_one_calls_again_each_at_its_own_desk() {
    let hub = hub();
    let desks = Desks::start(&Device::beside(&hub), &["1", "3"]).expect("the buttons");
    let (first, second) = (
        hub.issue("general").expect("a ticket"),
        hub.issue("padro").expect("a ticket"),
    );
    desks
        .button("3")
        .expect("a button")
        .press(Press::Short)
        .expect("a press");
    desks
        .button("3")
        .expect("a button")
        .wait_until_lit(wait::GENEROUS)
        .expect("the lamp says that it counts");
    let called = wait_for_count(&hub, "ticket-called", 1);
    assert_eq!(
        (&called[0]["desk"], &called[0]["ticket"]),
        (&Value::from("3"), &first["id"])
    );

    desks
        .button("3")
        .expect("a button")
        .press(Press::Long)
        .expect("a press");
    let recalled = wait_for_count(&hub, "ticket-recalled", 1);
    assert_eq!(
        (&recalled[0]["desk"], &recalled[0]["ticket"]),
        (&Value::from("3"), &first["id"])
    );

    desks
        .button("1")
        .expect("a button")
        .press(Press::Short)
        .expect("a press");
    let called = wait_for_count(&hub, "ticket-called", 2);
    assert_eq!(
        (&called[1]["desk"], &called[1]["ticket"]),
        (&Value::from("1"), &second["id"])
    );
    assert_eq!(
        of_kind(&hub, "ticket-recalled").len(),
        1,
        "a long press is no short one"
    );
}

#[test]
fn a_press_while_the_hub_is_away_is_said_and_never_played_later() {
    let mut hub = hub();
    let desks = Desks::start(&Device::beside(&hub), &["2"]).expect("the buttons");
    let (first, second) = (
        hub.issue("general").expect("a ticket"),
        hub.issue("general").expect("a ticket"),
    );
    hub.kill();
    let button = desks.button("2").expect("a button");
    button.press(Press::Short).expect("a press");
    button
        .wait_until_lit(wait::GENEROUS)
        .expect("the lamp says that nobody hears");
    wait::until("the press is void", wait::GENEROUS, || {
        desks
            .program
            .stderr()
            .contains("came to nothing")
            .then_some(())
    })
    .expect("the press is given up");
    hub.start_again().expect("the hub starts again");

    // The next press calls the first one: nobody was called in between, nor is afterwards.
    wait::until("a press is heard again", wait::GENEROUS, || {
        button.press(Press::Short).expect("a press");
        wait::until("a call", wait::GENEROUS / 30, || {
            (!of_kind(&hub, "ticket-called").is_empty()).then_some(())
        })
        .ok()
    })
    .expect("the button works again");
    let called = of_kind(&hub, "ticket-called");
    assert_eq!(called.len(), 1, "a press was played later: {called:?}");
    assert_eq!(called[0]["ticket"], first["id"]);
    let waiting = hub.state().expect("the state")["waiting"].clone();
    assert_eq!(waiting[0]["id"], second["id"]);
}

#[test]
fn a_button_that_was_held_when_the_program_started_means_nothing_until_it_is_let_go() {
    let hub = hub();
    let (first, second) = (
        hub.issue("general").expect("a ticket"),
        hub.issue("general").expect("a ticket"),
    );
    let desks = Desks::start_held(&Device::beside(&hub), &["4"]).expect("the buttons");
    let button = desks.button("4").expect("a button");
    button.press(Press::Long).expect("held on, and let go of");
    button.press(Press::Short).expect("a press");
    let called = wait_for_count(&hub, "ticket-called", 1);
    assert_eq!((called.len(), &called[0]["ticket"]), (1, &first["id"]));
    let waiting = hub.state().expect("the state")["waiting"].clone();
    assert_eq!(
        waiting[0]["id"], second["id"],
        "only the press after it called"
    );
}
