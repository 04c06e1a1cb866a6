// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's own log, replayed.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_json::json;
use torn_hub::replay::logged::{self, LoggedError};
use torn_hub::replay::recorded::Outcome;
use torn_hub::replay::score::Score;
use torn_hub::store::{Entry, Log, Step};
use torn_queue::{Actor, Command, Event, Now, Office, State, Timestamp, decide};

/// A file that goes with its test.
struct LogFile(PathBuf);

impl LogFile {
    fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("torn-replay-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder.join("torn.db"))
    }
}

impl Drop for LogFile {
    fn drop(&mut self) {
        let folder = self.0.parent().expect("a folder of its own");
        std::fs::remove_dir_all(folder).expect("the folder goes");
    }
}

/// A hub that writes a log and nothing else.
struct Hub {
    log: Log,
    state: State,
    now: Timestamp,
}

impl Hub {
    fn new(file: &LogFile) -> Self {
        let uuid = "5a1c0c3e-0f3e-4c57-9a43-2b1f6d0f7e11";
        let log = Log::open(&file.0, uuid).expect("a new log").log;
        let mut hub = Self {
            log,
            state: State::default(),
            now: "2026-11-24T08:00:00Z".parse().expect("an instant"),
        };
        let office: Office = serde_json::from_value(json!({
            "id": "oiac", "time_zone": "Europe/Madrid", "languages": ["ca"], "name": {"ca": "Oficina"},
            "town": null, "public_url": null, "hours": {}, "holidays": [],
            "services": [{"id": "general", "letter": "A", "name": {"ca": "General"}, "appointment": "none",
                "minutes": 10, "board_name": null, "fallback": null, "place": null, "icon": null}],
            "desks": [{"id": "1", "name": {"ca": "Taula 1"}, "services": null}],
            "policy": {"appointment_weight": 3, "appointment_grace_min": 10, "next_guard_s": 0, "stop_issuing": true},
            "links": {"booking": null, "e_office": null, "whatsapp": null}, "accent": null
        }))
        .expect("an office");
        hub.send(&Command::Configure {
            log: uuid.parse().expect("a log id"),
            office: Box::new(office),
        });
        hub
    }

    fn send(&mut self, command: &Command) {
        let zone = TimeZone::get("Europe/Madrid").expect("a time zone");
        let now = Now {
            at: self.now,
            zone: &zone,
        };
        let facts = decide(&self.state, command, now).expect("it is not refused");
        for fact in facts {
            let event = Event {
                seq: self.state.seq().next(),
                at: self.now,
                by: Actor::local(),
                fact,
            };
            self.state.apply(&event);
            let entry = Entry {
                seq: event.seq,
                at_ms: event.at.unix_ms(),
                kind: event.fact.kind().to_owned(),
                data: serde_json::to_string(&event).expect("JSON"),
            };
            self.log
                .commit(Step {
                    entries: &[entry],
                    ..Step::default()
                })
                .expect("it is written");
        }
    }

    fn next(&mut self) {
        let desk = "1".parse().expect("a desk id");
        self.send(&Command::Next { desk });
    }

    fn issue(&mut self) {
        let service = "general".parse().expect("a service id");
        self.send(&Command::Issue {
            service,
            language: None,
            class: None,
        });
    }
}

#[test]
fn the_hubs_own_log_is_replayed_with_who_was_ahead_and_how_it_ended() {
    let file = LogFile::new("own");
    let mut hub = Hub::new(&file);
    hub.next();
    for minute in 0..60 {
        hub.now = hub.now.plus_ms(60_000);
        if minute % 4 == 0 {
            hub.issue();
        }
        if minute % 5 == 0 {
            hub.next();
        }
    }
    let (rows, said) = logged::play(&file.0).expect("the log is read");
    assert_eq!(rows.len(), 15);
    assert_eq!(said.len(), 15);
    assert_eq!(
        (rows[0].number.as_str(), rows[0].service.as_str()),
        ("A001", "general")
    );
    assert_eq!(rows[0].outcome, Some(Outcome::Served));
    let tickets: Vec<_> = hub.state.tickets().collect();
    for (ticket, (row, said)) in tickets.iter().zip(rows.iter().zip(&said)) {
        assert_eq!(row.issued_at, ticket.issued_at);
        assert_eq!(row.called_at, ticket.called_at);
        // What the hub promised is what the replay says, rounded outwards.
        let (ahead, wait) = ticket.promised;
        assert_eq!(said.ahead, ahead);
        assert_eq!(said.estimate.map(|one| one.shown()), wait, "{}", ticket.id);
    }
    assert!(Score::of(&rows, &said).is_some());
}

/// A log with one ticket, of a hub that has ended.
fn left_behind(file: &LogFile) {
    let mut hub = Hub::new(file);
    hub.issue();
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is set");
}

#[test]
fn a_log_that_may_not_be_written_is_read_all_the_same() {
    let file = LogFile::new("only ? to % read");
    left_behind(&file);
    let folder = file.0.parent().expect("a folder of its own");
    // What SQLite keeps beside a log can't be made, whoever runs this.
    std::fs::create_dir(folder.join("torn.db-shm")).expect("a folder");
    allow(&file.0, 0o444);
    allow(folder, 0o555);
    let played = logged::play(&file.0);
    allow(folder, 0o755);
    let (rows, said) = played.expect("the log is read");
    assert_eq!((rows.len(), said.len()), (1, 1));
}

#[test]
fn a_log_whose_write_ahead_file_cant_be_used_is_read_without_it() {
    let file = LogFile::new("ahead");
    left_behind(&file);
    let other = LogFile::new("torn away");
    std::fs::copy(&file.0, &other.0).expect("a copy");
    let folder = other.0.parent().expect("a folder of its own");
    std::fs::write(folder.join("torn.db-wal"), "torn").expect("a file");
    std::fs::create_dir(folder.join("torn.db-shm")).expect("a folder");
    let (rows, _) = logged::play(&other.0).expect("the log is read");
    assert_eq!(rows.len(), 1);
}

#[test]
fn a_log_that_is_not_there_is_named() {
    let error = logged::play("no/such/torn.db".as_ref()).expect_err("no log");
    assert!(matches!(error, LoggedError::NoFile { .. }));
    assert!(error.to_string().contains("no/such/torn.db"), "{error}");
}

#[test]
fn what_is_no_log_is_named() {
    let file = LogFile::new("none");
    std::fs::write(&file.0, "service,number\n").expect("it is written");
    let error = logged::play(&file.0).expect_err("no log");
    assert!(matches!(error, LoggedError::Unreadable { .. }));
    assert!(error.to_string().contains("torn.db"), "{error}");
}
