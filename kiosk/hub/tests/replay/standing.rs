// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is ahead of whom in a recorded queue.

use torn_hub::replay::play::play;

use crate::{rows, small};

fn ahead(tickets: &[&str]) -> Vec<u32> {
    play(&small(tickets), &[])
        .iter()
        .map(|one| one.ahead)
        .collect()
}

#[test]
fn who_waits_is_ahead_and_who_was_called_is_not() {
    let tickets = [
        "A1 09:00 09:10",
        "A2 09:05 09:20",
        "A3 09:15 09:30",
        "A4 09:20 09:40",
    ];
    assert_eq!(ahead(&tickets), [0, 1, 1, 1]);
}

#[test]
fn a_number_that_was_never_called_is_gone_as_soon_as_a_later_one_is_called() {
    let tickets = [
        "A1 09:00 -",
        "A2 09:05 09:10",
        "A3 09:08 09:20",
        "A4 09:15 09:30",
    ];
    assert_eq!(ahead(&tickets), [0, 1, 2, 1]);
}

#[test]
fn where_calls_were_seen_out_of_order_a_number_that_was_overtaken_still_waits() {
    let tickets = [
        "A1 09:00 09:12",
        "A2 09:01 09:05",
        "A3 09:13 09:40",
        "A4 09:14 09:20",
        "A5 09:25 09:45",
    ];
    assert_eq!(ahead(&tickets), [0, 1, 0, 1, 1]);
}

#[test]
fn other_services_and_other_days_are_not_ahead() {
    let csv = "service,number,issued_at,called_at\n\
        a,1,2026-11-23T23:50:00+01:00,\n\
        a,2,2026-11-24T09:00:00+01:00,\n\
        b,1,2026-11-24T09:01:00+01:00,\n";
    let ahead: Vec<u32> = play(&rows(csv), &[]).iter().map(|one| one.ahead).collect();
    assert_eq!(ahead, [0, 0, 0]);
}

#[test]
fn who_cancelled_at_a_known_time_is_ahead_until_then() {
    let csv = "service,number,issued_at,called_at,finished_at,outcome\n\
        a,1,2026-11-24T09:00:00+01:00,,2026-11-24T09:10:00+01:00,cancelled\n\
        a,2,2026-11-24T09:05:00+01:00,,,\n\
        a,3,2026-11-24T09:15:00+01:00,,,\n";
    let ahead: Vec<u32> = play(&rows(csv), &[]).iter().map(|one| one.ahead).collect();
    assert_eq!(ahead, [0, 1, 1]);
}
