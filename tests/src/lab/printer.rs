// SPDX-License-Identifier: GPL-3.0-or-later
//! A ticket printer without paper: a port that takes ESC/POS, answers for its state, and keeps the slips.
//!
//! It decodes what it gets by itself, so that a slip is judged by what a printer would have put on
//! paper. It can run out of paper, open its cover, fall silent, stall and go away.

mod slip;
mod stream;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::LabError;
use super::wait::{self, Moment};

pub use slip::Slip;
use stream::{Decoder, Heard};

/// How the printer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It prints.
    Ok,
    /// It prints, and says that the roll is nearly used up.
    NearEnd,
    /// There is no paper.
    PaperOut,
    /// Its cover is open.
    CoverOpen,
    /// It takes what it gets, prints it, and answers nothing.
    Silent,
    /// It takes so many bytes and then no more.
    StallsAfter(usize),
    /// Its port is refused and its connections are cut.
    Gone,
}

impl Condition {
    /// What it answers to `DLE EOT n`.
    fn status(self, n: u8) -> u8 {
        let stopped = matches!(self, Self::PaperOut | Self::CoverOpen);
        let bits = match (n, self) {
            (1, _) if stopped => 0x08,
            (2, Self::CoverOpen) => 0x04,
            (2, Self::PaperOut) => 0x20,
            (4, Self::PaperOut) => 0x6C,
            (4, Self::NearEnd) => 0x0C,
            _ => 0,
        };
        0x12 | bits
    }

    /// What it answers to `GS r 1`.
    fn acknowledgement(self) -> u8 {
        match self {
            Self::PaperOut => 0x0C,
            Self::NearEnd => 0x03,
            _ => 0,
        }
    }
}

#[derive(Debug)]
struct Inside {
    condition: Condition,
    slips: Vec<Slip>,
    /// What is connected now, to be cut.
    connections: Vec<TcpStream>,
    listener: Option<TcpListener>,
}

/// A printer on a port of the loopback.
#[derive(Debug)]
pub struct VirtualPrinter {
    address: SocketAddr,
    inside: Arc<Mutex<Inside>>,
}

impl VirtualPrinter {
    /// A printer that is well, on any free port.
    ///
    /// # Errors
    /// [`LabError::File`], when there is no port.
    pub fn start_tcp() -> Result<Self, LabError> {
        let no_port = || LabError::file("a port for the printer");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(no_port())?;
        let address = listener.local_addr().map_err(no_port())?;
        let inside = Inside {
            condition: Condition::Ok,
            slips: vec![],
            connections: vec![],
            listener: None,
        };
        let printer = Self {
            address,
            inside: Arc::new(Mutex::new(inside)),
        };
        printer.listen(listener);
        Ok(printer)
    }

    /// Where `device.toml` finds it.
    #[must_use]
    pub fn device(&self) -> String {
        format!("tcp://{}", self.address)
    }

    /// Every slip that was cut off, oldest first.
    #[must_use]
    pub fn slips(&self) -> Vec<Slip> {
        locked(&self.inside).slips.clone()
    }

    /// Waits until more than `before` slips were cut off; gives the one after those.
    ///
    /// # Errors
    /// [`LabError::TimedOut`], when none comes.
    pub fn wait_for_slip(&self, before: usize, within: Duration) -> Result<Slip, LabError> {
        wait::until("a slip comes out of the printer", within, || {
            self.slips().into_iter().nth(before)
        })
    }

    /// From now on it is like this.
    pub fn set(&self, condition: Condition) {
        let mut inside = locked(&self.inside);
        let was = std::mem::replace(&mut inside.condition, condition);
        if condition == Condition::Gone {
            inside.listener = None;
            for connection in inside.connections.drain(..) {
                // The other end may have gone already.
                let _ = connection.shutdown(Shutdown::Both);
            }
            // An accept that waits has to notice.
            let _ = TcpStream::connect(self.address);
        } else if was == Condition::Gone {
            drop(inside);
            let again = wait::until("the printer's port is free", wait::GENEROUS, || {
                TcpListener::bind(self.address).ok()
            });
            if let Ok(listener) = again {
                self.listen(listener);
            }
        }
    }

    fn listen(&self, listener: TcpListener) {
        let Ok(accepts) = listener.try_clone() else {
            return;
        };
        locked(&self.inside).listener = Some(listener);
        let inside = Arc::clone(&self.inside);
        thread::spawn(move || {
            for connection in accepts.incoming().map_while(Result::ok) {
                if locked(&inside).listener.is_none() {
                    return;
                }
                if let Ok(handle) = connection.try_clone() {
                    locked(&inside).connections.push(handle);
                }
                let inside = Arc::clone(&inside);
                thread::spawn(move || serve(connection, &inside));
            }
        });
    }
}

/// Takes what comes on one connection until it ends.
fn serve(mut connection: TcpStream, inside: &Mutex<Inside>) {
    let mut decoder = Decoder::default();
    let mut taken = 0;
    let mut piece = [0; 1024];
    loop {
        if let Condition::StallsAfter(most) = locked(inside).condition
            && taken >= most
        {
            wait::pause(Duration::from_millis(20));
            continue;
        }
        let Ok(read @ 1..) = connection.read(&mut piece) else {
            return;
        };
        taken += read;
        for heard in decoder.take(&piece[..read], Moment::now()) {
            let condition = locked(inside).condition;
            // One that has stopped gets to an acknowledgement only when it goes on.
            let stopped = matches!(condition, Condition::PaperOut | Condition::CoverOpen);
            let answer = match heard {
                Heard::Slip(slip) => {
                    locked(inside).slips.push(slip);
                    None
                }
                Heard::StatusAsked(n) => Some(condition.status(n)),
                Heard::AcknowledgementAsked => (!stopped).then(|| condition.acknowledgement()),
            };
            if let Some(answer) = answer.filter(|_| condition != Condition::Silent)
                && connection.write_all(&[answer]).is_err()
            {
                return;
            }
        }
    }
}

fn locked(inside: &Mutex<Inside>) -> MutexGuard<'_, Inside> {
    inside.lock().unwrap_or_else(PoisonError::into_inner)
}
