// SPDX-License-Identifier: GPL-3.0-or-later
//! SQLite on a disk of ours: it works as on any, is told of faults, and what it calls durable outlives a power cut.
//!
//! These tests judge the disk, not SQLite: each has a twin in which something must be lost.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};
use torn_disk::{Card, Chance, Disk, Fate, Fault, Files, Operation, Record, Surface};

/// A folder that goes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("torn-disk-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("some.db")
    }

    /// One that holds these files and no others.
    fn holding(&self, files: &Files) {
        for entry in std::fs::read_dir(&self.0).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (name, bytes) in files {
            std::fs::write(self.0.join(name), bytes).unwrap();
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind, it is only a temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How SQLite keeps a file.
#[derive(Clone, Copy)]
struct Manner {
    journal: &'static str,
    synchronous: &'static str,
}

const AHEAD: Manner = Manner {
    journal: "WAL",
    synchronous: "FULL",
};

fn open(path: &Path, manner: Manner) -> Connection {
    let db = Connection::open(path).unwrap();
    db.pragma_update(None, "journal_mode", manner.journal)
        .unwrap();
    db.pragma_update(None, "synchronous", manner.synchronous)
        .unwrap();
    db.pragma_update(None, "wal_autocheckpoint", 20).unwrap();
    db
}

/// Rows 1, 2, 3 …, each in a transaction of its own, with bytes that grow the file and a row that changes.
fn work(path: &Path, manner: Manner, rows: u64, mut done: impl FnMut(u64)) {
    let mut db = open(path, manner);
    db.execute_batch(
        "CREATE TABLE one (id INTEGER PRIMARY KEY, bytes BLOB);\
         CREATE TABLE many (id INTEGER PRIMARY KEY, bytes BLOB)",
    )
    .unwrap();
    let mut chance = Chance::of(7);
    for row in 1..=rows {
        let step = db.transaction().unwrap();
        let length = usize::try_from(chance.below(3000)).unwrap();
        step.execute(
            "INSERT INTO many VALUES (?1, ?2)",
            (row, vec![1_u8; length]),
        )
        .unwrap();
        step.execute(
            "INSERT OR REPLACE INTO one VALUES (1, ?1)",
            [row.to_be_bytes()],
        )
        .unwrap();
        step.commit().unwrap();
        done(row);
    }
}

/// How many rows there are, if the file is whole.
fn whole(path: &Path) -> Result<u64, String> {
    let db = Connection::open(path).map_err(|error| error.to_string())?;
    let whole: String = db
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .map_err(|error| error.to_string())?;
    if whole != "ok" {
        return Err(whole);
    }
    let tables: u64 = db
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    if tables < 2 {
        return Ok(0);
    }
    let (count, last): (u64, u64) = db
        .query_row(
            "SELECT count(*), coalesce(max(id), 0) FROM many",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    (count == last)
        .then_some(count)
        .ok_or("rows are missing".to_owned())
}

/// Of so many images how many were damaged, or lacked what was done before the cut.
fn lost(record: &Record, fates: &[Fate], folder: &Folder) -> (usize, usize) {
    let mut card = Card::before(record);
    let mut chance = Chance::of(11);
    let (mut images, mut lost) = (0, 0);
    for step in &record.steps {
        card.follow(step);
        for fate in fates {
            folder.holding(&card.cut(*fate, &mut chance));
            images += 1;
            let acknowledged = card.marks().last().copied().unwrap_or(0);
            lost += usize::from(!whole(&folder.file()).is_ok_and(|rows| rows >= acknowledged));
        }
    }
    (images, lost)
}

fn torn(sector: u64) -> Fate {
    Fate::Torn {
        sector,
        powersafe: true,
    }
}

fn recorded(name: &str, manner: Manner, surface: Surface) -> Record {
    let folder = Folder::new(name);
    let disk = Disk::recording(&folder.0, surface).unwrap();
    work(&folder.file(), manner, 60, |row| disk.mark(row));
    disk.record()
}

#[test]
fn two_connections_meet_on_it_as_on_any_disk() {
    let folder = Folder::new("two");
    let disk = Disk::under(&folder.0, Surface::default()).unwrap();
    let other = open(&folder.file(), AHEAD);
    let mut seen = 0;
    work(&folder.file(), AHEAD, 300, |row| {
        if row % 7 == 0 {
            seen = other
                .query_row("SELECT count(*) FROM many", [], |row| row.get(0))
                .unwrap();
            assert_eq!(seen, row);
        }
    });
    assert_eq!(seen, 294);
    assert_eq!(whole(&folder.file()), Ok(300));
    assert!(disk.asked(Operation::Sync) > 300, "each commit was synced");
}

#[test]
fn what_it_refuses_is_told_and_what_was_committed_stays() {
    let folder = Folder::new("refuses");
    let disk = Disk::under(&folder.0, Surface::default()).unwrap();
    work(&folder.file(), AHEAD, 10, |_| ());
    let db = open(&folder.file(), AHEAD);
    let write = || {
        db.execute(
            "INSERT INTO many SELECT max(id) + 1, zeroblob(9000) FROM many",
            [],
        )
    };
    for (fault, code) in [
        (Fault::Full { bytes: 5000 }, ErrorCode::DiskFull),
        (Fault::ReadOnly { nth: 2 }, ErrorCode::SystemIoFailure),
        (
            Fault::At {
                operation: Operation::Sync,
                nth: 1,
                lasting: false,
            },
            ErrorCode::SystemIoFailure,
        ),
    ] {
        disk.fail(fault);
        let refused = write().unwrap_err().sqlite_error_code();
        assert_eq!(refused, Some(code), "{fault:?}");
        assert!(disk.fired() > 0);
        disk.mend();
    }
    write().unwrap();
    drop(db);
    assert_eq!(whole(&folder.file()), Ok(11));
}

#[test]
fn a_power_cut_takes_nothing_that_was_synced() {
    let record = recorded("synced", AHEAD, Surface::default());
    let folder = Folder::new("synced-images");
    let fates = [Fate::Lost, Fate::Kept, torn(512), torn(4096)];
    let (images, lost) = lost(&record, &fates, &folder);
    assert!(images > 2000, "{images}");
    assert_eq!(lost, 0, "of {images} images");
}

#[test]
fn a_power_cut_takes_nothing_of_a_file_with_a_rollback_journal() {
    let manner = Manner {
        journal: "DELETE",
        // Only so the journal's deletion is durable.
        synchronous: "EXTRA",
    };
    let record = recorded("journal", manner, Surface::default());
    let folder = Folder::new("journal-images");
    let (images, lost) = lost(&record, &[Fate::Lost, torn(512)], &folder);
    assert_eq!(lost, 0, "of {images} images");
}

#[test]
fn a_power_cut_takes_what_was_not_synced() {
    let manner = Manner {
        synchronous: "OFF",
        ..AHEAD
    };
    let record = recorded("unsynced", manner, Surface::default());
    let folder = Folder::new("unsynced-images");
    let (images, lost) = lost(&record, &[Fate::Lost, torn(512)], &folder);
    assert!(lost > images / 2, "only {lost} of {images} images");
}

#[test]
fn a_card_that_spoils_whole_sectors_takes_nothing_from_who_was_told_so() {
    let folder = Folder::new("spoilt-images");
    let fates = [Fate::Torn {
        sector: 4096,
        powersafe: false,
    }];
    let told = Surface {
        sector: 4096,
        powersafe: false,
    };
    let (images, taken) = lost(&recorded("told", AHEAD, told), &fates, &folder);
    assert_eq!(taken, 0, "of {images} images");
    let (images, taken) = lost(
        &recorded("untold", AHEAD, Surface::default()),
        &fates,
        &folder,
    );
    assert!(taken > 0, "of {images} images");
}
