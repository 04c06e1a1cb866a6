// SPDX-License-Identifier: GPL-3.0-or-later
//! `cargo office --once`, as anyone would run it first: it ends well and leaves what it promises.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use torn_tests::lab::folder::Folder;

#[test]
fn the_main_job_is_played_through_all_programs_and_leaves_its_pictures_events_and_timings() {
    let out = Folder::new("once").expect("a folder");
    let mut office = Command::new(env!("CARGO_BIN_EXE_office"));
    office
        .args(["--once", "--out"])
        .arg(out.path())
        .stdin(Stdio::null());
    let output = office.output().expect("office can be run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "office --once: {}\n{said}",
        output.status
    );

    for (name, size) in [
        ("kiosk-home.png", (1920, 1080)),
        ("kiosk-ticket.png", (1920, 1080)),
        ("lobby.png", (1920, 1080)),
    ] {
        assert_eq!(picture_size(&out.path().join(name)), size, "{name}");
    }
    let (width, height) = picture_size(&out.path().join("ticket.png"));
    assert!(
        width >= 576 && height > 576,
        "ticket.png is {width} by {height}"
    );

    let timings: Value = serde_json::from_str(&text(&out.path().join("timings.json")))
        .expect("timings.json is JSON");
    let number = timings["number"].as_str().expect("the number");
    for interval in [
        "touch_to_durable_ms",
        "first_byte_to_last_byte_ms",
        "press_to_shown_on_the_lobby_ms",
    ] {
        assert!(timings[interval].is_number(), "{interval} is missing");
    }
    let events = text(&out.path().join("events.jsonl"));
    let events: Vec<Value> = events
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event"))
        .collect();
    for kind in ["ticket-issued", "ticket-printed", "ticket-called"] {
        assert!(
            events
                .iter()
                .any(|one| one["kind"] == kind && one["number"] == number),
            "no {kind} of {number}"
        );
    }
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn picture_size(path: &Path) -> (u32, u32) {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reader = png::Decoder::new(BufReader::new(file))
        .read_info()
        .expect("a PNG");
    reader.info().size()
}
