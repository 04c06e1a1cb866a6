// SPDX-License-Identifier: GPL-3.0-or-later
//! How each event changes the state. What may happen was decided before; here nothing is refused.

use jiff::civil::Date;

use super::{Call, Desk, DeviceReport, Opening, Restored, State, Ticket, Today, Waiting};
use crate::event::{DeskStatus, Event, Fact, Notice, OpeningReason, TicketStatus};
use crate::ids::{DeskId, Seq, ServiceId, TicketId, TicketNumber};
use crate::limits;
use crate::outlook::Outlook;
use crate::time::Timestamp;
use crate::wait::{Visit, Waits};

impl State {
    /// Goes past an event of a kind that this version does not know, as a screen must.
    pub fn skip(&mut self, seq: Seq, at: Timestamp) {
        self.seq = seq;
        self.at = at;
    }

    /// Folds an event into the state. Events come in the order of their seqs.
    pub fn apply(&mut self, event: &Event) {
        self.skip(event.seq, event.at);
        match &event.fact {
            Fact::DayBegan { day, .. } => self.begin_day(*day, event),
            Fact::OfficeConfigured { office } => self.configure(office),
            Fact::OfficeOpened { reason } => self.set_opening(true, *reason, None),
            Fact::OfficeClosed {
                reason,
                next_open_at,
            } => self.set_opening(false, *reason, *next_open_at),
            Fact::ServiceOpened { .. } | Fact::ServiceClosed { .. } => {
                self.open_or_close_service(&event.fact);
            }
            Fact::CalendarSet { days } => self.special_days.clone_from(days),
            Fact::AppointmentsChanged { appointments } => self.expected.clone_from(appointments),
            Fact::NoticeSet { text, until } => {
                self.notice = text.clone().map(|text| Notice {
                    text,
                    until: *until,
                });
            }
            Fact::DeskOpened { desk } => self.set_desk(desk, DeskStatus::Open, None),
            Fact::DeskPaused { desk } => self.leave(desk, DeskStatus::Paused),
            Fact::DeskClosed { desk } => self.leave(desk, DeskStatus::Closed),
            Fact::DeviceReported { .. } => self.note_device(event),
            _ => self.apply_to_ticket(event),
        }
    }

    fn apply_to_ticket(&mut self, event: &Event) {
        match &event.fact {
            Fact::TicketIssued { .. } => self.issue(event),
            Fact::TicketCalled { ticket, desk, .. } | Fact::TicketResumed { ticket, desk, .. } => {
                self.call(*ticket, desk);
            }
            Fact::TicketRecalled { ticket, desk, .. } => self.recall(*ticket, desk),
            Fact::TicketFinished { ticket, desk, .. } => {
                self.end_visit(*ticket, desk, TicketStatus::Finished);
            }
            Fact::TicketNoShow { ticket, desk, .. } => {
                self.end_visit(*ticket, desk, TicketStatus::NoShow);
            }
            Fact::TicketParked { ticket, desk, .. } => {
                self.end_visit(*ticket, desk, TicketStatus::Parked);
            }
            Fact::TicketTransferred {
                ticket,
                service,
                desk,
                to_desk,
                ..
            } => {
                self.end_visit(*ticket, desk, TicketStatus::Waiting);
                self.wait_again(*ticket, service, to_desk.as_ref(), None);
            }
            Fact::TicketRestored {
                ticket,
                service,
                after,
                ..
            } => {
                let restored = Restored {
                    seq: event.seq,
                    after: *after,
                };
                self.wait_again(*ticket, service, None, Some(restored));
            }
            Fact::TicketCancelled { ticket, .. } => {
                self.leave_line(*ticket);
                if let Some(ticket) = self.tickets.get_mut(ticket) {
                    ticket.status = TicketStatus::Cancelled;
                    self.waits.left(visit(ticket), event.at);
                }
            }
            Fact::TicketPrinted {
                ticket, outcome, ..
            } => {
                if let Some(ticket) = self.tickets.get_mut(ticket) {
                    ticket.printed = Some(*outcome);
                }
            }
            _ => {}
        }
    }

    fn begin_day(&mut self, day: Date, event: &Event) {
        let Fact::DayBegan {
            log,
            office,
            midnight_at,
            special_days,
            notice,
            learnt,
            numbers,
            ..
        } = &event.fact
        else {
            return;
        };
        // How a device is does not change at midnight, but a follower that starts here must fold the same.
        *self = Self {
            seq: self.seq,
            at: self.at,
            today: Some(Today {
                log: log.clone(),
                day,
                began_at: self.at,
                midnight_at: *midnight_at,
                office: (**office).clone(),
            }),
            opening: Opening {
                since: self.at,
                ..Opening::default()
            },
            special_days: special_days.clone(),
            notice: notice.clone(),
            waits: Waits::begin_day(day, learnt.clone()),
            ..Self::default()
        };
        numbers.iter().for_each(|one| self.count(*one));
        self.configure(office);
    }

    fn set_opening(&mut self, open: bool, reason: OpeningReason, next_open_at: Option<Timestamp>) {
        // Told again only because it opens at another time, it is closed since the same moment.
        let same = self.opening.open == open && self.opening.reason == reason;
        let since = if same { self.opening.since } else { self.at };
        self.opening = Opening {
            open,
            reason,
            since,
            next_open_at,
        };
    }

    fn open_or_close_service(&mut self, fact: &Fact) {
        let (id, closed, kept_open) = match fact {
            Fact::ServiceOpened { service, reason } => {
                let by_hand = *reason == crate::event::ServiceOpenedReason::Supervisor;
                (service, None, by_hand)
            }
            Fact::ServiceClosed {
                service, reason, ..
            } => (service, Some(*reason), false),
            _ => return,
        };
        let mut services = self.services.iter_mut();
        if let Some(service) = services.find(|one| one.config.id == *id) {
            (service.closed, service.kept_open) = (closed, kept_open);
        }
    }

    /// A desk that closes or pauses no longer has anyone to itself.
    fn leave(&mut self, desk: &DeskId, status: DeskStatus) {
        self.set_desk(desk, status, None);
        self.release(desk);
    }

    pub(super) fn release(&mut self, desk: &DeskId) {
        for one in &mut self.waiting {
            if one.to_desk.as_ref() == Some(desk) {
                one.to_desk = None;
            }
        }
    }

    fn note_device(&mut self, event: &Event) {
        let Fact::DeviceReported {
            device,
            what,
            state,
            until,
        } = &event.fact
        else {
            return;
        };
        self.devices
            .retain(|one| one.device != *device || one.what != *what);
        self.devices.push(DeviceReport {
            device: device.clone(),
            what: what.clone(),
            state: state.clone(),
            until: *until,
            at: event.at,
        });
        self.devices
            .sort_by(|a, b| (&a.device, &a.what).cmp(&(&b.device, &b.what)));
    }

    fn desk_mut(&mut self, id: &DeskId) -> Option<&mut Desk> {
        self.desks.iter_mut().find(|one| one.config.id == *id)
    }

    fn set_desk(&mut self, desk: &DeskId, status: DeskStatus, ticket: Option<TicketId>) {
        let at = self.at;
        if let Some(desk) = self.desk_mut(desk) {
            (desk.status, desk.ticket, desk.since) = (status, ticket, at);
        }
    }

    fn issue(&mut self, event: &Event) {
        let Fact::TicketIssued {
            ticket,
            number,
            service,
            class,
            language,
            due_at,
            appointment_at,
            ahead,
            wait,
        } = &event.fact
        else {
            return;
        };
        let Some(own) = self.newcomer(service, *class, *due_at) else {
            return;
        };
        if let Some(hour) = appointment_at {
            self.arrive(service, *hour);
        }
        // Taken out while the question to them borrows the rest of the state.
        let mut waits = core::mem::take(&mut self.waits);
        let visit = Visit(event.seq.get());
        Outlook::of(self, event.at).ask(&own, *ahead, |asked| waits.issued(visit, asked));
        self.waits = waits;
        self.count(*number);
        self.waiting.push(Waiting {
            ticket: *ticket,
            seq: event.seq,
            ..own
        });
        self.tickets.insert(
            *ticket,
            Ticket {
                id: *ticket,
                service: service.clone(),
                class: *class,
                status: TicketStatus::Waiting,
                language: language.clone(),
                issued_at: event.at,
                due_at: *due_at,
                appointment_at: *appointment_at,
                called_at: None,
                finished_at: None,
                no_show_at: None,
                restored: false,
                desk: None,
                calls: 0,
                seq: event.seq,
                issued_by: event.by.clone(),
                promised: (*ahead, *wait),
                printed: None,
            },
        );
    }

    /// The number was given out. Numbers only grow, whatever order they are told in.
    fn count(&mut self, number: TicketNumber) {
        let highest = self.counts.entry(number.letter()).or_default();
        *highest = number.count().max(*highest);
    }

    /// Who was booked for `hour` has come.
    fn arrive(&mut self, service: &ServiceId, hour: Timestamp) {
        if let Some(hours) = self.expected.get_mut(service)
            && let Some(place) = hours.iter().position(|one| *one == hour)
        {
            hours.remove(place);
            if hours.is_empty() {
                self.expected.remove(service);
            }
        }
    }

    /// The ticket waits no more, and who stood behind it only for its sake goes first.
    fn leave_line(&mut self, ticket: TicketId) {
        self.waiting.retain(|one| one.ticket != ticket);
        for one in &mut self.waiting {
            if let Some(restored) = &mut one.restored
                && restored.after == Some(ticket)
            {
                restored.after = None;
            }
        }
    }

    fn wait_again(
        &mut self,
        ticket: TicketId,
        service: &ServiceId,
        to_desk: Option<&DeskId>,
        restored: Option<Restored>,
    ) {
        let mut services = self.services.iter();
        let place = services.position(|one| one.config.id == *service);
        // Nobody waits for a desk that takes nobody.
        let takes = |desk: &&DeskId| {
            let status = self.desk(desk).map(|one| one.status);
            matches!(status, Some(DeskStatus::Open | DeskStatus::Serving))
        };
        let to_desk = to_desk.filter(takes).cloned();
        let (Some(place), Some(ticket)) = (place, self.tickets.get_mut(&ticket)) else {
            return;
        };
        ticket.service = service.clone();
        ticket.status = TicketStatus::Waiting;
        (ticket.called_at, ticket.desk) = (None, None);
        ticket.restored |= restored.is_some();
        self.waiting.push(Waiting {
            ticket: ticket.id,
            service: place,
            class: ticket.class,
            due_at: ticket.due_at,
            seq: ticket.seq,
            to_desk,
            restored,
        });
    }

    fn call(&mut self, ticket: TicketId, desk: &DeskId) {
        let at = self.at;
        self.leave_line(ticket);
        if let Some(ticket) = self.tickets.get_mut(&ticket) {
            ticket.status = TicketStatus::Called;
            ticket.called_at = Some(at);
            ticket.desk = Some(desk.clone());
            ticket.calls += 1;
            if ticket.calls == 1 {
                self.waits.called(visit(ticket), at, &ticket.service);
            }
        }
        self.set_desk(desk, DeskStatus::Serving, Some(ticket));
        if let Some(desk) = self.desk_mut(desk) {
            desk.called_at = Some(at);
        }
        self.show_call(ticket, desk, false);
    }

    fn recall(&mut self, ticket: TicketId, desk: &DeskId) {
        if let Some(ticket) = self.tickets.get_mut(&ticket) {
            ticket.calls += 1;
        }
        self.show_call(ticket, desk, true);
    }

    fn show_call(&mut self, ticket: TicketId, desk: &DeskId, recall: bool) {
        self.calls.retain(|one| one.ticket != ticket);
        let call = Call {
            ticket,
            desk: desk.clone(),
            at: self.at,
            recall,
            seq: self.seq,
        };
        self.calls.insert(0, call);
        self.calls.truncate(limits::CALLS_KEPT);
    }

    /// The ticket leaves the desk, which is free.
    fn end_visit(&mut self, ticket: TicketId, desk: &DeskId, status: TicketStatus) {
        let at = self.at;
        if let Some(ticket) = self.tickets.get_mut(&ticket) {
            ticket.status = status;
            ticket.finished_at = (status == TicketStatus::Finished).then_some(at);
            if status == TicketStatus::NoShow {
                ticket.no_show_at = Some(at);
                self.waits.no_show(visit(ticket), at);
            } else {
                self.waits.finished(visit(ticket), at);
            }
        }
        let removed = self.desk(desk).is_some_and(|one| one.removed);
        let status = if removed {
            DeskStatus::Closed
        } else {
            DeskStatus::Open
        };
        self.set_desk(desk, status, None);
    }
}

const fn visit(ticket: &Ticket) -> Visit {
    Visit(ticket.seq.get())
}
