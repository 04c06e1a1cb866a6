// SPDX-License-Identifier: GPL-3.0-or-later
//! Logs of every format there was, as the programs of then wrote them: they open, fold to the same, and go on.
//!
//! `logs/record.py` recorded them, three days each, with what the hub of that time told.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::Value;
use torn_hub::store::{self, History, Log, StoreError};
use torn_queue::Seq;

use crate::support::{Folder, Hub, SetTime};

/// The office that the logs were recorded in.
const OFFICE: &str = r#"
[office]
id = "oiac"
time_zone = "Europe/Madrid"
languages = ["ca", "es"]
name = { ca = "Oficina" }
hours = { mon = ["00:00-24:00"], tue = ["00:00-24:00"], wed = ["00:00-24:00"] }
[[service]]
id = "general"
letter = "A"
name = { ca = "Informació general" }
appointment = "optional"
[[service]]
id = "idcat"
letter = "E"
name = { ca = "idCAT" }
appointment = "required"
[[desk]]
id = "1"
name = { ca = "Taula 1" }
[[desk]]
id = "2"
name = { ca = "Taula 2" }
[policy]
next_guard_s = 0
"#;

/// What the hub of then told.
struct Recorded {
    log: PathBuf,
    told: Value,
}

impl Recorded {
    fn events(&self) -> Vec<&str> {
        let events = self.told["events"].as_array().unwrap();
        events.iter().map(|one| one.as_str().unwrap()).collect()
    }

    /// The ids of the tickets of a list of the state.
    fn tickets<'a>(state: &'a Value, list: &str) -> Vec<&'a str> {
        let tickets = state[list].as_array().unwrap().iter();
        tickets.map(|one| one["id"].as_str().unwrap()).collect()
    }
}

fn recorded() -> Vec<Recorded> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs");
    let files = std::fs::read_dir(folder).unwrap();
    let logs = files.map(|one| one.unwrap().path());
    let logs = logs.filter(|one| one.extension().is_some_and(|end| end == "db"));
    logs.map(|log| {
        let told = std::fs::read(log.with_extension("json")).unwrap();
        Recorded {
            log,
            told: serde_json::from_slice(&told).unwrap(),
        }
    })
    .collect()
}

fn version(log: &Path) -> i32 {
    let db = Connection::open(log).unwrap();
    db.pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap()
}

#[test]
fn there_is_a_log_of_every_format_up_to_todays() {
    let folder = Folder::new();
    Hub::start(&folder).end();
    let today = version(&folder.log());
    let mut formats: Vec<i32> = recorded().iter().map(|one| version(&one.log)).collect();
    formats.sort_unstable();
    let all: Vec<i32> = (1..=today).collect();
    assert_eq!(formats, all);
}

#[test]
fn a_log_of_every_format_is_whole_as_it_is_and_is_only_read_by_a_check() {
    for one in recorded() {
        let folder = Folder::new();
        std::fs::copy(&one.log, folder.log()).unwrap();
        let before = std::fs::read(folder.log()).unwrap();
        let checked = store::check(&folder.log(), |_, _| ()).unwrap();
        assert_eq!(checked.events, one.events().len() as u64, "{:?}", one.log);
        assert_eq!(checked.format, version(&one.log));
        assert_eq!(std::fs::read(folder.log()).unwrap(), before);
    }
}

#[tokio::test]
async fn a_log_of_every_format_opens_folds_to_the_same_and_goes_on() {
    for one in recorded() {
        let folder = Folder::new();
        std::fs::copy(&one.log, folder.log()).unwrap();
        let time = SetTime::at("2026-11-25T09:00:01Z");
        let hub = Hub::start_at(&folder, OFFICE, &time);
        let name = one.log.display();

        let state = hub.state().await;
        for list in ["waiting", "parked", "restorable"] {
            let (now, then) = (
                Recorded::tickets(&state, list),
                Recorded::tickets(&one.told["state"], list),
            );
            assert_eq!(now, then, "{list} of {name}");
        }
        for same in ["day", "open", "desks", "calls", "devices", "notice"] {
            assert_eq!(state[same], one.told["state"][same], "{same} of {name}");
        }
        let history = History::open(&folder.log()).unwrap();
        let events = history
            .after(Seq::new(0), Seq::new(10_000), 10_000)
            .unwrap();
        let told: Vec<&str> = events.iter().map(|event| event.data.as_str()).collect();
        let then = one.events();
        assert_eq!(told[..then.len()], then, "{name}");
        assert_eq!(hub.issue("new").await.json()["number"], "A007", "{name}");
        drop(history);
        hub.end();

        same_answers(&folder.log(), &one);
        let checked = store::check(&folder.log(), |_, _| ()).unwrap();
        assert!(checked.events > then.len() as u64);
        assert_eq!(version(&folder.log()), checked.format);
        assert_eq!(hub_again(&folder, &time).await, "A008", "{name}");
    }
}

#[test]
fn what_is_damaged_in_an_older_log_is_still_named_when_the_log_has_checksums() {
    let one = recorded()
        .into_iter()
        .find(|one| version(&one.log) == 2)
        .unwrap();
    let folder = Folder::new();
    std::fs::copy(&one.log, folder.log()).unwrap();
    let db = Connection::open(folder.log()).unwrap();
    db.execute("UPDATE event SET at_ms = at_ms + 1 WHERE seq = 7", [])
        .unwrap();
    drop(db);
    let named =
        |found: &StoreError| matches!(found, StoreError::Damaged { seq, .. } if seq.get() == 7);
    let found = store::check(&folder.log(), |_, _| ()).unwrap_err();
    assert!(named(&found), "{found}");

    let opened = Log::open(&folder.log(), "unused").unwrap();
    assert!(!opened.today.is_empty(), "its last day is whole");
    drop(opened);
    let found = store::check(&folder.log(), |_, _| ()).unwrap_err();
    assert!(named(&found), "{found}");
    let history = History::open(&folder.log()).unwrap();
    let last = Seq::new(10_000);
    assert_eq!(history.after(Seq::new(0), last, 1_000).unwrap().len(), 6);
    let found = history.after(Seq::new(6), last, 1_000).unwrap_err();
    assert!(named(&found), "{found}");
    let behind = history.after(Seq::new(7), last, 1_000).unwrap();
    assert_eq!(behind.last().unwrap().seq.get(), one.events().len() as u64);
}

/// The number that a hub gives out which finds today's format.
async fn hub_again(folder: &Folder, time: &SetTime) -> String {
    let hub = Hub::start_at(folder, OFFICE, time);
    let number = hub.issue("newer").await.json()["number"].clone();
    hub.end();
    number.as_str().unwrap().to_owned()
}

/// What was answered then is answered again, byte for byte.
fn same_answers(log: &Path, one: &Recorded) {
    let db = Connection::open(log).unwrap();
    for (key, then) in one.told["answers"].as_object().unwrap() {
        let (status, body): (u16, Vec<u8>) = db
            .query_row(
                "SELECT status, body FROM answer WHERE key = ?1",
                [key],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert_eq!(u64::from(status), then["status"].as_u64().unwrap());
        assert_eq!(body, then["body"].as_str().unwrap().as_bytes(), "{key}");
    }
}
