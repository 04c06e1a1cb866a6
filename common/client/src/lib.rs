// SPDX-License-Identifier: GPL-3.0-or-later
//! Follows a hub and sends it commands: the one way from a screen or a button to the queue.
//!
//! [`Client::follow`] tells what the log says, in order and without gaps, through every cut;
//! [`Client::post`] and its siblings send commands that are safe to send again. What a caller
//! draws, prints or lights up is none of this crate's business, and no rule of the queue is here.

mod backoff;
mod chance;
mod client;
mod command;
mod cursor;
mod desk;
mod failure;
mod follow;
mod http;
mod key;
mod retry;

pub use chance::Chance;
pub use client::{Client, ClientError};
pub use desk::{DeskAction, DeskAnswer};
pub use failure::Failure;
pub use follow::Update;
pub use key::CommandKey;
