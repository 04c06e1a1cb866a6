// SPDX-License-Identifier: GPL-3.0-or-later
//! Bytes of a source into a list that is handed over, and what the log is told of it.
//!
//! The log is told counts and reasons, never a uid or a word of an event. Where the bytes come from is not known
//! here.

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use torn_appointments::{Day, Import, Kind, Mapping, NotACalendar, read};
use torn_config::HubConfig;

use super::source::{HandOver, SourceList, Today};

/// Reasons that one read may put into the log; the rest are a number.
const REASONS_MAX: usize = 20;

/// Days after today that are read as well: who comes on a wrong day of the week is told the right one.
const DAYS_AHEAD: i64 = 7;

/// How a configuration reads text: its patterns, and the names of its services.
#[must_use]
pub fn mapping(config: &HubConfig) -> Mapping {
    let appointments = &config.appointments;
    let patterns = Mapping::new(appointments.map.clone(), appointments.code.clone());
    let services = config.office.services.iter();
    services.fold(patterns, |mapping, service| {
        let names = service.name.0.values().map(String::as_str);
        mapping.with_service(&service.id, names)
    })
}

/// What came of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The list was taken.
    Taken,
    /// There is no room for it yet.
    Later,
    /// The bytes are no good list; the one before stays.
    Refused,
}

/// Reads bytes for the day that it is, and hands over what is in them.
pub(super) struct Reader {
    zone: TimeZone,
    mapping: Mapping,
    today: Today,
    hand_over: HandOver,
}

impl Reader {
    pub(super) fn new(config: &HubConfig, today: Today, hand_over: HandOver) -> Self {
        Self {
            zone: config.zone.clone(),
            mapping: mapping(config),
            today,
            hand_over,
        }
    }

    pub(super) fn today(&self) -> Date {
        (self.today)()
    }

    /// Reads a source's bytes and hands over what is in them, for `today` and the days after it.
    pub(super) fn take(&self, source: &str, bytes: &[u8], kind: Kind, today: Date) -> Outcome {
        let of_day = |day| {
            let zone = self.zone.clone();
            read(bytes, kind, &Day { day, zone }, &self.mapping)
        };
        let mut import = match of_day(today) {
            Ok(import) => import,
            Err(why) => {
                refuse(source, why);
                return Outcome::Refused;
            }
        };
        tell(source, today, &import);
        for ahead in 1..=DAYS_AHEAD {
            // What is readable for one day is for all.
            if let Ok(later) = of_day(later(today, ahead)) {
                import.appointments.extend(later.appointments);
                import.cancelled.extend(later.cancelled);
                import.unreadable.uids.extend(later.unreadable.uids);
                import.cut |= later.cut;
            }
        }
        if import.appointments.is_empty() && !import.cut {
            tracing::warn!(source, day = %today, days = DAYS_AHEAD + 1, "there is no appointment from this day on; whoever this source had is not expected any more");
        }
        if self.give(source, today, import) {
            Outcome::Taken
        } else {
            Outcome::Later
        }
    }

    /// Hands over that a source is gone, and with it all that it had.
    pub(super) fn gone(&self, source: &str, day: Date) -> bool {
        tracing::info!(source, %day, "the source of appointments is gone, and what it had with it");
        self.give(source, day, Import::default())
    }

    fn give(&self, source: &str, today: Date, import: Import) -> bool {
        (self.hand_over)(SourceList {
            source: source.to_owned(),
            days: today..=later(today, DAYS_AHEAD),
            whole: !import.cut,
            list: import.appointments,
            cancelled: import.cancelled,
            unreadable: import.unreadable,
        })
    }
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

fn refuse(source: &str, why: NotACalendar) {
    tracing::warn!(source, %why, "no appointments were read; those read before stay");
}

fn tell(source: &str, day: Date, import: &Import) {
    let (appointments, skipped) = (import.appointments.len(), import.skipped.len());
    tracing::info!(source, %day, appointments, skipped, "appointments read");
    for warning in &import.warnings {
        tracing::warn!(source, %day, "{warning}");
    }
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &import.skipped {
        // A table's reasons begin with their row.
        let reason = one
            .reason
            .split_once(": ")
            .map_or(one.reason.as_str(), |(head, rest)| {
                if head.starts_with("row ") {
                    rest
                } else {
                    &one.reason
                }
            });
        *reasons.entry(reason).or_default() += 1;
    }
    for (reason, times) in reasons.into_iter().take(REASONS_MAX) {
        tracing::info!(source, %day, times, reason, "skipped");
    }
}
