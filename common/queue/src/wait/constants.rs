// SPDX-License-Identifier: GPL-3.0-or-later
//! The few numbers that the estimate is shaped by, fitted to recorded queues and shipped.
//!
//! They were made by `cargo run --release -p torn-hub --example fit_waits -- FILE.csv…`, which fits on all
//! offices but one, scores on that one, and prints this table. Shares and exponents are in thousandths.

/// What shapes an estimate. All are integers, so that a state that holds them can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constants {
    /// Calls per hour of a line whose desks nobody knows, before anything was observed.
    pub line_pace_per_h: u32,
    /// Seconds of a visit, before anything was observed, where the desks are known and nothing is configured.
    pub visit_s: u32,
    /// How many calls the pace of a service at all hours weighs against the pace at one hour.
    pub hour_weight: u32,
    /// How many calls the pace of the office weighs against that of a service.
    pub service_weight: u32,
    /// In minutes, how fast today's calls are forgotten against later ones of today.
    pub memory_min: u32,
    /// How many calls of today the usual pace weighs, without and with earlier days.
    pub usual_weight: [u32; 2],
    /// How much of a call the one who is served now still takes, in thousandths, desks unknown and known.
    pub residual: [u32; 2],
    /// By how much a long line is faster than its length lets fear, where neither desks nor earlier days are known: the
    /// wait per logarithm of those ahead, as a logarithm, in thousandths. Who tires of waiting is called and not there.
    pub crowd: i32,
    /// How much of what earlier days taught is left after one more day, in thousandths.
    pub day_memory: u32,
    /// How many calls are needed before earlier days count as much as none, in the two tables above.
    pub trust_calls: u32,
    /// How many promises the uncorrected estimate weighs where few are ahead, and where many are.
    pub trust: [u32; 2],
    /// How much older promises weigh after one more, in thousandths.
    pub promise_memory: u32,
    /// How far an edge of the range moves, in thousandths of a logarithm, after a promise that it missed.
    pub edge_step: u32,
    /// The share of waits that should lie below the range, and above it, in thousandths.
    pub outside: u32,
    /// The edges of the range at first, in each situation, as logarithms of wait over estimate, in thousandths.
    pub edges: [[i32; 2]; super::promise::SITUATIONS],
}

/// The numbers as they were fitted.
pub const SHIPPED: Constants = Constants {
    line_pace_per_h: 15,
    visit_s: 720,
    hour_weight: 15,
    service_weight: 5,
    memory_min: 90,
    usual_weight: [7, 30],
    residual: [600, 800],
    crowd: -80,
    day_memory: 850,
    trust_calls: 20,
    trust: [20, 390],
    promise_memory: 990,
    edge_step: 40,
    outside: 125,
    edges: [
        [-1200, 1000],
        [-600, 800],
        [-550, 650],
        [-900, 900],
        [-1200, 700],
        [-450, 450],
        [-350, 350],
    ],
};

impl Default for Constants {
    fn default() -> Self {
        SHIPPED
    }
}
