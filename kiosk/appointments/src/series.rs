// SPDX-License-Identifier: GPL-3.0-or-later
//! From events to the appointments of a day: which form of an event holds, when a series recurs, what was moved,
//! cancelled or left out.
//!
//! Local times are compared as the series' own zone has them; which office day they fall on is asked at the end,
//! of the instant. The work of a whole file is bounded.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Span, Timestamp, ToSpan};

use crate::event::{End, Event};
use crate::note::Notes;
use crate::rule::{Rule, TIMES_MAX};
use crate::when::{When, Written};
use crate::zone::{Zone, Zones};
use crate::{Appointment, Day, Import, Skipped};

/// Days, and times within them, that are looked at for the series of one file.
const WORK_MAX: u64 = 20_000_000;
/// More appointments a day than any file has.
const APPOINTMENTS_MAX: usize = 50_000;
/// Two zones are never further apart than so many days.
const APART_DAYS: i64 = 2;
/// An event that lasts longer each time it recurs is looked for only so far back.
const LASTS_DAYS_MAX: i64 = 31;

const ALL_DAY: &str = "it lasts all day, so it is no appointment";
const CANCELLED: &str = "it is cancelled";

/// The day's appointments among `events`, and what of the day is none.
pub(crate) fn on(day: &Day, events: Vec<Event>, zones: &Zones<'_>, notes: &mut Notes) -> Import {
    let mut by_uid: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for event in events {
        by_uid.entry(event.uid.clone()).or_default().push(event);
    }
    let mut reader = Reader {
        day,
        zones,
        notes,
        work: WORK_MAX,
        import: Import::default(),
    };
    for events in by_uid.into_values() {
        reader.series(events);
    }
    let mut import = reader.import;
    import
        .appointments
        .sort_by(|a, b| (a.start, &a.uid).cmp(&(b.start, &b.uid)));
    import
}

/// Which time of its series an event stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    At(Timestamp),
    On(Date),
}

/// An event in place of one time of its series.
struct Override {
    place: Place,
    /// The same as the series' clocks have it.
    local: DateTime,
    event: Event,
}

/// A part of a series that has the same shape: the whole of it, or what comes after a change for all later times.
struct Piece<'e> {
    event: &'e Event,
    /// When the event that it is shaped by begins.
    base: Timestamp,
    from: Option<DateTime>,
    to: Option<DateTime>,
    shift: SignedDuration,
}

/// A time of a series.
struct Found<'e> {
    place: Place,
    at: Timestamp,
    zone: &'e Zone,
    base: Timestamp,
    end: Option<&'e End>,
}

struct Reader<'r, 'd> {
    day: &'r Day,
    zones: &'r Zones<'d>,
    notes: &'r mut Notes,
    work: u64,
    import: Import,
}

impl Reader<'_, '_> {
    /// All events with one UID.
    fn series(&mut self, events: Vec<Event>) {
        let (replacing, single): (Vec<_>, Vec<_>) = events
            .into_iter()
            .partition(|event| event.recurrence.is_some());
        let masters = newest(single);
        let several = masters.len() > 1;
        self.notes.same_uid += masters.len().saturating_sub(1);
        let zone = self.zone_of_series(masters.first().or(replacing.first()));
        let overrides = self.overrides(replacing, &masters, &zone);
        for master in &masters {
            self.master(master, &overrides, several);
        }
        for one in &overrides {
            self.replacement(one, &zone);
        }
    }

    fn zone_of_series(&self, event: Option<&Event>) -> Zone {
        let calendar = event.map_or(0, |event| event.calendar);
        let floating = self.zones.floating(calendar);
        let recurs = event.is_some_and(|event| event.recurrence.is_some() || recurs(event));
        match event.and_then(|event| event.start.as_ref()) {
            Some(When::At(_, written)) if recurs => self.zones.of(calendar, written, &floating),
            _ => floating,
        }
    }

    /// The newest form of each event that stands for one time of the series, in order.
    fn overrides(&mut self, events: Vec<Event>, masters: &[Event], zone: &Zone) -> Vec<Override> {
        let mut by_place: BTreeMap<Place, Vec<Event>> = BTreeMap::new();
        for event in events {
            let place = match &event.recurrence {
                Some(When::Day(date)) => Some(Place::On(*date)),
                Some(at) => self.zones.instant(event.calendar, at, zone).map(Place::At),
                None => None,
            };
            match place {
                Some(place) => by_place.entry(place).or_default().push(event),
                None => self.skip(&event, None, "the time that it stands for can't be read"),
            }
        }
        // A series that is taken back is so with all that was changed before.
        let taken_back = masters
            .iter()
            .filter(|one| one.cancelled)
            .map(|one| one.sequence)
            .max();
        let mut all = Vec::new();
        for (place, events) in by_place {
            let local = match place {
                Place::At(at) => zone.local(at),
                Place::On(date) => Some(date.at(0, 0, 0, 0)),
            };
            let Some(mut event) = newest(events).pop() else {
                continue;
            };
            event.cancelled |= taken_back.is_some_and(|sequence| event.sequence <= sequence);
            if let Some(local) = local {
                all.push(Override {
                    place,
                    local,
                    event,
                });
            }
        }
        all
    }

    /// The event that a series, or a single appointment, begins with.
    fn master(&mut self, event: &Event, overrides: &[Override], several: bool) {
        match &event.start {
            None if event.start_unreadable => self.skip(event, None, "its start can't be read"),
            None => self.skip(event, None, "it has no start"),
            Some(When::Day(date)) => {
                if self.lasts_over_the_day(event, *date, overrides) {
                    self.skip(
                        event,
                        None,
                        if event.cancelled { CANCELLED } else { ALL_DAY },
                    );
                }
            }
            Some(When::At(local, written)) => {
                let near = apart(local.date(), self.day.day) <= APART_DAYS;
                let recurs = recurs(event);
                if !near && !recurs {
                    return;
                }
                let zone = self.zones.of(
                    event.calendar,
                    written,
                    &self.zones.floating(event.calendar),
                );
                let Some(base) = zone.instant(*local) else {
                    self.skip(event, None, "its start can't be read");
                    return;
                };
                if recurs {
                    self.times(event, *local, base, &zone, overrides);
                } else if self.day.has(base) && !is_replaced(overrides, base, local.date()) {
                    let found = Found {
                        place: Place::At(base),
                        at: base,
                        zone: &zone,
                        base,
                        end: None,
                    };
                    self.give(event, &found, several);
                }
            }
        }
    }

    /// The day's times of a series that begins at `start`.
    fn times(
        &mut self,
        event: &Event,
        start: DateTime,
        base: Timestamp,
        zone: &Zone,
        overrides: &[Override],
    ) {
        let rules = self.rules(&event.rules);
        let except_rules = self.rules(&event.except_rules);
        let exceptions = self.exceptions(event, zone, overrides);
        let excepted =
            |at, date| exceptions.contains(&Place::At(at)) || exceptions.contains(&Place::On(date));
        let mut given: BTreeSet<Timestamp> = BTreeSet::new();
        for piece in self.pieces(event, base, zone, overrides) {
            let back = |days: i64| {
                self.day
                    .day
                    .checked_add(days.days())
                    .ok()?
                    .checked_sub(piece.shift)
                    .ok()
            };
            let (Some(first), Some(last)) = (back(-APART_DAYS), back(APART_DAYS)) else {
                continue;
            };
            let mut locals = BTreeSet::new();
            if (first..=last).contains(&start.date()) {
                locals.insert(start);
            }
            self.collect(
                &mut locals,
                &rules,
                event.calendar,
                start,
                zone,
                first,
                last,
            );
            let mut except = BTreeSet::new();
            self.collect(
                &mut except,
                &except_rules,
                event.calendar,
                start,
                zone,
                first,
                last,
            );
            let in_piece = |local: &DateTime| {
                piece.from.is_none_or(|from| from <= *local)
                    && piece.to.is_none_or(|to| *local < to)
            };
            for local in locals
                .iter()
                .filter(|local| in_piece(local) && !except.contains(local))
            {
                let at = local
                    .checked_add(piece.shift)
                    .ok()
                    .and_then(|moved| zone.instant(moved));
                let (Some(original), Some(at)) = (zone.instant(*local), at) else {
                    continue;
                };
                let left_out = !self.day.has(at)
                    || is_replaced(overrides, original, local.date())
                    || excepted(original, local.date());
                if left_out || !given.insert(original) {
                    continue;
                }
                if given.len() > TIMES_MAX {
                    self.notes.too_many_times += 1;
                    return;
                }
                let found = Found {
                    place: Place::At(original),
                    at,
                    zone,
                    base: piece.base,
                    end: None,
                };
                self.give_shaped(event, piece.event, &found);
            }
        }
        for (when, end) in &event.dates {
            let near = apart(when.date(), self.day.day) <= APART_DAYS;
            let when = match when {
                // A date alone has the hour of its series.
                When::Day(date) => When::At(date.to_datetime(start.time()), Written::Floating),
                at @ When::At(..) => at.clone(),
            };
            let at = if near {
                self.zones.instant(event.calendar, &when, zone)
            } else {
                None
            };
            let Some(at) = at.filter(|at| self.day.has(*at)) else {
                continue;
            };
            let left_out = is_replaced(overrides, at, when.date()) || excepted(at, when.date());
            if !left_out && given.insert(at) && given.len() <= TIMES_MAX {
                let found = Found {
                    place: Place::At(at),
                    at,
                    zone,
                    base,
                    end: end.as_ref(),
                };
                self.give(event, &found, true);
            }
        }
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

    /// Adds the times of `rules` from `first` to `last`.
    #[expect(
        clippy::too_many_arguments,
        reason = "a series' rules, its start and the days that are asked for"
    )]
    fn collect(
        &mut self,
        locals: &mut BTreeSet<DateTime>,
        rules: &[Rule],
        calendar: usize,
        start: DateTime,
        zone: &Zone,
        first: Date,
        last: Date,
    ) {
        for rule in rules {
            // What counts its times has to be followed from its start.
            let mut date = if rule.count.is_some() {
                start.date()
            } else {
                first.max(start.date())
            };
            let mut counted: u64 = 0;
            'days: while date <= last {
                if !self.charge(rule.cost()) {
                    self.notes.rule_too_much += 1;
                    break;
                }
                for time in rule.times_on(start, date) {
                    let local = date.to_datetime(time);
                    // A start that its own rule does not name counts all the same.
                    counted += u64::from(counted == 0 && local > start) + 1;
                    let ended = rule.count.is_some_and(|count| counted > count)
                        || rule
                            .until
                            .as_ref()
                            .is_some_and(|until| self.is_past(until, calendar, local, zone));
                    if ended {
                        break 'days;
                    }
                    if counted > TIMES_MAX as u64 && rule.count.is_some() {
                        self.notes.rule_too_much += 1;
                        break 'days;
                    }
                    if date >= first {
                        locals.insert(local);
                    }
                }
                let Ok(next) = date.tomorrow() else { break };
                date = next;
            }
        }
    }

    /// Whether UNTIL lies before a time of the series.
    fn is_past(&self, until: &When, calendar: usize, local: DateTime, zone: &Zone) -> bool {
        match until {
            When::Day(date) => local.date() > *date,
            When::At(end, Written::Floating) => local > *end,
            at @ When::At(..) => {
                match (self.zones.instant(calendar, at, zone), zone.instant(local)) {
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
    fn lasts_over_the_day(&mut self, event: &Event, start: Date, overrides: &[Override]) -> bool {
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
        let mut found = BTreeSet::new();
        if (first..=last).contains(&start) {
            found.insert(start.at(0, 0, 0, 0));
        }
        let rules = self.rules(&event.rules);
        self.collect(
            &mut found,
            &rules,
            event.calendar,
            start.at(0, 0, 0, 0),
            &zone,
            first,
            last,
        );
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

    /// An event that stands for one time of its series.
    fn replacement(&mut self, one: &Override, series: &Zone) {
        let event = &one.event;
        if event.start.is_none() && event.start_unreadable {
            self.skip(event, Some(one.place), "its start can't be read");
            return;
        }
        match event.start.as_ref().or(event.recurrence.as_ref()) {
            Some(When::Day(date)) if self.lasts_over_the_day(event, *date, &[]) => {
                let reason = if event.cancelled { CANCELLED } else { ALL_DAY };
                self.skip(event, Some(one.place), reason);
            }
            Some(When::At(local, written)) if apart(local.date(), self.day.day) <= APART_DAYS => {
                let zone = self.zones.of(event.calendar, written, series);
                let Some(at) = zone.instant(*local).filter(|at| self.day.has(*at)) else {
                    return;
                };
                let found = Found {
                    place: one.place,
                    at,
                    zone: &zone,
                    base: at,
                    end: None,
                };
                self.give(event, &found, true);
            }
            _ => {}
        }
    }

    fn give(&mut self, event: &Event, found: &Found<'_>, with_place: bool) {
        let uid = if with_place {
            placed(&event.uid, found.place)
        } else {
            event.uid.clone()
        };
        self.put(event, event, found, uid);
    }

    /// A time of `series` that a later change has shaped.
    fn give_shaped(&mut self, series: &Event, shape: &Event, found: &Found<'_>) {
        let uid = placed(&series.uid, found.place);
        self.put(series, shape, found, uid);
    }

    fn put(&mut self, series: &Event, shape: &Event, found: &Found<'_>, uid: String) {
        if series.cancelled || shape.cancelled {
            self.import.skipped.push(Skipped {
                uid: Some(uid),
                reason: CANCELLED.to_owned(),
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

    fn end(&mut self, event: &Event, found: &Found<'_>) -> Option<Timestamp> {
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

    fn skip(&mut self, event: &Event, place: Option<Place>, reason: &str) {
        let uid = place.map_or_else(|| event.uid.clone(), |place| placed(&event.uid, place));
        let uid = Some(uid).filter(|_| !event.without_uid);
        self.import.skipped.push(Skipped {
            uid,
            reason: reason.to_owned(),
        });
    }

    fn charge(&mut self, work: u64) -> bool {
        self.work = self.work.saturating_sub(work);
        self.work > 0
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

fn recurs(event: &Event) -> bool {
    !event.rules.is_empty() || !event.dates.is_empty()
}

fn apart(a: Date, b: Date) -> i64 {
    i64::from((a - b).get_days()).abs()
}

/// A UID with the time of its series.
fn placed(uid: &str, place: Place) -> String {
    match place {
        Place::At(at) => format!("{uid}/{at}"),
        Place::On(date) => format!("{uid}/{date}"),
    }
}

fn is_replaced(overrides: &[Override], at: Timestamp, date: Date) -> bool {
    let by = |place| {
        overrides
            .binary_search_by_key(&place, |one| one.place)
            .is_ok()
    };
    by(Place::At(at)) || by(Place::On(date))
}

/// Of several forms of an event the newest: by SEQUENCE, then by when it was changed. Where nothing says which is
/// newer, those that begin at different times are different appointments.
fn newest(events: Vec<Event>) -> Vec<Event> {
    fn age(a: &Event, b: &Event) -> Ordering {
        let changed = |event: &Event| event.modified.or(event.stamped);
        a.sequence
            .cmp(&b.sequence)
            .then_with(|| changed(a).cmp(&changed(b)))
    }
    let mut best: Vec<Event> = Vec::new();
    let mut by_start: BTreeMap<Option<When>, usize> = BTreeMap::new();
    for event in events {
        match best.first().map(|one| age(&event, one)) {
            Some(Ordering::Less) => continue,
            Some(Ordering::Greater) => {
                best.clear();
                by_start.clear();
            }
            _ => {}
        }
        let place = *by_start.entry(event.start.clone()).or_insert(best.len());
        match best.get_mut(place) {
            Some(same) if same.cancelled => {}
            Some(same) => *same = event,
            None => best.push(event),
        }
    }
    best
}
