// SPDX-License-Identifier: GPL-3.0-or-later
//! A window on its way: prepared before the component is made, run when it is ready.

use std::cell::OnceCell;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use sd_notify::NotifyState;
use slint::{PhysicalSize, Timer, TimerMode, Window};

use crate::headless::Headless;
use crate::inbox::Inbox;
use crate::page::{self, Face};
use crate::picture::Picture;
use crate::{Options, WindowError, Witness, ending};

/// A window whose component is still to be made.
pub struct Prepared {
    size: (u32, u32),
    page: Option<String>,
    witness: Witness,
}

/// Makes ready for a window: off-screen, the page is served from here on. To be called before the
/// first Slint component is made, on the thread that will run it.
///
/// # Errors
/// [`WindowError`], when the page can't listen or the thread has a platform already.
pub fn prepare(options: &Options) -> Result<Prepared, WindowError> {
    let witness = Witness::default();
    let (page, served) = if options.mode.is_headless() {
        let (address, served) = off_screen(options, &witness)?;
        (Some(format!("http://{address}/")), Some(served))
    } else {
        (None, None)
    };
    ending::start(served).map_err(WindowError::Thread)?;
    Ok(Prepared {
        size: options.size,
        page,
        witness,
    })
}

fn off_screen(
    options: &Options,
    witness: &Witness,
) -> Result<(SocketAddr, (TcpListener, axum::Router)), WindowError> {
    let address = options.listen;
    if !address.ip().is_loopback() {
        return Err(WindowError::NotLoopback(address));
    }
    let failed = |source| WindowError::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;

    let (inbox, picture) = (
        Arc::new(Inbox::default()),
        Arc::new(Picture::new(options.size)),
    );
    let platform = Headless {
        inbox: Arc::clone(&inbox),
        picture: Arc::clone(&picture),
        window: OnceCell::new(),
    };
    slint::platform::set_platform(Box::new(platform)).map_err(|_| WindowError::AlreadyPrepared)?;
    let face = Face {
        title: options.title.clone(),
        picture,
        inbox,
        witness: witness.clone(),
    };
    Ok((bound, (listener, page::routes(face))))
}

impl Prepared {
    /// The page of an off-screen window, `http://127.0.0.1:PORT/`.
    #[must_use]
    pub fn page(&self) -> Option<String> {
        self.page.clone()
    }

    /// Where a face says what is where, and what happened when.
    #[must_use]
    pub fn witness(&self) -> Witness {
        self.witness.clone()
    }

    /// Shows the window and runs its loop until the process is asked to end, or the window is closed.
    /// The service manager is told that it runs, and its watchdog is fed from within the loop.
    ///
    /// # Errors
    /// [`WindowError::Platform`], when there is no window to be had.
    pub fn run(self, window: &Window) -> Result<(), WindowError> {
        let (width, height) = self.size;
        window.set_size(PhysicalSize::new(width, height));
        window.show()?;
        let _watchdog = watchdog();
        notify(NotifyState::Ready);
        let ended = slint::run_event_loop();
        notify(NotifyState::Stopping);
        Ok(ended?)
    }
}

// A timer of the loop: a loop that hangs lets the watchdog bite.
fn watchdog() -> Option<Timer> {
    let bites_after = sd_notify::watchdog_enabled()?;
    let timer = Timer::default();
    timer.start(TimerMode::Repeated, bites_after / 2, || {
        notify(NotifyState::Watchdog)
    });
    Some(timer)
}

fn notify(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager can't be told");
    }
}
