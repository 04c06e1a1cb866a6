// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub that stands still with its connections open, as on a card that hangs, and then goes on.
//!
//! Nothing breaks and nothing is refused: who waits has only the silence to go by, and what was
//! sent meanwhile lies in the hub's sockets and is read when it wakes up.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;
use torn_queue::Timestamp;
use torn_tests::lab::button::Press;
use torn_tests::lab::desks::Desks;
use torn_tests::lab::device::Device;
use torn_tests::lab::face::Face;
use torn_tests::lab::hub::{Hub, HubSetup, new_key};
use torn_tests::lab::printer::VirtualPrinter;
use torn_tests::lab::raw::{Raw, post};
use torn_tests::lab::screen::Screen;
use torn_tests::lab::wait;

/// Screens promise to say it within 6 s. A machine that builds beside the test gets as much again.
const SAID_WITHIN: Duration = Duration::from_secs(6 + 6);

fn freeze(hub: &Hub) -> Instant {
    hub.program().signal(Signal::STOP);
    Instant::now()
}

fn thaw(hub: &Hub) {
    hub.program().signal(Signal::CONT);
}

/// The whole log, and nothing on its way any more: what came to the hub before this was decided before.
fn of_kind(hub: &Hub, kind: &str) -> Vec<Value> {
    let events = hub.events().expect("the log is told");
    events
        .into_iter()
        .filter(|one| one["kind"] == kind)
        .collect()
}

/// Waits until everyone who was to hear the hub's time has heard it.
fn a_beat_later(hub: &Hub) {
    let stream = hub.follow("", None).expect("a stream");
    // Every stream has its own, one every two seconds and the first at once.
    for _ in 0..2 {
        stream
            .until("a beat", wait::GENEROUS, |frame| frame.event == "beat")
            .expect("a beat");
    }
}

fn has(screen: &Screen, name: &str, frozen: Instant) {
    let left = SAID_WITHIN.saturating_sub(frozen.elapsed());
    let there = |name: &str| {
        let name = name.to_owned();
        screen.wait_until(&format!("{name} in time"), left, move |elements| {
            elements.iter().any(|one| one.name == name).then_some(())
        })
    };
    there(name).unwrap_or_else(|error| panic!("{error}"));
}

fn has_no_more(screen: &Screen, name: &str) {
    screen
        .wait_until(&format!("{name} is gone"), wait::GENEROUS, |elements| {
            elements.iter().all(|one| one.name != name).then_some(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn screens_say_within_seconds_that_a_hub_that_stands_still_is_away_and_a_touch_given_up_leaves_no_ticket()
 {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let printer = VirtualPrinter::start_tcp().expect("a printer");
    let device = Device::beside(&hub);
    let kiosk = Face::kiosk(&device, "headless", &printer, 576).expect("the kiosk starts");
    let lobby = Face::lobby(&device, "headless", false).expect("the board starts");
    let (kiosk, lobby) = (
        kiosk.ready("headless").expect("a page"),
        lobby.ready("headless").expect("a page"),
    );
    let (screen, board) = (
        kiosk.screen().expect("headless"),
        lobby.screen().expect("headless"),
    );
    screen.wait_for("service:general").expect("the home screen");
    has_no_more(board, "stale");
    a_beat_later(&hub);

    let frozen = freeze(&hub);
    screen.touch("service:general").expect("a tile");
    has(board, "stale", frozen);
    has(screen, "notice", frozen);
    wait::until("the touch is given up", wait::GENEROUS, || {
        kiosk.program.stderr().contains("no number").then_some(())
    })
    .expect("the kiosk does not wait for ever");
    thaw(&hub);

    screen
        .wait_for("service:general")
        .expect("the home screen is back");
    has_no_more(board, "stale");
    let held = hub.issue("padro").expect("the hub works");
    let issued = of_kind(&hub, "ticket-issued");
    assert_eq!(issued.len(), 1, "a ticket that nobody holds: {issued:?}");
    assert_eq!(issued[0]["ticket"], held["id"]);
    assert!(printer.slips().is_empty(), "a slip for nobody");
}

#[test]
fn a_call_that_a_hub_slept_through_is_not_made_when_it_wakes_up() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let desks = Desks::start(&Device::beside(&hub), &["2"]).expect("the buttons");
    let button = desks.button("2").expect("a button");
    let first = hub.issue("general").expect("a ticket");
    hub.issue("general").expect("another ticket");
    a_beat_later(&hub);
    let now = hub.state().expect("the state")["now"].clone();
    let now: Timestamp = serde_json::from_value(now).expect("a time");

    freeze(&hub);
    button.press(Press::Short).expect("a press");
    let mut call = Raw::to(&hub).expect("its socket listens on");
    let expires = format!("Torn-Expires: {}\r\n", now.plus_ms(1_000));
    call.say(post("/v1/desks/1/next", &new_key(), &expires));
    wait::until("the press is given up", wait::GENEROUS, || {
        let said = desks.program.stderr();
        said.contains("came to nothing").then_some(())
    })
    .expect("the press is void after five seconds");
    thaw(&hub);

    let answer = call.answer();
    assert!(
        answer.starts_with("HTTP/1.1 409 ") && answer.contains("\"expired\""),
        "{answer}"
    );
    // Whatever lay in the hub's sockets came before this.
    hub.desk("3", "open")
        .expect("an answer")
        .expect(200)
        .expect("the hub works");
    let called = of_kind(&hub, "ticket-called");
    assert!(called.is_empty(), "played late: {called:?}");

    wait::until("a press is heard again", wait::GENEROUS, || {
        button.press(Press::Short).expect("a press");
        wait::until("a call", wait::GENEROUS / 30, || {
            (!of_kind(&hub, "ticket-called").is_empty()).then_some(())
        })
        .ok()
    })
    .expect("the button works again");
    let called = of_kind(&hub, "ticket-called");
    assert_eq!((called.len(), &called[0]["ticket"]), (1, &first["id"]));
}
