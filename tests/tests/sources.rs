// SPDX-License-Identifier: GPL-3.0-or-later
//! The repository's own files, read for the tests that judge them: walls and tidiness.
//!
//! `use` lines are taken apart by hand. That is enough for code that rustfmt has written.

use std::collections::BTreeMap;
use std::fs;
use std::iter;
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
    /// Every path that it names, with `use` or in full, from the root of its crate: `super` and `self`
    /// are resolved, and what was imported, under whatever name, is followed to where it comes from.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.parts().iter().flat_map(Part::paths).collect()
    }

    /// Every `use` of all that another module has, unless a test does that with its own one.
    pub(crate) fn globs(&self) -> Vec<String> {
        let parts = self.parts();
        let globs = parts.iter().flat_map(|part| {
            let of_a_test = part.home.split("::").any(|name| name == "tests");
            let uses = part.uses.iter().filter(|one| one.path.ends_with("::*"));
            uses.filter(move |one| !(of_a_test && one.path.starts_with("super::")))
                .map(|one| part.resolve(&one.path))
        });
        globs.collect()
    }

    /// The module itself, and the one with its tests.
    fn parts(&self) -> Vec<Part> {
        let lines = self.text.lines();
        let code: String = lines
            .map(|line| line.split("//").next().unwrap_or_default())
            .flat_map(|line| [line, "\n"])
            .collect();
        let home = self.module();
        match code.split_once("\nmod tests {") {
            Some((own, tests)) => vec![
                Part::of(own, home.clone()),
                Part::of(tests, format!("{home}::tests")),
            ],
            None => vec![Part::of(&code, home)],
        }
    }

    /// Its place among the modules of its crate: `crate::ticket::job`.
    fn module(&self) -> String {
        let inside = self
            .path
            .split_once("/src/")
            .map_or("", |(_, inside)| inside);
        let names = inside.trim_end_matches(".rs").split('/');
        let names = names.filter(|name| !matches!(*name, "" | "lib" | "main" | "mod"));
        iter::once("crate")
            .chain(names)
            .collect::<Vec<_>>()
            .join("::")
    }
}

/// Something that a `use` brings in.
struct Use {
    /// The path as it is written, without braces.
    path: String,
    /// The name that it has here.
    name: String,
}

/// A module's own lines, or those of its tests.
struct Part {
    code: String,
    home: String,
    uses: Vec<Use>,
    /// What the names here stand for.
    names: BTreeMap<String, String>,
}

impl Part {
    fn of(code: &str, home: String) -> Self {
        let mut uses = Vec::new();
        let mut children = Vec::new();
        for statement in code.split(';') {
            let words: Vec<&str> = statement.split_whitespace().collect();
            if let [.., "mod", child] = words[..] {
                children.push(child.to_owned());
            }
            let begins = statement
                .rfind("\nuse ")
                .or_else(|| statement.rfind(" use "));
            if let Some(place) = begins {
                let tree: Vec<&str> = statement[place + 5..].split_whitespace().collect();
                expand("", &tree.join(" "), &mut uses);
            }
        }
        let mut part = Self {
            code: code.to_owned(),
            home,
            uses,
            names: BTreeMap::new(),
        };
        let child = |name: String| (name.clone(), format!("{}::{name}", part.home));
        part.names = children.into_iter().map(child).collect();
        // Twice: what is imported may itself be named by an import further down.
        for _ in 0..2 {
            let known = |one: &Use| {
                let own = one.path.split("::").next() == Some(&one.name);
                let path = if own {
                    one.path.clone()
                } else {
                    part.resolve(&one.path)
                };
                (one.name.clone(), path)
            };
            let names: Vec<_> = part.uses.iter().map(known).collect();
            part.names.extend(names);
        }
        part
    }

    fn paths(&self) -> Vec<String> {
        let imported = self.uses.iter().map(|one| self.resolve(&one.path));
        // A path written in full where it is used.
        let words = self
            .code
            .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        let in_full = words.filter(|word| word.contains("::"));
        imported
            .chain(in_full.map(|word| self.resolve(word)))
            .collect()
    }

    fn resolve(&self, path: &str) -> String {
        let path = path.trim_start_matches("::");
        let (first, rest) = path.split_once("::").unwrap_or((path, ""));
        let from = match first {
            "self" => self.home.clone(),
            "super" => {
                let mut from = self.home.as_str();
                let mut rest = path;
                while let Some(further) = rest.strip_prefix("super") {
                    from = from.rsplit_once("::").map_or("crate", |(above, _)| above);
                    rest = further.trim_start_matches("::");
                }
                return joined(from, rest);
            }
            name => match self.names.get(name) {
                Some(path) => path.clone(),
                None => return path.to_owned(),
            },
        };
        joined(&from, rest)
    }
}

fn joined(from: &str, rest: &str) -> String {
    match rest {
        "" => from.to_owned(),
        rest => format!("{from}::{rest}"),
    }
}

/// Takes a `use` tree apart: `a::{self, b, c::d as e}` is `a`, `a::b`, and `a::c::d` by the name of `e`.
fn expand(prefix: &str, tree: &str, uses: &mut Vec<Use>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let path = format!("{prefix}{}", path.trim());
        let path = path.strip_suffix("::self").unwrap_or(&path);
        let last = path.rsplit("::").next().unwrap_or_default();
        let name = if alias.is_empty() { last } else { alias.trim() };
        if !name.is_empty() {
            uses.push(Use {
                path: path.to_owned(),
                name: name.to_owned(),
            });
        }
        return;
    };
    let prefix = format!("{prefix}{}", &tree[..open]);
    let inside = tree[open + 1..].trim_end();
    let inside = inside.strip_suffix('}').unwrap_or(inside);
    let (mut depth, mut begin) = (0, 0);
    for (place, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&prefix, &inside[begin..place], uses);
                begin = place + 1;
            }
            _ => {}
        }
    }
    expand(&prefix, &inside[begin..], uses);
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

#[cfg(test)]
mod tests {
    use super::Source;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: format!("\n{text}"),
        }
    }

    fn names(source: &Source, wanted: &[&str]) {
        let paths = source.paths();
        for path in wanted {
            assert!(
                paths.iter().any(|one| one == path),
                "{path} is not among {paths:?}"
            );
        }
    }

    #[test]
    fn use_lines_are_taken_apart_to_whole_paths() {
        let text = "use a::b;\npub use c::{d, e::{f, g as h}};\nfn x() { i::j(); }\n// use k::l;\n";
        let source = source("", text);
        names(&source, &["a::b", "c::d", "c::e::f", "c::e::g", "i::j"]);
        let paths = source.paths();
        assert!(
            !paths.iter().any(|one| one.contains("k::l")),
            "a comment was read: {paths:?}"
        );
    }

    #[test]
    fn what_is_named_by_way_of_a_parent_or_of_another_name_is_found() {
        let text = "use super::{rows, Sheet};\nuse self::deep::Thing;\nuse torn_queue as q;\n\
                    use torn_wire::{self as w, view};\nuse q::order;\nmod deep;\n\
                    fn x() { q::State::new(); view::Ticket::new(); super::super::y(); w::z(); \
                    order::next(); rows::all(); deep::other(); }\n\
                    #[cfg(test)]\nmod tests {\n    use super::*;\n    use super::super::up;\n}\n";
        let source = source("kiosk/screen/src/ticket/job.rs", text);
        names(
            &source,
            &[
                "crate::ticket::Sheet",
                "crate::ticket::rows::all",
                "crate::ticket::job::deep::Thing",
                "crate::ticket::job::deep::other",
                "crate::y",
                "crate::ticket::up",
                "torn_queue::State::new",
                "torn_queue::order::next",
                "torn_wire::view::Ticket::new",
                "torn_wire::z",
            ],
        );
    }

    #[test]
    fn all_of_another_module_is_taken_by_nobody_but_a_modules_own_tests() {
        let text =
            "use crate::rows::*;\nuse super::*;\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n";
        let source = source("kiosk/screen/src/ticket.rs", text);
        assert_eq!(source.globs(), ["crate::rows::*", "crate::*"]);
    }
}
