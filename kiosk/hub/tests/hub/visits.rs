// SPDX-License-Identifier: GPL-3.0-or-later
//! What becomes of a visit by the routes of its ticket and its desk, and every refusal of theirs.

use serde_json::{Value, json};

use crate::support::{Folder, Hub, OFFICE, SetTime};

const NOTHING: Value = Value::Null;

async fn ticket(hub: &Hub) -> String {
    let ticket = hub
        .command("/v1/tickets", &json!({"service": "general"}))
        .await;
    ticket.json()["id"].as_str().unwrap().to_owned()
}

async fn outcome(hub: &Hub, path: &str, body: &Value) -> String {
    hub.command(path, body).await.outcome()
}

#[tokio::test]
async fn a_ticket_is_missed_restored_and_missed_again_for_good() {
    let folder = Folder::new();
    let time = SetTime::at("2026-11-24T10:00:00Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    let first = ticket(&hub).await;
    let restore = format!("/v1/tickets/{first}/restore");
    assert_eq!(
        outcome(&hub, &restore, &NOTHING).await,
        "409 ticket-not-no-show"
    );
    hub.command("/v1/desks/1/next", &NOTHING).await;
    hub.command("/v1/desks/1/no-show", &NOTHING).await;
    assert_eq!(hub.state().await["restorable"][0]["id"], first.as_str());
    let restored = hub.command(&restore, &json!({})).await;
    assert_eq!(
        (&restored.json()["id"], &restored.json()["status"]),
        (&json!(first), &json!("waiting"))
    );
    hub.command("/v1/desks/1/next", &NOTHING).await;
    hub.command("/v1/desks/1/no-show", &NOTHING).await;
    assert_eq!(outcome(&hub, &restore, &NOTHING).await, "409 restore-used");

    let second = ticket(&hub).await;
    hub.command("/v1/desks/1/next", &NOTHING).await;
    hub.command("/v1/desks/1/no-show", &NOTHING).await;
    time.set("2026-11-24T10:15:01Z");
    let restore = format!("/v1/tickets/{second}/restore");
    assert_eq!(
        outcome(&hub, &restore, &NOTHING).await,
        "409 restore-expired"
    );
    assert_eq!(hub.state().await["restorable"], json!([]));
    assert_eq!(
        outcome(&hub, &restore, &json!({"x": 1})).await,
        "400 malformed"
    );
    let unknown = "/v1/tickets/2026-11-24-A099/restore";
    assert_eq!(
        outcome(&hub, unknown, &json!({"x": 1})).await,
        "404 unknown-ticket"
    );
}

#[tokio::test]
async fn a_ticket_is_called_out_of_order_transferred_parked_and_resumed() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let (first, second) = (ticket(&hub).await, ticket(&hub).await);
    let call = format!("/v1/tickets/{second}/call");
    let called = hub.command(&call, &json!({"desk": "1"})).await;
    assert_eq!(
        (&called.json()["status"], &called.json()["desk"]),
        (&json!("called"), &json!("1"))
    );
    assert_eq!(
        outcome(&hub, &call, &json!({"desk": "2"})).await,
        "409 ticket-not-waiting"
    );
    let call = format!("/v1/tickets/{first}/call");
    assert_eq!(
        outcome(&hub, &call, &json!({"desk": "1"})).await,
        "409 desk-serving"
    );

    let sent = hub
        .command("/v1/desks/1/transfer", &json!({"desk": "2"}))
        .await;
    assert_eq!(
        (
            &sent.json()["id"],
            &sent.json()["status"],
            &sent.json()["ticket"]
        ),
        (&json!("1"), &json!("open"), &NOTHING)
    );
    let call = format!("/v1/tickets/{second}/call");
    let called = hub.command(&call, &json!({"desk": "2"})).await;
    assert_eq!(called.json()["desk"], "2");
    let parked = hub.command("/v1/desks/2/park", &NOTHING).await;
    assert_eq!(parked.json()["ticket"], NOTHING);
    assert_eq!(hub.state().await["parked"][0]["id"], second.as_str());
    let resume = json!({"ticket": second});
    let resumed = hub.command("/v1/desks/1/resume", &resume).await;
    assert_eq!(
        (&resumed.json()["status"], &resumed.json()["ticket"]),
        (&json!("serving"), &json!(second))
    );
    assert_eq!(hub.state().await["calls"][0]["number"], "A002");
    assert_eq!(
        outcome(&hub, "/v1/desks/2/resume", &resume).await,
        "409 ticket-not-parked"
    );
    assert_eq!(
        outcome(&hub, "/v1/desks/1/resume", &resume).await,
        "409 desk-serving"
    );
    let sent = hub
        .command("/v1/desks/1/transfer", &json!({"service": "idcat"}))
        .await;
    assert_eq!(sent.outcome(), "200");
    let moved = hub.get(&format!("/v1/tickets/{second}")).await.json();
    assert_eq!(
        (&moved["service"], &moved["number"]),
        (&json!("idcat"), &json!("A002"))
    );
}

#[tokio::test]
async fn a_desk_pauses_and_a_call_opens_it_again() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    hub.command("/v1/desks/1/open", &NOTHING).await;
    let paused = hub.command("/v1/desks/1/pause", &NOTHING).await;
    assert_eq!(paused.json()["status"], "paused");
    let seq = hub.state().await["seq"].clone();
    assert_eq!(outcome(&hub, "/v1/desks/1/pause", &NOTHING).await, "200");
    assert_eq!(
        hub.state().await["seq"],
        seq,
        "a paused desk that pauses is no event"
    );
    ticket(&hub).await;
    assert_eq!(outcome(&hub, "/v1/desks/1/next", &NOTHING).await, "200");
    assert_eq!(
        outcome(&hub, "/v1/desks/1/pause", &NOTHING).await,
        "409 desk-serving"
    );
}

#[tokio::test]
async fn a_wish_that_cant_be_read_or_met_is_refused_with_its_code() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let waits = ticket(&hub).await;
    let call = format!("/v1/tickets/{waits}/call");
    let before = hub.state().await["seq"].clone();
    let none = "2026-11-24-A099";
    let table = [
        ("/v1/desks/1/transfer", json!({}), "400 malformed"),
        (
            "/v1/desks/1/transfer",
            json!({"service": "general", "desk": "2"}),
            "400 malformed",
        ),
        (
            "/v1/desks/1/transfer",
            json!({"service": "none"}),
            "404 unknown-service",
        ),
        (
            "/v1/desks/1/transfer",
            json!({"desk": "9"}),
            "404 unknown-desk",
        ),
        (
            "/v1/desks/1/transfer",
            json!({"desk": "2"}),
            "409 desk-idle",
        ),
        ("/v1/desks/9/transfer", json!({"x": 1}), "404 unknown-desk"),
        ("/v1/desks/1/park", json!({"x": 1}), "400 malformed"),
        ("/v1/desks/1/park", NOTHING, "409 desk-idle"),
        ("/v1/desks/9/park", NOTHING, "404 unknown-desk"),
        ("/v1/desks/1/resume", NOTHING, "400 malformed"),
        (
            "/v1/desks/1/resume",
            json!({"ticket": "A001"}),
            "400 malformed",
        ),
        (
            "/v1/desks/1/resume",
            json!({"ticket": none}),
            "404 unknown-ticket",
        ),
        (
            "/v1/desks/1/resume",
            json!({"ticket": waits}),
            "409 ticket-not-parked",
        ),
        ("/v1/desks/1/pause", json!([]), "400 malformed"),
        ("/v1/desks/9/pause", NOTHING, "404 unknown-desk"),
        (&call, json!({}), "400 malformed"),
        (&call, json!({"desk": "9"}), "404 unknown-desk"),
        (
            "/v1/tickets/2026-11-24-A099/call",
            json!({"x": 1}),
            "404 unknown-ticket",
        ),
        (
            "/v1/tickets/2026-11-24-A099/restore",
            NOTHING,
            "404 unknown-ticket",
        ),
        (
            "/v1/services/none/open",
            json!({"x": 1}),
            "404 unknown-service",
        ),
        ("/v1/services/none/close", NOTHING, "404 unknown-service"),
        (
            "/v1/services/general/close",
            json!({"x": 1}),
            "400 malformed",
        ),
        ("/v1/office/open", json!({"x": 1}), "400 malformed"),
        ("/v1/office/close", json!([]), "400 malformed"),
    ];
    for (path, body, code) in table {
        assert_eq!(outcome(&hub, path, &body).await, code, "{path} {body}");
    }
    assert_eq!(hub.state().await["seq"], before);
}
