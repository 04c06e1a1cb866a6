// SPDX-License-Identifier: GPL-3.0-or-later
//! The figures that the house promises, each measured by turns with what it is compared to.
//!
//! A disk, a card and a busy machine differ a hundredfold, so what counts is a ratio within one run:
//! the hub against a bare commit in the same folder and an empty request to the same server. Run by
//! `cargo bench -p torn-tests`; it exits 1 when a figure is not reached.

use std::io::Write;
use std::process::ExitCode;

mod commit;
mod figure;
mod idle;
mod issue;
mod process;
mod tell;
mod wire;

use figure::Figure;

type Fault = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    // Cargo's own flags for benches say nothing to this one.
    match measure() {
        Ok(figures) if figures.iter().all(Figure::reached) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(fault) => {
            say(&format!("not measured: {fault}"));
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<Vec<Figure>, Fault> {
    say(&process::machine());
    let mut figures = Vec::new();
    for measured in [
        issue::one_client,
        issue::many_clients,
        tell::followers,
        idle::hub,
        idle::screens,
    ] {
        for figure in measured()? {
            say(&figure.to_string());
            figures.push(figure);
        }
    }
    Ok(figures)
}

fn say(line: &str) {
    // Nobody reading the output is no fault.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
