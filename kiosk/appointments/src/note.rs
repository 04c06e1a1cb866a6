// SPDX-License-Identifier: GPL-3.0-or-later
//! What whoever looks after the import must be told: counted while a file is read, said in sentences at its end.
//!
//! The sentences hold numbers and the office's zone, never a word out of the file.

use crate::Unreadable;

/// Counts of what was guessed, cut or left out.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) cut: bool,
    pub(crate) broken_quotes: usize,
    /// What can't be read, and how much of it has no name by which what was known of it could be found.
    pub(crate) unreadable: usize,
    pub(crate) unreadable_unnamed: usize,
    pub(crate) nothing_readable: bool,
    pub(crate) without_calendar: bool,
    pub(crate) not_utf8: usize,
    pub(crate) lines_too_long: usize,
    pub(crate) zone_unknown: usize,
    pub(crate) zone_stated: usize,
    pub(crate) zone_and_utc: usize,
    pub(crate) ends_before_start: usize,
    pub(crate) end_unreadable: usize,
    pub(crate) rule_unreadable: usize,
    pub(crate) rule_too_much: usize,
    pub(crate) too_many_times: usize,
    pub(crate) dates_unreadable: usize,
    pub(crate) too_many_dates: usize,
    pub(crate) this_and_future: usize,
    pub(crate) same_uid: usize,
    pub(crate) without_uid: usize,
    pub(crate) month_first: bool,
    pub(crate) service_unknown: usize,
    pub(crate) too_many_events: usize,
}

impl Notes {
    /// Counts what can't be read, and keeps its UID.
    pub(crate) fn unreadable(&mut self, all: &mut Unreadable, uid: Option<String>) {
        self.unreadable += 1;
        match uid {
            Some(uid) => drop(all.uids.insert(uid)),
            None => self.unreadable_unnamed += 1,
        }
    }

    /// Whether there may be appointments besides those that were read.
    pub(crate) fn may_be_missing(&self) -> bool {
        let left_out = [
            self.broken_quotes,
            self.unreadable_unnamed,
            self.too_many_events,
            self.too_many_times,
            self.too_many_dates,
            self.rule_too_much,
        ];
        self.cut || self.nothing_readable || left_out.iter().any(|some| *some > 0)
    }

    /// The sentences; `zone` is the office's.
    pub(crate) fn sentences(&self, zone: &str) -> Vec<String> {
        let mut all = Vec::new();
        let mut say = |so: bool, sentence: String| {
            if so {
                all.push(sentence);
            }
        };
        say(
            self.cut,
            "the file ends in its middle: what is whole was taken, appointments may be missing"
                .to_owned(),
        );
        say(
            self.nothing_readable,
            "nothing in the file can be read: nobody is taken off the list for it".to_owned(),
        );
        say(
            self.without_calendar,
            "there is no BEGIN:VCALENDAR: the file may lack its beginning".to_owned(),
        );
        let mut count =
            |number: usize, sentence: String| say(number > 0, format!("{number} {sentence}"));
        count(
            self.broken_quotes,
            "row(s) have a quote that does not close where a cell ends; they were skipped, and appointments may be missing: export the table again".to_owned(),
        );
        count(
            self.unreadable_unnamed,
            "event(s) can't be read, not even their UID: appointments may be missing".to_owned(),
        );
        count(
            self.not_utf8,
            "line(s) are no UTF-8 and were read as Windows-1252".to_owned(),
        );
        count(
            self.lines_too_long,
            "line(s) are longer than 64 KiB and were cut".to_owned(),
        );
        count(
            self.zone_unknown,
            format!(
                "time(s) name a time zone that is not known and that the file does not explain; they were read as {zone}: check the hours"
            ),
        );
        count(
            self.zone_stated,
            "time(s) without a zone were read in the one that the calendar states, not in the office's".to_owned(),
        );
        count(
            self.zone_and_utc,
            "time(s) name a zone and say UTC; they were read as UTC".to_owned(),
        );
        count(
            self.ends_before_start,
            "appointment(s) end before they begin; their end was left out".to_owned(),
        );
        count(
            self.end_unreadable,
            "appointment(s) have an end that can't be read; it was left out".to_owned(),
        );
        count(
            self.rule_unreadable,
            "recurrence rule(s) can't be read; only the first time was taken".to_owned(),
        );
        count(
            self.rule_too_much,
            "recurrence rule(s) go on for too long to be followed; times may be missing".to_owned(),
        );
        count(
            self.too_many_times,
            "series have more than 10000 times; the rest was left out".to_owned(),
        );
        count(
            self.dates_unreadable,
            "date(s) of series, exceptions among them, can't be read and were left out".to_owned(),
        );
        count(
            self.too_many_dates,
            "series have more than 10000 dates and exceptions; the rest was left out".to_owned(),
        );
        count(self.this_and_future, "change(s) hold for all later times of a series; they were shifted alike: check the hours".to_owned());
        count(
            self.same_uid,
            "event(s) share the UID of another one and are not its newer form; all were kept"
                .to_owned(),
        );
        count(
            self.without_uid,
            "appointment(s) have no UID; it was made from their hour and text".to_owned(),
        );
        count(
            self.service_unknown,
            "appointment(s) name a service that the office does not have; it was left out"
                .to_owned(),
        );
        count(
            self.too_many_events,
            "event(s) are more than can be read and were left out".to_owned(),
        );
        say(
            self.month_first,
            "the dates have the month before the day, so all were read so: check the hours"
                .to_owned(),
        );
        all
    }
}
