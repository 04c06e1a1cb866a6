// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub by its paths, without a socket: the order of checking, the keys, the stream, the days.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod checking;
mod day;
mod document;
mod failing;
mod following;
mod keys;
mod support;
