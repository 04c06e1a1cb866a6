// SPDX-License-Identifier: GPL-3.0-or-later
//! Why the log could not be backed up, restored, archived or begun anew, and what to do then.

use std::io;
use std::path::{Path, PathBuf};

use torn_queue::{Seq, Timestamp};

use crate::store::StoreError;

/// Why a task was not done. The log is as it was.
#[derive(Debug, thiserror::Error)]
pub enum KeepingError {
    /// The log can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file can't be read, written or moved.
    #[error(
        "can't {doing} {path}; see that it is there, that its disk has room, and that this user may do that"
    )]
    File {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The log can't be copied.
    #[error("can't {doing} {path}; see that its disk has room and that this user may write there")]
    Copy {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// There is no log.
    #[error("there is no log at {0}; give its file with --log")]
    NoLog(PathBuf),
    /// The log has no events.
    #[error("the log {0} is empty: nothing has happened yet")]
    Empty(PathBuf),
    /// An event can't be read.
    #[error("the log's event {seq} can't be read by this version; use the one that wrote it")]
    Event {
        /// Its place.
        seq: Seq,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// A log's own name is no UUID.
    #[error("the log's UUID is {0:?}, which is none; restore an older backup")]
    LogId(String),
    /// The office's time zone is not known here.
    #[error("the log's time zone {name} is not known here; install tzdata")]
    Zone {
        /// The zone.
        name: String,
        /// What the calendar says.
        #[source]
        source: jiff::Error,
    },
    /// What was to go elsewhere was to go among the hub's own files.
    #[error("{0} is the folder of the log itself; give a folder of its own, best on another disk")]
    OwnFolder(PathBuf),
    /// Another one writes there.
    #[error("another torn-hub is writing to {0}; wait until it is done")]
    Busy(PathBuf),
    /// The disk is too full.
    #[error(
        "{path} has room for {free_mb} MB and {needed_mb} MB are needed; make room, or give another disk"
    )]
    NoRoom {
        /// The folder.
        path: PathBuf,
        /// What is free, in millions of bytes.
        free_mb: u64,
        /// What is needed.
        needed_mb: u64,
    },
    /// Who was booked could still be read in the copy.
    #[error("{0} still held who is booked, so it was thrown away; report this")]
    NotEmptied(PathBuf),
    /// There is no backup.
    #[error(
        "there is no backup in {0}; give the folder that `torn-hub backup` wrote to, or one set of it"
    )]
    NoSet(PathBuf),
    /// A backup is not as it was written.
    #[error("the backup {set} is damaged: {what}; {}", older.as_ref().map_or_else(
        || "there is no older one beside it".to_owned(),
        |older| format!("restore the one before it: {}", older.display())))]
    DamagedSet {
        /// The set.
        set: PathBuf,
        /// What is wrong with it.
        what: String,
        /// The one before it.
        older: Option<PathBuf>,
    },
    /// A backup of a later version.
    #[error(
        "the backup {set} has format {found}, this version reads {known}; install the newer version"
    )]
    NewerSet {
        /// The set.
        set: PathBuf,
        /// The format of the set.
        found: u32,
        /// The format that is known here.
        known: u32,
    },
    /// The log that is there goes further than the backup.
    #[error(
        "the log {path} goes up to seq {there}, the backup only up to {backup}: nothing needs to be brought back; \
         to go back all the same give --put-aside, which renames the log that is there"
    )]
    NewerLog {
        /// The log.
        path: PathBuf,
        /// Its last seq.
        there: Seq,
        /// The backup's.
        backup: Seq,
    },
    /// Another log with tickets of its own is there.
    #[error(
        "{path} is another log, with {tickets} tickets of its own; to restore all the same give --put-aside, which \
         renames the log that is there"
    )]
    OtherLog {
        /// The log.
        path: PathBuf,
        /// How many tickets it gave out.
        tickets: u64,
    },
    /// The log is not ahead of the clock.
    #[error(
        "the log ends at {last} and it is {now} now, so it did not run into the future; to begin another log \
         for another reason use `torn-hub archive`"
    )]
    NotAhead {
        /// When the last event was.
        last: Timestamp,
        /// What the clock says.
        now: Timestamp,
    },
    /// The log is ahead of the clock.
    #[error(
        "the log ends at {last} and it is {now} now: one of the two clocks was wrong; set this machine's clock, and \
         if it is right use `torn-hub new-log`"
    )]
    Ahead {
        /// When the last event was.
        last: Timestamp,
        /// What the clock says.
        now: Timestamp,
    },
    /// Nobody vouches for the clock.
    #[error(
        "this machine's clock says {0} and was not set from the network; set it, and say that it is right with \
         --clock-is-right"
    )]
    Clock(Timestamp),
    /// All numbers of the day would be used up.
    #[error("no number is left after {0}; give a lower one with --after")]
    NoNumberLeft(String),
    /// A hub started meanwhile.
    #[error("a hub wrote to {0} meanwhile, so nothing was changed; stop it and try again")]
    Meanwhile(PathBuf),
    /// Standard output can't be written.
    #[error("can't write to standard output")]
    Unwritable(#[source] io::Error),
}

impl KeepingError {
    /// Says what was being done to which file when the system refused.
    pub(super) fn file(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            doing,
            path: path.clone(),
            source,
        }
    }

    /// Says what was being done to which copy when SQLite refused.
    pub(super) fn copy(doing: &'static str, path: &Path) -> impl Fn(rusqlite::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Copy {
            doing,
            path: path.clone(),
            source,
        }
    }
}
