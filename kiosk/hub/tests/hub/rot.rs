// SPDX-License-Identifier: GPL-3.0-or-later
//! Bits that rot on the card: a damage is found and named, and nothing damaged is told as if it were whole.

use std::ops::RangeInclusive;
use std::path::Path;

use rusqlite::Connection;
use serde_json::json;
use torn_hub::store::{self, Entry, History, Log, Step, StoreError};
use torn_queue::Seq;

use crate::support::{Folder, Hub, SetTime};

const UUID: &str = "506ff4cf-08d5-4a81-a675-30ae604d59b3";

/// All that a log gives out.
#[derive(Debug, PartialEq, Eq)]
struct Given {
    uuid: String,
    events: Vec<Entry>,
    answers: Vec<Option<(u16, Vec<u8>)>>,
    booked: Vec<String>,
}

/// What a log gives out, when it is opened and asked for everything; or that it is damaged.
fn given(path: &Path) -> Result<Given, StoreError> {
    let opened = Log::open(path, UUID)?;
    let history = History::open(path)?;
    let mut events = history.after(Seq::new(0), Seq::new(u64::from(u32::MAX)), u32::MAX)?;
    let rest = events.last().map_or(Seq::new(0), |last| last.seq);
    // What is whole before a damage is given, and then the damage is told.
    events.extend(history.after(rest, Seq::new(u64::from(u32::MAX)), 1)?);
    let rows = opened.keys.iter().map(|one| opened.log.answer(one.row));
    Ok(Given {
        uuid: opened.uuid,
        events,
        answers: rows.collect::<Result<_, _>>()?,
        booked: opened
            .bookings
            .iter()
            .map(|one| {
                format!(
                    "{}|{}|{:?}|{:?}",
                    one.uid, one.start_ms, one.code, one.checked_in
                )
            })
            .collect(),
    })
}

/// A log of two days with answers and appointments, closed; small enough to be damaged everywhere.
async fn two_days(folder: &Folder) {
    let time = SetTime::at("2026-11-24T08:00:00Z");
    for day in ["2026-11-24", "2026-11-25"] {
        time.set(&format!("{day}T08:00:00Z"));
        let hub = Hub::start_at(folder, crate::support::OFFICE, &time);
        let list = json!({"appointments": [
            {"uid": "made-up-1", "start": format!("{day}T09:00:00Z"), "service": "idcat", "code": "K7"},
            {"uid": "made-up-2", "start": format!("{day}T10:00:00Z"), "service": "idcat", "code": "Q2"}]});
        hub.command("/v1/appointments", &list).await;
        for key in 0..12 {
            hub.issue(&format!("{day}-{key}")).await;
        }
        for _ in 0..6 {
            hub.command("/v1/desks/1/next", &serde_json::Value::Null)
                .await;
        }
        hub.end();
    }
}

/// Numbers that look like chance and are the same in every run.
fn chance(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % u64::from(u32::MAX)).unwrap()
}

#[tokio::test]
async fn a_bit_that_rots_anywhere_in_the_log_is_found_or_changes_nothing_that_is_told() {
    let (folder, damaged) = (Folder::new(), Folder::new());
    two_days(&folder).await;
    let whole = std::fs::read(folder.log()).unwrap();
    std::fs::copy(folder.log(), damaged.log()).unwrap();
    let told = given(&damaged.log()).unwrap();
    assert!(told.events.len() > 40 && told.answers.len() > 20 && told.booked.len() == 2);

    let (mut seed, mut found) = (0x00C0_FFEE, 0);
    for round in 0..400 {
        let at = chance(&mut seed) % whole.len();
        let bit = chance(&mut seed) % 8;
        let mut rotten = whole.clone();
        rotten[at] ^= 1 << bit;
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", damaged.log().display()));
        }
        std::fs::write(damaged.log(), &rotten).unwrap();
        let checked = store::check(&damaged.log(), |_, _| ());
        let again = given(&damaged.log());
        found += usize::from(checked.is_err());
        match again {
            Ok(again) => assert_eq!(again, told, "round {round}: bit {bit} of byte {at}"),
            Err(error) => assert!(
                checked.is_err() || !error.is_damage(),
                "round {round}: bit {bit} of byte {at} is found when it is opened and not by a check: {error}"
            ),
        }
    }
    assert!(found > 100, "only {found} of 400 were found");
}

/// Events that are made up, and long enough to take several pages.
struct Filled(Vec<Entry>);

impl Filled {
    fn step(&self) -> Step<'_> {
        Step {
            entries: &self.0,
            ..Step::default()
        }
    }
}

fn filled(seqs: RangeInclusive<u64>, bytes: usize) -> Filled {
    let entry = |seq| Entry {
        seq: Seq::new(seq),
        at_ms: 1_795_507_200_000 + i64::try_from(seq).unwrap(),
        kind: if seq == 1 { "day-began" } else { "desk-opened" }.to_owned(),
        data: format!("{{\"seq\":{seq},\"filled\":\"{}\"}}", "x".repeat(bytes)),
    };
    Filled(seqs.map(entry).collect())
}

/// The log of a hub that was killed: the file and what stands ahead of it, copied while it is open.
fn killed(folder: &Folder, copy: &Folder, commits: u64) {
    let mut log = Log::open(&folder.log(), UUID).unwrap().log;
    for seq in 1..=commits {
        log.commit(filled(seq..=seq, 700).step()).unwrap();
    }
    copied(folder, copy);
}

fn copied(from: &Folder, to: &Folder) {
    for end in ["", "-wal"] {
        let file = |folder: &Folder| format!("{}{end}", folder.log().display());
        std::fs::copy(file(from), file(to)).unwrap();
    }
    let _ = std::fs::remove_file(format!("{}-shm", to.log().display()));
}

/// So many that a frame's header also lies across two sectors.
const COMMITS: u64 = 40;

/// The places of the frames of a write-ahead file, and which of them end a commit.
fn frames(ahead: &[u8]) -> Vec<(usize, bool)> {
    let page = usize::try_from(u32::from_be_bytes(ahead[8..12].try_into().unwrap())).unwrap();
    let frames = (ahead.len() - 32) / (page + 24);
    let places = (0..frames).map(|frame| 32 + frame * (page + 24));
    places
        .map(|at| (at, ahead[at + 4..at + 8] != [0; 4]))
        .collect()
}

#[test]
fn a_bit_that_rots_ahead_of_the_log_is_found_unless_it_is_in_the_last_commit() {
    let (folder, whole, damaged) = (Folder::new(), Folder::new(), Folder::new());
    killed(&folder, &whole, COMMITS);
    let wal = |folder: &Folder| format!("{}-wal", folder.log().display());
    let ahead = std::fs::read(wal(&whole)).unwrap();
    let frames = frames(&ahead);
    let last_commit = {
        let mut ends = frames.iter().rev().filter(|(_, ends)| *ends).skip(1);
        ends.next().unwrap().0
    };
    let page = frames[1].0 - frames[0].0;
    let mut seed = 0x0BAD_5EED;
    let mut header: Vec<usize> = (0..32).collect();
    for (at, _) in &frames {
        // One of the page's number, the commit's mark, the salts and the checksum, and somewhere in the page.
        header.push(at + [0, 5, 7, 9, 14, 18, 23][chance(&mut seed) % 7]);
        header.push(at + 24 + chance(&mut seed) % (page - 24));
    }
    for at in header {
        copied(&whole, &damaged);
        let mut rotten = ahead.clone();
        rotten[at] ^= 1 << (chance(&mut seed) % 8);
        std::fs::write(wal(&damaged), &rotten).unwrap();
        let opened = Log::open(&damaged.log(), UUID);
        if at < last_commit + page {
            let refused = opened.err();
            assert!(
                refused.as_ref().is_some_and(StoreError::is_damage),
                "byte {at} of {}, frames {frames:?}: {refused:?}",
                ahead.len()
            );
        } else if let Ok(opened) = opened {
            // As after a power cut, the last one may be gone; all before it are there.
            assert!(opened.today.len() as u64 >= COMMITS - 1, "byte {at}");
        }
    }
}

/// The log's files after one more commit.
fn files(folder: &Folder) -> [Vec<u8>; 2] {
    ["", "-wal"].map(|end| std::fs::read(format!("{}{end}", folder.log().display())).unwrap())
}

#[test]
fn what_a_power_cut_leaves_ahead_of_the_log_opens() {
    let (folder, cut) = (Folder::new(), Folder::new());
    let mut log = Log::open(&folder.log(), UUID).unwrap().log;
    log.commit(filled(1..=1, 100).step()).unwrap();
    let other = Connection::open(folder.log()).unwrap();
    let mut seed = 0x005E_ED0F_C075;
    let mut seq = 1;
    let mut before = files(&folder);
    for commit in 0..32 {
        if commit % 16 == 15 {
            // From now on it is written from its beginning, over what was there.
            other
                .query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))
                .unwrap();
            before = files(&folder);
        }
        let (first, events) = (seq + 1, [1, 30, 3][commit % 3]);
        seq += events;
        log.commit(filled(first..=seq, 700).step()).unwrap();
        let after = files(&folder);
        for image in 0..4 {
            let sector = [512, 4096][image % 2];
            let mut ahead = before[1].clone();
            ahead.resize(after[1].len().max(ahead.len()), 0);
            // What was synced is there; the rest of this commit came to the card in parts, in any order.
            for place in (0..after[1].len()).step_by(sector) {
                let end = (place + sector).min(after[1].len());
                if place == 0 || chance(&mut seed) % 4 > image / 2 {
                    ahead[place..end].copy_from_slice(&after[1][place..end]);
                }
            }
            std::fs::write(cut.log(), &before[0]).unwrap();
            std::fs::write(format!("{}-wal", cut.log().display()), &ahead).unwrap();
            let _ = std::fs::remove_file(format!("{}-shm", cut.log().display()));
            let opened = Log::open(&cut.log(), UUID)
                .unwrap_or_else(|error| panic!("commit {commit}, image {image}: {error}"));
            let found = opened.today.last().unwrap().seq.get();
            assert!(found == first - 1 || found == seq, "{found} of {seq}");
        }
        before = after;
    }
}

#[tokio::test]
async fn a_damage_of_an_earlier_day_ends_the_stream_before_it_and_is_named_by_its_seq() {
    let folder = Folder::new();
    two_days(&folder).await;
    let db = Connection::open(folder.log()).unwrap();
    db.execute(
        "UPDATE event SET data = replace(data, '2026-11-24', '2026-11-23') WHERE seq = 9",
        [],
    )
    .unwrap();
    drop(db);
    let found = store::check(&folder.log(), |_, _| ()).unwrap_err();
    assert!(
        matches!(&found, StoreError::Damaged { seq, .. } if seq.get() == 9),
        "{found}"
    );
    assert!(found.to_string().contains("seq 9"), "{found}");

    let time = SetTime::at("2026-11-25T08:10:00Z");
    let hub = Hub::start_at(&folder, crate::support::OFFICE, &time);
    assert_eq!(hub.issue("today").await.status, 201, "today is whole");
    assert_eq!(hub.get("/readyz").await.json()["damaged_at"], json!(null));
    let request = axum::http::Request::get("/v1/events?after=0");
    let request = request.body(axum::body::Body::empty()).unwrap();
    let (_, told) = hub.stream(request).await;
    assert!(
        told.contains("id: 8\n") && !told.contains("id: 9\n"),
        "{told}"
    );
    assert_eq!(hub.get("/readyz").await.json()["damaged_at"], 9);
    let counted = String::from_utf8(hub.get("/metrics").await.body).unwrap();
    assert!(counted.contains("torn_damaged_at 9\n"), "{counted}");
    let found = store::check(&folder.log(), |_, _| ()).unwrap_err();
    assert!(found.is_damage(), "also while a hub has it open: {found}");
    hub.end();
}

#[tokio::test]
async fn a_whole_log_is_checked_while_a_hub_writes_it() {
    let folder = Folder::new();
    two_days(&folder).await;
    let time = SetTime::at("2026-11-25T08:10:00Z");
    let hub = Hub::start_at(&folder, crate::support::OFFICE, &time);
    for key in 0..5 {
        assert_eq!(hub.issue(&format!("more-{key}")).await.status, 201);
        let mut said = Vec::new();
        let checked = store::check(&folder.log(), |at, of| said.push((at, of))).unwrap();
        let newest = hub.state().await["seq"].as_u64().unwrap();
        assert_eq!((checked.events, checked.last_seq.get()), (newest, newest));
        assert_eq!(said.last(), Some(&(newest, newest)));
        assert_eq!(*hub.app.log, checked.uuid);
    }
    hub.end();
}

#[tokio::test]
async fn a_damage_of_today_keeps_the_hub_from_starting_and_is_named_by_its_seq() {
    let folder = Folder::new();
    two_days(&folder).await;
    let db = Connection::open(folder.log()).unwrap();
    let last: u64 = db
        .query_row("SELECT max(seq) FROM event", [], |row| row.get(0))
        .unwrap();
    db.execute("UPDATE event SET at_ms = at_ms + 1 WHERE seq = ?1", [last])
        .unwrap();
    drop(db);
    let refused = Log::open(&folder.log(), UUID).unwrap_err().to_string();
    assert!(
        refused.contains(&format!("damaged at seq {last}")) && refused.contains("backup"),
        "{refused}"
    );
}

#[tokio::test]
async fn events_that_are_gone_from_the_end_are_missed() {
    let folder = Folder::new();
    two_days(&folder).await;
    let db = Connection::open(folder.log()).unwrap();
    db.execute(
        "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
        [],
    )
    .unwrap();
    drop(db);
    let refused = Log::open(&folder.log(), UUID).unwrap_err();
    assert!(refused.is_damage(), "{refused}");
}

#[test]
fn a_log_that_is_gone_while_something_stands_ahead_of_it_is_not_begun_anew() {
    let (folder, whole) = (Folder::new(), Folder::new());
    killed(&folder, &whole, COMMITS);
    std::fs::write(whole.log(), "").unwrap();
    let refused = Log::open(&whole.log(), UUID).unwrap_err();
    assert!(refused.is_damage(), "{refused}");
    std::fs::remove_file(whole.log()).unwrap();
    let refused = Log::open(&whole.log(), UUID).unwrap_err().to_string();
    assert!(refused.contains("empty or not there"), "{refused}");
}

#[test]
fn a_header_ahead_of_the_log_that_is_gone_is_found_by_the_frames_behind_it() {
    let (folder, whole) = (Folder::new(), Folder::new());
    killed(&folder, &whole, COMMITS);
    let wal = format!("{}-wal", whole.log().display());
    let mut ahead = std::fs::read(&wal).unwrap();
    ahead[..32].fill(0);
    std::fs::write(&wal, &ahead).unwrap();
    assert!(Log::open(&whole.log(), UUID).unwrap_err().is_damage());
}

#[tokio::test]
async fn a_log_that_was_emptied_or_is_gone_is_not_begun_anew_and_the_hub_says_what_to_do() {
    let folder = Folder::new();
    two_days(&folder).await;
    let mut config = torn_config::office(crate::support::OFFICE).unwrap();
    config.store = folder.log();
    let refused = || {
        let stop = tokio_util::sync::CancellationToken::new();
        let refused = torn_hub::program::assemble(&config, true, stop);
        refused.unwrap_err().to_string()
    };
    std::fs::write(folder.log(), "").unwrap();
    let said = refused();
    assert!(
        said.contains("is empty") && said.contains("backup"),
        "{said}"
    );
    std::fs::remove_file(folder.log()).unwrap();
    let said = refused();
    assert!(
        said.contains("is gone") && said.contains("backup"),
        "{said}"
    );
    assert!(!folder.log().exists());
    std::fs::remove_file(folder.path().join("torn.key")).unwrap();
    let hub = Hub::start(&folder);
    assert_eq!(hub.issue("new").await.json()["number"], "A001");
}
