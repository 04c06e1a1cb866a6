// SPDX-License-Identifier: GPL-3.0-or-later
//! A password typed on a terminal: asked for twice, and never shown.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::{Folder, OFFICE};

/// `torn-hub credential …` on a terminal of its own.
struct Terminal {
    keys: File,
    seen: String,
    program: Child,
}

impl Terminal {
    fn run(folder: &Folder, arguments: &[&str]) -> Self {
        let store = format!("[store]\npath = {:?}\n", folder.log());
        std::fs::write(
            folder.path().join("office.toml"),
            format!("{OFFICE}{store}"),
        )
        .unwrap();
        let keys = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keys).unwrap();
        unlockpt(&keys).unwrap();
        let name = ptsname(&keys, Vec::new()).unwrap().into_string().unwrap();
        let screen = OpenOptions::new()
            .read(true)
            .write(true)
            .open(PathBuf::from(name))
            .unwrap();
        let program = Command::new(env!("CARGO_BIN_EXE_torn-hub"))
            .current_dir(folder.path())
            .args(["--config", "office.toml", "credential"])
            .args(arguments)
            .stdin(screen.try_clone().unwrap())
            .stdout(screen.try_clone().unwrap())
            .stderr(screen)
            .spawn()
            .unwrap();
        Self {
            keys: File::from(keys),
            seen: String::new(),
            program,
        }
    }

    /// Reads on until the terminal shows these words.
    fn shows(&mut self, words: &str) {
        let mut some = [0; 256];
        while !self.seen.contains(words) {
            // A terminal that the program has left ends with an error.
            let Ok(count @ 1..) = self.keys.read(&mut some) else {
                panic!("never {words:?}: {}", self.seen);
            };
            self.seen.push_str(&String::from_utf8_lossy(&some[..count]));
        }
    }

    fn types(&mut self, line: &str) {
        self.keys.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    fn ends(&mut self) -> ExitStatus {
        self.program.wait().unwrap()
    }
}

#[test]
fn a_password_is_asked_for_twice_on_a_terminal_that_does_not_show_it() {
    let folder = Folder::new();
    let mut terminal = Terminal::run(&folder, &["add", "desk-1", "desk:1", "--password"]);
    for prompt in ["Password: ", "The same again: "] {
        terminal.shows(prompt);
        terminal.types("a counter at nine");
    }
    assert!(terminal.ends().success(), "{}", terminal.seen);
    let mut other = Terminal::run(&folder, &["password", "desk-1"]);
    other.shows("Password: ");
    other.types("another counter");
    other.shows("The same again: ");
    other.types("yet another counter");
    other.shows("not the same");
    assert!(!other.ends().success());
    for seen in [terminal.seen, other.seen] {
        assert!(!seen.contains("counter"), "{seen}");
    }
    let credentials = folder.path().join("torn.credentials");
    let kept = torn_hub::credential::Credentials::open(credentials).unwrap();
    let kept = kept.named("desk-1").unwrap();
    assert!(
        kept.password().unwrap().is_of("a counter at nine"),
        "nothing was changed"
    );
}
