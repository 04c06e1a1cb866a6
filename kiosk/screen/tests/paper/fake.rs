// SPDX-License-Identifier: GPL-3.0-or-later
//! A printer that does what a test tells it: answers, keeps silent, stops, hangs up.
//!
//! It is at the other end of a real line, TCP or a pseudo-terminal. It understands just enough of
//! ESC/POS to find the questions between the pictures.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use torn_config::PrinterDevice;

/// How long the fake looks for bytes before it looks at its orders again.
const LOOK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 2_000_000,
};

/// What the fake does, and what it saw.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// Answers to `DLE EOT` 1 to 4; `None`: silence.
    pub(crate) answers: [Option<u8>; 4],
    /// The answer to `GS r 1`; `None`: silence.
    pub(crate) acknowledgement: Option<u8>,
    /// What is sent just before each answer to `DLE EOT`.
    pub(crate) noise: Vec<u8>,
    /// From the raster byte with this number on, `then` holds.
    pub(crate) after: Option<usize>,
    /// What happens there.
    pub(crate) then: Then,
    /// Whether it takes bytes at all.
    pub(crate) deaf: bool,
    /// All jobs' bytes, without questions and blanks.
    pub(crate) received: Vec<u8>,
    /// Bytes of pictures since the last reset.
    pub(crate) raster: usize,
    /// Resets, one a job.
    pub(crate) resets: usize,
    /// `DLE ENQ 2`s.
    pub(crate) clears: usize,
    /// Questions of the first kind.
    pub(crate) questions: usize,
    /// Whether the test is over.
    pub(crate) stop: bool,
}

/// What happens in the middle of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// The paper ends; real-time questions are still answered.
    PaperOut,
    /// It takes nothing more and says nothing more.
    Stall,
    /// The line breaks, and there is nobody there any more.
    HangUp,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            answers: OK,
            acknowledgement: Some(0),
            noise: vec![],
            after: None,
            then: Then::Stall,
            deaf: false,
            received: vec![],
            raster: 0,
            resets: 0,
            clears: 0,
            questions: 0,
            stop: false,
        }
    }
}

/// Online, cover closed, no error, paper there.
pub(crate) const OK: [Option<u8>; 4] = [Some(0x12); 4];
/// The published answers of a printer without paper.
pub(crate) const PAPER_OUT: [Option<u8>; 4] = [Some(0x1A), Some(0x32), Some(0x12), Some(0x7E)];
/// No answer to anything.
pub(crate) const SILENT: [Option<u8>; 4] = [None; 4];

type Shared = Arc<(Mutex<Script>, Condvar)>;

/// A printer under a test's orders; gone when dropped.
pub(crate) struct Fake {
    device: PrinterDevice,
    shared: Shared,
    thread: Option<JoinHandle<()>>,
}

/// Which line the fake is on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum On {
    Tcp,
    Pty,
}

/// Both lines.
pub(crate) const BOTH: [On; 2] = [On::Tcp, On::Pty];

impl Fake {
    /// A printer that works.
    pub(crate) fn start(on: On) -> Self {
        Self::start_with(on, Script::default())
    }

    /// A printer that follows `script`.
    pub(crate) fn start_with(on: On, script: Script) -> Self {
        let shared: Shared = Arc::new((Mutex::new(script), Condvar::new()));
        let seen = Arc::clone(&shared);
        let (device, work): (_, Box<dyn FnOnce() + Send>) = match on {
            On::Tcp => {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                let address = listener.local_addr().unwrap().to_string();
                (
                    PrinterDevice::Tcp(address),
                    Box::new(move || serve_tcp(&listener, &seen)),
                )
            }
            On::Pty => {
                let (master, slave, path) = pty();
                (
                    PrinterDevice::File(path),
                    Box::new(move || serve_pty(master, slave, &seen)),
                )
            }
        };
        Self {
            device,
            shared,
            thread: Some(std::thread::spawn(work)),
        }
    }

    /// Where it is.
    pub(crate) fn device(&self) -> PrinterDevice {
        self.device.clone()
    }

    /// Its orders and what it saw.
    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        // What made it panic is said by the thread that did.
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until what it saw is as `wanted`.
    pub(crate) fn wait_until(&self, wanted: impl Fn(&Script) -> bool) {
        let limit = Duration::from_secs(20);
        let waited = self
            .shared
            .1
            .wait_timeout_while(self.script(), limit, |script| !wanted(script));
        assert!(
            !waited.unwrap().1.timed_out(),
            "the printer never saw what was waited for"
        );
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.script().stop = true;
        let ended = self.thread.take().map(JoinHandle::join);
        let fine = matches!(ended, Some(Ok(())));
        assert!(
            fine || std::thread::panicking(),
            "the fake printer panicked"
        );
    }
}

fn pty() -> (OwnedFd, OwnedFd, PathBuf) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let path = PathBuf::from(ptsname(&master, vec![]).unwrap().into_string().unwrap());
    // Held open, so that the line stands between the printer's callers.
    let slave = rustix::fs::open(&path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    (master, slave, path)
}

fn serve_pty(master: OwnedFd, slave: OwnedFd, shared: &Shared) {
    fcntl_setfl(&master, OFlags::RDWR | OFlags::NONBLOCK).unwrap();
    serve(&mut File::from(master), shared);
    drop(slave);
}

fn serve_tcp(listener: &TcpListener, shared: &Shared) {
    listener.set_nonblocking(true).unwrap();
    while !shared.0.lock().unwrap().stop {
        poll(&mut [PollFd::new(listener, PollFlags::IN)], Some(&LOOK)).unwrap();
        let Ok((mut stream, _)) = listener.accept() else {
            continue;
        };
        stream.set_nonblocking(true).unwrap();
        // Little is held here for a printer that does not read, as in a real one.
        rustix::net::sockopt::set_socket_recv_buffer_size(&stream, 16 * 1024).unwrap();
        if serve::<TcpStream>(&mut stream, shared) == End::HungUp {
            return;
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The caller went away, or the test is over.
    Over,
    /// The script says so.
    HungUp,
}

/// Reads and answers until the line ends.
fn serve<L: Read + Write + AsFd>(line: &mut L, shared: &Shared) -> End {
    let mut unread = vec![];
    let mut buffer = [0; 1024];
    // A printer that stalled is deaf on this line; a new one finds it as its script then says.
    let mut stalled = false;
    loop {
        let deaf = {
            let script = shared.0.lock().unwrap();
            if script.stop {
                return End::Over;
            }
            script.deaf || stalled
        };
        let what = if deaf {
            PollFlags::empty()
        } else {
            PollFlags::IN
        };
        poll(&mut [PollFd::new(line, what)], Some(&LOOK)).unwrap();
        if deaf {
            match hung_up(line) {
                true => return End::Over,
                false => continue,
            }
        }
        match line.read(&mut buffer) {
            Ok(0) => return End::Over,
            Ok(some) => unread.extend_from_slice(&buffer[..some]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(_) => return End::Over,
        }
        let mut script = shared.0.lock().unwrap();
        let answer = script.take(&mut unread);
        let reached = script.after.is_some_and(|after| script.raster >= after);
        let then = script.then;
        if reached {
            script.after = None;
            match then {
                Then::PaperOut => {
                    script.answers = PAPER_OUT;
                    script.acknowledgement = None;
                }
                Then::Stall => stalled = true,
                Then::HangUp => return End::HungUp,
            }
        }
        drop(script);
        shared.1.notify_all();
        if line.write_all(&answer).is_err() {
            return End::Over;
        }
    }
}

fn hung_up(line: &impl AsFd) -> bool {
    let mut fds = [PollFd::new(line, PollFlags::RDHUP)];
    poll(&mut fds, Some(&LOOK)).unwrap();
    fds[0]
        .revents()
        .intersects(PollFlags::HUP | PollFlags::RDHUP | PollFlags::ERR)
}

impl Script {
    /// Takes whole commands off `unread`; what is to be answered.
    fn take(&mut self, unread: &mut Vec<u8>) -> Vec<u8> {
        let mut answer = vec![];
        while let Some(length) = command_length(unread) {
            let command: Vec<u8> = unread.drain(..length).collect();
            match command[..] {
                [0] => {}
                [0x10, 0x04, n] => {
                    self.questions += usize::from(n == 1);
                    if let Some(byte) = self.answers[usize::from(n) - 1] {
                        answer.extend_from_slice(&self.noise);
                        answer.push(byte);
                    }
                }
                [0x10, 0x05, 2] => self.clears += 1,
                [0x1D, b'r', 1] => answer.extend(self.acknowledgement),
                _ => {
                    self.resets += usize::from(command == [0x1B, b'@']);
                    self.raster += if command[..2] == [0x1D, b'v'] {
                        command.len()
                    } else {
                        0
                    };
                    self.received.extend_from_slice(&command);
                }
            }
            if self.after.is_some_and(|after| self.raster >= after) {
                break;
            }
        }
        answer
    }
}

/// The length of the command that `bytes` begin with, if it is there in whole.
fn command_length(bytes: &[u8]) -> Option<usize> {
    let length = match *bytes {
        [] => return None,
        [0, ..] => 1,
        [0x1B, b'@', ..] => 2,
        [0x1B, b'd', ..] | [0x10, 0x04 | 0x05, ..] | [0x1D, b'r', ..] => 3,
        [0x1D, b'V', ..] => 4,
        [0x1D, b'v', _, _, xl, xh, yl, yh, ..] => {
            let word = |low, high| usize::from(u16::from_le_bytes([low, high]));
            8 + word(xl, xh) * word(yl, yh)
        }
        [0x1B] | [0x10] | [0x1D] | [0x1D, b'v', ..] => return None,
        _ => panic!(
            "not a command that a ticket uses: {:02x?}",
            &bytes[..bytes.len().min(8)]
        ),
    };
    (bytes.len() >= length).then_some(length)
}
