// SPDX-License-Identifier: GPL-3.0-or-later
//! `[limits]`: the usual ones are those that the shipped file names, and what can't be one is said where it stands.

use torn_config::{Limits, office};

const SHIPPED: &str = include_str!("../../../kiosk/hub/oiac/office.toml");
const SMALL: &str = include_str!("small.toml");

fn limits(text: &str) -> Limits {
    let read = office(text).unwrap_or_else(|mistakes| panic!("refused:\n{mistakes}\n{text}"));
    read.limits
}

#[test]
fn the_shipped_limits_are_the_usual_ones_and_those_that_are_commented_out_too() {
    assert_eq!(limits(SHIPPED), Limits::default());
    let (_, section) = SHIPPED.split_once("[limits]\n").unwrap();
    let settings: Vec<&str> = (section.lines())
        .map(|line| line.trim_start_matches("# "))
        .filter(|line| line.contains(" = "))
        .collect();
    assert_eq!(settings.len(), 10, "every limit is there: {settings:?}");
    let written = format!("{SMALL}[limits]\n{}\n", settings.join("\n"));
    assert_eq!(limits(&written), Limits::default());
}

#[test]
fn an_office_sets_its_own_limits() {
    let more = "[limits]\nenabled = false\nrequests_per_second = 5\ntickets_per_minute = 2\n\
                tickets_per_day = 7\nconnections = 100\n";
    let limits = limits(&format!("{SMALL}{more}"));
    assert!(!limits.enabled);
    assert_eq!(
        (
            limits.requests_per_second,
            limits.tickets_per_minute,
            limits.tickets_per_day
        ),
        (5, 2, 7)
    );
    // Streams never take the last connection.
    assert_eq!((limits.connections, limits.streams), (100, 99));
    assert_eq!(limits.requests_burst, Limits::default().requests_burst);
}

#[test]
fn what_can_be_no_limit_is_a_mistake_in_its_line() {
    let cases = [
        (
            "tickets_per_day = 0",
            "limits.tickets_per_day: 0 is not between 1 and 1000000",
        ),
        (
            "connections = 100\nstreams = 100",
            "limits.streams: 100 is not between 1 and 99",
        ),
        ("connections = 4097", "is not between 16 and 4000"),
        (
            "request_per_second = 1",
            "did you mean \"requests_per_second\"?",
        ),
    ];
    for (lines, said) in cases {
        let text = format!("{SMALL}[limits]\n{lines}\n");
        let found = office(&text).expect_err(lines).0;
        assert_eq!(found.len(), 1, "{lines}: {found:?}");
        assert!(found[0].message.contains(said), "{lines}: {}", found[0]);
        assert_eq!(found[0].line, text.lines().count());
    }
}
