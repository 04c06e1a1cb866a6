// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk with a printer that ails: the number is on the screen, nothing is lost, and it goes on.

use serde_json::Value;
use torn_tests::lab::device::Device;
use torn_tests::lab::face::Face;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::printer::{Condition, VirtualPrinter};
use torn_tests::lab::screen::Screen;
use torn_tests::lab::wait;

/// A kiosk with its printer and its hub.
struct Door {
    kiosk: Face,
    printer: VirtualPrinter,
    hub: Hub,
}

impl Door {
    fn with(printer: VirtualPrinter) -> Self {
        let hub = Hub::start(HubSetup::default()).expect("the hub starts");
        let kiosk = Face::kiosk(&Device::beside(&hub), "headless", &printer, 576)
            .expect("the kiosk starts");
        let kiosk = kiosk.ready("headless").expect("the kiosk is ready");
        Self {
            kiosk,
            printer,
            hub,
        }
    }

    fn screen(&self) -> &Screen {
        self.kiosk.screen().expect("the kiosk is headless")
    }

    /// Takes a ticket as a person does; gives what the hub has of it once the kiosk shows its number.
    fn take_a_ticket(&self) -> Value {
        let before = self.issued().len();
        self.screen()
            .touch("service:general")
            .expect("the service's tile");
        let ticket = wait::until("the hub gives a number", wait::GENEROUS, || {
            self.issued().get(before).cloned()
        });
        let ticket = ticket.expect("a number is given");
        let shown = self
            .screen()
            .wait_for("number")
            .expect("the screen shows a number");
        assert_eq!(
            shown.spoken, ticket["number"],
            "the number that the hub gave"
        );
        ticket
    }

    fn issued(&self) -> Vec<Value> {
        self.events("ticket-issued")
    }

    fn events(&self, kind: &str) -> Vec<Value> {
        let events = self.hub.events().expect("the log");
        events
            .into_iter()
            .filter(|one| one["kind"] == kind)
            .collect()
    }

    /// Waits until the hub knows how the printing of `ticket` went.
    fn outcome_of(&self, ticket: &Value) -> String {
        let told = wait::until("the hub is told of the paper", wait::GENEROUS, || {
            self.events("ticket-printed")
                .into_iter()
                .find(|one| one["ticket"] == ticket["ticket"])
        });
        told.expect("the outcome")["outcome"]
            .as_str()
            .expect("a word")
            .to_owned()
    }

    /// Waits until the hub knows that the printer is like this.
    fn printer_is(&self, state: &str) {
        let seen = |queue: &Value| {
            let devices = queue["devices"].as_array().cloned().unwrap_or_default();
            devices.iter().any(|one| {
                one["id"] == "kiosk-1" && one["what"] == "printer" && one["state"] == state
            })
        };
        wait::until(&format!("the printer is {state:?}"), wait::GENEROUS, || {
            seen(&self.hub.state().expect("the state")).then_some(())
        })
        .expect("the kiosk tells how its printer is");
    }

    /// The person has learnt the number and leaves.
    fn leave(&self) {
        self.screen().touch("done").expect("the way back");
        self.screen()
            .wait_for("service:general")
            .expect("home again");
    }

    /// The printer is well again, and the next ticket comes out whole.
    fn goes_on(&self) {
        self.printer.set(Condition::Ready);
        self.printer_is("ok");
        let before = self.printer.slips().len();
        let ticket = self.take_a_ticket();
        assert_eq!(self.outcome_of(&ticket), "printed");
        let slips = self
            .printer
            .wait_for_slips(before + 1, wait::GENEROUS)
            .expect("a slip");
        let last = slips.last().expect("a slip");
        assert!(
            last.is_whole(),
            "the next ticket is on its own paper, whole"
        );
        let code = last.qr().expect("its code can be read");
        assert!(
            code.contains(ticket["number"].as_str().expect("a number")),
            "{code}"
        );
        self.leave();
    }
}

#[test]
fn without_paper_open_stuck_or_off_the_number_is_on_the_screen_and_the_kiosk_says_what_is_wrong() {
    let door = Door::with(VirtualPrinter::start_tcp().expect("a printer"));
    door.printer_is("ok");
    for (condition, state) in [
        (Condition::PaperOut, "paper-out"),
        (Condition::CoverOpen, "cover-open"),
        (Condition::Fault, "fault"),
        (Condition::Off, "offline"),
    ] {
        door.printer.set(condition);
        door.printer_is(state);
        let before = door.printer.slips().len();
        let ticket = door.take_a_ticket();
        door.screen()
            .wait_for("paper")
            .expect("the screen says what is wrong with the paper");
        assert_eq!(door.outcome_of(&ticket), "failed", "{condition:?}");
        assert_eq!(
            door.printer.slips().len(),
            before,
            "{condition:?}: no paper came out"
        );
        door.leave();
        door.goes_on();
    }
    let numbers: Vec<Value> = door
        .issued()
        .iter()
        .map(|one| one["number"].clone())
        .collect();
    let wanted: Vec<Value> = (1..=8).map(|n| format!("A{n:03}").into()).collect();
    assert_eq!(numbers, wanted, "no number was lost or given twice");
}

#[test]
fn a_printer_that_stops_in_the_middle_loses_paper_but_no_number() {
    let door = Door::with(VirtualPrinter::start_tcp().expect("a printer"));
    door.printer_is("ok");
    for condition in [Condition::PaperOutAfter(300), Condition::StalledAfter(300)] {
        door.printer.set(condition);
        let ticket = door.take_a_ticket();
        let outcome = door.outcome_of(&ticket);
        assert!(
            ["failed", "unknown"].contains(&outcome.as_str()),
            "{condition:?}: {outcome}"
        );
        assert_eq!(
            door.screen()
                .wait_for("number")
                .expect("the number stays")
                .spoken,
            ticket["number"]
        );
        door.leave();
        door.goes_on();
    }
}

#[test]
fn a_printer_that_never_answers_prints_and_nothing_is_claimed_of_it() {
    let printer = VirtualPrinter::start_tcp().expect("a printer");
    printer.set(Condition::Silent);
    let door = Door::with(printer);
    let ticket = door.take_a_ticket();
    assert_eq!(door.outcome_of(&ticket), "unknown");
    door.printer_is("silent");
    door.screen()
        .wait_for("paper")
        .expect("the screen does not claim that it came out");
    let slip = door
        .printer
        .wait_for_slip(wait::GENEROUS)
        .expect("a slip all the same");
    assert!(slip.qr().is_some_and(|code| code.contains("A001")));
}

#[test]
fn a_printer_behind_a_device_file_prints_too() {
    let door = Door::with(VirtualPrinter::start_pty().expect("a printer"));
    door.goes_on();
    door.goes_on();
}
