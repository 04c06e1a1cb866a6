// SPDX-License-Identifier: GPL-3.0-or-later
//! A receipt printer without paper: what it is sent comes out as pictures.
//!
//! It stands at the other end of a TCP port or a pseudo-terminal, takes ESC/POS as a printer does,
//! answers truthfully how it is, and can be put into every condition that a printer gets into. It
//! shares nothing with the program that prints: what it can't read, that program should not send.

mod command;
mod engine;
mod port;
mod raster;
mod slip;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::LabError;
use super::folder::Folder;
use engine::Engine;
use port::{Port, Waker};

pub use slip::Slip;

/// How a printer is. It stays so until it is set anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    /// It prints.
    #[default]
    Ready,
    /// It prints, and says that the roll is nearly used up.
    PaperLow,
    /// It has no paper: it keeps what it is sent and answers questions.
    PaperOut,
    /// The paper ends after so many more rows of dots.
    PaperOutAfter(usize),
    /// Its cover is open: it keeps what it is sent and answers questions.
    CoverOpen,
    /// Its cutter is stuck: it keeps what it is sent and answers questions.
    Fault,
    /// It prints and gives no answer to anything.
    Silent,
    /// It takes nothing more and says nothing, though the line stands.
    Stalled,
    /// It stalls after so many more rows of dots.
    StalledAfter(usize),
    /// It is switched off: its port is refused, its device file gone. What it had is forgotten.
    Off,
}

/// What the printer's thread and its owner share.
#[derive(Debug, Default)]
struct Shared {
    engine: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    engine: Engine,
    /// Slips that somebody waited for already.
    awaited: usize,
    over: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A printer on a thread of its own, gone when this is dropped.
#[derive(Debug)]
pub struct VirtualPrinter {
    device: String,
    shared: Arc<Shared>,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
    /// Holds the device file, where there is one.
    _folder: Option<Folder>,
}

impl VirtualPrinter {
    /// A network printer on a free port of the loopback interface.
    ///
    /// # Errors
    /// [`LabError::Command`], when the system gives no port.
    pub fn start_tcp() -> Result<Self, LabError> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(refused("bind"))?;
        Self::start_at(listener)
    }

    /// A network printer behind `listener`, which may be of another network namespace. Switched off
    /// and on again it listens on the same address, in the namespace of this process.
    ///
    /// # Errors
    /// [`LabError::Command`], when the system refuses.
    pub fn start_at(listener: TcpListener) -> Result<Self, LabError> {
        let address = listener.local_addr().map_err(refused("getsockname"))?;
        Self::start(
            format!("tcp://{address}"),
            Port::tcp(listener, address),
            None,
        )
    }

    /// A printer with a device file, which is a pseudo-terminal.
    ///
    /// # Errors
    /// [`LabError::Command`] or [`LabError::File`], when the system refuses.
    pub fn start_pty() -> Result<Self, LabError> {
        let folder = Folder::new("printer")?;
        let file = folder.path().join("lp0");
        let port = Port::pty(&file).map_err(refused("openpt"))?;
        Self::start(file.display().to_string(), port, Some(folder))
    }

    fn start(device: String, mut port: Port, folder: Option<Folder>) -> Result<Self, LabError> {
        let shared = Arc::new(Shared::default());
        let waker = Waker::new().map_err(refused("socketpair"))?;
        let (seen, wake) = (
            Arc::clone(&shared),
            waker.other_end().map_err(refused("dup"))?,
        );
        let work = move || port.serve(&seen, &wake);
        let thread = std::thread::Builder::new().name("virtual-printer".to_owned());
        let thread = thread.spawn(work).map_err(refused("clone"))?;
        Ok(Self {
            device,
            shared,
            waker,
            thread: Some(thread),
            _folder: folder,
        })
    }

    /// Where it is, as `device` of a device.toml has it: `tcp://127.0.0.1:40001` or a path.
    #[must_use]
    pub fn device(&self) -> String {
        self.device.clone()
    }

    /// Puts it into a condition.
    pub fn set(&self, condition: Condition) {
        self.shared.lock().engine.set(condition);
        self.shared.changed.notify_all();
        self.waker.wake();
    }

    /// How it is now: a condition that was to come after some rows may have come.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.shared.lock().engine.condition()
    }

    /// All slips that were cut off, the oldest first.
    #[must_use]
    pub fn slips(&self) -> Vec<Slip> {
        self.shared.lock().engine.slips().to_vec()
    }

    /// Waits for the next slip that nobody waited for yet.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], with how many there are.
    pub fn wait_for_slip(&self, within: Duration) -> Result<Slip, LabError> {
        let wanted = self.shared.lock().awaited + 1;
        let slips = self.wait_for_slips(wanted, within)?;
        self.shared.lock().awaited = wanted;
        Ok(slips[wanted - 1].clone())
    }

    /// Waits until `count` slips have come out since it was started, and gives all of them.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], with how many there are.
    pub fn wait_for_slips(&self, count: usize, within: Duration) -> Result<Vec<Slip>, LabError> {
        let what = || format!("{count} slips out of the printer");
        self.wait(within, what, |engine| engine.slips().len() >= count)?;
        Ok(self.slips())
    }

    /// Waits until it is in `condition`.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], with how it is.
    pub fn wait_for_condition(
        &self,
        condition: Condition,
        within: Duration,
    ) -> Result<(), LabError> {
        let what = || format!("the printer being {condition:?}");
        self.wait(within, what, |engine| engine.condition() == condition)
    }

    fn wait(
        &self,
        within: Duration,
        what: impl Fn() -> String,
        done: impl Fn(&Engine) -> bool,
    ) -> Result<(), LabError> {
        let end = Instant::now() + within;
        let mut state = self.shared.lock();
        while !done(&state.engine) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let (slips, condition) = (state.engine.slips().len(), state.engine.condition());
                let seen = format!("; it has {slips} slips and is {condition:?}");
                return Err(LabError::TimedOut {
                    what: what(),
                    within,
                    seen,
                });
            }
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }
}

impl Drop for VirtualPrinter {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.waker.wake();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the virtual printer panicked");
        }
    }
}

fn refused(call: &'static str) -> impl FnOnce(std::io::Error) -> LabError {
    move |said| LabError::Command {
        command: call.to_owned(),
        said: said.to_string(),
    }
}

/// A device file that leads to `target`.
fn link(file: &Path, target: &PathBuf) -> std::io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::os::unix::fs::symlink(target, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::wait::{GENEROUS, until};
    use std::fs::File;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    /// A slip of eight rows, and the question whether it is printed.
    const JOB: &[u8] =
        b"\x1b@\x1dv0\x00\x01\x00\x08\x00\xFF\x81\x81\x81\x81\x81\x81\xFF\x1dVA\x00\x1dr\x01";

    /// Both kinds of printer, each with a line to it.
    fn both() -> [(VirtualPrinter, Box<dyn ReadWrite>); 2] {
        let tcp = VirtualPrinter::start_tcp().unwrap();
        let pty = VirtualPrinter::start_pty().unwrap();
        let lines = [call(&tcp), call(&pty)];
        let [one, other] = lines;
        [(tcp, one), (pty, other)]
    }

    trait ReadWrite: Read + Write {}
    impl<T: Read + Write> ReadWrite for T {}

    fn call(printer: &VirtualPrinter) -> Box<dyn ReadWrite> {
        match printer.device().strip_prefix("tcp://") {
            Some(address) => Box::new(TcpStream::connect(address).unwrap()),
            None => {
                let options = File::options().read(true).write(true).to_owned();
                Box::new(options.open(printer.device()).unwrap())
            }
        }
    }

    fn answer(line: &mut dyn ReadWrite) -> u8 {
        let mut byte = [0];
        line.read_exact(&mut byte).unwrap();
        byte[0]
    }

    #[test]
    fn a_job_comes_out_as_a_slip_with_its_times_and_is_acknowledged() {
        for (printer, mut line) in both() {
            let before = crate::lab::wait::Moment::now();
            line.write_all(JOB).unwrap();
            assert_eq!(answer(&mut *line), 0);
            let slip = printer.wait_for_slip(GENEROUS).unwrap();
            assert_eq!((slip.width(), slip.height(), slip.is_whole()), (8, 8, true));
            assert!(before <= slip.first_byte_at() && slip.first_byte_at() <= slip.last_byte_at());
        }
    }

    #[test]
    fn questions_are_answered_as_its_condition_is() {
        for (printer, mut line) in both() {
            for (condition, byte) in [
                (Condition::PaperOut, 0x7E),
                (Condition::PaperLow, 0x1E),
                (Condition::Ready, 0x12),
            ] {
                printer.set(condition);
                line.write_all(&[0x10, 0x04, 4]).unwrap();
                assert_eq!(answer(&mut *line), byte, "{condition:?}");
            }
        }
    }

    #[test]
    fn a_picture_of_a_slip_has_the_paper_around_it() {
        let (printer, mut line) = both().into_iter().next().unwrap();
        line.write_all(JOB).unwrap();
        let png = printer.wait_for_slip(GENEROUS).unwrap().png();
        let reader = png::Decoder::new(std::io::Cursor::new(png))
            .read_info()
            .unwrap();
        assert_eq!((reader.info().width, reader.info().height), (464, 8 + 64));
    }

    #[test]
    fn new_paper_brings_out_what_was_kept() {
        for (printer, mut line) in both() {
            printer.set(Condition::PaperOutAfter(3));
            line.write_all(JOB).unwrap();
            printer
                .wait_for_condition(Condition::PaperOut, GENEROUS)
                .unwrap();
            assert!(printer.slips().is_empty());
            printer.set(Condition::Ready);
            assert_eq!(printer.wait_for_slip(GENEROUS).unwrap().height(), 8);
            assert_eq!(answer(&mut *line), 0);
        }
    }

    #[test]
    fn switched_off_there_is_nobody_and_switched_on_it_is_where_it_was() {
        for (printer, line) in both() {
            drop(line);
            let reached = || match printer.device().strip_prefix("tcp://") {
                Some(address) => TcpStream::connect(address).is_ok(),
                None => File::open(printer.device()).is_ok(),
            };
            printer.set(Condition::Off);
            until("it is gone", GENEROUS, || (!reached()).then_some(())).unwrap();
            printer.set(Condition::Ready);
            until("it is back", GENEROUS, || reached().then_some(())).unwrap();
            let mut line = call(&printer);
            line.write_all(JOB).unwrap();
            printer.wait_for_slip(GENEROUS).unwrap();
        }
    }

    #[test]
    fn a_silent_printer_prints_and_a_stalled_one_does_not() {
        let (printer, mut line) = both().into_iter().next().unwrap();
        printer.set(Condition::Silent);
        line.write_all(JOB).unwrap();
        printer.wait_for_slip(GENEROUS).unwrap();
        printer.set(Condition::StalledAfter(2));
        line.write_all(JOB).unwrap();
        printer
            .wait_for_condition(Condition::Stalled, GENEROUS)
            .unwrap();
        assert_eq!(printer.slips().len(), 1);
    }
}
