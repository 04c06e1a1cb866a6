// SPDX-License-Identifier: GPL-3.0-or-later
//! What cargo knows of the packages: who is built with what.
//!
//! Development dependencies are left out: they are not in the programs.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::process::Command;

use serde_json::Value;
use torn_tests::lab::programs::workspace;

/// The packages of a build and their dependencies, for this machine.
pub(crate) struct Packages {
    names: BTreeMap<String, String>,
    edges: BTreeMap<String, Vec<String>>,
    members: BTreeSet<String>,
}

impl Packages {
    /// Asks cargo.
    pub(crate) fn read() -> Self {
        let rustc = output(Command::new("rustc").arg("-vV"));
        let host = rustc
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .expect("rustc names its host");
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = [
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            host,
        ];
        let text = output(Command::new(cargo).args(arguments).current_dir(workspace()));
        let metadata: Value = serde_json::from_str(&text).expect("cargo metadata writes JSON");
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let names = list(&metadata["packages"])
            .iter()
            .map(|one| (text(&one["id"]), text(&one["name"])))
            .collect();
        let members = list(&metadata["workspace_members"])
            .iter()
            .map(text)
            .collect();
        let mut edges = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"]) {
            let built_in = |dependency: &Value| {
                list(&dependency["dep_kinds"])
                    .iter()
                    .any(|one| one["kind"] != "dev")
            };
            let dependencies = list(&node["deps"]);
            let dependencies = dependencies
                .iter()
                .filter(|one| built_in(one))
                .map(|one| text(&one["pkg"]));
            edges.insert(text(&node["id"]), dependencies.collect());
        }
        Self {
            names,
            edges,
            members,
        }
    }

    /// Every package of this workspace.
    pub(crate) fn rooms(&self) -> BTreeSet<&str> {
        self.members
            .iter()
            .map(|id| self.names[id].as_str())
            .collect()
    }

    /// The packages of this workspace that `room` names as its dependencies.
    pub(crate) fn rooms_of(&self, room: &str) -> BTreeSet<&str> {
        let direct = self.edges[self.id(room)].iter();
        direct
            .filter(|id| self.members.contains(*id))
            .map(|id| self.names[id].as_str())
            .collect()
    }

    /// Everything that is built for `room`, itself left out.
    pub(crate) fn all_of(&self, room: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut ahead = vec![self.id(room)];
        while let Some(id) = ahead.pop() {
            for dependency in &self.edges[id] {
                if seen.insert(dependency.as_str()) {
                    ahead.push(dependency);
                }
            }
        }
        seen.into_iter().map(|id| self.names[id].as_str()).collect()
    }

    fn id(&self, room: &str) -> &str {
        let id = self.members.iter().find(|id| self.names[*id] == room);
        id.unwrap_or_else(|| panic!("there is no package {room} in the workspace"))
    }
}

fn output(command: &mut Command) -> String {
    let output = command.output().expect("the command can be run");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("the command writes text")
}
