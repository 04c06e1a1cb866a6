// SPDX-License-Identifier: GPL-3.0-or-later
//! People who booked an hour: early, in time, late, or not at all.

use std::collections::BTreeMap;

use torn_queue::command::Booking;
use torn_queue::event::{Class, TicketStatus};
use torn_queue::office::AppointmentRule;
use torn_queue::{Command, Office, Refusal, TicketId, Timestamp, order};

use crate::offices::{SERVICES, desk, language, nine_to_two, office, plain, service};
use crate::world::{NINE, World, at};

const MINUTE_MS: i64 = 60_000;

fn booking(id: &str, start: Timestamp) -> Booking {
    Booking {
        start,
        service: service(id),
        checked_in: None,
        cancelled: false,
    }
}

fn refused(world: &mut World, booking: Booking) -> Refusal {
    let command = Command::CheckIn {
        booking,
        language: None,
    };
    let before = world.state.clone();
    let refusal = world.send(&command).expect_err("a refusal");
    assert_eq!(world.state, before);
    refusal
}

fn kind(world: &World, id: TicketId) -> (Class, Timestamp, Option<Timestamp>) {
    let ticket = world.state.ticket(id).expect("a ticket of today");
    (ticket.class, ticket.due_at, ticket.appointment_at)
}

#[test]
fn the_grace_ends_to_the_millisecond() {
    let grace_ms = 10 * MINUTE_MS;
    for (late_ms, keeps) in [
        (0, true),
        (grace_ms - 1, true),
        (grace_ms, true),
        (grace_ms + 1, false),
    ] {
        let mut world = World::new(&plain());
        let hour = world.now;
        world.wait_ms(late_ms);
        let ticket = world.check_in("a", hour);
        let expected = if keeps {
            (Class::Appointment, hour, Some(hour))
        } else {
            (Class::WalkIn, world.now, Some(hour))
        };
        assert_eq!(kind(&world, ticket), expected, "{late_ms} ms late");
    }
}

#[test]
fn without_a_grace_only_who_is_in_time_keeps_the_hour() {
    let mut strict = plain();
    strict.policy.appointment_grace_min = 0;
    let mut world = World::new(&strict);
    let hour = world.now;
    let in_time = world.check_in("a", hour);
    world.wait_ms(1);
    let late = world.check_in("a", hour);
    assert_eq!(kind(&world, in_time).0, Class::Appointment);
    assert_eq!(kind(&world, late).0, Class::WalkIn);
}

#[test]
fn the_grace_is_the_one_that_holds_when_they_come() {
    let mut world = World::new(&plain());
    let hour = world.now;
    let mut strict = plain();
    strict.policy.appointment_grace_min = 5;
    world.configure(&strict).expect("a configuration");
    world.wait_ms(6 * MINUTE_MS);
    let late = world.check_in("a", hour);
    assert_eq!(kind(&world, late).0, Class::WalkIn);
}

#[test]
fn an_early_one_is_called_only_when_no_one_due_waits() {
    let mut world = World::new(&plain());
    let early = world.check_in("a", world.now.plus_ms(30 * MINUTE_MS));
    let walk_in = world.issue("b");
    assert_eq!(order::ahead(&world.state, early, world.now), Some(1));
    assert_eq!(order::ahead(&world.state, walk_in, world.now), Some(0));
    assert_eq!(world.next("1"), Ok(Some(walk_in)));
    assert_eq!(
        world.next("2"),
        Ok(Some(early)),
        "no desk stands idle for it"
    );
}

#[test]
fn of_two_early_ones_the_nearer_hour_is_first() {
    let mut world = World::new(&plain());
    let later = world.check_in("a", world.now.plus_ms(40 * MINUTE_MS));
    let sooner = world.check_in("b", world.now.plus_ms(20 * MINUTE_MS));
    assert_eq!(world.next("1"), Ok(Some(sooner)));
    assert_eq!(world.next("1"), Ok(Some(later)));
}

#[test]
fn at_its_hour_it_comes_after_who_waits_and_soon_before_them() {
    let mut world = World::new(&plain());
    let walk_in = world.issue("a");
    let booked = world.check_in("a", world.now.plus_ms(20 * MINUTE_MS));
    let first = |world: &World| order::first(&world.state, world.now);
    world.wait_ms(20 * MINUTE_MS);
    assert_eq!(first(&world), Some(walk_in));
    // 1 × 30 min and 3 × 10 min: the one who was due before.
    world.wait_ms(10 * MINUTE_MS);
    assert_eq!(first(&world), Some(walk_in));
    world.wait_ms(1);
    assert_eq!(first(&world), Some(booked));
}

#[test]
fn who_comes_within_the_grace_is_as_far_as_if_in_time() {
    let mut world = World::new(&plain());
    let hour = world.now;
    let before = world.issue("a");
    world.wait_ms(9 * MINUTE_MS);
    let booked = world.check_in("a", hour);
    assert_eq!(order::ahead(&world.state, booked, world.now), Some(0));
    assert_eq!(
        world.state.ticket(booked).map(|one| one.promised.0),
        Some(0)
    );
    assert_eq!(order::ahead(&world.state, before, world.now), Some(1));
}

#[test]
fn who_comes_too_late_stands_behind_who_came_before() {
    let mut world = World::new(&plain());
    let hour = world.now;
    world.wait_ms(11 * MINUTE_MS);
    let before = world.issue("a");
    world.wait_ms(MINUTE_MS);
    let late = world.check_in("a", hour);
    world.wait_ms(60 * MINUTE_MS);
    assert_eq!(world.next("1"), Ok(Some(before)));
    assert_eq!(world.next("1"), Ok(Some(late)));
}

#[test]
fn no_desk_is_held_for_someone_who_has_not_come() {
    let mut world = World::new(&plain());
    let hours = [(service("a"), vec![world.now, world.now.plus_ms(MINUTE_MS)])];
    let appointments = BTreeMap::from(hours);
    world.send_all(&[Command::SetAppointments { appointments }]);
    let walk_in = world.issue("a");
    assert_eq!(world.next("1"), Ok(Some(walk_in)));
}

#[test]
fn who_has_come_is_no_longer_expected() {
    let mut world = World::new(&plain());
    let (ten, eleven) = (NINE.plus_ms(60 * MINUTE_MS), NINE.plus_ms(120 * MINUTE_MS));
    let hours = |a: &[Timestamp], b: &[Timestamp]| {
        BTreeMap::from([(service("a"), a.to_vec()), (service("b"), b.to_vec())])
    };
    let appointments = hours(&[ten, ten, eleven], &[ten]);
    let set = Command::SetAppointments { appointments };
    assert_eq!(world.send(&set).map(|told| told.len()), Ok(1));
    assert_eq!(world.send(&set), Ok(vec![]), "nothing new");
    world.check_in("a", ten);
    assert_eq!(*world.state.expected(), hours(&[ten, eleven], &[ten]));
    world.check_in("a", ten.plus_ms(1));
    assert_eq!(*world.state.expected(), hours(&[ten, eleven], &[ten]));
    world.issue("b");
    assert_eq!(*world.state.expected(), hours(&[ten, eleven], &[ten]));
    world.check_in("b", ten);
    let rest = BTreeMap::from([(service("a"), vec![ten, eleven])]);
    assert_eq!(*world.state.expected(), rest, "nobody is expected for b");
    world.go_to("2026-11-25T00:00:00+01:00");
    assert!(world.state.expected().is_empty(), "each day has its own");
}

#[test]
fn each_that_can_not_check_in_is_told_why() {
    let mut world = World::new(&nine_to_two());
    let (now, ticket) = (world.now, world.issue("a"));
    let again = Booking {
        checked_in: Some(ticket),
        ..booking("a", now)
    };
    assert_eq!(
        refused(&mut world, again),
        Refusal::AlreadyCheckedIn(ticket)
    );
    let cancelled = Booking {
        cancelled: true,
        ..booking("a", now)
    };
    assert_eq!(
        refused(&mut world, cancelled),
        Refusal::AppointmentCancelled
    );
    let nowhere = booking("nowhere", now);
    let unknown = Refusal::UnknownService(service("nowhere"));
    assert_eq!(refused(&mut world, nowhere), unknown);
    world.go_to("2026-11-24T14:00:00+01:00");
    let closed = Refusal::OfficeClosed(Some(at("2026-11-25T09:00:00+01:00")));
    assert_eq!(refused(&mut world, booking("a", now)), closed);
}

#[test]
fn the_day_of_an_appointment_is_the_offices() {
    let mut world = World::new(&plain());
    let day = |text: &str| Refusal::AppointmentOtherDay(text.parse().expect("a day"));
    for (start, other) in [
        ("2026-11-23T23:59:59+01:00", "2026-11-23"),
        ("2026-11-25T00:00:00+01:00", "2026-11-25"),
        ("2027-11-24T09:00:00+01:00", "2027-11-24"),
    ] {
        assert_eq!(refused(&mut world, booking("a", at(start))), day(other));
    }
    let last = world.check_in("a", at("2026-11-24T23:59:59+01:00"));
    let first = world.check_in("a", at("2026-11-24T00:00:00+01:00"));
    let classes = [last, first].map(|id| kind(&world, id).0);
    assert_eq!(classes, [Class::Appointment, Class::WalkIn]);
}

#[test]
fn who_is_booked_in_another_building_is_sent_there() {
    let mut two = plain();
    two.services[1].place = Some("annex".to_owned());
    let mut world = World::new(&two);
    let now = world.now;
    let place = Refusal::AppointmentOtherPlace("annex".to_owned());
    assert_eq!(refused(&mut world, booking("b", now)), place);
    let issue = Command::Issue {
        service: service("b"),
        language: None,
        class: None,
    };
    let elsewhere = Refusal::ServiceElsewhere {
        service: service("b"),
        place: "annex".to_owned(),
    };
    assert_eq!(elsewhere.code(), "service-closed");
    assert_eq!(world.send(&issue), Err(elsewhere));
    two.services[1].place = Some(two.id.clone());
    world.configure(&two).expect("a configuration");
    world.check_in("b", now);
}

#[test]
fn a_dropped_service_takes_no_one_who_is_booked() {
    let mut world = World::new(&plain());
    let now = world.now;
    let less = office(&SERVICES[..2], &[("1", &[])], 0);
    world.configure(&less).expect("a configuration");
    let closed = Refusal::ServiceClosed(service("c"));
    assert_eq!(refused(&mut world, booking("c", now)), closed);
}

/// An office whose last service is for people with an appointment.
fn with_required() -> Office {
    office(&SERVICES, &[("1", &[]), ("2", &[])], 0)
}

#[test]
fn where_an_appointment_is_required_a_walk_in_is_refused_and_who_is_booked_is_not() {
    let office = with_required();
    assert_eq!(office.services[3].appointment, AppointmentRule::Required);
    let mut world = World::new(&office);
    for class in [Class::WalkIn, Class::Preferential] {
        let issue = Command::Issue {
            service: service("d"),
            language: None,
            class: Some(class),
        };
        let required = Refusal::AppointmentRequired(service("d"));
        assert_eq!(world.send(&issue), Err(required));
    }
    let hour = world.now;
    world.check_in("d", hour);
    world.wait_ms(60 * MINUTE_MS);
    let late = world.check_in("d", hour);
    assert_eq!(
        kind(&world, late).0,
        Class::WalkIn,
        "late is not turned away"
    );
}

#[test]
fn who_is_booked_is_taken_though_the_service_gives_out_no_numbers() {
    let mut world = World::new(&plain());
    let close = Command::CloseService {
        service: service("a"),
    };
    world.send_all(&[close]);
    let ticket = world.check_in("a", world.now);
    assert_eq!(
        world.state.ticket(ticket).map(|one| one.status),
        Some(TicketStatus::Waiting)
    );
}

#[test]
fn a_check_in_has_its_language_or_the_offices_own() {
    let mut world = World::new(&plain());
    let spoken = |world: &mut World, tag: Option<&str>| {
        let command = Command::CheckIn {
            booking: booking("a", world.now),
            language: tag.map(language),
        };
        world.send(&command).map(|_| {
            let newest = world.state.tickets().max_by_key(|one| one.seq);
            newest.expect("a ticket").language.to_string()
        })
    };
    assert_eq!(spoken(&mut world, Some("ar")), Ok("ar".to_owned()));
    assert_eq!(spoken(&mut world, None), Ok("ca".to_owned()));
    let unknown = Refusal::UnknownLanguage(language("xx"));
    assert_eq!(spoken(&mut world, Some("xx")), Err(unknown));
}

#[test]
fn desks_weigh_only_those_they_serve() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["b", "c"])];
    let mut world = World::new(&office(&SERVICES[..3], &desks, 0));
    let hour = world.now;
    let walk_in = world.issue("b");
    world.wait_ms(9 * MINUTE_MS);
    let booked = world.check_in("a", hour);
    let other = world.check_in("c", hour.plus_ms(5 * MINUTE_MS));
    let open = ["1", "2"].map(|id| Command::OpenDesk { desk: desk(id) });
    world.send_all(&open);
    // 3 × 4 min before 1 × 9 min; and a is no business of desk 2.
    assert_eq!(order::ahead(&world.state, walk_in, world.now), Some(1));
    assert_eq!(world.next("2"), Ok(Some(other)));
    assert_eq!(world.next("2"), Ok(Some(walk_in)));
    assert_eq!(world.next("2"), Ok(None));
    assert_eq!(world.next("1"), Ok(Some(booked)));
}
