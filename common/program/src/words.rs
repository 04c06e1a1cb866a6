// SPDX-License-Identifier: GPL-3.0-or-later
//! What a program says to whoever started it.

use std::error::Error;
use std::io::{self, Write};

/// Says under `member`, as a line of JSON on standard output, what another program waits for: where it
/// listens, that it is ready.
///
/// # Errors
/// What kept standard output from being written.
pub fn announce(member: &str, value: impl Into<serde_json::Value>) -> io::Result<()> {
    let mut line = serde_json::Map::new();
    line.insert(member.to_owned(), value.into());
    let mut out = io::stdout().lock();
    writeln!(out, "{}", serde_json::Value::Object(line))?;
    out.flush()
}

/// Says on standard error why the program ends.
pub fn complain(program: &str, error: &dyn Error) {
    // Nobody reading it is no fault.
    let _ = writeln!(io::stderr().lock(), "{program}: {}", chain(error));
}

/// The error with all that led to it, on one line.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let more = cause.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the door is shut")]
    struct Shut(#[source] io::Error);

    #[test]
    fn an_error_is_told_with_what_led_to_it() {
        let error = Shut(io::Error::other("the key is lost"));
        assert_eq!(chain(&error), "the door is shut: the key is lost");
    }
}
