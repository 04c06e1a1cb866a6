// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub that the tests play: it tells a day to a board, event by event, by a clock that they move.

use super::super::*;
use torn_queue::event::{Class, OpeningReason};
use torn_queue::office::{AppointmentRule, Links, Names, Policy, Service};
use torn_queue::{Actor, TicketNumber, office};

pub(super) const SECOND: Duration = Duration::from_secs(1);
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
        seasons: vec![],
        holidays: vec![],
        services: vec![
            service(
                "general",
                'A',
                "Informació general",
                AppointmentRule::Optional,
            ),
            service(
                "registre",
                'B',
                "Registre d’entrada",
                AppointmentRule::Optional,
            ),
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
pub(super) struct Day {
    pub(super) board: ViewModel,
    began: Instant,
    pub(super) now: Instant,
    pub(super) seq: u64,
    pub(super) log: Vec<Event>,
}

impl Day {
    /// A board that has followed the hub from the day's beginning.
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let mut day = Self {
            board: ViewModel::new(false),
            began: now,
            now,
            seq: 0,
            log: vec![],
        };
        day.tell(Fact::DayBegan {
            log: "4f9f0a3e-5f1c-4d8e-9a57-0f6c6c7c9f10".parse().unwrap(),
            day: "2026-11-24".parse().unwrap(),
            office: Box::new(office()),
            left: 0,
            ended: 0,
            midnight_at: None,
            special_days: vec![],
            notice: None,
            learnt: torn_queue::wait::Learnt::default(),
            numbers: vec![],
        });
        day.tell(Fact::OfficeOpened {
            reason: OpeningReason::Hours,
        });
        day.beat();
        day
    }

    /// The office closes, and opens next at nine the morning after.
    pub(super) fn close(&mut self) {
        self.tell(Fact::OfficeClosed {
            reason: OpeningReason::Hours,
            next_open_at: Some("2026-11-25T08:00:00Z".parse().unwrap()),
        });
    }

    pub(super) fn hub_now(&self) -> Timestamp {
        let passed = self.now.duration_since(self.began).as_millis();
        Timestamp::from_unix_ms(MORNING_MS + i64::try_from(passed).unwrap())
    }

    pub(super) fn write(&mut self, fact: Fact) {
        self.seq += 1;
        self.log.push(Event {
            seq: Seq::new(self.seq),
            at: self.hub_now(),
            by: Actor::local(),
            fact,
        });
    }

    pub(super) fn tell(&mut self, fact: Fact) {
        self.write(fact);
        self.board.event(self.log.last().unwrap(), self.now);
    }

    /// Tells what was written while the board could not hear.
    pub(super) fn tell_since(&mut self, seq: u64) {
        for event in self.log.iter().filter(|one| one.seq.get() > seq) {
            self.board.event(event, self.now);
        }
        self.beat();
    }

    pub(super) fn beat(&mut self) {
        let beat = Beat {
            seq: Seq::new(self.seq),
            now: self.hub_now(),
            clock_trusted: true,
        };
        self.board.beat(&beat, self.now);
    }

    /// Lets the time pass, with beats.
    pub(super) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now = end.min(self.now + SECOND);
            self.beat();
        }
    }

    /// Lets the time pass without a word from the hub.
    pub(super) fn silence(&mut self, time: Duration) {
        self.now += time;
    }

    pub(super) fn issued(&self, number: &str) -> Fact {
        let number: TicketNumber = number.parse().unwrap();
        let letter = number.letter();
        let service = office()
            .services
            .into_iter()
            .find(|one| one.letter == letter)
            .unwrap()
            .id;
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

    fn facts(
        &self,
        number: &str,
        desk: &str,
    ) -> (TicketId, TicketNumber, torn_queue::ServiceId, DeskId) {
        let Fact::TicketIssued {
            ticket,
            number,
            service,
            ..
        } = self.issued(number)
        else {
            unreachable!()
        };
        (ticket, number, service, desk.parse().unwrap())
    }

    pub(super) fn called(&self, number: &str, desk: &str) -> Fact {
        let (ticket, number, service, desk) = self.facts(number, desk);
        Fact::TicketCalled {
            ticket,
            number,
            service,
            desk,
        }
    }

    pub(super) fn call(&mut self, number: &str, desk: &str) {
        self.tell(self.issued(number));
        self.tell(self.called(number, desk));
    }

    pub(super) fn recall(&mut self, number: &str, desk: &str) {
        let (ticket, number, service, desk) = self.facts(number, desk);
        self.tell(Fact::TicketRecalled {
            ticket,
            number,
            service,
            desk,
        });
    }

    pub(super) fn finished(&self, number: &str, desk: &str) -> Fact {
        let (ticket, number, service, desk) = self.facts(number, desk);
        Fact::TicketFinished {
            ticket,
            number,
            service,
            desk,
        }
    }

    /// It is set aside, and the desk is free.
    pub(super) fn parked(&self, number: &str, desk: &str) -> Fact {
        let (ticket, number, service, desk) = self.facts(number, desk);
        Fact::TicketParked {
            ticket,
            number,
            service,
            desk,
        }
    }

    pub(super) fn resumed(&self, number: &str, desk: &str) -> Fact {
        let (ticket, number, service, desk) = self.facts(number, desk);
        Fact::TicketResumed {
            ticket,
            number,
            service,
            desk,
        }
    }

    pub(super) fn transferred(&self, number: &str, desk: &str, to_desk: &str) -> Fact {
        let (ticket, number, service, desk) = self.facts(number, desk);
        Fact::TicketTransferred {
            ticket,
            number,
            from: service.clone(),
            service,
            desk,
            to_desk: Some(to_desk.parse().unwrap()),
        }
    }

    pub(super) fn missed(&self, number: &str, desk: &str) -> Fact {
        let (ticket, number, service, desk) = self.facts(number, desk);
        Fact::TicketNoShow {
            ticket,
            number,
            service,
            desk,
        }
    }

    pub(super) fn restored(&self, number: &str) -> Fact {
        let (ticket, number, service, _) = self.facts(number, "1");
        Fact::TicketRestored {
            ticket,
            number,
            service,
            after: None,
        }
    }

    pub(super) fn settle(&mut self) -> Option<Heard> {
        self.board.settle(self.now)
    }

    pub(super) fn board(&self) -> Board {
        self.board.board(self.now)
    }

    /// The panel in short: `A007>2`, `A007>2 C015>4` for two, a word else.
    pub(super) fn panel(&self) -> String {
        let short = |shown: &Shown| {
            let again = if shown.again { "again " } else { "" };
            format!("{again}{}>{}", shown.number, shown.desk.figure)
        };
        match self.board().panel {
            Panel::Connecting => "connecting".to_owned(),
            Panel::Nobody => "nobody".to_owned(),
            Panel::One(one) => short(&one),
            Panel::Two(one, two) => format!("{} {}", short(&one), short(&two)),
            Panel::Closed(closing) => {
                let opens = closing.opens.unwrap().strftime("%d %H.%M");
                let waited_for = if closing.waited_for {
                    ", waited for"
                } else {
                    ""
                };
                format!("closed until {opens}{waited_for}")
            }
            Panel::Stale(since) => format!("stale since {}", since.unwrap().strftime("%H.%M")),
        }
    }

    /// The list in short: `C014>1`, with a star where the bell is.
    pub(super) fn rows(&self) -> String {
        let row = |row: Row| {
            format!(
                "{}{}>{}",
                if row.bell { "*" } else { "" },
                row.number,
                row.desk.figure
            )
        };
        self.board()
            .rows
            .into_iter()
            .map(row)
            .collect::<Vec<_>>()
            .join(" ")
    }
}
