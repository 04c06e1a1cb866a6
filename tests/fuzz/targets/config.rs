// SPDX-License-Identifier: GPL-3.0-or-later
//! Any text as an `office.toml` and as a `device.toml`: a configuration, or mistakes that are in the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use torn_config::{Mistakes, device, office};

fuzz_target!(|text: &str| {
    let lines = text.lines().count() + 2;
    let there = |mistakes: Mistakes| {
        assert!(!mistakes.0.is_empty());
        for one in &mistakes.0 {
            assert!(
                one.line >= 1 && one.line <= lines && one.column >= 1 && !one.message.is_empty()
            );
        }
    };
    if let Err(mistakes) = office(text) {
        there(mistakes);
    }
    if let Err(mistakes) = device(text) {
        there(mistakes);
    }
});
