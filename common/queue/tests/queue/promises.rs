// SPDX-License-Identifier: GPL-3.0-or-later
//! What people count on, read from the log alone: whatever was asked of the hub, it holds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use proptest::prelude::*;
use torn_queue::event::{Class, DeskStatus, TicketStatus};
use torn_queue::{Command, Event, Fact, State, TicketId, order};

use crate::deeds::any_story;
use crate::machine::{call_everyone, cases};
use crate::offices::plain;
use crate::world::{World, play};

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

/// Where a ticket stands, as its events tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    InLine,
    AtADesk,
    SetAside,
    Missed,
    Gone,
}

/// The place a fact about a ticket takes it from, and the one it brings it to.
fn step(fact: &Fact) -> Option<(TicketId, Option<Place>, Place)> {
    use Place::{AtADesk, Gone, InLine, Missed, SetAside};
    Some(match fact {
        Fact::TicketIssued { ticket, .. } => (*ticket, None, InLine),
        Fact::TicketCalled { ticket, .. } => (*ticket, Some(InLine), AtADesk),
        Fact::TicketRecalled { ticket, .. } => (*ticket, Some(AtADesk), AtADesk),
        Fact::TicketFinished { ticket, .. } => (*ticket, Some(AtADesk), Gone),
        Fact::TicketNoShow { ticket, .. } => (*ticket, Some(AtADesk), Missed),
        Fact::TicketParked { ticket, .. } => (*ticket, Some(AtADesk), SetAside),
        Fact::TicketTransferred { ticket, .. } => (*ticket, Some(AtADesk), InLine),
        Fact::TicketResumed { ticket, .. } => (*ticket, Some(SetAside), AtADesk),
        Fact::TicketRestored { ticket, .. } => (*ticket, Some(Missed), InLine),
        Fact::TicketCancelled { ticket, .. } => (*ticket, Some(InLine), Gone),
        _ => return None,
    })
}

/// The seqs of those events that a call out of order brought about.
fn out_of_order(world: &World) -> BTreeSet<u64> {
    let ends = world.asked.iter().skip(1).map(|one| one.0.get());
    let ends = ends.chain([world.state.seq().get()]);
    let asked = world.asked.iter().zip(ends);
    let calls = asked.filter(|((_, command), _)| matches!(command, Command::Call { .. }));
    calls
        .flat_map(|((before, _), end)| before.get() + 1..=end)
        .collect()
}

proptest! {
    #[test]
    fn nobody_is_called_twice_but_who_was_sent_on_or_came_back(story in any_story()) {
        let world = play(&story);
        for events in days(&world.log).into_values() {
            let mut places: BTreeMap<TicketId, Place> = BTreeMap::new();
            for event in events {
                if let Some((ticket, from, to)) = step(&event.fact) {
                    prop_assert_eq!(places.insert(ticket, to), from, "{:?}", event);
                }
            }
        }
    }

    #[test]
    fn who_missed_the_call_comes_back_once(story in any_story()) {
        let world = play(&story);
        let mut back = BTreeSet::new();
        for event in &world.log {
            if let Fact::TicketRestored { ticket, .. } = event.fact {
                prop_assert!(back.insert(ticket), "{} was restored twice", ticket);
            }
        }
    }

    #[test]
    fn nobody_is_forgotten(story in any_story()) {
        let mut world = play(&story);
        call_everyone(&mut world);
        prop_assert_eq!(world.state.waiting_len(), 0);
        for ticket in world.state.tickets() {
            prop_assert!(ticket.status != TicketStatus::Waiting, "{:?}", ticket);
            let at_a_desk = ticket.status == TicketStatus::Called;
            prop_assert!(!at_a_desk || ticket.desk.is_some(), "{:?}", ticket);
        }
    }

    #[test]
    fn a_ticket_is_at_one_desk_at_most((office, story) in any_story()) {
        let mut world = World::new(&office);
        for (pause_ms, deed) in &story {
            world.wait_ms(*pause_ms);
            world.tick();
            let _ = world.send(&deed.command(&world.scene()));
            assert_one_place_each(&world.state);
        }
    }

    #[test]
    fn who_was_due_first_is_called_first_inside_a_class_and_a_service(story in any_story()) {
        let world = play(&story);
        let by_hand = out_of_order(&world);
        let mut state = State::default();
        for event in &world.log {
            if let Fact::TicketCalled { ticket, .. } = &event.fact
                && !by_hand.contains(&event.seq.get())
            {
                let called = state.ticket(*ticket).expect("a ticket of today");
                let alike = state.tickets().filter(|one| {
                    let waits = one.status == TicketStatus::Waiting;
                    // Who was sent to one desk, or came back, stands elsewhere than the due time says.
                    let plain = waits && !one.restored && one.calls == 0;
                    plain && (&one.service, one.class) == (&called.service, called.class)
                });
                let first = alike.min_by_key(|one| (one.due_at, one.seq));
                if let Some(first) = first.filter(|_| !called.restored && called.calls == 0) {
                    prop_assert_eq!(first.id, called.id, "someone went before");
                }
            }
            state.apply(event);
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

proptest! {
    // Each is a line that is worked off to the last.
    #![proptest_config(ProptestConfig { cases: cases(48), ..ProptestConfig::default() })]

    #[test]
    fn whoever_waits_is_called_though_others_who_go_before_never_cease(
        people in prop::collection::vec((0_i64..600_000, 0_i64..3_600_000, 0_u8..3), 1..20),
    ) {
        const ROUND_MS: i64 = 30_000;
        let mut world = World::new(&plain());
        for (pause_ms, early_ms, how) in &people {
            world.wait_ms(*pause_ms);
            match how {
                0 => world.issue("a"),
                1 => world.issue_as("b", Class::Preferential),
                _ => world.check_in("c", world.now.plus_ms(*early_ms)),
            };
        }
        let waiting = order::waiting(&world.state, world.now);
        let waiting: Vec<TicketId> = waiting.iter().map(|one| one.id).collect();
        // Who is preferred waits as many rounds as there are people; a walk-in at most three times as long,
        // once the last hour has come.
        let longest = 4 * waiting.len() + 3_600_000 / 30_000;
        for round in 0.. {
            let waits = |id: &&TicketId| {
                world.state.ticket(**id).is_some_and(|one| one.status == TicketStatus::Waiting)
            };
            let left = waiting.iter().filter(waits).count();
            if left == 0 {
                break;
            }
            prop_assert!(round < longest, "{} wait for ever", left);
            world.issue_as("a", Class::Preferential);
            world.wait_ms(ROUND_MS);
            world.next("1").expect("nobody waits for a guard");
        }
    }
}
