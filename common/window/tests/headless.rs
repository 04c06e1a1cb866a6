// SPDX-License-Identifier: GPL-3.0-or-later
//! An off-screen window seen and touched from outside, over its page.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use slint::ComponentHandle;
use torn_window::{Mode, Options, Place, WindowError};

mod lamp {
    slint::slint! {
        export component Lamp inherits Window {
            background: on ? #ff0000 : #0000ff;
            in-out property <bool> on;
            forward-focus: keys;
            keys := FocusScope {
                key-pressed(event) => {
                    if (event.text == Key.Return) { root.on = false; }
                    accept
                }
            }
            TouchArea {
                x: 10px; y: 10px; width: 20px; height: 20px;
                clicked => { root.on = !root.on; }
            }
        }
    }
}
use lamp::Lamp;

fn options() -> Options {
    Options {
        mode: Mode::Headless,
        size: (64, 48),
        listen: "127.0.0.1:0".parse().unwrap(),
        title: "a lamp".to_owned(),
    }
}

/// One request on a connection of its own; the status line and the body.
fn ask(host: &str, head: &str, body: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let length = body.len();
    write!(
        stream,
        "{head} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let status = String::from_utf8_lossy(&answer[..end])
        .lines()
        .next()
        .unwrap()
        .to_owned();
    (status, answer.split_off(end + 4))
}

fn first_pixel(host: &str) -> [u8; 3] {
    let (_, file) = ask(host, "GET /frame.png", "");
    let mut reader = png::Decoder::new(std::io::Cursor::new(file))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (64, 48));
    [pixels[0], pixels[1], pixels[2]]
}

fn frames_drawn(host: &str) -> u64 {
    let (_, body) = ask(host, "GET /state", "");
    let state: serde_json::Value = serde_json::from_slice(&body).unwrap();
    state["frames_drawn"].as_u64().unwrap()
}

fn visit(host: &str) {
    while frames_drawn(host) == 0 {
        thread::yield_now();
    }
    assert_eq!(first_pixel(host), [0, 0, 255], "the lamp is off at first");

    let (status, _) = ask(host, "POST /touch", r#"{"x": 50, "y": 40, "kind": "tap"}"#);
    assert!(status.contains("204"), "{status}");
    assert_eq!(
        first_pixel(host),
        [0, 0, 255],
        "beside the lamp's switch nothing happens"
    );

    ask(
        host,
        "POST /touch",
        r#"{"x": 20, "y": 20, "kind": "press"}"#,
    );
    assert_eq!(
        first_pixel(host),
        [0, 0, 255],
        "it acts when the finger leaves"
    );
    ask(
        host,
        "POST /touch",
        r#"{"x": 20, "y": 20, "kind": "release"}"#,
    );
    assert_eq!(
        first_pixel(host),
        [255, 0, 0],
        "the touch is seen in the pixels"
    );

    let (status, _) = ask(host, "POST /keys", r#"{"text": "off"}"#);
    assert!(status.contains("204"), "{status}");
    assert_eq!(first_pixel(host), [255, 0, 0], "it wants Enter");
    ask(host, "POST /keys", r#"{"text": "off\n"}"#);
    assert_eq!(
        first_pixel(host),
        [0, 0, 255],
        "keys are seen in the pixels"
    );

    let drawn = frames_drawn(host);
    assert_eq!(frames_drawn(host), drawn, "looking at it draws nothing");

    let (status, _) = ask(
        host,
        "POST /touch",
        r#"{"x": 20, "y": 20, "kind": "hover"}"#,
    );
    assert!(status.contains("422"), "{status}");
    let (_, elements) = ask(host, "GET /elements", "");
    let elements: serde_json::Value = serde_json::from_slice(&elements).unwrap();
    assert_eq!(elements[0]["label"], "Switch [switch]");
    assert_eq!(elements[0]["width"], 20.0);
    let (_, marks) = ask(host, "GET /marks", "");
    let marks: serde_json::Value = serde_json::from_slice(&marks).unwrap();
    assert_eq!(marks["made"]["value"], "lamp");
    let (_, page) = ask(host, "GET /", "");
    assert!(
        String::from_utf8(page)
            .unwrap()
            .contains("<title>a lamp</title>")
    );
}

#[test]
fn a_touch_over_http_is_seen_in_the_pixels_of_an_off_screen_window() {
    let prepared = torn_window::prepare(&options()).unwrap();
    let page = prepared.page().unwrap();
    let host = page
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    let lamp = Lamp::new().unwrap();
    let witness = prepared.witness();
    witness.mark("made", "lamp");
    let (name, spoken) = ("switch".to_owned(), "Switch".to_owned());
    witness.place(Place {
        name,
        spoken,
        x: 10.0,
        y: 10.0,
        width: 20.0,
        height: 20.0,
    });

    let visitor = thread::spawn(move || {
        let seen = std::panic::catch_unwind(|| visit(&host));
        slint::invoke_from_event_loop(|| slint::quit_event_loop().unwrap()).unwrap();
        seen
    });
    prepared.run(lamp.window()).unwrap();
    if let Err(panic) = visitor.join().unwrap() {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn the_page_is_refused_off_loopback() {
    let options = Options {
        listen: "192.0.2.1:0".parse().unwrap(),
        ..options()
    };
    assert!(matches!(
        torn_window::prepare(&options),
        Err(WindowError::NotLoopback(_))
    ));
}
