// SPDX-License-Identifier: GPL-3.0-or-later
//! A log that takes the place of another: the numbers that were given out today are not given out again.

use proptest::prelude::*;
use torn_queue::ids::Letter;
use torn_queue::{Event, Fact, State, TicketNumber};

use crate::offices::plain;
use crate::world::World;

fn number(letter: char, count: u32) -> TicketNumber {
    TicketNumber::new(Letter::new(letter).expect("a letter"), count)
}

/// A day of the plain office that goes on after `numbers`, with the events of `before` after its beginning.
fn taken_over(numbers: &[TicketNumber], before: &[Event]) -> World {
    let mut world = World::new(&plain());
    let Some(Fact::DayBegan { numbers: told, .. }) = world.log.first_mut().map(|one| &mut one.fact)
    else {
        panic!("the first event begins the day");
    };
    *told = numbers.to_vec();
    world.log.extend_from_slice(before);
    let mut state = State::default();
    world.log.iter().for_each(|event| state.apply(event));
    world.now = state.at();
    world.state = state;
    world
}

#[test]
fn numbers_go_on_after_those_that_another_log_gave_out_today_and_begin_anew_tomorrow() {
    let mut world = taken_over(&[number('A', 41), number('C', 999)], &[]);
    let given = ["a", "b", "c", "a"].map(|id| world.issue(id).number().to_string());
    assert_eq!(given, ["A042", "B001", "C1000", "A043"]);
    world.go_to("2026-11-25T09:00:00+01:00");
    let given = ["a", "c"].map(|id| world.issue(id).number().to_string());
    assert_eq!(given, ["A001", "C001"]);
}

#[test]
fn tickets_that_were_taken_over_with_their_numbers_do_not_take_the_count_back() {
    let mut before = World::new(&plain());
    before.issue("a");
    let today = before.log.split_off(2);
    let mut world = taken_over(&[number('A', 600)], &today);
    assert_eq!(world.state.tickets().count(), 1, "the one of before waits");
    assert_eq!(world.issue("a").number().to_string(), "A601");
}

#[test]
fn a_day_that_takes_nothing_over_is_told_as_before() {
    let world = World::new(&plain());
    let told = serde_json::to_value(&world.log[0]).expect("JSON");
    assert_eq!(told.get("numbers"), None);
    let world = taken_over(&[number('A', 7)], &[]);
    let told = serde_json::to_value(&world.log[0]).expect("JSON");
    assert_eq!(told["numbers"], serde_json::json!(["A007"]));
}

proptest! {
    #[test]
    fn no_number_up_to_those_taken_over_is_given_out(
        counts in proptest::collection::vec(0_u32..99_000, 3),
        wanted in proptest::collection::vec(0_usize..3, 1..20),
    ) {
        let letters = ['A', 'B', 'C'];
        let given: Vec<TicketNumber> = letters.iter().zip(&counts)
            .filter(|(_, count)| **count > 0)
            .map(|(letter, count)| number(*letter, *count))
            .collect();
        let mut world = taken_over(&given, &[]);
        let mut last = counts;
        for place in wanted {
            let ticket = world.issue(["a", "b", "c"][place]);
            last[place] += 1;
            prop_assert_eq!(ticket.number(), number(letters[place], last[place]));
        }
        let read: Event = serde_json::from_str(&serde_json::to_string(&world.log[0]).expect("JSON")).expect("an event");
        prop_assert_eq!(&read, &world.log[0]);
    }
}
