// SPDX-License-Identifier: GPL-3.0-or-later
//! One content line of a calendar: `NAME;PARAM=value:value`.
//!
//! It takes what exporters really write: names in any case, a colon in a parameter that should have been in
//! quotes, quotes that never close. What a property means is not known here. A line may hold a person's name,
//! so it has no `Debug`.

/// A property with its parameters; names in capitals, values as they were written.
pub(crate) struct Line {
    pub(crate) name: String,
    params: Vec<(String, String)>,
    pub(crate) value: String,
}

impl Line {
    /// Reads a line; `None`: it is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let end = text.find([':', ';'])?;
        let name = text[..end].trim();
        // A group before the name, as in vCard: `A.DTSTART`.
        let name = name.rsplit('.').next().unwrap_or(name);
        if name.is_empty()
            || !name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            return None;
        }
        let (params, value) = params(&text[end..]);
        Some(Self {
            name: name.to_ascii_uppercase(),
            params,
            value: value.trim().to_owned(),
        })
    }

    /// A parameter's value, without quotes.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        let found = self.params.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    /// The value as TEXT: what was escaped is not any more.
    pub(crate) fn text(&self) -> String {
        unescaped(&self.value)
    }
}

/// `;A=b;C="d":value` taken apart.
fn params(mut rest: &str) -> (Vec<(String, String)>, &str) {
    let mut params = Vec::new();
    while let Some(param) = rest.strip_prefix(';') {
        let (name, after) = match param.find(['=', ':', ';']) {
            Some(end) if param[end..].starts_with('=') => (&param[..end], &param[end + 1..]),
            Some(end) => {
                rest = &param[end..];
                continue;
            }
            None => return (params, ""),
        };
        let end = end_of_value(after);
        let value = after[..end].trim().replace('"', "");
        params.push((name.trim().to_ascii_uppercase(), without_carets(&value)));
        rest = &after[end..];
    }
    (params, rest.strip_prefix(':').unwrap_or(rest))
}

/// Where a parameter's value ends: at the first `;` or `:` outside quotes. A quote that never closes is none, and
/// `tzone://Microsoft/Utc` goes on after its colon.
fn end_of_value(text: &str) -> usize {
    let mut quoted = false;
    let quotes = text.matches('"').count();
    let mut seen = 0;
    // Nor does a colon end `(UTC+01:00) Madrid`.
    let bracket = text
        .strip_prefix('(')
        .and_then(|rest| rest.find(')'))
        .unwrap_or(0);
    for (at, c) in text.char_indices() {
        match c {
            ':' if !quoted && at <= bracket => {}
            '"' => {
                seen += 1;
                quoted = !quoted && seen < quotes;
            }
            ':' if !quoted && text[at..].starts_with("://") => {}
            ':' | ';' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

/// RFC 6868: `^n`, `^'` and `^^` in a parameter's value.
fn without_carets(value: &str) -> String {
    if !value.contains('^') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let meant = match (c, chars.peek()) {
            ('^', Some('n' | 'N')) => '\n',
            ('^', Some('\'')) => '"',
            ('^', Some('^')) => '^',
            _ => {
                out.push(c);
                continue;
            }
        };
        chars.next();
        out.push(meant);
    }
    out
}

fn unescaped(value: &str) -> String {
    if !value.contains('\\') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            (c, false) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_parameters_are_read_in_any_case() {
        let line =
            Line::read("dtstart;tzid=Europe/Madrid;Value=date-time: 20261124T100000 ").unwrap();
        assert_eq!(
            (line.name.as_str(), line.value.as_str()),
            ("DTSTART", "20261124T100000")
        );
        assert_eq!(line.param("TZID"), Some("Europe/Madrid"));
        assert_eq!(line.param("VALUE"), Some("date-time"));
    }

    #[test]
    fn a_quoted_parameter_may_hold_every_mark() {
        let line =
            Line::read(r#"DTSTART;TZID="(UTC+01:00) Brussels; Madrid":20261124T100000"#).unwrap();
        assert_eq!(line.param("TZID"), Some("(UTC+01:00) Brussels; Madrid"));
        assert_eq!(line.value, "20261124T100000");
    }

    #[test]
    fn a_zone_that_is_an_address_need_not_be_quoted() {
        let line = Line::read("DTSTART;TZID=tzone://Microsoft/Utc:20261124T100000").unwrap();
        assert_eq!(line.param("TZID"), Some("tzone://Microsoft/Utc"));
        assert_eq!(line.value, "20261124T100000");
    }

    #[test]
    fn carets_and_backslashes_mean_what_the_rfcs_say() {
        let line = Line::read(r"SUMMARY;X=a^nb^'c^^d^e:a\nb\, c\; d\\e\").unwrap();
        assert_eq!(line.param("X"), Some("a\nb\"c^d^e"));
        assert_eq!(line.text(), "a\nb, c; d\\e");
    }

    #[test]
    fn junk_is_no_line_and_does_no_harm() {
        for junk in ["", "no colon", ":x", ";;;:", "<html>: x", "Bon dia: x y"] {
            assert!(Line::read(junk).is_none(), "{junk}");
        }
        for odd in ["A;", "A;;;:", "A;B", "A;B=\"c:d", "A;B=c", "A:", "A;=:"] {
            assert!(Line::read(odd).is_some(), "{odd}");
        }
        assert_eq!(Line::read("A;B=\"c:d").unwrap().value, "d");
    }
}
