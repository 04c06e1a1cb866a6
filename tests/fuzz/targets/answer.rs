// SPDX-License-Identifier: GPL-3.0-or-later
//! Any bytes as what the hub answers, as clients read it: problems, tickets, desks, the queue, the office.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use torn_wire::session::Session;
use torn_wire::{Beat, Code, Problem, view};

fn read<T: DeserializeOwned + Serialize + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let understood: T = serde_json::from_slice(bytes).ok()?;
    let written = serde_json::to_vec(&understood).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(understood, again);
    Some(understood)
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(Problem { code, .. }) = read(bytes)
        && let Some(known) = Code::named(&code)
    {
        assert_eq!(known.as_str(), code);
    }
    let _ = read::<Beat>(bytes);
    let _ = read::<Session>(bytes);
    let _ = read::<view::Ticket>(bytes);
    let _ = read::<view::IssuedTicket>(bytes);
    let _ = read::<view::Desk>(bytes);
    let _ = read::<view::Service>(bytes);
    let _ = read::<view::Opening>(bytes);
    let _ = read::<view::AppointmentsTaken>(bytes);
    let _ = read::<view::Queue>(bytes);
    let _ = read::<view::OfficeView>(bytes);
});
