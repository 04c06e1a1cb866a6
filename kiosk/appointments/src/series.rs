// SPDX-License-Identifier: GPL-3.0-or-later
//! From events to the appointments of a day: which form of an event holds, when a series recurs, what was moved,
//! cancelled or left out.
//!
//! Local times are compared as the series' own zone has them; which office day they fall on is asked at the end,
//! of the instant. The work of a whole file is bounded.

mod given;
mod times;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::event::Event;
use crate::note::Notes;
use crate::when::When;
use crate::zone::{Zone, Zones};
use crate::{Day, Import};
use given::Found;

/// Days, and times within them, that are looked at for the series of one file.
const WORK_MAX: u64 = 20_000_000;
/// Two zones are never further apart than so many days.
const APART_DAYS: i64 = 2;

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
                None => self.unreadable(&event, None, "the time that it stands for can't be read"),
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
            // A cancellation often says no more than that it is one.
            if let Some(master) = masters.first().filter(|_| event.cancelled) {
                event.service = event.service.or_else(|| master.service.clone());
                event.code = event.code.or_else(|| master.code.clone());
            }
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
        if event.dates_unreadable {
            self.keep(event);
        }
        match &event.start {
            None if event.start_unreadable => {
                self.unreadable(event, None, "its start can't be read");
            }
            None => self.unreadable(event, None, "it has no start"),
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
                    self.unreadable(event, None, "its start can't be read");
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

    /// An event that stands for one time of its series.
    fn replacement(&mut self, one: &Override, series: &Zone) {
        let event = &one.event;
        if event.start.is_none() && event.start_unreadable {
            self.unreadable(event, Some(one.place), "its start can't be read");
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

    fn charge(&mut self, work: u64) -> bool {
        self.work = self.work.saturating_sub(work);
        self.work > 0
    }
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
