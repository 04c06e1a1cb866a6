// SPDX-License-Identifier: GPL-3.0-or-later
//! When a service stops giving out numbers because what waits fills the time left, and when it goes on.

use torn_queue::event::{Fact, ServiceClosedReason, ServiceOpenedReason};
use torn_queue::{Command, Office, Refusal, TicketId};

use crate::offices::{SERVICES, WORKDAYS, desk, nine_to_two, office, plain, service, week};
use crate::world::{World, at};

const TOMORROW: &str = "2026-11-25T09:00:00+01:00";

/// Open from nine to two, with those desks, where a visit takes so many minutes.
fn with_desks(desks: &[(&str, &[&str])], minutes: u32) -> Office {
    // Only what one of the desks serves: else every desk would take it.
    let served = |id: &str| {
        desks
            .iter()
            .any(|one| one.1.is_empty() || one.1.contains(&id))
    };
    let services = SERVICES[..3].iter().copied().filter(|one| served(one.0));
    let services: Vec<(&str, char)> = services.collect();
    let mut office = office(&services, desks, 0);
    office.hours = nine_to_two().hours;
    for service in &mut office.services {
        service.minutes = minutes;
    }
    office
}

/// An hour before it closes.
fn at_one(office: &Office) -> World {
    World::at(office, at("2026-11-24T13:00:00+01:00"))
}

fn filled(id: &str) -> Fact {
    Fact::ServiceClosed {
        service: service(id),
        reason: ServiceClosedReason::Full,
        next_open_at: Some(at(TOMORROW)),
    }
}

fn roomy(id: &str) -> Fact {
    Fact::ServiceOpened {
        service: service(id),
        reason: ServiceOpenedReason::Room,
    }
}

fn issue(id: &str) -> Command {
    Command::Issue {
        service: service(id),
        language: None,
        class: None,
    }
}

fn open(id: &str) -> Command {
    Command::OpenDesk { desk: desk(id) }
}

/// So many tickets for a, of which the last fills what is left.
fn fill(world: &mut World, count: usize) -> Vec<TicketId> {
    let tickets: Vec<TicketId> = (0..count).map(|_| world.issue("a")).collect();
    assert!(is_full(world, "a"), "{count} did not fill it");
    tickets
}

fn is_full(world: &World, id: &str) -> bool {
    let service = world.state.service(&service(id)).expect("a service");
    service.closed == Some(ServiceClosedReason::Full)
}

#[test]
fn the_ticket_that_goes_beyond_the_time_left_is_the_last_one() {
    let mut world = at_one(&with_desks(&[("1", &["a"])], 10));
    for place in 1..=6 {
        world.issue("a");
        assert!(!is_full(&world, "a"), "{place} × 10 min in 60 min");
    }
    let told = world.send(&issue("a")).expect("a seventh ticket");
    assert_eq!(told[1..], [filled("a")], "in the same transaction");
    assert_eq!(
        world.send(&issue("a")),
        Err(Refusal::ServiceFull {
            service: service("a"),
            next_open_at: Some(at(TOMORROW)),
        })
    );
}

#[test]
fn time_alone_fills_a_service() {
    let mut world = at_one(&with_desks(&[("1", &["a"])], 10));
    for _ in 0..6 {
        world.issue("a");
    }
    assert_eq!(world.tick(), [], "just as much as there is");
    world.wait_ms(1);
    assert_eq!(world.tick(), [filled("a")]);
    assert_eq!(world.tick(), []);
}

/// Who does not come tells nothing of how long visits take.
fn call_in_vain(world: &mut World) {
    world.next("1").expect("a call");
    world.send_all(&[Command::NoShow { desk: desk("1") }]);
}

#[test]
fn it_goes_on_when_less_than_four_fifths_of_the_time_left_are_needed() {
    let mut world = at_one(&with_desks(&[("1", &["a"])], 12));
    fill(&mut world, 6);
    world.send_all(&[open("1")]);
    assert!(is_full(&world, "a"), "72 min in 60 min, whoever is there");
    call_in_vain(&mut world);
    assert_eq!(world.tick(), [], "60 min");
    call_in_vain(&mut world);
    assert_eq!(world.tick(), [], "48 min are not less than 48");
    call_in_vain(&mut world);
    assert_eq!(world.tick(), [roomy("a")], "36 min");
    world.issue("a");
}

#[test]
fn four_fifths_are_counted_to_the_millisecond() {
    for (start, goes_on) in [("13:00:00", false), ("12:59:59.999", true)] {
        let office = with_desks(&[("1", &["a"])], 12);
        let mut world = World::at(&office, at(&format!("2026-11-24T{start}+01:00")));
        fill(&mut world, 6);
        call_in_vain(&mut world);
        call_in_vain(&mut world);
        assert_eq!(world.tick() == [roomy("a")], goes_on, "{start}");
    }
}

#[test]
fn a_desk_that_opens_lifts_it_where_that_is_enough() {
    let desks: [(&str, &[&str]); 2] = [("1", &[]), ("2", &[])];
    let mut world = at_one(&with_desks(&desks, 10));
    world.send_all(&[open("1")]);
    let first = fill(&mut world, 7)[0];
    let opened = Fact::DeskOpened { desk: desk("2") };
    let mut twin = world.clone();
    let told = world.send(&open("2")).expect("a desk opens");
    let lifted = [opened.clone(), roomy("a"), roomy("b"), roomy("c")];
    assert_eq!(told, lifted, "35 min in 60 min, for all that wait there");
    // A press of its button opens it just so, before it calls.
    let told = twin.send(&Command::Next { desk: desk("2") });
    let told = told.expect("a call");
    assert_eq!(told[..4], lifted);
    assert!(matches!(&told[4], Fact::TicketCalled { ticket, .. } if *ticket == first));
}

#[test]
fn a_desk_that_opens_lifts_it_also_between_four_fifths_and_the_whole() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["a"])];
    let mut world = at_one(&with_desks(&desks, 10));
    world.send_all(&[open("1")]);
    fill(&mut world, 7);
    world.go_to("2026-11-24T13:25:00+01:00");
    let told = world.send(&open("2")).expect("a desk opens");
    assert_eq!(told[1..], [roomy("a")], "35 min in 35 min");
    assert_eq!(world.tick(), []);
    world.wait_ms(1);
    assert_eq!(world.tick(), [filled("a")]);
}

#[test]
fn a_desk_that_opens_and_is_not_enough_lifts_nothing() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["a"])];
    let mut world = at_one(&with_desks(&desks, 10));
    world.send_all(&[open("1")]);
    fill(&mut world, 7);
    world.go_to("2026-11-24T13:25:00.001+01:00");
    let opened = Fact::DeskOpened { desk: desk("2") };
    assert_eq!(world.send(&open("2")), Ok(vec![opened]));
}

#[test]
fn only_open_desks_count_and_all_where_none_is_open() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["a"])];
    let mut world = at_one(&with_desks(&desks, 10));
    for _ in 0..12 {
        world.issue("a");
    }
    assert!(!is_full(&world, "a"), "120 min over two that may come");
    world.send_all(&[open("1")]);
    assert_eq!(world.tick(), [filled("a")], "over one that came");
    world.send_all(&[Command::PauseDesk { desk: desk("1") }]);
    assert_eq!(world.tick(), [], "60 min of 60 over both");
    let mut world = at_one(&with_desks(&desks, 10));
    world.send_all(&[open("1"), Command::PauseDesk { desk: desk("2") }]);
    fill(&mut world, 7);
}

#[test]
fn a_serving_desk_is_an_open_one() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["a"])];
    let mut world = at_one(&with_desks(&desks, 10));
    for id in ["1", "2"] {
        world.issue("a");
        world.next(id).expect("a call");
    }
    for _ in 0..12 {
        world.issue("a");
    }
    assert!(!is_full(&world, "a"));
    fill(&mut world, 1);
}

#[test]
fn a_service_is_filled_by_all_whom_its_desks_could_take() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a", "b"]), ("2", &["c"])];
    let mut world = at_one(&with_desks(&desks, 10));
    world.send_all(&[open("1"), open("2")]);
    for _ in 0..3 {
        world.issue("b");
        world.issue("c");
    }
    for _ in 0..3 {
        world.issue("a");
    }
    let told = world.send(&issue("a")).expect("a seventh at desk 1");
    assert_eq!(told[1..], [filled("a"), filled("b")], "c has its own desk");
    world.issue("c");
}

#[test]
fn who_was_sent_to_a_desk_fills_what_that_desk_serves() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["b"])];
    let mut world = at_one(&with_desks(&desks, 50));
    world.send_all(&[open("1"), open("2")]);
    let sent = world.issue("a");
    world.next("1").expect("a call");
    let transfer = Command::Transfer {
        desk: desk("1"),
        to: torn_queue::command::Destination::Desk(desk("2")),
    };
    world.send_all(&[transfer]);
    world.issue("a");
    assert!(
        !is_full(&world, "a"),
        "desk 1 does not take who was sent to 2"
    );
    let told = world.send(&issue("b")).expect("a ticket");
    assert_eq!(told[1..], [filled("b")], "desk 2 has two of 50 min");
    assert_eq!(world.next("2"), Ok(Some(sent)));
}

#[test]
fn the_supervisor_lifts_it_for_good() {
    let mut world = at_one(&with_desks(&[("1", &["a"])], 10));
    fill(&mut world, 7);
    let open = Command::OpenService {
        service: service("a"),
    };
    let told = Fact::ServiceOpened {
        service: service("a"),
        reason: ServiceOpenedReason::Supervisor,
    };
    assert_eq!(world.send(&open), Ok(vec![told]));
    assert_eq!(world.send(&open), Ok(vec![]));
    world.issue("a");
    assert_eq!(world.tick(), []);
    assert!(!is_full(&world, "a"), "however many wait");
    world.go_to("2026-11-25T09:00:00+01:00");
    world.tick();
    world.go_to("2026-11-25T13:00:00+01:00");
    fill(&mut world, 7);
}

#[test]
fn what_the_supervisor_closed_opens_by_hand_or_the_next_day() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["a"])];
    let mut world = at_one(&with_desks(&desks, 10));
    let close = Command::CloseService {
        service: service("a"),
    };
    let told = Fact::ServiceClosed {
        service: service("a"),
        reason: ServiceClosedReason::Supervisor,
        next_open_at: Some(at(TOMORROW)),
    };
    let holder = world.issue("a");
    assert_eq!(world.send(&close), Ok(vec![told]));
    assert_eq!(world.send(&close), Ok(vec![]));
    let refused = Err(Refusal::ServiceClosed(service("a")));
    assert_eq!(world.send(&issue("a")), refused);
    assert_eq!(
        world.next("1"),
        Ok(Some(holder)),
        "who holds a ticket is served"
    );
    assert_eq!(world.tick(), [], "there is room, and it stays closed");
    world.send_all(&[open("2")]);
    assert_eq!(world.send(&issue("a")), refused);
    world.go_to(TOMORROW);
    world.tick();
    world.issue("a");
}

#[test]
fn what_the_supervisor_closed_is_not_told_to_be_full() {
    let mut world = at_one(&with_desks(&[("1", &["a"])], 45));
    world.issue("a");
    let close = Command::CloseService {
        service: service("a"),
    };
    world.send_all(&[close]);
    world.wait_ms(1_000_000);
    assert_eq!(world.tick(), []);
}

#[test]
fn a_service_of_another_building_is_never_full() {
    let mut office = with_desks(&[("1", &[])], 45);
    office.services[1].place = Some("annex".to_owned());
    let mut world = at_one(&office);
    world.issue("a");
    let told = world.send(&issue("a")).expect("a ticket");
    assert_eq!(told[1..], [filled("a"), filled("c")]);
}

#[test]
fn only_what_is_full_is_lifted() {
    let desks: [(&str, &[&str]); 3] = [("1", &["a"]), ("2", &["a", "b"]), ("3", &["c"])];
    let mut world = at_one(&with_desks(&desks, 10));
    world.send_all(&[open("1")]);
    fill(&mut world, 7);
    assert!(!is_full(&world, "c"));
    let told = world.send(&open("3")).expect("a desk opens");
    assert_eq!(told.len(), 1, "c was never full, and a is not helped");
    let told = world.send(&open("2")).expect("a desk opens");
    assert!(
        told[1..].contains(&roomy("a")) && !told.contains(&roomy("c")),
        "{told:?}"
    );
}

#[test]
fn a_service_that_fills_as_it_opens_says_the_day_after() {
    let office = with_desks(&[("1", &["a"])], 45);
    let mut world = World::at(&office, at("2026-11-24T09:00:00+01:00"));
    for _ in 0..6 {
        world.issue("a");
    }
    let told = world.send(&issue("a")).expect("315 min in 300");
    assert_eq!(told[1..], [filled("a")]);
}

#[test]
fn a_service_is_open_that_gives_out_numbers() {
    let mut office = with_desks(&[("1", &[])], 45);
    office.services[2].place = Some("annex".to_owned());
    let mut world = at_one(&office);
    let open = |world: &World| -> Vec<bool> {
        let services = world.state.services().iter();
        services.map(torn_queue::state::Service::is_open).collect()
    };
    assert_eq!(open(&world), [true, true, false]);
    let close = Command::CloseService {
        service: service("b"),
    };
    world.send_all(&[close]);
    assert_eq!(open(&world), [true, false, false]);
    fill(&mut world, 2);
    assert_eq!(open(&world), [false, false, false]);
    let mut less = office.clone();
    less.services.truncate(1);
    world.configure(&less).expect("a configuration");
    world.wait_ms(86_400_000);
    world.tick();
    world.configure(&office).expect("a configuration");
    assert_eq!(open(&world), [true, true, false]);
    world.configure(&less).expect("a configuration");
    assert_eq!(
        open(&world),
        [true, false, false],
        "dropped ones take nobody"
    );
}

#[test]
fn one_that_is_full_can_be_closed_by_hand() {
    let mut world = at_one(&with_desks(&[("1", &["a"])], 10));
    fill(&mut world, 7);
    let close = Command::CloseService {
        service: service("a"),
    };
    assert_eq!(world.send(&close).map(|told| told.len()), Ok(1));
    let refused = Err(Refusal::ServiceClosed(service("a")));
    assert_eq!(world.send(&issue("a")), refused);
}

#[test]
fn only_services_of_the_office_open_and_close() {
    let mut world = World::new(&plain());
    let less = office(&SERVICES[..2], &[("1", &[])], 0);
    world.configure(&less).expect("a configuration");
    for id in ["c", "nowhere"] {
        let id = service(id);
        let unknown = Err(Refusal::UnknownService(id.clone()));
        let open = Command::OpenService {
            service: id.clone(),
        };
        let close = Command::CloseService { service: id };
        assert_eq!(world.send(&open), unknown);
        assert_eq!(world.send(&close), unknown);
    }
}

#[test]
fn where_the_office_does_not_want_it_or_never_closes_nothing_is_full() {
    let mut unwanted = with_desks(&[("1", &["a"])], 45);
    unwanted.policy.stop_issuing = false;
    let mut round_the_clock = with_desks(&[("1", &["a"])], 600);
    round_the_clock.hours = plain().hours;
    for office in [unwanted.clone(), round_the_clock] {
        let mut world = at_one(&office);
        for _ in 0..50 {
            world.issue("a");
        }
        assert_eq!(world.tick(), []);
    }
    let mut world = at_one(&with_desks(&[("1", &["a"])], 45));
    fill(&mut world, 2);
    world.configure(&unwanted).expect("a configuration");
    assert_eq!(world.tick(), [roomy("a")]);
}

#[test]
fn the_time_left_goes_to_the_end_of_spans_that_meet() {
    let mut meeting = with_desks(&[("1", &["a"])], 10);
    meeting.hours = week(&WORKDAYS, &["09:00-13:05", "13:05-14:00"]);
    let mut world = at_one(&meeting);
    fill(&mut world, 7);
    meeting.hours = week(&WORKDAYS, &["09:00-13:05", "13:06-14:00"]);
    let mut world = at_one(&meeting);
    let told = world.send(&issue("a")).expect("a ticket");
    let closed = Fact::ServiceClosed {
        service: service("a"),
        reason: ServiceClosedReason::Full,
        next_open_at: Some(at("2026-11-24T13:06:00+01:00")),
    };
    assert_eq!(told[1..], [closed], "it opens with the office");
    world.go_to("2026-11-24T13:05:00+01:00");
    world.go_to("2026-11-24T13:06:00+01:00");
    assert_eq!(world.tick(), [roomy("a")]);
}

#[test]
fn hours_that_go_on_after_midnight_do_not_end_there() {
    let mut through = with_desks(&[("1", &["a"])], 45);
    through.hours = week(&WORKDAYS, &["00:00-01:00", "20:00-24:00"]);
    let mut world = World::at(&through, at("2026-11-24T23:00:00+01:00"));
    fill(&mut world, 3);
}

#[test]
fn what_the_supervisor_opened_after_the_hours_lasts_until_midnight() {
    let office = with_desks(&[("1", &["a"])], 45);
    let mut world = World::at(&office, at("2026-11-24T21:00:00+01:00"));
    world.send_all(&[Command::OpenOffice]);
    fill(&mut world, 5);
    let mut world = World::at(&office, at("2026-11-24T08:00:00+01:00"));
    world.send_all(&[Command::OpenOffice]);
    fill(&mut world, 9);
}

#[test]
fn a_closed_office_has_nothing_to_fill_or_lift() {
    let desks: [(&str, &[&str]); 2] = [("1", &["a"]), ("2", &["a"])];
    let mut world = at_one(&with_desks(&desks, 10));
    world.send_all(&[open("1")]);
    fill(&mut world, 7);
    let left = world.go_to("2026-11-24T14:00:00+01:00");
    assert!(matches!(left[..], [Fact::OfficeClosed { .. }]), "{left:?}");
    let opened = Fact::DeskOpened { desk: desk("2") };
    assert_eq!(world.send(&open("2")), Ok(vec![opened]));
    assert_eq!(world.tick(), []);
}

#[test]
fn visits_that_were_seen_to_be_short_leave_more_room() {
    let mut world = World::new(&with_desks(&[("1", &["a"])], 10));
    for _ in 0..40 {
        world.issue("a");
        world.next("1").expect("a call");
        world.wait_ms(60_000);
        world.send_all(&[Command::Finish { desk: desk("1") }]);
    }
    world.go_to("2026-11-24T13:00:00+01:00");
    for _ in 0..8 {
        world.issue("a");
        assert!(!is_full(&world, "a"), "a minute each, mostly");
    }
}
