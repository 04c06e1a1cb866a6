// SPDX-License-Identifier: GPL-3.0-or-later
//! What a scanner read, and the code in it: as it stands, or where a configured pattern finds it.
//!
//! A scanner is a keyboard to the machine: what it sends may end with any mark, and may be an address with the
//! code inside. Whether someone has booked with the code is not known here.

use regex::Regex;

use crate::mapping::code;

/// What is longer was no code.
const READ_MAX: usize = 2048;

/// Where the code stands in what was read. The default: it is all of it.
#[derive(Debug, Clone, Default)]
pub struct Scan(Option<Regex>);

impl Scan {
    /// The pattern has the code in its first group, or is it.
    #[must_use]
    pub fn new(pattern: Option<Regex>) -> Self {
        Self(pattern)
    }

    /// The code in what was read; `None`: there is none.
    #[must_use]
    pub fn code(&self, read: &str) -> Option<String> {
        if read.len() > READ_MAX {
            return None;
        }
        let read = read.trim_matches(|c: char| c.is_whitespace() || c.is_control());
        let Some(pattern) = &self.0 else {
            return code(read).ok()?;
        };
        let groups = pattern.captures(read)?;
        code(groups.get(1).or_else(|| groups.get(0))?.as_str()).ok()?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_pattern_the_code_is_what_was_read() {
        assert_eq!(Scan::default().code(" K7Q2\r\n").as_deref(), Some("K7Q2"));
        for none in [
            "",
            "\r\n",
            "\u{2}\u{3}",
            &"x".repeat(257),
            &"x".repeat(3000),
            "a\u{1d}b",
        ] {
            assert_eq!(Scan::default().code(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_pattern_takes_the_code_out_of_an_address() {
        let scan = Scan::new(Regex::new(r"[?&]code=([A-Z0-9]+)").ok());
        assert_eq!(
            scan.code("https://cita.example.cat/?lang=ca&code=K7Q2\r")
                .as_deref(),
            Some("K7Q2")
        );
        assert_eq!(scan.code("https://cita.example.cat/"), None);
        assert_eq!(
            Scan::new(Regex::new("[0-9]{4}").ok())
                .code("no 1234!")
                .as_deref(),
            Some("1234")
        );
    }
}
