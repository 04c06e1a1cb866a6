// SPDX-License-Identifier: GPL-3.0-or-later
//! A disk that refuses: everyone who waits is told, nothing is half done, and the hub stops.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use rusqlite::Connection;
use torn_hub::store::{Entry, Log, Step};
use torn_queue::Seq;

use crate::backup::Office;
use crate::support::{Folder, Hub};

#[tokio::test]
async fn a_log_that_cant_be_written_is_said_and_the_hub_stops() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let first = hub.issue("a").await;
    let other = Connection::open(folder.log()).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON event BEGIN SELECT raise(ABORT, 'full'); END",
        )
        .unwrap();
    let refused = hub.issue("b").await;
    assert_eq!(
        (refused.status.as_u16(), refused.code().as_str()),
        (503, "store-failed")
    );
    hub.stop.cancelled().await;
    assert_eq!(
        hub.issue("c").await.code(),
        "store-failed",
        "a hub that stops takes nothing more"
    );
    assert!(hub.ended().is_err());
    other.execute_batch("DROP TRIGGER refuse").unwrap();
    let hub = Hub::start(&folder);
    assert_eq!(hub.issue("a").await.body, first.body);
    assert_eq!(hub.issue("b").await.json()["number"], "A002");
}

#[test]
fn a_file_that_is_no_log_is_refused_with_its_path() {
    let folder = Folder::new();
    let other = Connection::open(folder.log()).unwrap();
    other
        .execute_batch("CREATE TABLE bills (id INTEGER)")
        .unwrap();
    drop(other);
    let refused = Log::open(&folder.log(), "unused").unwrap_err().to_string();
    assert!(
        refused.contains("not a log of Torn") && refused.contains(folder.path().to_str().unwrap()),
        "{refused}"
    );
}

#[tokio::test]
async fn a_log_of_a_newer_format_is_refused() {
    let folder = Folder::new();
    Hub::start(&folder).end();
    let other = Connection::open(folder.log()).unwrap();
    other.pragma_update(None, "user_version", 1000).unwrap();
    drop(other);
    let refused = Log::open(&folder.log(), "unused").unwrap_err().to_string();
    assert!(refused.contains("newer"), "{refused}");
}

#[tokio::test]
async fn a_log_with_a_kind_that_is_not_known_is_refused_by_its_seq() {
    let folder = Folder::new();
    Hub::start(&folder).end();
    let mut opened = Log::open(&folder.log(), "unused").unwrap();
    let seq = Seq::new(opened.today.len() as u64 + 1);
    let entry = Entry {
        seq,
        at_ms: 1_795_510_800_000,
        kind: "tea-served".to_owned(),
        data: format!(
            r#"{{"seq":{seq},"at":"2026-11-24T09:00:00.000Z","by":"local","kind":"tea-served"}}"#
        ),
    };
    let step = Step {
        entries: &[entry],
        ..Step::default()
    };
    opened.log.commit(step).unwrap();
    drop(opened);
    let config = torn_config::office(crate::support::OFFICE).map(|mut config| {
        config.store = folder.log();
        config
    });
    let refused = torn_hub::program::assemble(
        &config.unwrap(),
        true,
        tokio_util::sync::CancellationToken::new(),
    );
    let refused = refused.err().unwrap().to_string();
    assert!(
        refused.contains(&format!("event {seq}")) && refused.contains("tea-served"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_log_that_another_hub_has_open_is_left_alone() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let refused = Log::open(&folder.log(), "unused").unwrap_err().to_string();
    assert!(refused.contains("another hub"), "{refused}");
    hub.issue("a").await;
    hub.end();
    Log::open(&folder.log(), "unused").unwrap();
}

#[tokio::test]
async fn credentials_that_cant_be_read_open_no_door() {
    let folder = Folder::new();
    let path = torn_hub::program::Beside::the_log(&folder.log()).credentials;
    let credentials = torn_hub::credential::Credentials::open(path.clone()).unwrap();
    let grants = vec![torn_hub::credential::Grant::Kiosk];
    credentials
        .add(&"kiosk-1".parse().unwrap(), grants)
        .unwrap();
    let hub = Hub::start(&folder);
    std::fs::write(path, "no list").unwrap();
    assert!(hub.app.credentials.refresh().is_err());
    assert_eq!(hub.issue("a").await.code(), "unauthenticated");
}

#[tokio::test]
async fn a_key_that_is_gone_is_said_when_another_takes_its_place() {
    let office = Office::new();
    let config = office.place("office.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(
        &config,
        format!("{text}[listen]\naddress = \"127.0.0.1:0\"\n"),
    )
    .unwrap();
    let hub = Hub::start(&office.card);
    hub.issue("a").await;
    hub.end();
    let said = || {
        let mut hub = office.command(&[]);
        let mut hub = hub
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(hub.stderr.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let mut said = String::new();
        for line in lines {
            said += &line;
            if line.contains("listening") {
                break;
            }
        }
        hub.kill().unwrap();
        hub.wait().unwrap();
        said
    };
    assert!(!said().contains("key is gone"));
    fs::remove_file(office.card.path().join("torn.key")).unwrap();
    assert!(said().contains("key is gone"));
    assert!(!said().contains("key is gone"), "once");
}
