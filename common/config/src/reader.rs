// SPDX-License-Identifier: GPL-3.0-or-later
//! Reads a TOML tree and gathers what is wrong with it, so that a file's mistakes are named all at
//! once and not one a run.
//!
//! A reader that finds a value wrong notes it and gives `None`; whoever reads goes on. A table
//! knows which of its keys were asked for: what is left over is unknown. What the settings mean is
//! not known here.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::mistake::{Mistake, Mistakes};
use crate::nearest::did_you_mean;
use crate::pending::PENDING;

/// How often a text is parsed anew with its broken lines left out, to find the next broken one.
const PASSES_MAX: usize = 20;

type Span = Range<usize>;

/// What was found while a file was read.
pub(crate) struct Report<'t> {
    text: &'t str,
    found: RefCell<Vec<(usize, String)>>,
    warnings: RefCell<Vec<String>>,
    without_effect: RefCell<Vec<String>>,
    /// Some of the file could not be read, so that what seems to be missing may be there.
    partial: bool,
}

/// What a good file gives beside its values.
pub(crate) struct Remarks {
    pub(crate) warnings: Vec<String>,
    pub(crate) without_effect: Vec<String>,
}

/// Parses `text` and hands its root to `read`.
pub(crate) fn read<T>(
    text: &str,
    read: impl FnOnce(&Table<'_>) -> Option<T>,
) -> Result<(T, Remarks), Mistakes> {
    let (readable, broken) = without_broken_lines(text);
    let report = Report {
        text,
        partial: !broken.is_empty(),
        found: RefCell::new(broken),
        warnings: RefCell::default(),
        without_effect: RefCell::default(),
    };
    let (root, _) = DeTable::parse_recoverable(&readable);
    let value = read(&Table::new(&report, String::new(), 0..0, root.get_ref()));
    report.finish(value)
}

/// The text with every line blanked that is no TOML, and what is wrong with those lines.
fn without_broken_lines(text: &str) -> (String, Vec<(usize, String)>) {
    let mut readable = text.to_owned();
    let mut broken: Vec<(usize, String)> = Vec::new();
    for _ in 0..PASSES_MAX {
        let (_, errors) = DeTable::parse_recoverable(&readable);
        if errors.is_empty() {
            return (readable, broken);
        }
        let mut lines: Vec<Span> = Vec::new();
        for error in &errors {
            let at = error.span().map_or(text.len(), |span| span.start);
            let line = line_around(text, at);
            // One mistake often gives several errors; the first says it best.
            if !lines.contains(&line) {
                broken.push((at, format!("this is not TOML: {}", error.message())));
                lines.push(line);
            }
        }
        for line in lines {
            readable.replace_range(line.clone(), &" ".repeat(line.len()));
        }
    }
    (String::new(), broken)
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
    fn mistake(&self, at: usize, message: String) {
        self.found.borrow_mut().push((at, message));
    }

    fn finish<T>(self, value: Option<T>) -> Result<(T, Remarks), Mistakes> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|(at, _)| *at);
        found.dedup();
        match value.filter(|_| found.is_empty()) {
            Some(value) => {
                let warnings = self.warnings.into_inner();
                let mut without_effect = self.without_effect.into_inner();
                without_effect.sort();
                without_effect.dedup();
                Ok((
                    value,
                    Remarks {
                        warnings,
                        without_effect,
                    },
                ))
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
    fn new(report: &'a Report<'a>, path: String, span: Span, entries: &'a DeTable<'a>) -> Self {
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
        value.note_if_pending();
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
                value.mistake(format!("must be written as [[{key}]], once for each"));
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
        self.report.warnings.borrow_mut().push(message);
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

/// A key of a table whose keys are not fixed.
pub(crate) struct Key<'a> {
    report: &'a Report<'a>,
    span: Span,
    path: String,
    pub(crate) text: &'a str,
}

impl Key<'_> {
    /// Notes a mistake in the key itself.
    pub(crate) fn mistake(&self, message: impl Display) {
        self.report
            .mistake(self.span.start, format!("{}: {message}", self.path));
    }
}

/// A value of the file.
#[derive(Clone)]
pub(crate) struct Value<'a> {
    report: &'a Report<'a>,
    path: String,
    span: Span,
    value: &'a DeValue<'a>,
}

impl<'a> Value<'a> {
    fn note_if_pending(&self) {
        let has = |one: &crate::pending::Pending| {
            one.setting == self.path
                && one
                    .value
                    .is_none_or(|text| self.value.as_str() == Some(text))
        };
        if PENDING.iter().any(has) {
            self.report
                .without_effect
                .borrow_mut()
                .push(self.path.clone());
        }
    }

    /// The setting's name, with those of the tables it is in.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Notes that this value is wrong.
    pub(crate) fn mistake(&self, message: impl Display) {
        self.report
            .mistake(self.span.start, format!("{}: {message}", self.path));
    }

    /// Notes that what this value names is nowhere in the file.
    pub(crate) fn dangling(&self, message: impl Display) {
        if !self.report.partial {
            self.mistake(message);
        }
    }

    /// Says something of this value that is not wrong, and yet not wise.
    pub(crate) fn warn(&self, message: impl Display) {
        self.report
            .warnings
            .borrow_mut()
            .push(format!("{}: {message}", self.path));
    }

    fn wrong_type(&self, expected: &str) {
        self.mistake(format!("must be {expected}, not {}", kind(self.value)));
    }

    /// A text that is not empty and has no control characters.
    pub(crate) fn text(&self) -> Option<&'a str> {
        let DeValue::String(text) = self.value else {
            self.wrong_type("a text in quotes");
            return None;
        };
        if text.trim().is_empty() {
            self.mistake("may not be empty");
            None
        } else if text.chars().any(char::is_control) {
            self.mistake("may not have line breaks or other control characters");
            None
        } else {
            Some(text)
        }
    }

    /// A text that is one of `T`'s; the mistake is what its parser says.
    pub(crate) fn parse<T: FromStr<Err: Display>>(&self) -> Option<T> {
        self.text()?
            .parse()
            .map_err(|error| self.mistake(error))
            .ok()
    }

    /// A text that is one of `known`.
    pub(crate) fn one_of<T: Copy>(&self, known: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        if let Some((_, value)) = known.iter().find(|(name, _)| *name == text) {
            return Some(*value);
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let near = did_you_mean(text, names.iter().copied());
        self.mistake(format!(
            "{:?} is not one of {}{near}",
            short(text),
            names.join(", ")
        ));
        None
    }

    /// A whole number within `range`.
    pub(crate) fn number(&self, range: RangeInclusive<u32>) -> Option<u32> {
        let DeValue::Integer(number) = self.value else {
            self.wrong_type("a whole number");
            return None;
        };
        let parsed = u32::from_str_radix(number.as_str(), number.radix()).ok();
        let within = parsed.filter(|one| range.contains(one));
        if within.is_none() {
            let (low, high) = (range.start(), range.end());
            self.mistake(format!(
                "{} is not between {low} and {high}",
                short(&number.to_string())
            ));
        }
        within
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self) -> Option<bool> {
        let value = self.value.as_bool();
        if value.is_none() {
            self.wrong_type("true or false");
        }
        value
    }

    /// A date, `"2026-12-08"` or `2026-12-08`.
    pub(crate) fn date(&self) -> Option<jiff::civil::Date> {
        let written = match self.value {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => {
                self.wrong_type("a date such as \"2026-12-08\"");
                return None;
            }
        };
        let date = written
            .parse()
            .ok()
            .filter(|_| written.len() == "2026-12-08".len());
        if date.is_none() {
            self.mistake(format!(
                "{:?} is not a date such as 2026-12-08",
                short(&written)
            ));
        }
        date
    }

    /// The values of a list.
    pub(crate) fn items(&self) -> Option<Vec<Value<'a>>> {
        let DeValue::Array(array) = self.value else {
            self.wrong_type("a list in [ ]");
            return None;
        };
        let item = |one: &'a Spanned<DeValue<'a>>| Value {
            report: self.report,
            path: self.path.clone(),
            span: one.span(),
            value: one.get_ref(),
        };
        Some(array.iter().map(item).collect())
    }

    /// The table that this value is.
    pub(crate) fn table(&self) -> Option<Table<'a>> {
        let DeValue::Table(entries) = self.value else {
            self.wrong_type("a table");
            return None;
        };
        Some(Table::new(
            self.report,
            self.path.clone(),
            self.span.clone(),
            entries,
        ))
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
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

/// The text, cut where it would drown the message that quotes it.
pub(crate) fn short(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
