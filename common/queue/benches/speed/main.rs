// SPDX-License-Identifier: GPL-3.0-or-later
//! How long the rules take: the next one of a thousand, everybody's wait at once, a whole day folded.
//!
//! Run by `cargo bench -p torn-queue`; it exits 1 when a figure is not reached. The fastest of many rounds counts, which a
//! busy machine disturbs least; where valgrind is installed, instructions are counted too, which it disturbs not at all.

mod counted;
mod crowd;

use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use torn_queue::{Command, Now, State, decide, outlook};

use crowd::{Crowd, desk};

/// Something that is measured.
struct Deed {
    name: &'static str,
    most: Duration,
    rounds: u32,
    /// What is got ready first, and what is done then.
    ready: fn() -> Crowd,
    act: fn(&Crowd),
}

const DEEDS: [Deed; 3] = [
    Deed {
        name: "next among 1,000 who wait",
        most: Duration::from_micros(50),
        rounds: 500,
        ready: || Crowd::waiting(1000),
        act: next,
    },
    Deed {
        name: "the waits of 1,000 in one pass",
        most: Duration::from_millis(1),
        rounds: 200,
        ready: || Crowd::waiting(1000),
        act: all_waits,
    },
    Deed {
        name: "a day of 5,000 tickets folded",
        most: Duration::from_millis(500),
        rounds: 10,
        ready: || {
            let mut crowd = Crowd::new();
            crowd.day(5000);
            crowd
        },
        act: fold,
    },
];

fn next(crowd: &Crowd) {
    let now = Now {
        at: crowd.now.plus_ms(1000),
        zone: &TimeZone::UTC,
    };
    let facts = decide(&crowd.state, &Command::Next { desk: desk(0) }, now);
    black_box(facts.expect("somebody waits"));
}

fn all_waits(crowd: &Crowd) {
    black_box(outlook::of_line(&crowd.state, crowd.now.plus_ms(1000)));
}

fn fold(crowd: &Crowd) {
    let mut state = State::default();
    for event in &crowd.log {
        state.apply(event);
    }
    black_box(state);
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if let (Some("--once"), Some(name)) = (arguments.next().as_deref(), arguments.next()) {
        for deed in DEEDS.iter().filter(|deed| deed.name == name) {
            counted::once(&(deed.ready)(), deed.act);
        }
        return ExitCode::SUCCESS;
    }
    let mut reached = true;
    for deed in &DEEDS {
        let fastest = fastest(deed);
        let fits = fastest <= deed.most;
        reached &= fits;
        say(&format!(
            "{}  {}: {fastest:.1?} (to reach: ≤ {:?}); {}",
            if fits { "reached" } else { "MISSED " },
            deed.name,
            deed.most,
            counted::instructions(deed.name)
        ));
    }
    ExitCode::from(u8::from(!reached))
}

fn fastest(deed: &Deed) -> Duration {
    let crowd = (deed.ready)();
    let round = |_| {
        let begun = Instant::now();
        (deed.act)(&crowd);
        begun.elapsed()
    };
    (0..deed.rounds).map(round).min().unwrap_or_default()
}

fn say(line: &str) {
    // Nobody reading the output is no fault.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
