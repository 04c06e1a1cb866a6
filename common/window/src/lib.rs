// SPDX-License-Identifier: GPL-3.0-or-later
//! A face's window: on a real screen, or drawn off-screen and served on a loopback page.
//!
//! Off-screen it can be seen and touched from a browser or by a program, pixel for pixel as on a
//! screen, which is what the demo and the tests use. Either way the window's event loop feeds the
//! watchdog and ends when the process is asked to. It knows nothing of what is drawn.

mod arguments;
mod ending;
mod error;
mod headless;
mod inbox;
mod options;
mod page;
mod picture;
mod prepared;
mod witness;

pub use arguments::WindowArguments;
pub use error::WindowError;
pub use options::{Mode, Options, UnknownMode};
pub use prepared::{Prepared, prepare};
pub use witness::{Place, Witness, monotonic_us};
