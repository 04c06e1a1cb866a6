// SPDX-License-Identifier: GPL-3.0-or-later
//! The command line of `torn-hub replay`, and what it writes: a CSV row a ticket, and the score where it is asked for.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::logged::{self, LoggedError};
use super::play::{self, Said};
use super::recorded::{self, RecordedError, Row};
use super::score::Score;

/// Plays recorded days through the estimator of waits, each estimate made from nothing that happened later.
///
/// A recorded queue is CSV with the columns service, number, issued_at, called_at, finished_at, desk, outcome: RFC 3339
/// times with an offset; the last three, and called_at of who was never called, may be empty.
/// Written is one row a ticket, in the order of issue: service, number, issued_at, people_ahead, low_min, mid_min, high_min;
/// the last three are empty where it declines.
#[derive(Debug, Args)]
pub struct Question {
    /// A recorded queue, as CSV.
    #[arg(required_unless_present = "log")]
    file: Option<PathBuf>,
    /// Earlier days to learn from, as CSV; may be given several times.
    #[arg(long, value_name = "FILE.csv", conflicts_with = "log")]
    history: Vec<PathBuf>,
    /// The hub's own log instead of a recorded queue.
    #[arg(long, value_name = "torn.db", conflicts_with = "file")]
    log: Option<PathBuf>,
    /// Write below the rows, after an empty line, how good the estimates were, beside four simple estimators on the same tickets.
    #[arg(long)]
    score: bool,
}

/// Why there is nothing to tell.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A recorded queue can't be read.
    #[error(transparent)]
    Recorded(#[from] RecordedError),
    /// The log can't be read.
    #[error(transparent)]
    Logged(#[from] LoggedError),
    /// The answer can't be written.
    #[error("can't write the answer to standard output")]
    Unwritable(#[source] io::Error),
}

/// Answers `question` on standard output.
///
/// # Errors
/// [`ReplayError`]; nothing was written, but for [`ReplayError::Unwritable`].
pub fn answer(question: &Question) -> Result<(), ReplayError> {
    let (rows, said) = played(question)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut written = write_rows(&mut out, &rows, &said);
    if question.score {
        written = written.and_then(|()| write_score(&mut out, &rows, &said));
    }
    match written.and_then(|()| out.flush()) {
        // Nobody reading on is no fault.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(ReplayError::Unwritable),
    }
}

fn played(question: &Question) -> Result<(Vec<Row>, Vec<Said>), ReplayError> {
    if let Some(log) = &question.log {
        return Ok(logged::play(log)?);
    }
    let rows = question
        .file
        .as_deref()
        .map_or(Ok(Vec::new()), recorded::read)?;
    let mut history = Vec::new();
    for file in &question.history {
        history.extend(recorded::read(file)?);
    }
    let said = play::play(&rows, &history);
    Ok((rows, said))
}

/// Writes the rows as CSV, in minutes.
///
/// # Errors
/// What `out` says.
pub fn write_rows(out: impl Write, rows: &[Row], said: &[Said]) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(HEADER).map_err(plain)?;
    for (row, said) in rows.iter().zip(said) {
        let minutes = said.estimate.map(|estimate| {
            [estimate.low_s, estimate.mid_s, estimate.high_s]
                .map(|seconds| format!("{:.2}", f64::from(seconds) / 60.0))
        });
        let [low, mid, high] = minutes.unwrap_or_default();
        let ahead = said.ahead.to_string();
        let fields = [
            &row.service,
            &row.number,
            &row.issued_text,
            &ahead,
            &low,
            &mid,
            &high,
        ];
        csv.write_record(fields).map_err(plain)?;
    }
    csv.flush()
}

/// Writes an empty line, and how good it was what was `said` to `rows`.
///
/// # Errors
/// What `out` says.
pub fn write_score(mut out: impl Write, rows: &[Row], said: &[Said]) -> io::Result<()> {
    writeln!(out)?;
    match Score::of(rows, said) {
        Some(score) => write!(out, "{score}"),
        None => writeln!(
            out,
            "nothing could be scored: no ticket has both a known wait and an estimate"
        ),
    }
}

const HEADER: [&str; 7] = [
    "service",
    "number",
    "issued_at",
    "people_ahead",
    "low_min",
    "mid_min",
    "high_min",
];

fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
