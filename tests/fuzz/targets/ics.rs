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

/// Whether a rule may recur ten thousand times in the day: such take a thousand times as long as others.
fn is_costly(bytes: &[u8]) -> bool {
    let names: [&[u8]; 4] = [b"SECONDLY", b"MINUTELY", b"BYSECOND", b"BYMINUTE"];
    let has = |name: &[u8]| {
        bytes
            .windows(name.len())
            .any(|part| part.eq_ignore_ascii_case(name))
    };
    names.into_iter().any(has)
}

fuzz_target!(|bytes: &[u8]| {
    // One in 32 of the costly is enough.
    if bytes.len() % 32 != 0 && is_costly(bytes) {
        return;
    }
    // What is no calendar is tried as a table, which is the other target's.
    let bytes = &[b"BEGIN:VCALENDAR\n", bytes].concat()[..];
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
