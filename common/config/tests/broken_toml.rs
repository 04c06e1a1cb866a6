// SPDX-License-Identifier: GPL-3.0-or-later
//! What is no TOML: each place is named once, and what follows is still read where it can be.

use torn_config::{Mistake, office};

const SMALL: &str = include_str!("small.toml");

fn mistakes(text: &str) -> Vec<Mistake> {
    match office(text) {
        Ok(_) => panic!("accepted:\n{text}"),
        Err(mistakes) => mistakes.0,
    }
}

/// The one mistake of the small office after `line` was put in the place of `old`.
fn the_mistake(old: &str, line: &str) -> Mistake {
    assert!(SMALL.contains(old), "{old:?} is not in the small office");
    let mut found = mistakes(&SMALL.replacen(old, line, 1));
    assert_eq!(found.len(), 1, "{line}: {found:#?}");
    found.remove(0)
}

fn assert_says(mistake: &Mistake, parts: &[&str]) {
    for part in parts {
        assert!(
            mistake.message.contains(part),
            "{mistake} does not say {part:?}"
        );
    }
}

#[test]
fn broken_toml_is_named_with_its_line_and_the_rest_is_read_on() {
    let text = SMALL
        .replace("letter = \"A\"", "letter = A")
        .replace("id = \"1\"", "id = \"One\"");
    let found = mistakes(&text);
    let lines: Vec<usize> = found.iter().map(|one| one.line).collect();
    assert_eq!(lines, [9, 12], "{found:#?}");
    assert_says(&found[0], &["not TOML"]);
    assert_says(&found[1], &["desk.id"]);
}

#[test]
fn each_broken_line_is_named() {
    let found = mistakes("[office\nid = \"a\"\nname =\nlanguages = [\"ca\", ]\n=\nx = 1 2\n");
    let lines: Vec<usize> = found.iter().map(|one| one.line).collect();
    assert_eq!(lines, [1, 3, 5, 6], "{found:#?}");
}

#[test]
fn a_list_or_text_that_does_not_end_is_one_mistake() {
    let cases = [
        ("[\"09:00-14:00\"] }", "[\"09:00-14:00\" }", 6),
        ("[\"ca\", \"es\"]", "[\"ca\", \"es\"", 4),
        (
            "{ ca = \"General\", es = \"General\" }",
            "{ ca = \"General\", es = \"General\"",
            10,
        ),
        ("\"Europe/Madrid\"", "\"\"\"Europe/Madrid", 3),
        ("\"Europe/Madrid\"", "\"Europe/Madrid", 3),
        ("[[service]]", "[[service", 7),
    ];
    for (old, new, line) in cases {
        let found = the_mistake(old, new);
        assert_eq!(found.line, line, "{found}");
        assert_says(&found, &["not TOML"]);
    }
}

#[test]
fn a_missing_comma_is_one_mistake_and_the_list_is_read_on() {
    let found = mistakes(&SMALL.replace("[\"ca\", \"es\"]", "[\n\"ca\"\n\"es\",\n\"es\",\n]"));
    let lines: Vec<usize> = found.iter().map(|one| one.line).collect();
    assert_eq!(lines, [6, 7], "{found:#?}");
    assert_says(&found[0], &["missing comma"]);
    assert_says(&found[1], &["\"es\" is there twice"]);
}

#[test]
fn a_key_that_is_there_twice_is_named() {
    let found = the_mistake("letter = \"A\"", "letter = \"A\"\nletter = \"B\"");
    assert_eq!(found.line, 10);
    assert_says(&found, &["duplicate key"]);
}

#[test]
fn columns_count_characters() {
    let found = the_mistake("ca = \"General\", es = \"General\"", "ca = \"Àéí\", es = 7");
    assert_eq!((found.line, found.column), (10, 27));
    assert_says(&found, &["service.name.es"]);
}
