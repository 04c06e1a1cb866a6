// SPDX-License-Identifier: GPL-3.0-or-later
//! How well the waits of simulated days were estimated.

use std::fmt;

use super::house::Visit;

/// How good estimates were, in minutes and shares of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Visits that count.
    pub visits: usize,
    /// Of them, the share that was told nothing.
    pub declined: f64,
    /// Their mean wait.
    pub mean_wait: f64,
    /// Mean absolute error of the estimate.
    pub ours: f64,
    /// The same of the wait of the last one called.
    pub last: f64,
    /// The same of the mean of the last five waits.
    pub last_five: f64,
    /// Mean of estimate less wait.
    pub bias: f64,
    /// Share of waits inside the range.
    pub covered: f64,
}

impl Figures {
    /// Of the days from `first_day` on; the days before were for learning.
    ///
    /// # Panics
    /// When nobody was told anything on them.
    #[must_use]
    pub fn of(visits: &[Visit], first_day: usize) -> Self {
        let counted: Vec<&Visit> = visits.iter().filter(|one| one.day >= first_day).collect();
        let told = counted.iter().filter_map(|one| Some((*one, one.said?)));
        let told: Vec<_> = told.collect();
        assert!(!told.is_empty(), "nobody was told anything");
        let minutes = |seconds: u32| f64::from(seconds) / 60.0;
        let mean = |of: &dyn Fn(&Visit, [f64; 3]) -> f64| {
            let sum: f64 = told
                .iter()
                .map(|(visit, said)| of(visit, [said.low_s, said.mid_s, said.high_s].map(minutes)))
                .sum();
            sum / told.len() as f64
        };
        Self {
            visits: counted.len(),
            declined: 1.0 - told.len() as f64 / counted.len() as f64,
            mean_wait: mean(&|visit, _| visit.waited),
            ours: mean(&|visit, [_, mid, _]| (mid - visit.waited).abs()),
            last: mean(&|visit, _| (visit.last - visit.waited).abs()),
            last_five: mean(&|visit, _| (visit.last_five - visit.waited).abs()),
            bias: mean(&|visit, [_, mid, _]| mid - visit.waited),
            covered: mean(&|visit, [low, _, high]| {
                f64::from(u8::from((low..=high).contains(&visit.waited)))
            }),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} visits, mean wait {:.1}; MAE {:.2}, last one called {:.2} ({:.2}), last five {:.2} ({:.2}); bias {:+.1} %, in range {:.0} %, declined {:.1} %",
            self.visits,
            self.mean_wait,
            self.ours,
            self.last,
            self.ours / self.last,
            self.last_five,
            self.ours / self.last_five,
            100.0 * self.bias / self.mean_wait,
            100.0 * self.covered,
            100.0 * self.declined
        )
    }
}
