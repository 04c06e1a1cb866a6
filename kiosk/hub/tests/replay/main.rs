// SPDX-License-Identifier: GPL-3.0-or-later
//! Recorded days played through the estimator: that nothing later touches an estimate, that it is better than simple
//! ones on a recorded queue, and that files are read as people have them.

mod logs;
mod looks_ahead;
mod quality;
mod reading;
mod standing;

use torn_hub::replay::recorded::{self, Row};

/// A recorded queue of a small registry office; README.md says where it is from.
const RECORDED: &str = include_str!("municipal-queue.csv");

fn recorded() -> Vec<Row> {
    rows(RECORDED)
}

fn rows(csv: &str) -> Vec<Row> {
    recorded::parse(csv.as_bytes()).expect("a recorded queue")
}

/// Rows of one service, each `number issued called`, as `A1 09:00 09:10`; `-` is never.
fn small(tickets: &[&str]) -> Vec<Row> {
    let mut csv = String::from("service,number,issued_at,called_at\n");
    for ticket in tickets {
        let fields: Vec<&str> = ticket.split(' ').collect();
        let at = |text: &str| match text {
            "-" => String::new(),
            text => format!("2026-11-24T{text}:00+01:00"),
        };
        csv += &format!("a,{},{},{}\n", fields[0], at(fields[1]), at(fields[2]));
    }
    rows(&csv)
}
