// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk's program. All it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    torn_kiosk::program::main()
}
