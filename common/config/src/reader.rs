// SPDX-License-Identifier: GPL-3.0-or-later
//! Reads a TOML tree and gathers what is wrong with it, so that a file's mistakes are named all at
//! once and not one a run.
//!
//! A reader that finds a value wrong notes it and gives `None`; whoever reads goes on. A table
//! knows which of its keys were asked for: what is left over is unknown. What the settings mean is
//! not known here.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::mistake::{Mistake, Mistakes};
use crate::nearest::did_you_mean;
use crate::value::{Key, Value, short};

/// How often a text is parsed anew with its broken lines left out, to find the next broken one.
const PASSES_MAX: usize = 20;

/// A range of the text, in bytes.
pub(crate) type Span = Range<usize>;

/// What was found while a file was read.
pub(crate) struct Report<'t> {
    text: &'t str,
    found: RefCell<Vec<(usize, String)>>,
    warnings: RefCell<Vec<(usize, String)>>,
    /// Some of the file could not be read, so that what seems to be missing may be there.
    partial: bool,
}

/// Parses `text` and hands its root to `read`; with its value come sentences about what is not wise.
pub(crate) fn read<T>(
    text: &str,
    read: impl FnOnce(&Table<'_>) -> Option<T>,
) -> Result<(T, Vec<String>), Mistakes> {
    let (readable, broken) = without_broken_lines(text);
    let report = Report {
        text,
        partial: !broken.is_empty(),
        found: RefCell::new(broken),
        warnings: RefCell::default(),
    };
    let (root, _) = DeTable::parse_recoverable(&readable);
    let value = read(&Table::new(&report, String::new(), 0..0, root.get_ref()));
    report.finish(value)
}

/// The text without what is no TOML in it, and what that was. Places in the text stay what they are.
///
/// Where a list or table does not end, or a table's own line is broken, nothing is left of the
/// text: what follows would seem to belong where it does not.
fn without_broken_lines(text: &str) -> (String, Vec<(usize, String)>) {
    let mut readable = text.to_owned();
    let mut broken: Vec<(usize, String)> = Vec::new();
    let mut rest_is_lost = false;
    for _ in 0..PASSES_MAX {
        let (_, errors) = DeTable::parse_recoverable(&readable);
        // The first one says it best: those behind it often follow from it.
        let place = |error: &toml::de::Error| error.span().map_or(text.len(), |span| span.start);
        let Some(error) = errors.iter().min_by_key(|error| place(error)) else {
            return (
                if rest_is_lost {
                    String::new()
                } else {
                    readable
                },
                broken,
            );
        };
        let (at, message) = (place(error), error.message());
        let line = line_around(text, at);
        let in_list =
            message.starts_with("missing comma") || message.starts_with("missing key for inline");
        let (at, message) = if in_list && begins_a_setting(&text[line.clone()]) {
            (
                text[..at].trim_end().len(),
                "a list or table does not end here, or a comma is missing",
            )
        } else if message.contains("multi-line") {
            (last_quotes(&readable).unwrap_or(at), message)
        } else {
            (at, message)
        };
        let again = broken.iter().any(|(before, _)| *before == at);
        let follows = rest_is_lost && message == "duplicate key";
        if !again && !follows {
            broken.push((at, format!("this is not TOML: {message}")));
        }
        if again || message.starts_with("a list") || readable[line.clone()].trim().is_empty() {
            break;
        }
        if in_list && text[..at].ends_with([' ', '\n']) {
            readable.replace_range(at - 1..at, ",");
        } else {
            rest_is_lost |= readable[line.clone()].trim_start().starts_with('[');
            readable.replace_range(line.clone(), &" ".repeat(line.len()));
        }
    }
    (String::new(), broken)
}

/// Whether the line is `key = …` or `[table]`, which no list has.
fn begins_a_setting(line: &str) -> bool {
    let line = line.trim_start();
    let key = line.trim_start_matches(|c: char| c.is_alphanumeric() || "_-.".contains(c));
    line.starts_with('[') || (key.len() < line.len() && key.trim_start().starts_with('='))
}

/// Where a text of several lines begins that never ends: at the last of its marks.
fn last_quotes(text: &str) -> Option<usize> {
    ["\"\"\"", "'''"]
        .iter()
        .filter_map(|mark| text.rfind(mark))
        .max()
}

fn line_around(text: &str, at: usize) -> Span {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let start = bytes[..at]
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |newline| newline + 1);
    let end = bytes[at..]
        .iter()
        .position(|b| *b == b'\n')
        .map_or(bytes.len(), |more| at + more);
    start..end
}

impl Report<'_> {
    /// Whether some of the file could not be read.
    pub(crate) fn is_partial(&self) -> bool {
        self.partial
    }

    /// Keeps a sentence about something that is not wrong, and yet not wise.
    pub(crate) fn warn(&self, at: usize, message: String) {
        self.warnings.borrow_mut().push((at, message));
    }

    /// Keeps a mistake and where it is.
    pub(crate) fn mistake(&self, at: usize, message: String) {
        self.found.borrow_mut().push((at, message));
    }

    fn finish<T>(self, value: Option<T>) -> Result<(T, Vec<String>), Mistakes> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|(at, _)| *at);
        found.dedup();
        match value.filter(|_| found.is_empty()) {
            Some(value) => {
                let mut warnings = self.warnings.into_inner();
                warnings.sort_by_key(|(at, _)| *at);
                let placed = |(at, message)| placed(self.text, at, message).to_string();
                Ok((value, warnings.into_iter().map(placed).collect()))
            }
            None => Err(Mistakes(
                found
                    .into_iter()
                    .map(|(at, message)| placed(self.text, at, message))
                    .collect(),
            )),
        }
    }
}

fn placed(text: &str, at: usize, message: String) -> Mistake {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Mistake {
        line: 1 + before.matches('\n').count(),
        column: 1 + before[line_start..].chars().count(),
        message,
    }
}

/// A table of the file.
pub(crate) struct Table<'a> {
    report: &'a Report<'a>,
    path: String,
    span: Span,
    entries: &'a DeTable<'a>,
    asked: RefCell<Vec<String>>,
}

impl<'a> Table<'a> {
    /// A table with its name and its place.
    pub(crate) fn new(
        report: &'a Report<'a>,
        path: String,
        span: Span,
        entries: &'a DeTable<'a>,
    ) -> Self {
        Self {
            report,
            path,
            span,
            entries,
            asked: RefCell::default(),
        }
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// The value of `key`, if the file has one.
    pub(crate) fn get(&self, key: &str) -> Option<Value<'a>> {
        self.asked.borrow_mut().push(key.to_owned());
        let (_, value) = self
            .entries
            .iter()
            .find(|(name, _)| name.get_ref() == key)?;
        let value = Value {
            report: self.report,
            path: self.path_of(key),
            span: value.span(),
            value: value.get_ref(),
        };
        Some(value)
    }

    /// The value of `key`; that there is none is a mistake.
    pub(crate) fn need(&self, key: &str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            self.missing(format!("{} is missing", self.path_of(key)));
        }
        value
    }

    /// The table under `key`, `[key]`, if the file has one.
    pub(crate) fn table(&self, key: &str) -> Option<Table<'a>> {
        self.get(key)?.table()
    }

    /// The tables under `key`, `[[key]]`; none if the file has none.
    pub(crate) fn tables(&self, key: &str) -> Vec<Table<'a>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        match value.value {
            DeValue::Array(_) => value
                .items()
                .iter()
                .flatten()
                .filter_map(Value::table)
                .collect(),
            _ => {
                let path = value.path();
                value.mistake(format!("must be written as [[{path}]], once for each"));
                Vec::new()
            }
        }
    }

    /// Every key with its value, for tables whose keys are not fixed.
    pub(crate) fn entries(&self) -> Vec<(Key<'a>, Value<'a>)> {
        let entry = |(name, value): (&'a Spanned<_>, &'a Spanned<DeValue<'a>>)| {
            let name: &Spanned<std::borrow::Cow<'a, str>> = name;
            let text: &'a str = name.get_ref();
            self.asked.borrow_mut().push(text.to_owned());
            let key = Key {
                report: self.report,
                span: name.span(),
                path: self.path.clone(),
                text,
            };
            let path = self.path_of(text);
            let value = Value {
                report: self.report,
                path,
                span: value.span(),
                value: value.get_ref(),
            };
            (key, value)
        };
        self.entries.iter().map(entry).collect()
    }

    /// Whether the file has a value for `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.keys().any(|name| name.get_ref() == key)
    }

    /// Notes that something should be here and is not.
    pub(crate) fn missing(&self, message: String) {
        if !self.report.partial {
            self.report.mistake(self.span.start, message);
        }
    }

    /// Says something that is not wrong, and yet not wise.
    pub(crate) fn warn(&self, message: String) {
        self.report.warn(self.span.start, message);
    }

    fn note_unknown_keys(&self) {
        let asked = self.asked.borrow();
        for name in self.entries.keys() {
            let known = asked.iter().map(String::as_str);
            if !asked.iter().any(|one| one == name.get_ref()) {
                let near = did_you_mean(name.get_ref(), known);
                let place = if self.path.is_empty() {
                    "here".to_owned()
                } else {
                    format!("in {}", self.path)
                };
                let message = format!(
                    "there is no setting {:?} {place}{near}",
                    short(name.get_ref())
                );
                self.report.mistake(name.span().start, message);
            }
        }
    }
}

/// Who has read a table lets go of it: then its unknown keys are named.
impl Drop for Table<'_> {
    fn drop(&mut self) {
        self.note_unknown_keys();
    }
}

/// Reads every table, also after one that is wrong; `None` if any is.
pub(crate) fn read_all<'a, T>(
    tables: &[Table<'a>],
    read: impl FnMut(&Table<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    let all: Vec<Option<T>> = tables.iter().map(read).collect();
    all.into_iter().collect()
}
