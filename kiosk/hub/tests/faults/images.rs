// SPDX-License-Identifier: GPL-3.0-or-later
//! Images of a card: which are made of a recorded run, and what must hold of each.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use rusqlite::Connection;
use tokio::runtime::Builder;
use torn_disk::{Card, Chance, Fate, Files, Record, Step};
use torn_hub::store::{Entry, History, Log, Opened};
use torn_queue::Seq;

use crate::hub::{Answer, Folder, Hub, SetTime};

/// What was wished and acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Acknowledged {
    pub(crate) path: String,
    pub(crate) key: String,
    pub(crate) body: String,
    pub(crate) answer: Answer,
    /// The newest seq that was shown then.
    pub(crate) newest: u64,
    /// The day of the run, counted from 1.
    pub(crate) day: usize,
}

/// A run, as it was recorded and as it was seen.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) record: Record,
    /// The hub's key; it lies beside the log and is not SQLite's.
    pub(crate) secret: Vec<u8>,
    pub(crate) acknowledged: Vec<Acknowledged>,
    /// The whole log at its end.
    pub(crate) events: Vec<Entry>,
}

/// A card after a power cut.
struct Image {
    number: u64,
    step: usize,
    fate: Fate,
    files: Files,
    /// How many of the wishes were acknowledged by then.
    acknowledged: usize,
}

const FATES: [Fate; 5] = [torn(512), torn(4096), Fate::Lost, torn(512), Fate::Kept];

const fn torn(sector: u64) -> Fate {
    Fate::Torn {
        sector,
        // What the system's VFS tells SQLite of every disk.
        powersafe: true,
    }
}

/// Makes about so many images of a run and checks each; returns how many there were.
pub(crate) fn check_all(seen: &Seen, images: u64, seed: u64) -> u64 {
    let began = Instant::now();
    let (give, take) = sync_channel(4);
    let take = Mutex::new(take);
    let failed = Mutex::new(Vec::new());
    let made = thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                let folder = Folder::new();
                while let Some(image) = next(&take) {
                    if let Err(wrong) = check(seen, &image, &folder) {
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        failed.push(report(&image, &wrong));
                    }
                }
            });
        }
        let made = make(&seen.record, images, seed, |image| give.send(image).is_ok());
        drop(give);
        made
    });
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!(
        "{made} images of {} steps and {} events, seed {seed}, {} s",
        seen.record.steps.len(),
        seen.events.len(),
        began.elapsed().as_secs()
    );
    assert!(
        failed.is_empty(),
        "{} of {made} images, TORN_IMAGES={images} TORN_SEED={seed}: {}",
        failed.len(),
        failed[..failed.len().min(5)].join("\n")
    );
    made
}

fn next(images: &Mutex<Receiver<Image>>) -> Option<Image> {
    let images = images.lock().unwrap_or_else(PoisonError::into_inner);
    images.recv().ok()
}

/// What was wrong, and where the image is kept to be looked at.
fn report(image: &Image, wrong: &str) -> String {
    let kept = std::env::temp_dir().join(format!(
        "torn-image-{}-{}",
        std::process::id(),
        image.number
    ));
    std::fs::create_dir_all(&kept).unwrap();
    lay_out(&kept, &image.files);
    format!(
        "image {} at step {}, {:?}, kept in {}: {wrong}",
        image.number,
        image.step,
        image.fate,
        kept.display()
    )
}

fn lay_out(folder: &std::path::Path, files: &Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

/// Makes images at steps that are evenly spread, and one more wherever something rare happens.
fn make(record: &Record, images: u64, seed: u64, mut give: impl FnMut(Image) -> bool) -> u64 {
    let mut card = Card::before(record);
    let mut chance = Chance::of(seed);
    let steps = record.steps.len() as u64;
    let mut ahead: Option<u64> = None;
    let (mut made, mut even) = (0, 0);
    for (place, step) in record.steps.iter().enumerate() {
        card.follow(step);
        let mut wanted = u64::from(rare(step, &mut ahead));
        while even * steps < images * (place as u64 + 1) {
            even += 1;
            wanted += 1;
        }
        for _ in 0..wanted {
            let fate = FATES[usize::try_from(made).unwrap_or(0) % FATES.len()];
            let mut files = card.cut(fate, &mut chance);
            if chance.once_in(2) {
                // Shared memory was never synced: it may hold anything.
                let any = (0..4096).flat_map(|_| chance.any().to_le_bytes());
                files.insert("torn.db-shm".to_owned(), any.collect());
            }
            let image = Image {
                number: made,
                step: place,
                fate,
                files,
                acknowledged: card.marks().len(),
            };
            made += 1;
            if !give(image) {
                return made;
            }
        }
    }
    made
}

/// Whether this is no common write to the write-ahead file.
fn rare(step: &Step, ahead: &mut Option<u64>) -> bool {
    match step {
        Step::Create { name, file } => {
            if name.ends_with("-wal") {
                *ahead = Some(*file);
            }
            true
        }
        Step::Write { file, .. } | Step::Sync { file } => *ahead != Some(*file),
        Step::Delete { .. } | Step::Truncate { .. } | Step::SyncFolder => true,
        Step::Mark(_) => false,
    }
}

/// What must hold of an image.
fn check(seen: &Seen, image: &Image, folder: &Folder) -> Result<(), String> {
    lay_out(folder.path(), &image.files);
    std::fs::write(folder.path().join("torn.key"), &seen.secret).unwrap();
    let said = |error: &dyn std::error::Error| match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    let opened = Log::open(&folder.log(), "00000000-0000-4000-8000-000000000000")
        .map_err(|error| said(&error))?;
    let events = History::open(&folder.log())
        .and_then(|all| all.after(Seq::new(0), Seq::new(u64::MAX >> 1), u32::MAX))
        .map_err(|error| said(&error))?;
    let told = Told {
        by_then: acknowledged_by(seen, image),
        events: &events,
    };
    is_a_beginning(&told, seen)?;
    has_the_answers(&told, &opened)?;
    drop(opened);
    is_whole(folder.log())?;
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(goes_on(&told, folder))
}

/// What an image holds, and what had been acknowledged.
struct Told<'a> {
    by_then: Vec<&'a Acknowledged>,
    events: &'a [Entry],
}

fn acknowledged_by<'a>(seen: &'a Seen, image: &Image) -> Vec<&'a Acknowledged> {
    let marks = seen.record.steps[..=image.step].iter();
    let noted = marks.filter_map(|step| match step {
        Step::Mark(note) => usize::try_from(*note).ok(),
        _ => None,
    });
    let by_then: Vec<&Acknowledged> = noted.map(|note| &seen.acknowledged[note]).collect();
    assert_eq!(by_then.len(), image.acknowledged);
    by_then
}

/// The log is the one that was seen, up to some place behind all that was acknowledged.
fn is_a_beginning(told: &Told<'_>, seen: &Seen) -> Result<(), String> {
    let needed = told.by_then.iter().map(|one| one.newest).max().unwrap_or(0);
    let has = told.events.len() as u64;
    if has < needed {
        return Err(format!(
            "{needed} events were acknowledged, {has} are there"
        ));
    }
    if !seen.events.starts_with(told.events) {
        return Err(format!("its {has} events are not those that were seen"));
    }
    Ok(())
}

/// Every answer of this day and the one before is remembered once, byte for byte.
fn has_the_answers(told: &Told<'_>, opened: &Opened) -> Result<(), String> {
    let mut rows: BTreeMap<&str, i64> = BTreeMap::new();
    for one in &opened.keys {
        if rows.insert(&one.key, one.row).is_some() {
            return Err(format!("{} was answered twice", one.key));
        }
    }
    let today = told.events.iter().filter(|one| one.kind == "day-began");
    let today = today.count();
    for one in told.by_then.iter().filter(|one| one.day + 1 >= today) {
        let row = rows.get(one.key.as_str());
        let row = row.ok_or_else(|| format!("the answer to {} is gone", one.key))?;
        let kept = opened.log.answer(*row).map_err(|error| error.to_string())?;
        if kept != Some((one.answer.status, one.answer.body.clone())) {
            return Err(format!("the answer to {} is another", one.key));
        }
    }
    Ok(())
}

fn is_whole(log: PathBuf) -> Result<(), String> {
    let whole = Connection::open(log)
        .and_then(|db| db.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)));
    match whole.map_err(|error| error.to_string())? {
        whole if whole == "ok" => Ok(()),
        damage => Err(damage),
    }
}

/// A hub on it gives the next number, and to a key that it knows the answer of then.
async fn goes_on(told: &Told<'_>, folder: &Folder) -> Result<(), String> {
    let time = SetTime::at("2026-11-24T08:00:00Z");
    if let Some(last) = told.events.last() {
        time.set_ms(last.at_ms);
    }
    let hub = Hub::start(folder, &time).map_err(|error| error.to_string())?;
    if let Some(last) = told.by_then.last() {
        let again = hub.post(&last.path, &last.key, &last.body).await;
        if !again.replayed || again.body != last.answer.body {
            return Err(format!("{} is not answered again: {again:?}", last.key));
        }
    }
    let today = told.events.rsplit(|one| one.kind == "day-began").next();
    let given = today
        .unwrap_or_default()
        .iter()
        .filter(|one| one.kind == "ticket-issued");
    let next = format!("A{:03}", given.count() + 1);
    let answer = hub
        .post("/v1/tickets", "a new key", r#"{"service":"general"}"#)
        .await;
    let number = answer.json()["number"].clone();
    hub.end().map_err(|error| error.to_string())?;
    match number == next.as_str() {
        true => Ok(()),
        false => Err(format!("the next number is {number}, not {next}")),
    }
}
