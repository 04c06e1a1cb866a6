// SPDX-License-Identifier: GPL-3.0-or-later
//! `torn-hub appointments FILE --day …`: what would be imported, told to a person as JSON.
//!
//! It reads the file, and an `office.toml` where one is given, and nothing else; it touches no log.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use torn_appointments::{Appointment, Day, Import, Kind, Mapping, NotACalendar, Skipped, read};
use torn_program::ConfigurationError;

use super::reader::mapping;

/// A calendar has some kilobytes, an old one some megabytes.
const BYTES_MAX: u64 = 256 * 1024 * 1024;
/// The zone of the office that this was first built for.
const ZONE: &str = "Europe/Madrid";

/// What is asked for.
#[derive(Debug, Args)]
pub struct Question {
    /// An iCalendar or CSV file.
    file: PathBuf,
    /// The day, in the office's zone.
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Date,
    /// The office's configuration, for its time zone, services and mapping; without it, that of --config; without
    /// both: Europe/Madrid, and no mapping.
    #[arg(long, value_name = "office.toml")]
    pub office: Option<PathBuf>,
}

/// Why there is nothing to tell.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The office's configuration can't be used.
    #[error(transparent)]
    Office(#[from] ConfigurationError),
    /// The time zone is not in the system's database, nor in the built-in one.
    #[error("the time zone {ZONE} is not known here; give an office with --office")]
    Zone(#[source] jiff::Error),
    /// The file can't be read.
    #[error("can't read {path}; see that it is there and that this user may read it")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file is too large to be a calendar.
    #[error("{path} has more than 256 MiB, so it is no calendar; export less of it")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is none.
    #[error("nothing was read from {path}: {why}")]
    NotACalendar {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        why: NotACalendar,
    },
    /// The answer can't be written.
    #[error("can't write the answer to standard output")]
    Unwritable(#[source] io::Error),
}

#[derive(Serialize)]
struct Report<'i> {
    appointments: Vec<Booked<'i>>,
    skipped: Vec<Left<'i>>,
    warnings: &'i [String],
}

#[derive(Serialize)]
struct Booked<'i> {
    start: String,
    end: Option<String>,
    uid: &'i str,
    service: Option<&'i str>,
    code: Option<&'i str>,
}

#[derive(Serialize)]
struct Left<'i> {
    uid: Option<&'i str>,
    reason: &'i str,
}

/// Answers on standard output.
///
/// # Errors
/// [`ReportError`]; then nothing was written there.
pub fn answer(question: &Question) -> Result<(), ReportError> {
    let (zone, mapping) = match &question.office {
        Some(path) => {
            let config = torn_program::office(path)?;
            (config.zone.clone(), mapping(&config))
        }
        None => {
            let zone = TimeZone::get(ZONE).map_err(ReportError::Zone)?;
            (zone, Mapping::default())
        }
    };
    let day = Day {
        day: question.day,
        zone,
    };
    let bytes = bytes(&question.file)?;
    let import = read(&bytes, kind(&question.file), &day, &mapping).map_err(|why| {
        ReportError::NotACalendar {
            path: question.file.clone(),
            why,
        }
    })?;
    let text = json(&import, &day).map_err(ReportError::Unwritable)?;
    let mut out = io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(ReportError::Unwritable)
}

/// What a file is by its name.
pub(crate) fn kind(path: &Path) -> Kind {
    let extension = path.extension().and_then(|one| one.to_str());
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        "ics" | "ical" | "ifb" => Kind::Ics,
        "csv" | "tsv" => Kind::Csv,
        _ => Kind::Guess,
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, ReportError> {
    let unreadable = |source| ReportError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(ReportError::TooLarge {
            path: path.to_owned(),
        });
    }
    Ok(bytes)
}

fn json(import: &Import, day: &Day) -> io::Result<String> {
    let appointments = import.appointments.iter();
    let report = Report {
        appointments: appointments.map(|one| booked(one, day)).collect(),
        skipped: import.skipped.iter().map(left).collect(),
        warnings: &import.warnings,
    };
    Ok(serde_json::to_string_pretty(&report)?)
}

fn booked<'i>(one: &'i Appointment, day: &Day) -> Booked<'i> {
    let local = |at: Timestamp| at.display_with_offset(day.zone.to_offset(at)).to_string();
    Booked {
        start: local(one.start),
        end: one.end.map(local),
        uid: &one.uid,
        service: one.service.as_ref().map(torn_queue::ServiceId::as_str),
        code: one.code.as_deref(),
    }
}

fn left(one: &Skipped) -> Left<'_> {
    Left {
        uid: one.uid.as_deref(),
        reason: &one.reason,
    }
}
