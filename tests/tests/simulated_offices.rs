// SPDX-License-Identifier: GPL-3.0-or-later
//! Waits are estimated well in offices of five kinds, played day after day through the rules.
//!
//! The seeds are fixed, so the figures are the same again on every machine.

use torn_tests::simulation::figures::Figures;
use torn_tests::simulation::house::play;
use torn_tests::simulation::plan::Plan;

/// Days to learn on, and days that count after them.
const LEARNING: usize = 10;
const COUNTED: usize = 30;

fn figures(plan: &Plan, seed: u64) -> Figures {
    Figures::of(&play(plan, LEARNING + COUNTED, seed), LEARNING)
}

/// Better than the last waits by fifteen hundredths, true on average, and a range that holds.
fn is_believable(plan: &Plan) {
    for seed in 1..=3 {
        let figures = figures(plan, seed);
        let said = format!("{}, seed {seed}: {figures}", plan.name);
        assert!(figures.ours <= 0.85 * figures.last, "{said}");
        assert!(figures.ours <= 0.85 * figures.last_five, "{said}");
        assert!(figures.bias.abs() <= 0.10 * figures.mean_wait, "{said}");
        assert!((0.60..=0.85).contains(&figures.covered), "{said}");
        assert!(figures.declined <= 0.05, "{said}");
    }
}

#[test]
fn waits_are_estimated_well_where_desks_stay_open() {
    is_believable(&Plan::constant());
}

#[test]
fn waits_are_estimated_well_where_a_desk_closes_at_eleven() {
    is_believable(&Plan::closing());
}

#[test]
fn waits_are_estimated_well_where_half_the_slots_are_booked() {
    is_believable(&Plan::appointments());
}

#[test]
fn waits_are_estimated_well_where_many_do_not_come_to_the_call() {
    is_believable(&Plan::no_shows());
}

#[test]
fn waits_are_estimated_well_where_desks_change_and_some_visits_take_very_long() {
    is_believable(&Plan::changing());
}

#[test]
fn the_same_seed_plays_the_same_days() {
    let plan = Plan::appointments();
    let waits = |seed| -> Vec<f64> { play(&plan, 2, seed).iter().map(|one| one.waited).collect() };
    assert_eq!(waits(7), waits(7));
    assert_ne!(waits(7), waits(8));
}

#[test]
fn the_default_office_is_of_the_scale_of_its_neighbourhood() {
    let plan = Plan::constant();
    let people = play(&plan, 20, 1).len() as f64 / 20.0;
    assert!((80.0..96.0).contains(&people), "{people} people a day");
    assert_eq!((plan.desks, plan.visit.0), (4, 12.0));
}
