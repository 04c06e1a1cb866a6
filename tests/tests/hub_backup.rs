// SPDX-License-Identifier: GPL-3.0-or-later
//! The restore drill with the real program: a hub under load is backed up, its card is thrown away, and the office
//! goes on from the backup.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde_json::json;
use torn_tests::lab::folder::Folder;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};
use torn_tests::lab::programs::{Programs, Progress};
use torn_tests::lab::wait;

const CLIENTS: usize = 16;
/// Tickets before the backup, and after it.
const TICKETS: usize = 60;

fn task(hub: &Hub, arguments: &[&str]) -> Output {
    let programs = Programs::built(Progress::Hidden).expect("the programs");
    let mut command = Command::new(programs.path("torn-hub"));
    command.arg("--config").arg(hub.config()).args(arguments);
    command.output().expect("it can be run")
}

fn does(hub: &Hub, arguments: &[&str]) {
    let output = task(hub, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

/// Clients that take tickets, each under a key of its own, and what they were answered.
#[derive(Default)]
struct Load {
    answers: Mutex<BTreeMap<String, Answer>>,
    count: AtomicUsize,
    done: AtomicBool,
}

impl Load {
    fn take_tickets(&self, hub: &Hub) {
        let wish = json!({ "service": "general" });
        while !self.done.load(Ordering::SeqCst) {
            let key = new_key();
            let answer = hub
                .post("/v1/tickets", &key, Some(&wish))
                .expect("an answer");
            assert_eq!(answer.status, 201, "{}", answer.json());
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.insert(key, answer);
            self.count.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn goes_on(&self) {
        let enough = self.count.load(Ordering::SeqCst) + TICKETS;
        wait::until("the clients go on", wait::GENEROUS, || {
            (self.count.load(Ordering::SeqCst) >= enough).then_some(())
        })
        .expect("the clients go on");
    }

    fn so_far(&self) -> BTreeMap<String, Answer> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.clone()
    }
}

fn number(answer: &Answer) -> String {
    answer.json()["number"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn an_office_goes_on_from_a_backup_made_under_load_and_no_number_is_on_two_slips() {
    let card = Folder::new("card").expect("a folder");
    let stick = Folder::new("stick").expect("a folder");
    let backups = stick.path().join("backups");
    let backups = backups.to_str().expect("a path that is text");
    let setup = HubSetup {
        store: Some(card.path().join("torn.db")),
        public_url: Some("https://torn.example.cat".to_owned()),
        ..HubSetup::default()
    };
    let mut hub = Hub::start(setup).expect("the hub starts");
    let load = Load::default();
    let before = thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| load.take_tickets(&hub));
        }
        load.goes_on();
        let before = load.so_far();
        does(&hub, &["backup", backups]);
        load.goes_on();
        load.done.store(true, Ordering::SeqCst);
        before
    });
    let all: Vec<String> = load.so_far().values().map(number).collect();
    let refused = task(&hub, &["restore", backups]);
    assert!(!refused.status.success(), "a hub has the log open");
    hub.kill();
    empty(card.path());

    does(&hub, &["restore", backups]);
    hub.start_again().expect("the hub starts");
    let wish = json!({ "service": "general" });
    for (key, first) in &before {
        let again = hub
            .post("/v1/tickets", key, Some(&wish))
            .expect("an answer");
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{key}");
        assert_eq!(
            again.body, first.body,
            "{key} is answered as the first time"
        );
    }
    let first = before.values().next().expect("a ticket");
    let link = first.json()["link"].as_str().expect("its page").to_owned();
    let token = link.rsplit('/').next().unwrap_or_default();
    let page = hub.get(&format!("/t/{token}/ticket")).expect("an answer");
    assert_eq!(
        page.expect(200).expect("its page")["ticket"]["number"],
        number(first)
    );
    let next = hub.issue("general").expect("a ticket")["number"].clone();
    assert!(
        !all.iter().any(|given| next == **given),
        "{next} is on a slip"
    );
    for (place, event) in hub.events().expect("the log").iter().enumerate() {
        assert_eq!(
            event["seq"].as_u64(),
            Some(place as u64 + 1),
            "no seq is missing"
        );
    }
}

/// A new card.
fn empty(folder: &Path) {
    fs::remove_dir_all(folder).expect("it can be removed");
    fs::create_dir(folder).expect("it can be made");
}
