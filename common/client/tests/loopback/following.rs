// SPDX-License-Identifier: GPL-3.0-or-later
//! What a follower is told through cuts, other logs and events it does not know.

use tokio::sync::mpsc::Receiver;
use torn_client::{Client, Update};

use crate::hub::{Connection, LOG, OTHER_LOG, Script, beat, day_began, desk_opened, frame, start};

/// An update in a word, so that a test reads as the story that was told.
async fn told(updates: &mut Receiver<Update>) -> String {
    match updates.recv().await.unwrap() {
        Update::Afresh => "afresh".to_owned(),
        Update::Event(event) => format!("{} {}", event.seq, event.fact.kind()),
        Update::UnknownKind { seq, kind, .. } => format!("{seq} unknown {kind}"),
        Update::Beat(beat) => format!("beat {}", beat.seq),
        Update::Connected => "connected".to_owned(),
        Update::Away { .. } => "away".to_owned(),
    }
}

async fn assert_told(updates: &mut Receiver<Update>, story: &[&str]) {
    for line in story {
        assert_eq!(told(updates).await, *line, "of {story:?}");
    }
}

fn connection(log: &'static str, frames: Vec<String>) -> Connection {
    Connection {
        log,
        frames,
        stays: false,
    }
}

fn last_connection(log: &'static str, frames: Vec<String>) -> Connection {
    Connection {
        log,
        frames,
        stays: true,
    }
}

fn script(connections: Vec<Connection>) -> Script {
    Script {
        connections: std::sync::Mutex::new(connections.into()),
        ..Script::default()
    }
}

#[tokio::test]
async fn after_a_cut_it_goes_on_where_it_ended() {
    let (hub, script) = start(script(vec![
        connection(LOG, vec![day_began(1), desk_opened(2), beat(2)]),
        last_connection(LOG, vec![desk_opened(3)]),
    ]))
    .await;
    let mut updates = Client::new(&hub, None).unwrap().follow();
    assert_told(
        &mut updates,
        &[
            "connected",
            "1 day-began",
            "2 desk-opened",
            "beat 2",
            "away",
        ],
    )
    .await;
    assert_told(&mut updates, &["connected", "3 desk-opened"]).await;
    assert_eq!(
        *script.asked_after.lock().unwrap(),
        [None, Some("2".to_owned())]
    );
}

#[tokio::test]
async fn a_hub_that_is_not_there_yet_is_away_until_it_comes() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hub = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut updates = Client::new(&hub, None).unwrap().follow();
    assert_told(&mut updates, &["away"]).await;
}

#[tokio::test]
async fn being_away_is_told_once_and_ends_by_itself() {
    // Two answers that are no stream, then the stream.
    let (hub, script) = start(Script::default()).await;
    let mut updates = Client::new(&hub, None).unwrap().follow();
    assert_told(&mut updates, &["away"]).await;
    script
        .connections
        .lock()
        .unwrap()
        .push_back(last_connection(LOG, vec![day_began(1)]));
    assert_told(&mut updates, &["connected", "1 day-began"]).await;
}

#[tokio::test]
async fn today_told_again_begins_afresh() {
    let (hub, _script) = start(script(vec![
        connection(LOG, vec![day_began(1), desk_opened(2)]),
        last_connection(LOG, vec![day_began(40), desk_opened(41)]),
    ]))
    .await;
    let mut updates = Client::new(&hub, None).unwrap().follow();
    assert_told(
        &mut updates,
        &["connected", "1 day-began", "2 desk-opened", "away"],
    )
    .await;
    assert_told(
        &mut updates,
        &["connected", "afresh", "40 day-began", "41 desk-opened"],
    )
    .await;
}

#[tokio::test]
async fn another_log_begins_afresh_from_its_own_day() {
    let (hub, script) = start(script(vec![
        connection(LOG, vec![day_began(1), desk_opened(2)]),
        // Asked for what follows 2, it tells 3: of a log that nobody here has read.
        connection(OTHER_LOG, vec![desk_opened(3)]),
        last_connection(
            OTHER_LOG,
            vec![day_began(1), desk_opened(2), desk_opened(3)],
        ),
    ]))
    .await;
    let mut updates = Client::new(&hub, None).unwrap().follow();
    assert_told(
        &mut updates,
        &[
            "connected",
            "1 day-began",
            "2 desk-opened",
            "away",
            "afresh",
        ],
    )
    .await;
    assert_told(
        &mut updates,
        &["connected", "1 day-began", "2 desk-opened", "3 desk-opened"],
    )
    .await;
    assert_eq!(
        *script.asked_after.lock().unwrap(),
        [None, Some("2".to_owned()), None]
    );
}

#[tokio::test]
async fn a_missing_event_is_asked_for_and_then_everything_is() {
    let (hub, script) = start(script(vec![
        connection(LOG, vec![day_began(1), desk_opened(3)]),
        connection(LOG, vec![desk_opened(3)]),
        last_connection(LOG, vec![day_began(1), desk_opened(2), desk_opened(3)]),
    ]))
    .await;
    let mut updates = Client::new(&hub, None).unwrap().follow();
    assert_told(
        &mut updates,
        &[
            "connected",
            "1 day-began",
            "away",
            "connected",
            "afresh",
            "away",
        ],
    )
    .await;
    assert_told(
        &mut updates,
        &["connected", "1 day-began", "2 desk-opened", "3 desk-opened"],
    )
    .await;
    assert_eq!(
        *script.asked_after.lock().unwrap(),
        [None, Some("1".to_owned()), None]
    );
}

#[tokio::test]
async fn what_was_told_is_not_told_twice() {
    let (hub, _script) = start(script(vec![
        connection(LOG, vec![day_began(1), desk_opened(2)]),
        last_connection(LOG, vec![desk_opened(2), desk_opened(3)]),
    ]))
    .await;
    let mut updates = Client::new(&hub, None).unwrap().follow();
    assert_told(
        &mut updates,
        &["connected", "1 day-began", "2 desk-opened", "away"],
    )
    .await;
    assert_told(&mut updates, &["connected", "3 desk-opened"]).await;
}

#[tokio::test]
async fn an_event_of_an_unknown_kind_keeps_its_place_and_it_goes_on() {
    let tea = frame(2, "tea-served", r#","cups":4"#);
    let (hub, script) = start(script(vec![
        connection(LOG, vec![day_began(1), tea]),
        last_connection(LOG, vec![desk_opened(3)]),
    ]))
    .await;
    let mut updates = Client::new(&hub, None).unwrap().follow();
    assert_told(
        &mut updates,
        &["connected", "1 day-began", "2 unknown tea-served", "away"],
    )
    .await;
    assert_told(&mut updates, &["connected", "3 desk-opened"]).await;
    assert_eq!(
        *script.asked_after.lock().unwrap(),
        [None, Some("2".to_owned())]
    );
}

#[tokio::test]
async fn away_tells_since_when() {
    let (hub, script) = start(script(vec![last_connection(LOG, vec![day_began(1)])])).await;
    let mut updates = Client::new(&hub, None).unwrap().follow();
    assert_told(&mut updates, &["connected", "1 day-began"]).await;
    let known_by = std::time::Instant::now();
    script.cut.notify_one();
    let Some(Update::Away { since }) = updates.recv().await else {
        panic!("it was not told")
    };
    assert!(since <= known_by);
}

#[tokio::test]
async fn it_stops_when_nobody_listens() {
    let (hub, script) = start(script(vec![last_connection(LOG, vec![day_began(1)])])).await;
    let mut updates = Client::new(&hub, None).unwrap().follow();
    assert_told(&mut updates, &["connected", "1 day-began"]).await;
    drop(updates);
    script.stream_ended.notified().await;
}
