// SPDX-License-Identifier: GPL-3.0-or-later
//! What the other buttons of a desk do: set aside, take up, call out of turn, pause; and what the board shows.

use torn_queue::event::{DeskStatus, TicketStatus};
use torn_queue::{Command, Fact, Refusal, TicketId, limits};

use crate::offices::{SERVICES, desk, office, plain};
use crate::returns::{desk_status, status};
use crate::world::World;

const MINUTE_MS: i64 = 60_000;

#[test]
fn who_is_set_aside_is_passed_over_until_a_desk_takes_it_up() {
    let mut world = World::new(&plain());
    let (aside, next) = (world.issue("a"), world.issue("a"));
    world.next("1").expect("a call");
    world.send_all(&[Command::Park { desk: desk("1") }]);
    assert_eq!(status(&world, aside), TicketStatus::Parked);
    assert_eq!(desk_status(&world, "1"), DeskStatus::Open);
    assert_eq!(
        world
            .state
            .parked()
            .iter()
            .map(|one| one.id)
            .collect::<Vec<_>>(),
        [aside]
    );
    assert_eq!(world.next("1"), Ok(Some(next)));
    let resume = Command::Resume {
        desk: desk("2"),
        ticket: aside,
    };
    let told = world.send(&resume).expect("taken up");
    assert!(
        matches!(&told[..], [Fact::DeskOpened { .. }, Fact::TicketResumed { ticket, desk, .. }]
            if *ticket == aside && desk.as_str() == "2"),
        "a closed desk opens: {told:?}"
    );
    assert_eq!(status(&world, aside), TicketStatus::Called);
    let call = &world.state.calls()[0];
    assert_eq!(
        (call.ticket, call.desk.as_str(), call.recall),
        (aside, "2", false)
    );
    assert_eq!(world.send(&resume), Err(Refusal::DeskServing(desk("2"))));
    let again = Command::Resume {
        desk: desk("3"),
        ticket: aside,
    };
    assert_eq!(world.send(&again), Err(Refusal::UnknownDesk(desk("3"))));
}

#[test]
fn only_who_was_set_aside_is_taken_up() {
    let mut world = World::new(&plain());
    let ticket = world.issue("a");
    let resume = |ticket| Command::Resume {
        desk: desk("1"),
        ticket,
    };
    let refused = Err(Refusal::TicketNotParked(ticket));
    assert_eq!(world.send(&resume(ticket)), refused);
    let nobody: TicketId = "2026-11-24-A009".parse().expect("a ticket id");
    let unknown = Err(Refusal::UnknownTicket(nobody));
    assert_eq!(world.send(&resume(nobody)), unknown);
    let idle = Err(Refusal::DeskIdle(desk("1")));
    for command in [
        Command::Park { desk: desk("1") },
        Command::NoShow { desk: desk("1") },
        Command::Finish { desk: desk("1") },
    ] {
        assert_eq!(world.send(&command), idle);
    }
}

#[test]
fn those_set_aside_and_those_missed_are_shown_in_the_order_they_were_due() {
    let mut world = World::new(&plain());
    let tickets: Vec<TicketId> = (0..3).map(|_| world.issue("a")).collect();
    world.wait_ms(MINUTE_MS);
    let calls = [(tickets[2], "1"), (tickets[0], "2")];
    for (ticket, id) in calls {
        let call = Command::Call {
            ticket,
            desk: desk(id),
        };
        world.send_all(&[call, Command::Park { desk: desk(id) }]);
    }
    let shown = |world: &World| -> Vec<TicketId> {
        world.state.parked().iter().map(|one| one.id).collect()
    };
    assert_eq!(shown(&world), [tickets[0], tickets[2]]);
}

#[test]
fn a_call_out_of_turn_passes_everyone_by() {
    let mut world = World::new(&plain());
    let (first, second) = (world.issue("a"), world.issue("b"));
    let call = |ticket, id: &str| Command::Call {
        ticket,
        desk: desk(id),
    };
    let told = world.send(&call(second, "1")).expect("a call");
    assert!(matches!(
        told[..],
        [Fact::DeskOpened { .. }, Fact::TicketCalled { .. }]
    ));
    let serving = Err(Refusal::DeskServing(desk("1")));
    assert_eq!(world.send(&call(first, "1")), serving);
    let called = Err(Refusal::TicketNotWaiting(second));
    assert_eq!(world.send(&call(second, "2")), called);
    assert_eq!(
        world.send(&call(first, "9")),
        Err(Refusal::UnknownDesk(desk("9")))
    );
    let nobody: TicketId = "2026-11-24-A009".parse().expect("a ticket id");
    let unknown = Err(Refusal::UnknownTicket(nobody));
    assert_eq!(world.send(&call(nobody, "9")), unknown);
    assert_eq!(world.next("2"), Ok(Some(first)));
}

#[test]
fn a_call_and_a_resume_are_guarded_like_a_press() {
    let mut world = World::new(&office(&SERVICES[..3], &[("1", &[])], 2));
    let (first, second) = (world.issue("a"), world.issue("a"));
    let call = Command::Call {
        ticket: second,
        desk: desk("1"),
    };
    world.send_all(&[call]);
    let too_soon = |wait_ms| Refusal::TooSoon {
        desk: desk("1"),
        wait_ms,
    };
    assert_eq!(world.next("1"), Err(too_soon(2000)));
    world.send_all(&[Command::Park { desk: desk("1") }]);
    world.wait_ms(1_500);
    let resume = Command::Resume {
        desk: desk("1"),
        ticket: second,
    };
    world.send_all(&[resume]);
    world.wait_ms(1_999);
    assert_eq!(world.next("1"), Err(too_soon(1)));
    world.wait_ms(1);
    assert_eq!(world.next("1"), Ok(Some(first)));
}

#[test]
fn a_desk_pauses_and_its_button_or_open_ends_that() {
    let mut world = World::new(&plain());
    let pause = Command::PauseDesk { desk: desk("1") };
    let paused = Ok(vec![Fact::DeskPaused { desk: desk("1") }]);
    assert_eq!(world.send(&pause), paused, "also a closed one");
    assert_eq!(world.send(&pause), Ok(vec![]));
    let opened = Fact::DeskOpened { desk: desk("1") };
    let open = Command::OpenDesk { desk: desk("1") };
    assert_eq!(world.send(&open), Ok(vec![opened.clone()]));
    assert_eq!(world.send(&open), Ok(vec![]));
    assert_eq!(world.send(&pause), paused);
    world.issue("a");
    let told = world.send(&Command::Next { desk: desk("1") });
    let told = told.expect("a call");
    assert_eq!((told.len(), &told[0]), (2, &opened));
    let serving = Err(Refusal::DeskServing(desk("1")));
    assert_eq!(world.send(&pause), serving);
    assert_eq!(world.send(&Command::CloseDesk { desk: desk("1") }), serving);
    assert_eq!(world.send(&open), Ok(vec![]), "a serving desk is open");
}

#[test]
fn a_dropped_desk_neither_pauses_nor_calls() {
    let mut world = World::new(&plain());
    let ticket = world.issue("a");
    world.send_all(&[Command::PauseDesk { desk: desk("2") }]);
    let less = office(&SERVICES[..3], &[("1", &[])], 0);
    world.configure(&less).expect("a configuration");
    assert_eq!(desk_status(&world, "2"), DeskStatus::Closed);
    let unknown = Err(Refusal::UnknownDesk(desk("2")));
    assert_eq!(world.send(&Command::PauseDesk { desk: desk("2") }), unknown);
    let call = Command::Call {
        ticket,
        desk: desk("2"),
    };
    assert_eq!(world.send(&call), unknown);
}

#[test]
fn the_board_has_one_entry_a_ticket_and_a_call_again_moves_it_to_the_front() {
    let mut world = World::new(&plain());
    let (first, second) = (world.issue("a"), world.issue("a"));
    world.next("1").expect("a call");
    world.next("2").expect("a call");
    let board = |world: &World| -> Vec<(TicketId, bool)> {
        let calls = world.state.calls().iter();
        calls.map(|one| (one.ticket, one.recall)).collect()
    };
    assert_eq!(board(&world), [(second, false), (first, false)]);
    world.send_all(&[Command::Recall { desk: desk("1") }]);
    assert_eq!(board(&world), [(first, true), (second, false)]);
    world.send_all(&[Command::Finish { desk: desk("1") }]);
    let nobody = Err(Refusal::NothingToRecall(desk("1")));
    assert_eq!(world.send(&Command::Recall { desk: desk("1") }), nobody);
    for _ in 0..limits::CALLS_KEPT {
        world.issue("a");
        world.next("1").expect("a call");
    }
    assert_eq!(board(&world).len(), limits::CALLS_KEPT);
}

#[test]
fn who_gave_up_is_not_called_and_only_who_waits_gives_up() {
    let mut world = World::new(&plain());
    let (gone, next) = (world.issue("a"), world.issue("a"));
    let cancel = Command::Cancel { ticket: gone };
    world.send_all(std::slice::from_ref(&cancel));
    assert_eq!(world.send(&cancel), Err(Refusal::TicketNotWaiting(gone)));
    assert_eq!(world.next("1"), Ok(Some(next)));
    let called = Err(Refusal::TicketNotWaiting(next));
    assert_eq!(world.send(&Command::Cancel { ticket: next }), called);
}

#[test]
fn those_set_aside_when_the_day_ends_were_left() {
    let mut world = World::new(&plain());
    world.issue("a");
    world.issue("a");
    world.next("1").expect("a call");
    world.send_all(&[Command::Park { desk: desk("1") }]);
    let told = world.go_to("2026-11-25T00:00:00+01:00");
    let left = |fact: &Fact| {
        matches!(
            fact,
            Fact::DayBegan {
                left: 2,
                ended: 0,
                ..
            }
        )
    };
    assert!(left(&told[0]), "{told:?}");
}
