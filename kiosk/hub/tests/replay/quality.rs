// SPDX-License-Identifier: GPL-3.0-or-later
//! How good the estimates are on a recorded queue.

use torn_hub::replay::play::play;
use torn_hub::replay::score::Score;

use crate::{recorded, small};

#[test]
fn the_estimate_is_better_than_the_simple_ones_on_a_recorded_queue() {
    let rows = recorded();
    let score = Score::of(&rows, &play(&rows, &[])).expect("waits and estimates");
    let last_called = score.simple[0].mae;
    let best = score
        .simple
        .iter()
        .map(|one| one.mae)
        .fold(f64::INFINITY, f64::min);
    assert!(score.ours.mae <= 0.80 * last_called, "{score}");
    assert!(score.ours.mae <= 0.85 * best, "{score}");
    assert!(score.ours.bias.abs() <= 0.12 * score.mean_wait, "{score}");
    assert!((0.65..=0.85).contains(&score.covered), "{score}");
    assert!(score.declined <= 0.05, "{score}");
}

#[test]
fn what_earlier_days_taught_makes_later_ones_better() {
    let rows = recorded();
    let middle = rows[rows.len() / 2].day;
    let (early, late): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.day < middle);
    let with = Score::of(&late, &play(&late, &early)).expect("waits and estimates");
    let without = Score::of(&late, &play(&late, &[])).expect("waits and estimates");
    assert!(with.ours.mae < without.ours.mae, "{with}\n{without}");
}

#[test]
fn a_score_counts_waits_that_are_known_and_says_so() {
    let rows = small(&["A1 09:00 09:00", "A2 09:00 09:20", "A3 09:01 -"]);
    let score = Score::of(&rows, &play(&rows, &[])).expect("two waits");
    assert_eq!(score.known, 2);
    assert!((score.mean_wait - 10.0).abs() < 1e-9);
    let text = score.to_string();
    for word in [
        "MAE",
        "RMSE",
        "bias",
        "WAPE",
        "late >5 min",
        "in range",
        "median width",
        "declined",
    ] {
        assert!(text.contains(word), "{text}");
    }
    assert_eq!(text.lines().count(), 7, "{text}");
}

#[test]
fn where_no_wait_is_known_there_is_no_score() {
    let rows = small(&["A1 09:00 -", "A2 09:05 -"]);
    assert_eq!(Score::of(&rows, &play(&rows, &[])), None);
}
