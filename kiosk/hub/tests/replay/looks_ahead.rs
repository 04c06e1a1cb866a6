// SPDX-License-Identifier: GPL-3.0-or-later
//! No estimate knows the future.

use torn_hub::replay::play::play;
use torn_hub::replay::recorded::{Outcome, Row};
use torn_queue::Timestamp;

use crate::recorded;

/// The same rows, with all that happens after `instant` changed: other calls, other ends, other people.
fn altered(rows: &[Row], instant: Timestamp, how: usize) -> Vec<Row> {
    let later = |at: Option<Timestamp>| at.is_some_and(|at| at > instant);
    let mut altered: Vec<Row> = rows.to_vec();
    for row in &mut altered {
        if later(row.called_at) {
            row.called_at = match how {
                0 => None,
                1 => Some(instant.plus_ms(1)),
                _ => row.called_at.map(|at| at.plus_ms(3_600_000)),
            };
            row.outcome = Some(Outcome::NoShow);
        }
        if later(row.finished_at) {
            row.finished_at = None;
        }
    }
    if how != 2 {
        altered.retain(|row| row.issued_at <= instant);
    }
    altered
}

#[test]
fn altering_what_happens_after_an_instant_changes_no_estimate_made_before_it() {
    let rows = recorded();
    let said = play(&rows, &[]);
    for place in (3..rows.len()).step_by(23) {
        let instant = rows[place].issued_at;
        for how in 0..3 {
            let other = altered(&rows, instant, how);
            let again = play(&other, &[]);
            let before = rows.iter().filter(|row| row.issued_at <= instant).count();
            assert_eq!(said[..before], again[..before], "{instant}, {how}");
        }
    }
}

#[test]
fn what_the_history_has_of_later_days_and_of_the_same_rows_changes_nothing() {
    let rows = recorded();
    let middle = rows[rows.len() / 2].day;
    let (early, late): (Vec<Row>, Vec<Row>) =
        rows.iter().cloned().partition(|row| row.day < middle);
    assert_eq!(play(&early, &[]), play(&early, &late));
    assert_eq!(play(&early, &[]), play(&early, &rows));
    assert_eq!(play(&rows, &[])[early.len()..], play(&late, &early));
}

#[test]
fn an_estimate_on_a_morning_does_not_know_the_afternoon_of_its_history() {
    let rows = recorded();
    let day = rows[rows.len() / 2].day;
    let today: Vec<Row> = rows.iter().filter(|row| row.day == day).cloned().collect();
    let noon = today[today.len() / 2].issued_at;
    // The history has tickets of the very same day, of before and after noon.
    let beside: Vec<Row> = today
        .iter()
        .cloned()
        .map(|row| Row {
            number: row.number + "b",
            ..row
        })
        .collect();
    let before: Vec<Row> = altered(&beside, noon, 0);
    let mornings = today.iter().filter(|row| row.issued_at <= noon).count();
    assert_eq!(
        play(&today, &beside)[..mornings],
        play(&today, &before)[..mornings]
    );
}
