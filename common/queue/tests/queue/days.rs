// SPDX-License-Identifier: GPL-3.0-or-later
//! A new day, and a configuration that changes within one.

use torn_queue::event::{DeskStatus, TicketStatus};
use torn_queue::{Command, Fact, Refusal, order};

use crate::offices::{SERVICES, desk, office, plain, service};
use crate::world::World;

const HOUR_MS: i64 = 3_600_000;

#[test]
fn a_new_day_counts_who_was_left_and_who_was_being_served_and_starts_empty() {
    let mut world = World::new(&plain());
    for id in ["a", "a", "b", "c"] {
        world.issue(id);
    }
    world.next("1").expect("a call");
    world.wait_ms(15 * HOUR_MS - 1);
    assert_eq!(world.tick(), [], "a millisecond before midnight in Madrid");
    world.wait_ms(1);
    let facts = world.tick();
    let [
        Fact::DayBegan {
            day,
            left,
            ended,
            office,
            ..
        },
        Fact::OfficeOpened { .. },
    ] = facts.as_slice()
    else {
        panic!("{facts:?}");
    };
    assert_eq!(
        (day.to_string().as_str(), *left, *ended),
        ("2026-11-25", 3, 1)
    );
    assert_eq!(office.services.len(), 3, "it brings the office with it");
    assert_eq!(
        (world.state.tickets().count(), world.state.waiting_len()),
        (0, 0)
    );
    assert!(
        world
            .state
            .desks()
            .iter()
            .all(|one| one.status == DeskStatus::Closed)
    );
    assert!(world.state.calls().is_empty());
    assert_eq!(world.issue("a").to_string(), "2026-11-25-A001");
    assert_eq!(world.tick(), []);
}

#[test]
fn a_hub_that_starts_on_another_day_begins_it_and_one_of_the_same_day_says_nothing() {
    let mut world = World::new(&plain());
    assert_eq!(world.configure(&plain()), Ok(vec![]));
    world.wait_ms(3 * 24 * HOUR_MS);
    let facts = world.configure(&plain()).expect("a configuration");
    assert!(
        matches!(
            facts.as_slice(),
            [Fact::DayBegan { .. }, Fact::OfficeOpened { .. }]
        ),
        "{facts:?}"
    );
    assert_eq!(world.day().to_string(), "2026-11-27");
}

#[test]
fn a_day_never_begins_anew_when_the_zone_moves_west() {
    let mut world = World::new(&plain());
    world.wait_ms(16 * HOUR_MS);
    world.tick();
    let first = world.issue("a");
    let west = jiff::tz::TimeZone::get("America/Bogota").expect("a time zone");
    assert!(world.now.day_in(&west) < first.day());
    let now = torn_queue::Now {
        at: world.now,
        zone: &west,
    };
    let mut moved = plain();
    moved.time_zone = "America/Bogota".to_owned();
    let log = world.state.log().expect("a log").clone();
    let configure = Command::Configure {
        log,
        office: Box::new(moved),
    };
    let facts = torn_queue::decide(&world.state, &configure, now).expect("a configuration");
    assert!(
        matches!(facts.as_slice(), [Fact::OfficeConfigured { .. }]),
        "{facts:?}"
    );
    assert_eq!(
        torn_queue::decide(&world.state, &Command::Tick, now),
        Ok(vec![])
    );
    let issue = Command::Issue {
        service: service("a"),
        language: None,
        class: None,
    };
    let facts = torn_queue::decide(&world.state, &issue, now).expect("a ticket");
    let [Fact::TicketIssued { ticket, .. }] = facts.as_slice() else {
        panic!("{facts:?}")
    };
    assert_eq!(
        ticket.to_string(),
        "2026-11-25-A002",
        "its day is the one that has begun"
    );
}

#[test]
fn a_dropped_service_takes_nobody_new_and_who_waits_is_called_where_it_was_served() {
    let all = office(&SERVICES[..3], &[("1", &["a", "b"]), ("2", &["a", "c"])], 0);
    let less = office(&SERVICES[..2], &[("1", &["a", "b"]), ("2", &["a"])], 0);
    let mut world = World::new(&all);
    let (c, b) = (world.issue("c"), world.issue("b"));
    world.configure(&less).expect("a configuration");
    let issue = Command::Issue {
        service: service("c"),
        language: None,
        class: None,
    };
    assert_eq!(
        world.send(&issue),
        Err(Refusal::ServiceClosed(service("c")))
    );
    assert_eq!(
        order::ahead(&world.state, b, world.now),
        Some(0),
        "desk 1 never served c"
    );
    assert_eq!(world.next("1"), Ok(Some(b)));
    assert_eq!(world.next("1"), Ok(None));
    assert_eq!(world.next("2"), Ok(Some(c)));
}

#[test]
fn a_service_whose_desks_are_all_gone_is_called_by_those_that_are_left() {
    let all = office(&SERVICES[..3], &[("1", &["a", "b"]), ("2", &["c"])], 0);
    let mut world = World::new(&all);
    let c = world.issue("c");
    world
        .configure(&office(&SERVICES[..2], &[("1", &["a", "b"])], 0))
        .expect("a configuration");
    assert_eq!(world.next("1"), Ok(Some(c)));
}

#[test]
fn a_service_that_comes_back_goes_on_with_its_numbers() {
    let mut world = World::new(&plain());
    let first = world.issue("c");
    world
        .configure(&office(&SERVICES[..2], &[("1", &[])], 0))
        .expect("a configuration");
    world.configure(&plain()).expect("a configuration");
    assert_eq!(
        (first.number().count(), world.issue("c").number().count()),
        (1, 2)
    );
}

#[test]
fn a_letter_that_goes_to_another_service_goes_on_counting() {
    let mut world = World::new(&plain());
    world.issue("a");
    world
        .configure(&office(&[("b", 'A')], &[("1", &[])], 0))
        .expect("a configuration");
    assert_eq!(world.issue("b").number().to_string(), "A002");
}

#[test]
fn services_and_desks_stand_in_the_order_of_the_configuration_dropped_ones_last() {
    let mut world = World::new(&plain());
    let (a, c) = (world.issue("a"), world.issue("c"));
    let turned = office(
        &[("c", 'C'), ("d", 'D'), ("a", 'A')],
        &[("2", &[]), ("3", &[])],
        0,
    );
    world.configure(&turned).expect("a configuration");
    let services: Vec<&str> = world
        .state
        .services()
        .iter()
        .map(|one| one.config.id.as_str())
        .collect();
    let desks: Vec<&str> = world
        .state
        .desks()
        .iter()
        .map(|one| one.config.id.as_str())
        .collect();
    assert_eq!(
        (services, desks),
        (vec!["c", "d", "a", "b"], vec!["2", "3", "1"])
    );
    assert_eq!(
        (
            world.state.waiting_for(&service("a")),
            world.state.waiting_for(&service("c"))
        ),
        (1, 1)
    );
    assert_eq!(
        (world.next("2"), world.next("3")),
        (Ok(Some(a)), Ok(Some(c)))
    );
}

#[test]
fn a_dropped_desk_ends_what_it_has_begun_and_calls_nobody_new() {
    let mut world = World::new(&plain());
    let (first, second) = (world.issue("a"), world.issue("a"));
    assert_eq!(world.next("2"), Ok(Some(first)));
    let unused = Command::OpenDesk { desk: desk("1") };
    world.send(&unused).expect("a desk opens");
    world
        .configure(&office(&SERVICES[..3], &[("3", &[])], 0))
        .expect("a configuration");
    assert_eq!(
        world.state.desk(&desk("1")).map(|one| one.status),
        Some(DeskStatus::Closed)
    );
    assert_eq!(world.send(&unused), Err(Refusal::UnknownDesk(desk("1"))));
    world
        .send(&Command::Recall { desk: desk("2") })
        .expect("who was called is called again");
    assert_eq!(world.next("2"), Ok(None), "it finishes, and that is all");
    assert_eq!(
        world.state.ticket(first).map(|one| one.status),
        Some(TicketStatus::Finished)
    );
    assert_eq!(
        world.state.desk(&desk("2")).map(|one| one.status),
        Some(DeskStatus::Closed)
    );
    assert_eq!(world.next("2"), Err(Refusal::UnknownDesk(desk("2"))));
    assert_eq!(world.next("3"), Ok(Some(second)));
    let before = world.state.seq();
    world.configure(&plain()).expect("a configuration");
    assert_eq!(world.since(before).len(), 1);
    world.send(&unused).expect("a desk that came back opens");
}

#[test]
fn numbers_end_where_the_paper_has_no_room() {
    use torn_queue::ids::Letter;
    use torn_queue::{Actor, Event, TicketId, TicketNumber, limits};
    let mut world = World::new(&plain());
    let number = TicketNumber::new(
        Letter::new('A').expect("a letter"),
        limits::TICKETS_PER_LETTER_MAX - 1,
    );
    world.issue("a");
    let Fact::TicketIssued {
        service,
        class,
        language,
        due_at,
        ..
    } = world.log[2].fact.clone()
    else {
        panic!("{:?}", world.log[2]);
    };
    let ticket = TicketId::new(world.day(), number);
    let (appointment_at, ahead, wait) = (None, 0, None);
    let fact = Fact::TicketIssued {
        ticket,
        number,
        service,
        class,
        language,
        due_at,
        appointment_at,
        ahead,
        wait,
    };
    let seq = world.state.seq().next();
    world.state.apply(&Event {
        seq,
        at: world.now,
        by: Actor::local(),
        fact,
    });
    assert_eq!(
        world.issue("a").number().count(),
        limits::TICKETS_PER_LETTER_MAX,
        "the last one"
    );
    world.next("1").expect("a call");
    assert_eq!(
        world.next("1"),
        Ok(Some(ticket)),
        "by the number it was given"
    );
    let issue = Command::Issue {
        service: crate::offices::service("a"),
        language: None,
        class: None,
    };
    assert_eq!(
        world.send(&issue).map_err(|refusal| refusal.code()),
        Err("service-full")
    );
    assert_eq!(
        world.issue("b").number().to_string(),
        "B001",
        "another letter has its own numbers"
    );
}

#[test]
fn what_a_day_taught_is_told_to_the_next_and_lasts_over_a_day_without_people() {
    use torn_queue::wait::Learnt;
    let learnt = |world: &mut World| {
        world.wait_ms(24 * HOUR_MS);
        match world.tick().first() {
            Some(Fact::DayBegan { learnt, .. }) => learnt.clone(),
            other => panic!("{other:?}"),
        }
    };
    let mut world = World::new(&plain());
    assert_eq!(learnt(&mut world), Learnt::default(), "nobody came");
    for _ in 0..30 {
        world.issue("a");
        world.wait_ms(60_000);
        world.next("1").expect("a call");
    }
    let first = learnt(&mut world);
    assert_ne!(first, Learnt::default());
    assert_eq!(learnt(&mut world), first);
    assert_eq!(world.state.waits().learnt(), first);
}

#[test]
fn a_notice_is_told_until_its_time_and_beyond_the_day_only_if_that_is_later() {
    use torn_queue::event::Notice;
    let notice = |until| Notice {
        text: crate::offices::name("Avui tanquem abans"),
        until,
    };
    let set = |notice: &Notice| Command::SetNotice {
        text: Some(notice.text.clone()),
        until: notice.until,
    };
    let mut world = World::new(&plain());
    let soon = notice(Some(world.now.plus_ms(1000)));
    assert_eq!(world.send(&set(&soon)).map(|told| told.len()), Ok(1));
    assert_eq!(world.send(&set(&soon)), Ok(vec![]), "nothing new");
    world.wait_ms(999);
    assert_eq!(world.state.notice(world.now), Some(&soon));
    world.wait_ms(1);
    assert_eq!(world.state.notice(world.now), None);
    let down = Command::SetNotice {
        text: None,
        until: Some(world.now),
    };
    assert_eq!(world.send(&down), Ok(vec![]), "there is none");
    let today = notice(None);
    world.send_all(&[set(&today)]);
    assert_eq!(world.state.notice(world.now), Some(&today));
    world.wait_ms(15 * HOUR_MS);
    world.tick();
    assert_eq!(world.state.notice(world.now), None);
    for (until_ms, kept) in [(9 * HOUR_MS, true), (8 * HOUR_MS, false)] {
        let mut world = World::new(&plain());
        world.wait_ms(7 * HOUR_MS);
        let later = notice(Some(world.now.plus_ms(until_ms)));
        world.send_all(&[set(&later)]);
        world.wait_ms(8 * HOUR_MS);
        let told = world.tick();
        let Some(Fact::DayBegan { notice, .. }) = told.first() else {
            panic!("{told:?}");
        };
        assert_eq!(notice.as_ref(), kept.then_some(&later));
        assert_eq!(world.state.notice(world.now), kept.then_some(&later));
    }
}

#[test]
fn a_desk_serves_what_the_configuration_says_now() {
    let one =
        |serves: &[&str]| office(&SERVICES[..3], &[("1", serves), ("2", &["a", "b", "c"])], 0);
    let mut world = World::new(&one(&["a"]));
    let (a, b) = (world.issue("a"), world.issue("b"));
    world.configure(&one(&["b"])).expect("a configuration");
    let told = world.state.desk(&desk("1")).expect("a desk");
    assert!(told.config.serves(&service("b")) && !told.config.serves(&service("a")));
    assert_eq!(order::ahead(&world.state, a, world.now), Some(0));
    assert_eq!(world.next("1"), Ok(Some(b)));
    assert_eq!(world.next("1"), Ok(None));
}
