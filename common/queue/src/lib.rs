// SPDX-License-Identifier: GPL-3.0-or-later
#![no_std]
#![doc = "The rules of the queue, as one pure fold."]
//!
//! [`decide`] checks a command against the [`State`] and says which facts follow, or why not;
//! [`State::apply`] folds an event into the state. Nothing here reads a clock, draws a random
//! number, opens a file or a socket: time, the office's time zone and who asks come in as values.
//! Hub, kiosk, board, reports and tests all fold the same events with this same code.

extern crate alloc;

pub mod calendar;
pub mod command;
pub mod event;
pub mod ids;
pub mod limits;
pub mod office;
pub mod order;
pub mod outlook;
pub mod refusal;
pub mod state;
pub mod time;
pub mod wait;

mod decide;
mod fullness;
mod reach;
mod season;

pub use command::Command;
pub use decide::decide;
pub use event::{Event, Fact};
pub use ids::{
    Actor, DeskId, DeviceId, Key, Language, LogId, Seq, ServiceId, TicketId, TicketNumber,
};
pub use office::Office;
pub use refusal::Refusal;
pub use state::State;
pub use time::{Now, Timestamp};
