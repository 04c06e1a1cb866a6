// SPDX-License-Identifier: GPL-3.0-or-later
//! What the board says of who comes back to a desk or leaves it for the line, and of an office that closes.

use super::day::{Day, SECOND};
use super::*;

#[test]
fn who_was_set_aside_and_is_called_again_is_announced_as_a_call() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    day.tell(day.parked("A007", "2"));
    day.pass(SECOND * 30);
    assert_eq!(
        (day.settle(), day.panel().as_str(), day.rows().as_str()),
        (None, "nobody", ""),
        "its old desk would lead it astray"
    );
    day.tell(day.resumed("A007", "3"));
    assert_eq!(
        (day.settle(), day.panel().as_str()),
        (Some(Heard::Call), "A007>3")
    );
}

#[test]
fn who_left_the_desk_before_its_turn_on_the_board_is_not_announced() {
    type Leave = fn(&Day) -> Vec<Fact>;
    let ways: [(&str, Leave); 3] = [
        ("sent on", |day| vec![day.transferred("B015", "4", "1")]),
        ("set aside", |day| vec![day.parked("B015", "4")]),
        ("restored", |day| {
            vec![day.missed("B015", "4"), day.restored("B015")]
        }),
    ];
    for (way, leave) in ways {
        let mut day = Day::new();
        day.call("A007", "2");
        day.call("B015", "4");
        day.settle();
        for fact in leave(&day) {
            day.tell(fact);
        }
        assert_eq!(day.panel(), "A007>2", "{way}");
        day.pass(SECOND * 6);
        assert_eq!(
            (day.settle(), day.panel().as_str(), day.rows().as_str()),
            (None, "A007>2", ""),
            "{way}"
        );
    }
}

#[test]
fn who_was_sent_on_is_announced_at_the_other_desk() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    day.tell(day.transferred("A007", "2", "3"));
    day.tell(day.called("A007", "3"));
    day.pass(SECOND * 6);
    assert_eq!(
        (day.settle(), day.panel().as_str(), day.rows().as_str()),
        (Some(Heard::Call), "A007>3", "")
    );
}

#[test]
fn a_closed_office_says_when_it_opens_and_shows_no_number() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    day.tell(day.finished("A007", "2"));
    day.close();
    day.pass(SECOND * 30);
    assert_eq!(
        (day.settle(), day.panel().as_str()),
        (None, "closed until 25 09.00")
    );
    assert_eq!(day.board().notice, Notice::Nothing);
}

#[test]
fn who_holds_a_ticket_is_called_after_the_closing_and_the_foot_says_that_it_is_closed() {
    let mut day = Day::new();
    day.tell(day.issued("A007"));
    day.close();
    assert_eq!(
        (day.settle(), day.panel().as_str()),
        (None, "closed until 25 09.00, waited for")
    );
    day.tell(day.called("A007", "2"));
    assert_eq!(
        (day.settle(), day.panel().as_str()),
        (Some(Heard::Call), "A007>2")
    );
    assert_eq!(day.board().notice, Notice::ClosedButServing);
}

#[test]
fn a_closed_office_whose_hub_is_away_is_stale_and_not_closed() {
    let mut day = Day::new();
    day.close();
    day.silence(SECOND * 5);
    assert_eq!(day.panel(), "stale since 10.42");
}

#[test]
fn what_the_supervisor_has_it_say_stands_at_the_foot_until_its_hour() {
    let mut day = Day::new();
    let words = torn_queue::office::Names([("ca".parse().unwrap(), "Avís".to_owned())].into());
    day.tell(Fact::NoticeSet {
        text: Some(words),
        until: Some(day.hub_now().plus_ms(20_000)),
    });
    assert_eq!(day.board().notice, Notice::Told("Avís".to_owned()));
    day.pass(SECOND * 20);
    assert!(matches!(day.board().notice, Notice::ByAppointment(_)));
}
