// SPDX-License-Identifier: GPL-3.0-or-later
//! Checking in at the kiosk: by its keys, by a code reader, and what it says to whom it can't help so.
//!
//! The kiosk is the real program with its screen off; fingers and the reader come over the window's page.

use serde_json::{Value, json};
use torn_queue::Timestamp;
use torn_tests::lab::device::Device;
use torn_tests::lab::face::Face;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::printer::VirtualPrinter;
use torn_tests::lab::screen::Screen;
use torn_tests::lab::wait;

/// A kiosk with its printer and its hub.
struct Door {
    kiosk: Face,
    printer: VirtualPrinter,
    hub: Hub,
}

impl Door {
    /// A kiosk at whose hub these codes are booked, each for a service.
    fn with(codes: &[(&str, &str)]) -> Self {
        let hub = Hub::start(HubSetup::default()).expect("the hub starts");
        let now = hub.state().expect("the state")["now"].clone();
        let now: Timestamp = serde_json::from_value(now).expect("a time");
        let list: Vec<Value> = codes
            .iter()
            .map(|(code, service)| {
                json!({ "uid": format!("uid-{code}"), "start": now.plus_ms(180_000), "end": null,
                    "service": service, "code": code })
            })
            .collect();
        let list = json!({ "appointments": list });
        hub.command("/v1/appointments", &list)
            .expect("an answer")
            .expect(200)
            .expect("taken");
        let printer = VirtualPrinter::start_tcp().expect("a printer");
        let kiosk = Face::kiosk(&Device::beside(&hub), "headless", &printer, 576);
        let kiosk = kiosk
            .expect("the kiosk starts")
            .ready("headless")
            .expect("it is ready");
        let door = Self {
            kiosk,
            printer,
            hub,
        };
        door.screen()
            .wait_for("check-in")
            .expect("the home screen offers to check in");
        door
    }

    fn screen(&self) -> &Screen {
        self.kiosk.screen().expect("the kiosk is headless")
    }

    fn of_kind(&self, kind: &str) -> Vec<Value> {
        let mut events = self.hub.events().expect("the log");
        events.retain(|one| one["kind"] == kind);
        events
    }

    /// Types a code on the screen's keys.
    fn types(&self, code: &str) {
        self.screen().touch("check-in").expect("the way in");
        for key in code.chars() {
            self.screen().touch(&format!("key:{key}")).expect("a key");
        }
        self.screen().touch("enter").expect("the last key");
    }

    /// The number that the kiosk shows is this, and it comes out on paper and is told to the hub.
    fn gives(&self, number: &str) {
        let shown = self.screen().wait_for("number").expect("a number");
        assert!(
            shown.spoken.contains(number),
            "{} and not {number}",
            shown.spoken
        );
        let printed = wait::until("the slip is told of", wait::GENEROUS, || {
            self.of_kind("ticket-printed")
                .into_iter()
                .find(|one| one["number"] == number)
        });
        assert_eq!(printed.expect("a slip")["outcome"], "printed");
    }

    fn goes_home(&self, by: &str) {
        self.screen().touch(by).expect("the way back");
        self.screen()
            .wait_for("service:general")
            .expect("the home screen");
    }
}

#[test]
fn a_code_typed_on_the_kiosks_keys_becomes_the_slip_of_its_hour() {
    let door = Door::with(&[("4829", "idcat")]);
    door.types("4829");
    door.gives("E001");
    assert_eq!(door.printer.slips().len(), 1);
    let issued = door.of_kind("ticket-issued");
    assert_eq!(
        (issued.len(), &issued[0]["class"]),
        (1, &json!("appointment"))
    );
    assert!(issued[0]["appointment_at"].is_string(), "{}", issued[0]);
    assert!(
        !door.kiosk.program.stderr().contains("4829"),
        "a code is in no log"
    );
}

#[test]
fn a_code_reader_is_heard_on_the_home_screen_and_on_the_page_that_asks_for_a_code() {
    let door = Door::with(&[("K7Q2X", "padro"), ("5512", "general")]);
    door.screen().type_keys("K7Q2X\n").expect("it is read");
    door.gives("C001");
    door.goes_home("done");
    door.screen().touch("check-in").expect("the way in");
    door.screen().wait_for("key:1").expect("the keys");
    door.screen().type_keys("5512\n").expect("it is read");
    door.gives("A001");
    let classes: Vec<Value> = door
        .of_kind("ticket-issued")
        .iter()
        .map(|one| one["class"].clone())
        .collect();
    assert_eq!(classes, ["appointment", "appointment"]);
}

#[test]
fn who_can_t_check_in_is_told_why_and_has_a_way_on() {
    let door = Door::with(&[("4829", "general")]);
    door.types("1111");
    door.screen()
        .wait_for("notice")
        .expect("it says that it does not know the code");
    door.screen()
        .wait_for("enter")
        .expect("another code can be typed");
    door.screen().type_keys("4829\n").expect("it is read");
    door.gives("A001");
    door.goes_home("done");
    door.types("4829");
    let notice = door
        .screen()
        .wait_for_words("A001")
        .expect("the number that was given");
    assert_eq!(
        notice.name, "notice",
        "told, and not given again: {notice:?}"
    );
    assert_eq!(door.of_kind("ticket-issued").len(), 1);
}

#[test]
fn who_comes_without_the_appointment_that_is_needed_leaves_with_a_number() {
    let door = Door::with(&[]);
    door.screen().touch("service:idcat").expect("the tile");
    door.screen()
        .wait_for("notice")
        .expect("it says that an appointment is needed");
    assert!(door.of_kind("ticket-issued").is_empty());
    door.screen().touch("information").expect("the way out");
    door.gives("A001");
    assert_eq!(door.of_kind("ticket-issued")[0]["service"], "general");
}
