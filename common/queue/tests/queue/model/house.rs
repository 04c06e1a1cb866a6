// SPDX-License-Identifier: GPL-3.0-or-later
//! The model's supervisor: the doors, the services, the calendar, the notice; and the file that changed.

use torn_queue::event::{Fact, Notice, OpeningReason, ServiceClosedReason, ServiceOpenedReason};
use torn_queue::{Command, Office, Refusal, ServiceId};

use super::{Model, Said, Service};

impl Model {
    pub(super) fn configured(&mut self, office: &Office) -> Vec<Fact> {
        if self.now.day_in(&self.zone) > self.day {
            return self.begin_day(office);
        }
        if *office == self.office {
            return vec![];
        }
        self.configure(office);
        let office = Box::new(office.clone());
        vec![Fact::OfficeConfigured { office }]
    }

    /// What the lobby is told now.
    pub(crate) fn notice(&self) -> Option<&Notice> {
        let notice = self.notice.as_ref();
        notice.filter(|one| one.until.is_none_or(|until| self.now < until))
    }

    pub(super) fn house(&mut self, command: &Command) -> Said {
        let reason = OpeningReason::Supervisor;
        Ok(match command {
            Command::OpenOffice if self.opening.open => vec![],
            Command::OpenOffice => vec![self.open(reason)],
            Command::CloseOffice if !self.opening.open && self.opening.by == reason => vec![],
            Command::CloseOffice => {
                let next = self.opens_another_day();
                vec![self.close(reason, next)]
            }
            Command::OpenService { service: id } => {
                self.service_mut(id)?;
                let configured = self.office.services.iter().find(|one| one.id == *id);
                if let Some(configured) = configured {
                    self.is_given_here(configured)?;
                }
                let service = self.service_mut(id)?;
                if service.closed.is_none() {
                    return Ok(vec![]);
                }
                (service.closed, service.kept_open) = (None, true);
                vec![Fact::ServiceOpened {
                    service: id.clone(),
                    reason: ServiceOpenedReason::Supervisor,
                }]
            }
            Command::CloseService { service: id } => {
                let next_open_at = self.opens_another_day();
                let service = self.service_mut(id)?;
                let reason = ServiceClosedReason::Supervisor;
                if service.closed == Some(reason) {
                    return Ok(vec![]);
                }
                (service.closed, service.kept_open) = (Some(reason), false);
                vec![Fact::ServiceClosed {
                    service: id.clone(),
                    reason,
                    next_open_at,
                }]
            }
            Command::SetNotice { text, until } => {
                let set = text.clone().map(|text| Notice {
                    text,
                    until: *until,
                });
                if set.as_ref() == self.notice() {
                    return Ok(vec![]);
                }
                let until = set.as_ref().and_then(|one| one.until);
                self.notice = set;
                vec![Fact::NoticeSet {
                    text: text.clone(),
                    until,
                }]
            }
            Command::SetCalendar { days } => {
                let mut days = days.clone();
                days.retain(|one| one.day >= self.day);
                days.sort_by_key(|one| one.day);
                if days == self.special {
                    return Ok(vec![]);
                }
                self.special.clone_from(&days);
                vec![Fact::CalendarSet { days }]
            }
            Command::SetAppointments { appointments } if *appointments != self.expected => {
                self.expected.clone_from(appointments);
                vec![Fact::AppointmentsChanged {
                    appointments: appointments.clone(),
                }]
            }
            _ => vec![],
        })
    }

    fn service_mut(&mut self, id: &ServiceId) -> Result<&mut Service, Refusal> {
        let known = self.has_service(id);
        let service = self.services.get_mut(id).filter(|_| known);
        service.ok_or_else(|| Refusal::UnknownService(id.clone()))
    }
}
