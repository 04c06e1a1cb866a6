// SPDX-License-Identifier: GPL-3.0-or-later
//! Appointments from where they are booked: files and an address that are read again when they change.
//!
//! What a file says is for `torn-appointments`; what becomes of a list, and who is checked in, is not known here.
//! A list goes to the hub through one function, [`HandOver`].

mod fetch;
mod folder;
mod reader;
pub mod report;
mod source;
mod web;

pub use reader::mapping;
pub use source::{HandOver, Pace, SourceList, Today, watch};
