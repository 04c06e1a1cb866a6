// SPDX-License-Identifier: GPL-3.0-or-later
//! The printer's line: a TCP port or a pseudo-terminal, and the thread that waits on it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags, fcntl_setfl};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::{Condition, Shared, link};
use crate::lab::wait::Moment;

/// Ends the printer's waiting when something was decided elsewhere.
#[derive(Debug)]
pub(super) struct Waker {
    this: UnixStream,
    other: UnixStream,
}

impl Waker {
    pub(super) fn new() -> io::Result<Self> {
        let (this, other) = UnixStream::pair()?;
        this.set_nonblocking(true)?;
        other.set_nonblocking(true)?;
        Ok(Self { this, other })
    }

    pub(super) fn other_end(&self) -> io::Result<UnixStream> {
        self.other.try_clone()
    }

    pub(super) fn wake(&self) {
        // A full pipe wakes as well.
        let _ = (&self.this).write(&[0]);
    }
}

/// Where the printer listens.
#[derive(Debug)]
pub(super) enum Port {
    Tcp {
        listener: Option<TcpListener>,
        address: SocketAddr,
        caller: Option<TcpStream>,
    },
    Pty {
        line: Option<Pty>,
        file: PathBuf,
    },
}

/// The two ends of a pseudo-terminal; the far one is held open, so that the line stands between callers.
#[derive(Debug)]
pub(super) struct Pty {
    near: File,
    _far: OwnedFd,
}

impl Port {
    pub(super) fn tcp(listener: TcpListener, address: SocketAddr) -> Self {
        Self::Tcp {
            listener: Some(listener),
            address,
            caller: None,
        }
    }

    /// A pseudo-terminal that `file` leads to.
    pub(super) fn pty(file: &Path) -> io::Result<Self> {
        Ok(Self::Pty {
            line: Some(Pty::open(file)?),
            file: file.to_owned(),
        })
    }

    /// Serves until the printer is over.
    pub(super) fn serve(&mut self, shared: &Shared, wake: &UnixStream) {
        let mut buffer = [0; 16 * 1024];
        loop {
            let (over, condition, listens, answer) = {
                let mut state = shared.lock();
                let answer = state.engine.resume(Moment::now());
                (
                    state.over,
                    state.engine.condition(),
                    state.engine.takes_bytes(),
                    answer,
                )
            };
            if over {
                return;
            }
            shared.changed.notify_all();
            self.switch(condition != Condition::Off);
            self.say(&answer);
            if !self.wait(listens, wake) {
                continue;
            }
            let Some(bytes) = self.read(&mut buffer) else {
                continue;
            };
            let answer = shared.lock().engine.take(&buffer[..bytes], Moment::now());
            shared.changed.notify_all();
            self.say(&answer);
        }
    }

    /// Switches the line on or off, if it is not so already.
    fn switch(&mut self, on: bool) {
        match self {
            Self::Tcp {
                listener,
                address,
                caller,
            } if on => {
                // The port may be in use for a moment yet: it is tried again at the next turn.
                if listener.is_none() {
                    *listener = TcpListener::bind(*address).ok();
                }
                if let Some(one) = listener
                    && caller.is_none()
                {
                    let _ = one.set_nonblocking(true);
                }
            }
            Self::Tcp {
                listener, caller, ..
            } => (*listener, *caller) = (None, None),
            Self::Pty { line, file } if on => {
                if line.is_none() {
                    *line = Pty::open(file).ok();
                }
            }
            Self::Pty { line, file } => {
                if line.take().is_some() {
                    let _ = std::fs::remove_file(file);
                }
            }
        }
    }

    /// Waits until there is something to do; whether it is to read.
    fn wait(&mut self, listens: bool, wake: &UnixStream) -> bool {
        /// Looks at a line that can't be read now, in case it hung up, and at a port that is in use.
        const LOOK_AGAIN: Duration = Duration::from_millis(20);
        const LONG: Duration = Duration::from_secs(3600);
        let line = self.line().filter(|_| listens);
        let settled = line.is_some();
        let mut fds = vec![PollFd::new(wake, PollFlags::IN)];
        fds.extend(line.map(|line| PollFd::from_borrowed_fd(line, PollFlags::IN)));
        let time = if settled { LONG } else { LOOK_AGAIN };
        let _ = poll(&mut fds, time.try_into().ok().as_ref());
        let ready = fds.get(1).is_some_and(|line| !line.revents().is_empty());
        drop(fds);
        let mut wakes = [0; 64];
        while matches!((&mut &*wake).read(&mut wakes), Ok(1..)) {}
        ready && self.accept()
    }

    /// What is waited on: the caller, or whoever may call.
    fn line(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Tcp {
                caller: Some(caller),
                ..
            } => Some(caller.as_fd()),
            Self::Tcp { listener, .. } => listener.as_ref().map(AsFd::as_fd),
            Self::Pty { line, .. } => line.as_ref().map(|line| line.near.as_fd()),
        }
    }

    /// Takes a call, if that is what there is; else whether there is a line to read from.
    fn accept(&mut self) -> bool {
        let Self::Tcp {
            listener: Some(listener),
            caller,
            ..
        } = self
        else {
            return true;
        };
        if caller.is_some() {
            return true;
        }
        if let Ok((stream, _)) = listener.accept()
            && stream.set_nonblocking(true).is_ok()
        {
            *caller = Some(stream);
        }
        false
    }

    /// Reads what there is; `None` for nothing, or for a caller who hung up.
    fn read(&mut self, buffer: &mut [u8]) -> Option<usize> {
        let read = match self {
            Self::Tcp { caller, .. } => caller.as_mut()?.read(buffer),
            Self::Pty { line, .. } => line.as_mut()?.near.read(buffer),
        };
        match read {
            Ok(0) => self.hang_up(),
            Ok(bytes) => return Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => self.hang_up(),
        }
        None
    }

    fn say(&mut self, answer: &[u8]) {
        let said = match self {
            Self::Tcp {
                caller: Some(caller),
                ..
            } => caller.write_all(answer),
            Self::Pty {
                line: Some(line), ..
            } => line.near.write_all(answer),
            _ => return,
        };
        if said.is_err() {
            self.hang_up();
        }
    }

    fn hang_up(&mut self) {
        if let Self::Tcp { caller, .. } = self {
            *caller = None;
        }
    }
}

impl Pty {
    fn open(file: &Path) -> io::Result<Self> {
        let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&near)?;
        unlockpt(&near)?;
        let name = ptsname(&near, vec![])?;
        let path = PathBuf::from(name.to_string_lossy().into_owned());
        let far = rustix::fs::open(
            &path,
            OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        // Without this the line would echo what it is sent before its caller sets it.
        let mut settings = rustix::termios::tcgetattr(&far)?;
        settings.make_raw();
        rustix::termios::tcsetattr(&far, rustix::termios::OptionalActions::Now, &settings)?;
        fcntl_setfl(&near, OFlags::RDWR | OFlags::NONBLOCK)?;
        link(file, &path)?;
        Ok(Self {
            near: near.into(),
            _far: far,
        })
    }
}
