// SPDX-License-Identifier: GPL-3.0-or-later
//! Rows of the window's lists. A list is touched only where it differs.

use slint::{Model, SharedString, VecModel};
use torn_look::words;

use crate::ui;
use crate::view_model::{self, Reason, TileKind, View};

/// Makes `model` hold `rows`, and leaves alone the rows that do already.
pub(super) fn replace<T: Clone + PartialEq + 'static>(
    model: &VecModel<T>,
    rows: impl Iterator<Item = T>,
) {
    let rows: Vec<T> = rows.collect();
    if model.row_count() != rows.len() {
        model.set_vec(rows);
        return;
    }
    for (at, row) in rows.into_iter().enumerate() {
        if model.row_data(at).as_ref() != Some(&row) {
            model.set_row_data(at, row);
        }
    }
}

pub(super) fn tile(tile: &view_model::Tile) -> ui::Tile {
    ui::Tile {
        id: tile.id.as_str().into(),
        name: bound(&tile.name).into(),
        latin: is_latin(&tile.name),
        icon: tile.icon.as_str().into(),
        kind: match tile.kind {
            TileKind::Service => ui::TileKind::Service,
            TileKind::Instead(Reason::Appointment) => ui::TileKind::Appointment,
            TileKind::Instead(Reason::Closed) => ui::TileKind::Closed,
            TileKind::Instead(Reason::Full) => ui::TileKind::Full,
            TileKind::Instead(Reason::Elsewhere) => ui::TileKind::Elsewhere,
            TileKind::More => ui::TileKind::More,
        },
        waiting: i32::try_from(tile.waiting).unwrap_or(i32::MAX),
        wait: tile.wait.as_str().into(),
        note: tile.note.as_str().into(),
        others: tile.others.as_str().into(),
    }
}

/// One letter or figure of a code.
pub(super) fn sign(sign: char) -> SharedString {
    SharedString::from(sign)
}

pub(super) fn tongues(view: &View) -> impl Iterator<Item = ui::Tongue> {
    view.languages.iter().map(|one| ui::Tongue {
        id: one.as_str().into(),
        name: words::own_name(one).into(),
        chosen: *one == view.language,
        rtl: words::is_right_to_left(one),
    })
}

/// Whether a name has no Arabic letter, so that a Latin face draws all of it.
pub(super) fn is_latin(name: &str) -> bool {
    !name
        .chars()
        .any(|letter| ('\u{600}'..='\u{6ff}').contains(&letter))
}

/// A text with a line for each of its words, parted where a line may end.
pub(super) fn apart(text: &str) -> String {
    text.replace([' ', '\u{200b}'], "\n").replace('-', "-\n")
}

/// A name that is not parted after a word of one letter: `Tributs i rebuts` before its `i`.
fn bound(name: &str) -> String {
    let mut words = name.split(' ').peekable();
    let mut bound = String::new();
    while let Some(word) = words.next() {
        bound.push_str(word);
        if words.peek().is_some() {
            let alone = word.chars().count() == 1 && bound.len() > word.len();
            bound.push(if alone { '\u{a0}' } else { ' ' });
        }
    }
    bound
}

#[cfg(test)]
mod tests {
    use super::{apart, bound};

    #[test]
    fn a_small_word_stays_with_the_one_after_it() {
        assert_eq!(bound("Tributs i rebuts"), "Tributs i\u{a0}rebuts");
        assert_eq!(bound("A la carta"), "A la carta");
    }

    #[test]
    fn words_are_apart_where_a_line_may_end() {
        assert_eq!(apart("Sur rendez-vous"), "Sur\nrendez-\nvous");
        assert_eq!(apart("i\u{a0}rebuts"), "i\u{a0}rebuts");
    }
}
