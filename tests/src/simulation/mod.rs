// SPDX-License-Identifier: GPL-3.0-or-later
//! Offices that never were, played through the very rules of the hub: who comes when, who is late, who gives up,
//! how long a visit takes. For measuring what is hard to wait for, such as how well waits are estimated.
//!
//! Nothing here reads a clock or draws true randomness: the same seed gives the same days.

pub mod chance;
pub mod figures;
pub mod house;
pub mod hub;
pub mod plan;
