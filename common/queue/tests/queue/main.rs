// SPDX-License-Identifier: GPL-3.0-or-later
//! The rules of the queue, held against a plain model of them and against what they promise.
//!
//! Everything goes through the public door, `decide` and `apply`, as in the hub. Nothing here
//! waits or reads a clock: a year of an office is a few thousand values.

mod check_ins;
mod clocks;
mod days;
mod deeds;
mod desks;
mod fold;
mod full;
mod hours;
mod machine;
mod model;
mod numbers;
mod offices;
mod old_log;
mod order;
mod outlooks;
mod promises;
mod refusals;
mod returns;
mod spelling;
mod taken_over;
mod times;
mod world;
