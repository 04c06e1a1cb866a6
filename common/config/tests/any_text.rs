// SPDX-License-Identifier: GPL-3.0-or-later
//! Whatever a file holds, it is read or refused: nothing in it stops the program.

use proptest::prelude::*;
use torn_config::{Mistakes, device, office};

const SHIPPED: &str = include_str!("../../../kiosk/hub/oiac/office.toml");

/// Every mistake has a place in the text, and they come in the order of the text.
fn assert_placed(text: &str, mistakes: &Mistakes) {
    assert!(!mistakes.0.is_empty(), "a refusal without a reason");
    let lines = 1 + text.matches('\n').count();
    for mistake in &mistakes.0 {
        assert!(
            (1..=lines).contains(&mistake.line) && mistake.column >= 1,
            "{mistake}"
        );
        assert!(!mistake.message.is_empty());
    }
    let places: Vec<_> = mistakes
        .0
        .iter()
        .map(|one| (one.line, one.column))
        .collect();
    assert!(places.is_sorted(), "{mistakes}");
}

fn read_both(text: &str) {
    let mistakes = [office(text).err(), device(text).err()];
    mistakes
        .iter()
        .flatten()
        .for_each(|some| assert_placed(text, some));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        read_both(&text);
    }

    #[test]
    fn any_text_that_looks_like_a_file_is_read_or_refused(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "[", "]", "[[", "]]", "=", "\n", "\"", "'", "\"\"\"", "{", "}", ",", ".", "#", " ", "\r\n",
                "office", "service", "desk", "button", "screen", "id", "name", "letter", "languages", "ca",
                "\"ca\"", "\"A\"", "1", "-1", "1.5", "true", "2026-12-08", "é", "\u{feff}", "hub", "line",
            ]),
            0..80,
        )
    ) {
        read_both(&words.concat());
    }

    #[test]
    fn a_damaged_office_is_read_or_refused(
        at in 0..SHIPPED.len(),
        cut in 0_usize..40,
        put in "[\\[\\]\"'=\n,.{}a-z0-9é]{0,4}",
    ) {
        let from = SHIPPED.floor_char_boundary(at);
        let to = SHIPPED.floor_char_boundary((at + cut).min(SHIPPED.len())).max(from);
        read_both(&format!("{}{put}{}", &SHIPPED[..from], &SHIPPED[to..]));
    }
}
