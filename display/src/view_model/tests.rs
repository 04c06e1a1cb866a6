// SPDX-License-Identifier: GPL-3.0-or-later
//! What the board says when, by a day that is told event by event.

mod day;
mod opening;

use day::{Day, SECOND};

use super::*;
use torn_queue::Language;

#[test]
fn before_any_hub_it_says_that_it_is_connecting() {
    let board = ViewModel::new(false);
    let now = Instant::now();
    assert_eq!(board.board(now).panel, Panel::Connecting);
    assert_eq!(
        board.board(now + SECOND * 60).panel,
        Panel::Connecting,
        "and is not stale for that"
    );
}

#[test]
fn a_day_without_a_call_says_that_nobody_is_called() {
    let mut day = Day::new();
    assert_eq!(
        (day.settle(), day.panel().as_str(), day.rows().as_str()),
        (None, "nobody", "")
    );
}

#[test]
fn a_call_fills_the_panel_and_rings_at_once() {
    let mut day = Day::new();
    day.call("A007", "2");
    assert_eq!(day.settle(), Some(Heard::Call));
    assert_eq!(day.panel(), "A007>2");
    assert_eq!(day.settle(), None, "it rings once");
}

#[test]
fn earlier_calls_are_listed_newest_first_with_their_desks() {
    let mut day = Day::new();
    for (number, desk) in [("A001", "1"), ("B001", "2"), ("A002", "3")] {
        day.call(number, desk);
        day.settle();
        day.pass(SECOND * 10);
    }
    assert_eq!(
        (day.panel().as_str(), day.rows().as_str()),
        ("A002>3", "B001>2 A001>1")
    );
}

#[test]
fn two_calls_in_a_row_are_both_up_and_announced_one_after_the_other() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.call("B015", "4");
    assert_eq!(day.settle(), Some(Heard::Call));
    assert_eq!(day.panel(), "A007>2 B015>4");
    day.pass(SECOND * 5);
    assert_eq!(
        (day.settle(), day.panel().as_str()),
        (None, "A007>2 B015>4")
    );
    day.pass(SECOND);
    assert_eq!(day.settle(), Some(Heard::Call));
    assert_eq!(
        (day.panel().as_str(), day.rows().as_str()),
        ("B015>4", "A007>2")
    );
}

#[test]
fn further_calls_head_the_list_with_a_bell_and_no_number_is_there_twice() {
    let mut day = Day::new();
    day.call("A006", "1");
    day.settle();
    day.pass(SECOND * 30);
    for (number, desk) in [("A007", "2"), ("B015", "4"), ("A008", "1"), ("A009", "3")] {
        day.call(number, desk);
    }
    assert_eq!(day.settle(), Some(Heard::Call));
    assert_eq!(day.panel(), "A007>2 B015>4");
    assert_eq!(day.rows(), "*A008>1 *A009>3 A006>1");
}

#[test]
fn a_recall_rings_again_and_says_so() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    day.pass(SECOND * 30);
    day.recall("A007", "2");
    assert_eq!(day.settle(), Some(Heard::Call));
    assert_eq!(day.panel(), "again A007>2");
}

#[test]
fn a_call_taken_back_before_its_turn_is_not_announced() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.call("B015", "4");
    day.settle();
    day.tell(day.finished("B015", "4"));
    assert_eq!(day.panel(), "A007>2");
    day.pass(SECOND * 6);
    assert_eq!((day.settle(), day.panel().as_str()), (None, "A007>2"));
}

#[test]
fn a_visit_that_is_over_leaves_the_panel_once_it_could_be_read() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    day.tell(day.finished("A007", "2"));
    day.settle();
    assert_eq!(day.panel(), "A007>2");
    day.pass(SECOND * 6);
    day.settle();
    assert_eq!(
        (day.panel().as_str(), day.rows().as_str()),
        ("nobody", "A007>2")
    );
}

#[test]
fn a_call_stays_up_as_long_as_the_visit_lasts() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    for _ in 0..20 {
        day.pass(SECOND * 30);
        assert_eq!((day.settle(), day.panel().as_str()), (None, "A007>2"));
    }
}

#[test]
fn a_visit_that_is_over_leaves_the_panel_to_the_newest_call_of_who_is_still_at_a_desk() {
    let mut day = Day::new();
    for (number, desk) in [("A006", "1"), ("A007", "2"), ("A008", "3")] {
        day.call(number, desk);
        day.settle();
        day.pass(SECOND * 10);
    }
    day.settle();
    day.tell(day.finished("A007", "2"));
    day.tell(day.finished("A008", "3"));
    assert_eq!(
        (day.settle(), day.panel().as_str(), day.rows().as_str()),
        (None, "A006>1", "A008>3 A007>2")
    );
    day.tell(day.finished("A006", "1"));
    assert_eq!((day.settle(), day.panel().as_str()), (None, "nobody"));
}

#[test]
fn started_when_the_last_visit_is_over_it_shows_who_is_still_at_a_desk() {
    let mut day = Day::new();
    day.call("A006", "1");
    day.call("A007", "2");
    day.tell(day.finished("A007", "2"));
    day.board = ViewModel::new(false);
    day.tell_since(0);
    assert_eq!((day.settle(), day.panel().as_str()), (None, "A006>1"));
}

#[test]
fn nobody_waiting_is_zero_and_a_sensitive_service_has_its_board_name() {
    let mut day = Day::new();
    day.tell(day.issued("A001"));
    day.tell(day.issued("A002"));
    let counts: Vec<_> = day
        .board()
        .waiting
        .into_iter()
        .map(|one| (one.service, one.people))
        .collect();
    let expected = [
        ("Informació general", 2),
        ("Registre d’entrada", 0),
        ("Servei S", 0),
    ];
    assert_eq!(
        counts,
        expected.map(|(name, people)| (name.to_owned(), Some(people)))
    );
}

#[test]
fn a_service_by_appointment_is_counted_only_while_somebody_waits_for_it() {
    let mut day = Day::new();
    assert!(
        day.board()
            .waiting
            .iter()
            .all(|one| one.service != "Cadastre")
    );
    assert_eq!(
        day.board().notice,
        Notice::ByAppointment(vec!["Cadastre".to_owned()])
    );
    day.tell(day.issued("G001"));
    assert!(
        day.board()
            .waiting
            .iter()
            .any(|one| one.service == "Cadastre")
    );
}

#[test]
fn the_clock_is_the_hubs_in_the_offices_zone_and_changes_with_the_minute() {
    let mut day = Day::new();
    let at = |day: &Day| {
        day.board()
            .now
            .unwrap()
            .strftime("%Y-%m-%d %H.%M.%S")
            .to_string()
    };
    assert_eq!(at(&day), "2026-11-24 10.42.00");
    assert_eq!(day.board.next_change(day.now), Some(day.now + STALE_AFTER));
    day.silence(SECOND * 49);
    assert_eq!(at(&day), "2026-11-24 10.42.00");
    assert_eq!(day.board.next_change(day.now), Some(day.now + SECOND));
    day.silence(SECOND);
    assert_eq!(at(&day), "2026-11-24 10.43.00");
}

#[test]
fn five_seconds_of_silence_make_it_stale_with_the_hour_and_nothing_is_counted() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    day.silence(SECOND * 5 - Duration::from_millis(1));
    assert_eq!((day.settle(), day.panel().as_str()), (None, "A007>2"));
    day.silence(Duration::from_millis(1));
    assert_eq!(day.settle(), Some(Heard::Away));
    assert_eq!(day.settle(), None, "said once");
    assert_eq!(
        (day.panel().as_str(), day.rows().as_str()),
        ("stale since 10.42", "A007>2")
    );
    let board = day.board();
    assert!(board.waiting.iter().all(|one| one.people.is_none()));
    assert_eq!(board.notice, Notice::NumbersStayValid);
    assert_eq!(board.now.unwrap().minute(), 42, "its clock goes on");
}

#[test]
fn the_hub_coming_back_ends_it_and_rings_no_old_chime() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    day.silence(SECOND * 120);
    day.settle();
    day.beat();
    assert_eq!((day.settle(), day.panel().as_str()), (None, "A007>2"));
}

#[test]
fn what_was_called_in_a_long_cut_is_shown_in_order_and_only_what_is_new_and_true_rings() {
    let mut day = Day::new();
    day.call("A001", "1");
    day.settle();
    let heard = day.seq;
    day.silence(SECOND * 20);
    for (number, desk, pause_s) in [("A002", "2", 60), ("A003", "3", 30), ("A004", "4", 10)] {
        day.write(day.issued(number));
        day.write(day.called(number, desk));
        day.silence(SECOND * pause_s);
    }
    day.write(day.finished("A003", "3"));
    day.settle();
    day.tell_since(heard);
    assert_eq!(day.settle(), Some(Heard::Call), "A004 is ten seconds old");
    assert_eq!(
        (day.panel().as_str(), day.rows().as_str()),
        ("A004>4", "A003>3 A002>2 A001>1")
    );
}

#[test]
fn a_call_received_more_than_a_minute_late_is_shown_and_not_announced() {
    let mut day = Day::new();
    let heard = day.seq;
    day.write(day.issued("A002"));
    day.write(day.called("A002", "2"));
    day.silence(SECOND * 61);
    day.tell_since(heard);
    assert_eq!((day.settle(), day.panel().as_str()), (None, "A002>2"));
    let Panel::One(shown) = day.board().panel else {
        panic!("one call")
    };
    assert_eq!((shown.announcement, shown.deep), (0, false));
}

#[test]
fn started_in_the_middle_of_the_day_it_shows_what_it_showed_without_a_chime() {
    let mut day = Day::new();
    day.call("A001", "1");
    day.settle();
    day.pass(SECOND * 8);
    day.call("A002", "2");
    day.settle();
    day.pass(SECOND * 8);
    let before = (day.panel(), day.rows());
    day.board = ViewModel::new(false);
    day.tell_since(0);
    assert_eq!(day.settle(), None);
    assert_eq!((day.panel(), day.rows()), before);
    day.call("A003", "3");
    assert_eq!(day.settle(), Some(Heard::Call), "what is called now rings");
}

#[test]
fn a_replay_that_pauses_is_shown_before_the_beat_that_ends_it() {
    let mut day = Day::new();
    day.call("A001", "1");
    day.board = ViewModel::new(false);
    for event in &day.log {
        day.board.event(event, day.now);
    }
    assert_eq!((day.settle(), day.panel().as_str()), (None, "connecting"));
    day.silence(REPLAY_PAUSE);
    assert_eq!((day.settle(), day.panel().as_str()), (None, "A001>1"));
    day.beat();
    assert_eq!((day.settle(), day.panel().as_str()), (None, "A001>1"));
}

#[test]
fn a_beat_in_the_middle_of_a_replay_says_where_history_ends() {
    let mut day = Day::new();
    day.call("A001", "1");
    day.board = ViewModel::new(false);
    day.beat();
    for event in &day.log {
        day.board.event(event, day.now);
    }
    assert_eq!((day.settle(), day.panel().as_str()), (None, "A001>1"));
    day.call("A002", "2");
    assert_eq!(day.settle(), Some(Heard::Call));
}

#[test]
fn another_log_is_read_afresh() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    day.board.afresh();
    assert_eq!(day.panel(), "connecting");
    for event in &day.log[..2] {
        day.board.event(event, day.now);
    }
    day.seq = 2;
    day.beat();
    assert_eq!(
        (day.settle(), day.panel().as_str(), day.rows().as_str()),
        (None, "nobody", "")
    );
}

#[test]
fn a_new_day_begins_with_an_empty_board() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.call("B015", "4");
    day.settle();
    for at in [0, 1] {
        day.tell(day.log[at].fact.clone());
    }
    assert_eq!(
        (day.settle(), day.panel().as_str(), day.rows().as_str()),
        (None, "nobody", "")
    );
}

#[test]
fn the_panel_swings_slower_than_once_a_second_for_less_than_five_and_is_still() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    let called = day.now;
    let mut changes = vec![];
    let mut was = false;
    while let Some(next) = day
        .board
        .next_change(day.now)
        .filter(|at| *at < called + SECOND * 10)
    {
        day.now = next;
        day.beat();
        let Panel::One(shown) = day.board().panel else {
            panic!("one call")
        };
        if shown.deep != was {
            changes.push(day.now.duration_since(called));
            was = shown.deep;
        }
    }
    assert_eq!(changes.len(), 8);
    assert!(
        changes
            .windows(2)
            .all(|pair| pair[1] - pair[0] >= SECOND / 2),
        "{changes:?}"
    );
    assert!(
        !was && changes.last().is_some_and(|last| *last < SECOND * 5),
        "{changes:?}"
    );
}

#[test]
fn with_reduced_motion_nothing_swings() {
    let mut day = Day::new();
    day.board = ViewModel::new(true);
    day.tell_since(0);
    day.call("A007", "2");
    day.settle();
    let calm = day.board();
    day.silence(SWING);
    assert_eq!(day.board(), calm);
}

#[test]
fn a_beat_that_changes_nothing_leaves_the_board_equal() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    day.pass(SECOND * 20);
    let before = day.board();
    day.pass(SECOND * 4);
    assert_eq!(day.board(), before);
}

#[test]
fn an_event_of_an_unknown_kind_is_passed_over() {
    let mut day = Day::new();
    day.seq += 1;
    day.board.skip(Seq::new(day.seq), day.hub_now(), day.now);
    day.call("A007", "2");
    assert_eq!(
        (day.settle(), day.panel().as_str()),
        (Some(Heard::Call), "A007>2")
    );
}

#[test]
fn the_board_speaks_the_offices_first_language() {
    let language: Language = "ca".parse().unwrap();
    assert_eq!(Day::new().board().language, Some(language));
}

#[test]
fn services_are_named_as_a_sentence_names_them_and_a_spelling_of_its_own_stands_last() {
    let written =
        |names: &[&str]| foot::in_a_sentence(names.iter().map(|&one| one.into()).collect());
    assert_eq!(
        written(&["idCAT", "Cadastre", "Plusvàlues"]),
        ["Cadastre", "plusvàlues", "idCAT"]
    );
    assert_eq!(
        written(&["NIE", "àrea de joventut"]),
        ["Àrea de joventut", "NIE"]
    );
    assert_eq!(written(&["idCAT", "NIE"]), ["idCAT", "NIE"]);
}
