// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub killed under load, again and again: what was acknowledged is there, and nothing is doubled.
//!
//! A client whose answer is lost sends the same key until it has one, as every client of the house does. The hub dies
//! fifty times; `TORN_KILL_ROUNDS=1000` lets it die so often, `TORN_SEED=N` at other moments.

#![expect(
    clippy::print_stdout,
    reason = "a long run's figures are shown by --nocapture"
)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use torn_disk::Chance;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};
use torn_tests::lab::wait;

/// How often the hub dies in a common run.
const ROUNDS: usize = 50;
/// So often over one log, which is then held against what was acknowledged.
const ROUNDS_A_LOG: usize = 50;
const CLIENTS: usize = 64;
const DESKS: [&str; 4] = ["1", "2", "3", "4"];
/// A kill comes after fewer further tickets than this, so that it falls into work …
const TICKETS_BETWEEN: u64 = 100;
/// … and then after less than this, which is a few commits, so that it falls anywhere in one.
const WITHIN_US: u64 = 4000;

/// Answers by the keys that they were given to.
type Answers = BTreeMap<String, Answer>;

/// A hub that is killed, the clients that go on, and what they were answered.
struct Load {
    hub: RwLock<Hub>,
    issued: Mutex<Answers>,
    /// By the path of the desk and the key.
    called: Mutex<BTreeMap<(String, String), Answer>>,
    tickets: AtomicUsize,
    done: AtomicBool,
}

impl Load {
    fn on(hub: Hub) -> Self {
        Self {
            hub: RwLock::new(hub),
            issued: Mutex::default(),
            called: Mutex::default(),
            tickets: AtomicUsize::new(0),
            done: AtomicBool::new(false),
        }
    }

    fn goes_on(&self) -> bool {
        !self.done.load(Ordering::SeqCst)
    }

    /// Sends one wish under one key until it is answered.
    fn answer(&self, path: &str, key: &str, wish: Option<&Value>) -> Answer {
        wait::until("an answer", wait::GENEROUS, || {
            let hub = self.hub.read().unwrap_or_else(PoisonError::into_inner);
            let answer = hub.post(path, key, wish).ok()?;
            // 503 says: not now.
            (answer.status != 503).then_some(answer)
        })
        .expect("an answer, in the end")
    }

    fn issue(&self) {
        let wish = json!({ "service": "general" });
        while self.goes_on() {
            let key = new_key();
            let ticket = self.answer("/v1/tickets", &key, Some(&wish));
            assert_eq!(ticket.status, 201, "{}", ticket.json());
            locked(&self.issued).insert(key, ticket);
            self.tickets.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn call(&self, desk: &str) {
        let path = format!("/v1/desks/{desk}/next");
        while self.goes_on() {
            let key = new_key();
            let answer = self.answer(&path, &key, None);
            match answer.status {
                200 | 204 => {}
                status => panic!("next at desk {desk}: {status} {}", answer.json()),
            }
            locked(&self.called).insert((path.clone(), key), answer);
        }
    }

    /// Kills the hub while requests are on their way, and starts it again.
    fn kill_once(&self, chance: &mut Chance) {
        let further = usize::try_from(chance.below(TICKETS_BETWEEN)).unwrap_or(0);
        let enough = self.tickets.load(Ordering::SeqCst) + further;
        wait::until("the clients go on", wait::GENEROUS, || {
            (self.tickets.load(Ordering::SeqCst) >= enough).then_some(())
        })
        .expect("the clients go on after each start");
        wait::pause(Duration::from_micros(chance.below(WITHIN_US)));
        // Killed from outside; only then is the handle taken.
        let hub = self.hub.read().unwrap_or_else(PoisonError::into_inner);
        hub.kill();
        drop(hub);
        let mut hub = self.hub.write().unwrap_or_else(PoisonError::into_inner);
        hub.start_again().expect("the hub starts again");
    }
}

#[test]
fn a_hub_killed_at_random_moments_under_load_has_given_every_acknowledged_ticket_and_call_once() {
    let rounds = from_env("TORN_KILL_ROUNDS", ROUNDS);
    let seed = from_env("TORN_SEED", 1);
    println!("{rounds} rounds, TORN_SEED={seed}");
    let mut chance = Chance::of(seed as u64);
    let mut left = rounds;
    let (mut tickets, mut calls) = (0, 0);
    while left > 0 {
        let now = left.min(ROUNDS_A_LOG);
        let (more_tickets, more_calls) = killed(now, &mut chance);
        (tickets, calls) = (tickets + more_tickets, calls + more_calls);
        left -= now;
    }
    println!("{tickets} tickets and {calls} calls were acknowledged");
    assert!(tickets >= rounds, "the kills fell into work");
}

fn from_env(name: &str, common: usize) -> usize {
    let set = std::env::var(name).ok();
    set.map_or(common, |text| text.parse().expect("a whole number"))
}

/// One log under load, killed so often; how many tickets and calls it acknowledged, each of them once.
fn killed(rounds: usize, chance: &mut Chance) -> (usize, usize) {
    let load = Load::on(Hub::start(HubSetup::default()).expect("the hub starts"));
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| load.issue());
        }
        for desk in DESKS {
            let load = &load;
            scope.spawn(move || load.call(desk));
        }
        for _ in 0..rounds {
            load.kill_once(chance);
        }
        load.done.store(true, Ordering::SeqCst);
    });
    all_is_there_once(load)
}

fn all_is_there_once(load: Load) -> (usize, usize) {
    fn inner<T>(lock: Result<T, PoisonError<T>>) -> T {
        lock.unwrap_or_else(PoisonError::into_inner)
    }
    let hub = inner(load.hub.into_inner());
    let issued = inner(load.issued.into_inner());
    let called = inner(load.called.into_inner());
    let wish = json!({ "service": "general" });
    for (key, first) in &issued {
        is_given_again(&hub, "/v1/tickets", key, Some(&wish), first);
    }
    for ((path, key), first) in &called {
        is_given_again(&hub, path, key, None, first);
    }
    let calls = called.values().filter(|answer| answer.status == 200);
    let events = hub.events().expect("the log is told");
    // Everyone has had an answer, so the log has nothing that nobody was told.
    each_is_in_the_log_once(&events, "ticket-issued", issued.values());
    each_is_in_the_log_once(&events, "ticket-called", calls.clone());
    for (place, event) in events.iter().enumerate() {
        assert_eq!(
            event["seq"].as_u64(),
            Some(place as u64 + 1),
            "no seq is missing"
        );
    }
    (issued.len(), calls.count())
}

fn is_given_again(hub: &Hub, path: &str, key: &str, wish: Option<&Value>, first: &Answer) {
    let again = hub.post(path, key, wish).expect("an answer");
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(
        (again.status, &again.body),
        (first.status, &first.body),
        "POST {path} is answered as the first time"
    );
}

fn each_is_in_the_log_once<'a>(
    events: &[Value],
    kind: &str,
    answers: impl Iterator<Item = &'a Answer>,
) {
    let mut logged: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events.iter().filter(|one| one["kind"] == kind) {
        let ticket = event["ticket"].as_str().expect("a ticket's id");
        *logged.entry(ticket).or_default() += 1;
    }
    let twice: Vec<_> = logged.iter().filter(|(_, count)| **count != 1).collect();
    assert!(twice.is_empty(), "{kind} more than once: {twice:?}");
    let mut told: Vec<String> = answers
        .map(|answer| answer.json()["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    told.sort_unstable();
    let logged: Vec<String> = logged.into_keys().map(str::to_owned).collect();
    assert_eq!(
        told, logged,
        "{kind}: what was told, and what is in the log"
    );
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_hub_that_is_asked_to_stop_ends_its_streams_and_then_itself() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let stream = hub.follow("", None).expect("a stream");
    stream.next(wait::GENEROUS).expect("its first frame");
    let status = hub
        .program()
        .stop(wait::GENEROUS)
        .expect("it ends, although somebody follows");
    assert!(status.success(), "{status}");
    let ended = wait::until("the stream ends", wait::GENEROUS, || {
        stream
            .next(wait::GENEROUS)
            .is_ok_and(|frame| frame.is_none())
            .then_some(())
    });
    ended.expect("the stream ends");
}
