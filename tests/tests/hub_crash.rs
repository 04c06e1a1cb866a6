// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub killed under load, again and again: what was acknowledged is there, and nothing is doubled.
//!
//! A client whose answer is lost sends the same key until it has one, as every client of the house does.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread;

use serde_json::{Value, json};
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};
use torn_tests::lab::wait;

const KILLS: usize = 20;
const CLIENTS: usize = 64;
const DESKS: [&str; 4] = ["1", "2", "3", "4"];
/// So many more tickets are wanted before each kill, and then a call, so that it falls into work.
const TICKETS_BETWEEN: usize = 12;

/// Answers by the keys that they were given to.
type Answers = BTreeMap<String, Answer>;

/// A hub that is killed, the clients that go on, and what they were answered.
struct Load {
    hub: RwLock<Hub>,
    issued: Mutex<Answers>,
    /// By the path of the desk and the key.
    called: Mutex<BTreeMap<(String, String), Answer>>,
    tickets: AtomicUsize,
    calls: AtomicUsize,
    done: AtomicBool,
}

impl Load {
    fn on(hub: Hub) -> Self {
        Self {
            hub: RwLock::new(hub),
            issued: Mutex::default(),
            called: Mutex::default(),
            tickets: AtomicUsize::new(0),
            calls: AtomicUsize::new(0),
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
                200 => {
                    self.calls.fetch_add(1, Ordering::SeqCst);
                }
                204 => {}
                status => panic!("next at desk {desk}: {status} {}", answer.json()),
            }
            locked(&self.called).insert((path.clone(), key), answer);
        }
    }

    /// Kills the hub while requests are on their way, and starts it again.
    fn kill_once(&self) {
        let more = |count: &AtomicUsize, by: usize| {
            let enough = count.load(Ordering::SeqCst) + by;
            wait::until("the clients go on", wait::GENEROUS, || {
                (count.load(Ordering::SeqCst) >= enough).then_some(())
            })
            .expect("the clients go on after each start");
        };
        more(&self.tickets, TICKETS_BETWEEN);
        more(&self.calls, 1);
        // Killed from outside; only then is the handle taken.
        let hub = self.hub.read().unwrap_or_else(PoisonError::into_inner);
        hub.kill();
        drop(hub);
        let mut hub = self.hub.write().unwrap_or_else(PoisonError::into_inner);
        hub.start_again().expect("the hub starts again");
    }
}

#[test]
fn a_hub_killed_twenty_times_under_load_has_given_every_acknowledged_ticket_and_call_once() {
    let load = Load::on(Hub::start(HubSetup::default()).expect("the hub starts"));
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| load.issue());
        }
        for desk in DESKS {
            let load = &load;
            scope.spawn(move || load.call(desk));
        }
        for _ in 0..KILLS {
            load.kill_once();
        }
        load.done.store(true, Ordering::SeqCst);
    });

    let hub = load
        .hub
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let issued = load
        .issued
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let called = load
        .called
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
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
    each_is_in_the_log_once(&events, "ticket-called", calls);
    for (place, event) in events.iter().enumerate() {
        assert_eq!(
            event["seq"].as_u64(),
            Some(place as u64 + 1),
            "no seq is missing"
        );
    }
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
