// SPDX-License-Identifier: GPL-3.0-or-later
//! The lab: the real programs, with everything around them under control.
//!
//! The programs are built and started as they are installed; what touches them from outside
//! (fingers, paper, buttons, cables) is virtual. Nothing here reaches into a program: what the lab
//! knows it has read from a socket, a file or a standard stream, like anyone else.

pub mod answer;
pub mod browser;
pub mod button;
pub mod clock;
pub mod desks;
pub mod device;
pub mod disk;
pub mod error;
pub mod face;
pub mod folder;
pub mod hosts;
pub mod house;
pub mod http;
pub mod hub;
pub mod manager;
pub mod need;
pub mod printer;
pub mod programs;
pub mod raw;
pub mod screen;
pub mod setup;
pub mod stream;
pub mod wait;
pub mod web;

pub use error::LabError;
