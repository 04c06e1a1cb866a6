// SPDX-License-Identifier: GPL-3.0-or-later
//! Every bound of the rules, with its reason.

/// Characters in an identifier: enough for a word, few enough for a line of a log.
pub const ID_CHARS_MAX: usize = 64;

/// Calls that a state keeps, newest first: far more than any board has rows for.
pub const CALLS_KEPT: usize = 50;

/// Tickets that one letter can number in a day: beyond it a number has no room on the paper.
pub const TICKETS_PER_LETTER_MAX: u32 = 99_999;
