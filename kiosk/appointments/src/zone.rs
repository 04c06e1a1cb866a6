// SPDX-License-Identifier: GPL-3.0-or-later
//! Which zone a name means, and which instant a written time is.
//!
//! A name is looked up as IANA's, as one of Windows', as one of those that carry an IANA name inside; then the
//! file's own VTIMEZONE decides; what nobody knows is the office's zone, and that is counted, since whoever reads
//! the result must be told.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use crate::vtimezone::{OwnRules, VTimeZone};
use crate::when::{When, Written, offset};
use crate::windows;

/// A zone that times can be read in.
#[derive(Clone)]
pub(crate) enum Zone {
    Known(TimeZone),
    Own(Rc<OwnRules>),
}

impl Zone {
    /// The instant of a local time. One that happens twice is the earlier; one that does not happen is shifted
    /// forward by the gap.
    pub(crate) fn instant(&self, local: DateTime) -> Option<Timestamp> {
        match self {
            Self::Known(zone) => zone.to_ambiguous_timestamp(local).compatible().ok(),
            Self::Own(rules) => rules.instant(local),
        }
    }

    /// What the clocks show there at an instant.
    pub(crate) fn local(&self, at: Timestamp) -> Option<DateTime> {
        match self {
            Self::Known(zone) => Some(zone.to_datetime(at)),
            Self::Own(rules) => rules.local(at),
        }
    }
}

/// The zones of a file. Calendars of one file are told apart by their place in it.
pub(crate) struct Zones<'d> {
    office: &'d TimeZone,
    day: Date,
    /// What `X-WR-TIMEZONE` says, by calendar.
    stated: BTreeMap<usize, TimeZone>,
    own: BTreeMap<(usize, String), VTimeZone>,
    found: RefCell<BTreeMap<(usize, String), Option<Zone>>>,
    unknown: Cell<usize>,
}

impl<'d> Zones<'d> {
    pub(crate) fn new(office: &'d TimeZone, day: Date) -> Self {
        Self {
            office,
            day,
            stated: BTreeMap::new(),
            own: BTreeMap::new(),
            found: RefCell::default(),
            unknown: Cell::new(0),
        }
    }

    /// Keeps a VTIMEZONE of a calendar; the first of a name stays.
    pub(crate) fn keep(&mut self, calendar: usize, zone: VTimeZone) {
        let name = zone.name.to_lowercase();
        self.own.entry((calendar, name)).or_insert(zone);
    }

    /// Keeps a calendar's `X-WR-TIMEZONE`, if it is a zone. UTC is what servers say that were never told, so it
    /// says nothing of times without a zone.
    pub(crate) fn state(&mut self, calendar: usize, name: &str) {
        if let Some(zone) = known(name).filter(|zone| !is_utc(zone)) {
            self.stated.entry(calendar).or_insert(zone);
        }
    }

    /// How many times named a zone that nobody knows.
    pub(crate) fn unknown(&self) -> usize {
        self.unknown.get()
    }

    /// The zone of times without one.
    pub(crate) fn floating(&self, calendar: usize) -> Zone {
        Zone::Known(self.stated.get(&calendar).unwrap_or(self.office).clone())
    }

    /// Whether times without a zone are read in another one than the office's.
    pub(crate) fn floats_elsewhere(&self, calendar: usize) -> bool {
        self.stated
            .get(&calendar)
            .is_some_and(|zone| zone != self.office)
    }

    /// The zone that a time was written in; `usual`: that of one without.
    pub(crate) fn of(&self, calendar: usize, written: &Written, usual: &Zone) -> Zone {
        match written {
            Written::Utc => Zone::Known(TimeZone::UTC),
            Written::Offset(seconds) => Offset::from_seconds(*seconds)
                .map_or_else(|_| usual.clone(), |one| Zone::Known(TimeZone::fixed(one))),
            Written::Floating => usual.clone(),
            Written::Named(name) => self.named(calendar, name).unwrap_or_else(|| {
                self.unknown.set(self.unknown.get() + 1);
                Zone::Known(self.office.clone())
            }),
        }
    }

    /// The instant of a time; `None` for a day, and for what no calendar reaches.
    pub(crate) fn instant(&self, calendar: usize, when: &When, usual: &Zone) -> Option<Timestamp> {
        match when {
            When::Day(_) => None,
            When::At(local, written) => self.of(calendar, written, usual).instant(*local),
        }
    }

    fn named(&self, calendar: usize, name: &str) -> Option<Zone> {
        let key = (calendar, name.to_lowercase());
        if let Some(found) = self.found.borrow().get(&key) {
            return found.clone();
        }
        let found = known(name).map(Zone::Known).or_else(|| {
            let own = self.own.get(&key)?;
            let place = own.place.as_deref().and_then(known);
            place.map(Zone::Known).or_else(|| {
                let rules = own.rules(self.day)?;
                Some(Zone::Own(Rc::new(rules)))
            })
        });
        self.found.borrow_mut().insert(key, found.clone());
        found
    }
}

fn is_utc(zone: &TimeZone) -> bool {
    let names = [
        "UTC", "Etc/UTC", "Etc/GMT", "GMT", "Etc/Zulu", "Etc/UCT", "UCT", "Zulu",
    ];
    *zone == TimeZone::UTC || zone.iana_name().is_some_and(|name| names.contains(&name))
}

/// Names longer than this are no zone's.
const NAME_MAX: usize = 128;

/// The zone that a name means without the file's help.
pub(crate) fn known(name: &str) -> Option<TimeZone> {
    let name = name.replace(['"', '\\'], "");
    let name = name.trim();
    if name.is_empty() || name.len() > NAME_MAX {
        return None;
    }
    let direct = |name: &str| iana(name).or_else(|| iana(windows::iana(name)?));
    direct(name)
        .or_else(|| direct(without_number(name)?))
        .or_else(|| utc(name))
        .or_else(|| inside(name))
        .or_else(|| fixed(name))
        .or_else(|| shown(name))
}

fn iana(name: &str) -> Option<TimeZone> {
    // Files of a zone database that are no zones, and one that says what this machine has.
    let none = ["factory", "localtime", "posixrules", "unknown"];
    if none.iter().any(|one| name.eq_ignore_ascii_case(one)) {
        return None;
    }
    TimeZone::get(name).ok()
}

/// `W. Europe Standard Time 1`, as Outlook numbers its copies.
fn without_number(name: &str) -> Option<&str> {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = bare.len() < name.len() && bare.ends_with(' ');
    numbered.then(|| bare.trim_end())
}

fn utc(name: &str) -> Option<TimeZone> {
    let utc = name.eq_ignore_ascii_case("z") || name.eq_ignore_ascii_case("tzone://Microsoft/Utc");
    utc.then_some(TimeZone::UTC)
}

/// `/mozilla.org/20070129_1/Europe/Berlin`: the longest end that is a zone of a place.
fn inside(name: &str) -> Option<TimeZone> {
    let slashes = name.match_indices('/').map(|(at, _)| &name[at + 1..]);
    slashes
        .take(8)
        .filter(|rest| rest.contains('/') || name.starts_with('/'))
        .find_map(iana)
}

/// `GMT+1`, `UTC+01:00`, `+0100`.
fn fixed(name: &str) -> Option<TimeZone> {
    let head = name
        .get(..3)
        .filter(|head| head.eq_ignore_ascii_case("gmt") || head.eq_ignore_ascii_case("utc"));
    let seconds = offset(name.get(head.map_or(0, str::len)..)?)?;
    Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?))
}

/// `(UTC+01:00) Brussels, Copenhagen, Madrid, Paris`: what Windows shows to people; else the first city.
fn shown(name: &str) -> Option<TimeZone> {
    let place = match name.strip_prefix('(') {
        Some(rest) => rest.split_once(')')?.1.trim(),
        None => name,
    };
    if let Some(zone) = windows::iana(place).and_then(iana) {
        return Some(zone);
    }
    let city = place
        .split([',', ':', ';', '/', '-'])
        .find(|one| !one.trim().is_empty())?;
    let city = city.trim().replace(' ', "_");
    // `Madrid`, but not the three letters of some abbreviation.
    if city.len() < 4 {
        return None;
    }
    iana(CITIES.get(&city.to_ascii_lowercase())?)
}

/// The zones by their city: `madrid` is `Europe/Madrid`.
static CITIES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut cities = BTreeMap::new();
    for zone in jiff::tz::db().available() {
        if let Some((_, city)) = zone.as_str().rsplit_once('/') {
            let zone = zone.as_str().to_owned();
            cities.entry(city.to_ascii_lowercase()).or_insert(zone);
        }
    }
    cities
});

#[cfg(test)]
mod tests {
    use super::known;

    fn zone(name: &str) -> Option<String> {
        known(name).map(|zone| match zone.iana_name() {
            Some(name) => name.to_owned(),
            None => format!("{zone:?}"),
        })
    }

    #[test]
    fn a_zone_is_known_by_every_name_that_exporters_give_it() {
        for (name, meant) in [
            ("Europe/Madrid", "Europe/Madrid"),
            ("europe/madrid", "Europe/Madrid"),
            ("\"Europe/Madrid\"", "Europe/Madrid"),
            ("Romance Standard Time", "Europe/Paris"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("w. europe standard time 1", "Europe/Berlin"),
            ("GMT Standard Time", "Europe/London"),
            ("Pacific Standard Time (Mexico)", "America/Tijuana"),
            (
                "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris",
                "Europe/Madrid",
            ),
            ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
            ("(GMT+01.00) Sarajevo/Warsaw/Zagreb", "Europe/Sarajevo"),
            (
                "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
                "Europe/Berlin",
            ),
            ("Madrid", "Europe/Madrid"),
            ("tzone://Microsoft/Utc", "UTC"),
            ("UTC", "UTC"),
            ("/mozilla.org/20070129_1/Europe/Berlin", "Europe/Berlin"),
            (
                "/freeassociation.sourceforge.net/Europe/Madrid",
                "Europe/Madrid",
            ),
            (
                "/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires",
                "America/Argentina/Buenos_Aires",
            ),
            (
                "/softwarestudio.org/Olson_20011030_5/America/Chicago",
                "America/Chicago",
            ),
            ("Hora estándar romance", "Europe/Madrid"),
            ("CET", "CET"),
        ] {
            assert_eq!(zone(name).as_deref(), Some(meant), "{name}");
        }
        for name in ["GMT+1", "UTC+01:00", "+0100", "GMT+0100"] {
            assert!(
                zone(name).is_some_and(|zone| zone.contains("01:00") || zone.contains('1')),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_no_zone_is_none() {
        for name in [
            "",
            " ",
            "Customized Time Zone",
            "Customized Time Zone 1",
            "Foo Standard Time",
            "../../etc/passwd",
            "/etc/passwd",
            "localtime",
            "x".repeat(500).as_str(),
            "(UTC+01:00)",
            "ñ",
            "GMT+ñ",
        ] {
            assert_eq!(zone(name), None, "{name}");
        }
    }
}
