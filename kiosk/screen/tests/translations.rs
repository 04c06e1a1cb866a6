// SPDX-License-Identifier: GPL-3.0-or-later
//! Every sentence of the kiosk and its ticket is there in every language, with its numbers in place.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 5] = ["ca", "es", "en", "fr", "ar"];

/// The texts of a translation file: by component and sentence, what is said.
fn translations(language: &str) -> BTreeMap<(String, String), Vec<String>> {
    let path = torn_look::translations()
        .join(language)
        .join("LC_MESSAGES/torn-kiosk.po");
    let text = fs::read_to_string(path).unwrap();
    let quoted = |line: &str| {
        let (_, rest) = line.split_once('"').unwrap();
        rest.strip_suffix('"').unwrap().to_owned()
    };
    let entries = text.split("\n\n").filter(|entry| entry.contains("msgctxt"));
    let entry = |entry: &str| {
        let said = |key: &str| {
            entry
                .lines()
                .find(|line| line.starts_with(key))
                .map(quoted)
                .unwrap()
        };
        let spoken = entry
            .lines()
            .filter(|line| line.starts_with("msgstr"))
            .map(quoted)
            .collect();
        ((said("msgctxt "), said("msgid ")), spoken)
    };
    entries.map(entry).collect()
}

fn slint_sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            slint_sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "slint") {
            found.push(path);
        }
    }
}

/// The sentences in the sources, each with the component that it stands in.
fn sentences() -> BTreeSet<(String, String)> {
    let mut sources = Vec::new();
    slint_sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("ui"),
        &mut sources,
    );
    let mut found = BTreeSet::new();
    for source in sources {
        let mut component = String::new();
        for line in fs::read_to_string(source).unwrap().lines() {
            let head = line.strip_prefix("export ").unwrap_or(line);
            if let Some(rest) = head.strip_prefix("component ") {
                component = rest.split(' ').next().unwrap().to_owned();
            }
            for rest in line.split("@tr(\"").skip(1) {
                found.insert((
                    component.clone(),
                    rest.split('"').next().unwrap().to_owned(),
                ));
            }
        }
    }
    found
}

#[test]
fn every_sentence_is_said_in_every_language_and_no_translation_is_left_over() {
    let sentences = sentences();
    assert!(sentences.len() > 40, "{sentences:?}");
    for language in LANGUAGES {
        let said: BTreeSet<_> = translations(language).into_keys().collect();
        let missing: Vec<_> = sentences.difference(&said).collect();
        let left_over: Vec<_> = said.difference(&sentences).collect();
        assert!(
            missing.is_empty() && left_over.is_empty(),
            "{language}: {missing:?}, left over {left_over:?}"
        );
    }
}

#[test]
fn no_translation_is_empty_or_loses_what_is_put_into_it() {
    for language in LANGUAGES {
        let plurals = if language == "ar" { 6 } else { 2 };
        for ((component, sentence), spoken) in translations(language) {
            assert!(
                spoken.len() == 1 || spoken.len() == plurals,
                "{language}: {sentence}"
            );
            for text in &spoken {
                assert!(!text.is_empty(), "{language}, {component}: {sentence}");
                assert_eq!(
                    text.contains("{}"),
                    sentence.contains("{}"),
                    "{language}: {text}"
                );
                assert_eq!(
                    text.matches("\\n").count(),
                    sentence.matches("\\n").count(),
                    "{language}: {text}"
                );
            }
        }
    }
}
