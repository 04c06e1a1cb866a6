// SPDX-License-Identifier: GPL-3.0-or-later
//! A copy of the log while the hub goes on writing, without who is booked.
//!
//! The copy is of one moment: a read transaction holds it, so that SQLite's backup never has to begin anew, however
//! much is written meanwhile. Only the emptying of the write-ahead file waits for it; no commit does.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::KeepingError;
use crate::store::{self, Checked, StoreError};

/// Pages that are copied at once: a quarter of a megabyte, some milliseconds of a card.
const PAGES: i32 = 64;

/// How long the card is left to the hub between two of these.
const PAUSE: Duration = Duration::from_millis(2);

/// How long a statement waits for whoever else has the file open.
const BUSY: Duration = Duration::from_secs(5);

/// Steps in a row that may be put off before the copy is given up: with their pauses, a few seconds.
const PUT_OFF_MAX: u32 = 2_000;

/// Copies the log at `from` to `to`, where nothing is yet, and empties the copy of who is booked. It is synced.
/// `progress` is told how many pages of how many are done.
pub(super) fn copy(
    from: &Path,
    to: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), KeepingError> {
    let pages = to.with_extension("pages");
    let made = copy_pages(from, &pages, progress)
        .and_then(|()| without_bookings(&pages, to))
        .and_then(|()| holds_nobody(to));
    if pages.symlink_metadata().is_ok() {
        fs::remove_file(&pages).map_err(KeepingError::file("remove", &pages))?;
    }
    made?;
    super::place::sync(to)
}

fn copy_pages(
    from: &Path,
    to: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), KeepingError> {
    let failed = KeepingError::copy("read", from);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags).map_err(&failed)?;
    source.busy_timeout(BUSY).map_err(&failed)?;
    // The moment is that of the first read of the transaction.
    source.execute_batch("BEGIN").map_err(&failed)?;
    source
        .query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        .map_err(&failed)?;
    let failed = KeepingError::copy("write the copy", to);
    let mut copy = Connection::open(to).map_err(&failed)?;
    // What matters is synced at the end.
    copy.pragma_update(None, "synchronous", "OFF")
        .map_err(&failed)?;
    let backup = Backup::new(&source, &mut copy).map_err(&failed)?;
    let mut put_off = 0;
    loop {
        match backup.step(PAGES).map_err(&failed)? {
            StepResult::Done => return Ok(()),
            StepResult::More => put_off = 0,
            _ if put_off < PUT_OFF_MAX => put_off += 1,
            _ => return Err(KeepingError::Busy(from.to_owned())),
        }
        let told = backup.progress();
        let all = u64::try_from(told.pagecount).unwrap_or(0);
        progress(
            all - u64::try_from(told.remaining).unwrap_or(0).min(all),
            all,
        );
        pause();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "bounded by two milliseconds; there is no condition to wait for, the card is to be left to the hub"
)]
fn pause() {
    std::thread::sleep(PAUSE);
}

/// Overwrites who is booked in the copied pages, and writes what remains to a fresh file.
fn without_bookings(pages: &Path, to: &Path) -> Result<(), KeepingError> {
    let failed = KeepingError::copy("write the copy", to);
    let copy = Connection::open(pages).map_err(&failed)?;
    // A journal in a file of its own would hold what is being deleted.
    copy.pragma_update(None, "journal_mode", "MEMORY")
        .map_err(&failed)?;
    copy.pragma_update(None, "secure_delete", "ON")
        .map_err(&failed)?;
    copy.pragma_update(None, "synchronous", "FULL")
        .map_err(&failed)?;
    if has_table(&copy, "booking").map_err(&failed)? {
        copy.execute("DELETE FROM booking", []).map_err(&failed)?;
    }
    let fresh = to.to_str().ok_or_else(|| {
        let source = std::io::Error::other("its name is not UTF-8");
        KeepingError::file("name the copy", to)(source)
    })?;
    copy.execute("VACUUM INTO ?1", [fresh]).map_err(&failed)?;
    Ok(())
}

/// Reads a copy again, and holds it against its checksums. What stands for the right to write it goes: nobody does.
pub(super) fn checked(path: &Path, progress: impl FnMut(u64, u64)) -> Result<Checked, StoreError> {
    let checked = store::check(path, progress);
    // Where only reading is allowed, none was made.
    let _ = fs::remove_file(path.with_extension("lock"));
    checked
}

/// Moves what stands in the write-ahead file into the log, so that it is one file when it is renamed. No hub has it
/// open.
pub(super) fn settle(path: &Path) -> Result<(), KeepingError> {
    let failed = KeepingError::copy("close", path);
    let db =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(&failed)?;
    empty_ahead(&db).map_err(&failed)?;
    db.close().map_err(|(_, source)| failed(source))
}

/// Overwrites who is booked in a log that no hub will open again.
pub(super) fn forget_bookings(path: &Path) -> Result<(), KeepingError> {
    let failed = KeepingError::copy("empty", path);
    let db =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(&failed)?;
    db.pragma_update(None, "secure_delete", "ON")
        .map_err(&failed)?;
    if has_table(&db, "booking").map_err(&failed)? {
        db.execute("DELETE FROM booking", []).map_err(&failed)?;
    }
    empty_ahead(&db).map_err(&failed)?;
    db.close().map_err(|(_, source)| failed(source))
}

fn empty_ahead(db: &Connection) -> rusqlite::Result<()> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

fn has_table(db: &Connection, name: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    db.query_row(sql, [name], |row| row.get(0))
}

/// Sees in the bytes that the copy has no page in which who was booked could stand: none that is free, and that of
/// the table is empty.
fn holds_nobody(path: &Path) -> Result<(), KeepingError> {
    let failed = KeepingError::copy("read the copy", path);
    let db =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(&failed)?;
    let number = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
    let free = number("freelist_count").map_err(&failed)?;
    let size = number("page_size").map_err(&failed)?;
    if !has_table(&db, "booking").map_err(&failed)? {
        return Ok(());
    }
    let root: u64 = db
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'booking'",
            [],
            |row| row.get(0),
        )
        .map_err(&failed)?;
    let failed = KeepingError::file("read", path);
    let mut page = vec![0; usize::try_from(size).unwrap_or(0)];
    let mut file = File::open(path).map_err(&failed)?;
    file.seek(SeekFrom::Start((root - 1) * size))
        .and_then(|_| file.read_exact(&mut page))
        .map_err(&failed)?;
    // A page's head has eight bytes when it has no page below it; then come its cells, of which there are none.
    let empty = page.iter().skip(8).all(|byte| *byte == 0);
    if free == 0 && empty {
        Ok(())
    } else {
        Err(KeepingError::NotEmptied(path.to_owned()))
    }
}
