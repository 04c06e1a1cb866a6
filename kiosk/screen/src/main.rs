// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk's program; see the library.

fn main() {}
