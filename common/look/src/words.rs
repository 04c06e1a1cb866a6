// SPDX-License-Identifier: GPL-3.0-or-later
//! Words that are computed: dates, hours, ranges, and where a QR leads.
//!
//! Sentences of the screens are not here: they are in the Slint sources, with their translations.
//! A language that is not spoken here reads as Catalan, the language the faces were written in.

mod dates;
mod opening;
mod qr;
mod tongue;
mod waits;

pub use dates::{date, day_in_sentence, hour, moment};
pub use opening::{opening, until, week};
pub use qr::{QrKind, QrTarget, qr_target};
pub use tongue::{is_right_to_left, isolate, own_name};
pub use waits::{is_a_few_minutes, range, range_in_words, range_short};
