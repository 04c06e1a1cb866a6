// SPDX-License-Identifier: GPL-3.0-or-later
//! What is given for a time of the day: an appointment with its end, or a reason why there is none.

use jiff::{Span, Timestamp};

use super::{CANCELLED, Place, Reader, placed};
use crate::event::{End, Event};
use crate::when::{When, Written};
use crate::zone::Zone;
use crate::{Appointment, Skipped};

/// More appointments a day than any file has.
const APPOINTMENTS_MAX: usize = 50_000;

/// A time of a series.
pub(super) struct Found<'e> {
    pub(super) place: Place,
    pub(super) at: Timestamp,
    pub(super) zone: &'e Zone,
    pub(super) base: Timestamp,
    pub(super) end: Option<&'e End>,
}

impl Reader<'_, '_> {
    pub(super) fn give(&mut self, event: &Event, found: &Found<'_>, with_place: bool) {
        let uid = if with_place {
            placed(&event.uid, found.place)
        } else {
            event.uid.clone()
        };
        self.put(event, event, found, uid);
    }

    /// A time of `series` that a later change has shaped.
    pub(super) fn give_shaped(&mut self, series: &Event, shape: &Event, found: &Found<'_>) {
        let uid = placed(&series.uid, found.place);
        self.put(series, shape, found, uid);
    }

    pub(super) fn put(&mut self, series: &Event, shape: &Event, found: &Found<'_>, uid: String) {
        if series.cancelled || shape.cancelled {
            self.cancelled(series, shape, found, uid);
            return;
        }
        if let Some(reason) = series.bad_uid.or(shape.bad_code) {
            if series.bad_uid.is_none() {
                self.import.unreadable.uids.insert(uid);
            }
            self.import.skipped.push(Skipped {
                uid: None,
                reason: reason.to_owned(),
            });
            return;
        }
        if self.import.appointments.len() >= APPOINTMENTS_MAX {
            self.notes.too_many_events += 1;
            return;
        }
        self.notes.without_uid += usize::from(series.without_uid);
        self.notes.zone_and_utc += usize::from(shape.zone_and_utc);
        let floats = matches!(&shape.start, Some(When::At(_, Written::Floating)));
        self.notes.zone_stated +=
            usize::from(floats && self.zones.floats_elsewhere(shape.calendar));
        let end = self.end(shape, found);
        self.import.appointments.push(Appointment {
            start: found.at,
            end,
            uid,
            service: shape.service.clone(),
            code: shape.code.clone(),
        });
    }

    fn cancelled(&mut self, series: &Event, shape: &Event, found: &Found<'_>, uid: String) {
        let named = series.bad_uid.is_none();
        self.import.skipped.push(Skipped {
            uid: Some(uid.clone()).filter(|_| named),
            reason: CANCELLED.to_owned(),
        });
        if named && self.import.cancelled.len() < APPOINTMENTS_MAX {
            self.import.cancelled.push(Appointment {
                start: found.at,
                end: None,
                uid,
                service: shape.service.clone(),
                code: shape.code.clone(),
            });
        }
    }

    pub(super) fn end(&mut self, event: &Event, found: &Found<'_>) -> Option<Timestamp> {
        let own = found.end.is_some();
        let end = match found.end.or(event.end.as_ref()) {
            Some(End::After(length)) => after(found.at, *length, found.zone),
            Some(End::At(when)) => {
                let end = self.zones.instant(event.calendar, when, found.zone);
                let base = if own { found.at } else { found.base };
                end.and_then(|end| found.at.checked_add(end.duration_since(base)).ok())
            }
            None => {
                self.notes.end_unreadable += usize::from(event.end_unreadable);
                return None;
            }
        };
        match end {
            None => self.notes.end_unreadable += 1,
            Some(end) if end < found.at => self.notes.ends_before_start += 1,
            Some(_) => {}
        }
        end.filter(|end| *end >= found.at)
    }

    pub(super) fn skip(&mut self, event: &Event, place: Option<Place>, reason: &str) {
        let uid = place.map_or_else(|| event.uid.clone(), |place| placed(&event.uid, place));
        let uid = Some(uid).filter(|_| !event.without_uid && event.bad_uid.is_none());
        self.import.skipped.push(Skipped {
            uid,
            reason: reason.to_owned(),
        });
    }

    /// Skips an event of which nobody can say whether, or when, it is an appointment.
    pub(super) fn unreadable(&mut self, event: &Event, place: Option<Place>, reason: &str) {
        self.skip(event, place, reason);
        // What is off is so, whenever it would have been.
        if !event.cancelled {
            let uid = place.map_or_else(|| event.uid.clone(), |place| placed(&event.uid, place));
            let uid = Some(uid).filter(|_| !event.without_uid && event.bad_uid.is_none());
            self.notes.unreadable(&mut self.import.unreadable, uid);
        }
    }

    /// What was known of an event before still holds, besides what can be read of it.
    pub(super) fn keep(&mut self, event: &Event) {
        if !event.without_uid && event.bad_uid.is_none() {
            self.import.unreadable.uids.insert(event.uid.clone());
        }
    }
}

/// An instant and a length: days go by the clocks of the zone, hours and minutes by themselves.
fn after(at: Timestamp, length: Span, zone: &Zone) -> Option<Timestamp> {
    let days = Span::new()
        .try_weeks(length.get_weeks())
        .and_then(|span| span.try_days(length.get_days()))
        .ok()?;
    let at = if days.is_zero() {
        at
    } else {
        zone.instant(zone.local(at)?.checked_add(days).ok()?)?
    };
    let rest = length.try_weeks(0).and_then(|span| span.try_days(0)).ok()?;
    at.checked_add(rest).ok()
}
