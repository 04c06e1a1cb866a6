// SPDX-License-Identifier: GPL-3.0-or-later
//! What concerns the whole office: its opening, its services, its calendar, who is expected, its devices.

use alloc::vec;
use alloc::vec::Vec;

use super::day;
use crate::calendar::Calendar;
use crate::command::Command;
use crate::event::{Fact, OpeningReason, ServiceClosedReason, ServiceOpenedReason};
use crate::ids::ServiceId;
use crate::refusal::Refusal;
use crate::state::{Service, State};
use crate::time::Now;

pub(super) fn decide(state: &State, command: &Command, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
    let reason = OpeningReason::Supervisor;
    let opening = state.opening();
    Ok(match command {
        Command::OpenOffice if !opening.open => vec![Fact::OfficeOpened { reason }],
        Command::CloseOffice if opening.open || opening.reason != reason => {
            let calendar = state.calendar(now);
            vec![Fact::OfficeClosed {
                reason,
                next_open_at: calendar.and_then(|one| day::next_open_at(&one, reason, now)),
            }]
        }
        Command::OpenService { service } => open_service(state, service)?,
        Command::CloseService { service } => close_service(state, service, now)?,
        Command::SetNotice { text, until } => {
            // What is taken down has no time until which it is told.
            let until = until.filter(|_| text.is_some());
            let told = state.notice(now.at);
            let same = told
                .map(|one| (Some(&one.text), one.until))
                .unwrap_or_default()
                == (text.as_ref(), until);
            let set = Fact::NoticeSet {
                text: text.clone(),
                until,
            };
            if same { vec![] } else { vec![set] }
        }
        Command::SetCalendar { days } => {
            let today = state.day();
            let mut days: Vec<_> = days
                .iter()
                .filter(|one| today.is_none_or(|today| one.day >= today))
                .cloned()
                .collect();
            days.sort_by_key(|one| one.day);
            if days == state.special_days() {
                vec![]
            } else {
                vec![Fact::CalendarSet { days }]
            }
        }
        Command::SetAppointments { appointments } if appointments != state.expected() => {
            vec![Fact::AppointmentsChanged {
                appointments: appointments.clone(),
            }]
        }
        _ => vec![],
    })
}

fn open_service(state: &State, id: &ServiceId) -> Result<Vec<Fact>, Refusal> {
    let service = known_service(state, id)?;
    if let (true, Some(place)) = (service.elsewhere, &service.config.place) {
        return Err(Refusal::ServiceElsewhere {
            service: id.clone(),
            place: place.clone(),
        });
    }
    if service.closed.is_none() {
        return Ok(vec![]);
    }
    Ok(vec![Fact::ServiceOpened {
        service: id.clone(),
        reason: ServiceOpenedReason::Supervisor,
    }])
}

fn close_service(state: &State, id: &ServiceId, now: Now<'_>) -> Result<Vec<Fact>, Refusal> {
    let service = known_service(state, id)?;
    let reason = ServiceClosedReason::Supervisor;
    if service.closed == Some(reason) {
        return Ok(vec![]);
    }
    let after =
        |calendar: Calendar<'_>| day::next_open_at(&calendar, OpeningReason::Supervisor, now);
    Ok(vec![Fact::ServiceClosed {
        service: id.clone(),
        reason,
        next_open_at: state.calendar(now).and_then(after),
    }])
}

/// One that the configuration dropped neither opens nor closes.
fn known_service<'a>(state: &'a State, id: &ServiceId) -> Result<&'a Service, Refusal> {
    let known = state.service(id).filter(|one| !one.removed);
    known.ok_or_else(|| Refusal::UnknownService(id.clone()))
}

/// Only a change is news.
pub(super) fn report_device(state: &State, command: &Command) -> Vec<Fact> {
    let Command::ReportDevice {
        device,
        what,
        state: is,
        until,
    } = command
    else {
        return vec![];
    };
    let known = state
        .devices()
        .iter()
        .any(|one| (&one.device, &one.what, &one.state, one.until) == (device, what, is, *until));
    let report = Fact::DeviceReported {
        device: device.clone(),
        what: what.clone(),
        state: is.clone(),
        until: *until,
    };
    if known { vec![] } else { vec![report] }
}
