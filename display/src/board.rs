// SPDX-License-Identifier: GPL-3.0-or-later
//! What the board says at one moment, as plain data.
//!
//! Two boards that are equal look equal, so a drawing is only asked for when they differ. Nothing
//! here knows how it is drawn, nor in which words beyond the office's own.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use torn_queue::Language;
use torn_queue::office::{OpenSpan, Weekday};

/// The most rows of earlier calls a board is given; the drawing takes as many as it has room for.
pub const ROWS_MAX: usize = 8;
/// The most services a board counts the waiting of.
pub const SERVICES_MAX: usize = 12;

/// Everything that is on the board.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Board {
    /// The office's own language; `None` before it is known.
    pub language: Option<Language>,
    /// The body the office belongs to.
    pub town: String,
    /// The office's name.
    pub office: String,
    /// The office's colour, `#0A5361`, if it is not the usual one.
    pub accent: Option<String>,
    /// The office's local time, to the minute; `None` while it is not known.
    pub now: Option<DateTime>,
    /// What fills the large panel.
    pub panel: Panel,
    /// Calls, number and desk together: those still to be announced, then earlier ones, newest first.
    pub rows: Vec<Row>,
    /// How many wait, by service.
    pub waiting: Vec<Waiting>,
    /// The line at the foot.
    pub notice: Notice,
    /// Whether no chime can be heard.
    pub mute: bool,
}

/// What fills the large panel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Panel {
    /// No hub has been heard yet.
    #[default]
    Connecting,
    /// Nobody is being called.
    Nobody,
    /// One number.
    One(Shown),
    /// Two numbers: the one being announced, and the one after it.
    Two(Shown, Shown),
    /// The hub is away since then, by the office's clock.
    Stale(Option<DateTime>),
    /// The office is closed, and nobody is at a desk: it has the whole board.
    Closed(Closing),
}

/// What there is to say of an office that is closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Closing {
    /// When it opens next, by the office's clock; `None` when nobody knows.
    pub opens: Option<DateTime>,
    /// The hours of the week in which it opens; empty where there are none.
    pub hours: BTreeMap<Weekday, Vec<OpenSpan>>,
    /// Whether somebody still holds a ticket that waits, and is served.
    pub waited_for: bool,
}

/// A number with its desk, and how it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// The number, `A007`.
    pub number: String,
    /// Where to.
    pub desk: DeskName,
    /// Whether it is called again.
    pub again: bool,
    /// Whether the panel is in the deep half of its swing just now.
    pub deep: bool,
    /// Which announcement it is, counted from 1; 0 for one put up in silence.
    pub announcement: u64,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The number.
    pub number: String,
    /// Where to.
    pub desk: DeskName,
    /// Whether it is still to be announced.
    pub bell: bool,
}

/// A service and how many wait for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waiting {
    /// What the board calls the service.
    pub service: String,
    /// How many; `None` when that is not known.
    pub people: Option<usize>,
}

/// The line at the foot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Notice {
    /// Nothing to say.
    #[default]
    Nothing,
    /// These services are only for people with an appointment.
    ByAppointment(Vec<String>),
    /// A number taken stays valid while the hub is away.
    NumbersStayValid,
    /// No more numbers are given out, and who holds one is served.
    ClosedButServing,
    /// What the supervisor has it say.
    Told(String),
}

/// A desk's name in two parts, `Taula` and `2`, so that the figure can be made large.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeskName {
    /// What comes before the figure; empty if the name has none.
    pub word: String,
    /// The figure, or the whole name.
    pub figure: String,
}

impl DeskName {
    /// Characters of the last word up to which it counts as a figure: `2`, `12`, `4B`.
    const FIGURE_CHARS_MAX: usize = 3;

    /// Parts a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let name = name.trim();
        let is_figure = |text: &str| {
            text.chars().count() <= Self::FIGURE_CHARS_MAX
                && text.chars().any(|one| one.is_ascii_digit())
        };
        match name.rsplit_once(' ') {
            Some((word, figure)) if is_figure(figure) => Self {
                word: word.trim_end().to_owned(),
                figure: figure.to_owned(),
            },
            _ => Self {
                word: String::new(),
                figure: name.to_owned(),
            },
        }
    }

    /// The longest word that stands beside the figure, or of a name that has none.
    #[must_use]
    pub fn longest_word(&self) -> &str {
        let text = if self.word.is_empty() {
            &self.figure
        } else {
            &self.word
        };
        let words = text.split_whitespace();
        words
            .max_by_key(|word| word.chars().count())
            .unwrap_or_default()
    }

    /// The whole name.
    #[must_use]
    pub fn whole(&self) -> String {
        format!("{} {}", self.word, self.figure)
            .trim_start()
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desks_name_parts_before_its_figure() {
        let parts = |name| {
            let DeskName { word, figure } = DeskName::of(name);
            (word, figure)
        };
        assert_eq!(parts("Taula 2"), ("Taula".to_owned(), "2".to_owned()));
        assert_eq!(
            parts("Finestreta gran 12"),
            ("Finestreta gran".to_owned(), "12".to_owned())
        );
        assert_eq!(parts("Recepció"), (String::new(), "Recepció".to_owned()));
        assert_eq!(
            parts("Sala de plens"),
            (String::new(), "Sala de plens".to_owned())
        );
    }

    #[test]
    fn the_longest_word_is_of_what_stands_beside_the_figure() {
        assert_eq!(
            DeskName::of("Finestreta gran 12").longest_word(),
            "Finestreta"
        );
        assert_eq!(DeskName::of("Sala de plens").longest_word(), "plens");
        assert_eq!(DeskName::default().longest_word(), "");
    }

    #[test]
    fn a_parted_name_is_whole_again() {
        for name in ["Taula 2", "Recepció", "Sala de plens"] {
            assert_eq!(DeskName::of(name).whole(), name);
        }
    }
}
