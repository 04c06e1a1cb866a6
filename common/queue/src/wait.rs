// SPDX-License-Identifier: GPL-3.0-or-later
//! How long people wait: a range learnt from what was observed, which declines when it does not know.
//!
//! People ahead, over the pace of calls: the usual one at this hour of earlier days, and how today goes against
//! it; then corrected by how earlier promises turned out. It sees tickets issued, called and gone; it knows neither
//! desks nor order beyond what it is asked with. What is kept is integers, so that a fold is the same everywhere;
//! the fractions inside a computation come from `libm`, which is the same everywhere too.

mod constants;
mod learnt;
mod pace;
mod promise;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use jiff::civil::Date;

pub use self::constants::{Constants, SHIPPED};
pub use self::learnt::Learnt;

use self::learnt::Habit;
use self::pace::{Frame, Line, Usual};
use self::promise::{Raw, Record, Standing, whole_s};
use crate::event::Wait;
use crate::ids::ServiceId;
use crate::time::Timestamp;

/// One visit: in the state the seq of its `ticket-issued`, in a recorded queue its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit(pub u64);

/// What was observed today, with what earlier days taught.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waits {
    day: Date,
    constants: Constants,
    learnt: Learnt,
    midnight: Option<Timestamp>,
    lines: BTreeMap<ServiceId, Queue>,
    promises: BTreeMap<Visit, Promise>,
    serving: BTreeMap<Visit, (ServiceId, Timestamp)>,
    record: Record,
}

/// What is known of one service today.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Queue {
    line: Line,
    /// The services that are called from the same line; itself included.
    rivals: Vec<ServiceId>,
    waiting: u32,
    /// How many wait for it and its rivals.
    in_line: u32,
    /// Visits that ended today: how many, and the seconds they took.
    visits: (u64, u64),
}

/// Somebody who waits, and what was estimated for that one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Promise {
    service: ServiceId,
    made_at: Timestamp,
    raw: Option<(Raw, u32)>,
}

/// One question: how long would somebody wait who stands so in the line.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What for.
    pub service: &'a ServiceId,
    /// The services that are called from the same line, by desks that take `service`; itself included.
    pub rivals: &'a [&'a ServiceId],
    /// How many would be called before it, by the actual rule.
    pub ahead: u32,
    /// The booked hours, of rivals, of people who have not checked in yet: today, from now on, ascending.
    pub coming: &'a [Timestamp],
    /// How many open desks take it; `None` where nobody knows.
    pub desks: Option<u32>,
    /// How many of those serve nobody.
    pub free: Option<u32>,
    /// How many seconds a visit takes by the configuration, for as long as nothing else is known of it.
    pub visit_s: Option<u32>,
    /// From when on it may be called: now, or its booked hour.
    pub due_at: Timestamp,
    /// The instant of the question.
    pub now: Timestamp,
    /// The minute of the local day that is, 0–1439.
    pub minute: u16,
}

/// A wait in seconds from the instant of the question until the call; `low_s <= mid_s <= high_s`, at most a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// About one in seven waits less.
    pub low_s: u32,
    /// What is expected.
    pub mid_s: u32,
    /// About one in seven waits longer.
    pub high_s: u32,
}

impl Estimate {
    /// What people are told: whole minutes, rounded outwards to steps that grow with the wait.
    #[must_use]
    pub fn shown(self) -> Wait {
        let step = |minutes: u32| match minutes {
            0..10 => 5,
            10..60 => 10,
            _ => 15,
        };
        let low = self.low_s / 60;
        let high = self.high_s.div_ceil(60);
        Wait {
            low_min: low - low % step(low),
            high_min: high.next_multiple_of(step(high)).max(5),
        }
    }
}

impl Waits {
    /// A day of which nothing was observed yet.
    #[must_use]
    pub fn begin_day(day: Date, learnt: Learnt) -> Self {
        Self {
            day,
            record: learnt.record.clone(),
            learnt,
            ..Self::default()
        }
    }

    /// The same, shaped by other constants: for the program that fits them.
    #[must_use]
    pub fn with_constants(self, constants: Constants) -> Self {
        Self { constants, ..self }
    }

    /// What is known at the end of this day, for the next one. Small: about 300 bytes of JSON a service.
    #[must_use]
    pub fn learnt(&self) -> Learnt {
        let mut learnt = self.learnt.clone();
        if self.lines.is_empty() {
            return learnt;
        }
        learnt.fade(self.constants.day_memory);
        for (id, queue) in &self.lines {
            let (visits, visit_s) = queue.visits;
            let slices = queue.line.slices();
            let today = Habit {
                slices: slices.filter(|(_, one)| one.desk_s > 0).collect(),
                visits: visits * 100,
                visit_s: visit_s * 100,
            };
            learnt.services.entry(id.clone()).or_default().add(&today);
        }
        learnt.bound();
        learnt.record = self.record.clone();
        learnt
    }

    fn frame(&self, asked: Option<&Asked<'_>>) -> Frame<'_> {
        let told = asked.map(|asked| {
            let minutes = i64::from(asked.minute);
            asked.now.plus_ms(-60_000 * minutes)
        });
        Frame {
            midnight: self.midnight.or(told).unwrap_or_default(),
            constants: &self.constants,
        }
    }

    /// The pace of the office's services at large, in calls per desk and second.
    fn office_pace(&self, asked: &Asked<'_>) -> f64 {
        let habits = self.learnt.services.values().map(Habit::whole);
        let paces = habits.filter(|whole| whole.calls >= 100 && whole.desk_s > 0);
        let (mut sum, mut count) = (0.0, 0.0);
        for whole in paces {
            let pace = (whole.calls as f64 / 100.0 + 1.0) / (whole.desk_s as f64 + 240.0);
            sum += libm::log(pace);
            count += 1.0;
        }
        if count > 0.0 {
            libm::exp(sum / count)
        } else if asked.desks.is_some() {
            1.0 / f64::from(asked.visit_s.unwrap_or(self.constants.visit_s).max(1))
        } else {
            f64::from(self.constants.line_pace_per_h.max(1)) / 3600.0
        }
    }

    fn new_line(&self, asked: &Asked<'_>) -> Line {
        let habit = self.learnt.services.get(asked.service);
        let office_pace = self.office_pace(asked);
        let usual = Usual::new(habit, office_pace, &self.constants);
        Line::new(usual, asked.now)
    }

    /// Somebody joins the line.
    pub fn issued(&mut self, visit: Visit, asked: &Asked<'_>) {
        if self.midnight.is_none() {
            self.midnight = Some(self.frame(Some(asked)).midnight);
        }
        self.open_line(asked);
        let raw = self.raw(asked);
        let promise = Promise {
            service: asked.service.clone(),
            made_at: asked.now,
            raw: raw.map(|raw| (raw, asked.ahead)),
        };
        self.promises.insert(visit, promise);
        let constants = self.constants;
        let frame = self.frame_of(&constants);
        for (id, queue) in &mut self.lines {
            let own = id == asked.service;
            if own || queue.rivals.contains(asked.service) {
                queue.in_line = queue.in_line.saturating_add(1);
                let desks = own.then_some(asked.desks.unwrap_or(1));
                queue.line.joined(asked.now, desks, asked.free, frame);
            }
            if own {
                queue.waiting = queue.waiting.saturating_add(1);
            }
        }
    }

    /// Sees to it that the asked service has a line, with the rivals that it has now.
    fn open_line(&mut self, asked: &Asked<'_>) {
        let known = self.lines.get(asked.service);
        if known.is_some_and(|queue| queue.rivals.iter().eq(asked.rivals.iter().copied())) {
            return;
        }
        let rivals = asked.rivals.iter().filter_map(|id| self.lines.get(*id));
        let in_line = rivals.fold(0u32, |sum, one| sum.saturating_add(one.waiting));
        let rivals = asked.rivals.iter().map(|id| (*id).clone()).collect();
        if let Some(queue) = self.lines.get_mut(asked.service) {
            queue.rivals = rivals;
            queue.in_line = in_line;
            return;
        }
        let queue = Queue {
            line: self.new_line(asked),
            rivals,
            waiting: 0,
            in_line,
            visits: (0, 0),
        };
        self.lines.insert(asked.service.clone(), queue);
    }

    /// Somebody is called, for the first time, for `service`.
    pub fn called(&mut self, visit: Visit, at: Timestamp, service: &ServiceId) {
        let constants = self.constants;
        if let Some(promise) = self.promises.remove(&visit) {
            self.unqueue(&promise.service);
            if let Some((raw, ahead)) = promise.raw {
                let waited_s = whole_s(at.ms_since(promise.made_at) as f64 / 1000.0);
                self.record.note(raw, waited_s, ahead, &constants);
            }
        }
        self.serving.insert(visit, (service.clone(), at));
        let frame = self.frame_of(&constants);
        for (id, queue) in &mut self.lines {
            if id == service || queue.rivals.contains(service) {
                queue.line.called(at, queue.in_line, frame);
            }
        }
    }

    /// One less waits for `service`.
    fn unqueue(&mut self, service: &ServiceId) {
        for (id, queue) in &mut self.lines {
            let own = id == service;
            if own || queue.rivals.contains(service) {
                queue.in_line = queue.in_line.saturating_sub(1);
            }
            if own {
                queue.waiting = queue.waiting.saturating_sub(1);
            }
        }
    }

    /// Somebody was served.
    pub fn finished(&mut self, visit: Visit, at: Timestamp) {
        let Some((service, since)) = self.serving.remove(&visit) else {
            return;
        };
        if let Some(queue) = self.lines.get_mut(&service) {
            let (visits, seconds) = queue.visits;
            let took_s = whole_s(at.ms_since(since) as f64 / 1000.0);
            queue.visits = (visits + 1, seconds + u64::from(took_s));
        }
    }

    /// Somebody did not come to the call.
    pub fn no_show(&mut self, visit: Visit, _at: Timestamp) {
        self.serving.remove(&visit);
    }

    /// Somebody is never to be called.
    pub fn left(&mut self, visit: Visit, at: Timestamp) {
        self.serving.remove(&visit);
        let Some(promise) = self.promises.remove(&visit) else {
            return;
        };
        self.unqueue(&promise.service);
        let constants = self.constants;
        let frame = self.frame_of(&constants);
        for queue in self.lines.values_mut() {
            queue.line.thinned(at, queue.in_line, frame);
        }
    }

    /// How many seconds a visit for `service` takes at its desk: what was observed, shrunk to `guess_min`.
    #[must_use]
    pub fn service_minutes(&self, service: &ServiceId, guess_min: u32) -> u32 {
        const GUESS_WEIGHT: u64 = 10;
        let today = self.lines.get(service).map_or((0, 0), |queue| queue.visits);
        let habit = self.learnt.services.get(service);
        let (visits, visit_s) = habit.map_or((0, 0), |one| (one.visits, one.visit_s));
        let count = (today.0 * 100)
            .saturating_add(visits)
            .saturating_add(GUESS_WEIGHT * 100);
        let guess_s = GUESS_WEIGHT * 100 * 60 * u64::from(guess_min);
        let seconds = (today.1 * 100)
            .saturating_add(visit_s)
            .saturating_add(guess_s);
        u32::try_from(seconds / count).unwrap_or(u32::MAX)
    }

    /// How long somebody who stands so would wait; `None` when that can't be told.
    #[must_use]
    pub fn estimate(&self, asked: &Asked<'_>) -> Option<Estimate> {
        let raw = self.raw(asked)?;
        let corrected = self.record.correct(raw, asked.ahead, &self.constants);
        Some(Estimate {
            low_s: corrected.low_s,
            mid_s: corrected.mid_s,
            high_s: corrected.high_s,
        })
    }

    /// The estimate by the pace alone.
    fn raw(&self, asked: &Asked<'_>) -> Option<Raw> {
        let fresh;
        let line = match self.lines.get(asked.service) {
            Some(queue) => &queue.line,
            None => {
                fresh = self.new_line(asked);
                &fresh
            }
        };
        let frame = self.frame(Some(asked));
        let constants = &self.constants;
        let desks = match asked.desks {
            // Nobody is there yet: those who usually are at this hour, or nobody knows.
            Some(0) => Some(line.usual_desks(asked.now, frame)?),
            desks => desks,
        };
        if asked.desks != Some(0) && asked.free.is_some_and(|free| free > asked.ahead) {
            return Some(Raw {
                seconds: PICK_UP_S,
                standing: Standing::Free,
            });
        }
        let calls = f64::from(line.usual.calls);
        let trust = calls / (calls + f64::from(constants.trust_calls.max(1)));
        let between = |[none, full]: [f64; 2]| none + (full - none) * trust;
        let usual_weight = between(constants.usual_weight.map(f64::from));
        let residual = constants.residual[usize::from(desks.is_some())];
        let people = f64::from(asked.ahead) + f64::from(residual) / 1000.0;
        let after = |people| line.seconds(people, asked.now, desks, usual_weight, frame);
        let mut seconds = after(people);
        for _ in 0..2 {
            let coming = expected_before(asked, seconds);
            if coming == 0.0 {
                break;
            }
            seconds = after(people + coming);
        }
        if desks.is_none() {
            let crowd = f64::from(constants.crowd) / 1000.0 * (1.0 - trust);
            seconds *= libm::exp(crowd * libm::log(f64::from(asked.ahead) + 1.0));
        }
        let until_due_s = asked.due_at.ms_since(asked.now) as f64 / 1000.0;
        if until_due_s <= 0.0 {
            return Some(Raw {
                seconds: whole_s(seconds),
                standing: Standing::Behind,
            });
        }
        // Who comes meanwhile goes before, until the hour has come or a desk finds nobody else.
        let seconds = (seconds * OVERTAKEN).min(seconds.max(until_due_s));
        Some(Raw {
            seconds: whole_s(seconds),
            standing: Standing::Early,
        })
    }

    fn frame_of<'a>(&self, constants: &'a Constants) -> Frame<'a> {
        Frame {
            midnight: self.midnight.unwrap_or_default(),
            constants,
        }
    }
}

/// Until a desk that serves nobody calls the one who comes.
const PICK_UP_S: u32 = 45;

/// How many times longer somebody before his hour waits than those who are before him.
const OVERTAKEN: f64 = 2.5;

/// How many of those who are booked and not here yet would go before, if the wait were `seconds`.
fn expected_before(asked: &Asked<'_>, seconds: f64) -> f64 {
    /// Of those who are booked, so many come.
    const COME: f64 = 0.9;
    /// A booked hour so late in the wait no longer outweighs who has waited all along, at the usual weight.
    const WITHIN: f64 = 0.67;
    let until = asked.now.plus_ms((seconds * WITHIN * 1000.0) as i64);
    let until = until.max(asked.due_at);
    let before = asked.coming.iter().filter(|hour| **hour <= until).count();
    before as f64 * COME
}
