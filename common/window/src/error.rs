// SPDX-License-Identifier: GPL-3.0-or-later
//! Why there is no window.

use std::io;
use std::net::SocketAddr;

/// Why there is no window, or no longer one.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// The page of a headless window lets anyone touch: it stays on this machine.
    #[error(
        "the window's page can't be served on {0}: give a loopback address, such as 127.0.0.1:0"
    )]
    NotLoopback(SocketAddr),
    /// The page has no address.
    #[error("the window's page can't listen on {address}: free that port or give another one")]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The thread that serves the page and waits for the end does not start.
    #[error("the window's own thread does not start")]
    Thread(#[source] io::Error),
    /// Slint has no window to give.
    #[error("no window can be made: {0}; without a screen, ask for a headless one")]
    Platform(#[from] slint::PlatformError),
    /// Another part of the program has made a window before.
    #[error("this thread has a window's platform already; prepare the window first")]
    AlreadyPrepared,
}
