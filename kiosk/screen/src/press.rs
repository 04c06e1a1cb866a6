// SPDX-License-Identifier: GPL-3.0-or-later
//! The tickets thread: draws each slip, gives it to the printer, and tells how that went.
//!
//! It joins [`ticket`] and [`printer`](crate::printer), which know nothing of each other.
//! Jobs come in by a channel and news go out by a call, so that nothing that waits for paper ever
//! waits on the thread of the screens. It prints what it is given, once, and decides nothing else.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};

use torn_queue::TicketId;
use torn_queue::event::PrintOutcome;

use crate::paper::{News, PrinterState};
use crate::printer::{Device, Moment, Patience, Printed};
use crate::ticket::{self, Draughtsman, Slip};

/// A ticket to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Which ticket.
    pub ticket: TicketId,
    /// What it says.
    pub slip: Slip,
}

/// The tickets thread. It ends when this is dropped, after the jobs it already has.
#[derive(Debug)]
pub struct Press {
    jobs: Sender<Job>,
    thread: JoinHandle<()>,
}

impl Press {
    /// Starts the thread for `printer`. Without one every job fails at once, and the printer counts as offline.
    ///
    /// `told` is called on the tickets thread and should only pass the news on.
    pub fn start(
        printer: Option<torn_config::Printer>,
        told: impl Fn(News) + Send + 'static,
    ) -> Self {
        Self::start_with(printer, Patience::default(), told)
    }

    /// [`start`](Self::start), with other waits than the usual ones.
    ///
    /// # Panics
    /// If the system gives no thread, without which there is no kiosk.
    pub fn start_with(
        printer: Option<torn_config::Printer>,
        patience: Patience,
        told: impl Fn(News) + Send + 'static,
    ) -> Self {
        let (jobs, orders) = mpsc::channel();
        let work = move || match printer {
            Some(printer) => Shop::new(printer, patience, told).run(&orders),
            None => without_printer(&orders, told),
        };
        let thread = thread::Builder::new()
            .name("tickets".to_owned())
            .spawn(work);
        let thread = thread.unwrap_or_else(|error| panic!("no thread for the tickets: {error}"));
        Self { jobs, thread }
    }

    /// Prints `job` after those that are before it. It is told of as [`News::Done`], whatever happens.
    pub fn print(&self, job: Job) {
        if let Err(mpsc::SendError(job)) = self.jobs.send(job) {
            tracing::error!(ticket = %job.ticket, "the tickets thread has ended; the ticket is not printed");
        }
    }

    /// Waits until the jobs it has are done, and ends it.
    pub fn finish(self) {
        drop(self.jobs);
        if self.thread.join().is_err() {
            tracing::error!("the tickets thread ended by a panic");
        }
    }
}

/// The tickets thread's own things.
struct Shop<T> {
    dots: u32,
    device: Device,
    patience: Patience,
    /// What was told of the printer last.
    state: Option<PrinterState>,
    told: T,
}

impl<T: Fn(News)> Shop<T> {
    fn new(printer: torn_config::Printer, patience: Patience, told: T) -> Self {
        let device = Device::new(printer.device, patience);
        Self {
            dots: printer.dots,
            device,
            patience,
            state: None,
            told,
        }
    }

    fn run(mut self, orders: &Receiver<Job>) {
        let draughtsman = Draughtsman::new(self.dots)
            .and_then(|one| one.rehearse().map(|()| one))
            .inspect_err(|error| tracing::error!(%error, "no ticket can be drawn"))
            .ok();
        let state = self.device.check();
        self.note(state);
        loop {
            match orders.recv_timeout(self.patience.poll) {
                Ok(job) => self.print(draughtsman.as_ref(), &job),
                Err(RecvTimeoutError::Timeout) => {
                    let state = self.device.check();
                    self.note(state);
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn print(&mut self, draughtsman: Option<&Draughtsman>, job: &Job) {
        let Job { ticket, slip } = job;
        let ticket = *ticket;
        let outcome = match draughtsman.and_then(|one| bytes(one, job)) {
            Some(bytes) => {
                let told = &self.told;
                let Printed { outcome, state } = self.device.print(&bytes, |moment| match moment {
                    Moment::Started(at) => told(News::Started { ticket, at }),
                    Moment::Written(at) => told(News::Written { ticket, at }),
                });
                self.note(state);
                outcome
            }
            None => PrintOutcome::Failed,
        };
        tracing::info!(%ticket, ?outcome, copy = slip.copy, "ticket");
        (self.told)(News::Done {
            ticket,
            outcome,
            copy: slip.copy,
        });
    }

    /// Tells how the printer is, if that is news.
    fn note(&mut self, state: PrinterState) {
        if self.state.replace(state) != Some(state) {
            tracing::info!(state = state.word(), "printer");
            (self.told)(News::Printer(state));
        }
    }
}

fn bytes(draughtsman: &Draughtsman, Job { ticket, slip }: &Job) -> Option<Vec<u8>> {
    let picture = draughtsman
        .draw(slip)
        .inspect_err(|error| tracing::error!(%ticket, %error, "not drawn"))
        .ok()?;
    ticket::job(&picture)
        .inspect_err(|error| tracing::error!(%ticket, %error, "not turned into bytes"))
        .ok()
}

fn without_printer(orders: &Receiver<Job>, told: impl Fn(News)) {
    told(News::Printer(PrinterState::Offline));
    for Job { ticket, slip } in orders {
        told(News::Done {
            ticket,
            outcome: PrintOutcome::Failed,
            copy: slip.copy,
        });
    }
}
