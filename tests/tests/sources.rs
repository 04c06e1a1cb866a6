// SPDX-License-Identifier: GPL-3.0-or-later
//! The repository's own files, read for the tests that judge them: walls and tidiness.
//!
//! `use` lines are taken apart by hand. That is enough for code that rustfmt has written.

use std::fs;
use std::path::{Path, PathBuf};

use torn_tests::lab::programs::workspace;

/// A file of the repository.
pub(crate) struct Source {
    /// Its path from the root, with slashes.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl Source {
    /// Every path that it names with `use` or in full, `crate::` and `super::` as they are written.
    pub(crate) fn paths(&self) -> Vec<String> {
        let code: String = self
            .text
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default())
            .flat_map(|line| [line, "\n"])
            .collect();
        let mut paths = Vec::new();
        for statement in code.split(';') {
            let begins = statement
                .rfind("\nuse ")
                .or_else(|| statement.rfind(" use "));
            if let Some(place) = begins {
                let tree: String = statement[place + 5..]
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ");
                expand("", &tree, &mut paths);
            }
        }
        // A path written in full where it is used.
        for word in code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
            if word.contains("::") {
                paths.push(word.to_owned());
            }
        }
        paths
    }
}

/// Takes a `use` tree apart: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let name = tree.split(" as ").next().unwrap_or_default().trim();
        if !name.is_empty() {
            paths.push(format!("{prefix}{name}"));
        }
        return;
    };
    let prefix = format!("{prefix}{}", &tree[..open]);
    let inside = tree[open + 1..].trim_end().trim_end_matches('}');
    let (mut depth, mut begin) = (0, 0);
    for (place, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&prefix, &inside[begin..place], paths);
                begin = place + 1;
            }
            _ => {}
        }
    }
    // The last tree may have lost a brace of its own to the trimming above.
    let last = &inside[begin..];
    let missing = last
        .matches('{')
        .count()
        .saturating_sub(last.matches('}').count());
    expand(&prefix, &format!("{last}{}", "}".repeat(missing)), paths);
}

/// Every text file under `folder` with one of these endings, target folders left out.
pub(crate) fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&workspace().join(folder), endings, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(folder: &Path, endings: &[&str], found: &mut Vec<Source>) {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path: PathBuf = entry.expect("a folder's entry can be read").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with(".git") {
                walk(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let inside = path
                .strip_prefix(workspace())
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            found.push(Source { path: inside, text });
        }
    }
}

/// A module of a package: its file and everything in its folder.
pub(crate) fn module(package: &str, name: &str) -> Vec<Source> {
    let all = sources(&format!("{package}/src"), &[".rs"]);
    let (file, folder) = (
        format!("{package}/src/{name}.rs"),
        format!("{package}/src/{name}/"),
    );
    let module: Vec<Source> = all
        .into_iter()
        .filter(|one| one.path == file || one.path.starts_with(&folder))
        .collect();
    assert!(!module.is_empty(), "there is no module {name} in {package}");
    module
}

#[test]
fn use_lines_are_taken_apart_to_whole_paths() {
    let text = "use a::b;\npub use c::{d, e::{f, g as h}};\nfn x() { i::j(); }\n// use k::l;\n";
    let source = Source {
        path: String::new(),
        text: format!("\n{text}"),
    };
    let paths = source.paths();
    for path in ["a::b", "c::d", "c::e::f", "c::e::g", "i::j"] {
        assert!(
            paths.iter().any(|one| one == path),
            "{path} is not among {paths:?}"
        );
    }
    assert!(
        !paths.iter().any(|one| one.contains("k::l")),
        "a comment was read: {paths:?}"
    );
}
