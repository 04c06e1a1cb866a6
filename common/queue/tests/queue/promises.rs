// SPDX-License-Identifier: GPL-3.0-or-later
//! What people count on, read from the log alone: whatever was asked of the hub, it holds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use proptest::prelude::*;
use torn_queue::event::{DeskStatus, TicketStatus};
use torn_queue::{Command, DeskId, Event, Fact, State, TicketId};

use crate::world::{World, any_story, play};

/// The events of each business day.
fn days(log: &[Event]) -> BTreeMap<Date, Vec<&Event>> {
    let mut days: BTreeMap<Date, Vec<&Event>> = BTreeMap::new();
    let mut today = None;
    for event in log {
        if let Fact::DayBegan { day, .. } = &event.fact {
            assert!(today < Some(*day), "{day} began after {today:?}");
            today = Some(*day);
        }
        days.entry(today.expect("a log begins with a day"))
            .or_default()
            .push(event);
    }
    days
}

/// Presses every desk's button until nobody is called any more.
fn call_everyone(world: &mut World) {
    let desks: Vec<DeskId> = world
        .state
        .desks()
        .iter()
        .map(|one| one.config.id.clone())
        .collect();
    loop {
        world.wait_ms(10_000);
        let called = desks.iter().filter(|desk| {
            let desk = DeskId::clone(desk);
            let facts = world.send(&Command::Next { desk }).unwrap_or_default();
            facts
                .iter()
                .any(|fact| matches!(fact, Fact::TicketCalled { .. }))
        });
        if called.count() == 0 {
            return;
        }
    }
}

fn assert_one_place_each(state: &State) {
    let mut served = BTreeSet::new();
    for desk in state.desks() {
        assert_eq!(
            desk.status == DeskStatus::Serving,
            desk.ticket.is_some(),
            "{desk:?}"
        );
        let Some(ticket) = desk.ticket else { continue };
        assert!(served.insert(ticket), "{ticket} is at two desks");
        let ticket = state.ticket(ticket).expect("a ticket of today");
        assert_eq!(ticket.status, TicketStatus::Called);
        assert_eq!(ticket.desk.as_ref(), Some(&desk.config.id));
    }
    let called = state
        .tickets()
        .filter(|one| one.status == TicketStatus::Called)
        .count();
    assert_eq!(called, served.len(), "someone was called and is at no desk");
    let waiting = state
        .tickets()
        .filter(|one| one.status == TicketStatus::Waiting)
        .count();
    assert_eq!(waiting, state.waiting_len());
}

proptest! {
    #[test]
    fn nobody_is_called_twice(story in any_story()) {
        let world = play(&story);
        let mut called = BTreeSet::new();
        for event in &world.log {
            if let Fact::TicketCalled { ticket, .. } = event.fact {
                prop_assert!(called.insert(ticket), "{} was called twice", ticket);
            }
        }
    }

    #[test]
    fn nobody_is_forgotten(story in any_story()) {
        let mut world = play(&story);
        call_everyone(&mut world);
        prop_assert_eq!(world.state.waiting_len(), 0);
        for ticket in world.state.tickets() {
            let parted = matches!(ticket.status, TicketStatus::Finished | TicketStatus::NoShow | TicketStatus::Cancelled);
            prop_assert!(parted || ticket.desk.is_some(), "{:?}", ticket);
        }
    }

    #[test]
    fn a_ticket_is_at_one_desk_at_most((office, story) in any_story()) {
        let mut world = World::new(&office);
        for (pause_ms, deed) in &story {
            world.wait_ms(*pause_ms);
            world.tick();
            let _ = world.send(&deed.command(&world));
            assert_one_place_each(&world.state);
        }
    }

    #[test]
    fn who_came_first_is_called_first_inside_a_class_and_a_service(story in any_story()) {
        let world = play(&story);
        for events in days(&world.log).into_values() {
            let mut lines: BTreeMap<_, Vec<TicketId>> = BTreeMap::new();
            let mut line_of = BTreeMap::new();
            for event in events {
                match &event.fact {
                    Fact::TicketIssued { ticket, service, class, .. } => {
                        line_of.insert(*ticket, (service.clone(), *class));
                        lines.entry((service.clone(), *class)).or_default().push(*ticket);
                    }
                    Fact::TicketCancelled { ticket, .. } => {
                        lines.get_mut(&line_of[ticket]).expect("a line").retain(|one| one != ticket);
                    }
                    Fact::TicketCalled { ticket, .. } => {
                        let line = lines.get_mut(&line_of[ticket]).expect("a line");
                        prop_assert_eq!(line.first(), Some(ticket), "someone went before");
                        line.remove(0);
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn numbers_run_from_one_without_a_gap_each_letter_and_day(story in any_story()) {
        let world = play(&story);
        for (day, events) in days(&world.log) {
            let mut last: BTreeMap<char, u32> = BTreeMap::new();
            for event in events {
                if let Fact::TicketIssued { ticket, number, .. } = event.fact {
                    prop_assert_eq!((ticket.day(), ticket.number()), (day, number));
                    let last = last.entry(number.letter().get()).or_default();
                    *last += 1;
                    prop_assert_eq!(number.count(), *last);
                }
            }
        }
    }

    #[test]
    fn seqs_have_no_gap_and_time_never_runs_back(story in any_story()) {
        let world = play(&story);
        for (place, event) in (1_u64..).zip(&world.log) {
            prop_assert_eq!(event.seq.get(), place);
        }
        prop_assert!(world.log.is_sorted_by_key(|event| event.at));
    }
}
