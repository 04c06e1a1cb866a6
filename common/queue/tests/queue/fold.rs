// SPDX-License-Identifier: GPL-3.0-or-later
//! A fold of the log is the whole state, wherever it is done and however the log came there.

use proptest::prelude::*;
use torn_queue::command::Destination;
use torn_queue::ids::Key;
use torn_queue::office::SpecialDay;
use torn_queue::{Command, Event, Fact, Seq, State, Timestamp};

use crate::deeds::any_story;
use crate::offices::plain;
use crate::world::{World, play};

fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> State {
    let mut state = State::default();
    events.into_iter().for_each(|event| state.apply(event));
    state
}

fn key(text: &str) -> Key {
    text.parse().expect("a key")
}

fn report(state: &str, until: Option<Timestamp>) -> Command {
    let device = "kiosk-1".parse().expect("a device id");
    Command::ReportDevice {
        device,
        what: key("printer"),
        state: key(state),
        until,
    }
}

proptest! {
    #[test]
    fn a_replay_of_the_log_is_the_live_state(story in any_story()) {
        let world = play(&story);
        prop_assert_eq!(&fold(&world.log), &world.state);
    }

    #[test]
    fn a_fold_from_today_alone_is_the_whole_state(story in any_story()) {
        let world = play(&story);
        let began = |event: &Event| matches!(event.fact, Fact::DayBegan { .. });
        let today = world.log.iter().rposition(began).expect("a day has begun");
        prop_assert_eq!(&fold(&world.log[today..]), &world.state);
    }

    #[test]
    fn events_that_went_through_json_fold_the_same(story in any_story()) {
        let world = play(&story);
        let mut state = State::default();
        for event in &world.log {
            let text = serde_json::to_string(event).expect("an event is JSON");
            let read: Event = serde_json::from_str(&text).expect("JSON of an event");
            prop_assert_eq!(&read, event);
            let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            prop_assert_eq!(value["kind"].as_str(), Some(event.fact.kind()));
            prop_assert_eq!(value["seq"].as_u64(), Some(event.seq.get()));
            state.apply(&read);
        }
        prop_assert_eq!(&state, &world.state);
    }
}

#[test]
fn every_kind_that_is_told_is_a_known_one() {
    let mut world = World::new(&plain());
    let mut other = plain();
    other.desks.pop();
    let desk = || "1".parse().expect("a desk id");
    let service = || "a".parse().expect("a service id");
    for id in ["a", "b", "c", "a"] {
        world.issue(id);
    }
    let gone = world.issue("a");
    let commands = [
        Command::OpenDesk { desk: desk() },
        Command::Next { desk: desk() },
        Command::Recall { desk: desk() },
        Command::Finish { desk: desk() },
        Command::Next { desk: desk() },
        Command::NoShow { desk: desk() },
    ];
    world.send_all(&commands);
    let missed = world.state.restorable(world.now)[0].id;
    world.send_all(&[
        Command::Restore { ticket: missed },
        Command::Next { desk: desk() },
        Command::Park { desk: desk() },
    ]);
    let aside = world.state.parked()[0].id;
    world.send_all(&[
        Command::Resume {
            desk: desk(),
            ticket: aside,
        },
        Command::Transfer {
            desk: desk(),
            to: Destination::Service(service()),
        },
        Command::PauseDesk { desk: desk() },
        Command::CloseDesk { desk: desk() },
        Command::Cancel { ticket: gone },
        Command::NotePrint {
            ticket: gone,
            outcome: torn_queue::event::PrintOutcome::Unknown,
            copy: true,
        },
        report("paper-out", Some(world.now)),
        Command::CloseService { service: service() },
        Command::OpenService { service: service() },
        Command::CloseOffice,
        Command::SetNotice {
            text: Some(plain().name),
            until: None,
        },
        Command::SetCalendar {
            days: vec![SpecialDay {
                day: world.day(),
                hours: vec![],
            }],
        },
        Command::SetAppointments {
            appointments: [(service(), vec![world.now])].into(),
        },
    ]);
    world.configure(&other).expect("a configuration");
    let mut told: Vec<&str> = world.log.iter().map(|event| event.fact.kind()).collect();
    let mut known = Fact::KINDS.to_vec();
    told.sort_unstable();
    told.dedup();
    known.sort_unstable();
    assert_eq!(told, known);
    for event in &world.log {
        let text = serde_json::to_string(event).expect("an event is JSON");
        assert_eq!(
            &serde_json::from_str::<Event>(&text).expect("JSON of an event"),
            event
        );
    }
}

#[test]
fn a_member_that_is_not_known_is_passed_over_and_an_unknown_kind_is_not() {
    let world = World::new(&plain());
    let mut value = serde_json::to_value(&world.log[0]).expect("an event is JSON");
    value["weather"] = "fine".into();
    assert_eq!(
        serde_json::from_value::<Event>(value.clone()).expect("an event"),
        world.log[0]
    );
    value["kind"] = "parade-began".into();
    serde_json::from_value::<Event>(value).expect_err("a kind that nobody knows");
}

#[test]
fn a_member_without_a_value_is_there_as_null() {
    let mut world = World::new(&plain());
    world.issue("a");
    let issued = serde_json::to_value(&world.log[2]).expect("an event is JSON");
    for member in ["appointment_at", "wait"] {
        assert!(
            issued[member].is_null() && issued.get(member).is_some(),
            "{issued}"
        );
    }
    assert_eq!(issued["at"], "2026-11-24T08:00:00.000Z");
    assert_eq!(issued["class"], "walk-in");
}

#[test]
fn an_event_of_an_unknown_kind_only_moves_on() {
    let world = World::new(&plain());
    let mut state = world.state.clone();
    state.skip(Seq::new(7), world.now.plus_ms(5));
    assert_eq!(
        (state.seq(), state.at()),
        (Seq::new(7), world.now.plus_ms(5))
    );
    assert_eq!(state.office(), world.state.office());
}

#[test]
fn a_device_that_says_the_same_again_is_no_news() {
    let mut world = World::new(&plain());
    assert_eq!(world.send(&report("ok", None)).expect("a report").len(), 1);
    assert_eq!(world.send(&report("ok", None)).expect("a report").len(), 0);
    assert_eq!(
        world
            .send(&report("ok", Some(world.now)))
            .expect("a report")
            .len(),
        1
    );
    assert_eq!(
        world
            .send(&report("paper-out", None))
            .expect("a report")
            .len(),
        1
    );
    assert_eq!(world.state.devices().len(), 1);
}

#[test]
fn each_part_of_each_device_is_told_apart() {
    let mut world = World::new(&plain());
    let report = |device: &str, what: &str, state: &str| Command::ReportDevice {
        device: device.parse().expect("a device id"),
        what: key(what),
        state: key(state),
        until: None,
    };
    world.send_all(&[
        report("kiosk-2", "printer", "ok"),
        report("kiosk-1", "screen", "ok"),
        report("kiosk-1", "printer", "ok"),
        report("kiosk-1", "printer", "paper-out"),
    ]);
    let told = |world: &World| -> Vec<String> {
        let devices = world.state.devices().iter();
        let told = devices.map(|one| format!("{} {} {}", one.device, one.what, one.state));
        told.collect()
    };
    let all = [
        "kiosk-1 printer paper-out",
        "kiosk-1 screen ok",
        "kiosk-2 printer ok",
    ];
    assert_eq!(told(&world), all);
}

#[test]
fn a_ticket_knows_how_it_was_printed() {
    use torn_queue::event::PrintOutcome;
    let mut world = World::new(&plain());
    let ticket = world.issue("a");
    let printed = |world: &World| world.state.ticket(ticket).and_then(|one| one.printed);
    assert_eq!(printed(&world), None);
    for outcome in [PrintOutcome::Failed, PrintOutcome::Printed] {
        let note = Command::NotePrint {
            ticket,
            outcome,
            copy: false,
        };
        world.send_all(&[note]);
        assert_eq!(printed(&world), Some(outcome));
    }
}

#[test]
fn the_first_event_alone_is_a_state_too() {
    let world = World::new(&plain());
    let state = fold(&world.log[..1]);
    assert_eq!((state.seq(), state.at()), (Seq::new(1), world.now));
    assert_eq!(state.day(), Some(world.day()));
    assert!(state.desks().iter().all(|one| one.since == world.now));
    assert_eq!(State::default().day(), None, "before it there is none");
}
