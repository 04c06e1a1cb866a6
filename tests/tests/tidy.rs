// SPDX-License-Identifier: GPL-3.0-or-later
//! What every source file has in common: a licence, a purpose, a size one can read.
//!
//! These are the habits that no compiler looks after.

use crate::sources::{Source, sources};

const CODE: [&str; 5] = [".rs", ".slint", ".js", ".css", ".html"];
const LICENCE: &str = "SPDX-License-Identifier: GPL-3.0-or-later";
const LINES_MAX: usize = 500;

fn code() -> Vec<Source> {
    sources("", &CODE)
}

fn untidy(what: &str, files: impl Iterator<Item = Source>) {
    let paths: Vec<String> = files.map(|file| file.path).collect();
    assert!(paths.is_empty(), "{what}: {paths:#?}");
}

#[test]
fn every_source_names_its_licence_first() {
    let named = |file: &Source| file.text.lines().take(3).any(|line| line.contains(LICENCE));
    untidy(
        "without an SPDX line at the top",
        code().into_iter().filter(|file| !named(file)),
    );
}

#[test]
fn every_rust_source_says_what_it_is_for() {
    let said = |file: &Source| {
        file.text
            .lines()
            .take(6)
            .any(|line| line.starts_with("//!"))
    };
    let rust = code().into_iter().filter(|file| file.path.ends_with(".rs"));
    untidy(
        "without a `//!` in the first lines",
        rust.filter(|file| !said(file)),
    );
}

#[test]
fn no_source_is_longer_than_one_can_read_at_a_sitting() {
    untidy(
        "500 lines or more",
        code()
            .into_iter()
            .filter(|file| file.text.lines().count() >= LINES_MAX),
    );
}

#[test]
fn nothing_is_left_to_be_done_later() {
    // Put together here, so that this file does not find itself.
    let macros = ["todo", "unimplemented", "dbg"].map(|name| format!("{name}!("));
    let words = [["FIX", "ME"], ["XX", "X"]].map(|halves| halves.concat());
    let marks = [&macros[..], &words[..]].concat();
    let left = |file: &Source| marks.iter().any(|mark| file.text.contains(mark.as_str()));
    untidy("something is left", code().into_iter().filter(left));
}

#[test]
fn no_test_is_ignored_and_no_lint_is_silenced_without_a_reason() {
    let marks = [
        format!("#[{}", "ignore"),
        format!("[{}(", "allow"),
        format!("![{}(", "allow"),
    ];
    let silenced = |file: &Source| marks.iter().any(|mark| file.text.contains(mark.as_str()));
    untidy("ignored or silenced", code().into_iter().filter(silenced));
}

#[test]
fn code_is_written_without_tabs_and_trailing_spaces() {
    let stray = |line: &str| line.ends_with(' ') || line.contains('\t');
    untidy(
        "a tab or a trailing space",
        code()
            .into_iter()
            .filter(|file| file.text.lines().any(stray)),
    );
}
