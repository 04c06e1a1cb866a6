// SPDX-License-Identifier: GPL-3.0-or-later
//! The programs and their configuration: a wrong one starts nothing and is told line by line.

use std::path::Path;
use std::process::{Command, Output};

use torn_tests::lab::folder::Folder;
use torn_tests::lab::hub::HubSetup;
use torn_tests::lab::programs::{Programs, Progress, workspace};

const DEVICES: [&str; 3] = ["torn-kiosk", "torn-display", "torn-button"];

fn run(program: &str, config: &Path, arguments: &[&str]) -> Output {
    let program = Programs::built(Progress::Hidden)
        .expect("the programs")
        .path(program);
    let mut command = Command::new(program);
    command.arg("--config").arg(config).args(arguments);
    command.output().expect("the program can be run")
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_wrong_configuration_is_told_with_every_mistake_in_its_place_and_starts_nothing() {
    let folder = Folder::new("config").expect("a folder");
    let office = folder
        .write("office.toml", "[office]\nid = 7\ncolour = \"red\"\n")
        .expect("a file");
    let device = folder
        .write(
            "device.toml",
            "id = \"K 1\"\nhub = \"nowhere\"\nprinters = 2\n",
        )
        .expect("a file");
    let all = [("torn-hub", &office)]
        .into_iter()
        .chain(DEVICES.map(|program| (program, &device)));
    for (program, config) in all {
        for arguments in [&[][..], &["--check"]] {
            let output = run(program, config, arguments);
            let said = said(&output);
            assert_eq!(
                output.status.code(),
                Some(2),
                "{program} {arguments:?}: {said}"
            );
            for line in [2, 3] {
                assert!(
                    said.contains(&format!("line {line}, column ")),
                    "{program}: line {line} of {said}"
                );
            }
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("the folder")
        .map_while(Result::ok)
        .collect();
    assert_eq!(left.len(), 2, "something was started: {left:?}");
}

#[test]
fn a_configuration_that_is_not_there_is_told_too() {
    let nowhere = Path::new("/nowhere/torn.toml");
    for program in ["torn-hub"].into_iter().chain(DEVICES) {
        let output = run(program, nowhere, &[]);
        assert!(!output.status.success(), "{program}");
        assert!(
            said(&output).contains("/nowhere/torn.toml"),
            "{program}: {}",
            said(&output)
        );
    }
}

#[test]
fn the_shipped_office_and_the_labs_are_right() {
    let shipped = workspace().join("kiosk/hub/oiac/office.toml");
    let output = run("torn-hub", &shipped, &["--check"]);
    assert!(output.status.success(), "{}", said(&output));
    let folder = Folder::new("config").expect("a folder");
    let lab = HubSetup::default()
        .config(&folder.path().join("torn.db"))
        .expect("the lab's office");
    let lab = folder.write("office.toml", lab).expect("a file");
    let output = run("torn-hub", &lab, &["--check"]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn every_program_says_its_version() {
    for program in ["torn-hub"].into_iter().chain(DEVICES) {
        let program_path = Programs::built(Progress::Hidden)
            .expect("the programs")
            .path(program);
        let output = Command::new(program_path)
            .arg("--version")
            .output()
            .expect("it can be run");
        let version = format!("{program} {}", env!("CARGO_PKG_VERSION"));
        assert_eq!(said(&output).trim(), version);
    }
}
