// SPDX-License-Identifier: GPL-3.0-or-later
//! A table of appointments: a CSV file as booking tools and spreadsheets write it.
//!
//! Cells that are no time, identifier, service or code are never looked at. Which column is which is known by
//! [`crate::column`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan};

use crate::bytes::decoded;
use crate::cell::{Moment, bare, moment, slashes};
use crate::column::{Column, layout};
use crate::component::zone_name;
use crate::event::{code_of, is_cancelled, made_uid};
use crate::mapping::{BAD_CODE, BAD_UID, Mapping, UID_MAX, fits};
use crate::note::Notes;
use crate::record::{Record, Records};
use crate::when::{Written, duration};
use crate::zone::{Zone, Zones};
use crate::{Appointment, Day, Import, Skipped};

const ROWS_MAX: usize = 200_000;

/// Reads a table; `None`: it is none, or has no column for a start.
pub(crate) fn read(bytes: &[u8], day: &Day, mapping: &Mapping) -> Option<Import> {
    let (text, windows) = decoded(bytes.to_vec());
    // Excel's way to say which separator it uses.
    let text = match text.split_once('\n') {
        Some((first, rest)) if first.trim().to_lowercase().starts_with("sep=") => rest,
        _ => &text,
    };
    if text.contains('\0') {
        return None;
    }
    let layout = layout(text)?;
    let shape = layout.shape();
    let mut notes = Notes {
        not_utf8: usize::from(windows),
        ..Notes::default()
    };
    let mut rows = Vec::new();
    let records = Records::of(&text[layout.rows_at..], layout.separator, Some(&shape));
    // A person counts from one.
    for (number, record) in (layout.header + 2..).zip(records) {
        if rows.len() < ROWS_MAX {
            let columns = &layout.columns;
            rows.push((number, Row { record, columns }));
        } else {
            notes.too_many_events += 1;
        }
    }
    notes.month_first = month_comes_first(&rows);
    let mut table = Table {
        day,
        mapping,
        zones: Zones::new(&day.zone, day.day),
        notes,
        import: Import::default(),
        seen: BTreeMap::new(),
        unnamed: BTreeMap::new(),
        readable: 0,
    };
    for (number, row) in &rows {
        table.row(*number, row);
    }
    Some(table.finish())
}

struct Row<'c> {
    record: Record,
    columns: &'c [Option<Column>],
}

impl Row<'_> {
    fn all(&self, column: Column) -> impl Iterator<Item = &str> {
        let cells = self.columns.iter().zip(&self.record.cells);
        cells
            .filter(move |(one, _)| **one == Some(column))
            .map(|(_, cell)| bare(cell))
            .filter(|cell| !cell.is_empty())
    }

    fn get(&self, column: Column) -> Option<&str> {
        self.all(column).next()
    }

    /// Whether something is written where a start should be.
    fn has_start(&self) -> bool {
        let columns = [Column::Start, Column::StartDate, Column::StartTime];
        columns.into_iter().any(|column| self.get(column).is_some())
    }

    /// What the columns say together: the first date, the first time, the first zone among them.
    fn moment(&self, columns: [Column; 3], month_first: bool) -> Moment {
        let cells = columns.into_iter().flat_map(|column| self.all(column));
        cells.fold(Moment::default(), |sum, cell| {
            let read = moment(cell, month_first);
            Moment {
                date: sum.date.or(read.date),
                time: sum.time.or(read.time),
                written: sum
                    .written
                    .or(read.written.filter(|one| *one != Written::Floating)),
            }
        })
    }
}

/// Whether some date can only be read with the month first, and none only with the day first.
fn month_comes_first(rows: &[(usize, Row<'_>)]) -> bool {
    let columns = [
        Column::Start,
        Column::StartDate,
        Column::End,
        Column::EndDate,
    ];
    let cells = rows
        .iter()
        .flat_map(|(_, row)| columns.iter().flat_map(|one| row.all(*one)));
    let pairs: Vec<(u8, u8)> = cells.filter_map(slashes).collect();
    pairs.iter().any(|(_, second)| *second > 12) && pairs.iter().all(|(first, _)| *first <= 12)
}

struct Table<'t> {
    day: &'t Day,
    mapping: &'t Mapping,
    zones: Zones<'t>,
    notes: Notes,
    import: Import,
    /// The starts that each UID was seen with.
    seen: BTreeMap<String, Vec<Timestamp>>,
    /// For each UID that was made, the rows that it was made of; forgotten with the file.
    unnamed: BTreeMap<String, BTreeSet<String>>,
    /// How many rows have a start.
    readable: usize,
}

impl Table<'_> {
    fn row(&mut self, number: usize, row: &Row<'_>) {
        if row.record.cells.iter().all(|cell| bare(cell).is_empty()) {
            return;
        }
        if row.record.broken || row.record.cut {
            self.notes.broken_quotes += usize::from(row.record.broken);
            self.notes.cut |= row.record.cut;
            let why = if row.record.broken {
                "a quote in it does not close where a cell ends"
            } else {
                "it is cut off: the file ends in its middle"
            };
            self.skip(None, format!("row {number}: {why}"));
            return;
        }
        let month_first = self.notes.month_first;
        let start = row.moment(
            [Column::Start, Column::StartDate, Column::StartTime],
            month_first,
        );
        let text: Vec<&str> = row
            .all(Column::Service)
            .chain(row.all(Column::Text))
            .collect();
        let uid = row.get(Column::Uid).map(str::to_owned);
        let bad_uid = uid.as_ref().is_some_and(|uid| !fits(uid, UID_MAX));
        let uid = uid.filter(|_| !bad_uid);
        let Some(date) = start.date else {
            // Without a start and a name it is a total, or a remark.
            if uid.is_some() || bad_uid || row.has_start() {
                self.unreadable(uid.clone());
            }
            self.skip(uid, format!("row {number}: its start can't be read"));
            return;
        };
        let off = row.get(Column::Status).is_some_and(is_cancelled);
        let all_day = row.get(Column::AllDay).is_some_and(|cell| {
            ["true", "yes", "si", "sí", "oui", "1", "x"].contains(&cell.to_lowercase().as_str())
        });
        let Some(time) = start.time.filter(|_| !all_day) else {
            if date == self.day.day {
                let why = if all_day {
                    "it lasts all day, so it is no appointment"
                } else {
                    self.unreadable(uid.clone());
                    "it has no hour, so it is no appointment"
                };
                self.skip(uid, format!("row {number}: {why}"));
            }
            self.readable += usize::from(all_day);
            return;
        };
        self.readable += 1;
        let zone = self.zone(row, start.written.as_ref());
        let Some(at) = zone
            .instant(date.to_datetime(time))
            .filter(|at| self.day.has(*at))
        else {
            return;
        };
        if bad_uid {
            // What it has swallowed is missing.
            self.unreadable(None);
            self.skip(None, format!("row {number}: {BAD_UID}"));
            return;
        }
        self.notes.without_uid += usize::from(uid.is_none());
        let uid = match uid {
            Some(uid) => self.distinct(uid, at),
            None => self.made(row, at, &text),
        };
        let Some(uid) = uid else {
            return;
        };
        let code = code_of(row.get(Column::Code), self.mapping, &text);
        let mut appointment = Appointment {
            start: at,
            end: None,
            uid,
            service: self.service(row, &text),
            code: code.clone().unwrap_or_default(),
        };
        if off {
            self.skip(
                Some(appointment.uid.clone()),
                format!("row {number}: it is cancelled"),
            );
            // What an office does not have is only a word.
            if !self.mapping.knows_services() {
                appointment.service = None;
            }
            self.import.cancelled.push(appointment);
        } else if code.is_err() {
            self.unreadable(Some(appointment.uid));
            self.skip(None, format!("row {number}: {BAD_CODE}"));
        } else {
            self.notes.service_unknown += usize::from(
                appointment.service.is_none()
                    && self.mapping.knows_services()
                    && row.get(Column::Service).is_some(),
            );
            appointment.end = self.end(row, at, (date, time), &zone);
            self.import.appointments.push(appointment);
        }
    }

    fn skip(&mut self, uid: Option<String>, reason: String) {
        self.import.skipped.push(Skipped { uid, reason });
    }

    /// Notes what can't be read, so that what was known of it before may stay.
    fn unreadable(&mut self, uid: Option<String>) {
        self.notes.unreadable(&mut self.import.unreadable, uid);
    }

    /// A UID for a row that has none; `None`: the row was there before. At one hour there may be as many
    /// people as there are desks, and what tells them apart may be dropped: then it is their order.
    fn made(&mut self, row: &Row<'_>, at: Timestamp, text: &[&str]) -> Option<String> {
        let code = row.get(Column::Code).unwrap_or_default();
        let uid = made_uid(&[&at.to_string(), &text.join("\n"), code]);
        let alike = self.unnamed.entry(uid.clone()).or_default();
        let whole = made_uid(
            &row.record
                .cells
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        );
        let place = alike.len();
        if !alike.insert(whole) {
            return None;
        }
        Some(match place {
            0 => uid,
            _ => made_uid(&[&uid, &place.to_string()]),
        })
    }

    /// The UID of a row, told apart from others at another hour; `None`: the row was there before.
    fn distinct(&mut self, uid: String, at: Timestamp) -> Option<String> {
        let seen = self.seen.entry(uid.clone()).or_default();
        if seen.contains(&at) {
            return None;
        }
        seen.push(at);
        if seen.len() == 1 {
            return Some(uid);
        }
        self.notes.same_uid += 1;
        Some(format!("{uid}/{at}"))
    }

    fn zone(&self, row: &Row<'_>, written: Option<&Written>) -> Zone {
        let office = self.zones.floating(0);
        let named = row
            .get(Column::Zone)
            .map(|name| Written::Named(name.to_owned()));
        match written.cloned().or(named) {
            Some(written) => self.zones.of(0, &written, &office),
            None => office,
        }
    }

    fn end(
        &mut self,
        row: &Row<'_>,
        start: Timestamp,
        local: (jiff::civil::Date, Time),
        zone: &Zone,
    ) -> Option<Timestamp> {
        let end = row.moment(
            [Column::End, Column::EndDate, Column::EndTime],
            self.notes.month_first,
        );
        let written = if let Some(time) = end.time {
            let zone = self.zone(row, end.written.as_ref());
            zone.instant(end.date.unwrap_or(local.0).to_datetime(time))
        } else if let Some(length) = row.get(Column::Length) {
            let length = length_of(length)
                .and_then(|length| local.0.to_datetime(local.1).checked_add(length).ok());
            length.and_then(|end| zone.instant(end))
        } else {
            return None;
        };
        match written {
            None => self.notes.end_unreadable += 1,
            Some(end) if end < start => self.notes.ends_before_start += 1,
            Some(_) => {}
        }
        written.filter(|end| *end >= start)
    }

    fn service(&self, row: &Row<'_>, text: &[&str]) -> Option<torn_queue::ServiceId> {
        let named = row
            .all(Column::Service)
            .find_map(|cell| self.mapping.named(cell));
        named.or_else(|| self.mapping.service(text))
    }

    fn finish(mut self) -> Import {
        self.notes.zone_unknown = self.zones.unknown();
        self.import
            .appointments
            .sort_by(|a, b| (a.start, &a.uid).cmp(&(b.start, &b.uid)));
        self.notes.nothing_readable = self.notes.unreadable > 0 && self.readable == 0;
        self.import.cut = self.notes.may_be_missing();
        self.import.warnings = self.notes.sentences(&zone_name(self.day));
        self.import
    }
}

/// `30`, `30 min`, `0:30`, `PT30M`.
fn length_of(text: &str) -> Option<jiff::Span> {
    if let Some(length) = duration(text) {
        return Some(length);
    }
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let minutes = match digits.split_once(':') {
        Some((hours, minutes)) => {
            let minutes = minutes.get(..2)?.parse::<i64>().ok()?;
            hours
                .trim()
                .parse::<i64>()
                .ok()?
                .checked_mul(60)?
                .checked_add(minutes)?
        }
        None => digits.trim().parse::<i64>().ok()?,
    };
    (0..=24 * 60).contains(&minutes).then(|| minutes.minutes())
}
