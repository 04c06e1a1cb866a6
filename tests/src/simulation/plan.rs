// SPDX-License-Identifier: GPL-3.0-or-later
//! What an office is like: how many come and when, how long visits take, which desks are open when.
//!
//! The default is the scale of a real office of the neighbourhood: 88 people a day, 4 desks, 12 minutes a visit.

use super::chance::Chance;

/// When a desk takes people: minutes after the office opens, from and until.
pub type Shift = (f64, f64);

/// An office, as chance plays it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is special about it.
    pub name: &'static str,
    /// People who come on a day, on average, without those who are booked.
    pub walk_ins: f64,
    /// People who are booked on a day, at even intervals.
    pub booked: u32,
    /// How the arrivals of people without an appointment are spread over the hours that it is open.
    pub by_hour: [f64; 5],
    /// Minutes of a visit: mean and coefficient of variation.
    pub visit: (f64, f64),
    /// Share of those called who do not come to the desk, and of those booked who never come.
    pub no_show: f64,
    /// How many desks there are.
    pub desks: usize,
    /// The shifts of a desk on a day.
    pub shifts: fn(desk: usize, chance: &mut Chance) -> Vec<Shift>,
}

/// Minutes that the office is open; desks go on until nobody waits.
pub const OPEN_MIN: f64 = 300.0;
/// The end of a shift that lasts as long as somebody waits.
pub const UNTIL_DONE: f64 = f64::INFINITY;

fn all_day(_: usize, _: &mut Chance) -> Vec<Shift> {
    vec![(0.0, UNTIL_DONE)]
}

fn the_last_closes_at_eleven(desk: usize, _: &mut Chance) -> Vec<Shift> {
    vec![(0.0, if desk == 3 { 120.0 } else { UNTIL_DONE })]
}

/// One desk begins late, each has a break, and one comes and goes as it can.
fn as_it_comes(desk: usize, chance: &mut Chance) -> Vec<Shift> {
    let start = if desk == 1 {
        chance.between(0.0, 45.0)
    } else {
        0.0
    };
    let pause = chance.between(80.0, 140.0);
    let back = pause + chance.between(15.0, 30.0);
    if desk == 4 {
        let from = chance.between(0.0, 150.0);
        return vec![(from, from + chance.between(45.0, 150.0))];
    }
    vec![(start, pause), (back, UNTIL_DONE)]
}

impl Plan {
    /// The default: desks that stay, nobody booked.
    #[must_use]
    pub fn constant() -> Self {
        Self {
            name: "constant desks",
            walk_ins: 88.0,
            booked: 0,
            by_hour: [0.22, 0.26, 0.22, 0.17, 0.13],
            visit: (12.0, 0.8),
            no_show: 0.1,
            desks: 4,
            shifts: all_day,
        }
    }

    /// One desk of four closes at eleven.
    #[must_use]
    pub fn closing() -> Self {
        Self {
            name: "a desk that closes at 11",
            walk_ins: 78.0,
            shifts: the_last_closes_at_eleven,
            ..Self::constant()
        }
    }

    /// Half of those who come are booked.
    #[must_use]
    pub fn appointments() -> Self {
        Self {
            name: "appointments on half the slots",
            walk_ins: 44.0,
            booked: 48,
            ..Self::constant()
        }
    }

    /// One in five of those who are called is not there.
    #[must_use]
    pub fn no_shows() -> Self {
        Self {
            name: "one in five does not come to the call",
            walk_ins: 100.0,
            no_show: 0.2,
            ..Self::constant()
        }
    }

    /// Desks that open and close as it comes, and visits of which some take very long.
    #[must_use]
    pub fn changing() -> Self {
        Self {
            name: "desks that change, visits with a long tail",
            desks: 5,
            visit: (12.0, 1.2),
            shifts: as_it_comes,
            ..Self::constant()
        }
    }
}
