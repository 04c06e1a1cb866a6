// SPDX-License-Identifier: GPL-3.0-or-later
//! The thread that makes the board heard: samples into one long-lived `aplay` or `pw-cat`.
//!
//! The player is kept open with silence, since HDMI swallows the first half second of what it is
//! given after a pause. A player that is missing or dies is told about, and tried again ever more
//! rarely; a tone that nobody could hear is never played later. It knows nothing of calls.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::fcntl_setpipe_size;

use crate::chime::{BYTES_PER_SECOND, Tone};

/// Silence and sound are written in pieces of 20 ms: between two of them a call can begin. A pipe
/// that says it has room takes a whole one, as it is less than a page.
const PIECE_BYTES: usize = BYTES_PER_SECOND / 50;
/// The pipe to the player holds this much, 43 ms: what stands in it is heard before a call.
const PIPE_BYTES: usize = 8_192;
/// So far ahead of the clock may be written to a player that takes everything at once.
const LEAD: Duration = Duration::from_millis(60);
/// Silence after opening, before the first tone: what HDMI swallows.
const WARM_UP: Duration = Duration::from_millis(500);
/// A tone that could not be begun within this time is too late to mean anything.
const LATE: Duration = Duration::from_secs(1);
/// A player that takes no samples for so long is stuck.
const STUCK: Duration = Duration::from_secs(5);
/// How often a player that takes no samples is looked at, 0.2 s.
const LOOK_AGAIN: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};
/// The first pause before a player is tried again, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// A player that has run for so long was well: the next pause is the first one again.
const WELL_AFTER: Duration = Duration::from_secs(30);
/// The players that are looked for, in this order.
const PLAYERS: [&str; 2] = ["aplay", "pw-cat"];

/// What the sound thread tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A player runs.
    Ready(PathBuf),
    /// There is none on this machine.
    NoPlayer,
    /// The player could not be started, or ended; why, in a few words.
    Failed(String),
    /// The first samples of a tone are handed to the player now.
    Sounded(Tone),
}

/// The handle of the sound thread. Dropped, it ends the thread and its player.
#[derive(Debug, Clone)]
pub struct Sound {
    tones: Sender<Tone>,
}

impl Sound {
    /// Starts the thread with the player of this name or path; `None`: whichever is found. `told` is
    /// called from that thread.
    ///
    /// # Errors
    /// When the machine has no room for one more thread.
    pub fn start(player: Option<String>, told: impl Fn(News) + Send + 'static) -> io::Result<Self> {
        let (tones, receiver) = channel();
        std::thread::Builder::new()
            .name("sound".to_owned())
            .spawn(move || run(player.as_deref(), &receiver, &told))?;
        Ok(Self { tones })
    }

    /// Sounds `tone` now; while one sounds, or without a player, it is dropped.
    pub fn sound(&self, tone: Tone) {
        if self.tones.send(tone).is_err() {
            tracing::error!("the sound thread has ended; nothing will be heard until a restart");
        }
    }
}

/// Nobody holds the handle any more.
struct Dropped;

fn run(wanted: Option<&str>, tones: &Receiver<Tone>, told: &impl Fn(News)) {
    let mut pause = PAUSE.0;
    loop {
        let started = Instant::now();
        let news = match find(wanted) {
            None => News::NoPlayer,
            Some(path) => match Player::open(&path) {
                Err(error) => News::Failed(format!("{} can't be started: {error}", path.display())),
                Ok(player) => match player.play(tones, &path, told) {
                    Err(Dropped) => return,
                    Ok(why) => News::Failed(format!("{} {why}", path.display())),
                },
            },
        };
        if started.elapsed() >= WELL_AFTER {
            pause = PAUSE.0;
        }
        told(news);
        if wait_without_sound(tones, pause).is_err() {
            return;
        }
        pause = (pause * 2).min(PAUSE.1);
    }
}

/// Lets `pause` go by; what is to be sounded in it is dropped.
fn wait_without_sound(tones: &Receiver<Tone>, pause: Duration) -> Result<(), Dropped> {
    let end = Instant::now() + pause;
    loop {
        match tones.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(tone) => tracing::warn!(?tone, "there is no player to sound it"),
            Err(RecvTimeoutError::Timeout) => return Ok(()),
            Err(RecvTimeoutError::Disconnected) => return Err(Dropped),
        }
    }
}

/// The player's file: `wanted`, or the first of [`PLAYERS`] on the path.
fn find(wanted: Option<&str>) -> Option<PathBuf> {
    let names = wanted.map_or_else(|| PLAYERS.to_vec(), |name| vec![name]);
    names.into_iter().find_map(on_path)
}

fn on_path(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// How `player` is told to take 16-bit samples from its standard input, with little delay.
fn arguments(player: &Path) -> Vec<OsString> {
    let arguments: &[&str] = if player.file_name().is_some_and(|name| name == "pw-cat") {
        &[
            "--playback",
            "--format=s16",
            "--rate=48000",
            "--channels=2",
            "--latency=60ms",
            "--media-role=Notification",
            "-",
        ]
    } else {
        &[
            "-q",
            "-t",
            "raw",
            "-f",
            "S16_LE",
            "-r",
            "48000",
            "-c",
            "2",
            "--buffer-time=100000",
            "-",
        ]
    };
    arguments.iter().map(OsString::from).collect()
}

struct Player {
    child: Child,
    samples: ChildStdin,
    /// Samples that are still to be written of the tone that sounds; empty: silence.
    sounding: Vec<u8>,
    written: usize,
    opened: Instant,
    /// When the player last had room for samples.
    took_last: Instant,
    bytes: u64,
}

impl Player {
    fn open(path: &Path) -> io::Result<Self> {
        let mut child = Command::new(path)
            .args(arguments(path))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let samples = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        // Without it the pipe holds 340 ms, and so much later a call would be heard.
        fcntl_setpipe_size(&samples, PIPE_BYTES)?;
        let opened = Instant::now();
        Ok(Self {
            child,
            samples,
            sounding: vec![],
            written: 0,
            opened,
            took_last: opened,
            bytes: 0,
        })
    }

    /// Plays until the player ends, and says how it did.
    fn play(
        mut self,
        tones: &Receiver<Tone>,
        path: &Path,
        told: &impl Fn(News),
    ) -> Result<String, Dropped> {
        let mut ready = false;
        let mut asked = None;
        loop {
            match tones.try_recv() {
                Ok(tone) => asked = self.asked(tone).or(asked),
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => return Err(Dropped),
            }
            match self.has_room() {
                Ok(true) => {}
                Ok(false) if self.took_last.elapsed() < STUCK => continue,
                Ok(false) => return Ok("takes no more samples".to_owned()),
                Err(error) => return Ok(self.ended(&error)),
            }
            let warm = self.opened.elapsed() >= WARM_UP;
            if let Some((tone, when)) = asked.take_if(|_| warm) {
                self.begin(tone, when, told);
            }
            if let Err(error) = self.write_piece() {
                return Ok(self.ended(&error));
            }
            // A player without a sound card ends within the warm-up.
            if warm && !std::mem::replace(&mut ready, true) {
                told(News::Ready(path.to_owned()));
            }
            // One that is asked for while the player warms up waits, and the silence keeps its pace.
            if asked.is_none() || !warm {
                asked = self.keep_pace(tones)?.or(asked);
            }
        }
    }

    /// A tone that was asked for now, unless another one sounds.
    fn asked(&self, tone: Tone) -> Option<(Tone, Instant)> {
        let silent = self.written == self.sounding.len();
        if !silent {
            tracing::debug!(?tone, "another one sounds already");
        }
        silent.then(|| (tone, Instant::now()))
    }

    fn begin(&mut self, tone: Tone, asked: Instant, told: &impl Fn(News)) {
        if asked.elapsed() > LATE {
            tracing::warn!(
                ?tone,
                "the player took no samples in time; it is not sounded"
            );
            return;
        }
        (self.sounding, self.written) = (tone.samples(), 0);
        told(News::Sounded(tone));
    }

    /// Waits a little for room in the pipe.
    fn has_room(&self) -> io::Result<bool> {
        let mut pipe = [PollFd::new(&self.samples, PollFlags::OUT)];
        match poll(&mut pipe, Some(&LOOK_AGAIN)) {
            Ok(ready) => Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn write_piece(&mut self) -> io::Result<()> {
        let silence = [0; PIECE_BYTES];
        let end = (self.written + PIECE_BYTES).min(self.sounding.len());
        let piece = if self.written < end {
            &self.sounding[self.written..end]
        } else {
            &silence[..]
        };
        self.samples.write_all(piece)?;
        self.bytes += piece.len() as u64;
        self.written = end;
        self.took_last = Instant::now();
        Ok(())
    }

    /// Waits while too much has been written ahead of the clock; a tone asked for ends the wait.
    fn keep_pace(&self, tones: &Receiver<Tone>) -> Result<Option<(Tone, Instant)>, Dropped> {
        let written = Duration::from_micros(self.bytes * 1_000_000 / BYTES_PER_SECOND as u64);
        // One per cent more than the clock asks for, so that a card with a fast clock is never left hungry.
        let passed = self.opened.elapsed().mul_f32(1.01);
        let ahead = written.saturating_sub(passed + LEAD);
        if ahead.is_zero() {
            return Ok(None);
        }
        match tones.recv_timeout(ahead) {
            Ok(tone) => Ok(self.asked(tone)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Dropped),
        }
    }

    fn ended(&mut self, error: &io::Error) -> String {
        match self.child.try_wait() {
            Ok(Some(status)) => format!("ended with {status}"),
            _ => format!("takes no more samples: {error}"),
        }
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        // It may be waiting for a sound card that never comes.
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait().map(drop)) {
            tracing::warn!(%error, "the player could not be ended");
        }
    }
}

#[cfg(test)]
mod tests;
