// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub by its paths, without a socket: the order of checking, the keys, the stream, the days.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod backup;
mod bookings;
mod checking;
mod clock;
mod day;
mod document;
mod failing;
mod following;
mod formats;
mod hours;
mod keys;
mod limits;
mod new_log;
mod purge;
mod rot;
mod set_time;
mod sign_in;
mod supervisor;
mod support;
mod tools;
mod typed;
mod visits;
