// SPDX-License-Identifier: GPL-3.0-or-later
//! The model's desks: what each button does.

use torn_queue::command::Destination;
use torn_queue::event::{DeskStatus, Fact, TicketStatus};
use torn_queue::{Command, DeskId, Refusal, ServiceId, TicketId, TicketNumber};

use super::{Model, Said};

impl Model {
    pub(super) fn at_desk(&mut self, command: &Command) -> Said {
        match command {
            Command::Next { desk } => self.next(desk),
            Command::Recall { desk } => {
                let ticket = self.desk(desk)?.serves;
                let ticket = ticket.ok_or(Refusal::NothingToRecall(desk.clone()))?;
                self.visit_mut(ticket).times_called += 1;
                self.show(ticket, desk, true);
                Ok(vec![self.told(
                    ticket,
                    desk,
                    |ticket, number, service, desk| Fact::TicketRecalled {
                        ticket,
                        number,
                        service,
                        desk,
                    },
                )])
            }
            Command::Finish { desk } => self.leave(desk, TicketStatus::Finished).map(|x| vec![x]),
            Command::NoShow { desk } => self.leave(desk, TicketStatus::NoShow).map(|x| vec![x]),
            Command::Park { desk } => self.leave(desk, TicketStatus::Parked).map(|x| vec![x]),
            Command::Transfer { desk, to } => self.transfer(desk, to),
            Command::Resume { desk, ticket } => self.resume(desk, *ticket),
            Command::Call { ticket, desk } => self.call_out_of_order(*ticket, desk),
            Command::OpenDesk { desk } => match self.desk(desk)?.status {
                DeskStatus::Open | DeskStatus::Serving => Ok(vec![]),
                DeskStatus::Closed | DeskStatus::Paused => self.come(desk),
            },
            Command::PauseDesk { desk } => {
                let before = self.free(desk)?;
                if !self.has_desk(desk) {
                    return Err(Refusal::UnknownDesk(desk.clone()));
                }
                let fact = Fact::DeskPaused { desk: desk.clone() };
                Ok(self.go(desk, before, DeskStatus::Paused, fact))
            }
            Command::CloseDesk { desk } => {
                let before = self.free(desk)?;
                let fact = Fact::DeskClosed { desk: desk.clone() };
                Ok(self.go(desk, before, DeskStatus::Closed, fact))
            }
            other => panic!("no story has {other:?}"),
        }
    }

    fn desk(&self, id: &DeskId) -> Result<&super::Desk, Refusal> {
        let desk = self.desks.get(id);
        desk.ok_or_else(|| Refusal::UnknownDesk(id.clone()))
    }

    fn free(&self, id: &DeskId) -> Result<DeskStatus, Refusal> {
        let status = self.desk(id)?.status;
        if status == DeskStatus::Serving {
            return Err(Refusal::DeskServing(id.clone()));
        }
        Ok(status)
    }

    fn go(&mut self, id: &DeskId, from: DeskStatus, to: DeskStatus, fact: Fact) -> Vec<Fact> {
        if from == to {
            return vec![];
        }
        self.desk_mut(id).status = to;
        self.release(id);
        vec![fact]
    }

    /// A desk that is closed or paused opens.
    fn come(&mut self, id: &DeskId) -> Said {
        if !self.has_desk(id) {
            return Err(Refusal::UnknownDesk(id.clone()));
        }
        let desk = self.desk_mut(id);
        if desk.status == DeskStatus::Open {
            return Ok(vec![]);
        }
        desk.status = DeskStatus::Open;
        let mut facts = vec![Fact::DeskOpened { desk: id.clone() }];
        facts.extend(self.lift());
        Ok(facts)
    }

    fn next(&mut self, id: &DeskId) -> Said {
        let guard_ms = i64::from(self.office.policy.next_guard_s) * 1000;
        let desk = self.desk(id)?;
        if let Some(called) = desk.called
            && self.now < called.plus_ms(guard_ms)
        {
            return Err(Refusal::TooSoon {
                desk: id.clone(),
                wait_ms: called.plus_ms(guard_ms).ms_since(self.now),
            });
        }
        let mut facts = if desk.serves.is_some() {
            vec![self.leave(id, TicketStatus::Finished)?]
        } else {
            self.come(id)?
        };
        if let Some(ticket) = self.next_at(id).filter(|_| self.has_desk(id)) {
            facts.push(self.call(ticket, id));
        }
        Ok(facts)
    }

    fn call_out_of_order(&mut self, ticket: TicketId, id: &DeskId) -> Said {
        let status = self.visit(ticket)?.status;
        self.free(id)?;
        if status != TicketStatus::Waiting {
            return Err(Refusal::TicketNotWaiting(ticket));
        }
        let mut facts = self.come(id)?;
        facts.push(self.call(ticket, id));
        Ok(facts)
    }

    fn call(&mut self, ticket: TicketId, id: &DeskId) -> Fact {
        self.leave_line(ticket);
        self.serve(ticket, id);
        self.told(ticket, id, |ticket, number, service, desk| {
            Fact::TicketCalled {
                ticket,
                number,
                service,
                desk,
            }
        })
    }

    fn resume(&mut self, id: &DeskId, ticket: TicketId) -> Said {
        self.desk(id)?;
        let status = self.visit(ticket)?.status;
        self.free(id)?;
        if status != TicketStatus::Parked {
            return Err(Refusal::TicketNotParked(ticket));
        }
        let mut facts = self.come(id)?;
        self.serve(ticket, id);
        facts.push(self.told(ticket, id, |ticket, number, service, desk| {
            Fact::TicketResumed {
                ticket,
                number,
                service,
                desk,
            }
        }));
        Ok(facts)
    }

    fn serve(&mut self, ticket: TicketId, id: &DeskId) {
        let (now, watched) = (self.now, self.watched(ticket));
        let visit = self.visit_mut(ticket);
        visit.status = TicketStatus::Called;
        visit.called = Some(now);
        visit.times_called += 1;
        if visit.times_called == 1 {
            let service = visit.service.clone();
            self.waits.called(watched, now, &service);
        }
        let desk = self.desk_mut(id);
        (desk.status, desk.serves, desk.called) = (DeskStatus::Serving, Some(ticket), Some(now));
        self.show(ticket, id, false);
    }

    fn show(&mut self, ticket: TicketId, id: &DeskId, again: bool) {
        self.calls.retain(|one| one.0 != ticket);
        self.calls.insert(0, (ticket, id.clone(), again));
    }

    /// Whom the desk serves leaves it, and is `status` from then on.
    fn leave(&mut self, id: &DeskId, status: TicketStatus) -> Result<Fact, Refusal> {
        let ticket = self.desk(id)?.serves;
        let ticket = ticket.ok_or(Refusal::DeskIdle(id.clone()))?;
        let there = self.has_desk(id);
        let desk = self.desk_mut(id);
        desk.serves = None;
        desk.status = if there {
            DeskStatus::Open
        } else {
            DeskStatus::Closed
        };
        let (now, watched) = (self.now, self.watched(ticket));
        let visit = self.visit_mut(ticket);
        visit.status = status;
        visit.finished = (status == TicketStatus::Finished).then_some(now);
        if status == TicketStatus::NoShow {
            visit.missed = Some(now);
            self.waits.no_show(watched, now);
        } else {
            self.waits.finished(watched, now);
        }
        Ok(
            self.told(ticket, id, |ticket, number, service, desk| match status {
                TicketStatus::NoShow => Fact::TicketNoShow {
                    ticket,
                    number,
                    service,
                    desk,
                },
                TicketStatus::Parked => Fact::TicketParked {
                    ticket,
                    number,
                    service,
                    desk,
                },
                _ => Fact::TicketFinished {
                    ticket,
                    number,
                    service,
                    desk,
                },
            }),
        )
    }

    fn transfer(&mut self, id: &DeskId, to: &Destination) -> Said {
        let ticket = self.desk(id)?.serves;
        match to {
            Destination::Service(service) if !self.services.contains_key(service) => {
                return Err(Refusal::UnknownService(service.clone()));
            }
            Destination::Desk(other) => {
                self.desk(other)?;
            }
            Destination::Service(_) => {}
        }
        let ticket = ticket.ok_or(Refusal::DeskIdle(id.clone()))?;
        let from = self.visit(ticket)?.service.clone();
        let (service, to_desk) = match to {
            Destination::Service(service) if !self.has_service(service) => {
                return Err(Refusal::ServiceClosed(service.clone()));
            }
            Destination::Service(service) => {
                let config = &self.services[service].config;
                if let (true, Some(place)) = (self.is_elsewhere(config), &config.place) {
                    return Err(Refusal::ServiceElsewhere {
                        service: service.clone(),
                        place: place.clone(),
                    });
                }
                (service.clone(), None)
            }
            Destination::Desk(other) if !self.has_desk(other) => {
                return Err(Refusal::UnknownDesk(other.clone()));
            }
            Destination::Desk(other) => (from.clone(), Some(other.clone())),
        };
        self.leave(id, TicketStatus::Waiting)?;
        // A desk that takes nobody gets nobody to itself.
        let takes = |desk: &DeskId| {
            matches!(
                self.desks[desk].status,
                DeskStatus::Open | DeskStatus::Serving
            )
        };
        let only_at = to_desk.clone().filter(takes);
        let visit = self.visit_mut(ticket);
        (visit.service, visit.only_at, visit.called) = (service.clone(), only_at, None);
        Ok(vec![Fact::TicketTransferred {
            ticket,
            number: ticket.number(),
            service,
            from,
            desk: id.clone(),
            to_desk,
        }])
    }

    fn told(
        &self,
        ticket: TicketId,
        desk: &DeskId,
        fact: impl FnOnce(TicketId, TicketNumber, ServiceId, DeskId) -> Fact,
    ) -> Fact {
        let visit = self.visit(ticket).expect("a ticket of today");
        fact(ticket, ticket.number(), visit.service.clone(), desk.clone())
    }
}
