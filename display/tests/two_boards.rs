// SPDX-License-Identifier: GPL-3.0-or-later
//! The board of this program and the hub's `/lobby` page say the same sentences in every language.
//!
//! Their words are kept apart, since one is drawn by Slint and the other by a browser; here they are
//! held against each other, as text. How each of them looks is told by other tests.

#![expect(clippy::unwrap_used, reason = "a missing file fails the test")]

use std::fs;
use std::path::Path;

const LANGUAGES: [&str; 5] = ["ca", "es", "en", "fr", "ar"];

/// Sentences that stand by themselves; the pieces of the others are what surrounds their places.
const SENTENCES: [&str; 15] = [
    "Calling again",
    "Now calling",
    "Next",
    "Nobody is being called now",
    "When it is your turn, your number and your desk appear here.",
    "No connection",
    "We call you by voice. Keep an eye on the desks.",
    "Called recently",
    "Your number stays valid.",
    "Closed now",
    "We open",
    "If you have a ticket, we will serve you.",
    "Closed now. If you have a ticket, we will serve you.",
    "{}: only by appointment.",
    "{0} and {1}: only by appointment.",
];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// What the Slint board says for an English sentence.
fn translation<'a>(po: &'a str, english: &str) -> &'a str {
    let asked = format!("msgid \"{english}\"\nmsgstr \"");
    let (_, after) = po.split_once(&asked).unwrap();
    after.split_once("\"\n").unwrap().0
}

/// The page's table of one language.
fn page_words<'a>(script: &'a str, language: &str) -> &'a str {
    let (_, after) = script.split_once(&format!("\n  {language}: {{\n")).unwrap();
    after.split_once("\n  },").unwrap().0
}

#[test]
fn the_board_and_the_page_say_the_same_in_every_language() {
    let script = read("kiosk/hub/web/assets/lobby-words.js");
    for language in LANGUAGES {
        let po = read(&format!(
            "common/look/lang/{language}/LC_MESSAGES/torn-display.po"
        ));
        let page = page_words(&script, language);
        for english in SENTENCES {
            let said = translation(&po, english);
            let last = said.rsplit('}').next().unwrap();
            let there = if said.contains('{') {
                page.contains(&format!("}}{last}`"))
            } else {
                page.contains(&format!("\"{said}\""))
            };
            assert!(there, "{language}: the page does not say {said:?}");
        }
        let and = translation(&po, "{0} and {1}: only by appointment.");
        let and = and.split(['{', '}']).nth(2).unwrap().trim_start();
        assert!(
            page.contains(&format!("\"{and}\"")),
            "{language}: the page does not join names with {and:?}"
        );
    }
}
