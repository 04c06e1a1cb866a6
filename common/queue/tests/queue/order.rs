// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is next, how many are before, and how soon a button may be pressed again.

use proptest::prelude::*;
use torn_queue::event::{Class, DeskStatus};
use torn_queue::{Command, Fact, Refusal, TicketId, order};

use crate::deeds::any_story;
use crate::offices::{SERVICES, desk, office, plain};
use crate::world::{World, play};

/// Milliseconds that pass, then whether the ticket that is issued for which service is preferred.
fn any_arrivals() -> impl Strategy<Value = Vec<(i64, usize, bool)>> {
    prop::collection::vec((0_i64..600_000, 0_usize..3, any::<bool>()), 1..40)
}

fn arrive(world: &mut World, arrivals: &[(i64, usize, bool)]) -> Vec<TicketId> {
    let arrive = |(pause_ms, service, preferred): &(i64, usize, bool)| {
        world.wait_ms(*pause_ms);
        let class = if *preferred {
            Class::Preferential
        } else {
            Class::WalkIn
        };
        world.issue_as(SERVICES[*service].0, class)
    };
    arrivals.iter().map(arrive).collect()
}

proptest! {
    #[test]
    fn ahead_is_how_many_are_called_before(arrivals in any_arrivals(), later_ms in 0_i64..600_000) {
        let mut world = World::new(&plain());
        let tickets = arrive(&mut world, &arrivals);
        for id in ["1", "2"] {
            world.send(&Command::OpenDesk { desk: desk(id) }).expect("a desk opens");
        }
        world.wait_ms(later_ms);
        let said: Vec<_> =
            tickets.iter().map(|one| order::ahead(&world.state, *one, world.now)).collect();
        // The scores move with time, so the line is worked off in this same moment.
        let mut called = Vec::new();
        while let Some(ticket) = world.next(["1", "2"][called.len() % 2]).expect("nobody waits for a guard") {
            called.push(ticket);
        }
        prop_assert_eq!(called.len(), tickets.len());
        for (ticket, said) in tickets.iter().zip(said) {
            let place = called.iter().position(|one| one == ticket).expect("it was called");
            prop_assert_eq!(said, u32::try_from(place).ok());
        }
    }

    #[test]
    fn the_promise_on_the_ticket_is_what_was_before_it(arrivals in any_arrivals()) {
        let mut world = World::new(&plain());
        for arrival in &arrivals {
            let ticket = arrive(&mut world, std::slice::from_ref(arrival))[0];
            let promised = world.state.ticket(ticket).expect("a ticket of today").promised.0;
            prop_assert_eq!(order::ahead(&world.state, ticket, world.now), Some(promised));
        }
    }

    #[test]
    fn who_asks_before_touching_is_told_what_the_ticket_will_say(arrivals in any_arrivals(), service in 0_usize..3) {
        let mut world = World::new(&plain());
        arrive(&mut world, &arrivals);
        let id = SERVICES[service].0.parse().expect("a service id");
        let told = order::ahead_of_newcomer(&world.state, &id, world.now);
        let ticket = world.issue_as(SERVICES[service].0, Class::WalkIn);
        prop_assert_eq!(told, world.state.ticket(ticket).map(|one| one.promised.0));
    }

    #[test]
    fn each_call_takes_the_highest_score(arrivals in any_arrivals(), pauses in prop::collection::vec(0_i64..900_000, 1..50)) {
        let mut world = World::new(&plain());
        arrive(&mut world, &arrivals);
        for pause_ms in pauses {
            world.wait_ms(pause_ms);
            let score = |one: &torn_queue::state::Ticket| {
                let weight = if one.class == Class::WalkIn { 1 } else { 3 };
                weight * world.now.ms_since(one.due_at)
            };
            let waiting = order::waiting(&world.state, world.now);
            let highest = waiting.iter().map(|one| score(one)).max();
            let scores: Vec<i64> = waiting.iter().map(|one| score(one)).collect();
            prop_assert!(scores.is_sorted_by(|a, b| a >= b));
            let first = waiting.first().map(|one| one.id);
            let called = world.next("1").expect("nobody waits for a guard");
            prop_assert_eq!(called, first);
            let ticket = called.and_then(|one| world.state.ticket(one));
            let weight = |one: &torn_queue::state::Ticket| if one.class == Class::WalkIn { 1 } else { 3 };
            prop_assert_eq!(ticket.map(|one| weight(one) * world.now.ms_since(one.due_at)), highest);
        }
    }

    #[test]
    fn counting_the_whole_line_at_once_gives_each_its_count(story in any_story(), later_ms in 0_i64..600_000) {
        let mut world = play(&story);
        world.wait_ms(later_ms);
        let line = order::waiting_with_ahead(&world.state, world.now);
        prop_assert_eq!(line.len(), world.state.waiting_len());
        for (ticket, ahead) in line {
            prop_assert_eq!(order::ahead(&world.state, ticket.id, world.now), Some(ahead));
        }
    }
}

#[test]
fn of_equal_scores_the_earlier_due_and_then_the_earlier_number_is_first() {
    let mut world = World::new(&plain());
    let early = world.issue("a");
    world.wait_ms(200_000);
    let (late, twin) = (
        world.issue_as("b", Class::Preferential),
        world.issue_as("c", Class::Preferential),
    );
    world.wait_ms(100_000);
    // 1 × 300 s and 3 × 100 s.
    assert_eq!(world.next("1"), Ok(Some(early)));
    assert_eq!(world.next("1"), Ok(Some(late)));
    assert_eq!(world.next("1"), Ok(Some(twin)));
    assert_eq!(world.next("1"), Ok(None));
}

#[test]
fn the_preferred_overtake_and_nobody_starves() {
    let mut world = World::new(&plain());
    let walk_in = world.issue("a");
    world.wait_ms(60_000);
    let preferred = world.issue_as("a", Class::Preferential);
    world.wait_ms(60_000);
    assert_eq!(
        world.next("1"),
        Ok(Some(preferred)),
        "3 × 60 s before 1 × 120 s"
    );
    let mut passed = 0;
    loop {
        world.issue_as("a", Class::Preferential);
        world.wait_ms(60_000);
        passed += 1;
        if world.next("1") == Ok(Some(walk_in)) {
            break;
        }
        assert!(
            passed < 5,
            "someone who came later every minute keeps a walk-in waiting"
        );
    }
}

#[test]
fn a_second_press_within_the_guard_is_too_soon_and_changes_nothing() {
    let mut world = World::new(&office(&SERVICES[..3], &[("1", &[]), ("2", &[])], 2));
    let (first, second, third) = (world.issue("a"), world.issue("a"), world.issue("a"));
    assert_eq!(world.next("1"), Ok(Some(first)));
    let before = world.state.clone();
    world.wait_ms(1_999);
    assert_eq!(
        world.next("1"),
        Err(Refusal::TooSoon {
            desk: desk("1"),
            wait_ms: 1
        })
    );
    assert_eq!(world.state, before);
    assert_eq!(
        world.next("2"),
        Ok(Some(second)),
        "another desk's press is its own"
    );
    world.wait_ms(1);
    assert_eq!(world.next("1"), Ok(Some(third)));
    let finished =
        |fact: &Fact| matches!(fact, Fact::TicketFinished { ticket, .. } if *ticket == first);
    assert!(world.log.iter().any(|event| finished(&event.fact)));
}

#[test]
fn a_press_that_called_nobody_has_no_guard() {
    let mut world = World::new(&office(&SERVICES[..3], &[("1", &[])], 2));
    assert_eq!(world.next("1"), Ok(None));
    let ticket = world.issue("a");
    assert_eq!(world.next("1"), Ok(Some(ticket)));
}

#[test]
fn a_desk_calls_only_for_the_services_it_serves() {
    let mut world = World::new(&office(
        &SERVICES[..3],
        &[("1", &["a"]), ("2", &["b", "c"])],
        0,
    ));
    let (a, c, b) = (world.issue("a"), world.issue("c"), world.issue("b"));
    assert_eq!(
        order::ahead(&world.state, c, world.now),
        Some(0),
        "no desk takes both a and c"
    );
    assert_eq!(order::ahead(&world.state, b, world.now), Some(1));
    assert_eq!(world.next("2"), Ok(Some(c)));
    assert_eq!(world.next("2"), Ok(Some(b)));
    assert_eq!(world.next("2"), Ok(None));
    assert_eq!(world.next("1"), Ok(Some(a)));
}

#[test]
fn only_open_desks_count_for_who_is_before_while_there_are_any() {
    let mut world = World::new(&office(&SERVICES[..3], &[("1", &[]), ("2", &["a"])], 0));
    world.issue("b");
    let ticket = world.issue("a");
    assert_eq!(
        order::ahead(&world.state, ticket, world.now),
        Some(1),
        "none is open: all count"
    );
    world
        .send(&Command::OpenDesk { desk: desk("2") })
        .expect("a desk opens");
    assert_eq!(
        order::ahead(&world.state, ticket, world.now),
        Some(0),
        "desk 2 takes no b"
    );
    assert_eq!(
        world.state.desk(&desk("2")).map(|one| one.status),
        Some(DeskStatus::Open)
    );
}
