// SPDX-License-Identifier: GPL-3.0-or-later
//! How good estimates were, on the tickets whose wait is known.

use std::fmt;

use super::play::Said;
use super::recorded::Row;
use super::simple;

/// How good one estimator was. Minutes, and shares of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Mean absolute error.
    pub mae: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// Mean of estimate less wait: below zero where people wait longer than they are told.
    pub bias: f64,
    /// Absolute errors over waits.
    pub wape: f64,
    /// Share of those who waited more than five minutes longer than estimated.
    pub late: f64,
}

/// How good the estimates of a replay were, and simple ones on the same tickets.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Tickets whose wait is known.
    pub known: usize,
    /// Of those, how many got no estimate, as a share of one.
    pub declined: f64,
    /// Their mean wait in minutes.
    pub mean_wait: f64,
    /// Ours.
    pub ours: Figures,
    /// Share of waits inside the range.
    pub covered: f64,
    /// Median width of the range in minutes.
    pub width: f64,
    /// The four simple ones, as [`simple::NAMES`] has them.
    pub simple: [Figures; 4],
}

impl Score {
    /// The score of what was `said` to `rows`; `None` where no ticket has both a known wait and an estimate.
    #[must_use]
    pub fn of(rows: &[Row], said: &[Said]) -> Option<Self> {
        let simple = simple::estimates(rows, said);
        let mut known = 0;
        let mut pairs: [Vec<(f64, f64)>; 5] = Default::default();
        let (mut inside, mut widths) = (0, Vec::new());
        for ((row, said), simple) in rows.iter().zip(said).zip(simple) {
            let Some(called) = row.called_at else {
                continue;
            };
            known += 1;
            let Some(estimate) = said.estimate else {
                continue;
            };
            let waited = called.ms_since(row.issued_at) as f64 / 60_000.0;
            let [low, mid, high] =
                [estimate.low_s, estimate.mid_s, estimate.high_s].map(|s| f64::from(s) / 60.0);
            inside += usize::from((low..=high).contains(&waited));
            widths.push(high - low);
            pairs[0].push((mid, waited));
            for (pairs, one) in pairs[1..].iter_mut().zip(simple) {
                pairs.push((one, waited));
            }
        }
        let said = widths.len();
        if said == 0 {
            return None;
        }
        widths.sort_unstable_by(f64::total_cmp);
        let waits: f64 = pairs[0].iter().map(|(_, waited)| waited).sum();
        let [ours, simple @ ..] = pairs.map(|pairs| figures(&pairs));
        Some(Self {
            known,
            declined: (known - said) as f64 / known as f64,
            mean_wait: waits / said as f64,
            ours,
            covered: inside as f64 / said as f64,
            width: widths[said / 2],
            simple,
        })
    }
}

fn figures(pairs: &[(f64, f64)]) -> Figures {
    let count = pairs.len() as f64;
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        pairs
            .iter()
            .map(|(estimate, waited)| of(*estimate, *waited))
            .sum()
    };
    let errors = sum(&|estimate, waited| (estimate - waited).abs());
    let waits = sum(&|_, waited| waited);
    Figures {
        mae: errors / count,
        rmse: (sum(&|estimate, waited| (estimate - waited).powi(2)) / count).sqrt(),
        bias: sum(&|estimate, waited| estimate - waited) / count,
        wape: if waits > 0.0 { errors / waits } else { 0.0 },
        late: sum(&|estimate, waited| f64::from(u8::from(waited > estimate + 5.0))) / count,
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} tickets with a known wait, {:.1} min on average; declined {:.1} %",
            self.known,
            self.mean_wait,
            100.0 * self.declined
        )?;
        writeln!(
            f,
            "{:<32}{:>8}{:>8}{:>8}{:>8}{:>13}{:>10}{:>14}",
            "minutes", "MAE", "RMSE", "bias", "WAPE", "late >5 min", "in range", "median width"
        )?;
        write!(f, "{}", Line("Torn's estimate", &self.ours))?;
        writeln!(f, "{:>9.1}%{:>14.1}", 100.0 * self.covered, self.width)?;
        for (name, figures) in simple::NAMES.iter().zip(&self.simple) {
            writeln!(f, "{}{:>10}{:>14}", Line(name, figures), "-", "-")?;
        }
        Ok(())
    }
}

struct Line<'a>(&'a str, &'a Figures);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name, one) = self;
        write!(
            f,
            "{name:<32}{:>8.2}{:>8.2}{:>+8.2}{:>7.1}%{:>12.1}%",
            one.mae,
            one.rmse,
            one.bias,
            100.0 * one.wape,
            100.0 * one.late
        )
    }
}
