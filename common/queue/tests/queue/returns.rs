// SPDX-License-Identifier: GPL-3.0-or-later
//! People who are sent on or come back: where they stand then.

use torn_queue::command::Destination;
use torn_queue::event::{Class, DeskStatus, TicketStatus};
use torn_queue::{Command, DeskId, Fact, Refusal, TicketId, limits, order};

use crate::offices::{SERVICES, desk, office, plain, service};
use crate::world::World;

const MINUTE_MS: i64 = 60_000;

pub(crate) fn status(world: &World, id: TicketId) -> TicketStatus {
    world.state.ticket(id).expect("a ticket of today").status
}

pub(crate) fn desk_status(world: &World, id: &str) -> DeskStatus {
    world.state.desk(&desk(id)).expect("a desk").status
}

fn line(world: &World) -> Vec<TicketId> {
    let line = order::waiting(&world.state, world.now);
    line.iter().map(|one| one.id).collect()
}

fn restore(ticket: TicketId) -> Command {
    Command::Restore { ticket }
}

fn to_desk(from: &str, to: &str) -> Command {
    Command::Transfer {
        desk: desk(from),
        to: Destination::Desk(desk(to)),
    }
}

fn to_service(from: &str, to: &str) -> Command {
    Command::Transfer {
        desk: desk(from),
        to: Destination::Service(service(to)),
    }
}

/// So many wait, the first of whom is called to desk 1 and does not come.
fn one_missed(count: usize) -> (World, TicketId, Vec<TicketId>) {
    let mut world = World::new(&plain());
    let mut tickets = Vec::new();
    for _ in 0..count {
        world.wait_ms(MINUTE_MS);
        tickets.push(world.issue("a"));
    }
    let missed = tickets.remove(0);
    assert_eq!(world.next("1"), Ok(Some(missed)));
    world.send_all(&[Command::NoShow { desk: desk("1") }]);
    (world, missed, tickets)
}

/// Restores it, and tells after whom.
fn restored(world: &mut World, id: TicketId) -> Option<TicketId> {
    let told = world.send(&restore(id)).expect("restored");
    let [Fact::TicketRestored { ticket, after, .. }] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(*ticket, id);
    *after
}

#[test]
fn who_comes_back_stands_behind_the_first_and_goes_first_once_that_one_was_called() {
    let (mut world, missed, rest) = one_missed(4);
    assert_eq!(restored(&mut world, missed), Some(rest[0]));
    assert_eq!(status(&world, missed), TicketStatus::Waiting);
    assert_eq!(line(&world), [rest[0], missed, rest[1], rest[2]]);
    let ahead = |id| order::ahead(&world.state, id, world.now);
    assert_eq!((ahead(missed), ahead(rest[1])), (Some(1), Some(2)));
    let preferred = world.issue_as("a", Class::Preferential);
    world.wait_ms(60 * MINUTE_MS);
    assert_eq!(line(&world)[0], preferred, "others may go before both");
    assert_eq!(world.next("1"), Ok(Some(preferred)));
    assert_eq!(world.next("1"), Ok(Some(rest[0])));
    world.issue_as("a", Class::Preferential);
    world.wait_ms(600 * MINUTE_MS);
    assert_eq!(
        world.next("1"),
        Ok(Some(missed)),
        "nobody goes before it now"
    );
}

#[test]
fn who_comes_back_to_an_empty_line_is_first() {
    let (mut world, missed, _) = one_missed(1);
    assert_eq!(restored(&mut world, missed), None);
    let preferred = world.issue_as("a", Class::Preferential);
    world.wait_ms(60 * MINUTE_MS);
    assert_eq!(line(&world), [missed, preferred]);
}

#[test]
fn it_goes_first_also_when_the_first_gave_up() {
    let (mut world, missed, rest) = one_missed(3);
    restored(&mut world, missed);
    world.send_all(&[Command::Cancel { ticket: rest[0] }]);
    assert_eq!(line(&world), [missed, rest[1]]);
}

#[test]
fn several_who_come_back_keep_the_order_in_which_they_came_back() {
    let (mut world, first, rest) = one_missed(6);
    for missed in &rest[..2] {
        assert_eq!(world.next("1"), Ok(Some(*missed)));
        world.send_all(&[Command::NoShow { desk: desk("1") }]);
    }
    for missed in [rest[1], first] {
        assert_eq!(restored(&mut world, missed), Some(rest[2]));
    }
    assert_eq!(line(&world), [rest[2], rest[1], first, rest[3], rest[4]]);
    assert_eq!(world.next("1"), Ok(Some(rest[2])));
    assert_eq!(
        restored(&mut world, rest[0]),
        Some(rest[1]),
        "one who came back is first"
    );
    assert_eq!(line(&world), [rest[1], first, rest[0], rest[3], rest[4]]);
    for next in [rest[1], first, rest[0], rest[3]] {
        assert_eq!(world.next("1"), Ok(Some(next)));
    }
}

#[test]
fn who_is_due_does_not_come_back_behind_an_hour_that_is_yet_to_come() {
    let (mut world, missed, _) = one_missed(1);
    let hour = world.now.plus_ms(30 * MINUTE_MS);
    let booked = world.check_in("a", hour);
    assert_eq!(
        restored(&mut world, missed),
        Some(booked),
        "the first there was"
    );
    assert_eq!(line(&world), [missed, booked]);
    world.wait_ms(30 * MINUTE_MS - 1);
    assert_eq!(line(&world), [missed, booked]);
    world.wait_ms(1);
    assert_eq!(line(&world), [booked, missed], "its hour has come");
}

#[test]
fn it_comes_back_within_a_quarter_of_an_hour_to_the_millisecond() {
    for (late_ms, refusal) in [(0, false), (1, true)] {
        let (mut world, missed, _) = one_missed(2);
        world.wait_ms(limits::RESTORE_WITHIN_MS + late_ms);
        assert_eq!(limits::RESTORE_WITHIN_MS, 15 * MINUTE_MS);
        let restorable = world.state.restorable(world.now).len();
        assert_eq!(restorable, usize::from(!refusal));
        let told = world.send(&restore(missed));
        let expired = Refusal::RestoreExpired(missed);
        assert_eq!(told.err(), refusal.then_some(expired));
    }
}

#[test]
fn it_comes_back_once() {
    let (mut world, missed, _) = one_missed(1);
    restored(&mut world, missed);
    assert_eq!(
        world.send(&restore(missed)),
        Err(Refusal::TicketNotNoShow(missed))
    );
    assert_eq!(world.next("1"), Ok(Some(missed)));
    world.send_all(&[Command::NoShow { desk: desk("1") }]);
    assert_eq!(
        world.send(&restore(missed)),
        Err(Refusal::RestoreUsed(missed))
    );
    assert!(world.state.restorable(world.now).is_empty());
}

#[test]
fn only_who_missed_the_call_comes_back() {
    let mut world = World::new(&plain());
    let ticket = world.issue("a");
    let not_missed = Err(Refusal::TicketNotNoShow(ticket));
    assert_eq!(world.send(&restore(ticket)), not_missed);
    world.next("1").expect("a call");
    assert_eq!(world.send(&restore(ticket)), not_missed);
    world.send_all(&[Command::Finish { desk: desk("1") }]);
    assert_eq!(world.send(&restore(ticket)), not_missed);
    let nobody: TicketId = "2026-11-23-A001".parse().expect("a ticket id");
    let unknown = Err(Refusal::UnknownTicket(nobody));
    assert_eq!(world.send(&restore(nobody)), unknown);
}

#[test]
fn who_is_sent_to_another_service_keeps_the_number_and_the_place() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["b"])];
    let mut world = World::new(&office(&SERVICES[..3], &desks, 0));
    let sent = world.issue("a");
    world.wait_ms(MINUTE_MS);
    let other = world.issue("b");
    assert_eq!(world.next("1"), Ok(Some(sent)));
    world.wait_ms(MINUTE_MS);
    let told = world.send(&to_service("1", "b")).expect("sent on");
    let fact = Fact::TicketTransferred {
        ticket: sent,
        number: sent.number(),
        service: service("b"),
        from: service("a"),
        desk: desk("1"),
        to_desk: None,
    };
    assert_eq!(told, [fact]);
    assert_eq!(desk_status(&world, "1"), DeskStatus::Open);
    assert_eq!(line(&world), [sent, other], "it was due before");
    let ticket = world.state.ticket(sent).expect("a ticket");
    assert_eq!((ticket.called_at, ticket.desk.as_ref()), (None, None));
    assert_eq!(world.state.waiting_for(&service("b")), 2);
    assert_eq!(world.next("1"), Ok(None));
    assert_eq!(world.next("2"), Ok(Some(sent)));
}

#[test]
fn who_is_sent_to_a_desk_is_called_by_that_desk_alone() {
    let desks: [(&str, &[&str]); 3] = [("1", &["a"]), ("2", &["b"]), ("3", &["a"])];
    let mut world = World::new(&office(&SERVICES[..3], &desks, 0));
    let (sent, next) = (world.issue("a"), world.issue("a"));
    world.send_all(&[Command::OpenDesk { desk: desk("2") }]);
    world.next("1").expect("a call");
    let told = world.send(&to_desk("1", "2")).expect("sent on");
    assert!(
        matches!(&told[..], [Fact::TicketTransferred { service, to_desk: Some(to), .. }]
            if service.as_str() == "a" && *to == desk("2")),
        "{told:?}"
    );
    assert_eq!(order::ahead(&world.state, next, world.now), Some(0));
    assert_eq!(order::ahead(&world.state, sent, world.now), Some(0));
    assert_eq!(world.next("1"), Ok(Some(next)));
    assert_eq!(world.next("3"), Ok(None));
    assert_eq!(world.next("2"), Ok(Some(sent)));
}

#[test]
fn at_its_desk_who_was_sent_there_stands_among_the_others_by_the_due_time() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["b"])];
    let mut world = World::new(&office(&SERVICES[..3], &desks, 0));
    world.send_all(&[Command::OpenDesk { desk: desk("2") }]);
    let before = world.issue("b");
    world.wait_ms(MINUTE_MS);
    let sent = world.issue("a");
    world.wait_ms(MINUTE_MS);
    let after = world.issue("b");
    world.next("1").expect("a call");
    world.send_all(&[to_desk("1", "2")]);
    let ahead = |id| order::ahead(&world.state, id, world.now);
    assert_eq!(
        [before, sent, after].map(ahead),
        [Some(0), Some(1), Some(2)]
    );
    let counted = order::waiting_with_ahead(&world.state, world.now);
    let counted: Vec<u32> = counted.iter().map(|one| one.1).collect();
    assert_eq!(counted, [0, 1, 2]);
    for ticket in [before, sent, after] {
        assert_eq!(world.next("2"), Ok(Some(ticket)));
    }
}

#[test]
fn a_desk_that_closes_pauses_or_goes_lets_go_whom_it_had_to_itself() {
    let close: fn(DeskId) -> Command = |desk| Command::CloseDesk { desk };
    let pause: fn(DeskId) -> Command = |desk| Command::PauseDesk { desk };
    for leave in [Some(close), Some(pause), None] {
        let mut world = World::new(&plain());
        let sent = world.issue("a");
        world.send_all(&[Command::OpenDesk { desk: desk("2") }]);
        world.next("1").expect("a call");
        world.send_all(&[to_desk("1", "2")]);
        assert_eq!(world.next("1"), Ok(None));
        match leave {
            Some(leave) => world.send_all(&[leave(desk("2"))]),
            None => {
                let less = office(&SERVICES[..3], &[("1", &[])], 0);
                world.configure(&less).expect("a configuration");
            }
        }
        assert_eq!(world.next("1"), Ok(Some(sent)));
    }
}

#[test]
fn who_is_sent_to_a_desk_that_takes_nobody_waits_for_any() {
    for away in ["closed", "paused"] {
        let mut world = World::new(&plain());
        let sent = world.issue("a");
        if away == "paused" {
            world.send_all(&[Command::PauseDesk { desk: desk("2") }]);
        }
        world.next("1").expect("a call");
        world.send_all(&[to_desk("1", "2")]);
        assert_eq!(world.next("1"), Ok(Some(sent)), "{away}");
    }
}

#[test]
fn who_is_sent_to_a_serving_desk_or_the_same_one_waits_for_it() {
    for to in ["2", "1"] {
        let mut world = World::new(&plain());
        let sent = world.issue("a");
        world.next("1").expect("a call");
        world.issue("b");
        world.next("2").expect("a call");
        world.send_all(&[to_desk("1", to)]);
        let other = if to == "2" { "1" } else { "2" };
        assert_eq!(world.next(other), Ok(None));
        assert_eq!(world.next(to), Ok(Some(sent)));
    }
}

#[test]
fn what_can_not_be_sent_on_is_refused_with_its_reason() {
    let mut two = plain();
    two.services[1].place = Some("annex".to_owned());
    let mut world = World::new(&two);
    let refuse = |world: &mut World, command: &Command| {
        let before = world.state.clone();
        let refusal = world.send(command).expect_err("a refusal");
        assert_eq!(world.state, before);
        refusal
    };
    let idle = Refusal::DeskIdle(desk("1"));
    assert_eq!(refuse(&mut world, &to_service("1", "a")), idle);
    world.issue("a");
    world.next("1").expect("a call");
    let unknown = Refusal::UnknownService(service("nowhere"));
    assert_eq!(refuse(&mut world, &to_service("1", "nowhere")), unknown);
    let unknown = Refusal::UnknownDesk(desk("9"));
    assert_eq!(refuse(&mut world, &to_desk("1", "9")), unknown);
    assert_eq!(refuse(&mut world, &to_desk("9", "1")), unknown);
    let elsewhere = refuse(&mut world, &to_service("1", "b"));
    assert!(matches!(elsewhere, Refusal::ServiceElsewhere { .. }));
    let less = office(&SERVICES[..2], &[("1", &[])], 0);
    world.configure(&less).expect("a configuration");
    let dropped = Refusal::ServiceClosed(service("c"));
    assert_eq!(refuse(&mut world, &to_service("1", "c")), dropped);
    let dropped = Refusal::UnknownDesk(desk("2"));
    assert_eq!(refuse(&mut world, &to_desk("1", "2")), dropped);
}
