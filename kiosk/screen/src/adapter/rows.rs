// SPDX-License-Identifier: GPL-3.0-or-later
//! Rows of the window's lists. A list is touched only where it differs.

use slint::{Model, VecModel};
use torn_look::words;

use crate::ui;
use crate::view_model::{self, TileKind, View};

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
        name: tile.name.as_str().into(),
        latin: is_latin(&tile.name),
        icon: tile.icon.as_str().into(),
        kind: match tile.kind {
            TileKind::Service => ui::TileKind::Service,
            TileKind::Appointment => ui::TileKind::Appointment,
            TileKind::More => ui::TileKind::More,
        },
        waiting: i32::try_from(tile.waiting).unwrap_or(i32::MAX),
        // No range is learnt yet; its place on the tile is there.
        wait: Default::default(),
        others: tile.others.as_str().into(),
    }
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
