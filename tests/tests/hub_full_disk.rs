// SPDX-License-Identifier: GPL-3.0-or-later
//! A full disk, and one that can only be read: the hub says so, to who asks and to who looks after it, and ends; on a
//! good disk it has everything that it acknowledged.

use std::time::Duration;

use serde_json::{Value, json};
use torn_tests::lab::disk::SmallDisk;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};
use torn_tests::lab::need::{Need, met};
use torn_tests::lab::wait;

/// How long a hub may take to end that can't write its log.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

fn wish(hub: &Hub, key: &str) -> Answer {
    let wish = json!({ "service": "general" });
    hub.post("/v1/tickets", key, Some(&wish))
        .expect("an answer")
}

#[test]
fn a_hub_whose_disk_is_full_says_so_and_ends_and_has_all_it_acknowledged_when_there_is_room_again()
{
    if !met("a full disk", &[Need::Disk]) {
        return;
    }
    let disk = SmallDisk::new(4).expect("a disk");
    let setup = HubSetup {
        store: Some(disk.path().join("torn.db")),
        ..HubSetup::default()
    };
    let mut hub = Hub::start(setup).expect("the hub starts");
    let mut acknowledged: Vec<(String, Value)> = Vec::new();
    let mut acknowledge = |key: String, answer: &Answer| {
        acknowledged.push((key, answer.expect(201).expect("a ticket")));
    };
    for _ in 0..5 {
        let key = new_key();
        acknowledge(key.clone(), &wish(&hub, &key));
    }
    disk.fill().expect("it can be filled up");
    // The log's last page may have room for some more.
    let (refused_key, refused) = wait::until("the disk refuses", wait::GENEROUS, || {
        let key = new_key();
        let answer = wish(&hub, &key);
        if answer.status == 503 {
            return Some((key, answer));
        }
        acknowledge(key, &answer);
        None
    })
    .expect("a full disk takes nothing for ever");
    assert_eq!(refused.json()["code"], "store-failed");
    let status = hub
        .program()
        .wait_for_end(ENDS_WITHIN)
        .expect("a hub without a log ends");
    assert!(!status.success(), "{status}");
    let said = hub.program().stderr();
    assert!(
        said.contains("torn-hub") && said.contains("writing to the log"),
        "its last words: {said}"
    );

    disk.make_room().expect("room again");
    hub.start_again().expect("the hub starts again");
    for (key, ticket) in &acknowledged {
        let again = wish(&hub, key);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(&again.expect(201).expect("the ticket"), ticket);
    }
    let retried = wish(&hub, &refused_key);
    assert_eq!(
        retried.header("idempotency-replayed"),
        None,
        "nothing of it was done before"
    );
    let retried = retried.expect(201).expect("a ticket");
    let number = format!("A{:03}", acknowledged.len() + 1);
    assert_eq!(retried["number"], number, "no number is lost");
}

#[test]
fn a_hub_whose_disk_can_only_be_read_says_so_and_ends_and_has_all_it_acknowledged_when_it_can_be_written()
 {
    if !met("a disk that can only be read", &[Need::Disk]) {
        return;
    }
    let disk = SmallDisk::new(4).expect("a disk");
    let setup = HubSetup {
        store: Some(disk.path().join("torn.db")),
        ..HubSetup::default()
    };
    let mut hub = Hub::start(setup).expect("the hub starts");
    let keys: Vec<String> = (0..5).map(|_| new_key()).collect();
    let tickets: Vec<Value> = keys
        .iter()
        .map(|key| wish(&hub, key).expect(201).expect("a ticket"))
        .collect();
    // A system remounts a card in the middle of work; for us the hub lets go of its files first.
    hub.kill();
    hub.program()
        .wait_for_end(ENDS_WITHIN)
        .expect("it was killed");
    disk.make_read_only().expect("it is mounted anew");
    hub.start_again()
        .expect_err("a hub that can't write its log does not listen");
    let status = hub.program().wait_for_end(ENDS_WITHIN).expect("it ends");
    assert!(!status.success(), "{status}");
    let said = hub.program().stderr();
    assert!(
        said.contains("torn.") && said.contains("see that"),
        "its last words: {said}"
    );

    disk.make_writable().expect("it is mounted anew");
    hub.start_again().expect("the hub starts again");
    for (key, ticket) in keys.iter().zip(&tickets) {
        let again = wish(&hub, key);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(&again.expect(201).expect("the ticket"), ticket);
    }
    let next = wish(&hub, &new_key()).expect(201).expect("a ticket");
    assert_eq!(next["number"], "A006", "no number is lost");
}
