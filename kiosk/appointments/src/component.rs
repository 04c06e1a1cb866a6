// SPDX-License-Identifier: GPL-3.0-or-later
//! The walk through a calendar's components: which lines belong to which event, and what is not whole.
//!
//! Components that are no events are passed over with all that is in them; an alarm inside an event has its own
//! DESCRIPTION and DURATION. Where the end of a component is missing, what begins next ends it.

use std::collections::BTreeSet;

use crate::bytes::Lines;
use crate::event::{Event, Reading};
use crate::line::Line;
use crate::mapping::Mapping;
use crate::note::Notes;
use crate::vtimezone::{Observance, VTimeZone};
use crate::zone::Zones;
use crate::{Day, Import, Skipped, Unreadable, series};

/// No office has more, and a machine has an end.
const EVENTS_MAX: usize = 200_000;
const ZONES_MAX: usize = 1000;
/// Deeper nesting than this is counted no further.
const DEPTH_MAX: usize = 64;

/// Reads a calendar; `None`: it is none.
pub(crate) fn read(bytes: &[u8], day: &Day, mapping: &Mapping) -> Option<Import> {
    let mut walk = Walk {
        mapping,
        zones: Zones::new(&day.zone, day.day),
        notes: Notes::default(),
        events: Vec::new(),
        skipped: Vec::new(),
        unreadable: Unreadable::default(),
        calendars: 0,
        in_calendar: false,
        cancelling: BTreeSet::new(),
        zones_kept: 0,
        event: None,
        zone: None,
        observance: None,
        others: Vec::new(),
    };
    let mut lines = Lines::of(bytes);
    for text in &mut lines {
        if let Some(line) = Line::read(&text) {
            walk.take(&line);
        }
    }
    walk.notes.not_utf8 = lines.not_utf8;
    walk.notes.lines_too_long = lines.too_long;
    walk.finish(day)
}

struct Walk<'m> {
    mapping: &'m Mapping,
    zones: Zones<'m>,
    notes: Notes,
    events: Vec<Event>,
    skipped: Vec<Skipped>,
    unreadable: Unreadable,
    calendars: usize,
    in_calendar: bool,
    /// The calendars whose METHOD takes their events back.
    cancelling: BTreeSet<usize>,
    zones_kept: usize,
    event: Option<Reading>,
    zone: Option<VTimeZone>,
    observance: Option<Observance>,
    /// The names of the other components that are open.
    others: Vec<String>,
}

impl Walk<'_> {
    fn take(&mut self, line: &Line) {
        match line.name.as_str() {
            "BEGIN" => self.begin(&line.value.to_ascii_uppercase()),
            "END" => self.end(&line.value.to_ascii_uppercase()),
            _ if !self.others.is_empty() => {}
            _ => self.property(line),
        }
    }

    fn property(&mut self, line: &Line) {
        if let Some(event) = &mut self.event {
            event.take(line, &mut self.notes);
        } else if let Some(observance) = &mut self.observance {
            observance.take(line);
        } else if let Some(zone) = &mut self.zone {
            zone.take(line);
        } else {
            match line.name.as_str() {
                "METHOD" if line.value.eq_ignore_ascii_case("CANCEL") => {
                    self.cancelling.insert(self.calendars);
                }
                "X-WR-TIMEZONE" => self.zones.state(self.calendars, &line.text()),
                _ => {}
            }
        }
    }

    fn begin(&mut self, name: &str) {
        match name {
            "VCALENDAR" => {
                self.cut_event("its end is missing");
                self.close_zone();
                self.notes.cut |= self.in_calendar;
                self.others.clear();
                self.calendars += 1;
                self.in_calendar = true;
            }
            "VEVENT" => {
                self.cut_event("its end is missing");
                self.close_zone();
                self.others.clear();
                self.event = Some(Reading::new(self.calendars));
            }
            "VTIMEZONE" if self.event.is_none() && self.others.is_empty() => {
                self.close_zone();
                self.zone = Some(VTimeZone::default());
            }
            "STANDARD" | "DAYLIGHT" if self.zone.is_some() && self.others.is_empty() => {
                self.close_observance();
                self.observance = Some(Observance::default());
            }
            other if self.others.len() < DEPTH_MAX => self.others.push(other.to_owned()),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "VCALENDAR" => {
                self.cut_event("its end is missing");
                self.close_zone();
                self.others.clear();
                self.in_calendar = false;
            }
            "VEVENT" if self.event.is_some() => {
                self.others.clear();
                self.close_event();
            }
            "VTIMEZONE" if self.zone.is_some() => {
                self.others.clear();
                self.close_zone();
            }
            "STANDARD" | "DAYLIGHT" if self.observance.is_some() => self.close_observance(),
            other => {
                if let Some(at) = self.others.iter().rposition(|one| one == other) {
                    self.others.truncate(at);
                }
            }
        }
    }

    fn close_event(&mut self) {
        let Some(reading) = self.event.take() else {
            return;
        };
        if self.events.len() < EVENTS_MAX {
            self.events.push(reading.finish(self.mapping));
        } else {
            self.notes.too_many_events += 1;
        }
    }

    /// An event whose end never came.
    fn cut_event(&mut self, reason: &str) {
        if let Some(reading) = self.event.take()
            && self.skipped.len() < EVENTS_MAX
        {
            let uid = reading.uid();
            self.notes.unreadable(&mut self.unreadable, uid.clone());
            self.skipped.push(Skipped {
                uid,
                reason: format!("it is cut off: {reason}"),
            });
        }
    }

    fn close_observance(&mut self) {
        if let (Some(observance), Some(zone)) = (self.observance.take(), &mut self.zone) {
            zone.observances.push(observance);
        }
    }

    fn close_zone(&mut self) {
        self.close_observance();
        if let Some(zone) = self.zone.take()
            && self.zones_kept < ZONES_MAX
        {
            self.zones_kept += 1;
            self.zones.keep(self.calendars, zone);
        }
    }

    fn finish(mut self, day: &Day) -> Option<Import> {
        if self.calendars == 0 && self.events.is_empty() {
            return None;
        }
        self.notes.cut |= self.in_calendar || self.event.is_some();
        self.cut_event("the file ends in its middle");
        self.close_zone();
        self.notes.without_calendar = self.calendars == 0;
        for event in &mut self.events {
            event.cancelled |= self.cancelling.contains(&event.calendar);
        }
        let readable = self.events.iter().any(|event| event.start.is_some());
        let mut import = series::on(day, self.events, &self.zones, &mut self.notes);
        import.skipped.extend(self.skipped);
        self.notes.zone_unknown = self.zones.unknown();
        import.unreadable.uids.extend(self.unreadable.uids);
        self.notes.nothing_readable = self.notes.unreadable > 0 && !readable;
        import.cut = self.notes.may_be_missing();
        import.warnings = self.notes.sentences(&zone_name(day));
        Some(import)
    }
}

/// What the office's zone is called.
pub(crate) fn zone_name(day: &Day) -> String {
    day.zone
        .iana_name()
        .unwrap_or("the office's zone")
        .to_owned()
}
