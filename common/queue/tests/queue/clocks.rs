// SPDX-License-Identifier: GPL-3.0-or-later
//! Nights on which clocks change, in Madrid and where they change at midnight: the hours are those that the
//! clock on the wall shows, and the day is the office's.

use torn_queue::{Fact, Timestamp};

use crate::hours::{closed, daily, opened};
use crate::offices::plain;
use crate::world::{World, at};

/// Goes through the time from now to `end`, and tells when the office opened and closed.
fn changes(world: &mut World, end: Timestamp, step_ms: i64) -> Vec<(bool, Timestamp)> {
    let mut open = world.state.opening().open;
    let mut changes = Vec::new();
    while world.now < end {
        world.wait_ms(step_ms);
        world.tick();
        if world.state.opening().open != open {
            open = !open;
            changes.push((open, world.now));
        }
    }
    changes
}

#[test]
fn a_day_on_which_clocks_go_back_has_its_hours_and_one_more() {
    // Madrid, 25 October 2026: from three it is two again.
    let mut world = World::at(&daily(&["01:00-04:00"]), at("2026-10-25T00:30:00+02:00"));
    let told = changes(&mut world, at("2026-10-25T12:00:00+01:00"), 900_000);
    let open = (true, at("2026-10-25T01:00:00+02:00"));
    let close = (false, at("2026-10-25T04:00:00+01:00"));
    assert_eq!(told, [open, close]);
    assert_eq!(close.1.ms_since(open.1), 4 * 3_600_000);
    let mut world = World::at(&daily(&["00:00-24:00"]), at("2026-10-25T00:00:00+02:00"));
    assert_eq!(world.go_to("2026-10-25T23:59:59+01:00"), []);
    assert_eq!(world.day().to_string(), "2026-10-25");
    world.go_to("2026-10-26T00:00:00+01:00");
    assert_eq!(world.day().to_string(), "2026-10-26");
}

#[test]
fn an_hour_that_comes_twice_begins_the_first_time() {
    let mut world = World::at(&daily(&["02:30-05:00"]), at("2026-10-25T02:00:00+02:00"));
    let told = changes(&mut world, at("2026-10-25T12:00:00+01:00"), 900_000);
    let open = (true, at("2026-10-25T02:30:00+02:00"));
    let close = (false, at("2026-10-25T05:00:00+01:00"));
    assert_eq!(told, [open, close]);
}

#[test]
fn a_day_on_which_clocks_go_forward_has_its_hours_less_one() {
    // Madrid, 28 March 2027: from two it is three.
    let mut world = World::at(&daily(&["01:00-04:00"]), at("2027-03-28T00:30:00+01:00"));
    let told = changes(&mut world, at("2027-03-28T12:00:00+02:00"), 900_000);
    let open = (true, at("2027-03-28T01:00:00+01:00"));
    let close = (false, at("2027-03-28T04:00:00+02:00"));
    assert_eq!(told, [open, close]);
    assert_eq!(close.1.ms_since(open.1), 2 * 3_600_000);
}

#[test]
fn an_hour_that_clocks_skip_is_counted_by_the_time_before_it() {
    let mut world = World::at(&daily(&["02:30-05:00"]), at("2027-03-28T01:00:00+01:00"));
    let told = changes(&mut world, at("2027-03-28T12:00:00+02:00"), 900_000);
    let open = (true, at("2027-03-28T03:30:00+02:00"));
    let close = (false, at("2027-03-28T05:00:00+02:00"));
    assert_eq!(told, [open, close]);
    let mut world = World::at(&daily(&["02:00-03:00"]), at("2027-03-28T01:00:00+01:00"));
    let told = changes(&mut world, at("2027-03-28T12:00:00+02:00"), 900_000);
    assert_eq!(told, [], "there is no such hour");
}

#[test]
fn the_next_opening_is_right_over_a_night_on_which_clocks_change() {
    let sunday = |now| {
        World::at(&daily(&["09:00-14:00"]), at(now))
            .state
            .opening()
            .next_open_at
    };
    let back = sunday("2026-10-24T15:00:00+02:00");
    assert_eq!(back, Some(at("2026-10-25T09:00:00+01:00")));
    let forward = sunday("2027-03-27T15:00:00+01:00");
    assert_eq!(forward, Some(at("2027-03-28T09:00:00+02:00")));
}

#[test]
fn a_day_may_begin_at_one_and_end_an_hour_late() {
    // Beirut, where clocks change at midnight: 29 March and 25 October 2026.
    let mut office = daily(&["00:00-02:00", "22:00-24:00"]);
    office.time_zone = "Asia/Beirut".to_owned();
    let mut world = World::at(&office, at("2026-03-28T21:00:00+02:00"));
    assert_eq!(world.go_to("2026-03-28T22:00:00+02:00"), [opened()]);
    assert_eq!(world.go_to("2026-03-28T23:59:59.999+02:00"), []);
    let told = world.go_to("2026-03-29T01:00:00+03:00");
    assert!(matches!(told[0], Fact::DayBegan { .. }), "{told:?}");
    assert_eq!(told[1..], [opened()], "its first hour is the second");
    let evening = closed("2026-03-29T22:00:00+03:00");
    assert_eq!(world.go_to("2026-03-29T02:00:00+03:00"), [evening]);

    let mut world = World::at(&office, at("2026-10-24T22:30:00+03:00"));
    assert_eq!(world.go_to("2026-10-24T23:30:00+03:00"), []);
    assert_eq!(
        world.go_to("2026-10-24T23:30:00+02:00"),
        [],
        "once more half past eleven"
    );
    assert_eq!(world.day().to_string(), "2026-10-24");
    let told = world.go_to("2026-10-25T00:00:00+02:00");
    assert_eq!(told[1..], [opened()]);
}

#[test]
fn a_time_of_day_is_told_by_the_noon_of_its_day() {
    for (now, minute) in [
        ("2026-11-24T00:00:00+01:00", 0),
        ("2026-11-24T10:01:59.999+01:00", 601),
        ("2026-10-25T10:00:00+01:00", 600),
        ("2027-03-28T10:00:00+02:00", 600),
        ("2027-03-28T23:59:59+02:00", 1439),
    ] {
        let world = World::at(&plain(), at(now));
        assert_eq!(world.state.minute(world.now), minute, "{now}");
    }
}
