// SPDX-License-Identifier: GPL-3.0-or-later
//! The platform under a ticket: a window that is only memory.
//!
//! Slint keeps one platform a thread, so this one and the screen's do not meet. It has no event
//! loop: a ticket is laid out and drawn once, and nobody touches it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use slint::PlatformError;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter};

/// Where the window of the component made last is left for whoever draws it.
pub(crate) type LastWindow = Rc<RefCell<Option<Rc<MinimalSoftwareWindow>>>>;

/// Windows in memory, and a clock for Slint's timers.
pub(crate) struct TicketPlatform {
    last: LastWindow,
    started: Instant,
}

impl TicketPlatform {
    /// The platform, and where its windows are left.
    pub(crate) fn new() -> (Self, LastWindow) {
        let last = LastWindow::default();
        (
            Self {
                last: Rc::clone(&last),
                started: Instant::now(),
            },
            last,
        )
    }
}

impl Platform for TicketPlatform {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        *self.last.borrow_mut() = Some(Rc::clone(&window));
        Ok(window)
    }

    fn duration_since_start(&self) -> Duration {
        self.started.elapsed()
    }
}
