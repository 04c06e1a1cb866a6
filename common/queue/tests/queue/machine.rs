// SPDX-License-Identifier: GPL-3.0-or-later
//! Whatever is asked of it, in any order and at any hour, the queue says what the model says, and stands as
//! the model stands.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use torn_queue::event::TicketStatus;
use torn_queue::wait::Learnt;
use torn_queue::{
    Command, DeskId, Event, Fact, Refusal, State, TicketId, Timestamp, order, outlook,
};

use crate::deeds::{Deed, any_deed, any_pause};
use crate::model::{Model, Said};
use crate::offices::any_office;
use crate::world::{LOG, NINE, World};

/// Today's pencil and paper.
struct Paper;

impl ReferenceStateMachine for Paper {
    type State = Model;
    type Transition = (i64, Deed);

    fn init_state() -> BoxedStrategy<Model> {
        // An ordinary morning, before the clocks go back and forward, and the end of the year.
        let starts = [
            "2026-11-24T08:00:00Z",
            "2026-11-24T06:59:59.999Z",
            "2026-11-24T11:00:00Z",
            "2026-11-24T12:40:00Z",
            "2026-10-24T20:00:00Z",
            "2027-03-27T22:30:00Z",
            "2026-12-31T08:00:00Z",
        ];
        let starts = starts.map(|text| text.parse::<Timestamp>().expect("an instant"));
        let start = prop_oneof![2 => Just(NINE), 3 => select(starts.to_vec())];
        let model = (any_office(), start)
            .prop_map(|(office, start)| Model::at(&office, LOG.parse().expect("a log id"), start));
        model.boxed()
    }

    fn transitions(_: &Model) -> BoxedStrategy<(i64, Deed)> {
        (any_pause(), any_deed()).boxed()
    }

    fn apply(mut model: Model, (pause_ms, deed): &(i64, Deed)) -> Model {
        model.wait_ms(*pause_ms);
        let ticked = model
            .follow(&Command::Tick)
            .expect("a tick is never refused");
        let command = deed.command(&model.scene());
        let said = model.follow(&command);
        model.last = Some((ticked, command, said));
        model
    }
}

/// The queue itself, asked the same.
struct Queue;

impl StateMachineTest for Queue {
    type SystemUnderTest = World;
    type Reference = Paper;

    fn init_test(model: &Model) -> World {
        World::at(&model.office, model.now)
    }

    fn apply(mut world: World, model: &Model, _: (i64, Deed)) -> World {
        let (ticked, command, said) = model.last.as_ref().expect("something was done");
        world.now = model.now;
        assert_eq!(&tick_until_quiet(&mut world), ticked, "the clock");
        let before = world.state.clone();
        let decided = world.send(command);
        if decided.is_err() {
            assert_eq!(world.state, before, "a refusal changed something");
        }
        assert_eq!(&without_estimates(decided), said, "{command:?}");
        world
    }

    fn check_invariants(world: &World, model: &Model) {
        assert_tickets(&world.state, model);
        assert_desks(&world.state, model);
        assert_house(world, model);
        assert_line(world, model);
    }

    fn teardown(mut world: World, model: Model) {
        assert_replays(&world);
        assert_desks_call_in_the_order_shown(&world, &model);
        call_everyone(&mut world);
        assert_eq!(world.state.waiting_len(), 0, "someone was forgotten");
    }
}

/// The clock's ticks of one moment: they come to rest.
fn tick_until_quiet(world: &mut World) -> Vec<Fact> {
    let mut all = Vec::new();
    for _ in 0..4 {
        let facts = world.tick();
        if facts.is_empty() {
            return without_estimates(Ok(all)).expect("facts");
        }
        all.extend(facts);
    }
    panic!("the clock goes on without time passing: {all:?}");
}

/// What the model can't know: how long people will wait.
fn without_estimates(said: Said) -> Said {
    let mut facts = said?;
    for fact in &mut facts {
        match fact {
            Fact::TicketIssued { wait, .. } => *wait = None,
            Fact::DayBegan { learnt, .. } => *learnt = Learnt::default(),
            _ => {}
        }
    }
    Ok(facts)
}

fn assert_tickets(state: &State, model: &Model) {
    assert_eq!(state.tickets().count(), model.visits.len());
    for visit in &model.visits {
        let ticket = state.ticket(visit.id).expect("a ticket of today");
        assert_eq!(
            (ticket.status, &ticket.service, ticket.class),
            (visit.status, &visit.service, visit.class),
            "{}",
            visit.id
        );
        assert_eq!(
            (ticket.due_at, ticket.appointment_at, ticket.called_at),
            (visit.due, visit.hour, visit.called),
            "{}",
            visit.id
        );
        assert_eq!(
            (ticket.finished_at, ticket.no_show_at, ticket.restored),
            (visit.finished, visit.missed, visit.was_restored),
            "{}",
            visit.id
        );
        assert_eq!(
            (ticket.calls, ticket.promised.0),
            (visit.times_called, visit.ahead),
            "{}",
            visit.id
        );
    }
}

fn assert_desks(state: &State, model: &Model) {
    assert_eq!(state.desks().len(), model.desks.len());
    let configured = model.office.desks.iter().map(|one| &one.id);
    let shown = state.desks().iter().map(|one| &one.config.id);
    assert!(configured.eq(shown.take(model.office.desks.len())));
    for desk in state.desks() {
        let id = &desk.config.id;
        let own = &model.desks[id];
        assert_eq!((desk.status, desk.ticket), (own.status, own.serves), "{id}");
        assert_eq!(desk.removed, !model.has_desk(id), "{id}");
        if let Some(ticket) = desk.ticket {
            let ticket = state.ticket(ticket).expect("a ticket of today");
            assert_eq!(ticket.status, TicketStatus::Called);
            assert_eq!(ticket.desk.as_ref(), Some(id));
        }
    }
    let called = state
        .tickets()
        .filter(|one| one.status == TicketStatus::Called);
    let serving = state.desks().iter().filter(|one| one.ticket.is_some());
    assert_eq!(
        called.count(),
        serving.count(),
        "someone was called and is at no desk"
    );
}

fn assert_house(world: &World, model: &Model) {
    let (state, opening) = (&world.state, world.state.opening());
    let own = &model.opening;
    assert_eq!(
        (
            opening.open,
            opening.reason,
            opening.since,
            opening.next_open_at
        ),
        (own.open, own.by, own.since, own.next)
    );
    assert_eq!(state.services().len(), model.services.len());
    for service in state.services() {
        let id = &service.config.id;
        let own = &model.services[id];
        assert_eq!(
            (service.closed, service.kept_open, service.removed),
            (own.closed, own.kept_open, !model.has_service(id)),
            "{id}"
        );
        assert_eq!(service.config, own.config);
        assert_eq!(
            state.waiting_for(id),
            model
                .line()
                .iter()
                .filter(|one| state.ticket(**one).is_some_and(|one| one.service == *id))
                .count()
        );
    }
    let newest = world.log.last().expect("a day has begun");
    assert_eq!((state.seq(), state.at()), (newest.seq, newest.at));
    assert_eq!(state.day(), Some(model.day));
    assert_eq!(state.special_days(), model.special);
    assert_eq!(state.notice(world.now), model.notice());
    assert_eq!(*state.expected(), model.expected);
    let calls = state.calls().iter();
    let calls: Vec<_> = calls
        .map(|one| (one.ticket, one.desk.clone(), one.recall))
        .collect();
    assert_eq!(calls, model.calls[..model.calls.len().min(50)]);
}

fn assert_line(world: &World, model: &Model) {
    let (state, now, line) = (&world.state, world.now, model.line());
    let shown = order::waiting_with_ahead(state, now);
    let order: Vec<TicketId> = shown.iter().map(|one| one.0.id).collect();
    assert_eq!(order, line);
    assert_eq!(order::first(state, now), line.first().copied());
    for (ticket, ahead) in &shown {
        assert_eq!(*ahead, model.ahead(ticket.id), "{}", ticket.id);
        assert_eq!(order::ahead(state, ticket.id, now), Some(*ahead));
    }
    let told = outlook::of_line(state, now);
    assert_eq!(told.len(), shown.len());
    for (ticket, ahead, wait) in told {
        assert_eq!(outlook::of_ticket(state, ticket, now), Some((ahead, wait)));
    }
    for desk in state.desks().iter().filter(|one| !one.removed) {
        let id = &desk.config.id;
        assert_eq!(order::next_at(state, id, now), model.next_at(id), "{id}");
    }
    let ids = |some: Vec<&torn_queue::state::Ticket>| -> BTreeSet<TicketId> {
        some.iter().map(|one| one.id).collect()
    };
    let parked = model
        .visits
        .iter()
        .filter(|one| one.status == TicketStatus::Parked);
    assert_eq!(ids(state.parked()), parked.map(|one| one.id).collect());
    let within = |at: Timestamp| now <= at.plus_ms(900_000);
    let missed = model.visits.iter().filter(|one| {
        let again = !one.was_restored && one.missed.is_some_and(within);
        again && one.status == TicketStatus::NoShow
    });
    assert_eq!(
        ids(state.restorable(now)),
        missed.map(|one| one.id).collect()
    );
}

/// The log alone gives the state: as it is, as JSON, and from the last day on.
fn assert_replays(world: &World) {
    let (mut whole, mut read) = (State::default(), State::default());
    for event in &world.log {
        whole.apply(event);
        let text = serde_json::to_string(event).expect("an event is JSON");
        read.apply(&serde_json::from_str(&text).expect("JSON of an event"));
    }
    assert_eq!(whole, world.state);
    assert_eq!(read, world.state);
    let began = |event: &Event| matches!(event.fact, Fact::DayBegan { .. });
    let today = world.log.iter().rposition(began).expect("a day has begun");
    let mut short = State::default();
    world.log[today..]
        .iter()
        .for_each(|event| short.apply(event));
    assert_eq!(short, world.state);
}

/// One desk at a time, pressed in this very moment, calls whom the list shows, in its order, and never more
/// before a ticket than its `ahead`; no fewer, where no other desk could take it.
fn assert_desks_call_in_the_order_shown(world: &World, model: &Model) {
    let mut office = model.office.clone();
    office.policy.next_guard_s = 0;
    for config in &office.desks {
        let takes = |id: &TicketId| model.takes(&config.id, model.visit(*id).expect("a ticket"));
        let shown: Vec<TicketId> = model.line().into_iter().filter(takes).collect();
        let mut world = world.clone();
        world.configure(&office).expect("a configuration");
        let called = press_until_idle(&mut world, &config.id);
        assert_eq!(called, shown, "desk {}", config.id);
        for (place, id) in (0_u32..).zip(&called) {
            let visit = model.visit(*id).expect("a ticket");
            let (ahead, takers) = (model.ahead(*id), model.takers(visit));
            if takers == [config.id.clone()] {
                assert_eq!(ahead, place, "{id}");
            } else if takers.contains(&config.id) {
                assert!(place <= ahead, "{id}");
            }
        }
    }
}

fn press_until_idle(world: &mut World, desk: &DeskId) -> Vec<TicketId> {
    let mut called = Vec::new();
    while let Some(ticket) = world.next(desk.as_str()).expect("nobody waits for a guard") {
        called.push(ticket);
    }
    called
}

/// Presses every desk's button until nobody is called any more.
pub(crate) fn call_everyone(world: &mut World) {
    let desks: Vec<DeskId> = world
        .state
        .desks()
        .iter()
        .map(|one| one.config.id.clone())
        .collect();
    loop {
        world.wait_ms(10_000);
        let called = desks.iter().filter(|desk| match world.next(desk.as_str()) {
            Ok(called) => called.is_some(),
            Err(Refusal::UnknownDesk(_)) => false,
            Err(other) => panic!("{other}"),
        });
        if called.count() == 0 {
            return;
        }
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: cases(256), ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_the_rules_and_the_model_say_the_same(sequential 1..90 => Queue);
}

/// So many; or what `PROPTEST_CASES` says.
pub(crate) fn cases(usual: u32) -> u32 {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig::default().cases,
        None => usual,
    }
}
