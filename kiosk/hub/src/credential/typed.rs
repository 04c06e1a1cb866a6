// SPDX-License-Identifier: GPL-3.0-or-later
//! A password as a person gives it: typed twice on a terminal that does not show it, or one line of a pipe.
//!
//! It is never taken from the command line, which everybody on the machine can read.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::password::{self, PasswordError};

/// A line may have so many bytes: more than the longest password in the widest letters.
const LINE_BYTES_MAX: u64 = 4 * password::CHARS_MAX as u64 + 2;

/// Reads a password that is taken, from standard input.
///
/// # Errors
/// [`PasswordError`], when there is none, it is not taken, or the second is not the first.
pub(super) fn new_password() -> Result<String, PasswordError> {
    let mut input = io::stdin().lock();
    if !input.is_terminal() {
        let password = line(&mut input)?;
        password::check(&password)?;
        return Ok(password);
    }
    let password = unseen(&mut input, "Password: ")?;
    password::check(&password)?;
    if unseen(&mut input, "The same again: ")? == password {
        Ok(password)
    } else {
        Err(PasswordError::NotTheSame)
    }
}

/// The next line, without its end.
fn line(input: &mut impl BufRead) -> Result<String, PasswordError> {
    let mut line = String::new();
    let read = input.take(LINE_BYTES_MAX).read_line(&mut line);
    if read.map_err(PasswordError::Unread)? == 0 {
        return Err(PasswordError::Unread(io::ErrorKind::UnexpectedEof.into()));
    }
    let ended = line.strip_suffix('\n').unwrap_or(&line);
    Ok(ended.strip_suffix('\r').unwrap_or(ended).to_owned())
}

/// The next line of a terminal that does not show what is typed.
fn unseen(input: &mut io::StdinLock<'_>, prompt: &str) -> Result<String, PasswordError> {
    let blind = Blind::begin().map_err(|errno| PasswordError::Unread(errno.into()))?;
    let mut out = io::stderr().lock();
    // Whoever can't see the prompt still types.
    let _ = write!(out, "{prompt}").and_then(|()| out.flush());
    let typed = line(input);
    drop(blind);
    // The end of the line was not shown either.
    let _ = writeln!(out);
    typed
}

/// While it lasts, the terminal shows nothing of what is typed.
struct Blind {
    before: Termios,
}

impl Blind {
    fn begin() -> rustix::io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut unseen = before.clone();
        unseen.local_modes -= LocalModes::ECHO | LocalModes::ECHONL;
        // What was typed before the prompt is dropped.
        tcsetattr(io::stdin(), OptionalActions::Flush, &unseen)?;
        Ok(Self { before })
    }
}

impl Drop for Blind {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_without_its_end_and_nothing_beyond_it() {
        let mut input = "a counter at nine\r\nand the next\n".as_bytes();
        assert_eq!(line(&mut input).unwrap(), "a counter at nine");
        assert_eq!(line(&mut input).unwrap(), "and the next");
        assert!(matches!(line(&mut input), Err(PasswordError::Unread(_))));
        assert_eq!(
            line(&mut "  spaces stay ".as_bytes()).unwrap(),
            "  spaces stay "
        );
    }
}
