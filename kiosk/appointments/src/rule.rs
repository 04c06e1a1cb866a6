// SPDX-License-Identifier: GPL-3.0-or-later
//! A recurrence rule, asked day by day: at what times of this day does it recur?
//!
//! One day is all that anyone wants to know, so nothing is expanded from a start of long ago: the work is bounded
//! whatever the rule says, and an impossible rule costs no more than another. The library `rrule` can do neither
//! (it searches up to 100,000 periods at a step); it is the oracle that this is tested against.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

use crate::when::When;

/// More than so many times a day are no appointments.
pub(crate) const TIMES_MAX: usize = 10_000;

/// How often the rule recurs, with INTERVAL as the step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Frequency {
    Secondly,
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// An RRULE; what it does not say is empty.
pub(crate) struct Rule {
    frequency: Frequency,
    interval: i64,
    pub(crate) count: Option<u64>,
    pub(crate) until: Option<When>,
    week_start: Weekday,
    months: Vec<i64>,
    week_numbers: Vec<i64>,
    year_days: Vec<i64>,
    month_days: Vec<i64>,
    week_days: Vec<(i64, Weekday)>,
    hours: Vec<i64>,
    minutes: Vec<i64>,
    seconds: Vec<i64>,
    positions: Vec<i64>,
}

impl Rule {
    /// Reads `FREQ=WEEKLY;BYDAY=MO`; `None`: it is none, or one that is not understood.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut frequency = None;
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            week_start: Weekday::Monday,
            months: Vec::new(),
            week_numbers: Vec::new(),
            year_days: Vec::new(),
            month_days: Vec::new(),
            week_days: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            seconds: Vec::new(),
            positions: Vec::new(),
        };
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            let (name, value) = (name.trim().to_ascii_uppercase(), value.trim());
            match name.as_str() {
                "FREQ" => frequency = Some(frequency_of(value)?),
                // Some write 0 for "none".
                "INTERVAL" => rule.interval = number(value)?.max(1),
                "COUNT" => rule.count = u64::try_from(number(value)?).ok().filter(|one| *one > 0),
                "UNTIL" => rule.until = Some(When::read(value, None)?),
                "WKST" => rule.week_start = week_day(value)?,
                "BYMONTH" => rule.months = numbers(value, 1, 12)?,
                "BYWEEKNO" => rule.week_numbers = numbers(value, 1, 53)?,
                "BYYEARDAY" => rule.year_days = numbers(value, 1, 366)?,
                "BYMONTHDAY" => rule.month_days = numbers(value, 1, 31)?,
                "BYDAY" => rule.week_days = week_days(value)?,
                "BYHOUR" => rule.hours = numbers(value, 0, 23)?,
                "BYMINUTE" => rule.minutes = numbers(value, 0, 59)?,
                "BYSECOND" => rule.seconds = numbers(value, 0, 59)?,
                "BYSETPOS" => rule.positions = numbers(value, 1, 366)?,
                "RSCALE" if !value.eq_ignore_ascii_case("GREGORIAN") => return None,
                "BYEASTER" => return None,
                _ => {}
            }
        }
        rule.frequency = frequency?;
        // Of the times within one hour or less: nothing that an appointment would be.
        let odd = rule.frequency < Frequency::Daily && !rule.positions.is_empty();
        (!odd).then_some(rule)
    }

    /// The times of `day` at which a series that starts at `start` recurs by this rule, in order, COUNT and
    /// UNTIL aside; none before `start`. At most [`TIMES_MAX`] of them and one more.
    pub(crate) fn times_on(&self, start: DateTime, day: Date) -> Vec<Time> {
        if day < start.date() {
            return Vec::new();
        }
        let mut times = if self.positions.is_empty() {
            if self.falls_on(start, day) {
                self.times_of_day(start, day)
            } else {
                Vec::new()
            }
        } else {
            self.at_positions(start, day)
        };
        if day == start.date() {
            times.retain(|time| *time >= start.time());
        }
        times
    }

    /// What the question for a day costs, in looks at a day or at a time.
    pub(crate) fn cost_on(&self, start: DateTime, day: Date) -> u64 {
        if !self.falls_on(start, day) {
            return 1;
        }
        let times = match self.frequency {
            Frequency::Secondly => 86_400,
            Frequency::Minutely => 1440,
            Frequency::Hourly => 24,
            _ => 1,
        };
        let given = [&self.hours, &self.minutes, &self.seconds];
        let given: u64 = given.iter().map(|one| one.len().max(1) as u64).product();
        let period = match self.frequency {
            _ if self.positions.is_empty() => 1,
            Frequency::Yearly => 366,
            Frequency::Monthly => 31,
            Frequency::Weekly => 7,
            _ => 1,
        };
        times.max(given) * period
    }

    /// BYSETPOS: of all times of the day's period those at the wanted places.
    fn at_positions(&self, start: DateTime, day: Date) -> Vec<Time> {
        if !self.falls_on(start, day) {
            return Vec::new();
        }
        let (first, last) = self.period(day);
        let mut all: Vec<DateTime> = Vec::new();
        let mut one = first;
        while one <= last && all.len() <= TIMES_MAX {
            if self.falls_on(start, one) {
                let times = self.times_of_day(start, one);
                all.extend(times.into_iter().map(|time| one.to_datetime(time)));
            }
            let Ok(next) = one.tomorrow() else { break };
            one = next;
        }
        let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let wanted = |place: usize| {
            let place = i64::try_from(place).unwrap_or(i64::MAX);
            self.positions.contains(&(place + 1)) || self.positions.contains(&(place - count))
        };
        let chosen = all.iter().enumerate().filter(|(place, _)| wanted(*place));
        chosen
            .filter(|(_, one)| one.date() == day)
            .map(|(_, one)| one.time())
            .collect()
    }

    /// The first and last day of the period that BYSETPOS counts in.
    fn period(&self, day: Date) -> (Date, Date) {
        match self.frequency {
            Frequency::Yearly => (day.first_of_year(), day.last_of_year()),
            Frequency::Monthly => (day.first_of_month(), day.last_of_month()),
            Frequency::Weekly => {
                let first = self.week_begin(day);
                (first, first.saturating_add(6.days()))
            }
            _ => (day, day),
        }
    }

    fn week_begin(&self, day: Date) -> Date {
        let since = day.weekday().since(self.week_start);
        day.saturating_sub(i64::from(since).days())
    }

    /// Whether the rule recurs at all on `day`.
    fn falls_on(&self, start: DateTime, day: Date) -> bool {
        self.in_step(start.date(), day)
            && self.by_month(day)
            && self.by_week_number(day)
            && self.by_year_day(day)
            && self.by_month_day(start.date(), day)
            && self.by_week_day(start.date(), day)
    }

    fn in_step(&self, start: Date, day: Date) -> bool {
        let years = i64::from(day.year()) - i64::from(start.year());
        let since = match self.frequency {
            Frequency::Yearly => years,
            Frequency::Monthly => years * 12 + i64::from(day.month()) - i64::from(start.month()),
            Frequency::Weekly => days_between(self.week_begin(start), self.week_begin(day)) / 7,
            Frequency::Daily => days_between(start, day),
            // These step within the day.
            _ => 0,
        };
        since % self.interval == 0
    }

    fn by_month(&self, day: Date) -> bool {
        self.months.is_empty() || self.months.contains(&i64::from(day.month()))
    }

    /// Whether nothing in the rule says which day of the year, month or week.
    fn says_no_day(&self) -> bool {
        self.week_numbers.is_empty()
            && self.year_days.is_empty()
            && self.month_days.is_empty()
            && self.week_days.is_empty()
    }

    fn by_week_number(&self, day: Date) -> bool {
        if self.week_numbers.is_empty() || self.frequency != Frequency::Yearly {
            return true;
        }
        // The week's year is that of its fourth day.
        let fourth = self.week_begin(day).saturating_add(3.days());
        let number = i64::from((fourth.day_of_year() - 1) / 7 + 1);
        let first_of_last =
            Date::new(fourth.year(), 12, 28).map_or(day, |one| self.week_begin(one));
        let last = first_of_last.saturating_add(3.days());
        let weeks = i64::from((last.day_of_year() - 1) / 7 + 1);
        self.week_numbers.contains(&number) || self.week_numbers.contains(&(number - weeks - 1))
    }

    fn by_year_day(&self, day: Date) -> bool {
        let number = i64::from(day.day_of_year());
        let from_end = number - i64::from(day.days_in_year()) - 1;
        self.year_days.is_empty()
            || self.year_days.contains(&number)
            || self.year_days.contains(&from_end)
    }

    fn by_month_day(&self, start: Date, day: Date) -> bool {
        let number = i64::from(day.day());
        if self.month_days.is_empty() {
            return match self.frequency {
                Frequency::Monthly if self.says_no_day() => day.day() == start.day(),
                Frequency::Yearly if self.says_no_day() => {
                    let month = !self.months.is_empty() || day.month() == start.month();
                    month && day.day() == start.day()
                }
                _ => true,
            };
        }
        let from_end = number - i64::from(day.days_in_month()) - 1;
        self.month_days.contains(&number) || self.month_days.contains(&from_end)
    }

    fn by_week_day(&self, start: Date, day: Date) -> bool {
        if self.week_days.is_empty() {
            let only_weeks = self.year_days.is_empty() && self.month_days.is_empty();
            return match self.frequency {
                Frequency::Weekly if self.says_no_day() => day.weekday() == start.weekday(),
                // What a rule does not say, it takes from its start.
                Frequency::Yearly if !self.week_numbers.is_empty() && only_weeks => {
                    day.weekday() == start.weekday()
                }
                _ => true,
            };
        }
        let in_year = self.frequency == Frequency::Yearly && self.months.is_empty();
        let counted = in_year || matches!(self.frequency, Frequency::Monthly | Frequency::Yearly);
        let (number, length) = if in_year {
            (i64::from(day.day_of_year()), i64::from(day.days_in_year()))
        } else {
            (i64::from(day.day()), i64::from(day.days_in_month()))
        };
        let from_start = (number - 1) / 7 + 1;
        let from_end = -((length - number) / 7 + 1);
        self.week_days.iter().any(|(nth, week_day)| {
            let nth_fits = *nth == 0 || !counted || *nth == from_start || *nth == from_end;
            *week_day == day.weekday() && nth_fits
        })
    }

    fn times_of_day(&self, start: DateTime, day: Date) -> Vec<Time> {
        let from_start = |given: &[i64], own: i8| {
            if given.is_empty() {
                vec![i64::from(own)]
            } else {
                given.to_vec()
            }
        };
        let all = |given: &[i64], most: i64| {
            if given.is_empty() {
                (0..=most).collect()
            } else {
                given.to_vec()
            }
        };
        let sub = self.frequency;
        let hours = match sub {
            Frequency::Secondly | Frequency::Minutely | Frequency::Hourly => all(&self.hours, 23),
            _ => from_start(&self.hours, start.hour()),
        };
        let minutes = match sub {
            Frequency::Secondly | Frequency::Minutely => all(&self.minutes, 59),
            _ => from_start(&self.minutes, start.minute()),
        };
        let seconds = match sub {
            Frequency::Secondly => all(&self.seconds, 59),
            _ => from_start(&self.seconds, start.second()),
        };
        let days = days_between(start.date(), day);
        // Before the start there is none; that of BYSETPOS' periods is asked by whoever counts in them.
        let begins = (sub < Frequency::Daily && days == 0).then(|| start.time());
        let step = |hour: i64, minute: i64, second: i64| {
            let hours = days * 24 + hour - i64::from(start.hour());
            let minutes = hours * 60 + minute - i64::from(start.minute());
            match sub {
                Frequency::Hourly => hours % self.interval == 0,
                Frequency::Minutely => minutes % self.interval == 0,
                Frequency::Secondly => {
                    (minutes * 60 + second - i64::from(start.second())) % self.interval == 0
                }
                _ => true,
            }
        };
        let mut times = Vec::new();
        for &hour in &hours {
            for &minute in &minutes {
                for &second in &seconds {
                    if times.len() > TIMES_MAX {
                        return times;
                    }
                    if step(hour, minute, second) {
                        let time = clock(hour, minute, second);
                        times.extend(time.filter(|time| begins.is_none_or(|begin| *time >= begin)));
                    }
                }
            }
        }
        times
    }
}

fn clock(hour: i64, minute: i64, second: i64) -> Option<Time> {
    let narrow = |one: i64| i8::try_from(one).ok();
    Time::new(narrow(hour)?, narrow(minute)?, narrow(second)?, 0).ok()
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

fn frequency_of(text: &str) -> Option<Frequency> {
    Some(match text.to_ascii_uppercase().as_str() {
        "SECONDLY" => Frequency::Secondly,
        "MINUTELY" => Frequency::Minutely,
        "HOURLY" => Frequency::Hourly,
        "DAILY" => Frequency::Daily,
        "WEEKLY" => Frequency::Weekly,
        "MONTHLY" => Frequency::Monthly,
        "YEARLY" => Frequency::Yearly,
        _ => return None,
    })
}

/// A number without a sign; what no sum could hold is as large as can be.
fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| {
        text.parse()
            .unwrap_or(i64::from(u32::MAX))
            .min(i64::from(u32::MAX))
    })
}

/// A list of numbers, each within bounds or minus such a one, in order; `None` if one is not.
fn numbers(text: &str, least: i64, most: i64) -> Option<Vec<i64>> {
    let mut numbers = Vec::new();
    for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        let number: i64 = one.parse().ok()?;
        if number
            .checked_abs()
            .is_none_or(|size| size < least || size > most)
        {
            return None;
        }
        numbers.push(number);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

fn week_day(text: &str) -> Option<Weekday> {
    Some(match text.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    })
}

/// `MO`, `2TU`, `-1FR`; 0: every one.
fn week_days(text: &str) -> Option<Vec<(i64, Weekday)>> {
    let mut days = Vec::new();
    for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        let split = one.len().checked_sub(2)?;
        let (nth, day) = (one.get(..split)?, one.get(split..)?);
        let nth = if nth.is_empty() { 0 } else { nth.parse().ok()? };
        if !(-53..=53).contains(&nth) {
            return None;
        }
        days.push((nth, week_day(day)?));
    }
    days.sort_unstable_by_key(|(nth, day)| (*nth, day.to_monday_zero_offset()));
    days.dedup();
    Some(days)
}
