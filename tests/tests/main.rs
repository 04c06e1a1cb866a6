// SPDX-License-Identifier: GPL-3.0-or-later
//! The one binary of whole-system tests: each file here is a module of it.
//!
//! One binary links once. A file that is forgotten below would never run, so a test counts them.

mod hub_appointments;
mod hub_archive;
mod hub_backup;
mod hub_bodies;
mod hub_check_in;
mod hub_clock;
mod hub_commands;
mod hub_crash;
mod hub_credentials;
mod hub_day;
mod hub_document;
mod hub_frozen;
mod hub_full;
mod hub_full_disk;
mod hub_grants;
mod hub_hours;
mod hub_input;
mod hub_keys;
mod hub_limits;
mod hub_line;
mod hub_new_log;
mod hub_order;
mod hub_policy;
mod hub_privacy;
mod hub_sign_in;
mod hub_slow_clients;
mod hub_sources;
mod hub_stream;
mod hub_supervisor;
mod hub_tools;
mod hub_visits;
mod metadata;
mod simulated_offices;
mod sources;
mod tidy;
mod walls;
mod whole_buttons;
mod whole_check_in;
mod whole_config;
mod whole_desk_page;
mod whole_hosts;
mod whole_hub_away;
mod whole_office;
mod whole_once;
mod whole_pages;
mod whole_policy;
mod whole_printer;
mod whole_sign_in;
mod whole_units;

use std::fs;
use std::path::Path;

#[test]
fn every_file_of_tests_is_a_module_of_this_binary() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let main = fs::read_to_string(folder.join("main.rs")).expect("this file can be read");
    let files = fs::read_dir(&folder).expect("this folder can be read");
    let names = files.map(|file| file.expect("its files can be read").path());
    let forgotten: Vec<String> = names
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| name != "main" && !main.contains(&format!("\nmod {name};\n")))
        .collect();
    assert!(
        forgotten.is_empty(),
        "these files have no `mod` line in tests/main.rs: {forgotten:?}"
    );
}
