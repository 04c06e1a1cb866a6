// SPDX-License-Identifier: GPL-3.0-or-later
//! The clock as one more client: once a second it sends a tick through the writer's inbox.
//!
//! What a tick leads to is the rules' affair. It keeps no writer alive, and counts nothing that it missed.

use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::mpsc::WeakSender;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::inbox::Mail;

/// How often the clock sends its tick.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// The clock's way into an inbox; unlike an inbox, no writer waits for it to go.
#[derive(Debug)]
pub struct Ticks {
    pub(super) sender: WeakSender<Mail>,
}

impl Ticks {
    /// Sends one tick; `false` when there is nobody any more to send it to.
    fn send(&self) -> bool {
        let Some(sender) = self.sender.upgrade() else {
            return false;
        };
        // A full inbox is no fault: what is followed next begins with a tick all the same.
        !matches!(sender.try_send(Mail::Tick), Err(TrySendError::Closed(_)))
    }

    /// Sends a tick now and each second, until every inbox is gone or the hub is to stop. Where no runtime is,
    /// it has one of its own.
    ///
    /// # Errors
    /// What the system says, when it refuses a thread.
    pub fn start(self, stop: CancellationToken) -> io::Result<()> {
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.go_on(stop));
            return Ok(());
        }
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("clock".to_owned());
        thread.spawn(move || runtime.block_on(self.go_on(stop)))?;
        Ok(())
    }

    async fn go_on(self, stop: CancellationToken) {
        let mut seconds = tokio::time::interval(TICK);
        seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let ticking = async {
            loop {
                seconds.tick().await;
                if !self.send() {
                    break;
                }
            }
        };
        let _ = stop.run_until_cancelled(ticking).await;
    }
}
