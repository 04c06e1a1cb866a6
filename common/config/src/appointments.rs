// SPDX-License-Identifier: GPL-3.0-or-later
//! Where appointments come from, and how their text and a scanner's are read.
//!
//! Whether a folder is there or an address answers is found out by who reads it. An address with its secret, and
//! the file it may stand in, are in no message and no debug output.

use std::fmt;
use std::path::PathBuf;

use regex::{Regex, RegexBuilder};
use torn_queue::ServiceId;

use crate::address;
use crate::nearest::did_you_mean;
use crate::reader::{Table, read_all};
use crate::value::{Value, short};

/// Minutes between two looks at an address, when the file does not say.
const POLL_MIN: u32 = 5;
/// Characters of a regular expression, and bytes of what it is compiled to.
const PATTERN_MAX: usize = 1000;
const COMPILED_MAX: usize = 1024 * 1024;

/// Where appointments come from, and how they are read.
#[derive(Debug, Clone)]
pub struct Appointments {
    /// A folder whose `*.ics` and `*.csv` are read.
    pub folder: Option<PathBuf>,
    /// An address that is asked.
    pub url: Option<CalendarUrl>,
    /// Minutes between two questions, 1 to 1440.
    pub poll_min: u32,
    /// Where the code stands in what a scanner read, in the first group; `None`: it is all of it.
    pub scan: Option<Regex>,
    /// Where the code stands in an event's text, in the first group.
    pub code: Option<Regex>,
    /// Which text means which service; the first that matches wins.
    pub map: Vec<(Regex, ServiceId)>,
}

impl Default for Appointments {
    fn default() -> Self {
        Self {
            folder: None,
            url: None,
            poll_min: POLL_MIN,
            scan: None,
            code: None,
            map: Vec::new(),
        }
    }
}

/// An address that is a secret: who has it reads the calendar.
#[derive(Clone, PartialEq, Eq)]
pub enum CalendarUrl {
    /// The address itself, `https://…`.
    Here(String),
    /// A file that holds nothing else, and that only its owner may read.
    In(PathBuf),
}

impl fmt::Debug for CalendarUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Here(_) => "Here(…)",
            Self::In(_) => "In(…)",
        })
    }
}

/// Reads `[appointments]`; `services` are those that the file has.
pub(crate) fn appointments(table: &Table<'_>, services: &[&ServiceId]) -> Option<Appointments> {
    let text = |key| table.get(key).map(|value| value.text());
    let folder = text("folder");
    let url = url(table);
    let poll_min = table
        .get("poll_min")
        .map_or(Some(POLL_MIN), |value| value.number(1..=1440));
    let pattern = |key| table.get(key).map(|value| pattern(&value, true));
    let (scan, code) = (pattern("scan"), pattern("code"));
    let map = read_all(&table.tables("map"), |table| rule(table, services));
    Some(Appointments {
        folder: whole(folder)?.map(PathBuf::from),
        url: whole(url)?,
        poll_min: poll_min?,
        scan: whole(scan)?,
        code: whole(code)?,
        map: map?,
    })
}

/// What may be left out: `None` is only what is there and wrong.
fn whole<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        Some(None) => None,
        Some(read) => Some(read),
        None => Some(None),
    }
}

fn url(table: &Table<'_>) -> Option<Option<CalendarUrl>> {
    let (here, file) = (table.get("url"), table.get("url_file"));
    if let (Some(_), Some(file)) = (&here, &file) {
        file.mistake("there is a url already; one of the two is enough");
    }
    let here = here.map(|value| {
        let text = value.text()?;
        // What calendars call their links; it is https behind it.
        let text = match text.strip_prefix("webcal://") {
            Some(rest) => format!("https://{rest}"),
            None => text.to_owned(),
        };
        // It is a secret, so no message says it.
        let Some(web) = address::web(&text) else {
            value.mistake("is not an address such as https://calendar.example.cat/basic.ics");
            return None;
        };
        if web.scheme == "http" && !is_loopback(web.authority) {
            value.warn("http is not encrypted: whoever listens on the way reads the names in it");
        }
        Some(CalendarUrl::Here(text))
    });
    let file = file.map(|value| Some(CalendarUrl::In(value.text()?.into())));
    here.or(file)
}

fn is_loopback(authority: &str) -> bool {
    let host = address::host_port(authority).map_or(authority, |(host, _)| host);
    host == "localhost" || host == "[::1]" || host.starts_with("127.")
}

fn rule(table: &Table<'_>, services: &[&ServiceId]) -> Option<(Regex, ServiceId)> {
    let matches = table.need("match").and_then(|value| pattern(&value, false));
    let service = table.need("service").and_then(|value| {
        let id = value.parse::<ServiceId>()?;
        if !services.contains(&&id) {
            let near = did_you_mean(id.as_str(), services.iter().map(|one| one.as_str()));
            value.dangling(format!(
                "there is no service {:?}{near}",
                short(id.as_str())
            ));
        }
        Some(id)
    });
    Some((matches?, service?))
}

/// A regular expression; `takes`: it takes something out, so it has one group at most.
fn pattern(value: &Value<'_>, takes: bool) -> Option<Regex> {
    let text = value.text()?;
    if text.chars().count() > PATTERN_MAX {
        value.mistake(format!("is longer than {PATTERN_MAX} characters"));
        return None;
    }
    let built = RegexBuilder::new(text).size_limit(COMPILED_MAX).build();
    let regex = built.map_err(|error| value.mistake(why(&error))).ok()?;
    let groups = regex.captures_len() - 1;
    if takes && groups > 1 {
        value.mistake(format!(
            "has {groups} groups in ( ), and one has the code; write the others as (?: )"
        ));
        return None;
    }
    if regex.is_match("") {
        value.warn("matches every text, also one that has nothing in it");
    }
    Some(regex)
}

/// What is wrong, on one line: the library draws the whole expression around it.
fn why(error: &regex::Error) -> String {
    let said = error.to_string();
    let last = said.lines().last().unwrap_or_default();
    let last = last.trim_start_matches("error: ");
    match error {
        regex::Error::CompiledTooBig(_) => {
            "is a regular expression that takes too much memory; repeat less in it".to_owned()
        }
        _ => format!("is not a regular expression: {}", short(last)),
    }
}
