// SPDX-License-Identifier: GPL-3.0-or-later
//! The lobby board's program. All it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    torn_display::program::main()
}
