// SPDX-License-Identifier: GPL-3.0-or-later
//! Every operation of the disk fails in its turn, once and from then on: two days of an office end as if it had not.
//!
//! Where the hub refuses it is started again, as systemd does it, first on the disk as it is, then on a mended one,
//! and every key that has no answer is sent again.

use std::error::Error;

use rusqlite::Connection;
use serde_json::Value;
use torn_disk::{Disk, Fault, Operation, Surface};
use torn_hub::program::HubError;

use crate::hub::{Answer, Folder, Hub, SetTime};
use crate::script::{MORNING, Scene, scenes, told};

/// An office on a disk with a fault.
struct Office {
    folder: Folder,
    disk: Disk,
    time: SetTime,
    /// Always there, but while it is started again.
    hub: Option<Hub>,
    /// The wishes that were acknowledged, by path and body, with their answers.
    acknowledged: Vec<(String, String, Answer)>,
    /// Whether the disk has refused anything.
    fired: bool,
}

impl Office {
    fn on_a_disk_with(fault: Option<Fault>) -> Self {
        let folder = Folder::new();
        let disk = Disk::under(folder.path(), Surface::default()).unwrap();
        if let Some(fault) = fault {
            disk.fail(fault);
        }
        Self {
            folder,
            disk,
            time: SetTime::at(MORNING),
            hub: None,
            acknowledged: Vec::new(),
            fired: false,
        }
    }

    fn start(&self) -> Result<Hub, HubError> {
        let started = Hub::start(&self.folder, &self.time);
        if let Err(error) = &started {
            says_what_to_do(error);
        }
        started
    }

    async fn open(&mut self) {
        match self.start() {
            Ok(hub) => self.hub = Some(hub),
            Err(_) => self.recover().await,
        }
    }

    /// The hub ends; it is started on the disk as it is, and then on a mended one, where it has all it acknowledged.
    async fn recover(&mut self) {
        assert!(self.disk.fired() > 0, "refused, and the disk did not");
        self.fired = true;
        if let Some(hub) = self.hub.take()
            && let Err(error) = hub.end()
        {
            says_what_to_do(&error);
        }
        if let Ok(hub) = self.start() {
            // Whether such a disk lets it end well is not asked.
            let _ = hub.end();
        }
        self.disk.mend();
        self.hub = Some(self.start().expect("a good disk"));
        self.has_all_it_acknowledged().await;
    }

    async fn has_all_it_acknowledged(&self) {
        let hub = self.hub.as_ref().unwrap();
        for (place, (path, body, first)) in self.acknowledged.iter().enumerate() {
            let again = hub.post(path, &key(place), body).await;
            assert!(again.replayed, "{path} {body}: {again:?}");
            assert_eq!((again.status, &again.body), (first.status, &first.body));
        }
    }

    /// Asks until it is answered: at most the second time, since then the disk is mended.
    async fn answer(&mut self, path: &str, key: &str, body: &str) -> Answer {
        for _ in 0..2 {
            let answer = self.hub.as_ref().unwrap().post(path, key, body).await;
            if answer.accepted() {
                return answer;
            }
            let refused = (answer.status, answer.json());
            assert_eq!(refused.0, 503, "{path}: {}", refused.1);
            assert_eq!(refused.1["code"], "store-failed");
            self.recover().await;
        }
        panic!("{path} {body}: a good disk refuses");
    }

    async fn play(&mut self, scene: Scene) {
        match scene {
            Scene::Time(time) => self.time.set(time),
            Scene::Wish { path, body } => {
                let key = key(self.acknowledged.len());
                let answer = self.answer(&path, &key, &body).await;
                self.acknowledged.push((path, body, answer));
            }
            Scene::Again(place) => {
                let (path, body, first) = self.acknowledged[place].clone();
                let again = self.answer(&path, &key(place), &body).await;
                assert_eq!((again.replayed, &again.body), (true, &first.body));
            }
            Scene::Follow => {
                self.follow().await;
            }
        }
    }

    async fn follow(&mut self) -> Vec<Value> {
        if let Some(events) = self.hub.as_ref().unwrap().events().await {
            return events;
        }
        self.recover().await;
        let hub = self.hub.as_ref().unwrap();
        hub.events().await.expect("a good disk is read")
    }

    /// Ends it, and tells what a good disk shows of it then.
    async fn close(&mut self) -> Vec<Value> {
        if let Some(hub) = self.hub.take()
            && let Err(error) = hub.end()
        {
            says_what_to_do(&error);
        }
        self.fired |= self.disk.fired() > 0;
        self.disk.mend();
        self.hub = Some(self.start().expect("a good disk"));
        self.has_all_it_acknowledged().await;
        let events = self.follow().await;
        self.hub.take().unwrap().end().unwrap();
        let db = Connection::open(self.folder.log()).unwrap();
        let whole: String = db
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(whole, "ok");
        events.iter().map(told).collect()
    }
}

fn key(place: usize) -> String {
    format!("key-{place}")
}

/// Someone who reads it in the journal knows what to look at.
fn says_what_to_do(error: &dyn Error) {
    let said = error.to_string();
    assert!(
        said.contains("see that") || said.contains("restore a backup"),
        "no word of what to do: {said}"
    );
}

/// The two days on a disk with this fault: what they left, and whether the disk refused anything.
async fn two_days(fault: Option<Fault>) -> (Vec<Value>, bool) {
    let mut office = Office::on_a_disk_with(fault);
    office.open().await;
    for scene in scenes() {
        office.play(scene).await;
    }
    let left = office.close().await;
    (left, office.fired)
}

/// Two days for each fault, until a whole run passes without it.
async fn until_it_passes(faults: impl Iterator<Item = Fault>) {
    let (as_it_should, _) = two_days(None).await;
    for (runs, fault) in faults.enumerate() {
        let (left, fired) = two_days(Some(fault)).await;
        assert_eq!(left, as_it_should, "{fault:?}");
        if !fired {
            assert!(runs > 0, "never asked: {fault:?}");
            println!("{runs} runs, up to {fault:?}");
            return;
        }
    }
}

async fn each(operation: Operation) {
    for lasting in [false, true] {
        until_it_passes((1..).map(|nth| Fault::At {
            operation,
            nth,
            lasting,
        }))
        .await;
    }
}

#[tokio::test]
async fn every_write_that_can_fail_fails() {
    each(Operation::Write).await;
}

#[tokio::test]
async fn every_sync_that_can_fail_fails() {
    each(Operation::Sync).await;
}

#[tokio::test]
async fn every_read_that_can_fail_fails() {
    each(Operation::Read).await;
}

#[tokio::test]
async fn every_opening_of_a_file_that_can_fail_fails() {
    each(Operation::Open).await;
    each(Operation::Access).await;
    each(Operation::Size).await;
}

#[tokio::test]
async fn every_cut_and_deletion_of_a_file_that_can_fail_fails() {
    each(Operation::Truncate).await;
    each(Operation::Delete).await;
}

#[tokio::test]
async fn every_lock_and_every_shared_memory_that_can_fail_fails() {
    each(Operation::Lock).await;
    each(Operation::Map).await;
}

#[tokio::test]
async fn the_disk_is_full_at_every_place() {
    // Neither pages nor frames, so that each is met in its middle, too.
    until_it_passes((0..).step_by(1777).map(|bytes| Fault::Full { bytes })).await;
}

#[tokio::test]
async fn the_disk_becomes_read_only_at_every_place() {
    until_it_passes((1..).map(|nth| Fault::ReadOnly { nth })).await;
}
