// SPDX-License-Identifier: GPL-3.0-or-later
//! One value or key of a file, read as what it should be.
//!
//! Each reading notes what is wrong and gives `None` then; the value keeps its place in the file,
//! so that whoever knows more of its meaning can note more.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use toml::Spanned;
use toml::de::DeValue;

use crate::nearest::did_you_mean;
use crate::reader::{Report, Span, Table};

/// A key of a table whose keys are not fixed.
pub(crate) struct Key<'a> {
    pub(crate) report: &'a Report<'a>,
    pub(crate) span: Span,
    pub(crate) path: String,
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
    pub(crate) report: &'a Report<'a>,
    pub(crate) path: String,
    pub(crate) span: Span,
    pub(crate) value: &'a DeValue<'a>,
}

impl<'a> Value<'a> {
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
        if !self.report.is_partial() {
            self.mistake(message);
        }
    }

    /// Says something of this value that is not wrong, and yet not wise.
    pub(crate) fn warn(&self, message: impl Display) {
        self.report
            .warn(self.span.start, format!("{}: {message}", self.path));
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

/// The text, cut where it would drown the message that quotes it.
pub(crate) fn short(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
