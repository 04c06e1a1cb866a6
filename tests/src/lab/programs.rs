// SPDX-License-Identifier: GPL-3.0-or-later
//! The programs themselves: built afresh, started with a configuration, heard, and ended.
//!
//! Cargo builds neither the programs of sibling packages for `cargo test` nor for `cargo run -p`, so
//! the lab has them built first, in the profile and target folder that it runs from. A program that
//! can't be built fails whoever wants it: an older one is never taken in its place.

use std::collections::HashMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::iter;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::clock::{self, SetClock};
use super::hosts::Place;
use super::manager::WATCHDOG_USEC;
use super::{LabError, need, wait};

/// Whether the one who waits for the build sees how it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Cargo writes to this process's standard error.
    Shown,
    /// What cargo writes is only told when it fails.
    Hidden,
}

/// The folder with the programs of this workspace, all built from the sources as they are.
#[derive(Debug, Clone)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Builds the programs, the first time that this process asks.
    ///
    /// # Errors
    /// [`LabError::Build`], with what cargo said.
    pub fn built(progress: Progress) -> Result<&'static Self, LabError> {
        static BUILT: OnceLock<Result<Programs, String>> = OnceLock::new();
        let built = BUILT.get_or_init(|| build(progress, &["--workspace", "--bins"]));
        built.as_ref().map_err(|said| LabError::Build(said.clone()))
    }

    /// The command that runs an example of a package, built as the programs are.
    ///
    /// # Errors
    /// [`LabError::Build`], with what cargo said.
    pub fn example(package: &str, name: &str) -> Result<Command, LabError> {
        let what = ["-p", package, "--example", name];
        let Self { folder } = build(Progress::Hidden, &what).map_err(LabError::Build)?;
        Ok(Command::new(folder.join("examples").join(name)))
    }

    /// Where the program `name` is.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn build(progress: Progress, what: &[&str]) -> Result<Programs, String> {
    let Own {
        folder,
        target,
        profile,
    } = Own::find()?;
    // Two processes of tests would both wait inside cargo, and one of them might run what the other replaces.
    let lock_file = folder.join(".torn-programs.lock");
    let lock =
        File::create(&lock_file).map_err(|source| format!("{}: {source}", lock_file.display()))?;
    lock.lock()
        .map_err(|source| format!("{}: {source}", lock_file.display()))?;

    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(&cargo);
    command
        .arg("build")
        .args(what)
        .args(["--profile", &profile, "--target-dir"])
        .arg(target)
        .current_dir(workspace())
        .stdin(Stdio::null());
    for (name, _) in env::vars_os().filter(|(name, _)| of_the_outer_cargo(name)) {
        command.env_remove(name);
    }
    if progress == Progress::Shown {
        command.stdout(Stdio::inherit()).stderr(Stdio::inherit());
    }
    let output = command
        .output()
        .map_err(|source| format!("{}: {source}", cargo.display()))?;
    if output.status.success() {
        return Ok(Programs { folder });
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "cargo build {} ended with {}\n{said}",
        what.join(" "),
        output.status
    ))
}

/// Where cargo has put this program.
struct Own {
    /// The folder of the profile's programs.
    folder: PathBuf,
    /// The target folder that it is in.
    target: PathBuf,
    /// The profile, as cargo is told it.
    profile: String,
}

impl Own {
    fn find() -> Result<Self, String> {
        let this = env::current_exe()
            .map_err(|source| format!("this program's own place is not known: {source}"))?;
        let unexpected = || format!("{} is not in a target folder of cargo", this.display());
        let folder = this.parent().ok_or_else(unexpected)?;
        let folder = if folder.ends_with("deps") {
            folder.parent().ok_or_else(unexpected)?
        } else {
            folder
        };
        let target = folder.parent().ok_or_else(unexpected)?;
        let profile = match folder
            .file_name()
            .and_then(OsStr::to_str)
            .ok_or_else(unexpected)?
        {
            "debug" => "dev",
            other => other,
        };
        Ok(Self {
            folder: folder.to_owned(),
            target: target.to_owned(),
            profile: profile.to_owned(),
        })
    }
}

/// What the cargo that runs this process tells it about its own package is not for the nested one.
fn of_the_outer_cargo(name: &OsStr) -> bool {
    const TOLD: [&str; 5] = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
        "CARGO_PRIMARY_",
    ];
    name.to_str()
        .is_some_and(|name| TOLD.iter().any(|prefix| name.starts_with(prefix)))
}

/// The root of the workspace that this was compiled in.
#[must_use]
pub fn workspace() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// What a program finds around it that is not as on this machine.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// A folder that stands first on its `PATH`: what is there is found before the system's own.
    pub path: Option<PathBuf>,
    /// The socket of a service manager that wants to hear from it, and from its watchdog.
    pub manager: Option<PathBuf>,
    /// What it takes for the system's clock.
    pub clock: Option<SetClock>,
    /// How much it logs, as `RUST_LOG` says it; what this process was told, if left out.
    pub levels: Option<&'static str>,
}

impl Around {
    fn surround(&self, command: &mut Command) -> Result<(), LabError> {
        if let Some(first) = &self.path {
            let rest = env::var_os("PATH").unwrap_or_default();
            let folders = iter::once(first.clone()).chain(env::split_paths(&rest));
            let path = env::join_paths(folders).map_err(|error| LabError::Unexpected {
                what: "PATH".to_owned(),
                answer: error.to_string(),
            })?;
            command.env("PATH", path);
        }
        // Under systemd a test would have these itself, and the program would log to the journal.
        for variable in [
            "JOURNAL_STREAM",
            "NOTIFY_SOCKET",
            "WATCHDOG_USEC",
            "WATCHDOG_PID",
        ] {
            command.env_remove(variable);
        }
        if let Some(socket) = &self.manager {
            command
                .env("NOTIFY_SOCKET", socket)
                .env("WATCHDOG_USEC", WATCHDOG_USEC);
        }
        if let Some(clock) = &self.clock {
            clock.give(command);
        }
        if let Some(levels) = self.levels {
            command.env("RUST_LOG", levels);
        }
        Ok(())
    }
}

/// A program that runs; it is killed when this value is dropped.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Mutex<Child>,
    words: Arc<Mutex<HashMap<String, String>>>,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
}

impl Program {
    /// Starts a program of the house at a place, with the configuration at `config`.
    ///
    /// # Errors
    /// [`LabError::Build`] and [`LabError::Start`].
    pub fn start(
        place: &Place,
        name: &str,
        config: &Path,
        arguments: &[&str],
    ) -> Result<Self, LabError> {
        Self::start_with(place, name, config, arguments, &Around::default())
    }

    /// Starts it with this around it.
    ///
    /// # Errors
    /// [`LabError::Build`] and [`LabError::Start`].
    pub fn start_with(
        place: &Place,
        name: &str,
        config: &Path,
        arguments: &[&str],
        around: &Around,
    ) -> Result<Self, LabError> {
        let mut command = place.command(&Programs::built(Progress::Hidden)?.path(name));
        command.arg("--config").arg(config).args(arguments);
        around.surround(&mut command)?;
        Self::run(name, command)
    }

    /// Starts `command` and listens to it under this name.
    ///
    /// # Errors
    /// [`LabError::Start`], when the system can't start it.
    pub fn run(name: &str, command: Command) -> Result<Self, LabError> {
        let mut command = that_ends_with_this_process(command);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|source| LabError::Start {
            program: name.to_owned(),
            source,
        })?;
        let words = Arc::new(Mutex::new(HashMap::new()));
        let stdout = Arc::new(Mutex::new(String::new()));
        let stderr = Arc::new(Mutex::new(String::new()));
        if let Some(pipe) = child.stdout.take() {
            let (words, stdout) = (Arc::clone(&words), Arc::clone(&stdout));
            thread::spawn(move || keep_lines(pipe, &stdout, |line| hear_words(line, &words)));
        }
        if let Some(pipe) = child.stderr.take() {
            let stderr = Arc::clone(&stderr);
            thread::spawn(move || keep_lines(pipe, &stderr, |_| ()));
        }
        Ok(Self {
            name: name.to_owned(),
            child: Mutex::new(child),
            words,
            stdout,
            stderr,
        })
    }

    /// What the program said under `member` in a JSON line on its standard output; waits for it.
    ///
    /// # Errors
    /// [`LabError::Ended`], when it ended instead, and [`LabError::Mute`], when it says nothing.
    pub fn word(&self, member: &str) -> Result<String, LabError> {
        let within = wait::GENEROUS;
        let heard = wait::until(member, within, || {
            let word = locked(&self.words).get(member).cloned();
            word.map(Ok).or_else(|| self.ended().map(Err))
        });
        match heard {
            Ok(Ok(word)) => Ok(word),
            Ok(Err(status)) => Err(LabError::Ended {
                program: self.name.clone(),
                status,
                stderr: self.stderr(),
            }),
            Err(_) => Err(LabError::Mute {
                program: self.name.clone(),
                member: member.to_owned(),
                within,
                stderr: self.stderr(),
            }),
        }
    }

    /// The program's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        locked(&self.child).id()
    }

    /// What it has written to its standard output.
    #[must_use]
    pub fn stdout(&self) -> String {
        locked(&self.stdout).clone()
    }

    /// What it has written to its standard error.
    #[must_use]
    pub fn stderr(&self) -> String {
        locked(&self.stderr).clone()
    }

    /// How it ended; `None` while it runs.
    pub fn ended(&self) -> Option<ExitStatus> {
        locked(&self.child).try_wait().ok().flatten()
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], when it goes on.
    pub fn wait_for_end(&self, within: Duration) -> Result<ExitStatus, LabError> {
        wait::until(&format!("{} ends", self.name.clone()), within, || {
            self.ended()
        })
    }

    /// Asks it to stop, as systemd does, and waits until it has.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], when it goes on.
    pub fn stop(&self, within: Duration) -> Result<ExitStatus, LabError> {
        self.signal(Signal::TERM);
        self.wait_for_end(within)
    }

    /// Ends it without asking, as a power cut does.
    pub fn kill(&self) {
        let mut child = locked(&self.child);
        // Both only fail when it has ended already.
        let _ = child.kill();
        let _ = child.wait();
        clock::clear_after(child.id());
    }

    /// Sends it a signal, if it still runs.
    pub fn signal(&self, signal: Signal) {
        if self.ended().is_none()
            && let Some(pid) = i32::try_from(self.id()).ok().and_then(Pid::from_raw)
        {
            // It may just have ended.
            let _ = kill_process(pid, signal);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            let stderr = self.stderr();
            let last = stderr
                .char_indices()
                .nth_back(4_000)
                .map_or(0, |(place, _)| place);
            need::tell(&format!(
                "--- {} said last:\n{}\n",
                self.name,
                &stderr[last..]
            ));
        }
    }
}

/// Has the kernel kill the program when the thread that starts it is gone, however that came about.
///
/// Where `setpriv` (of Debian's util-linux) is missing, a killed test may leave its programs behind.
fn that_ends_with_this_process(command: Command) -> Command {
    let Some(setpriv) = need::program("setpriv") else {
        return command;
    };
    let mut wrapped = Command::new(setpriv);
    wrapped.args(["--pdeathsig", "KILL", "--"]);
    wrapped.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    wrapped
}

/// Keeps the members of a line that is a JSON object.
fn hear_words(line: &str, words: &Mutex<HashMap<String, String>>) {
    let Ok(serde_json::Value::Object(members)) = serde_json::from_str(line) else {
        return;
    };
    let mut words = locked(words);
    for (member, value) in members {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        words.insert(member, text);
    }
}

fn keep_lines(pipe: impl Read, kept: &Mutex<String>, told: impl Fn(&str)) {
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while reader
        .read_until(b'\n', &mut line)
        .is_ok_and(|read| read > 0)
    {
        let text = String::from_utf8_lossy(&line);
        locked(kept).push_str(&text);
        told(&text);
        line.clear();
    }
}

/// What a thread that panicked has left is still what was heard.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
