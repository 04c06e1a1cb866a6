// SPDX-License-Identifier: GPL-3.0-or-later
//! When the office is open: its week, the seasons of its year, its holidays, and days set by hand.
//!
//! A day set by hand outweighs a holiday, a holiday a season, a season the ordinary week. Hours are local
//! times of day; an hour that the clocks skip begins when they have skipped it, one that they repeat
//! begins the first time (RFC 5545, 3.3.5).

use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan};

use crate::office::{Office, OpenSpan, SpecialDay, Weekday};
use crate::time::{Now, Timestamp};

/// Days ahead in which the next opening is looked for: a year and what a leap year adds.
const OPENING_WITHIN_DAYS: i32 = 367;

/// Days ahead within which an opening that has not ended counts as one that never does.
const CLOSING_WITHIN_DAYS: i32 = 8;

/// The hours of an office as they hold at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    office: &'a Office,
    special: &'a [SpecialDay],
    now: Now<'a>,
}

impl<'a> Calendar<'a> {
    /// The calendar of `office`, with the days that were set by hand.
    #[must_use]
    pub const fn new(office: &'a Office, special: &'a [SpecialDay], now: Now<'a>) -> Self {
        Self {
            office,
            special,
            now,
        }
    }

    /// Whether the hours say that it is open now.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.openings(self.now.day())
            .any(|(from, to)| from <= self.now.at && self.now.at < to)
    }

    /// When the opening that holds now ends, or the next one of today after `since`; or else the day.
    /// `None` where the hours go on without an end.
    #[must_use]
    pub fn closes_at(&self, since: Timestamp) -> Option<Timestamp> {
        let today = self.now.day();
        let ends = self.openings(today).map(|(_, to)| to);
        let mut end = ends
            .filter(|to| *to > since)
            .min()
            .or_else(|| self.midnight_after(today))?;
        // What ends as the next begins, on the same day or the one after, does not close in between.
        for ahead in 0..=CLOSING_WITHIN_DAYS {
            let day = later(today, ahead)?;
            let goes_on = |end| {
                let mut openings = self.openings(day);
                openings.find(|(from, to)| *from <= end && end < *to)
            };
            while let Some((_, to)) = goes_on(end) {
                end = to;
            }
            if end < self.midnight_after(day)? {
                return Some(end);
            }
        }
        None
    }

    /// When it opens next after `after`, by the hours. `None` where that is not within a year.
    #[must_use]
    pub fn opens_after(&self, after: Timestamp) -> Option<Timestamp> {
        let first = after.day_in(self.now.zone);
        (0..=OPENING_WITHIN_DAYS).find_map(|ahead| {
            let begins = self.openings(later(first, ahead)?).map(|(from, _)| from);
            begins.filter(|from| *from > after).min()
        })
    }

    /// The end of the business day.
    #[must_use]
    pub fn day_ends_at(&self) -> Option<Timestamp> {
        self.midnight_after(self.now.day())
    }

    fn midnight_after(&self, day: Date) -> Option<Timestamp> {
        self.instant(later(day, 1)?.at(0, 0, 0, 0))
    }

    fn openings(&self, day: Date) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let spans = self.spans(day).unwrap_or(ALL_DAY).iter();
        spans.filter_map(move |span| {
            let at = |minutes: u16| {
                let span: Span = i64::from(minutes).minutes();
                self.instant(day.at(0, 0, 0, 0).checked_add(span).ok()?)
            };
            Some((at(span.from_min())?, at(span.to_min())?))
        })
    }

    /// The spans of `day`; `None`: all of it.
    fn spans(&self, day: Date) -> Option<&'a [OpenSpan]> {
        if let Some(special) = self.special.iter().find(|one| one.day == day) {
            return Some(&special.hours);
        }
        if self.office.holidays.contains(&day) {
            return Some(&[]);
        }
        let season = self.office.seasons.iter().find(|one| one.has(day));
        let week = season.map_or(&self.office.hours, |one| &one.hours);
        if week.is_empty() && season.is_none() {
            return None;
        }
        Some(week.get(&Weekday::of(day)).map_or(&[], |spans| spans))
    }

    fn instant(&self, local: DateTime) -> Option<Timestamp> {
        let at = self.now.zone.to_ambiguous_timestamp(local).compatible();
        at.ok().map(Timestamp::from)
    }
}

const ALL_DAY: &[OpenSpan] = &[OpenSpan::ALL_DAY];

fn later(day: Date, days: i32) -> Option<Date> {
    day.checked_add(days.days()).ok()
}
