// SPDX-License-Identifier: GPL-3.0-or-later
//! A recorded queue, as CSV: one row a ticket, with when it was issued and when it was called.
//!
//! It takes what spreadsheets write: a byte-order mark, CRLF, columns in any order and unknown ones, rows that are not
//! in order, several days. The local day and hour are the ones that are written, by their offset.

use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use torn_queue::Timestamp;

/// One ticket of a recorded queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What for, as the file calls it.
    pub service: String,
    /// Its number, as the file writes it.
    pub number: String,
    /// When it was issued, as the file writes it.
    pub issued_text: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The local day of that.
    pub day: Date,
    /// The minute of that day, 0–1439.
    pub minute: u16,
    /// When it was called; `None` if never, or if nobody knows.
    pub called_at: Option<Timestamp>,
    /// When its visit ended, or when it left.
    pub finished_at: Option<Timestamp>,
    /// How it ended, where that was recorded.
    pub outcome: Option<Outcome>,
}

impl Row {
    /// What rows are sorted by: the order of issue, and of one instant by service and number, so that neither the
    /// file that a row came in nor its place there changes anything. The rest is for rows that differ in it only.
    pub(super) fn rank(&self) -> impl Ord + '_ {
        // Numbers without leading zeros: the tenth comes after the ninth.
        let number = (self.number.len(), &self.number);
        let when = (self.day, self.minute, &self.issued_text);
        let rest = (self.called_at, self.finished_at, self.outcome);
        (self.issued_at, &self.service, number, when, rest)
    }
}

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// At a desk.
    Served,
    /// Called, and nobody came.
    NoShow,
    /// Given up, mostly before the call.
    Cancelled,
}

/// A recorded queue could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordedError {
    /// The file is not there, or may not be read.
    #[error("can't read {}; see that it is there and that this user may read it", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is no CSV, or a row has not as many fields as the header.
    #[error("{}: line {line}: {what}", file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong and what would be right.
        what: String,
    },
}

const REQUIRED: [&str; 4] = ["service", "number", "issued_at", "called_at"];

/// Where the columns are.
struct Columns {
    service: usize,
    number: usize,
    issued_at: usize,
    called_at: usize,
    finished_at: Option<usize>,
    outcome: Option<usize>,
}

/// Reads a recorded queue; the rows come in the order of issue.
///
/// # Errors
/// [`RecordedError`] for a file that is not there or is no such CSV, with the line.
pub fn read(file: &Path) -> Result<Vec<Row>, RecordedError> {
    let bytes = std::fs::read(file).map_err(|source| RecordedError::Unreadable {
        file: file.to_owned(),
        source,
    })?;
    parse(&bytes).map_err(|(line, what)| RecordedError::Malformed {
        file: file.to_owned(),
        line,
        what,
    })
}

/// Reads a recorded queue from its bytes.
///
/// # Errors
/// The line, from 1, and what is wrong there.
pub fn parse(bytes: &[u8]) -> Result<Vec<Row>, (u64, String)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let plain = |error: csv::Error| (line_at(bytes, error.position()), plain(&error));
    let header = reader.headers().map_err(plain)?;
    let columns = columns(header)?;
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(plain)? {
        let row = row(&record, &columns);
        rows.push(row.map_err(|what| (line_at(bytes, record.position()), what))?);
    }
    rows.sort_by(|one, other| one.rank().cmp(&other.rank()));
    Ok(rows)
}

fn columns(header: &csv::StringRecord) -> Result<Columns, (u64, String)> {
    let place = |name: &str| {
        let mut names = header.iter();
        names.position(|one| one.eq_ignore_ascii_case(name))
    };
    let needed = |name: &str| {
        place(name).ok_or_else(|| {
            let needed = REQUIRED.join(", ");
            (1, format!("there is no column {name}; needed are {needed}"))
        })
    };
    Ok(Columns {
        service: needed("service")?,
        number: needed("number")?,
        issued_at: needed("issued_at")?,
        called_at: needed("called_at")?,
        finished_at: place("finished_at"),
        outcome: place("outcome"),
    })
}

/// The line that what begins at `position` stands on. The reader's own count lags behind where lines end in CRLF.
fn line_at(bytes: &[u8], position: Option<&csv::Position>) -> u64 {
    let byte = position.map_or(0, csv::Position::byte);
    let byte = usize::try_from(byte).unwrap_or(0).min(bytes.len());
    let (before, from) = bytes.split_at(byte);
    let ends = from.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let breaks = before.iter().chain(ends).filter(|byte| **byte == b'\n');
    breaks.count() as u64 + 1
}

fn plain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("it has {len} fields, and the header {expected_len}"),
        csv::ErrorKind::Utf8 { .. } => "it is not UTF-8; save it as UTF-8 text".to_owned(),
        _ => error.to_string(),
    }
}

fn row(record: &csv::StringRecord, columns: &Columns) -> Result<Row, String> {
    let field = |place: usize| record.get(place).unwrap_or_default();
    let optional = |place: Option<usize>| place.map_or("", field);
    let issued_text = field(columns.issued_at);
    let service = field(columns.service);
    if service.is_empty() {
        return Err("service is empty".to_owned());
    }
    let (issued_at, local) = instant("issued_at", issued_text)?
        .ok_or_else(|| "issued_at is empty; a ticket needs the time it was issued at".to_owned())?;
    let at = |name, text| Ok::<_, String>(instant(name, text)?.map(|(at, _)| at));
    let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
    Ok(Row {
        service: service.to_owned(),
        number: field(columns.number).to_owned(),
        issued_text: issued_text.to_owned(),
        issued_at,
        day: local.date(),
        minute: u16::try_from(minute).unwrap_or(0),
        // A call before the ticket was there tells nothing of its wait.
        called_at: at("called_at", field(columns.called_at))?.filter(|at| *at >= issued_at),
        finished_at: at("finished_at", optional(columns.finished_at))?,
        outcome: outcome(optional(columns.outcome))?,
    })
}

fn outcome(text: &str) -> Result<Option<Outcome>, String> {
    match text {
        "" => Ok(None),
        "served" => Ok(Some(Outcome::Served)),
        "no-show" => Ok(Some(Outcome::NoShow)),
        "cancelled" => Ok(Some(Outcome::Cancelled)),
        other => Err(format!(
            "outcome is {other:?}; it is served, no-show, cancelled or empty"
        )),
    }
}

/// The instant, and the day and hour that its text writes; `None` for an empty text.
fn instant(name: &str, text: &str) -> Result<Option<(Timestamp, DateTime)>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || {
        format!(
            "{name} is {text:?}; it is an RFC 3339 time with an offset, such as 2026-11-24T09:42:00+01:00"
        )
    };
    let at: Timestamp = text.parse().map_err(|_| wrong())?;
    let pieces = Pieces::parse(text).map_err(|_| wrong())?;
    let time = pieces.time().ok_or_else(wrong)?;
    let offset = pieces
        .offset()
        .is_some_and(|offset| matches!(offset, PiecesOffset::Zulu | PiecesOffset::Numeric(_)));
    if !offset {
        return Err(wrong());
    }
    Ok(Some((at, pieces.date().to_datetime(time))))
}
