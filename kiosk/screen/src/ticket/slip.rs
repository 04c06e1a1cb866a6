// SPDX-License-Identifier: GPL-3.0-or-later
//! What a ticket says, as plain data, before it has a shape.
//!
//! It holds nothing that names a person: the number is all that a ticket knows of whoever holds it.

use jiff::civil::{DateTime, Time};
use torn_look::words::QrTarget;
use torn_queue::event::Wait;
use torn_queue::{Language, TicketNumber};

/// How somebody who is booked has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Before the hour: that is when the call may be looked for.
    Early,
    /// In time, or hardly late.
    InTime,
    /// Too late to keep the hour.
    Late,
}

/// One ticket to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The body that the office belongs to, in the ticket's language.
    pub town: String,
    /// The same in the office's own language; printed where the ticket is in another script.
    pub own_town: String,
    /// The service, in the ticket's language.
    pub service: String,
    /// The same in the office's own language.
    pub own_service: String,
    /// The number.
    pub number: TicketNumber,
    /// When it was issued, by the office's clock.
    pub issued: DateTime,
    /// The ticket's language.
    pub language: Language,
    /// The office's own language, printed second where the ticket is in another one.
    pub own_language: Language,
    /// How many would be called before it.
    pub ahead: u32,
    /// How long it may take; `None`: the line is left out.
    pub wait: Option<Wait>,
    /// When the call may be looked for, since a range is counted from an hour that is soon past; `None`:
    /// the line is left out.
    pub around: Option<Time>,
    /// The booked hour, and how its holder has come.
    pub booked: Option<(Time, Arrival)>,
    /// What the code opens; `None`: there is no code.
    pub qr: Option<QrTarget>,
    /// Whether it is printed again for a number that may be on paper already.
    pub copy: bool,
}

impl Slip {
    /// Whether the office's own language is printed second.
    pub(super) fn is_bilingual(&self) -> bool {
        self.language != self.own_language
    }
}

/// A longer name in two lines of like length, none of which begins with a small word.
pub(super) fn balanced(name: &str, one_line_chars: usize) -> String {
    /// What it costs to begin the second line with a word like `de`.
    const SMALL_WORD: usize = 4;
    if name.chars().count() <= one_line_chars {
        return name.to_owned();
    }
    let cost = |at: usize| {
        let (first, second) = (&name[..at], &name[at + 1..]);
        let begins_small = second
            .split(' ')
            .next()
            .is_some_and(|word| word.chars().count() <= 2);
        first.chars().count().max(second.chars().count())
            + if begins_small { SMALL_WORD } else { 0 }
    };
    let spaces = name.match_indices(' ').map(|(at, _)| at);
    match spaces.rev().min_by_key(|at| cost(*at)) {
        Some(at) => format!("{}\n{}", &name[..at], &name[at + 1..]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::balanced;

    #[test]
    fn a_long_name_is_broken_before_its_place_and_not_before_a_small_word() {
        assert_eq!(
            balanced("Ajuntament de Torroella de Montgrí", 26),
            "Ajuntament de\nTorroella de Montgrí"
        );
        assert_eq!(
            balanced("Mairie de Torroella de Montgrí", 26),
            "Mairie de\nTorroella de Montgrí"
        );
        assert_eq!(
            balanced("Torroella de Montgrí Town Council", 26),
            "Torroella de Montgrí\nTown Council"
        );
    }

    #[test]
    fn a_name_that_fits_or_is_one_word_is_left_as_it_is() {
        assert_eq!(balanced("Ajuntament de Pals", 26), "Ajuntament de Pals");
        assert_eq!(
            balanced("Verbandsgemeindeverwaltungen", 26),
            "Verbandsgemeindeverwaltungen"
        );
    }
}
