// SPDX-License-Identifier: GPL-3.0-or-later
//! The command line of backup, restore, archive and new-log: what is asked, and what the person is told.
//!
//! What was done goes to standard output, how far it is to a terminal on standard error.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use torn_queue::{TicketNumber, Timestamp};

use super::KeepingError;
use super::archive::{self, Done};
use super::backup::{self, Made};
use super::new_log::{self, Begun};
use super::place::Place;
use super::restore::{self, Restored};
use crate::clock::TimeSource;
use crate::store::{self, Checked};

/// What can be done with the log from outside the hub.
#[derive(Debug, Subcommand)]
pub enum Task {
    #[expect(
        missing_docs,
        reason = "its arguments say what it does, and clap shows that"
    )]
    Backup(BackupTask),
    #[expect(
        missing_docs,
        reason = "its arguments say what it does, and clap shows that"
    )]
    Restore(RestoreTask),
    #[expect(
        missing_docs,
        reason = "its arguments say what it does, and clap shows that"
    )]
    Archive(ArchiveTask),
    #[expect(
        missing_docs,
        reason = "its arguments say what it does, and clap shows that"
    )]
    NewLog(NewLogTask),
    #[expect(
        missing_docs,
        reason = "its arguments say what it does, and clap shows that"
    )]
    CheckLog(CheckLogTask),
}

/// Copy the log, the phone pages' key, the credentials and the configuration, while the hub runs.
///
/// Each backup is a folder in DIR, named by its time in UTC, and is read again before it gets its name. Who is booked
/// is not in it: that must be gone when its day is over.
#[derive(Debug, Args)]
pub struct BackupTask {
    /// The folder of the backups; best on another disk. It is made if only it is missing.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Remove backups in DIR that are more than so many days older than this one.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    keep: u32,
    /// The log [default: what the office's configuration says]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

/// Bring a backup back, after the card was replaced or because the log is damaged. The hub must be stopped.
///
/// What happened after the backup is lost. Its numbers are on people's slips, so today goes on 500 numbers later, at
/// a full hundred, or after those that --after names. A log that is damaged is renamed, never deleted; one that goes
/// further than the backup is left alone.
#[derive(Debug, Args)]
pub struct RestoreTask {
    /// The folder of the backups, of which the newest is taken, or one of them.
    #[arg(value_name = "DIR|BACKUP")]
    from: PathBuf,
    /// The log [default: what the office's configuration says]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// The last number that was given out today, of each letter, as A057; may be given several times.
    #[arg(long, value_name = "NUMBER")]
    after: Vec<TicketNumber>,
    /// Nothing happened after the backup, as when the hub was stopped before it was made: the log is the same one, and
    /// goes on where it ended.
    #[arg(long, conflicts_with = "after")]
    nothing_since: bool,
    /// Rename the log that is there, also if it goes further than the backup.
    #[arg(long)]
    put_aside: bool,
}

/// Close the log, put it into DIR with its checksum and figures, and begin another that carries on. The hub must be
/// stopped.
///
/// Raw events may be kept one or two years, then figures only. The figures (a row of CSV a day, service and hour) are
/// written at once; the raw events go only with --drop-older-than.
#[derive(Debug, Args)]
pub struct ArchiveTask {
    /// The folder of the archive. It is made if only it is missing.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Delete the archived logs in DIR that end more than so many years ago, `2y`; their figures stay.
    #[arg(long, value_name = "YEARS", value_parser = years)]
    drop_older_than: Option<u32>,
    /// The log [default: what the office's configuration says]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

/// Put a log aside that a wrong clock sent into the future, and begin another. The hub must be stopped, and this
/// machine's clock be right.
///
/// Today's numbers go on after the highest that were given out. Who waits takes a new number.
#[derive(Debug, Args)]
pub struct NewLogTask {
    /// The log [default: what the office's configuration says]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// This machine's clock is right, although it was not set from the network.
    #[arg(long)]
    clock_is_right: bool,
}

/// Read the whole log and say whether it is as it was written, by the checksums of its events.
///
/// It only reads, also while the hub runs, and any copy will do. A damage is named by the seq of its event.
#[derive(Debug, Args)]
pub struct CheckLogTask {
    /// The log [default: what the office's configuration says]
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

fn years(text: &str) -> Result<u32, String> {
    let number = text.strip_suffix('y').unwrap_or(text).parse().ok();
    let number = number.filter(|years| (1..=100).contains(years));
    number.ok_or_else(|| "a number of years, 1 to 100, as 2y".to_owned())
}

impl Task {
    /// The log, where it was named.
    #[must_use]
    pub fn log(&self) -> Option<&Path> {
        match self {
            Self::Backup(task) => task.log.as_deref(),
            Self::Restore(task) => task.log.as_deref(),
            Self::Archive(task) => task.log.as_deref(),
            Self::NewLog(task) => task.log.as_deref(),
            Self::CheckLog(task) => task.log.as_deref(),
        }
    }
}

/// What a task finds around it.
#[derive(Debug)]
pub struct Around {
    /// The log.
    pub log: PathBuf,
    /// The office's configuration, if there is one.
    pub office: Option<PathBuf>,
    /// Where the time comes from, and whether it is believed.
    pub time: TimeSource,
}

/// Does a task, and says what was done.
///
/// # Errors
/// [`KeepingError`]; the log is as it was then.
pub fn run(task: &Task, around: &Around) -> Result<(), KeepingError> {
    let place = Place::of(&around.log);
    let mut bar = Bar::on_a_terminal();
    let now = (around.time.now)();
    let mut progress = |what: &'static str, done, all| bar.show(what, done, all);
    let told = match task {
        Task::Backup(task) => {
            let made = backup::make(
                &backup::Wish {
                    place: &place,
                    folder: &task.folder,
                    office: around.office.as_deref(),
                    keep_days: task.keep,
                    now,
                    trusted: (around.time.synchronised)(),
                },
                &mut progress,
            )?;
            backed_up(&made, task.keep)
        }
        Task::Restore(task) => {
            let restored = restore::restore(
                &restore::Wish {
                    place: &place,
                    from: &task.from,
                    after: &task.after,
                    nothing_since: task.nothing_since,
                    put_aside: task.put_aside,
                    now,
                },
                &mut progress,
            )?;
            brought_back(&restored, &place, now, (around.time.synchronised)())
        }
        Task::Archive(task) => {
            let wish = archive::Wish {
                place: &place,
                folder: &task.folder,
                drop_years: task.drop_older_than,
                now,
                trusted: (around.time.synchronised)(),
            };
            archived(&archive::archive(&wish, &mut progress)?, &wish)
        }
        Task::NewLog(task) => {
            if !task.clock_is_right && !(around.time.synchronised)() {
                return Err(KeepingError::Clock(now));
            }
            let begun = new_log::begin(&place, now, &mut |done, all| {
                progress("checking the log", done, all);
            })?;
            begun_anew(&begun)
        }
        Task::CheckLog(_) => {
            place.must_exist()?;
            let checked = store::check(place.store(), |done, all| {
                progress("checking the log", done, all);
            })?;
            vec![whole(place.store(), &checked)]
        }
    };
    bar.end();
    let mut out = io::stdout().lock();
    for line in told {
        match writeln!(out, "{line}") {
            // Nobody reading it is no fault.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            other => other.map_err(KeepingError::Unwritable)?,
        }
    }
    Ok(())
}

fn whole(log: &Path, checked: &Checked) -> String {
    if checked.events == 0 {
        return format!("{} is whole, and nothing has happened in it", log.display());
    }
    format!(
        "{} is whole: {} events, the last at {}, format {}",
        log.display(),
        checked.events,
        Timestamp::from_unix_ms(checked.last_at_ms),
        checked.format
    )
}

fn backed_up(made: &Made, keep: u32) -> Vec<String> {
    let log = &made.manifest.log;
    let names: Vec<&str> = made
        .manifest
        .files
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let mut told = vec![
        format!("backup: {}", made.set.display()),
        format!(
            "{} events up to seq {} of {}, {:.1} MB, checked; {}",
            log.events,
            log.last_seq,
            log.last_at,
            megabytes(made.manifest.bytes()),
            names.join(", ")
        ),
    ];
    for one in &made.removed {
        told.push(format!(
            "removed, older than {keep} days: {}",
            one.display()
        ));
    }
    if made.kept_for_the_clock {
        told.push(format!(
            "backups older than {keep} days stay, since this machine's clock was not set from the network"
        ));
    }
    if made.same_disk {
        told.push(
            "note: the backup is on the same disk as the log, and goes with it when it breaks; copy it to another one"
                .to_owned(),
        );
    }
    told
}

fn brought_back(restored: &Restored, place: &Place, now: Timestamp, trusted: bool) -> Vec<String> {
    let log = &restored.manifest.log;
    let mut told = vec![
        format!(
            "restored: {} from {}",
            place.store().display(),
            restored.set.display()
        ),
        format!(
            "the backup ends at seq {}, at {}: what happened after that is lost",
            log.last_seq, log.last_at
        ),
    ];
    for one in &restored.aside {
        told.push(format!(
            "renamed, delete it when you need it no more: {}",
            one.display()
        ));
    }
    if restored.was_damaged {
        told.push(
            "the log that was there was damaged; it may hold who was booked, so do not pass it on"
                .to_owned(),
        );
    }
    if restored.kept_credentials {
        told.push(
            "the credentials that were there stay: one may have been revoked since the backup"
                .to_owned(),
        );
    }
    if restored.numbers.is_empty() {
        told.push("it is the log that it was, and goes on where it ended".to_owned());
    } else {
        told.push(format!(
            "so that no number of today is on two slips, today ({now}) goes on after {}; tomorrow begins at 001",
            list(&restored.numbers)
        ));
    }
    if !trusted {
        told.push(format!(
            "note: this machine's clock says {now} and was not set from the network; if that is another day, set it \
             and restore again with --put-aside before the office opens"
        ));
    }
    let configuration = restored.set.join(super::set::OFFICE);
    if configuration.is_file() {
        told.push(format!(
            "the office's configuration of then, if yours is lost: {}",
            configuration.display()
        ));
    }
    told.push("next: start the hub (systemctl start torn-hub); post the appointments again, where they are posted".to_owned());
    told
}

fn archived(done: &Done, wish: &archive::Wish<'_>) -> Vec<String> {
    let mut told = match &done.closed {
        Some((path, checked)) => vec![
            format!("archived: {}", path.display()),
            format!(
                "{} events up to seq {}, checked; its checksum and its figures (CSV) are beside it",
                checked.events, checked.last_seq
            ),
            "the log that carries on has begun; next: start the hub (systemctl start torn-hub)"
                .to_owned(),
        ],
        None => vec!["the log began today and nobody came yet, so it goes on".to_owned()],
    };
    for one in &done.dropped {
        told.push(format!("deleted, its figures stay: {}", one.display()));
    }
    for one in &done.kept_for_the_clock {
        told.push(format!(
            "stays, since this machine's clock was not set from the network: {}",
            one.display()
        ));
    }
    if !wish.trusted && done.closed.is_some() {
        told.push(format!(
            "note: this machine's clock says {} and was not set from the network; if that is another day, set it, and \
             see `torn-hub new-log` before the office opens",
            wish.now
        ));
    }
    for one in &done.due {
        told.push(format!(
            "its raw events are older than two years; delete them with --drop-older-than 2y: {}",
            one.display()
        ));
    }
    told
}

fn begun_anew(begun: &Begun) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(aside) = &begun.aside {
        let (seq, at) = begun.last;
        told.push(format!(
            "put aside: {} (up to seq {seq}, {at})",
            aside.display()
        ));
    }
    told.push(if begun.numbers.is_empty() {
        format!("a new log begins on {}, with the first numbers", begun.day)
    } else {
        format!(
            "a new log begins on {}; its numbers go on after {}",
            begun.day,
            list(&begun.numbers)
        )
    });
    if begun.waiting > 0 {
        told.push(format!(
            "{} waited in the log that was put aside: call them by their slips, or let them take a new number",
            begun.waiting
        ));
    }
    told.push("next: start the hub (systemctl start torn-hub); post the appointments again, where they are posted".to_owned());
    told
}

fn list(numbers: &[TicketNumber]) -> String {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    numbers.join(", ")
}

#[expect(clippy::cast_precision_loss, reason = "it is shown with one digit")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

/// How far it is, on one line of a terminal; elsewhere nothing.
struct Bar {
    shown: bool,
    terminal: bool,
    last: (&'static str, u64),
}

impl Bar {
    fn on_a_terminal() -> Self {
        Self {
            shown: false,
            terminal: io::stderr().is_terminal(),
            last: ("", 0),
        }
    }

    fn show(&mut self, what: &'static str, done: u64, all: u64) {
        let percent = done.saturating_mul(100).checked_div(all).unwrap_or(100);
        if !self.terminal || self.last == (what, percent) {
            return;
        }
        (self.last, self.shown) = ((what, percent), true);
        // A terminal that is gone is no fault.
        let _ = write!(io::stderr().lock(), "\r\x1b[K{what}: {percent} %");
    }

    fn end(&mut self) {
        if self.shown {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}
