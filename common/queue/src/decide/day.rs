// SPDX-License-Identifier: GPL-3.0-or-later
//! The day: how it begins, what the clock brings about in it, and a configuration that changes.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::event::{Fact, OpeningReason, TicketStatus};
use crate::fullness;
use crate::ids::LogId;
use crate::office::{Office, SpecialDay};
use crate::state::State;
use crate::time::{Now, Timestamp};

pub(super) fn configure(state: &State, log: &LogId, office: &Office, now: Now<'_>) -> Vec<Fact> {
    // A day never begins anew, also when a changed time zone puts `now` into the one before.
    if state.day().is_none_or(|day| day < now.day()) {
        begin_day(state, log, office, now)
    } else if state.office() == Some(office) {
        vec![]
    } else {
        vec![Fact::OfficeConfigured {
            office: Box::new(office.clone()),
        }]
    }
}

pub(super) fn tick(state: &State, now: Now<'_>) -> Vec<Fact> {
    let (Some(log), Some(office), Some(day)) = (state.log(), state.office(), state.day()) else {
        return vec![];
    };
    if day < now.day() {
        return begin_day(state, log, office, now);
    }
    let calendar = Calendar::new(office, state.special_days(), now);
    let changed = opening(state, &calendar, now);
    if changed.is_empty() {
        fullness::changes(state, now, None)
    } else {
        changed
    }
}

/// The day begins closed, and opens at once where its calendar says so.
fn begin_day(state: &State, log: &LogId, office: &Office, now: Now<'_>) -> Vec<Fact> {
    let count = |some: &[TicketStatus]| {
        let all = state.tickets().filter(|one| some.contains(&one.status));
        u32::try_from(all.count()).unwrap_or(u32::MAX)
    };
    let day = now.day();
    let coming = state.special_days().iter().filter(|one| one.day >= day);
    let special_days: Vec<SpecialDay> = coming.cloned().collect();
    let notice = state.notice(now.at).filter(|one| one.until.is_some());
    let calendar = Calendar::new(office, &special_days, now);
    let began = if calendar.is_open() {
        Fact::OfficeOpened {
            reason: OpeningReason::Hours,
        }
    } else {
        Fact::OfficeClosed {
            reason: OpeningReason::Hours,
            next_open_at: calendar.opens_after(now.at),
        }
    };
    let day_began = Fact::DayBegan {
        log: log.clone(),
        day,
        office: Box::new(office.clone()),
        left: count(&[TicketStatus::Waiting, TicketStatus::Parked]),
        ended: count(&[TicketStatus::Called]),
        midnight_at: midnight(day, now),
        special_days: special_days.clone(),
        notice: notice.cloned(),
        learnt: state.waits().learnt(),
        numbers: vec![],
    };
    vec![day_began, began]
}

/// Twelve hours before the local noon of `day`.
fn midnight(day: Date, now: Now<'_>) -> Option<Timestamp> {
    let noon = now.zone.to_ambiguous_timestamp(day.at(12, 0, 0, 0));
    let noon = Timestamp::from(noon.compatible().ok()?);
    Some(noon.plus_ms(-12 * 60 * 60 * 1000))
}

fn opening(state: &State, calendar: &Calendar<'_>, now: Now<'_>) -> Vec<Fact> {
    let opening = state.opening();
    let scheduled = calendar.is_open();
    match (opening.open, opening.reason) {
        (true, OpeningReason::Hours) if !scheduled => vec![closed_by_hours(calendar, now)],
        // What the supervisor opened ahead of the hours or between them closes when these do.
        (true, OpeningReason::Supervisor)
            if !scheduled
                && calendar
                    .closes_at(opening.since)
                    .is_some_and(|end| end <= now.at) =>
        {
            vec![closed_by_hours(calendar, now)]
        }
        (true, _) => vec![],
        (false, OpeningReason::Hours) if scheduled => vec![Fact::OfficeOpened {
            reason: OpeningReason::Hours,
        }],
        (false, reason) => {
            let next_open_at = next_open_at(calendar, reason, now);
            if next_open_at == opening.next_open_at {
                vec![]
            } else {
                vec![Fact::OfficeClosed {
                    reason,
                    next_open_at,
                }]
            }
        }
    }
}

fn closed_by_hours(calendar: &Calendar<'_>, now: Now<'_>) -> Fact {
    Fact::OfficeClosed {
        reason: OpeningReason::Hours,
        next_open_at: next_open_at(calendar, OpeningReason::Hours, now),
    }
}

/// When it opens next: by its hours, or, where the supervisor closed it, by those of the next day.
pub(super) fn next_open_at(
    calendar: &Calendar<'_>,
    reason: OpeningReason,
    now: Now<'_>,
) -> Option<Timestamp> {
    match reason {
        OpeningReason::Hours => calendar.opens_after(now.at),
        // One that opens at midnight itself opens after the last moment of today.
        OpeningReason::Supervisor => calendar.opens_after(calendar.day_ends_at()?.plus_ms(-1)),
    }
}
