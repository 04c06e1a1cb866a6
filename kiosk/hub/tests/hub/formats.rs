// SPDX-License-Identifier: GPL-3.0-or-later
//! Logs of older formats: they open, fold to the same, and go on.

use rusqlite::Connection;
use serde_json::json;

use crate::support::{Folder, Hub, OFFICE, SetTime};

/// The first format, as it was created then.
const FORMAT_1: &str = "
    PRAGMA application_id = 1416589934;
    PRAGMA user_version = 1;
    CREATE TABLE log (uuid TEXT NOT NULL) STRICT;
    CREATE TABLE event (
        seq INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL
    ) STRICT;
    CREATE INDEX day_began ON event (seq) WHERE kind = 'day-began';
    CREATE TABLE answer (
        id INTEGER PRIMARY KEY,
        day TEXT NOT NULL,
        key TEXT NOT NULL,
        digest BLOB NOT NULL,
        status INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
";

#[tokio::test]
async fn a_log_of_the_first_format_opens_folds_to_the_same_and_goes_on() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T09:00:00Z");
    let log = "5a1c0c3e-0f3e-4c57-9a43-2b1f6d0f7e11";
    // The office as version 0.1 wrote it, before there were seasons and openings.
    let office = json!({
        "id": "oiac", "time_zone": "Europe/Madrid", "languages": ["ca", "es"], "name": {"ca": "Oficina"},
        "town": null, "public_url": "https://torn.example", "hours": {}, "holidays": [],
        "services": [{"id": "general", "letter": "A", "name": {"ca": "Informació general"},
            "appointment": "optional", "minutes": 10, "board_name": null, "fallback": null, "place": null, "icon": null}],
        "desks": [{"id": "1", "name": {"ca": "Taula 1"}, "services": null}],
        "policy": {"appointment_weight": 3, "appointment_grace_min": 10, "next_guard_s": 0, "stop_issuing": true},
        "links": {"booking": null, "e_office": null, "whatsapp": null}, "accent": null,
    });
    let at = "2026-11-24T08:00:00.000Z";
    let events = [
        json!({"seq": 1, "at": at, "by": "local", "kind": "day-began", "log": log, "day": "2026-11-24",
            "office": office, "left": 0, "ended": 0}),
        json!({"seq": 2, "at": at, "by": "kiosk-1", "kind": "ticket-issued", "ticket": "2026-11-24-A001",
            "number": "A001", "service": "general", "class": "walk-in", "language": "ca", "due_at": at,
            "appointment_at": null, "ahead": 0, "wait": null}),
        json!({"seq": 3, "at": at, "by": "kiosk-1", "kind": "ticket-issued", "ticket": "2026-11-24-A002",
            "number": "A002", "service": "general", "class": "walk-in", "language": "ca", "due_at": at,
            "appointment_at": null, "ahead": 1, "wait": null}),
        json!({"seq": 4, "at": at, "by": "desk-1", "kind": "desk-opened", "desk": "1"}),
        json!({"seq": 5, "at": at, "by": "desk-1", "kind": "ticket-called", "ticket": "2026-11-24-A001",
            "number": "A001", "service": "general", "desk": "1"}),
    ];
    let old = Connection::open(folder.log()).unwrap();
    old.execute_batch(FORMAT_1).unwrap();
    old.execute("INSERT INTO log VALUES (?1)", [log]).unwrap();
    for event in &events {
        let (seq, kind) = (event["seq"].as_u64().unwrap(), event["kind"].as_str());
        old.execute(
            "INSERT INTO event VALUES (?1, 1795939200000, ?2, ?3)",
            (seq, kind, event.to_string()),
        )
        .unwrap();
    }
    drop(old);

    let hub = Hub::start_at(&folder, OFFICE, &time);
    assert_eq!(&*hub.app.log, log);
    let state = hub.state().await;
    assert_eq!(
        (&state["day"], &state["open"]),
        (&json!("2026-11-24"), &json!(true))
    );
    assert_eq!(state["waiting"][0]["number"], "A002");
    assert_eq!(state["calls"][0]["number"], "A001");
    assert_eq!(hub.issue("a").await.json()["number"], "A003");
    let list = json!({"appointments": [{"uid": "u", "start": "2026-11-24T09:00:00Z", "service": "general", "code": "K7"}]});
    let taken = hub.command("/v1/appointments", &list).await;
    assert_eq!(taken.json(), json!({"accepted": 1, "skipped": 0}));
    assert_eq!(
        hub.command("/v1/check-ins", &json!({"code": "k7"}))
            .await
            .outcome(),
        "201"
    );
    hub.end();
    let now = Connection::open(folder.log()).unwrap();
    let version: i32 = now
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 2);
}
