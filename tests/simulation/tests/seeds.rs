// SPDX-License-Identifier: GPL-3.0-or-later
//! Offices by their seeds: 300 of them; `TORN_SEEDS=5000` for more, `TORN_SEED=17` for one.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it can't use")]

use std::sync::atomic::{AtomicU64, Ordering};

use torn_simulation::{Ended, run};

/// Seeds in a usual run.
const SEEDS: u64 = 300;

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// What went wrong with a seed, and how to see it again.
fn told(seed: u64, ended: &Ended) -> String {
    format!(
        "seed {seed}: {}\nagain: TORN_SEED={seed} cargo test -p torn-simulation --test seeds",
        ended.fault.as_deref().unwrap_or("nothing")
    )
}

#[test]
fn boards_show_a_prefix_of_the_log_and_what_was_acknowledged_is_in_it_once_whatever_breaks() {
    let (from, to) = match asked("TORN_SEED") {
        Some(seed) => (seed, seed + 1),
        None => {
            let from = asked("TORN_SEEDS_FROM").unwrap_or(1);
            (from, from + asked("TORN_SEEDS").unwrap_or(SEEDS))
        }
    };
    let next = AtomicU64::new(from);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let failed = std::thread::scope(|scope| {
        let work = || {
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= to {
                    return None;
                }
                let ended = run(seed);
                if ended.fault.is_some() {
                    // The others need not go on.
                    next.store(to, Ordering::Relaxed);
                    return Some(told(seed, &ended));
                }
            }
        };
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter().find_map(|one| one.join().unwrap())
    });
    assert!(failed.is_none(), "{}", failed.unwrap());
}

#[test]
fn a_seed_comes_to_the_same_end_again() {
    for seed in [1, 2, 3] {
        let seed = asked("TORN_SEED").unwrap_or(seed);
        let (one, other) = (run(seed), run(seed));
        assert!(one.lines > 100, "next to nothing happened: {one:?}");
        assert_eq!(one, other, "seed {seed}");
    }
}
