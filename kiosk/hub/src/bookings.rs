// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is booked: the side table in memory, beside the state and not part of it.
//!
//! Only here does a code or a uid lead to an appointment. The queue is told hours and services, the log
//! learns nothing that identifies anyone, and what is kept goes when its day is over. How rows are stored
//! is not known here.

mod listed;

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use torn_queue::command::Booking;
use torn_queue::{ServiceId, TicketId, Timestamp};

use crate::store::BookingRow;
pub use listed::{Covers, Listed};

/// Appointments that one list may have; no office books as many in the days that are looked at.
pub const LISTED_MAX: usize = 10_000;

/// The source that `POST /v1/appointments` is.
pub const POSTED: &str = "posted";

/// How many of a list were taken, and how many not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// On the list now.
    pub accepted: u32,
    /// Left out, since the office does not have their service.
    pub skipped: u32,
}

/// Where an appointment stands in the table.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    source: String,
    uid: String,
}

/// All that is booked.
#[derive(Default)]
pub struct Bookings {
    booked: BTreeMap<Place, Booked>,
}

impl fmt::Debug for Bookings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bookings({})", self.booked.len())
    }
}

#[derive(Clone, PartialEq, Eq)]
struct Booked {
    /// Its uid and its code as they are compared: a person waits while they are looked through.
    spelt: (String, String),
    day: Date,
    start: Timestamp,
    end: Option<Timestamp>,
    service: ServiceId,
    code: Option<String>,
    checked_in: Option<TicketId>,
    cancelled: bool,
}

impl Bookings {
    /// The bookings as they are stored. A row that can't be read is none: it was not written by this program.
    #[must_use]
    pub fn new(rows: Vec<BookingRow>) -> Self {
        let booked = rows.into_iter().filter_map(|row| {
            let booked = Booked {
                spelt: both_spelt(&row.uid, row.code.as_deref()),
                day: row.day.parse().ok()?,
                start: Timestamp::from_unix_ms(row.start_ms),
                end: row.end_ms.map(Timestamp::from_unix_ms),
                service: row.service.parse().ok()?,
                code: row.code,
                checked_in: row.checked_in.and_then(|ticket| ticket.parse().ok()),
                cancelled: row.cancelled,
            };
            let (source, uid) = (row.source, row.uid);
            Some((Place { source, uid }, booked))
        });
        Self {
            booked: booked.collect(),
        }
    }

    /// All of them, to be stored.
    #[must_use]
    pub fn rows(&self) -> Vec<BookingRow> {
        self.booked.iter().map(row).collect()
    }

    /// Puts the list of a source in place of the one before, and tells which rows changed.
    ///
    /// What was there and is not listed any more was cancelled, as far as the list `covers` it. Who has
    /// checked in stays so, as long as the day is the same. What is listed as cancelled is kept as that,
    /// so that whoever comes for it is told, even where it was never listed otherwise.
    pub fn replace(
        &mut self,
        source: &str,
        covers: &Covers,
        list: Vec<Listed>,
        zone: &TimeZone,
        known: impl Fn(&ServiceId) -> bool,
    ) -> (Taken, Vec<BookingRow>) {
        let mut changed = Vec::new();
        let (mut listed, mut accepted, mut skipped) = (HashSet::new(), 0, 0);
        let (cancelled, live): (Vec<_>, Vec<_>) = list.into_iter().partition(|one| one.cancelled);
        for one in live.into_iter().chain(cancelled) {
            if one.cancelled && listed.contains(&one.uid) {
                continue;
            }
            let place = Place {
                source: source.to_owned(),
                uid: one.uid.clone(),
            };
            let before = self.booked.get(&place);
            // A cancellation may not say of what.
            let service = one.service.filter(|service| known(service)).or_else(|| {
                let before = before.filter(|_| one.cancelled)?;
                Some(before.service.clone())
            });
            let (Some(service), true) = (service, listed.len() < LISTED_MAX) else {
                skipped += u32::from(!one.cancelled);
                continue;
            };
            listed.insert(one.uid);
            accepted += u32::from(!one.cancelled);
            let day = one.start.day_in(zone);
            let checked_in = before.filter(|before| before.day == day);
            let checked_in = checked_in.and_then(|before| before.checked_in);
            if one.cancelled && checked_in.is_some() {
                continue;
            }
            let booked = Booked {
                spelt: both_spelt(&place.uid, one.code.as_deref()),
                day,
                start: one.start,
                end: one.end,
                service,
                code: one.code,
                checked_in,
                cancelled: one.cancelled,
            };
            if before != Some(&booked) {
                changed.push(row((&place, &booked)));
                self.booked.insert(place, booked);
            }
        }
        for (place, booked) in &mut self.booked {
            let gone = place.source == source
                && covers.has(booked.day, &place.uid)
                && !listed.contains(&place.uid);
            if gone && booked.checked_in.is_none() && !booked.cancelled {
                booked.cancelled = true;
                changed.push(row((place, booked)));
            }
        }
        (Taken { accepted, skipped }, changed)
    }

    /// What was booked under a code, or else under a uid: of several the one that is not cancelled, is
    /// for `today`, has not checked in, and whose hour is nearest, in this order.
    #[must_use]
    pub fn find(&self, code: &str, today: Date, now: Timestamp) -> Option<(Place, Booking)> {
        let wanted = spelt(code);
        if wanted.is_empty() {
            return None;
        }
        let best = |fits: &dyn Fn(&Booked) -> bool| {
            let fitting = self.booked.iter().filter(|(_, one)| fits(one));
            fitting.min_by_key(|(_, one)| {
                let far = one.start.ms_since(now).unsigned_abs();
                let other_day = one.day != today;
                (one.cancelled, other_day, one.checked_in.is_some(), far)
            })
        };
        let by_code = best(&|one| one.spelt.1 == wanted);
        let (place, one) = by_code.or_else(|| best(&|one| one.spelt.0 == wanted))?;
        let booking = Booking {
            start: one.start,
            service: one.service.clone(),
            checked_in: one.checked_in,
            cancelled: one.cancelled,
        };
        Some((place.clone(), booking))
    }

    /// Notes which ticket an appointment was given, and tells the row that changed.
    pub fn mark(&mut self, place: &Place, ticket: TicketId) -> Option<BookingRow> {
        let booked = self.booked.get_mut(place)?;
        booked.checked_in = Some(ticket);
        Some(row((place, booked)))
    }

    /// Forgets whom it was for before `today`.
    pub fn forget_before(&mut self, today: Date) {
        self.booked.retain(|_, one| one.day >= today);
    }

    /// The hours, by service, of those who are booked for `today` and have not come.
    #[must_use]
    pub fn expected(
        &self,
        today: Date,
        known: impl Fn(&ServiceId) -> bool,
    ) -> BTreeMap<ServiceId, Vec<Timestamp>> {
        let mut hours: BTreeMap<ServiceId, Vec<Timestamp>> = BTreeMap::new();
        let coming = self.booked.values().filter(|one| {
            one.day == today && !one.cancelled && one.checked_in.is_none() && known(&one.service)
        });
        for one in coming {
            hours
                .entry(one.service.clone())
                .or_default()
                .push(one.start);
        }
        hours.values_mut().for_each(|some| some.sort_unstable());
        hours
    }
}

fn row((place, booked): (&Place, &Booked)) -> BookingRow {
    BookingRow {
        source: place.source.clone(),
        uid: place.uid.clone(),
        day: booked.day.to_string(),
        start_ms: booked.start.unix_ms(),
        end_ms: booked.end.map(Timestamp::unix_ms),
        service: booked.service.to_string(),
        code: booked.code.clone(),
        checked_in: booked.checked_in.map(|ticket| ticket.to_string()),
        cancelled: booked.cancelled,
    }
}

fn both_spelt(uid: &str, code: Option<&str>) -> (String, String) {
    (spelt(uid), code.map(spelt).unwrap_or_default())
}

/// A code as people mean it: how it is spaced, hyphened and capitalised is not part of it.
fn spelt(code: &str) -> String {
    let mut letters = String::with_capacity(code.len());
    let meant = code
        .chars()
        .filter(|one| !one.is_whitespace() && !matches!(one, '-' | '\u{2010}'..='\u{2015}'));
    letters.extend(meant.flat_map(char::to_lowercase));
    letters
}

#[cfg(test)]
mod tests {
    use torn_appointments::Unreadable;

    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn listed(uid: &str, start_ms: i64, code: &str) -> Listed {
        Listed {
            uid: uid.to_owned(),
            start: Timestamp::from_unix_ms(start_ms),
            end: None,
            service: "general".parse().ok(),
            code: Some(code.to_owned()),
            cancelled: false,
        }
    }

    fn put(bookings: &mut Bookings, list: Vec<Listed>) -> usize {
        let known = |service: &ServiceId| service.as_str() == "general";
        let changed = bookings.replace(POSTED, &Covers::Everything, list, &TimeZone::UTC, known);
        changed.1.len()
    }

    fn found(bookings: &Bookings, code: &str, now_ms: i64) -> Option<(String, bool)> {
        let now = Timestamp::from_unix_ms(now_ms);
        let found = bookings.find(code, now.day_in(&TimeZone::UTC), now);
        found.map(|(place, booking)| (place.uid, booking.cancelled))
    }

    #[test]
    fn a_code_is_found_however_it_is_spaced_hyphened_and_capitalised_and_a_uid_after_it() {
        let mut bookings = Bookings::default();
        put(
            &mut bookings,
            vec![listed("U-1@x", 0, "K7-q2 Z"), listed("k7q2z", 0, "other")],
        );
        for code in ["k7q2z", " K7Q2Z ", "k7 q2-z", "K7\u{2013}Q2Z"] {
            assert_eq!(
                found(&bookings, code, 0),
                Some(("U-1@x".to_owned(), false)),
                "{code}"
            );
        }
        assert_eq!(
            found(&bookings, "u-1@X", 0),
            Some(("U-1@x".to_owned(), false))
        );
        assert_eq!(found(&bookings, " - ", 0), None);
    }

    #[test]
    fn of_several_with_one_code_the_one_that_is_meant_now_is_found() {
        let mut bookings = Bookings::default();
        let all = [
            ("tomorrow", 24),
            ("done", 11),
            ("far", 15),
            ("near", 9),
            ("gone", 10),
        ];
        let all: Vec<Listed> = all
            .iter()
            .map(|(uid, hour)| listed(uid, hour * HOUR_MS, "A"))
            .collect();
        put(&mut bookings, all.clone());
        let done = Place {
            source: POSTED.to_owned(),
            uid: "done".to_owned(),
        };
        let ticket = "1970-01-01-A001".parse().unwrap();
        bookings.mark(&done, ticket).unwrap();
        for left in [vec![0, 1, 2, 3], vec![0, 1, 2], vec![0, 1], vec![0], vec![]] {
            let list = left.iter().map(|at: &usize| all[*at].clone()).collect();
            put(&mut bookings, list);
            let expected = match left.len() {
                4 => ("near", false),
                3 => ("far", false),
                // Who has checked in is not cancelled by a list.
                _ => ("done", false),
            };
            let expected = Some((expected.0.to_owned(), expected.1));
            assert_eq!(
                found(&bookings, "a", 10 * HOUR_MS),
                expected,
                "{} left",
                left.len()
            );
        }
    }

    #[test]
    fn what_vanishes_was_cancelled_and_what_comes_back_was_not() {
        let mut bookings = Bookings::default();
        let list = vec![listed("a", 0, "A"), listed("b", 0, "B")];
        assert_eq!(put(&mut bookings, list.clone()), 2);
        assert_eq!(put(&mut bookings, list.clone()), 0, "the same is no change");
        assert_eq!(put(&mut bookings, vec![list[0].clone()]), 1);
        assert_eq!(found(&bookings, "B", 0), Some(("b".to_owned(), true)));
        assert_eq!(put(&mut bookings, list), 1);
        assert_eq!(found(&bookings, "B", 0), Some(("b".to_owned(), false)));
        let stored = Bookings::new(bookings.rows());
        assert_eq!(stored.rows(), bookings.rows());
    }

    #[test]
    fn a_list_of_some_days_says_nothing_of_the_others_nor_of_other_sources() {
        let mut bookings = Bookings::default();
        put(
            &mut bookings,
            vec![listed("a", 0, "A"), listed("b", 50 * HOUR_MS, "B")],
        );
        let first = jiff::civil::date(1970, 1, 1);
        let known = |_: &ServiceId| true;
        let utc = TimeZone::UTC;
        bookings.replace(
            "other",
            &Covers::Everything,
            vec![listed("a", 0, "AA")],
            &utc,
            known,
        );
        bookings.replace(POSTED, &Covers::Nothing, vec![], &utc, known);
        assert_eq!(found(&bookings, "A", 0), Some(("a".to_owned(), false)));
        let days = Covers::Days(first..=first);
        bookings.replace(POSTED, &days, vec![], &utc, known);
        assert_eq!(found(&bookings, "A", 0), Some(("a".to_owned(), true)));
        assert_eq!(found(&bookings, "B", 0), Some(("b".to_owned(), false)));
        assert_eq!(found(&bookings, "AA", 0), Some(("a".to_owned(), false)));
        bookings.forget_before(jiff::civil::date(1970, 1, 2));
        assert_eq!((found(&bookings, "A", 0), bookings.rows().len()), (None, 1));
    }

    #[test]
    fn what_is_listed_as_cancelled_is_known_as_that_unless_its_holder_has_come() {
        let mut bookings = Bookings::default();
        let off = |uid: &str, code: &str| Listed {
            cancelled: true,
            ..listed(uid, 0, code)
        };
        put(&mut bookings, vec![listed("came", 0, "C")]);
        let came = Place {
            source: POSTED.to_owned(),
            uid: "came".to_owned(),
        };
        let ticket = "1970-01-01-A001".parse().unwrap();
        bookings.mark(&came, ticket).unwrap();
        let all = vec![
            off("never seen", "N"),
            off("came", "C"),
            off("both", "B"),
            listed("both", 0, "B"),
        ];
        assert_eq!(put(&mut bookings, all.clone()), 2);
        assert_eq!(put(&mut bookings, all), 0, "the same is no change");
        for (code, uid, cancelled) in [
            ("N", "never seen", true),
            ("C", "came", false),
            ("B", "both", false),
        ] {
            assert_eq!(found(&bookings, code, 0), Some((uid.to_owned(), cancelled)));
        }
        let today = jiff::civil::date(1970, 1, 1);
        let expected = bookings.expected(today, |_| true);
        assert_eq!(expected.values().map(Vec::len).sum::<usize>(), 1);
        // A cancellation that says nothing else is of what was booked, whatever the list covers.
        let bare = Listed {
            service: None,
            ..off("both", "B")
        };
        let unknown = Listed {
            service: None,
            ..off("nobody", "X")
        };
        let known = |_: &ServiceId| true;
        let list = vec![bare, unknown];
        let (taken, changed) =
            bookings.replace(POSTED, &Covers::Nothing, list, &TimeZone::UTC, known);
        assert_eq!((taken.accepted, taken.skipped, changed.len()), (0, 0, 1));
        assert_eq!(found(&bookings, "B", 0), Some(("both".to_owned(), true)));
    }

    #[test]
    fn what_can_not_be_read_stays_as_it_was() {
        let mut bookings = Bookings::default();
        let all = ["a", "b/1", "b/2", "c"].map(|uid| listed(uid, 0, uid));
        put(&mut bookings, all.to_vec());
        let today = jiff::civil::date(1970, 1, 1);
        let uids = ["a", "b"].map(str::to_owned).into();
        let covers = Covers::of(today..=today, true, Unreadable { uids });
        let known = |_: &ServiceId| true;
        bookings.replace(POSTED, &covers, vec![], &TimeZone::UTC, known);
        for (code, cancelled) in [("a", false), ("b/1", false), ("b/2", false), ("c", true)] {
            assert_eq!(
                found(&bookings, code, 0),
                Some((code.to_owned(), cancelled))
            );
        }
        assert!(!format!("{covers:?}").contains('"'), "a uid is for no log");
    }
}
