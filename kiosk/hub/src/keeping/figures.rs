// SPDX-License-Identifier: GPL-3.0-or-later
//! What remains of a log when its raw events may no longer be kept: counts and mean times, of nobody in particular.
//!
//! One row of CSV a day, service and hour of issue. It is no report: it is what a report can still be made of.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Write;
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use torn_queue::{Event, Fact, Seq, ServiceId, TicketId, Timestamp};

use super::KeepingError;
use super::successor;
use crate::store::History;

/// Events that are read at once.
const BATCH: u32 = 5_000;

const HEADER: &str =
    "day,service,hour,issued,called,finished,no_show,cancelled,mean_wait_s,mean_service_s\n";

/// Who came for one service in one hour.
#[derive(Debug, Default)]
struct Cell {
    issued: u64,
    called: u64,
    finished: u64,
    no_show: u64,
    cancelled: u64,
    wait_ms: i64,
    service_ms: i64,
}

/// A ticket of the day that is being read.
#[derive(Debug)]
struct Visit {
    place: (Date, ServiceId, i8),
    issued_at: Timestamp,
    first_called: bool,
    called_at: Timestamp,
}

/// The figures of the days of a log.
#[derive(Debug, Default)]
pub(super) struct Figures {
    cells: BTreeMap<(Date, ServiceId, i8), Cell>,
    visits: HashMap<TicketId, Visit>,
    zone: Option<TimeZone>,
    day: Date,
}

/// Writes the figures of the log at `log` to `to`: of the days before `until`, or of all.
pub(super) fn write(log: &Path, to: &Path, until: Option<Date>) -> Result<(), KeepingError> {
    let mut figures = Figures::default();
    let history = History::open_untouched(log)?;
    let mut after = Seq::default();
    loop {
        let entries = history.after(after, Seq::new(i64::MAX.unsigned_abs()), BATCH)?;
        let Some(last) = entries.last() else { break };
        after = last.seq;
        for entry in &entries {
            figures.note(&successor::event(entry)?)?;
        }
    }
    if let Some(until) = until {
        figures.cells.retain(|(day, _, _), _| *day < until);
    }
    let failed = KeepingError::file("write", to);
    let mut file = fs::File::create(to).map_err(&failed)?;
    file.write_all(figures.csv().as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed)
}

impl Figures {
    /// Counts what an event tells.
    pub(super) fn note(&mut self, event: &Event) -> Result<(), KeepingError> {
        match &event.fact {
            Fact::DayBegan { day, office, .. } => {
                self.zone = Some(successor::zone(office)?);
                self.day = *day;
                // Tickets never cross a day.
                self.visits.clear();
            }
            Fact::TicketIssued {
                ticket, service, ..
            } => self.issued(*ticket, service, event.at),
            Fact::TicketCalled { ticket, .. } | Fact::TicketResumed { ticket, .. } => {
                self.called(*ticket, event.at);
            }
            Fact::TicketFinished { ticket, .. } => {
                if let Some((cell, visit)) = self.of(*ticket) {
                    cell.finished += 1;
                    cell.service_ms += event.at.ms_since(visit.called_at);
                }
            }
            Fact::TicketNoShow { ticket, .. } => {
                if let Some((cell, _)) = self.of(*ticket) {
                    cell.no_show += 1;
                }
            }
            Fact::TicketCancelled { ticket, .. } => {
                if let Some((cell, _)) = self.of(*ticket) {
                    cell.cancelled += 1;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn issued(&mut self, ticket: TicketId, service: &ServiceId, at: Timestamp) {
        let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
        let hour = zone.to_datetime(at.to_jiff()).hour();
        let place = (self.day, service.clone(), hour);
        self.cells.entry(place.clone()).or_default().issued += 1;
        let visit = Visit {
            place,
            issued_at: at,
            first_called: false,
            called_at: at,
        };
        self.visits.insert(ticket, visit);
    }

    fn called(&mut self, ticket: TicketId, at: Timestamp) {
        let Some((cell, visit)) = self.of(ticket) else {
            return;
        };
        visit.called_at = at;
        if !visit.first_called {
            visit.first_called = true;
            cell.called += 1;
            cell.wait_ms += at.ms_since(visit.issued_at);
        }
    }

    fn of(&mut self, ticket: TicketId) -> Option<(&mut Cell, &mut Visit)> {
        let visit = self.visits.get_mut(&ticket)?;
        let cell = self.cells.get_mut(&visit.place)?;
        Some((cell, visit))
    }

    /// As CSV. Ids and figures need no quotes.
    pub(super) fn csv(&self) -> String {
        let mut text = String::from(HEADER);
        for ((day, service, hour), cell) in &self.cells {
            let counts = [
                cell.issued,
                cell.called,
                cell.finished,
                cell.no_show,
                cell.cancelled,
            ];
            let counts: Vec<String> = counts.iter().map(u64::to_string).collect();
            let wait = mean_s(cell.wait_ms, cell.called);
            let service_time = mean_s(cell.service_ms, cell.finished);
            let counts = counts.join(",");
            text += &format!("{day},{service},{hour},{counts},{wait},{service_time}\n");
        }
        text
    }
}

/// In whole seconds; empty where there is nothing to take the mean of.
fn mean_s(sum_ms: i64, count: u64) -> String {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let mean = sum_ms.checked_div(count.saturating_mul(1000));
    mean.map_or(String::new(), |seconds| seconds.to_string())
}
