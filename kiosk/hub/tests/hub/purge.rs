// SPDX-License-Identifier: GPL-3.0-or-later
//! What identifies somebody: it is in no event, answer or error, and its bytes go with its day.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{Folder, Hub, OFFICE, SetTime, until};

const CODE: &str = "SECRET-K7Q2";
const UID: &str = "uid-7731@booking.example";

fn list(days: &[&str]) -> Value {
    let one = |(at, day): (usize, &&str)| {
        json!({"uid": format!("{UID}/{day}"), "start": format!("{day}T10:00:00Z"), "service": "general",
            "code": format!("{CODE}-{at}")})
    };
    json!({"appointments": days.iter().enumerate().map(one).collect::<Vec<_>>()})
}

/// The files of the log that hold this text.
fn files_with(folder: &Folder, text: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder.path()).unwrap();
    let names = files.filter_map(|file| {
        let file = file.unwrap();
        let bytes = std::fs::read(file.path()).unwrap();
        let found = bytes
            .windows(text.len())
            .any(|part| part.eq_ignore_ascii_case(text.as_bytes()));
        found.then(|| file.file_name().into_string().unwrap())
    });
    names.collect()
}

#[tokio::test]
async fn the_bytes_of_a_day_go_with_it_and_those_of_days_to_come_stay() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T10:00:00Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    // Enough of them that the table has more than one page.
    let mut days = vec!["2026-11-24"; 300];
    for (at, day) in days.iter_mut().enumerate() {
        if at % 3 == 0 {
            *day = "2026-11-25";
        }
    }
    let all: Vec<Value> = days
        .iter()
        .enumerate()
        .map(|(at, day)| {
            json!({"uid": format!("{UID}/{day}/{at}"), "start": format!("{day}T10:00:00Z"),
                "service": "general", "code": format!("{CODE}/{day}/{at}")})
        })
        .collect();
    let posted = hub
        .command("/v1/appointments", &json!({"appointments": all}))
        .await;
    assert_eq!(posted.json(), json!({"accepted": 300, "skipped": 0}));
    let code = json!({"code": format!("{CODE}/2026-11-24/1")});
    assert_eq!(hub.command("/v1/check-ins", &code).await.outcome(), "201");
    assert!(!files_with(&folder, "2026-11-24/1").is_empty());

    time.set("2026-11-24T23:00:00Z");
    let gone = [format!("{CODE}/2026-11-24"), format!("{UID}/2026-11-24")];
    until("the bytes go", async || {
        gone.iter().all(|text| files_with(&folder, text).is_empty())
    })
    .await;
    for kept in [format!("{CODE}/2026-11-25"), format!("{UID}/2026-11-25")] {
        assert!(!files_with(&folder, &kept).is_empty(), "{kept}");
    }
    assert_eq!(
        hub.command("/v1/check-ins", &code).await.outcome(),
        "404 unknown-appointment"
    );
    let events = hub.events().await;
    let expected: Vec<&Value> = events
        .iter()
        .filter(|one| one["kind"] == "appointments-changed")
        .collect();
    assert_eq!(expected.len(), 1);
    let hours = expected[0]["appointments"]["general"].as_array().unwrap();
    assert_eq!(
        (hours.len(), &hours[0]),
        (100, &json!("2026-11-25T10:00:00.000Z"))
    );
    let kinds: Vec<&str> = events
        .iter()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    assert_eq!(
        kinds,
        ["day-began", "office-opened", "appointments-changed"]
    );
    time.set("2026-11-25T23:00:00Z");
    until("nothing is left", async || {
        files_with(&folder, CODE).is_empty() && files_with(&folder, UID).is_empty()
    })
    .await;
}

#[tokio::test]
async fn a_day_that_ends_while_the_hub_is_off_is_purged_when_it_starts() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T10:00:00Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    hub.command("/v1/appointments", &list(&["2026-11-24"]))
        .await;
    hub.end();
    assert!(!files_with(&folder, CODE).is_empty());
    time.set("2026-11-26T10:00:00Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    assert_eq!(files_with(&folder, CODE), [""; 0]);
    assert_eq!(files_with(&folder, UID), [""; 0]);
    hub.end();
}

#[tokio::test]
async fn a_backup_in_the_way_of_the_purge_is_waited_for() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T10:00:00Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    hub.command("/v1/appointments", &list(&["2026-11-24"]))
        .await;
    let backup = Connection::open(folder.log()).unwrap();
    backup.execute_batch("BEGIN").unwrap();
    let rows: i64 = backup
        .query_row("SELECT count(*) FROM booking", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 1);
    time.set("2026-11-25T10:00:00Z");
    until("the day begins", async || {
        hub.state().await["day"] == "2026-11-25"
    })
    .await;
    assert_eq!(hub.issue("a").await.outcome(), "201", "nobody waits for it");
    backup.execute_batch("COMMIT").unwrap();
    until("the bytes go", async || {
        files_with(&folder, CODE).is_empty()
    })
    .await;
}

#[tokio::test]
async fn nothing_that_identifies_anyone_is_in_an_event_an_answer_or_an_error() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T10:00:00Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    let days = ["2026-11-24", "2026-11-25", "2026-11-24"];
    let mut told = Vec::new();
    told.push(hub.command("/v1/appointments", &list(&days)).await);
    for code in [0, 0, 1, 9] {
        let wish = json!({"code": format!("{CODE}-{code}")});
        told.push(hub.command("/v1/check-ins", &wish).await);
    }
    let mut wrong = list(&days);
    wrong["appointments"][0][CODE] = json!(UID);
    for (path, body) in [
        ("/v1/appointments", wrong),
        ("/v1/appointments", json!({"appointments": [CODE]})),
        ("/v1/check-ins", json!({"code": [CODE]})),
        ("/v1/check-ins", json!({"code": CODE, "language": CODE})),
        ("/v1/check-ins", json!({"code": CODE, CODE: 1})),
        ("/v1/check-ins", json!({"scan": CODE, "code": CODE})),
    ] {
        let refused = hub.command(path, &body).await;
        assert_eq!(refused.outcome(), "400 malformed", "{path} {body}");
        told.push(refused);
    }
    let secret = |text: &str| text.contains("SECRET") || text.contains("uid-7731");
    for answer in told {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!secret(&body), "{body}");
    }
    for event in hub.events().await {
        assert!(!secret(&event.to_string()), "{event}");
    }
    hub.end();
    let log = Connection::open(folder.log()).unwrap();
    for table in ["event", "answer"] {
        let mut rows = log.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let rows = rows.query_map([], |row| {
            let all = (0..columns).map(|at| {
                let value: rusqlite::types::Value = row.get_unwrap(at);
                match value {
                    rusqlite::types::Value::Blob(bytes) => {
                        String::from_utf8_lossy(&bytes).into_owned()
                    }
                    other => format!("{other:?}"),
                }
            });
            Ok(all.collect::<Vec<_>>().join(" "))
        });
        for row in rows.unwrap() {
            let row = row.unwrap();
            assert!(!secret(&row), "{table}: {row}");
        }
    }
}
