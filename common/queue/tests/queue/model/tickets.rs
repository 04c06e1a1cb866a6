// SPDX-License-Identifier: GPL-3.0-or-later
//! The model's door: who comes, who goes, who comes back.

use torn_queue::command::Booking;
use torn_queue::event::{Class, Fact, ServiceClosedReason, TicketStatus};
use torn_queue::office::AppointmentRule;
use torn_queue::wait::{Asked, Visit as Watched};
use torn_queue::{Language, Refusal, ServiceId, TicketId, TicketNumber, Timestamp, office};

use super::{Model, Said, Stand, Visit};

impl Model {
    pub(super) fn issue(
        &mut self,
        id: &ServiceId,
        language: Option<&Language>,
        class: Option<Class>,
    ) -> Said {
        let Some(service) = self.services.get(id).cloned() else {
            return Err(Refusal::UnknownService(id.clone()));
        };
        let class = class.unwrap_or(Class::WalkIn);
        if class == Class::Appointment {
            return Err(Refusal::ClassNotAllowed);
        }
        let language = self.spoken(language)?;
        self.is_given_here(&service.config)?;
        if !self.opening.open {
            return Err(Refusal::OfficeClosed(self.opening.next));
        }
        if service.config.appointment == AppointmentRule::Required {
            return Err(Refusal::AppointmentRequired(id.clone()));
        }
        match service.closed {
            Some(ServiceClosedReason::Supervisor) => Err(Refusal::ServiceClosed(id.clone())),
            Some(ServiceClosedReason::Full) => Err(Refusal::ServiceFull {
                service: id.clone(),
                next_open_at: self.opens_after(self.now),
            }),
            None => Ok(self.give(&service.config, class, language, self.now, None)),
        }
    }

    pub(super) fn check_in(&mut self, booking: &Booking, language: Option<&Language>) -> Said {
        if !self.opening.open {
            return Err(Refusal::OfficeClosed(self.opening.next));
        }
        if let Some(ticket) = booking.checked_in {
            return Err(Refusal::AlreadyCheckedIn(ticket));
        }
        if booking.cancelled {
            return Err(Refusal::AppointmentCancelled);
        }
        let day = booking.start.day_in(&self.zone);
        if day != self.day {
            return Err(Refusal::AppointmentOtherDay(day));
        }
        let Some(service) = self.services.get(&booking.service) else {
            return Err(Refusal::UnknownService(booking.service.clone()));
        };
        let config = service.config.clone();
        let place = config.place.clone().filter(|_| self.is_elsewhere(&config));
        if let Some(place) = place {
            return Err(Refusal::AppointmentOtherPlace(place));
        }
        self.is_given_here(&config)?;
        let language = self.spoken(language)?;
        let grace_ms = i64::from(self.office.policy.appointment_grace_min) * 60_000;
        let start = booking.start;
        let (class, due) = if self.now <= start.plus_ms(grace_ms) {
            (Class::Appointment, start)
        } else {
            (Class::WalkIn, self.now)
        };
        if let Some(hours) = self.expected.get_mut(&config.id)
            && let Some(place) = hours.iter().position(|one| *one == start)
        {
            hours.remove(place);
            if hours.is_empty() {
                self.expected.remove(&config.id);
            }
        }
        Ok(self.give(&config, class, language, due, Some(start)))
    }

    pub(super) fn is_given_here(&self, service: &office::Service) -> Result<(), Refusal> {
        if !self.has_service(&service.id) {
            return Err(Refusal::ServiceClosed(service.id.clone()));
        }
        match &service.place {
            Some(place) if self.is_elsewhere(service) => Err(Refusal::ServiceElsewhere {
                service: service.id.clone(),
                place: place.clone(),
            }),
            _ => Ok(()),
        }
    }

    fn spoken(&self, language: Option<&Language>) -> Result<Language, Refusal> {
        let spoken = &self.office.languages;
        match language {
            Some(one) if !spoken.contains(one) => Err(Refusal::UnknownLanguage(one.clone())),
            Some(one) => Ok(one.clone()),
            None => Ok(spoken[0].clone()),
        }
    }

    fn give(
        &mut self,
        service: &office::Service,
        class: Class,
        language: Language,
        due: Timestamp,
        hour: Option<Timestamp>,
    ) -> Vec<Fact> {
        let given = self.given.entry(service.letter).or_default();
        *given += 1;
        let number = TicketNumber::new(service.letter, *given);
        let id = TicketId::new(self.day, number);
        self.visits.push(Visit {
            id,
            service: service.id.clone(),
            class,
            status: TicketStatus::Waiting,
            due,
            hour,
            called: None,
            finished: None,
            missed: None,
            was_restored: false,
            times_called: 0,
            ahead: 0,
            stands: None,
            only_at: None,
        });
        let ahead = self.ahead(id);
        self.visit_mut(id).ahead = ahead;
        self.watch(id);
        let mut facts = vec![Fact::TicketIssued {
            ticket: id,
            number,
            service: service.id.clone(),
            class,
            language,
            due_at: due,
            appointment_at: hour,
            ahead,
            wait: None,
        }];
        facts.extend(self.fill());
        facts
    }

    pub(super) fn cancel(&mut self, id: TicketId) -> Said {
        if self.visit(id)?.status != TicketStatus::Waiting {
            return Err(Refusal::TicketNotWaiting(id));
        }
        self.leave_line(id);
        self.visit_mut(id).status = TicketStatus::Cancelled;
        let watched = self.watched(id);
        self.waits.left(watched, self.now);
        Ok(vec![Fact::TicketCancelled {
            ticket: id,
            number: id.number(),
            service: self.visit(id)?.service.clone(),
        }])
    }

    pub(super) fn restore(&mut self, id: TicketId) -> Said {
        const WITHIN_MS: i64 = 15 * 60_000;
        let visit = self.visit(id)?;
        let missed = visit
            .missed
            .filter(|_| visit.status == TicketStatus::NoShow);
        let missed = missed.ok_or(Refusal::TicketNotNoShow(id))?;
        if visit.was_restored {
            return Err(Refusal::RestoreUsed(id));
        }
        if self.now > missed.plus_ms(WITHIN_MS) {
            return Err(Refusal::RestoreExpired(id));
        }
        let behind = self.line().first().copied();
        self.restores += 1;
        let turn = self.restores;
        let visit = self.visit_mut(id);
        visit.status = TicketStatus::Waiting;
        visit.was_restored = true;
        visit.called = None;
        visit.stands = Some(Stand { turn, behind });
        Ok(vec![Fact::TicketRestored {
            ticket: id,
            number: id.number(),
            service: visit.service.clone(),
            after: behind,
        }])
    }

    /// It waits no more; whoever stood behind it goes first.
    pub(super) fn leave_line(&mut self, id: TicketId) {
        for one in &mut self.visits {
            if let Some(stand) = &mut one.stands
                && stand.behind == Some(id)
            {
                stand.behind = None;
            }
        }
        let visit = self.visit_mut(id);
        (visit.stands, visit.only_at) = (None, None);
    }

    /// The estimator sees it come; how long it will wait is not what the model asks.
    fn watch(&mut self, id: TicketId) {
        let service = self.visit(id).expect("a ticket of today").service.clone();
        let asked = Asked {
            service: &service,
            rivals: &[&service],
            ahead: 0,
            coming: &[],
            desks: None,
            free: None,
            visit_s: None,
            due_at: self.now,
            now: self.now,
            minute: 0,
        };
        let watched = self.watched(id);
        self.waits.issued(watched, &asked);
    }

    /// Under what the estimator knows it: here its place among all of today.
    pub(super) fn watched(&self, id: TicketId) -> Watched {
        let place = self.visits.iter().position(|one| one.id == id);
        Watched(u64::try_from(place.expect("a ticket of today")).expect("few"))
    }
}
