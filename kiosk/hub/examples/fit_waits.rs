// SPDX-License-Identifier: GPL-3.0-or-later
//! Fits the constants of the estimate of waits to recorded queues, one CSV an office:
//! `cargo run --release -p torn-hub --example fit_waits -- FILE.csv…`.
//!
//! Each office is scored by what was fitted to the others, and the constants that are printed at the end are fitted to
//! all. A step is kept only when it makes the mean error smaller by a thousandth, so what does not matter stays as it is.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use torn_hub::replay::play::play_with;
use torn_hub::replay::recorded::{self, Row};
use torn_queue::wait::{Constants, SHIPPED};

/// An office: what is replayed, each with its history.
struct Office {
    name: String,
    /// The later half of the days, after the earlier half.
    late: Played,
    /// Each day by itself, as if there had been none before.
    days: Vec<Played>,
}

/// What is replayed at once.
struct Played {
    rows: Vec<Row>,
    history: Vec<Row>,
    /// For each row, how long the last one called had waited, in minutes.
    last: Vec<f64>,
}

impl Played {
    fn new(rows: Vec<Row>, history: Vec<Row>) -> Self {
        let last = last_called(&rows);
        Self {
            rows,
            history,
            last,
        }
    }
}

/// The errors in two situations: with earlier days, and without.
#[derive(Clone, Copy)]
struct Loss {
    /// Sums of minutes: our error, that of the wait of the last one called, our error with its sign, and the waits.
    sums: [[f64; 4]; 2],
}

impl Loss {
    fn of(office: &Office, constants: Constants) -> Self {
        let mut sums = [[0.0; 4]; 2];
        add(&mut sums[0], &office.late, constants);
        for day in &office.days {
            add(&mut sums[1], day, constants);
        }
        Self { sums }
    }

    fn ratio(&self, place: usize) -> f64 {
        let [ours, last, ..] = self.sums[place];
        ours / last.max(1.0)
    }

    /// By how much the mean is off, as a share of the mean wait, beyond what does no harm.
    fn off(&self, place: usize) -> f64 {
        let [_, _, off, waits] = self.sums[place];
        (off.abs() / waits.max(1.0) - 0.05).max(0.0)
    }
}

fn add(sums: &mut [f64; 4], played: &Played, constants: Constants) {
    let said = play_with(&played.rows, &played.history, constants);
    for ((row, said), last) in played.rows.iter().zip(said).zip(&played.last) {
        let (Some(called), Some(estimate)) = (row.called_at, said.estimate) else {
            continue;
        };
        let waited = called.ms_since(row.issued_at) as f64 / 60_000.0;
        let off = f64::from(estimate.mid_s) / 60.0 - waited;
        sums[0] += off.abs();
        sums[1] += (last - waited).abs();
        sums[2] += off;
        sums[3] += waited;
    }
}

/// The wait of the last one of the same service and day that was called before each row, in minutes.
fn last_called(rows: &[Row]) -> Vec<f64> {
    let last = |row: &Row| {
        let same = |one: &&Row| one.service == row.service && one.day == row.day;
        let before = |one: &Row| {
            one.called_at
                .filter(|at| *at <= row.issued_at && *one != *row)
        };
        let waits = rows.iter().filter(same);
        let calls = waits.filter_map(|one| Some((before(one)?, one.issued_at)));
        calls.max().map_or(0.0, |(called, issued)| {
            called.ms_since(issued) as f64 / 60_000.0
        })
    };
    rows.iter().map(last).collect()
}

/// Where the search begins: what one would guess.
const START: Constants = Constants {
    line_pace_per_h: 30,
    memory_min: 45,
    usual_weight: [5, 30],
    residual: [500, 800],
    crowd: 0,
    trust_calls: 60,
    trust: [30, 30],
    ..SHIPPED
};

/// What all offices weigh together: half by office, half by ticket; a mean that is off costs too.
fn objective(losses: &[Loss]) -> f64 {
    let mut sum = 0.0;
    for place in 0..2 {
        let by_office: f64 = losses.iter().map(|one| one.ratio(place)).sum();
        let ours: f64 = losses.iter().map(|one| one.sums[place][0]).sum();
        let last: f64 = losses.iter().map(|one| one.sums[place][1]).sum();
        let off: f64 = losses.iter().map(|one| one.off(place)).sum();
        sum += (by_office + off) / losses.len() as f64 + ours / last;
    }
    sum / 4.0
}

/// One constant that is fitted: what it is called, how far a step goes, and where it stands.
type Knob = (&'static str, i64, fn(&mut Constants) -> Slot<'_>);

enum Slot<'a> {
    Whole(&'a mut u32),
    Signed(&'a mut i32),
}

const KNOBS: [Knob; 12] = [
    ("line_pace_per_h", 5, |one| {
        Slot::Whole(&mut one.line_pace_per_h)
    }),
    ("hour_weight", 5, |one| Slot::Whole(&mut one.hour_weight)),
    ("service_weight", 2, |one| {
        Slot::Whole(&mut one.service_weight)
    }),
    ("memory_min", 15, |one| Slot::Whole(&mut one.memory_min)),
    ("usual_weight, first", 1, |one| {
        Slot::Whole(&mut one.usual_weight[0])
    }),
    ("usual_weight, later", 5, |one| {
        Slot::Whole(&mut one.usual_weight[1])
    }),
    ("residual, desks unknown", 100, |one| {
        Slot::Whole(&mut one.residual[0])
    }),
    ("crowd", 20, |one| Slot::Signed(&mut one.crowd)),
    ("day_memory", 50, |one| Slot::Whole(&mut one.day_memory)),
    ("trust_calls", 20, |one| Slot::Whole(&mut one.trust_calls)),
    ("trust, few ahead", 10, |one| Slot::Whole(&mut one.trust[0])),
    ("trust, many ahead", 40, |one| {
        Slot::Whole(&mut one.trust[1])
    }),
];

fn turned(constants: Constants, knob: &Knob, by: i64) -> Option<Constants> {
    let mut next = constants;
    match knob.2(&mut next) {
        Slot::Whole(value) => {
            *value = u32::try_from(i64::from(*value) + by)
                .ok()
                .filter(|new| *new > 0)?
        }
        Slot::Signed(value) => *value = i32::try_from(i64::from(*value) + by).ok()?,
    }
    (next.day_memory <= 1000).then_some(next)
}

fn fit(offices: &[&Office]) -> Constants {
    let loss = |constants| {
        let losses: Vec<Loss> = std::thread::scope(|scope| {
            let jobs: Vec<_> = offices
                .iter()
                .map(|one| scope.spawn(move || Loss::of(one, constants)))
                .collect();
            jobs.into_iter()
                .map(|job| job.join().expect("an office is replayed"))
                .collect()
        });
        objective(&losses)
    };
    let mut best = START;
    let mut least = loss(best);
    for scale in [3, 1] {
        for _ in 0..3 {
            let before = least;
            for knob in &KNOBS {
                for by in [knob.1 * scale, -knob.1 * scale] {
                    while let Some(next) = turned(best, knob, by) {
                        let now = loss(next);
                        if now > least * 0.9995 {
                            break;
                        }
                        (best, least) = (next, now);
                    }
                }
            }
            if before - least < 0.001 {
                break;
            }
        }
    }
    best
}

fn offices(files: &[PathBuf]) -> Result<Vec<Office>, recorded::RecordedError> {
    let read = |file: &PathBuf| {
        let rows = recorded::read(file)?;
        let days: BTreeSet<_> = rows.iter().map(|row| row.day).collect();
        let middle = days.iter().nth(days.len() / 2).copied().unwrap_or_default();
        let of = |wanted: &dyn Fn(&Row) -> bool| {
            rows.iter().filter(|row| wanted(row)).cloned().collect()
        };
        Ok(Office {
            name: file.display().to_string(),
            late: Played::new(of(&|row| row.day >= middle), of(&|row| row.day < middle)),
            days: days
                .iter()
                .map(|day| Played::new(of(&|row| row.day == *day), Vec::new()))
                .collect(),
        })
    };
    files.iter().map(read).collect()
}

fn main() -> ExitCode {
    let files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").is_ok();
    let offices = match offices(&files) {
        Ok(offices) => offices,
        Err(error) => {
            say(error.to_string());
            return ExitCode::FAILURE;
        }
    };
    say("mean error over that of the last one called, with earlier days and without".to_owned());
    let mut losses = Vec::new();
    for held_out in &offices {
        let others: Vec<&Office> = offices
            .iter()
            .filter(|one| one.name != held_out.name)
            .collect();
        let loss = Loss::of(held_out, fit(&others));
        say(format!(
            "{}: {:.3} {:.3}",
            held_out.name,
            loss.ratio(0),
            loss.ratio(1)
        ));
        losses.push(loss);
    }
    for (place, name) in ["with earlier days", "without"].iter().enumerate() {
        let sum = |of: usize| losses.iter().map(|one| one.sums[place][of]).sum::<f64>();
        let (ratio, bias) = (sum(0) / sum(1), sum(2) / sum(3));
        say(format!(
            "all, held out, {name}: {ratio:.3}, bias {bias:+.3}"
        ));
    }
    let all: Vec<&Office> = offices.iter().collect();
    say(format!("{:#?}", fit(&all)));
    ExitCode::SUCCESS
}
