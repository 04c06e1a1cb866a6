// SPDX-License-Identifier: GPL-3.0-or-later
//! Every bound of the rules, with its reason.

/// Characters in an identifier: enough for a word, few enough for a line of a log.
pub const ID_CHARS_MAX: usize = 64;

/// Characters in the name of an office, a service, a desk or a place in one language: a tile, a row of the board and a
/// slip show forty of them well.
pub const NAME_CHARS_MAX: usize = 120;

/// Calls that a state keeps, newest first: far more than any board has rows for.
pub const CALLS_KEPT: usize = 50;

/// Tickets that one letter can number in a day: beyond it a number has no room on the paper.
pub const TICKETS_PER_LETTER_MAX: u32 = 99_999;

/// How long after a no-show the ticket can be restored, in milliseconds: who went out for a moment is back by then.
pub const RESTORE_WITHIN_MS: i64 = 15 * 60_000;

/// Days that can be set by hand: a year's worth.
pub const SPECIAL_DAYS_MAX: usize = 366;

/// Of the time left, the share under which what waits must fall before a full service gives out numbers again,
/// in per mille: less than the whole, so that it does not open and close with every ticket.
pub const ROOM_PER_MILLE: i64 = 800;
