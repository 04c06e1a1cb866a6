// SPDX-License-Identifier: GPL-3.0-or-later
//! A backup brought back: after the card was replaced, or because the log is damaged.
//!
//! What happened after the backup is lost, and its numbers are on people's slips. So the restored log has a name of
//! its own, and goes on after numbers that can't have been given out. Only where nothing happened since is it the
//! log that it was.

use std::fs;
use std::path::{Path, PathBuf};

use torn_queue::{Seq, TicketNumber, Timestamp};

use super::place::{self, Place, Stage};
use super::set::{self, Manifest};
use super::successor::{self, Last, Making};
use super::{KeepingError, numbers};
use crate::durable;
use crate::store::{self, Checked, History, Log, StoreError};

/// What is to be brought back.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) place: &'a Place,
    /// A set, or the folder of the sets.
    pub(super) from: &'a Path,
    /// The last numbers that were given out today, where somebody knows them.
    pub(super) after: &'a [TicketNumber],
    /// Whether nothing was given out since the backup.
    pub(super) nothing_since: bool,
    /// Whether a log that is there is put aside, whatever it is.
    pub(super) put_aside: bool,
    pub(super) now: Timestamp,
}

/// What was brought back.
#[derive(Debug)]
pub(super) struct Restored {
    pub(super) set: PathBuf,
    pub(super) manifest: Manifest,
    /// After these numbers today goes on.
    pub(super) numbers: Vec<TicketNumber>,
    /// What was there and is now called otherwise.
    pub(super) aside: Vec<PathBuf>,
    /// Whether the log that was there was damaged.
    pub(super) was_damaged: bool,
    /// Whether the credentials that were there stayed.
    pub(super) kept_credentials: bool,
}

/// Brings a backup back. `progress` is told what is being done, and how much of how much.
pub(super) fn restore(
    wish: &Wish<'_>,
    progress: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<Restored, KeepingError> {
    let (set, older) = set::find(wish.from)?;
    let folder = wish.place.folder();
    fs::create_dir_all(folder).map_err(KeepingError::file("make the folder", folder))?;
    // Given up again for the check of the log that is there, which reads what lies ahead of it only where no hub runs.
    drop(wish.place.lock()?);
    let manifest = set::verified(&set, older, &mut |done, all| {
        progress("checking the backup", done, all);
    })?;
    let was_damaged = may_be_replaced(wish, &manifest)?;
    let _sole = wish.place.lock()?;
    // The backup's own, the new one, and what SQLite writes ahead of it.
    place::room(
        folder,
        manifest.bytes().saturating_mul(3).saturating_add(1_000_000),
    )?;
    let stage = wish.place.stage()?;
    let (fresh, numbers) = remade(wish, &set, &stage, progress)?;
    let mut aside = Vec::new();
    let beside = wish.place.beside();
    let key = set.join(set::KEY);
    if fs::read(&key).ok() != fs::read(&beside.secret).ok() {
        aside.extend(wish.place.put_aside(&beside.secret, "aside")?);
        put(&key, &beside.secret)?;
    }
    // One that was revoked since the backup must not come back.
    let kept_credentials = readable(&beside.credentials);
    if !kept_credentials && manifest.has(set::CREDENTIALS) {
        aside.extend(wish.place.put_aside(&beside.credentials, "aside")?);
        put(&set.join(set::CREDENTIALS), &beside.credentials)?;
    }
    let word = if was_damaged { "damaged" } else { "aside" };
    aside.extend(wish.place.replace(&fresh, word)?);
    Ok(Restored {
        set,
        manifest,
        numbers,
        aside,
        was_damaged,
        kept_credentials,
    })
}

/// Whether a log is there that may make place, because it is damaged; an error, when it is worth more than the backup.
fn may_be_replaced(wish: &Wish<'_>, backup: &Manifest) -> Result<bool, KeepingError> {
    let path = wish.place.store();
    // A file without a byte is what a card that was cut off may leave of one.
    if fs::metadata(path).map_or(0, |data| data.len()) == 0 {
        return Ok(false);
    }
    let there = match store::check(path, |_, _| ()) {
        Ok(there) => there,
        Err(damage) if damage.is_damage() => {
            tracing::warn!(
                error = &damage as &dyn std::error::Error,
                "the log that is there is put aside"
            );
            return Ok(true);
        }
        // Whoever went back to an older version can't read it, and says so.
        Err(StoreError::Newer { .. }) if wish.put_aside => return Ok(false),
        // One that can't be read for another reason may be worth more than the backup.
        Err(error) => return Err(error.into()),
    };
    if wish.put_aside {
        return Ok(false);
    }
    if there.uuid == backup.log.uuid && there.last_seq >= backup.log.last_seq {
        return Err(KeepingError::NewerLog {
            path: path.to_owned(),
            there: there.last_seq,
            backup: backup.log.last_seq,
        });
    }
    if there.uuid != backup.log.uuid {
        nobody_came(path, &there)?;
    }
    Ok(false)
}

/// A hub that was started on a new card has begun a log, in which nothing is lost as long as nobody came.
fn nobody_came(path: &Path, there: &Checked) -> Result<(), KeepingError> {
    let history = History::open(path)?;
    let mut tickets = 0;
    let mut after = Seq::default();
    loop {
        let entries = history.after(after, there.last_seq, 5_000)?;
        let Some(last) = entries.last() else { break };
        after = last.seq;
        tickets += entries
            .iter()
            .filter(|one| one.kind == "ticket-issued")
            .count() as u64;
    }
    if tickets == 0 {
        return Ok(());
    }
    Err(KeepingError::OtherLog {
        path: path.to_owned(),
        tickets,
    })
}

/// The log as it is to be, in the stage, and the numbers that today goes on after.
fn remade(
    wish: &Wish<'_>,
    set: &Path,
    stage: &Stage,
    progress: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<(PathBuf, Vec<TicketNumber>), KeepingError> {
    let from = stage.file("backup.db");
    let backup = set.join(set::LOG);
    fs::copy(&backup, &from).map_err(KeepingError::file("copy", &backup))?;
    // It becomes one of today's format here, where that can be undone.
    let opened = Log::open(&from, "")?;
    let last = Last::of(&opened)?;
    let last = last.ok_or_else(|| KeepingError::Empty(backup.clone()))?;
    if wish.nothing_since {
        opened.log.truncate()?;
        drop(opened);
        place::sync(&from)?;
        return Ok((from, Vec::new()));
    }
    let highest = numbers::after_a_gap(&last.state, &last.highest(wish.now), wish.after)?;
    let numbers = highest.numbers();
    let id = successor::new_id()?;
    let to = stage.file("torn.db");
    let mut making = Making::begin(&to, &id)?;
    let still_today = last.state.day() >= Some(wish.now.day_in(&last.zone));
    let first = last.events.first().map_or(Seq::default(), |one| one.seq);
    let in_last_day: &[TicketNumber] = if still_today { &numbers } else { &[] };
    making.write_all(
        &History::open(&from)?,
        last.state.seq(),
        &id,
        (first, in_last_day),
        &mut |done, all| progress("restoring", done, all),
    )?;
    let begun = if still_today {
        Vec::new()
    } else {
        last.next_day(&id, wish.now, last.state.seq(), &numbers)
    };
    making.write(&begun, &last.answers, &[])?;
    making.end()?;
    Ok((to, numbers))
}

/// Copies a small file of the set to its place.
fn put(from: &Path, to: &Path) -> Result<(), KeepingError> {
    let bytes = fs::read(from).map_err(KeepingError::file("read", from))?;
    durable::write(to, &bytes).map_err(KeepingError::file("write", to))
}

/// Whether credentials are there that can be read.
fn readable(path: &Path) -> bool {
    let text = fs::read(path);
    text.is_ok_and(|text| serde_json::from_slice::<serde_json::Value>(&text).is_ok())
}
