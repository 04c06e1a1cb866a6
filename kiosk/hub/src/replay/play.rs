// SPDX-License-Identifier: GPL-3.0-or-later
//! Plays a recorded queue through the estimator in the order of time, so that each estimate is made from
//! nothing that happened later.
//!
//! Who is ahead follows from the calls alone, as the calls so far tell it: a number that a later one of its
//! service overtook is taken as gone, unless that service was seen to call out of order.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use torn_queue::wait::{Asked, Constants, Estimate, Learnt, SHIPPED, Visit, Waits};
use torn_queue::{ServiceId, Timestamp};

use super::recorded::{Outcome, Row};

/// What was said to one ticket as it was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// How many of its service were ahead.
    pub ahead: u32,
    /// How long it would wait; `None` where nothing was said.
    pub estimate: Option<Estimate>,
}

/// Plays `rows` with `history` before and beside them; what was said to each of `rows`, in their order.
///
/// `rows` are in the order of issue, as [`recorded::read`](super::recorded::read) gives them; the history's order changes
/// nothing. Of the history, what is in `rows` too counts once, and what came later than an estimate does not touch it.
#[must_use]
pub fn play(rows: &[Row], history: &[Row]) -> Vec<Said> {
    play_with(rows, history, SHIPPED)
}

/// The same, by other constants.
#[must_use]
pub fn play_with(rows: &[Row], history: &[Row], constants: Constants) -> Vec<Said> {
    let mut said = vec![
        Said {
            ahead: 0,
            estimate: None
        };
        rows.len()
    ];
    let mut names = Names::default();
    let mut order: HashMap<ServiceId, Order> = HashMap::new();
    let mut learnt = Learnt::default();
    for (day, tickets) in days(rows, history) {
        let waits = Waits::begin_day(day, learnt).with_constants(constants);
        let mut today = Today {
            waits,
            order: &mut order,
            lines: BTreeMap::new(),
        };
        for moment in moments(&tickets) {
            let ticket = &tickets[moment.ticket];
            let service = names.of(&ticket.row.service);
            match moment.what {
                What::Called => today.called(moment.ticket, moment.at, &service),
                What::Ended => today.ended(ticket.row, moment.ticket, moment.at, &service),
                What::Issued => {
                    let heard = today.issued(ticket.row, moment.ticket, &service);
                    if let Some(place) = ticket.place {
                        said[place] = heard;
                    }
                }
            }
        }
        learnt = today.waits.learnt();
    }
    said
}

/// Services by the names in the file, which may be anything.
#[derive(Default)]
struct Names(HashMap<String, ServiceId>);

impl Names {
    fn of(&mut self, name: &str) -> ServiceId {
        if let Some(id) = self.0.get(name) {
            return id.clone();
        }
        let id: ServiceId = format!("s-{:06}", self.0.len())
            .parse()
            .expect("letters, digits and a hyphen are a service id");
        self.0.insert(name.to_owned(), id.clone());
        id
    }
}

/// A ticket of the day that is played.
struct Ticket<'a> {
    row: &'a Row,
    /// Its place among the rows that are asked for; `None` for history.
    place: Option<usize>,
}

fn days<'a>(rows: &'a [Row], history: &'a [Row]) -> BTreeMap<Date, Vec<Ticket<'a>>> {
    let key = |row: &'a Row| (&row.service, &row.number, row.issued_at);
    let asked: HashSet<_> = rows.iter().map(key).collect();
    let last = rows.iter().map(|row| row.day).max();
    let past = history.iter().filter(|row| Some(row.day) <= last);
    let mut past: Vec<&Row> = past.collect();
    past.sort_by(|one, other| one.rank().cmp(&other.rank()));
    let mut seen = HashSet::new();
    let past = past
        .into_iter()
        .filter(|row| !asked.contains(&key(row)) && seen.insert(key(row)));
    let mut days: BTreeMap<Date, Vec<Ticket<'a>>> = BTreeMap::new();
    for row in past {
        let ticket = Ticket { row, place: None };
        days.entry(row.day).or_default().push(ticket);
    }
    for (place, row) in rows.iter().enumerate() {
        let place = Some(place);
        days.entry(row.day).or_default().push(Ticket { row, place });
    }
    for tickets in days.values_mut() {
        tickets.sort_by(|one, other| one.row.rank().cmp(&other.row.rank()));
    }
    days
}

/// In the order in which they count where they fall on one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Ended,
    Called,
    Issued,
}

#[derive(Debug, Clone, Copy)]
struct Moment {
    at: Timestamp,
    what: What,
    ticket: usize,
}

/// What happens in a day, in order. A ticket does not outlive its day.
fn moments(tickets: &[Ticket<'_>]) -> Vec<Moment> {
    let mut moments = Vec::new();
    for (place, ticket) in tickets.iter().enumerate() {
        let row = ticket.row;
        let day_end = row
            .issued_at
            .plus_ms(60_000 * (24 * 60 - i64::from(row.minute)));
        let mut add = |at: Timestamp, what| {
            if at < day_end {
                moments.push(Moment {
                    at,
                    what,
                    ticket: place,
                });
            }
        };
        add(row.issued_at, What::Issued);
        if let Some(at) = row.called_at {
            add(at, What::Called);
        }
        if let Some(at) = row.finished_at {
            add(at.max(row.called_at.unwrap_or(row.issued_at)), What::Ended);
        }
    }
    moments.sort_by_key(|one| {
        // What happens to a ticket at the instant of its issue comes after that.
        let at_once = one.what != What::Issued && tickets[one.ticket].row.issued_at == one.at;
        let rank = match (one.what, at_once) {
            (what, false) => what as u8,
            (What::Called, true) => 4,
            (_, true) => 5,
        };
        (one.at, rank, one.ticket)
    });
    moments
}

/// How a service calls, as far as was seen.
#[derive(Default)]
struct Order {
    /// Whether somebody was called after a later number was.
    mixed: bool,
}

impl Order {
    /// By how many later ones a number must be overtaken to be taken as gone.
    const fn patience(&self) -> u32 {
        if self.mixed { 5 } else { 1 }
    }
}

struct Today<'a> {
    waits: Waits,
    order: &'a mut HashMap<ServiceId, Order>,
    /// Who waits, by service; with how many later ones were called before.
    lines: BTreeMap<ServiceId, Line>,
}

#[derive(Default)]
struct Line {
    waiting: BTreeMap<usize, u32>,
    overtaken: BTreeSet<usize>,
}

fn visit(ticket: usize) -> Visit {
    Visit(ticket as u64)
}

impl Today<'_> {
    fn issued(&mut self, row: &Row, ticket: usize, service: &ServiceId) -> Said {
        let line = self.lines.entry(service.clone()).or_default();
        let ahead = u32::try_from(line.waiting.len()).unwrap_or(u32::MAX);
        line.waiting.insert(ticket, 0);
        let asked = Asked {
            service,
            rivals: &[service],
            ahead,
            coming: &[],
            desks: None,
            free: None,
            visit_s: None,
            due_at: row.issued_at,
            now: row.issued_at,
            minute: row.minute,
        };
        let estimate = self.waits.estimate(&asked);
        self.waits.issued(visit(ticket), &asked);
        Said { ahead, estimate }
    }

    fn called(&mut self, ticket: usize, at: Timestamp, service: &ServiceId) {
        let line = self.lines.entry(service.clone()).or_default();
        let order = self.order.entry(service.clone()).or_default();
        line.waiting.remove(&ticket);
        if line.overtaken.remove(&ticket) {
            order.mixed = true;
        }
        let mut gone = Vec::new();
        for (other, overtaken) in line.waiting.range_mut(..ticket) {
            *overtaken += 1;
            if *overtaken >= order.patience() {
                gone.push(*other);
            }
        }
        for other in gone {
            line.waiting.remove(&other);
            line.overtaken.insert(other);
            self.waits.left(visit(other), at);
        }
        self.waits.called(visit(ticket), at, service);
    }

    /// The visit is over; or somebody who was never called is known to have left.
    fn ended(&mut self, row: &Row, ticket: usize, at: Timestamp, service: &ServiceId) {
        if row.called_at.is_none() {
            let line = self.lines.entry(service.clone()).or_default();
            line.waiting.remove(&ticket);
            self.waits.left(visit(ticket), at);
        } else if row.outcome == Some(Outcome::NoShow) {
            self.waits.no_show(visit(ticket), at);
        } else {
            self.waits.finished(visit(ticket), at);
        }
    }
}
