// SPDX-License-Identifier: GPL-3.0-or-later
//! What a test needs beyond Rust and a C compiler, and what happens where that is missing.
//!
//! Such a test says `skipped: NAME: needs …` and passes; with `TORN_TEST_ALL=1` it fails instead.
//! libtest hides what a passing test prints, so the line goes straight to file descriptor 2.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::{env, process};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::clock;
use super::disk::SmallDisk;

/// Something that not every machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Network namespaces that may be made here: root, and iproute2.
    Hosts,
    /// A Chromium, for the hub's pages.
    Chromium,
    /// A disk of its own: root, and mounts that may be made here.
    Disk,
    /// Thousands of open files, for this process and for each that it starts.
    Files,
    /// systemd's own judge of its units.
    SystemdAnalyze,
    /// libfaketime, for a clock that a test sets.
    Faketime,
}

impl Need {
    fn missing(self) -> Option<&'static str> {
        match self {
            Self::Hosts if !rustix::process::geteuid().is_root() => Some("root"),
            Self::Hosts if program("ip").is_none() => Some("iproute2"),
            Self::Hosts if !namespaces_work() => Some("network namespaces"),
            Self::Chromium if chromium().is_none() => Some("Chromium"),
            Self::Disk if !rustix::process::geteuid().is_root() => Some("root"),
            Self::Disk if !mounts_work() => Some("mounts"),
            Self::Files if !may_open_thousands() => Some("6000 open files"),
            Self::SystemdAnalyze if program("systemd-analyze").is_none() => Some("systemd-analyze"),
            Self::Faketime if clock::library().is_none() => Some("libfaketime (Debian: faketime)"),
            Self::Hosts | Self::Chromium | Self::Disk | Self::Files => None,
            Self::SystemdAnalyze | Self::Faketime => None,
        }
    }
}

/// Whether all that the test `name` needs is there; says so where it is not.
///
/// # Panics
/// With `TORN_TEST_ALL=1`, when something is missing: there, a test that does not run is a failure.
#[must_use]
pub fn met(name: &str, needs: &[Need]) -> bool {
    let missing: Vec<&str> = needs.iter().filter_map(|need| need.missing()).collect();
    if missing.is_empty() {
        return true;
    }
    let line = format!("skipped: {name}: needs {}\n", missing.join(", "));
    assert!(
        env::var_os("TORN_TEST_ALL").is_none_or(|value| value != "1"),
        "{line}"
    );
    tell(&line);
    false
}

/// Writes to file descriptor 2, past libtest.
pub fn tell(text: &str) {
    let mut rest = text.as_bytes();
    while !rest.is_empty()
        && let Ok(written) = rustix::io::write(rustix::stdio::stderr(), rest)
    {
        rest = &rest[written..];
    }
}

/// Where Chromium is, under one of the names it has.
#[must_use]
pub fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(program)
}

/// Where a program is, looked up as a shell does.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Raises this process's limit as far as that is needed; what it starts takes it over.
fn may_open_thousands() -> bool {
    const FILES: u64 = 6_000;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|files| files >= FILES) {
        return true;
    }
    let more = Rlimit {
        current: Some(FILES),
        ..limit
    };
    setrlimit(Resource::Nofile, more).is_ok()
}

fn mounts_work() -> bool {
    SmallDisk::new(1).is_ok()
}

fn namespaces_work() -> bool {
    // Once per process: two tests that tried at once would be in each other's way.
    static WORK: OnceLock<bool> = OnceLock::new();
    *WORK.get_or_init(|| {
        let name = format!("torn-probe-{}", process::id());
        let ip = |what: &str| {
            let mut ip = Command::new("ip");
            ip.args(["netns", what, &name])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            ip.status().is_ok_and(|status| status.success())
        };
        ip("add") && ip("del")
    })
}
