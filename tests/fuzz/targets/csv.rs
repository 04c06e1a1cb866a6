// SPDX-License-Identifier: GPL-3.0-or-later
//! Any bytes as a table of appointments, with and without a column's names in front.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use torn_appointments::{Day, Kind, Mapping, read};

static DAY: LazyLock<Day> = LazyLock::new(|| Day {
    day: jiff::civil::date(2026, 11, 24),
    zone: jiff::tz::TimeZone::get("Europe/Madrid").expect("bundled"),
});

fuzz_target!(|bytes: &[u8]| {
    let named = [
        b"date;time;end;duration;uid;service;code;status;zone\n",
        bytes,
    ]
    .concat();
    for bytes in [bytes, &named] {
        let Ok(import) = read(bytes, Kind::Csv, &DAY, &Mapping::default()) else {
            continue;
        };
        for one in &import.appointments {
            assert!(DAY.has(one.start));
            assert!(one.end.is_none_or(|end| end >= one.start));
            assert!(!one.uid.is_empty());
        }
    }
});
