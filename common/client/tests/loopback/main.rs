// SPDX-License-Identifier: GPL-3.0-or-later
//! The client against a hub in the same process, on loopback: what it tells and what it sends.
//!
//! The hub plays a script; no rule of the queue is tried here.

mod commands;
mod following;
mod hub;
