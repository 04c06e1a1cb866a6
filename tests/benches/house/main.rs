// SPDX-License-Identifier: GPL-3.0-or-later
//! The figures that the house promises, each measured by turns with what it is compared to.
//!
//! A disk, a card and a busy machine differ a hundredfold, so what counts is a ratio within one run:
//! the hub against a bare commit in the same folder and an empty request to the same server. Run by
//! `cargo bench -p torn-tests`; it exits 1 when a figure is not reached. Names after `--` choose what is
//! measured: `cargo bench -p torn-tests -- issue old`.

use std::env;
use std::io::Write;
use std::process::ExitCode;

mod commit;
mod figure;
mod idle;
mod issue;
mod month;
mod old;
mod process;
mod tell;
mod ticket_life;
mod wire;

use figure::Figure;

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// What can be measured, by its name.
type Measure = (&'static str, fn() -> Result<Vec<Figure>, Fault>);

const ALL: [Measure; 9] = [
    ("issue-one", issue::one_client),
    ("issue-many", issue::many_clients),
    ("old", old::log),
    ("tell", tell::followers),
    ("stalled", tell::stalled_followers),
    ("month", month::memory),
    ("life", ticket_life::written_a_life),
    ("idle-hub", idle::hub),
    ("idle-screens", idle::screens),
];

fn main() -> ExitCode {
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
    // Cargo's own flags for benches say nothing to this one.
    let chosen: Vec<String> = env::args()
        .skip(1)
        .filter(|one| !one.starts_with('-'))
        .collect();
    let mut figures = Vec::new();
    for (name, measured) in ALL {
        if !chosen.is_empty() && !chosen.iter().any(|one| name.contains(one.as_str())) {
            continue;
        }
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
