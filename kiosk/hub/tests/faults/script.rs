// SPDX-License-Identifier: GPL-3.0-or-later
//! Two short days of an office, the same in every run, and what each step of them is to leave behind.

use serde_json::{Value, json};

/// One thing that happens.
#[derive(Debug, Clone)]
pub(crate) enum Scene {
    /// The clock is set.
    Time(&'static str),
    /// A command under a key of its own.
    Wish { path: String, body: String },
    /// A key comes again.
    Again(usize),
    /// A follower reads the whole log.
    Follow,
}

pub(crate) const MORNING: &str = "2026-11-24T09:00:00Z";
const NEXT_MORNING: &str = "2026-11-25T09:00:00Z";

/// The scenes, in order. [`Scene::Again`] names a wish by its place among the wishes.
pub(crate) fn scenes() -> Vec<Scene> {
    let first = first_day();
    let wishes = first.len();
    let meanwhile = [Scene::Again(1), Scene::Follow, Scene::Time(NEXT_MORNING)];
    let evening = [Scene::Again(1), Scene::Again(wishes), Scene::Follow];
    [first, meanwhile.into(), second_day(), evening.into()].concat()
}

fn first_day() -> Vec<Scene> {
    let list = [
        booked("u1", "2026-11-24T09:05:00Z", "AA"),
        booked("u2", "2026-11-24T09:10:00Z", "BB"),
        booked("u3", "2026-11-25T09:10:00Z", "CC"),
    ];
    let printed = json!({"outcome": "printed", "copy": false});
    vec![
        wish("/v1/appointments", &json!({"appointments": list})),
        issue(),
        issue(),
        issue(),
        wish("/v1/check-ins", &json!({"code": "AA"})),
        press("/v1/desks/1/next"),
        wish("/v1/tickets/2026-11-24-A001/print", &printed),
        press("/v1/desks/1/finish"),
        press("/v1/desks/2/next"),
        press("/v1/desks/2/park"),
        press("/v1/desks/1/next"),
        press("/v1/desks/1/no-show"),
        issue(),
    ]
}

fn second_day() -> Vec<Scene> {
    vec![
        issue(),
        issue(),
        issue(),
        wish("/v1/check-ins", &json!({"code": "CC"})),
        press("/v1/desks/1/next"),
        press("/v1/desks/1/finish"),
        issue(),
    ]
}

fn booked(uid: &str, start: &str, code: &str) -> Value {
    json!({"uid": uid, "start": start, "service": "general", "code": code})
}

fn wish(path: &str, body: &Value) -> Scene {
    Scene::Wish {
        path: path.to_owned(),
        body: body.to_string(),
    }
}

fn press(path: &str) -> Scene {
    Scene::Wish {
        path: path.to_owned(),
        body: String::new(),
    }
}

fn issue() -> Scene {
    wish("/v1/tickets", &json!({"service": "general"}))
}

/// What of an event hangs neither on how fast the run was, nor on whether a restart began the day.
pub(crate) fn told(event: &Value) -> Value {
    json!([
        event["seq"],
        event["kind"],
        event["ticket"],
        event["service"],
        event["desk"]
    ])
}
