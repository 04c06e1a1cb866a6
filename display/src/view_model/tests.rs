// SPDX-License-Identifier: GPL-3.0-or-later
//! What the board says when, by a day that the tests tell event by event.

use super::*;
use torn_queue::event::Class;
use torn_queue::office::{Links, Names, Policy, Service};
use torn_queue::{Actor, Language, TicketNumber, office};

const SECOND: Duration = Duration::from_secs(1);
/// 24 November 2026, 09:42:10 UTC: 10.42 h at the office.
const MORNING_MS: i64 = 1_795_513_330_000;

fn named(ca: &str) -> Names {
    Names([("ca".parse().unwrap(), ca.to_owned())].into())
}

fn service(id: &str, letter: char, name: &str, appointment: AppointmentRule) -> Service {
    Service {
        id: id.parse().unwrap(),
        letter: letter.try_into().unwrap(),
        name: named(name),
        appointment,
        minutes: 10,
        board_name: None,
        fallback: None,
        place: None,
        icon: None,
    }
}

fn office() -> Office {
    let desk = |id: &str| office::Desk {
        id: id.parse().unwrap(),
        name: named(&format!("Taula {id}")),
        services: None,
    };
    let social = Service {
        board_name: Some(named("Servei S")),
        ..service("social", 'S', "Serveis socials", AppointmentRule::None)
    };
    Office {
        id: "oiac".to_owned(),
        time_zone: "Europe/Madrid".to_owned(),
        languages: vec!["ca".parse().unwrap(), "es".parse().unwrap()],
        name: named("Oficina d’Informació i Atenció Ciutadana"),
        town: Some(named("Ajuntament de Torroella de Montgrí")),
        public_url: None,
        hours: [].into(),
        holidays: vec![],
        services: vec![
            service("general", 'A', "Informació general", AppointmentRule::Optional),
            service("registre", 'B', "Registre d’entrada", AppointmentRule::Optional),
            social,
            service("cadastre", 'G', "Cadastre", AppointmentRule::Required),
        ],
        desks: ["1", "2", "3", "4"].map(desk).into(),
        policy: Policy::default(),
        links: Links::default(),
        accent: None,
    }
}

/// A hub that the test plays: it writes events, tells them to a board and knows the time.
struct Day {
    board: ViewModel,
    began: Instant,
    now: Instant,
    seq: u64,
    log: Vec<Event>,
}

impl Day {
    /// A board that has followed the hub from the day's beginning.
    fn new() -> Self {
        let now = Instant::now();
        let mut day = Self { board: ViewModel::new(false), began: now, now, seq: 0, log: vec![] };
        day.tell(Fact::DayBegan {
            log: "4f9f0a3e-5f1c-4d8e-9a57-0f6c6c7c9f10".parse().unwrap(),
            day: "2026-11-24".parse().unwrap(),
            office: Box::new(office()),
            left: 0,
            ended: 0,
        });
        day.beat();
        day
    }

    fn hub_now(&self) -> Timestamp {
        let passed = self.now.duration_since(self.began).as_millis();
        Timestamp::from_unix_ms(MORNING_MS + i64::try_from(passed).unwrap())
    }

    fn write(&mut self, fact: Fact) {
        self.seq += 1;
        self.log.push(Event { seq: Seq::new(self.seq), at: self.hub_now(), by: Actor::local(), fact });
    }

    fn tell(&mut self, fact: Fact) {
        self.write(fact);
        self.board.event(self.log.last().unwrap(), self.now);
    }

    /// Tells what was written while the board could not hear.
    fn tell_since(&mut self, seq: u64) {
        for event in self.log.iter().filter(|one| one.seq.get() > seq) {
            self.board.event(event, self.now);
        }
        self.beat();
    }

    fn beat(&mut self) {
        let beat = Beat { seq: Seq::new(self.seq), now: self.hub_now(), clock_trusted: true };
        self.board.beat(&beat, self.now);
    }

    /// Lets the time pass, with beats.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now = end.min(self.now + SECOND);
            self.beat();
        }
    }

    /// Lets the time pass without a word from the hub.
    fn silence(&mut self, time: Duration) {
        self.now += time;
    }

    fn issued(&self, number: &str) -> Fact {
        let number: TicketNumber = number.parse().unwrap();
        let letter = number.letter();
        let service = office().services.into_iter().find(|one| one.letter == letter).unwrap().id;
        Fact::TicketIssued {
            ticket: TicketId::new("2026-11-24".parse().unwrap(), number),
            number,
            service,
            class: Class::WalkIn,
            language: "ca".parse().unwrap(),
            due_at: self.hub_now(),
            appointment_at: None,
            ahead: 0,
            wait: None,
        }
    }

    fn facts(&self, number: &str, desk: &str) -> (TicketId, TicketNumber, torn_queue::ServiceId, DeskId) {
        let Fact::TicketIssued { ticket, number, service, .. } = self.issued(number) else { unreachable!() };
        (ticket, number, service, desk.parse().unwrap())
    }

    fn called(&self, number: &str, desk: &str) -> Fact {
        let (ticket, number, service, desk) = self.facts(number, desk);
        Fact::TicketCalled { ticket, number, service, desk }
    }

    fn call(&mut self, number: &str, desk: &str) {
        self.tell(self.issued(number));
        self.tell(self.called(number, desk));
    }

    fn recall(&mut self, number: &str, desk: &str) {
        let (ticket, number, service, desk) = self.facts(number, desk);
        self.tell(Fact::TicketRecalled { ticket, number, service, desk });
    }

    fn finished(&self, number: &str, desk: &str) -> Fact {
        let (ticket, number, service, desk) = self.facts(number, desk);
        Fact::TicketFinished { ticket, number, service, desk }
    }

    fn settle(&mut self) -> Option<Heard> {
        self.board.settle(self.now)
    }

    fn board(&self) -> Board {
        self.board.board(self.now)
    }

    /// The panel in short: `A007>2`, `A007>2 C015>4` for two, a word else.
    fn panel(&self) -> String {
        let short = |shown: &Shown| {
            let again = if shown.again { "again " } else { "" };
            format!("{again}{}>{}", shown.number, shown.desk.figure)
        };
        match self.board().panel {
            Panel::Connecting => "connecting".to_owned(),
            Panel::Nobody => "nobody".to_owned(),
            Panel::One(one) => short(&one),
            Panel::Two(one, two) => format!("{} {}", short(&one), short(&two)),
            Panel::Stale(since) => format!("stale since {}", since.unwrap().strftime("%H.%M")),
        }
    }

    /// The list in short: `C014>1`, with a star where the bell is.
    fn rows(&self) -> String {
        let row = |row: Row| {
            format!("{}{}>{}", if row.bell { "*" } else { "" }, row.number, row.desk.figure)
        };
        self.board().rows.into_iter().map(row).collect::<Vec<_>>().join(" ")
    }
}

#[test]
fn before_any_hub_it_says_that_it_is_connecting() {
    let board = ViewModel::new(false);
    let now = Instant::now();
    assert_eq!(board.board(now).panel, Panel::Connecting);
    assert_eq!(board.board(now + SECOND * 60).panel, Panel::Connecting, "and is not stale for that");
}

#[test]
fn a_day_without_a_call_says_that_nobody_is_called() {
    let mut day = Day::new();
    assert_eq!((day.settle(), day.panel().as_str(), day.rows().as_str()), (None, "nobody", ""));
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
    assert_eq!((day.panel().as_str(), day.rows().as_str()), ("A002>3", "B001>2 A001>1"));
}

#[test]
fn two_calls_in_a_row_are_both_up_and_announced_one_after_the_other() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.call("B015", "4");
    assert_eq!(day.settle(), Some(Heard::Call));
    assert_eq!(day.panel(), "A007>2 B015>4");
    day.pass(SECOND * 5);
    assert_eq!((day.settle(), day.panel().as_str()), (None, "A007>2 B015>4"));
    day.pass(SECOND);
    assert_eq!(day.settle(), Some(Heard::Call));
    assert_eq!((day.panel().as_str(), day.rows().as_str()), ("B015>4", "A007>2"));
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
    assert_eq!((day.panel().as_str(), day.rows().as_str()), ("nobody", "A007>2"));
}

#[test]
fn nobody_waiting_is_zero_and_a_sensitive_service_has_its_board_name() {
    let mut day = Day::new();
    day.tell(day.issued("A001"));
    day.tell(day.issued("A002"));
    let counts: Vec<_> = day.board().waiting.into_iter().map(|one| (one.service, one.people)).collect();
    let expected = [("Informació general", 2), ("Registre d’entrada", 0), ("Servei S", 0)];
    assert_eq!(counts, expected.map(|(name, people)| (name.to_owned(), Some(people))));
}

#[test]
fn a_service_by_appointment_is_counted_only_while_somebody_waits_for_it() {
    let mut day = Day::new();
    assert!(day.board().waiting.iter().all(|one| one.service != "Cadastre"));
    assert_eq!(day.board().notice, Notice::ByAppointment(vec!["Cadastre".to_owned()]));
    day.tell(day.issued("G001"));
    assert!(day.board().waiting.iter().any(|one| one.service == "Cadastre"));
}

#[test]
fn the_clock_is_the_hubs_in_the_offices_zone_and_changes_with_the_minute() {
    let mut day = Day::new();
    let at = |day: &Day| day.board().now.unwrap().strftime("%Y-%m-%d %H.%M.%S").to_string();
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
    assert_eq!((day.panel().as_str(), day.rows().as_str()), ("stale since 10.42", "A007>2"));
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
    assert_eq!((day.panel().as_str(), day.rows().as_str()), ("A004>4", "A003>3 A002>2 A001>1"));
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
    let Panel::One(shown) = day.board().panel else { panic!("one call") };
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
fn another_log_is_read_afresh() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    day.board.afresh();
    assert_eq!(day.panel(), "connecting");
    let first = day.log[0].clone();
    day.board.event(&first, day.now);
    day.seq = 1;
    day.beat();
    assert_eq!((day.settle(), day.panel().as_str(), day.rows().as_str()), (None, "nobody", ""));
}

#[test]
fn a_new_day_begins_with_an_empty_board() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.call("B015", "4");
    day.settle();
    day.tell(day.log[0].fact.clone());
    assert_eq!((day.settle(), day.panel().as_str(), day.rows().as_str()), (None, "nobody", ""));
}

#[test]
fn the_panel_swings_slower_than_once_a_second_for_less_than_five_and_is_still() {
    let mut day = Day::new();
    day.call("A007", "2");
    day.settle();
    let called = day.now;
    let mut changes = vec![];
    let mut was = false;
    while let Some(next) = day.board.next_change(day.now).filter(|at| *at < called + SECOND * 10) {
        day.now = next;
        day.beat();
        let Panel::One(shown) = day.board().panel else { panic!("one call") };
        if shown.deep != was {
            changes.push(day.now.duration_since(called));
            was = shown.deep;
        }
    }
    assert_eq!(changes.len(), 8);
    assert!(changes.windows(2).all(|pair| pair[1] - pair[0] >= SECOND / 2), "{changes:?}");
    assert!(!was && changes.last().is_some_and(|last| *last < SECOND * 5), "{changes:?}");
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
    assert_eq!((day.settle(), day.panel().as_str()), (Some(Heard::Call), "A007>2"));
}

#[test]
fn the_board_speaks_the_offices_first_language() {
    let language: Language = "ca".parse().unwrap();
    assert_eq!(Day::new().board().language, Some(language));
}
