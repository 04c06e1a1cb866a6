// SPDX-License-Identifier: GPL-3.0-or-later
//! How calls stand in line for the panel, by a clock that the tests move.

use super::*;

fn call(number: &str, desk: &str, seq: u64) -> Announcement {
    Announcement {
        ticket: format!("2026-11-24-{number}").parse().unwrap(),
        desk: desk.parse().unwrap(),
        recall: false,
        seq: Seq::new(seq),
        at: Timestamp::from_unix_ms(0),
    }
}

fn recall(number: &str, desk: &str, seq: u64) -> Announcement {
    Announcement {
        recall: true,
        ..call(number, desk, seq)
    }
}

fn up(line: &Announcements) -> String {
    line.filled()
        .map(|one| one.ticket.number().to_string())
        .unwrap_or_default()
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_call_goes_up_at_once_when_the_panel_is_free() {
    let now = Instant::now();
    let mut line = Announcements::default();
    line.add(call("A007", "2", 1));
    assert_eq!(line.step(now), Step::Rings);
    assert_eq!(up(&line), "A007");
    assert!(line.line().next().is_none());
}

#[test]
fn two_calls_in_a_row_hold_the_panel_alone_for_six_seconds_each() {
    let now = Instant::now();
    let mut line = Announcements::default();
    line.add(call("A007", "2", 1));
    line.add(call("C015", "4", 2));
    assert_eq!(line.step(now), Step::Rings);
    assert_eq!(line.next_step(now), Some(now + HOLD));
    assert_eq!(line.step(now + HOLD - SECOND), Step::Still);
    assert_eq!(up(&line), "A007");
    assert_eq!(
        line.step(now + HOLD),
        Step::Rings,
        "the second one rings too"
    );
    assert_eq!(up(&line), "C015");
}

#[test]
fn a_crowd_goes_by_faster_and_only_its_first_rings() {
    let now = Instant::now();
    let mut line = Announcements::default();
    for (number, desk, seq) in [
        ("A001", "1", 1),
        ("A002", "2", 2),
        ("A003", "3", 3),
        ("A004", "4", 4),
    ] {
        line.add(call(number, desk, seq));
    }
    assert_eq!(line.step(now), Step::Rings, "the first of a crowd rings");
    assert_eq!(line.step(now + HOLD_IN_CROWD - SECOND), Step::Still);
    assert_eq!(up(&line), "A001");
    assert_eq!(
        line.step(now + HOLD_IN_CROWD),
        Step::Quiet,
        "three in line: no chime"
    );
    assert_eq!(up(&line), "A002");
    assert_eq!(
        line.step(now + HOLD_IN_CROWD * 2),
        Step::Still,
        "two in line: six seconds again"
    );
    assert_eq!(line.step(now + HOLD_IN_CROWD + HOLD), Step::Rings);
    assert_eq!(up(&line), "A003");
}

#[test]
fn a_recall_stands_behind_who_waits_already() {
    let now = Instant::now();
    let mut line = Announcements::default();
    line.add(call("A007", "2", 1));
    line.step(now);
    line.add(call("C015", "4", 2));
    line.add(recall("A007", "2", 3));
    let names = |line: &Announcements| {
        line.line()
            .map(|one| one.ticket.number().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&line), ["C015"], "A007 is up already");
    line.step(now + HOLD);
    assert_eq!(
        (up(&line).as_str(), names(&line)),
        ("C015", vec!["A007".to_owned()])
    );
    assert_eq!(line.step(now + HOLD * 2), Step::Rings);
    assert_eq!(up(&line), "A007");
    assert!(line.filled().is_some_and(|one| one.recall));
}

#[test]
fn a_recall_of_the_number_that_is_up_rings_again_when_nobody_waits() {
    let now = Instant::now();
    let mut line = Announcements::default();
    line.add(call("A007", "2", 1));
    line.step(now);
    line.add(recall("A007", "2", 2));
    assert_eq!(
        line.step(now + SECOND),
        Step::Still,
        "not into its own chime"
    );
    assert_eq!(line.next_step(now + SECOND), Some(now + CHIME_ROOM));
    assert_eq!(line.step(now + CHIME_ROOM), Step::Rings);
    assert!(line.filled().is_some_and(|one| one.recall));
}

#[test]
fn a_recall_of_a_call_still_in_line_is_one_announcement() {
    let now = Instant::now();
    let mut line = Announcements::default();
    line.add(call("A007", "2", 1));
    line.step(now);
    line.add(call("C015", "4", 2));
    line.add(recall("C015", "4", 3));
    assert_eq!(line.line().count(), 1);
}

#[test]
fn a_call_taken_back_before_its_turn_is_not_announced() {
    let now = Instant::now();
    let mut line = Announcements::default();
    line.add(call("A007", "2", 1));
    line.step(now);
    line.add(call("C015", "4", 2));
    line.keep(|one| one.ticket.number().to_string() != "C015");
    assert_eq!(line.step(now + HOLD), Step::Still);
    assert_eq!(up(&line), "A007");
}

#[test]
fn a_call_that_is_over_stays_up_until_it_could_be_read() {
    let now = Instant::now();
    let mut line = Announcements::default();
    line.add(call("A007", "2", 1));
    line.step(now);
    line.take_down(now + SECOND, |_| false);
    assert_eq!(up(&line), "A007");
    line.take_down(now + HOLD, |_| false);
    assert_eq!(up(&line), "");
}

#[test]
fn what_is_put_up_in_silence_makes_nobody_wait() {
    let now = Instant::now();
    let mut line = Announcements::default();
    line.put_up(call("A007", "2", 1), now);
    assert_eq!(line.announced_for(now), None);
    line.add(call("C015", "4", 2));
    assert_eq!(line.step(now), Step::Rings);
    assert_eq!(up(&line), "C015");
}

#[test]
fn an_old_call_takes_the_panel_from_no_newer_one() {
    let now = Instant::now();
    let mut line = Announcements::default();
    line.put_up(call("A007", "2", 5), now);
    line.put_up(call("A006", "1", 3), now);
    assert_eq!(up(&line), "A007");
}
