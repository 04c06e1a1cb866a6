// SPDX-License-Identifier: GPL-3.0-or-later
//! What the estimator is asked with: who is ahead, who is still expected, which desks are there and free.
//!
//! How long that takes is the estimator's; here only more or less is told apart.

use std::collections::BTreeMap;

use torn_queue::event::Wait;
use torn_queue::{Command, Timestamp, order, outlook};

use crate::offices::{SERVICES, desk, office, plain, service};
use crate::world::World;

const MINUTE_MS: i64 = 60_000;

fn of_newcomer(world: &World, id: &str) -> Option<Wait> {
    outlook::of_newcomer(&world.state, &service(id), world.now)
}

fn high(world: &World, id: &str) -> u32 {
    of_newcomer(world, id).expect("a wait").high_min
}

fn open(id: &str) -> Command {
    Command::OpenDesk { desk: desk(id) }
}

/// Those desks are open, and each serves somebody who came for that.
fn all_serve(desks: &[(&str, &[&str])], serving: &[(&str, &str)]) -> World {
    let mut world = World::new(&office(&SERVICES[..3], desks, 0));
    for (id, what) in serving {
        world.issue(what);
        world.next(id).expect("a call");
    }
    world
}

#[test]
fn where_a_desk_is_free_the_wait_is_short() {
    let mut world = all_serve(&[("1", &["a"]), ("2", &["a"])], &[("1", "a")]);
    let busy = of_newcomer(&world, "a").expect("a wait");
    world.send_all(&[open("2")]);
    let free = of_newcomer(&world, "a").expect("a wait");
    assert_eq!(free.low_min, 0);
    assert!(free.high_min < busy.high_min, "{free:?} {busy:?}");
    let ticket = world.issue("a");
    let told = world.state.ticket(ticket).expect("a ticket").promised;
    assert_eq!(
        told,
        (0, Some(free)),
        "the ticket says what was said before"
    );
}

#[test]
fn a_free_desk_that_serves_something_else_does_not_help() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["b"])];
    let mut world = all_serve(&desks, &[("1", "a")]);
    let alone = of_newcomer(&world, "a");
    world.send_all(&[open("2")]);
    assert_eq!(of_newcomer(&world, "a"), alone);
    assert_ne!(of_newcomer(&world, "b"), alone);
}

#[test]
fn more_desks_make_the_wait_shorter() {
    let desks: [(&str, &[&str]); 3] = [("1", &["a"]), ("2", &["a"]), ("3", &["a"])];
    let serving = [("1", "a"), ("2", "a"), ("3", "a")];
    let mut one = all_serve(&desks, &serving[..1]);
    let mut three = all_serve(&desks, &serving);
    for world in [&mut one, &mut three] {
        for _ in 0..6 {
            world.issue("a");
        }
    }
    assert!(high(&three, "a") < high(&one, "a"));
}

#[test]
fn who_is_still_expected_counts_until_the_grace_is_over() {
    let expected = |from_now_ms: i64| {
        let mut world = all_serve(&[("1", &["a"])], &[("1", "a")]);
        world.issue("a");
        let hours: Vec<Timestamp> = (0..6).map(|_| world.now.plus_ms(from_now_ms)).collect();
        let appointments = BTreeMap::from([(service("a"), hours)]);
        world.send_all(&[Command::SetAppointments { appointments }]);
        high(&world, "a")
    };
    let nobody = expected(-11 * MINUTE_MS);
    assert_eq!(expected(600 * MINUTE_MS), nobody, "long after");
    assert!(expected(MINUTE_MS) > nobody, "about to come");
    assert!(
        expected(-9 * MINUTE_MS) > nobody,
        "late, and keeps the hour"
    );
    assert!(expected(-10 * MINUTE_MS) > nobody, "to the last moment");
    assert_eq!(expected(-10 * MINUTE_MS - 1), nobody);
}

#[test]
fn who_is_expected_at_other_desks_does_not_count() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a", "b"]), ("2", &["c"])];
    let expected = |id: &str| {
        let mut world = all_serve(&desks, &[("1", "a"), ("2", "c")]);
        world.issue("a");
        let hours = vec![world.now.plus_ms(MINUTE_MS); 6];
        let appointments = BTreeMap::from([(service(id), hours)]);
        world.send_all(&[Command::SetAppointments { appointments }]);
        high(&world, "a")
    };
    assert_eq!(expected("b"), expected("a"));
    assert!(expected("c") < expected("a"));
}

#[test]
fn everyone_in_line_is_told_a_wait_that_grows_with_the_place() {
    let mut world = all_serve(&[("1", &["a"])], &[("1", "a")]);
    for _ in 0..8 {
        world.issue("a");
    }
    let line = outlook::of_line(&world.state, world.now);
    let highs: Vec<u32> = (line.iter())
        .map(|(_, _, wait)| wait.expect("a wait").high_min)
        .collect();
    assert!(highs.is_sorted() && highs[0] < highs[7], "{highs:?}");
    for (ticket, ahead, wait) in line {
        assert_eq!(order::ahead(&world.state, ticket, world.now), Some(ahead));
        let alone = outlook::of_ticket(&world.state, ticket, world.now);
        assert_eq!(alone, Some((ahead, wait)));
    }
}

#[test]
fn nobody_is_told_of_a_service_or_a_ticket_that_is_not_there() {
    let mut world = World::new(&plain());
    assert_eq!(of_newcomer(&world, "nowhere"), None);
    let ticket = world.issue("a");
    world.next("1").expect("a call");
    assert_eq!(outlook::of_ticket(&world.state, ticket, world.now), None);
    let nowhere = order::ahead_of_newcomer(&world.state, &service("nowhere"), world.now);
    assert_eq!(nowhere, None);
}
