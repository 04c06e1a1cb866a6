// SPDX-License-Identifier: GPL-3.0-or-later
//! When a series recurs on the day: by its rules and dates, without its exceptions, as later changes shifted it.
//!
//! Which form of an event holds is not decided here.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::given::Found;
use super::{APART_DAYS, Override, Place, Reader, apart, is_replaced, recurs};
use crate::event::{End, Event};
use crate::rule::{Rule, TIMES_MAX};
use crate::when::{When, Written};
use crate::zone::Zone;

/// An event that lasts longer each time it recurs is looked for only so far back.
const LASTS_DAYS_MAX: i64 = 31;

/// A series, and the days of it that are asked for.
struct Asked<'z> {
    calendar: usize,
    start: DateTime,
    zone: &'z Zone,
    first: Date,
    last: Date,
}

/// Days, some sixty years of them, that a series may be followed from its start to count its times.
const COUNTED_DAYS_MAX: i64 = 22_000;

/// A part of a series that has the same shape: the whole of it, or what comes after a change for all later times.
struct Piece<'e> {
    event: &'e Event,
    /// When the event that it is shaped by begins.
    base: Timestamp,
    from: Option<DateTime>,
    to: Option<DateTime>,
    shift: SignedDuration,
}

impl Piece<'_> {
    /// Whether a time of the series is in this part of it.
    fn has(&self, local: DateTime) -> bool {
        self.from.is_none_or(|from| from <= local) && self.to.is_none_or(|to| local < to)
    }
}

impl Reader<'_, '_> {
    /// The day's times of a series that begins at `start`, which is the instant `base`.
    pub(super) fn times(
        &mut self,
        event: &Event,
        start: DateTime,
        base: Timestamp,
        zone: &Zone,
        overrides: &[Override],
    ) {
        let rules = self.rules(&event.rules);
        let except_rules = self.rules(&event.except_rules);
        if (rules.len(), except_rules.len()) != (event.rules.len(), event.except_rules.len()) {
            self.keep(event);
        }
        let exceptions = self.exceptions(event, zone, overrides);
        let left_out = |at, date| {
            exceptions.contains(&Place::At(at))
                || exceptions.contains(&Place::On(date))
                || is_replaced(overrides, at, date)
        };
        let Some((begin, end)) = self.day_in(zone) else {
            return;
        };
        let mut given: BTreeSet<Timestamp> = BTreeSet::new();
        for piece in self.pieces(event, base, zone, overrides) {
            let moved_from = |local: DateTime| Some(local.checked_sub(piece.shift).ok()?.date());
            let Some((first, last)) = moved_from(begin).zip(moved_from(end)) else {
                continue;
            };
            let asked = Asked {
                calendar: event.calendar,
                start,
                zone,
                first,
                last,
            };
            let except = self.collect(&except_rules, &asked);
            let mut locals = self.collect(&rules, &asked);
            if (first..=last).contains(&start.date()) {
                locals.insert(start);
            }
            for local in locals
                .into_iter()
                .filter(|local| piece.has(*local) && !except.contains(local))
            {
                let at = local
                    .checked_add(piece.shift)
                    .ok()
                    .and_then(|moved| zone.instant(moved));
                let (Some(original), Some(at)) = (zone.instant(local), at) else {
                    continue;
                };
                if !self.day.has(at) || left_out(original, local.date()) || !given.insert(original)
                {
                    continue;
                }
                if given.len() > TIMES_MAX {
                    self.notes.too_many_times += 1;
                    return;
                }
                let place = Place::At(original);
                let found = Found {
                    place,
                    at,
                    zone,
                    base: piece.base,
                    end: None,
                };
                self.give_shaped(event, piece.event, &found);
            }
        }
        self.dates(event, (start, base), zone, &mut given, left_out);
    }

    /// The day's RDATEs.
    fn dates(
        &mut self,
        event: &Event,
        (start, base): (DateTime, Timestamp),
        zone: &Zone,
        given: &mut BTreeSet<Timestamp>,
        left_out: impl Fn(Timestamp, Date) -> bool,
    ) {
        let day = self.day.day;
        let near = |when: &When| apart(when.date(), day) <= APART_DAYS;
        for (when, end) in event.dates.iter().filter(|(when, _)| near(when)) {
            let when = match when {
                // A date alone has the hour of its series.
                When::Day(date) => When::At(date.to_datetime(start.time()), Written::Floating),
                at @ When::At(..) => at.clone(),
            };
            let at = self.zones.instant(event.calendar, &when, zone);
            let Some(at) = at.filter(|at| self.day.has(*at)) else {
                continue;
            };
            if !left_out(at, when.date()) && given.insert(at) && given.len() <= TIMES_MAX {
                let place = Place::At(at);
                let found = Found {
                    place,
                    at,
                    zone,
                    base,
                    end: end.as_ref(),
                };
                self.give(event, &found, true);
            }
        }
    }

    /// The first and the last second of the office's day, as the clocks of a zone have them.
    fn day_in(&self, zone: &Zone) -> Option<(DateTime, DateTime)> {
        let begins = |day: Date| {
            let midnight = day.at(0, 0, 0, 0);
            self.day
                .zone
                .to_ambiguous_timestamp(midnight)
                .compatible()
                .ok()
        };
        let first = begins(self.day.day)?;
        let last = match self.day.day.tomorrow().ok().and_then(begins) {
            Some(next) => next.checked_sub(1.second()).ok()?,
            None => first.checked_add(23.hours()).ok()?,
        };
        Some((zone.local(first)?, zone.local(last)?))
    }

    /// The parts of a series: before and after each change that holds for all later times.
    fn pieces<'e>(
        &mut self,
        event: &'e Event,
        base: Timestamp,
        zone: &Zone,
        overrides: &'e [Override],
    ) -> Vec<Piece<'e>> {
        let mut pieces = vec![Piece {
            event,
            base,
            from: None,
            to: None,
            shift: SignedDuration::ZERO,
        }];
        for one in overrides.iter().filter(|one| one.event.this_and_future) {
            self.notes.this_and_future += 1;
            let at = one
                .event
                .start
                .as_ref()
                .and_then(|start| self.zones.instant(one.event.calendar, start, zone));
            let at = at.or(zone.instant(one.local));
            let Some((at, moved)) = at.and_then(|at| Some((at, zone.local(at)?))) else {
                continue;
            };
            if let Some(before) = pieces.last_mut() {
                before.to = Some(one.local);
            }
            pieces.push(Piece {
                event: &one.event,
                base: at,
                from: Some(one.local),
                to: None,
                shift: moved.duration_since(one.local),
            });
        }
        pieces
    }

    fn rules(&mut self, texts: &[String]) -> Vec<Rule> {
        let rules: Vec<Rule> = texts.iter().filter_map(|text| Rule::read(text)).collect();
        self.notes.rule_unreadable += texts.len() - rules.len();
        rules
    }

    /// The times of `rules` on the days that are asked for.
    fn collect(&mut self, rules: &[Rule], asked: &Asked<'_>) -> BTreeSet<DateTime> {
        let mut locals = BTreeSet::new();
        for rule in rules {
            // What counts its times has to be followed from its start.
            let mut date = if rule.count.is_some() {
                asked.start.date()
            } else {
                asked.first.max(asked.start.date())
            };
            if i64::from((asked.last - date).get_days()) > COUNTED_DAYS_MAX {
                self.notes.rule_too_much += 1;
                continue;
            }
            let mut counted: u64 = 0;
            'days: while date <= asked.last {
                if !self.charge(rule.cost_on(asked.start, date)) {
                    self.notes.rule_too_much += 1;
                    break;
                }
                for time in rule.times_on(asked.start, date) {
                    let local = date.to_datetime(time);
                    // A start that its own rule does not name counts all the same.
                    counted += u64::from(counted == 0 && local > asked.start) + 1;
                    let ended = rule.count.is_some_and(|count| counted > count)
                        || rule
                            .until
                            .as_ref()
                            .is_some_and(|until| self.is_past(until, local, asked));
                    if ended {
                        break 'days;
                    }
                    if counted > TIMES_MAX as u64 && rule.count.is_some() {
                        self.notes.rule_too_much += 1;
                        break 'days;
                    }
                    if date >= asked.first {
                        locals.insert(local);
                    }
                }
                let Ok(next) = date.tomorrow() else { break };
                date = next;
            }
        }
        locals
    }

    /// Whether UNTIL lies before a time of the series.
    fn is_past(&self, until: &When, local: DateTime, asked: &Asked<'_>) -> bool {
        match until {
            When::Day(date) => local.date() > *date,
            When::At(end, Written::Floating) => local > *end,
            at @ When::At(..) => {
                match (
                    self.zones.instant(asked.calendar, at, asked.zone),
                    asked.zone.instant(local),
                ) {
                    (Some(end), Some(at)) => at > end,
                    _ => false,
                }
            }
        }
    }

    /// The times that EXDATE takes out of a series: by their instant, or by the day.
    fn exceptions(&self, event: &Event, zone: &Zone, overrides: &[Override]) -> BTreeSet<Place> {
        // What was shifted to this day may have been anywhere.
        let shifted = overrides.iter().any(|one| one.event.this_and_future);
        let near = |when: &&When| shifted || apart(when.date(), self.day.day) <= APART_DAYS + 1;
        let place = |when: &When| match when {
            When::Day(date) => Some(Place::On(*date)),
            at => self.zones.instant(event.calendar, at, zone).map(Place::At),
        };
        event.except.iter().filter(near).filter_map(place).collect()
    }

    /// Whether an event of whole days is there on the day.
    pub(super) fn lasts_over_the_day(
        &mut self,
        event: &Event,
        start: Date,
        overrides: &[Override],
    ) -> bool {
        let days = match &event.end {
            Some(End::At(end)) => i64::from((end.date() - start).get_days()),
            Some(End::After(length)) => {
                i64::from(length.get_weeks()) * 7 + i64::from(length.get_days())
            }
            None => 1,
        };
        let days = days.max(1);
        if !recurs(event) {
            return start <= self.day.day && i64::from((self.day.day - start).get_days()) < days;
        }
        let last = self.day.day;
        let Ok(first) = last.checked_sub((days.min(LASTS_DAYS_MAX) - 1).days()) else {
            return false;
        };
        let zone = self.zones.floating(event.calendar);
        let midnight = start.at(0, 0, 0, 0);
        let calendar = event.calendar;
        let asked = Asked {
            calendar,
            start: midnight,
            zone: &zone,
            first,
            last,
        };
        let rules = self.rules(&event.rules);
        let mut found = self.collect(&rules, &asked);
        found.insert(midnight);
        found.extend(
            event
                .dates
                .iter()
                .map(|(when, _)| when.date().at(0, 0, 0, 0)),
        );
        found.iter().map(|local| local.date()).any(|date| {
            let excepted = event.except.iter().any(|except| except.date() == date);
            let replaced = overrides.iter().any(|one| one.local.date() == date);
            (first..=last).contains(&date) && !excepted && !replaced
        })
    }
}
