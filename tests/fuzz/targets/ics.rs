// SPDX-License-Identifier: GPL-3.0-or-later
//! Any bytes as an iCalendar file: read twice to the same list, in order, on the day, and ending after it began.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use torn_appointments::{Day, Kind, Mapping, read};

static DAY: LazyLock<Day> = LazyLock::new(|| Day {
    day: jiff::civil::date(2026, 11, 24),
    zone: jiff::tz::TimeZone::get("Europe/Madrid").expect("bundled"),
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(import) = read(bytes, Kind::Ics, &DAY, &Mapping::default()) else {
        return;
    };
    for one in &import.appointments {
        assert!(DAY.has(one.start));
        assert!(one.end.is_none_or(|end| end >= one.start));
        assert!(!one.uid.is_empty());
    }
    let in_order = |pair: &[torn_appointments::Appointment]| pair[0].start <= pair[1].start;
    assert!(import.appointments.windows(2).all(in_order));
    // Twice takes twice as long, so not each time.
    if bytes.len() % 16 == 0 {
        assert!(read(bytes, Kind::Ics, &DAY, &Mapping::default()) == Ok(import));
    }
});
