// SPDX-License-Identifier: GPL-3.0-or-later
//! The records of a table: which lines belong to which, and where a quote that never closes would swallow the rest.
//!
//! A quoted cell may go on over several lines. It is believed only where the record then has as many cells as the
//! table has columns, and no line in it could be a record of its own; else each line is read by itself, and the one
//! with the quote is broken. What a cell means is not known here, and there is no `Debug`.

use crate::cell::{moment, slashes};

/// A record, or a line that is none.
pub(crate) struct Record {
    pub(crate) cells: Vec<String>,
    /// Its quotes do not close, or not where a cell ends: nobody knows which cell is which.
    pub(crate) broken: bool,
    /// There is a separator within its quotes.
    pub(crate) parted: bool,
    /// It has fewer cells than there are columns, and the text ends without a line's end after it.
    pub(crate) cut: bool,
}

/// What the records of a table look like.
pub(crate) struct Shape {
    /// How many columns there are up to the last that has a name: a record has as many cells at least.
    pub(crate) named: usize,
    /// How many columns there are.
    pub(crate) width: usize,
    /// The columns in which a date stands.
    pub(crate) dates: Vec<usize>,
}

impl Shape {
    fn has(&self, cells: usize) -> bool {
        (self.named..=self.width).contains(&cells)
    }

    /// Whether a line, quotes or not, is a record by itself.
    fn fits(&self, line: &str, separator: u8) -> bool {
        let plain = line.replace('"', "");
        let cells = Parsed::of(&plain, separator).cells;
        let has_date = |column: &usize| {
            cells
                .get(*column)
                .is_some_and(|cell| slashes(cell).is_some() || moment(cell, false).date.is_some())
        };
        self.has(cells.len()) && self.dates.iter().any(has_date)
    }
}

/// The records of a text, one after the other; empty lines are none.
pub(crate) struct Records<'t> {
    text: &'t str,
    separator: u8,
    shape: Option<&'t Shape>,
    /// Where the next one begins.
    pub(crate) at: usize,
    /// Bytes that may be looked at in search of a closing quote: the text is not gone through for each quote.
    budget: usize,
}

impl<'t> Records<'t> {
    /// Without a shape, a quoted cell may have several lines as long as there is no separator in it.
    pub(crate) fn of(text: &'t str, separator: u8, shape: Option<&'t Shape>) -> Self {
        Self {
            text,
            separator,
            shape,
            at: 0,
            budget: text.len().saturating_mul(4),
        }
    }

    /// The record that begins here and goes on over several lines.
    fn over_lines(&mut self) -> Option<Parsed> {
        if self.budget == 0 {
            return None;
        }
        let rest = &self.text[self.at..];
        let found = Parsed::of(rest, self.separator);
        self.budget = self.budget.saturating_sub(found.end);
        let (first, last) = found.over_lines.filter(|_| !found.open)?;
        let Some(shape) = self.shape else {
            let separator = char::from(self.separator);
            let odd = |cell: &String| cell.contains(['\n', '\r']) && cell.contains(separator);
            let odd = found.odd || found.cells.iter().any(odd);
            return (!odd).then_some(found);
        };
        if found.odd || !shape.has(found.cells.len()) {
            return None;
        }
        let lines: Vec<&str> = rest[..found.end].trim_end().split(['\n', '\r']).collect();
        // The first line of a last cell may have all columns, and so may the last line of a first one.
        let from = usize::from(first + 1 >= shape.named);
        let to = lines.len() - usize::from(last == 0);
        let inner = lines.get(from..to).unwrap_or_default();
        let swallowed = inner.iter().any(|line| shape.fits(line, self.separator));
        (!swallowed).then_some(found)
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let rest = self.text[self.at..].trim_start_matches(['\n', '\r']);
        if rest.is_empty() {
            return None;
        }
        self.at = self.text.len() - rest.len();
        let line = rest.split(['\n', '\r']).next().unwrap_or(rest);
        let alone = Parsed::of(line, self.separator);
        let mut broken = false;
        let found = if alone.open {
            let over_lines = self.over_lines();
            broken = over_lines.is_none();
            over_lines.unwrap_or(alone)
        } else {
            alone
        };
        let short = self
            .shape
            .is_some_and(|shape| found.cells.len() < shape.named);
        broken |= short && (found.odd || found.parted);
        broken |= self.shape.is_none() && found.odd;
        self.at += found.end;
        Some(Record {
            cut: short && self.at == self.text.len() && !self.text.ends_with(['\n', '\r']),
            cells: found.cells,
            broken,
            parted: found.parted,
        })
    }
}

/// A text's first record.
struct Parsed {
    cells: Vec<String>,
    /// A quote is not closed.
    open: bool,
    /// After a closing quote there is more of the cell.
    odd: bool,
    /// There is a separator within quotes.
    parted: bool,
    /// The first and the last cell that go on over several lines.
    over_lines: Option<(usize, usize)>,
    /// Where it ends.
    end: usize,
}

impl Parsed {
    fn of(text: &str, separator: u8) -> Self {
        let mut record = Self {
            cells: Vec::new(),
            open: false,
            odd: false,
            parted: false,
            over_lines: None,
            end: 0,
        };
        while record.cell(text, separator) {}
        record
    }

    /// Reads one cell; `false`: it was the last.
    fn cell(&mut self, text: &str, separator: u8) -> bool {
        let separator = char::from(separator);
        let mut cell = String::new();
        let quoted = text[self.end..].starts_with('"');
        if quoted {
            self.end += 1;
            self.quoted(text, &mut cell);
            self.parted |= cell.contains(separator);
            if cell.contains(['\n', '\r']) {
                let place = self.cells.len();
                let first = self.over_lines.map_or(place, |(first, _)| first);
                self.over_lines = Some((first, place));
            }
        }
        let rest = &text[self.end..];
        let ends = |c: char| c == separator || c == '\n' || c == '\r';
        let plain = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.odd |= quoted && !plain.trim().is_empty();
        cell.push_str(plain);
        self.cells.push(cell);
        self.end += plain.len();
        let more = text[self.end..].starts_with(separator);
        self.end += usize::from(more);
        more
    }

    /// What is within quotes, up to the one that closes them.
    fn quoted(&mut self, text: &str, cell: &mut String) {
        loop {
            let rest = &text[self.end..];
            let Some(length) = rest.find('"') else {
                cell.push_str(rest);
                self.end = text.len();
                self.open = true;
                return;
            };
            cell.push_str(&rest[..length]);
            self.end += length + 1;
            if !text[self.end..].starts_with('"') {
                return;
            }
            cell.push('"');
            self.end += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<String> {
        let shape = Shape {
            named: 3,
            width: 4,
            dates: vec![1],
        };
        let line = |one: Record| {
            let mark = match (one.broken, one.cut) {
                (true, _) => "!",
                (_, true) => "?",
                _ => "",
            };
            mark.to_owned() + &one.cells.join("|").replace(['\n', '\r'], "~")
        };
        Records::of(text, b';', Some(&shape)).map(line).collect()
    }

    #[test]
    fn quotes_mean_what_they_mean_in_a_whole_table() {
        for (text, meant) in [
            ("a;b;c\r\nd;e;f\re;;\n\n", vec!["a|b|c", "d|e|f", "e||"]),
            ("\"a;\"\"b\"\"\";b;\"c\"", vec!["a;\"b\"|b|c"]),
            ("a\"b;\"c\" d;e", vec!["a\"b|c d|e"]),
            ("a;b;\"c\nd\"\ne;f;g", vec!["a|b|c~d", "e|f|g"]),
            ("a;\"b\r\nc\";d", vec!["a|b~~c|d"]),
            ("\"a\nb\";2026-11-24;c\n", vec!["a~b|2026-11-24|c"]),
            ("a;2026-11-24;\"c\nd\"\n", vec!["a|2026-11-24|c~d"]),
        ] {
            assert_eq!(records(text), meant, "{text}");
        }
    }

    #[test]
    fn a_quote_that_swallows_a_line_breaks_its_own_line_alone() {
        for (text, meant) in [
            (
                "\"a;2026-11-24;c\nd;e;f\n",
                vec!["!a;2026-11-24;c", "d|e|f"],
            ),
            ("a;b;\"c\nd;e;f", vec!["!a|b|c", "d|e|f"]),
            // Two of them, a row apart.
            ("a;\"b;c\nd;\"e;f\n", vec!["!a|b;c", "!d|e;f"]),
            (
                "a;2026-11-24;\"c\nd;2026-11-24;e\"\n",
                vec!["!a|2026-11-24|c", "d|2026-11-24|e\""],
            ),
            (
                "\"a;2026-11-24;c\nd\";2026-11-24;e\n",
                vec!["!a;2026-11-24;c", "d\"|2026-11-24|e"],
            ),
            ("\"a;b\";c\n", vec!["!a;b|c"]),
        ] {
            assert_eq!(records(text), meant, "{text}");
        }
    }

    #[test]
    fn a_last_row_that_is_short_and_has_no_end_is_cut() {
        assert_eq!(records("a;b;c\nd;e"), ["a|b|c", "?d|e"]);
        assert_eq!(records("a;b;c\nd;e\n"), ["a|b|c", "d|e"]);
        assert_eq!(records("a;b;c;\nd;e;f"), ["a|b|c|", "d|e|f"]);
    }

    #[test]
    fn many_quotes_are_looked_through_in_bounded_time() {
        let text = "x\"y;\"z\n".repeat(50_000);
        assert_eq!(records(&text).len(), 50_000);
    }
}
