// SPDX-License-Identifier: GPL-3.0-or-later
//! "Did you mean …": the known word that is nearest to a misspelt one.
//!
//! Nearness is the number of letters to put in, take out, change or swap with their neighbour.

/// The end of a message: `; did you mean "letter"?`, or nothing when no known word is near.
pub(crate) fn did_you_mean<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(word, known).map_or_else(String::new, |one| format!("; did you mean {one:?}?"))
}

fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let length = word.chars().count();
    // A word as long as this is no slip of the finger, and the work grows with its length.
    if length == 0 || length > 64 {
        return None;
    }
    let bearable = 1 + length / 4;
    known
        .into_iter()
        .map(|one| (distance(&word.to_lowercase(), &one.to_lowercase()), one))
        .filter(|(distance, _)| *distance <= bearable && *distance < length)
        .min()
        .map(|(_, one)| one)
}

/// Optimal string alignment: edits and swaps of neighbours, no letter touched twice.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = changed.min(last[j] + 1).min(row[j - 1] + 1);
            let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if swapped {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, distance};

    #[test]
    fn a_slip_of_the_finger_is_one_step() {
        for slip in ["leter", "lettter", "lettar", "lettre"] {
            assert_eq!(distance(slip, "letter"), 1, "{slip}");
        }
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn only_a_near_word_is_offered() {
        let known = ["letter", "name", "minutes"];
        assert_eq!(did_you_mean("leter", known), "; did you mean \"letter\"?");
        assert_eq!(did_you_mean("Minuts", known), "; did you mean \"minutes\"?");
        assert_eq!(did_you_mean("colour", known), "");
        assert_eq!(did_you_mean("x", known), "");
    }
}
