// SPDX-License-Identifier: GPL-3.0-or-later
//! Two-way bytes to a printer, each step with a deadline.
//!
//! Device file, serial line and TCP are all a descriptor that is never blocked on: what a printer
//! does not take or give in time is said, and the caller decides what that means.

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FileType, Mode, OFlags};
use rustix::net::sockopt;
use torn_config::PrinterDevice;

use super::{Patience, tty};

/// How often a device that says "nothing more" in place of "not yet" is asked again.
const EMPTY_READ_PAUSE: Duration = Duration::from_millis(20);

/// What the kernel may hold back for a network printer: the rest of a job waits here, where it is
/// known how far the printer got.
const SEND_BUFFER_BYTES: usize = 8 * 1024;

/// What is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// TCP.
    Socket,
    /// A serial line or a pseudo-terminal; its speed in bits a second, where that is set here.
    Tty(Option<u32>),
    /// A printer's device file.
    Device,
    /// A plain file, which never answers.
    File,
}

/// An open line to a printer.
#[derive(Debug)]
pub(super) struct Line {
    fd: OwnedFd,
    kind: Kind,
}

/// Why a job was not written to its end.
#[derive(Debug)]
pub(super) struct Interrupted {
    /// Bytes that the line took.
    pub(super) written: usize,
    /// What the system said; [`io::ErrorKind::TimedOut`] when the printer stopped taking bytes.
    pub(super) cause: io::Error,
}

impl Line {
    /// Opens the line to `device`.
    ///
    /// # Errors
    /// What the system says: no such file, connection refused, no permission.
    pub(super) fn open(device: &PrinterDevice, patience: &Patience) -> io::Result<Self> {
        match device {
            PrinterDevice::Tcp(address) => Self::connect(address, patience.connect),
            PrinterDevice::File(path) => Self::open_path(path, None),
            PrinterDevice::Serial { path, baud } => Self::open_path(path, Some(*baud)),
        }
    }

    fn connect(address: &str, within: Duration) -> io::Result<Self> {
        let mut refused = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for one in address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&one, within) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    stream.set_nonblocking(true)?;
                    sockopt::set_socket_send_buffer_size(&stream, SEND_BUFFER_BYTES)?;
                    return Ok(Self {
                        fd: stream.into(),
                        kind: Kind::Socket,
                    });
                }
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    fn open_path(path: &std::path::Path, baud: Option<u32>) -> io::Result<Self> {
        let flags =
            OFlags::RDWR | OFlags::APPEND | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let fd = rustix::fs::open(path, flags, Mode::empty())?;
        let kind = if rustix::termios::isatty(&fd) {
            tty::make_raw(fd.as_fd(), baud)?;
            Kind::Tty(baud)
        } else if FileType::from_raw_mode(rustix::fs::fstat(&fd)?.st_mode) == FileType::RegularFile
        {
            Kind::File
        } else {
            Kind::Device
        };
        Ok(Self { fd, kind })
    }

    /// Whether it is a connection, which can be made anew without harm to a printer that is slow.
    pub(super) fn is_connection(&self) -> bool {
        self.kind == Kind::Socket
    }

    /// How long the line itself needs for `bytes`.
    pub(super) fn needs(&self, bytes: usize) -> Duration {
        /// Bits on the line that carry a byte: start, eight, stop.
        const BITS: u64 = 10;
        let Kind::Tty(Some(baud)) = self.kind else {
            return Duration::ZERO;
        };
        let milliseconds = bytes as u64 * BITS * 1000 / u64::from(baud.max(1));
        Duration::from_millis(milliseconds)
    }

    /// Writes all of `bytes` and waits until the line has taken the last of them.
    ///
    /// `begun` is called once, after the first bytes were taken.
    ///
    /// # Errors
    /// [`Interrupted`], with how far it came, when a byte is not taken within `stall` or the whole not within `whole`.
    pub(super) fn write(
        &self,
        bytes: &[u8],
        stall: Duration,
        whole: Duration,
        mut begun: impl FnMut(),
    ) -> Result<(), Interrupted> {
        let end = Instant::now() + whole + self.needs(bytes.len());
        let mut written = 0;
        let stopped = |written, cause| Interrupted { written, cause };
        loop {
            let until = end.min(Instant::now() + stall);
            self.wait(PollFlags::OUT, until)
                .map_err(|cause| stopped(written, cause))?;
            if written == bytes.len() {
                return Ok(());
            }
            match rustix::io::write(&self.fd, &bytes[written..]) {
                Ok(0) => return Err(stopped(written, io::ErrorKind::WriteZero.into())),
                Ok(some) => {
                    if written == 0 {
                        begun();
                    }
                    written += some;
                }
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
                Err(cause) => return Err(stopped(written, cause.into())),
            }
        }
    }

    /// The next bytes that are there or come before `until`; `None` if none do.
    ///
    /// # Errors
    /// What the system says when the printer is gone: [`io::ErrorKind::UnexpectedEof`] for a closed connection.
    pub(super) fn read(&self, until: Instant) -> io::Result<Option<Vec<u8>>> {
        let mut buffer = [0; 64];
        loop {
            if self.kind == Kind::File {
                return Ok(None);
            }
            match self.wait(PollFlags::IN, until) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(None),
                Err(error) => return Err(error),
            }
            match rustix::io::read(&self.fd, &mut buffer) {
                // A device file may end a read early; a line that does has hung up.
                Ok(0) if self.kind == Kind::Device && Instant::now() >= until => return Ok(None),
                Ok(0) if self.kind == Kind::Device => pause(EMPTY_READ_PAUSE)?,
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(some) => return Ok(Some(buffer[..some].to_vec())),
                Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Closes the line so that nothing of an interrupted job follows later.
    pub(super) fn abandon(self) {
        if self.kind == Kind::Socket {
            // Zero seconds of lingering reset the connection; a failure only means that it is closed politely.
            let _ = sockopt::set_socket_linger(&self.fd, Some(Duration::ZERO));
        }
    }

    /// Waits until the line is ready for `what`.
    fn wait(&self, what: PollFlags, until: Instant) -> io::Result<()> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let mut fds = [PollFd::new(&self.fd, what)];
            match poll(&mut fds, Some(&timespec(left))) {
                Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
                Ok(_) if fds[0].revents().contains(what) => return Ok(()),
                Ok(_) => return Err(io::ErrorKind::BrokenPipe.into()),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Waits on nothing.
fn pause(time: Duration) -> io::Result<()> {
    match poll(&mut [], Some(&timespec(time))) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn timespec(time: Duration) -> Timespec {
    // A wait of a day is already beyond all use.
    Timespec::try_from(time.min(Duration::from_secs(86_400))).unwrap_or_default()
}
