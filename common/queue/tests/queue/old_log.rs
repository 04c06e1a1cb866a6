// SPDX-License-Identifier: GPL-3.0-or-later
//! A log that version 0.1 wrote is read, and a hub of today goes on with it.

use torn_queue::event::{Class, DeskStatus, TicketStatus};
use torn_queue::{Event, Fact, State};

use crate::world::{World, at};

/// A morning: six tickets, a call that was missed, a desk that was added.
const MORNING: &str = include_str!("../fixtures/day-of-version-0.1.jsonl");

fn read() -> World {
    let events = MORNING.lines().map(serde_json::from_str::<Event>);
    let log: Vec<Event> = events
        .collect::<Result<_, _>>()
        .expect("events of version 0.1");
    let mut state = State::default();
    log.iter().for_each(|event| state.apply(event));
    let office = state.office().expect("the day brought its office").clone();
    let mut world = World::at(&office, state.at());
    (world.state, world.log) = (state, log);
    world.asked.clear();
    world
}

#[test]
fn a_day_of_version_0_1_folds() {
    let world = read();
    assert!(!MORNING.contains("special_days") && !MORNING.contains("seasons"));
    let state = &world.state;
    assert_eq!(state.seq().get(), 22);
    let count = |status| state.tickets().filter(|one| one.status == status).count();
    let counts = [
        TicketStatus::Waiting,
        TicketStatus::Called,
        TicketStatus::Finished,
        TicketStatus::NoShow,
        TicketStatus::Cancelled,
    ];
    assert_eq!(counts.map(count), [1, 1, 2, 1, 1]);
    assert_eq!(state.desks().len(), 3);
    assert_eq!(state.desks()[0].status, DeskStatus::Closed);
    assert_eq!(state.desks()[1].status, DeskStatus::Serving);
    let preferred = state
        .tickets()
        .filter(|one| one.class == Class::Preferential);
    assert_eq!(preferred.count(), 1);
    assert!(!state.opening().open, "it never told that it opened");
}

#[test]
fn what_it_wrote_is_written_the_same_but_for_what_is_new() {
    for line in MORNING.lines() {
        let event: Event = serde_json::from_str(line).expect("an event");
        let old: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let new = serde_json::to_value(&event).expect("an event is JSON");
        let old = old.as_object().expect("an object");
        for (member, value) in old.iter().filter(|one| one.0 != "office") {
            assert_eq!(&new[member], value, "{member} of {line}");
        }
    }
}

#[test]
fn the_first_tick_opens_it_and_the_day_goes_on() {
    let mut world = read();
    assert!(matches!(world.tick()[..], [Fact::OfficeOpened { .. }]));
    assert_eq!(world.tick(), []);
    let number = world.issue("a").number().to_string();
    assert_eq!(number, "A004", "after the three of the morning");
    let missed = world.state.restorable(world.now);
    assert_eq!(missed.len(), 1, "also who missed the call before");
    let told = world.go_to("2026-11-25T00:00:00+01:00");
    assert!(
        matches!(
            told[0],
            Fact::DayBegan {
                left: 2,
                ended: 1,
                ..
            }
        ),
        "{told:?}"
    );
    assert_eq!(world.now, at("2026-11-24T23:00:00Z"));
}
