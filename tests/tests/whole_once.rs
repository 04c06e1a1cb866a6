// SPDX-License-Identifier: GPL-3.0-or-later
//! `cargo office --once`, as anyone would run it first: it ends well and leaves what it promises.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use torn_tests::lab::folder::Folder;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::raw::Raw;
use torn_tests::office::record::Record;

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

    for name in [
        "kiosk-home.png",
        "kiosk-ticket.png",
        "ticket.png",
        "lobby.png",
        "events.jsonl",
        "timings.json",
    ] {
        let left = fs::metadata(out.path().join(name));
        let left = left.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(left.len() > 0, "{name} is empty");
    }
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
    intervals_are_told(&timings);
    let code = code_on(&out.path().join("ticket.png"));
    assert!(
        code.contains(number),
        "the slip of {number} leads to {code:?}"
    );
    events_tell_of(number, &text(&out.path().join("events.jsonl")));
}

fn intervals_are_told(timings: &Value) {
    let ms = |interval: &str| {
        timings[interval]
            .as_f64()
            .unwrap_or_else(|| panic!("{interval} is missing: {timings}"))
    };
    let (durable, paper) = (ms("touch_to_durable_ms"), ms("touch_to_last_byte_ms"));
    assert!(
        durable > 0.0 && durable <= paper,
        "touched, then durable, then on paper: {timings}"
    );
    assert!(ms("first_byte_to_last_byte_ms") > 0.0, "{timings}");
    assert!(ms("press_to_shown_on_the_lobby_ms") > 0.0, "{timings}");
    // The hub's stream and the paper are two ways, and either may be the faster one to tell.
    let parts = durable + ms("durable_to_first_byte_ms") + ms("first_byte_to_last_byte_ms");
    assert!((parts - paper).abs() < 1.0, "{timings}");
    ms("press_to_durable_ms");
    let profile = timings["profile"].as_str();
    assert!(matches!(profile, Some("dev" | "release")), "{timings}");
    assert!(timings["how"].is_string(), "{timings}");
}

/// What the first QR code on a picture says.
fn code_on(path: &Path) -> String {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(BufReader::new(file))
        .read_info()
        .expect("a PNG");
    let (width, height) = reader.info().size();
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut pixels).expect("its pixels");
    assert_eq!(
        (frame.color_type, frame.bit_depth),
        (png::ColorType::Grayscale, png::BitDepth::Eight)
    );
    let (width, height) = (width as usize, height as usize);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        pixels[y * frame.line_size + x]
    });
    let codes = image.detect_grids();
    let code = codes.first().expect("a QR code on the slip");
    code.decode().expect("it can be read").1
}

fn events_tell_of(number: &str, lines: &str) {
    let events: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event"))
        .collect();
    let place_of = |kind: &str| {
        events
            .iter()
            .position(|one| one["kind"] == kind && one["number"] == number)
            .unwrap_or_else(|| panic!("no {kind} of {number}"))
    };
    let (issued, printed, called) = (
        place_of("ticket-issued"),
        place_of("ticket-printed"),
        place_of("ticket-called"),
    );
    assert!(issued < printed && printed < called);
    assert_eq!(events[printed]["outcome"], "printed");
    for (place, line) in lines.lines().enumerate() {
        assert!(
            line.starts_with(&format!("{{\"seq\":{},\"at\":", place + 1)),
            "not as the hub writes it: {line}"
        );
    }
}

#[test]
fn what_is_recorded_of_the_stream_is_what_the_hub_told_byte_for_byte() {
    let hub = Hub::start(HubSetup::default()).expect("the hub starts");
    let record = Record::of(&hub).expect("a record");
    hub.issue("general").expect("a ticket");
    hub.desk("1", "next")
        .expect("an answer")
        .expect(200)
        .expect("a call");
    record
        .wait_for("the call is recorded", "ticket-called", |_| true)
        .expect("the call is recorded");
    let mut stream = Raw::to(&hub).expect("the hub listens");
    stream.say("GET /v1/events?after=0 HTTP/1.0\r\nHost: hub\r\n\r\n");
    let told: String = stream
        .answer_until(|text| text.contains("ticket-called") && text.ends_with("\n\n"))
        .split("\n\n")
        .filter(|frame| frame.contains("id: "))
        .filter_map(|frame| frame.lines().find_map(|line| line.strip_prefix("data: ")))
        .map(|data| format!("{data}\n"))
        .collect();
    assert!(told.contains("ticket-called"), "{told}");
    assert_eq!(record.lines(), told);
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
