// SPDX-License-Identifier: GPL-3.0-or-later
//! The model's calendar: the clock on the wall is read, and the days are gone through one by one.

use jiff::ToSpan;
use jiff::civil::Date;
use torn_queue::event::{Fact, OpeningReason, TicketStatus};
use torn_queue::office::{OpenSpan, Season, Weekday};
use torn_queue::wait::{Learnt, Waits};
use torn_queue::{Office, Timestamp};

use super::Model;

fn in_season(season: &Season, day: Date) -> bool {
    let day = day.strftime("%m-%d").to_string();
    let (from, to) = (season.from.to_string(), season.to.to_string());
    if from <= to {
        from <= day && day <= to
    } else {
        day >= from || day <= to
    }
}

impl Model {
    fn spans(&self, day: Date) -> Vec<OpenSpan> {
        let office = &self.office;
        if let Some(special) = self.special.iter().find(|one| one.day == day) {
            return special.hours.clone();
        }
        if office.holidays.contains(&day) {
            return vec![];
        }
        let season = office.seasons.iter().find(|one| in_season(one, day));
        if season.is_none() && office.hours.is_empty() {
            return vec![OpenSpan::ALL_DAY];
        }
        let week = season.map_or(&office.hours, |one| &one.hours);
        week.get(&Weekday::of(day)).cloned().unwrap_or_default()
    }

    fn instant(&self, day: Date, minute: u16) -> Timestamp {
        let local = day.at(0, 0, 0, 0) + i64::from(minute).minutes();
        let at = self.zone.to_timestamp(local).expect("an instant");
        at.into()
    }

    fn tomorrow(day: Date) -> Date {
        day.tomorrow().expect("a day")
    }

    /// The end of the span that the clock on the wall is in at `at`.
    fn span_ends(&self, at: Timestamp) -> Option<Timestamp> {
        let wall = self.zone.to_datetime(at.to_jiff());
        let minute = u16::try_from(i32::from(wall.hour()) * 60 + i32::from(wall.minute()));
        let minute = minute.expect("a minute of the day");
        let mut spans = self.spans(wall.date()).into_iter();
        let span = spans.find(|span| span.from_min() <= minute && minute < span.to_min());
        span.map(|span| self.instant(wall.date(), span.to_min()))
    }

    fn is_open_by_hours(&self) -> bool {
        self.span_ends(self.now).is_some()
    }

    /// The first opening by the hours after `after`.
    pub(super) fn opens_after(&self, after: Timestamp) -> Option<Timestamp> {
        let mut day = after.day_in(&self.zone);
        for _ in 0..=367 {
            for span in self.spans(day) {
                let from = self.instant(day, span.from_min());
                if from > after {
                    return Some(from);
                }
            }
            day = Self::tomorrow(day);
        }
        None
    }

    /// The first opening of another day than today.
    pub(super) fn opens_another_day(&self) -> Option<Timestamp> {
        let midnight = self.instant(Self::tomorrow(self.now.day_in(&self.zone)), 0);
        self.opens_after(midnight.plus_ms(-1))
    }

    /// When what is open now ends; `None`: never.
    pub(super) fn closing(&self) -> Option<Timestamp> {
        let today = self.now.day_in(&self.zone);
        let mut end = self.span_ends(self.now).unwrap_or_else(|| {
            // The supervisor opened it: until the hours end next, or the day.
            let ends = self.spans(today).into_iter();
            let mut ends = ends.map(|span| self.instant(today, span.to_min()));
            let midnight = self.instant(Self::tomorrow(today), 0);
            let since = self.opening.since;
            ends.find(|end| *end > since).unwrap_or(midnight)
        });
        for _ in 0..50 {
            match self.span_ends(end) {
                Some(later) => end = later,
                None => return Some(end),
            }
        }
        None
    }

    pub(super) fn begin_day(&mut self, office: &Office) -> Vec<Fact> {
        let count = |all: &[TicketStatus]| {
            let all = self.visits.iter().filter(|one| all.contains(&one.status));
            u32::try_from(all.count()).expect("few")
        };
        let left = count(&[TicketStatus::Waiting, TicketStatus::Parked]);
        let ended = count(&[TicketStatus::Called]);
        self.day = self.now.day_in(&self.zone);
        self.gone.extend(self.visits.drain(..).map(|one| one.id));
        self.given.clear();
        self.services.clear();
        self.desks.clear();
        self.expected.clear();
        self.calls.clear();
        self.restores = 0;
        self.waits = Waits::begin_day(self.day, self.waits.learnt());
        self.special.retain(|one| one.day >= self.day);
        let now = self.now;
        let notice = self.notice.take();
        self.notice = notice.filter(|one| one.until.is_some_and(|until| until > now));
        self.configure(office);
        let noon = self.instant(self.day, 12 * 60);
        let mut facts = vec![Fact::DayBegan {
            log: self.log.clone(),
            day: self.day,
            office: Box::new(office.clone()),
            left,
            ended,
            midnight_at: Some(noon.plus_ms(-12 * 3_600_000)),
            special_days: self.special.clone(),
            notice: self.notice.clone(),
            learnt: Learnt::default(),
            numbers: vec![],
        }];
        facts.push(if self.is_open_by_hours() {
            self.open(OpeningReason::Hours)
        } else {
            let next = self.opens_after(self.now);
            self.opening.open = true;
            self.close(OpeningReason::Hours, next)
        });
        self.opening.since = self.now;
        facts
    }

    pub(super) fn open(&mut self, reason: OpeningReason) -> Fact {
        if !self.opening.open || self.opening.by != reason {
            self.opening.since = self.now;
        }
        (self.opening.open, self.opening.by) = (true, reason);
        self.opening.next = None;
        Fact::OfficeOpened { reason }
    }

    pub(super) fn close(&mut self, reason: OpeningReason, next: Option<Timestamp>) -> Fact {
        if self.opening.open || self.opening.by != reason {
            self.opening.since = self.now;
        }
        (self.opening.open, self.opening.by) = (false, reason);
        self.opening.next = next;
        Fact::OfficeClosed {
            reason,
            next_open_at: next,
        }
    }

    /// All that the clock brings about now.
    pub(super) fn tick(&mut self) -> Vec<Fact> {
        if self.now.day_in(&self.zone) > self.day {
            let office = self.office.clone();
            return self.begin_day(&office);
        }
        let mut facts = self.open_or_close();
        facts.extend(self.fill());
        facts
    }

    fn open_or_close(&mut self) -> Vec<Fact> {
        let scheduled = self.is_open_by_hours();
        let by_hours = self.opening.by == OpeningReason::Hours;
        if self.opening.open {
            let over = by_hours || self.closing().is_some_and(|end| end <= self.now);
            if scheduled || !over {
                return vec![];
            }
            let next = self.opens_after(self.now);
            return vec![self.close(OpeningReason::Hours, next)];
        }
        if by_hours && scheduled {
            return vec![self.open(OpeningReason::Hours)];
        }
        let next = if by_hours {
            self.opens_after(self.now)
        } else {
            self.opens_another_day()
        };
        if next == self.opening.next {
            return vec![];
        }
        vec![self.close(self.opening.by, next)]
    }
}
