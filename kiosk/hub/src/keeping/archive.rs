// SPDX-License-Identifier: GPL-3.0-or-later
//! A log closed and put where archives are, and another begun that carries on the day.
//!
//! Raw events may be kept one or two years, then figures only. The figures are written when the log is closed; the
//! raw file goes only when somebody says so.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use jiff::Span;
use jiff::civil::Date;
use torn_queue::{Fact, Seq, Timestamp};

use super::place::{self, Place};
use super::successor::{self, Last, Making};
use super::{KeepingError, copy, figures, set};
use crate::durable;
use crate::store::{Checked, History, Log, Opened};

/// The log may be ahead of the clock by so many milliseconds.
const AHEAD_MS: i64 = 60_000;

/// Nobody writes to an archived log.
const READ_ONLY: u32 = 0o440;

/// Years after which it is said that raw events should go.
const RAW_YEARS_MAX: u32 = 2;

/// What is to be archived, and where.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) place: &'a Place,
    pub(super) folder: &'a Path,
    /// Raw logs of which the last day is more years ago are deleted.
    pub(super) drop_years: Option<u32>,
    pub(super) now: Timestamp,
    /// Whether the clock is believed; one that is wrong must not make old logs of new ones.
    pub(super) trusted: bool,
}

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// The closed log, and what it has; `None`: it has only begun today, and nobody came yet.
    pub(super) closed: Option<(PathBuf, Checked)>,
    /// The raw logs that were deleted; their figures stay.
    pub(super) dropped: Vec<PathBuf>,
    /// The raw logs that should go.
    pub(super) due: Vec<PathBuf>,
    /// The raw logs that stay, although they were to be deleted, since the clock is not believed.
    pub(super) kept_for_the_clock: Vec<PathBuf>,
}

/// Closes the log if anything is in it, and begins another.
pub(super) fn archive(
    wish: &Wish<'_>,
    progress: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<Done, KeepingError> {
    wish.place.must_exist()?;
    let _mine = place::destination(wish.folder, wish.place)?;
    let store = wish.place.store();
    let opened = Log::open(store, "")?;
    wish.place.give(&store.with_extension("lock"))?;
    let last = Last::of(&opened)?;
    let last = last.ok_or_else(|| KeepingError::Empty(store.to_owned()))?;
    if last.state.at().ms_since(wish.now) > AHEAD_MS {
        return Err(KeepingError::Ahead {
            last: last.state.at(),
            now: wish.now,
        });
    }
    let today = wish.now.day_in(&last.zone);
    let (first, until) = (first_day(store)?, last.state.day().unwrap_or_default());
    let mut done = Done::default();
    let somebody_came = last.state.tickets().next().is_some();
    if first < today || somebody_came {
        let made = close(wish, (first, until, today), progress)?;
        match begin_another(wish, opened, &last, &made.checked) {
            Ok(()) => done.closed = Some((made.path, made.checked)),
            Err(error) => {
                // They tell of a log that goes on.
                made.files.iter().for_each(|file| {
                    let _ = fs::remove_file(file);
                });
                return Err(error);
            }
        }
    }
    drop_old(wish, today, &mut done)?;
    Ok(done)
}

/// The day that the log begins with.
fn first_day(store: &Path) -> Result<Date, KeepingError> {
    let first = History::open(store)?.after(Seq::default(), Seq::new(1), 1)?;
    let first = first.first().map(successor::event).transpose()?;
    match first.map(|event| event.fact) {
        Some(Fact::DayBegan { day, .. }) => Ok(day),
        _ => Err(KeepingError::Empty(store.to_owned())),
    }
}

/// What was made of the log in the archive.
struct Closed {
    path: PathBuf,
    checked: Checked,
    files: Vec<PathBuf>,
}

fn close(
    wish: &Wish<'_>,
    (first, last, today): (Date, Date, Date),
    progress: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<Closed, KeepingError> {
    let store = wish.place.store();
    let bytes = fs::metadata(store).map_err(KeepingError::file("look at", store))?;
    place::room(
        wish.folder,
        bytes.len().saturating_mul(2).saturating_add(1_000_000),
    )?;
    let path = free_name(wish.folder, first, last);
    let unfinished = wish.folder.join(format!("{}{first}.db", set::UNFINISHED));
    let clear = || {
        for left in [unfinished.clone(), unfinished.with_extension("pages")] {
            // It may not be there.
            let _ = fs::remove_file(left);
        }
    };
    // Left by one that was cut off.
    clear();
    let checked = copy::copy(store, &unfinished, &mut |done, all| {
        progress("copying", done, all);
    })
    .and_then(|()| {
        let checked = copy::checked(&unfinished, |done, all| progress("checking", done, all));
        checked.map_err(KeepingError::from)
    })
    .inspect_err(|_| clear())?;
    let _ = fs::set_permissions(&unfinished, Permissions::from_mode(READ_ONLY));
    place::give(&unfinished, wish.folder)?;
    fs::rename(&unfinished, &path).map_err(KeepingError::file("rename", &unfinished))?;
    let (sum, figures) = (beside(&path, "db.sha256"), beside(&path, "csv"));
    let part = set::part(&path)?;
    let line = format!("{}  {}\n", part.sha256, part.name);
    durable::write(&sum, line.as_bytes()).map_err(KeepingError::file("write", &sum))?;
    place::give(&sum, wish.folder)?;
    // A day that goes on in the next log is told there whole.
    figures::write(&path, &figures, (last >= today).then_some(last))?;
    place::give(&figures, wish.folder)?;
    place::sync(wish.folder)?;
    Ok(Closed {
        files: vec![path.clone(), sum, figures],
        path,
        checked,
    })
}

/// Puts a log in place that carries on; `opened`, with which no hub could start, is given up only when it is made.
fn begin_another(
    wish: &Wish<'_>,
    opened: Opened,
    last: &Last,
    closed: &Checked,
) -> Result<(), KeepingError> {
    let store = wish.place.store();
    let id = successor::new_id()?;
    let stage = wish.place.stage()?;
    let fresh = stage.file("torn.db");
    let mut making = Making::begin(&fresh, &id)?;
    let events = last.carried_on(&id, wish.now);
    making.write(&events, &last.answers, &last.bookings)?;
    making.end()?;
    opened.log.truncate()?;
    drop(opened);
    let _sole = wish.place.lock()?;
    let more =
        History::open(store)?.after(closed.last_seq, Seq::new(i64::MAX.unsigned_abs()), 1)?;
    if !more.is_empty() {
        return Err(KeepingError::Meanwhile(store.to_owned()));
    }
    copy::settle(store)?;
    // What it held is in the archive, and was read again there.
    if let Some(aside) = wish.place.replace(&fresh, "archived")? {
        copy::forget_bookings(&aside)?;
        fs::remove_file(&aside).map_err(KeepingError::file("remove", &aside))?;
    }
    Ok(())
}

/// Deletes, or names, the raw logs that are too old.
fn drop_old(wish: &Wish<'_>, today: Date, done: &mut Done) -> Result<(), KeepingError> {
    let years = wish.drop_years.unwrap_or(RAW_YEARS_MAX);
    let oldest = today
        .checked_sub(Span::new().years(i64::from(years.min(1_000))))
        .unwrap_or(Date::MIN);
    let failed = KeepingError::file("read the folder", wish.folder);
    let mut old = Vec::new();
    for one in fs::read_dir(wish.folder).map_err(&failed)? {
        let path = one.map_err(&failed)?.path();
        let just_closed = done.closed.as_ref().is_some_and(|(one, _)| *one == path);
        if !just_closed && last_day_of(&path).is_some_and(|day| day < oldest) {
            old.push(path);
        }
    }
    old.sort();
    if wish.drop_years.is_none() {
        done.due = old;
        return Ok(());
    }
    if !wish.trusted {
        done.kept_for_the_clock = old;
        return Ok(());
    }
    for path in old {
        let figures = beside(&path, "csv");
        if !figures.is_file() {
            figures::write(&path, &figures, None)?;
        }
        fs::remove_file(&path).map_err(KeepingError::file("remove", &path))?;
        // The sum of what is gone; it may never have been there.
        let _ = fs::remove_file(beside(&path, "db.sha256"));
        done.dropped.push(path);
    }
    place::sync(wish.folder)
}

/// `torn-2026-01-07-to-2026-11-25.db`, or one more of the same days.
fn free_name(folder: &Path, first: Date, last: Date) -> PathBuf {
    let name = format!("torn-{first}-to-{last}");
    let numbered = (2..).map(|count| format!("{name}-{count}.db"));
    let mut names = std::iter::once(format!("{name}.db")).chain(numbered);
    let taken = |name: &String| {
        let path = folder.join(name);
        path.exists() || beside(&path, "csv").exists()
    };
    let free = names.find(|name| !taken(name));
    folder.join(free.unwrap_or(name))
}

/// The last day of an archived log, by its name.
fn last_day_of(path: &Path) -> Option<Date> {
    let name = path.file_name()?.to_str()?;
    let days = name.strip_prefix("torn-")?.strip_suffix(".db")?;
    let (_, last) = days.split_once("-to-")?;
    last.get(..10)?.parse().ok()
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    path.with_extension(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_raw_events_are_deleted_by_a_clock_that_nobody_vouches_for_nor_those_just_closed() {
        let name = format!("torn-archive-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let card = folder.join("card");
        fs::create_dir_all(&card).expect("a folder");
        let [older, closed] = ["2023-05-02", "2024-05-02"].map(|day| {
            let log = folder.join(format!("torn-{day}-to-{day}.db"));
            fs::write(&log, "raw").expect("a file");
            fs::write(beside(&log, "csv"), "figures").expect("a file");
            log
        });
        let place = Place::of(&card.join("torn.db"));
        let now = "2026-11-24T09:00:00.000Z".parse().expect("a time");
        let dropped = |trusted| {
            let wish = Wish {
                place: &place,
                folder: &folder,
                drop_years: Some(2),
                now,
                trusted,
            };
            let checked = Checked {
                uuid: String::new(),
                events: 1,
                last_seq: Seq::new(1),
                last_at_ms: 0,
                format: 3,
            };
            let mut done = Done {
                closed: Some((closed.clone(), checked)),
                ..Done::default()
            };
            let today = now.day_in(&jiff::tz::TimeZone::UTC);
            drop_old(&wish, today, &mut done).expect("a folder that can be read");
            (done.dropped, done.kept_for_the_clock)
        };
        let untrusted = dropped(false);
        let there = older.exists();
        let trusted = dropped(true);
        let left = (older.exists(), closed.exists());
        fs::remove_dir_all(&folder).expect("the folder goes");
        assert_eq!((untrusted, there), ((vec![], vec![older.clone()]), true));
        assert_eq!((trusted, left), ((vec![older], vec![]), (false, true)));
    }
}
