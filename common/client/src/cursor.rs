// SPDX-License-Identifier: GPL-3.0-or-later
//! Where a follower is in the log, and what an arriving event means for it.
//!
//! What a screen shows is always a prefix of the log: an event is taken only if it is the next one,
//! or a `day-began` from which a fold is whole. Sockets and time are elsewhere.

use torn_queue::Seq;

/// A follower's place in the log it follows.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    log: Option<String>,
    last: Option<Seq>,
    /// Whether this connection told an event already.
    told_here: bool,
}

/// What to do with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is the next one: tell it.
    Next,
    /// Everything begins again with it: say so, then tell it.
    Afresh,
    /// It is known already.
    Known,
    /// Something before it is missing: connect again.
    Gap,
}

impl Cursor {
    /// A connection begins, on the log that its answer names. True: it is the log that was followed
    /// before, or the first one. False: it is another one, and everything known is void.
    pub(crate) fn connected_to(&mut self, log: Option<&str>) -> bool {
        self.told_here = false;
        let same = match (self.log.as_deref(), log) {
            (Some(before), Some(now)) => before == now,
            _ => true,
        };
        if !same {
            self.last = None;
        }
        if let Some(log) = log {
            self.log = Some(log.to_owned());
        }
        same
    }

    /// The last event told: what `Last-Event-ID` says.
    pub(crate) fn last(&self) -> Option<Seq> {
        self.last
    }

    /// Forgets the place in the log: the next connection is told today from its beginning.
    pub(crate) fn forget_place(&mut self) {
        self.last = None;
    }

    /// Whether this connection told an event already.
    pub(crate) fn told_here(&self) -> bool {
        self.told_here
    }

    /// Takes the event at `seq`, that begins a day or not.
    pub(crate) fn step(&mut self, seq: Seq, begins_day: bool) -> Step {
        let first_here = !self.told_here;
        let step = match self.last {
            None => Step::Next,
            Some(last) if seq == last.next() => Step::Next,
            Some(_) if first_here && begins_day => Step::Afresh,
            Some(last) if seq <= last => Step::Known,
            Some(_) => Step::Gap,
        };
        if matches!(step, Step::Next | Step::Afresh) {
            self.last = Some(seq);
            self.told_here = true;
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "0c6a1a4e-2f0b-4d55-9d3a-5b1f3f0a7c11";
    const OTHER: &str = "7d1c0e52-9a86-4f3e-8f6c-2f4f7b0d9e22";

    fn at_seq(number: u64) -> Cursor {
        let mut cursor = Cursor::default();
        assert!(cursor.connected_to(Some(LOG)));
        assert_eq!(cursor.step(Seq::new(number), true), Step::Next);
        cursor
    }

    #[test]
    fn events_in_a_row_are_told() {
        let mut cursor = at_seq(7);
        assert_eq!(cursor.step(Seq::new(8), false), Step::Next);
        assert_eq!(cursor.step(Seq::new(9), true), Step::Next);
        assert_eq!(cursor.last(), Some(Seq::new(9)));
    }

    #[test]
    fn after_a_cut_the_next_event_goes_on() {
        let mut cursor = at_seq(7);
        assert!(cursor.connected_to(Some(LOG)));
        assert_eq!(cursor.step(Seq::new(8), false), Step::Next);
    }

    #[test]
    fn a_day_began_after_a_cut_begins_afresh_from_before_and_from_beyond() {
        for told in [3, 7, 20] {
            let mut cursor = at_seq(7);
            assert!(cursor.connected_to(Some(LOG)));
            assert_eq!(cursor.step(Seq::new(told), true), Step::Afresh, "{told}");
            assert_eq!(cursor.step(Seq::new(told + 1), false), Step::Next, "{told}");
        }
    }

    #[test]
    fn what_is_known_is_not_told_twice() {
        let mut cursor = at_seq(7);
        assert_eq!(cursor.step(Seq::new(7), true), Step::Known);
        assert_eq!(cursor.step(Seq::new(5), false), Step::Known);
        assert!(cursor.connected_to(Some(LOG)));
        assert_eq!(cursor.step(Seq::new(7), false), Step::Known);
        assert_eq!(cursor.step(Seq::new(8), false), Step::Next);
    }

    #[test]
    fn a_missing_event_is_a_gap_and_moves_nothing() {
        let mut cursor = at_seq(7);
        assert_eq!(cursor.step(Seq::new(9), false), Step::Gap);
        assert_eq!(cursor.last(), Some(Seq::new(7)));
        assert!(cursor.connected_to(Some(LOG)));
        assert!(!cursor.told_here());
        assert_eq!(cursor.step(Seq::new(9), false), Step::Gap);
    }

    #[test]
    fn another_log_voids_the_place() {
        let mut cursor = at_seq(7);
        assert!(!cursor.connected_to(Some(OTHER)));
        assert_eq!(cursor.last(), None);
        assert!(cursor.connected_to(Some(OTHER)));
        assert_eq!(cursor.step(Seq::new(1), true), Step::Next);
    }

    #[test]
    fn an_answer_that_names_no_log_changes_nothing() {
        let mut cursor = at_seq(7);
        assert!(cursor.connected_to(None));
        assert!(!cursor.connected_to(Some(OTHER)));
    }
}
