// SPDX-License-Identifier: GPL-3.0-or-later
//! A number that was given out, and what becomes of its paper.

use std::time::Instant;

use jiff::civil::Time;
use torn_look::words::{QrTarget, is_a_few_minutes, qr_target};
use torn_queue::event::{Class, PrintOutcome};
use torn_wire::request::NotePrint;
use torn_wire::view::{IssuedTicket, Ticket};

use super::screen::{Screen, limits};
use super::view::Paper;
use super::{Effect, Mark, ViewModel};
use crate::paper::{News, PrinterState};
use crate::ticket::{Arrival, Slip};

/// A ticket on the screen.
#[derive(Debug)]
pub(super) struct TakenTicket {
    pub(super) ticket: Ticket,
    pub(super) target: Option<QrTarget>,
    pub(super) paper: Paper,
    /// What was printed, without the word that it is a copy.
    pub(super) slip: Option<Slip>,
    pub(super) shown_at: Instant,
    pub(super) leaves_at: Instant,
}

/// How whoever holds this ticket has come; `None` without an appointment.
pub(super) fn arrival(ticket: &Ticket) -> Option<Arrival> {
    let booked = ticket.appointment_at?;
    Some(match ticket.class {
        Class::WalkIn => Arrival::Late,
        Class::Appointment | Class::Preferential if booked > ticket.issued_at => Arrival::Early,
        Class::Appointment | Class::Preferential => Arrival::InTime,
    })
}

/// Minutes that a time on paper is rounded down to: whoever goes out for a while is back before it.
const AROUND_MIN: i8 = 5;

impl ViewModel {
    /// The number is durable: it is shown, and its paper begins.
    pub(super) fn issued(
        &mut self,
        issued: &IssuedTicket,
        touched: Instant,
        now: Instant,
    ) -> Vec<Effect> {
        let ticket = issued.ticket.clone();
        let number = ticket.number.to_string();
        let mark = |name, at| {
            Effect::Mark(Mark {
                name,
                number: number.clone(),
                at,
            })
        };
        let mut effects = vec![mark("touch", touched), mark("durable", now)];

        let office = self.state.office();
        let target = office.and_then(|one| qr_target(one, ticket.number, issued.link.as_deref()));
        let slip = self.slip(&ticket, target.clone());
        let (paper, stays) = match &slip {
            Some(_) => (Paper::Printing, limits::PRINTING_MAX),
            None if self.has_printer => (Paper::Broken, limits::WITHOUT_PAPER),
            None => (Paper::NoPrinter, limits::WITHOUT_PAPER),
        };
        if let Some(slip) = slip.clone() {
            effects.push(Effect::Print(ticket.id, Box::new(slip)));
        }
        self.still_there = None;
        let leaves_at = now + stays;
        self.screen = Screen::Ticket(Box::new(TakenTicket {
            ticket,
            target,
            paper,
            slip,
            shown_at: now,
            leaves_at,
        }));
        effects
    }

    fn slip(&self, ticket: &Ticket, qr: Option<QrTarget>) -> Option<Slip> {
        let office = self.state.office().filter(|_| self.has_printer)?;
        let own = office.languages.first()?.clone();
        let body = office.town.as_ref().unwrap_or(&office.name);
        let language = ticket.language.clone();
        let how = arrival(ticket);
        let booked = ticket.appointment_at.zip(how).and_then(|(at, how)| {
            let hour = self.clock.civil_of(at)?.time();
            Some((hour, how))
        });
        Some(Slip {
            town: body.in_language(&language, &office.languages).to_owned(),
            own_town: body.in_language(&own, &office.languages).to_owned(),
            service: self.service_name(&ticket.service, &language),
            own_service: self.service_name(&ticket.service, &own),
            number: ticket.number,
            issued: self.clock.civil_of(ticket.issued_at)?,
            language,
            own_language: own,
            ahead: ticket.ahead.unwrap_or_default(),
            wait: ticket.wait,
            around: self.around(ticket),
            booked,
            qr,
            copy: false,
        })
    }

    /// When the call may be looked for; `None` where that can't be told, or is at once.
    fn around(&self, ticket: &Ticket) -> Option<Time> {
        if arrival(ticket) == Some(Arrival::Early) {
            return Some(self.clock.civil_of(ticket.due_at)?.time());
        }
        let wait = ticket.wait.filter(|wait| !is_a_few_minutes(*wait))?;
        let middle_ms = i64::from(wait.low_min + wait.high_min) * 60_000 / 2;
        let at = self.clock.civil_of(ticket.issued_at.plus_ms(middle_ms))?;
        let minute = at.minute() - at.minute() % AROUND_MIN;
        Time::new(at.hour(), minute, 0, 0).ok()
    }

    /// No paper came out: the same number again, as a copy.
    pub(super) fn copy(&mut self, now: Instant) -> Vec<Effect> {
        let Screen::Ticket(taken) = &mut self.screen else {
            return vec![];
        };
        let missed = taken.paper.may_be_missed();
        let Some(slip) = taken.slip.clone().filter(|_| missed) else {
            return vec![];
        };
        taken.paper = Paper::Printing;
        taken.leaves_at = now + limits::PRINTING_MAX;
        let slip = Slip { copy: true, ..slip };
        vec![Effect::Print(taken.ticket.id, Box::new(slip))]
    }

    pub(super) fn paper_told(&mut self, news: News, now: Instant) -> Vec<Effect> {
        match news {
            News::Printer(state) => {
                self.printer = Some(state);
                vec![Effect::Report(state)]
            }
            News::Started { ticket, at } => {
                vec![mark("first-byte", ticket.number().to_string(), at)]
            }
            News::Written { ticket, at } => {
                vec![mark("last-byte", ticket.number().to_string(), at)]
            }
            News::Done {
                ticket,
                outcome,
                copy,
            } => {
                let paper = self.paper_after(outcome);
                if let Screen::Ticket(taken) = &mut self.screen
                    && taken.ticket.id == ticket
                {
                    taken.paper = paper;
                    let stays = if outcome == PrintOutcome::Printed {
                        limits::AFTER_PAPER
                    } else {
                        limits::WITHOUT_PAPER
                    };
                    taken.leaves_at = now + stays;
                }
                vec![Effect::Note(ticket, NotePrint { outcome, copy })]
            }
        }
    }

    fn paper_after(&self, outcome: PrintOutcome) -> Paper {
        match (outcome, self.printer) {
            (PrintOutcome::Printed, _) => Paper::Printed,
            // It says that it is well and has paper, and never confirms a print: many cheap ones do.
            // The number stays as long as without paper, and a copy can be had.
            (PrintOutcome::Unknown, Some(PrinterState::Ok | PrinterState::NearEnd)) => {
                Paper::Printed
            }
            (PrintOutcome::Unknown, _) => Paper::Unknown,
            (PrintOutcome::Failed, Some(PrinterState::PaperOut)) => Paper::PaperOut,
            (PrintOutcome::Failed, Some(PrinterState::CoverOpen)) => Paper::CoverOpen,
            (PrintOutcome::Failed, Some(PrinterState::Offline)) => Paper::Off,
            (PrintOutcome::Failed, Some(PrinterState::Silent)) => Paper::Silent,
            (PrintOutcome::Failed, _) => Paper::Broken,
        }
    }
}

fn mark(name: &'static str, number: String, at: Instant) -> Effect {
    Effect::Mark(Mark { name, number, at })
}
