// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub away: kiosk and board say so, keep what they knew as what it is, and go on by themselves.

use torn_tests::lab::device::Device;
use torn_tests::lab::face::Face;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::printer::VirtualPrinter;
use torn_tests::lab::wait;

#[test]
fn kiosk_and_board_say_that_the_hub_is_away_and_go_on_when_it_is_back() {
    let mut hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let first = hub.issue("general").expect("a ticket");
    hub.desk("2", "next")
        .expect("an answer")
        .expect(200)
        .expect("a call");
    let printer = VirtualPrinter::start_tcp().expect("a printer");
    let device = Device::beside(&hub);
    let kiosk = Face::kiosk(&device, "headless", &printer, 576).expect("the kiosk starts");
    let lobby = Face::lobby(&device, "headless", false).expect("the board starts");
    let (kiosk, lobby) = (
        kiosk.ready("headless").expect("a page"),
        lobby.ready("headless").expect("a page"),
    );
    let (kiosk, lobby) = (
        kiosk.screen().expect("headless"),
        lobby.screen().expect("headless"),
    );
    let number = first["number"].as_str().expect("a number");
    kiosk.wait_for("service:general").expect("the home screen");
    lobby
        .wait_for_words(number)
        .expect("the board knows the call");

    hub.kill();
    kiosk
        .wait_for("notice")
        .expect("the kiosk says that there is no connection");
    lobby
        .wait_for("stale")
        .expect("the board says that it is stale");
    lobby
        .wait_for_words(number)
        .expect("and keeps what it knew");

    hub.start_again().expect("the hub starts again");
    kiosk
        .wait_for("service:general")
        .expect("the home screen is back");
    lobby
        .wait_until("the board is current", wait::GENEROUS, |elements| {
            elements.iter().all(|one| one.name != "stale").then_some(())
        })
        .expect("the board goes on");
    let second = hub.issue("padro").expect("a ticket");
    hub.desk("3", "next")
        .expect("an answer")
        .expect(200)
        .expect("a call");
    lobby
        .wait_for_words(second["number"].as_str().expect("a number"))
        .expect("what happens now is shown");
    kiosk.touch("service:general").expect("a tile");
    kiosk.wait_for("number").expect("a number is given");
}
