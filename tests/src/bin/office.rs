// SPDX-License-Identifier: GPL-3.0-or-later
//! `cargo office`: a whole office on this machine, for a person to work or, with `--once`, by itself.
//!
//! It only reads the command line and says how it went; everything else is in [`torn_tests::office`].

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use torn_tests::office::arguments::Arguments;
use torn_tests::office::run;

fn main() -> ExitCode {
    match run::run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where not even that can be written there is nobody to tell.
            let _ = writeln!(std::io::stderr().lock(), "office: {error}");
            ExitCode::FAILURE
        }
    }
}
