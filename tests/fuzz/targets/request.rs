// SPDX-License-Identifier: GPL-3.0-or-later
//! Any bytes as the body of each command, as the hub reads them: what is understood means the same when it is
//! written and read again, and keeps to the bounds of its types.
#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use torn_queue::limits::ID_CHARS_MAX;
use torn_wire::request::{
    CallTicket, CheckIn, IssueTicket, NoMembers, NotePrint, PostAppointments, ReportDevice, Resume,
    SetCalendar, SetNotice, Transfer,
};
use torn_wire::session::SignIn;

fn read<T: DeserializeOwned + Serialize + PartialEq + Debug>(bytes: &[u8]) -> Option<T> {
    let understood: T = serde_json::from_slice(bytes).ok()?;
    let written = serde_json::to_vec(&understood).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(understood, again);
    Some(understood)
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(IssueTicket { service, .. }) = read(bytes) {
        assert!((1..=ID_CHARS_MAX).contains(&service.as_str().len()));
    }
    if let Some(ReportDevice { what, state, .. }) = read(bytes) {
        assert!(what.as_str().len() <= ID_CHARS_MAX && state.as_str().len() <= ID_CHARS_MAX);
    }
    let _ = read::<CallTicket>(bytes);
    let _ = read::<CheckIn>(bytes);
    let _ = read::<NoMembers>(bytes);
    let _ = read::<NotePrint>(bytes);
    let _ = read::<PostAppointments>(bytes);
    let _ = read::<Resume>(bytes);
    let _ = read::<SetCalendar>(bytes);
    let _ = read::<SetNotice>(bytes);
    let _ = read::<SignIn>(bytes);
    let _ = read::<Transfer>(bytes);
});
