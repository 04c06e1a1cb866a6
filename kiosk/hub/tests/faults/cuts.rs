// SPDX-License-Identifier: GPL-3.0-or-later
//! Three days of an office on a card, and the card as it could lie there after a power cut at any moment of them.
//!
//! The days have all that the hub does to its file: commits of one and of many, a write-ahead file that fills up and
//! is begun again, a restart, the ends of days with what they delete, an end.

use futures_util::future::join_all;
use serde_json::{Value, json};
use torn_disk::{Disk, Surface};
use torn_hub::store::History;
use torn_queue::Seq;

use crate::hub::{Folder, Hub, SetTime};
use crate::images::{Acknowledged, Seen, check_all};

/// Images in a common run.
const IMAGES: u64 = 2400;

/// Kiosks that ask at once.
const TOGETHER: usize = 6;

/// An office whose disk records, and what it was told.
struct Office {
    folder: Folder,
    disk: Disk,
    time: SetTime,
    hub: Hub,
    acknowledged: Vec<Acknowledged>,
    day: usize,
}

impl Office {
    fn open() -> Self {
        let folder = Folder::new();
        let disk = Disk::recording(folder.path(), Surface::default()).unwrap();
        let time = SetTime::at("2026-11-24T08:00:00Z");
        let hub = Hub::start(&folder, &time).unwrap();
        Self {
            folder,
            disk,
            time,
            hub,
            acknowledged: Vec::new(),
            day: 1,
        }
    }

    /// Asks for all of this at once.
    async fn ask(&mut self, wishes: Vec<(String, Value)>) {
        let first = self.acknowledged.len();
        let (hub, disk, day) = (&self.hub, &self.disk, self.day);
        let asked = wishes.into_iter().enumerate().map(|(place, (path, body))| {
            let number = first + place;
            async move {
                let key = format!("key-{number}");
                let body = match body {
                    Value::Null => String::new(),
                    some => some.to_string(),
                };
                let answer = hub.post(&path, &key, &body).await;
                assert!(answer.accepted(), "{path} {body}: {}", answer.json());
                // In this order: what is shown a moment later may lie behind the mark.
                let newest = hub.newest();
                disk.mark(number as u64);
                Acknowledged {
                    path,
                    key,
                    body,
                    answer,
                    newest,
                    day,
                }
            }
        });
        let answered = join_all(asked).await;
        self.acknowledged.extend(answered);
    }

    async fn press(&mut self, path: &str) {
        self.ask(vec![(path.to_owned(), Value::Null)]).await;
    }

    /// So many times: some tickets at once, and one of them served.
    async fn serve(&mut self, times: usize) {
        for _ in 0..times {
            let issue = || ("/v1/tickets".to_owned(), json!({"service": "general"}));
            self.ask((0..TOGETHER).map(|_| issue()).collect()).await;
            self.press("/v1/desks/1/next").await;
            self.press("/v1/desks/1/finish").await;
        }
    }

    /// Who is booked for each of the days; one of them comes.
    async fn book(&mut self, day: &str) {
        let booked = |place: usize| {
            json!({"uid": format!("u{place}"), "start": format!("{day}T09:{place:02}:00Z"),
                "service": "general", "code": format!("C{place}")})
        };
        let list: Vec<Value> = (10..50).map(booked).collect();
        let list = json!({"appointments": list});
        self.ask(vec![("/v1/appointments".to_owned(), list)]).await;
        let came = json!({"code": "C10"});
        self.ask(vec![("/v1/check-ins".to_owned(), came)]).await;
    }

    fn restart(self) -> Self {
        self.hub.end().unwrap();
        let hub = Hub::start(&self.folder, &self.time).unwrap();
        Self { hub, ..self }
    }

    fn next_day(&mut self, morning: &str) {
        self.time.set(morning);
        self.day += 1;
    }

    /// Ends it, and gives what can be seen of it and was recorded.
    fn close(self) -> Seen {
        self.hub.end().unwrap();
        let record = self.disk.record();
        let history = History::open(&self.folder.log()).unwrap();
        let all = history.after(Seq::new(0), Seq::new(u64::MAX >> 1), u32::MAX);
        Seen {
            record,
            secret: std::fs::read(self.folder.path().join("torn.key")).unwrap(),
            acknowledged: self.acknowledged,
            events: all.unwrap(),
        }
    }
}

/// The three days.
async fn three_days() -> Seen {
    let mut office = Office::open();
    office.book("2026-11-24").await;
    office.serve(50).await;
    let mut office = office.restart();
    office.serve(10).await;
    office.next_day("2026-11-25T08:00:00Z");
    office.book("2026-11-25").await;
    office.serve(130).await;
    office.next_day("2026-11-26T08:00:00Z");
    office.serve(20).await;
    office.close()
}

fn from_env(name: &str, common: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.map_or(common, |text| text.parse().expect("a whole number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_at_any_moment_takes_nothing_that_was_acknowledged_and_doubles_nothing() {
    let seen = three_days().await;
    assert!(seen.events.len() >= 200, "{} events", seen.events.len());
    let (images, seed) = (from_env("TORN_IMAGES", IMAGES), from_env("TORN_SEED", 1));
    let images = tokio::task::spawn_blocking(move || check_all(&seen, images, seed));
    let made = images.await.unwrap();
    assert!(made >= 2000, "{made} images");
}
