// SPDX-License-Identifier: GPL-3.0-or-later
//! The main job, played through the programs: a touch becomes a number, a slip, a call, a picture.
//!
//! A morning that has begun already makes the pictures truthful; then one person takes a ticket,
//! the desks call those before, and one press calls this one. It fails unless all four places
//! have the same number: the log, the kiosk, the paper and the board.

use crate::lab::LabError;
use crate::lab::button::Press;
use crate::lab::folder::Folder;
use crate::lab::house::House;
use crate::lab::hub::Hub;
use crate::lab::screen::Element;
use crate::lab::wait::{self, Moment};

use super::record::{Moments, Record};

/// The service whose tile is touched, and the desk whose button calls.
const SERVICE: &str = "general";
const DESK: &str = "1";

/// People who were there before: taken at these services, and called to these desks at once.
const SERVED_BEFORE: [(&str, &str); 3] = [("general", "2"), ("general", "3"), ("general", "4")];

/// People who still wait when the kiosk is touched, and the desks whose buttons call them first.
const WAITING_BEFORE: [(&str, &str); 4] = [
    ("registre", "1"),
    ("registre", "2"),
    ("padro", "3"),
    ("tributs", "4"),
];

/// People who come after the one who touched the kiosk.
const COMING_AFTER: [&str; 5] = ["general", "general", "registre", "tributs", "urbanisme"];

/// Lets a morning begin: a few have been called, a few wait. Before the screens start.
///
/// # Errors
/// [`LabError::Unexpected`], when the hub refuses one of them.
pub fn begin_the_morning(hub: &Hub) -> Result<(), LabError> {
    for (service, desk) in SERVED_BEFORE {
        hub.issue(service)?;
        hub.desk(desk, "next")?.expect(200)?;
    }
    for (service, _) in WAITING_BEFORE {
        hub.issue(service)?;
    }
    Ok(())
}

/// Plays the job and leaves its pictures, events and timings in `out`.
///
/// # Errors
/// What did not happen, or where the number is not the one that the hub gave.
pub fn play(house: &House, out: &Folder) -> Result<(), LabError> {
    let record = Record::of(&house.hub)?;
    let taken = take_a_ticket(house, &record, out)?;
    for service in COMING_AFTER {
        house.hub.issue(service)?;
    }
    call_those_before(house, &record)?;
    let (pressed, called, shown) = call_it(house, &record, &taken, out)?;
    let Taken {
        number,
        touched,
        durable,
        first_byte,
        last_byte,
        ..
    } = taken;
    let moments = Moments {
        touched,
        durable,
        first_byte,
        last_byte,
        pressed,
        called,
        shown,
    };
    out.write("timings.json", format!("{:#}\n", moments.timings(&number)))?;
    out.write("events.jsonl", record.lines())?;
    Ok(())
}

/// A ticket in a person's hand.
struct Taken {
    ticket: String,
    number: String,
    touched: Moment,
    durable: Moment,
    first_byte: Moment,
    last_byte: Moment,
}

fn take_a_ticket(house: &House, record: &Record, out: &Folder) -> Result<Taken, LabError> {
    let kiosk = house.kiosk.screen()?;
    let tile = format!("service:{SERVICE}");
    kiosk.wait_for(&tile)?;
    out.write("kiosk-home.png", kiosk.still_frame()?)?;

    let before = house.hub.state()?["seq"].as_u64();
    let touched = kiosk.touch(&tile)?;
    let issued = record.wait_for("the hub gives out a number", "ticket-issued", |told| {
        told.text("service") == SERVICE && told.event["seq"].as_u64() > before
    })?;
    let (ticket, number) = (
        issued.text("ticket").to_owned(),
        issued.text("number").to_owned(),
    );

    same("the kiosk", &number, &kiosk.wait_for("number")?.spoken)?;
    let slip = house.printer.wait_for_slip(wait::GENEROUS)?;
    out.write("ticket.png", slip.png())?;
    out.write("kiosk-ticket.png", kiosk.still_frame()?)?;
    let code = slip.qr().unwrap_or_default();
    same("the slip's QR", &number, &code)?;
    let printed = record.wait_for(
        "the kiosk tells the hub of the slip",
        "ticket-printed",
        |told| told.text("ticket") == ticket,
    )?;
    same(
        "the outcome of printing",
        "printed",
        printed.text("outcome"),
    )?;
    let (first_byte, last_byte) = (slip.first_byte_at(), slip.last_byte_at());
    Ok(Taken {
        ticket,
        number,
        touched,
        durable: issued.at,
        first_byte,
        last_byte,
    })
}

fn call_those_before(house: &House, record: &Record) -> Result<(), LabError> {
    for (_, desk) in WAITING_BEFORE {
        let before = house.hub.state()?["seq"].as_u64();
        house.desks.button(desk)?.press(Press::Short)?;
        record.wait_for(
            &format!("the button of desk {desk} calls someone"),
            "ticket-called",
            |told| told.text("desk") == desk && told.event["seq"].as_u64() > before,
        )?;
    }
    Ok(())
}

fn call_it(
    house: &House,
    record: &Record,
    taken: &Taken,
    out: &Folder,
) -> Result<(Moment, Moment, Moment), LabError> {
    let lobby = house.lobby.screen()?;
    // What the board has still to announce would stand before this call.
    lobby.still_frame()?;
    let pressed = house.desks.button(DESK)?.press(Press::Short)?;
    let called = record.wait_for("the hub calls the number", "ticket-called", |told| {
        told.text("ticket") == taken.ticket
    })?;
    same("the call", DESK, called.text("desk"))?;
    let shown = lobby
        .wait_for_mark("shown", wait::GENEROUS, |number| number == taken.number)?
        .at;
    // Whom the board still announces keeps the panel for its time; then this number fills it.
    lobby.wait_until(
        "the number fills the board's panel",
        wait::GENEROUS,
        |elements| {
            let fills = |one: &Element| one.name == "call" && one.spoken.contains(&taken.number);
            elements.iter().any(fills).then_some(())
        },
    )?;
    out.write("lobby.png", lobby.still_frame()?)?;
    Ok((pressed, called.at, shown))
}

fn same(what: &str, wanted: &str, seen: &str) -> Result<(), LabError> {
    if seen.contains(wanted) {
        return Ok(());
    }
    Err(LabError::Unexpected {
        what: format!("{what} should have {wanted:?}"),
        answer: format!("{seen:?}"),
    })
}
