// SPDX-License-Identifier: GPL-3.0-or-later
//! Any text that a scanner may have read, as it stands and through a pattern.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use regex::Regex;
use torn_appointments::Scan;

static PATTERNS: LazyLock<[Scan; 3]> = LazyLock::new(|| {
    let pattern = |text| Scan::new(Some(Regex::new(text).expect("a pattern of this file")));
    [
        Scan::default(),
        pattern(r"(?i)[?&]code=([^&#]*)"),
        pattern(r"(\w{4,})|\d+"),
    ]
});

fuzz_target!(|text: &str| {
    for scan in PATTERNS.iter() {
        if let Some(code) = scan.code(text) {
            assert!(!code.is_empty() && code.len() <= 64);
            assert!(!code.chars().any(char::is_control) && code.trim() == code);
        }
    }
});
