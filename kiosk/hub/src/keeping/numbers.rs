// SPDX-License-Identifier: GPL-3.0-or-later
//! Which numbers of today must not be given out again, where a log is lost or put aside.
//!
//! Two people with the same number on their slips would both come to one call.

use std::collections::BTreeMap;

use torn_queue::ids::Letter;
use torn_queue::limits::TICKETS_PER_LETTER_MAX;
use torn_queue::{Fact, State, TicketNumber};

use super::KeepingError;

/// So many numbers of each letter are left out where nobody knows how many were given out since a backup: more than
/// an office of one hub gives out under a letter in a day.
const LEFT_OUT: u32 = 500;

/// Numbers go on after a full hundred, so that it is plain to see which came later.
const ROUND: u32 = 100;

/// The highest number of each letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Highest(BTreeMap<Letter, u32>);

impl Highest {
    /// Notes that this number was given out.
    pub(super) fn note(&mut self, number: TicketNumber) {
        let highest = self.0.entry(number.letter()).or_default();
        *highest = number.count().max(*highest);
    }

    /// Notes what an event gives out, or says that it was.
    pub(super) fn note_fact(&mut self, fact: &Fact) {
        match fact {
            Fact::TicketIssued { number, .. } => self.note(*number),
            Fact::DayBegan { numbers, .. } => numbers.iter().for_each(|one| self.note(*one)),
            _ => {}
        }
    }

    /// As the beginning of a day tells them.
    pub(super) fn numbers(&self) -> Vec<TicketNumber> {
        let known = self.0.iter().filter(|(_, count)| **count > 0);
        known
            .map(|(letter, count)| TicketNumber::new(*letter, *count))
            .collect()
    }
}

/// After which numbers a restored log goes on, for each letter of the office: those that were named as the last, and
/// where none was named, so far beyond `today` (what the backup gave out today) that none can come again.
pub(super) fn after_a_gap(
    state: &State,
    today: &Highest,
    named: &[TicketNumber],
) -> Result<Highest, KeepingError> {
    let mut all = today.clone();
    let letters = state.services().iter().map(|one| one.config.letter);
    for letter in letters {
        let known = all.0.get(&letter).copied().unwrap_or(0);
        let of_letter = named.iter().filter(|one| one.letter() == letter);
        let count = match of_letter.map(|one| one.count()).max() {
            Some(last) => last.max(known),
            None => known.saturating_add(LEFT_OUT).next_multiple_of(ROUND),
        };
        if count >= TICKETS_PER_LETTER_MAX {
            let number = TicketNumber::new(letter, count);
            return Err(KeepingError::NoNumberLeft(number.to_string()));
        }
        all.0.insert(letter, count);
    }
    Ok(all)
}
