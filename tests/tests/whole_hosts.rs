// SPDX-License-Identifier: GPL-3.0-or-later
//! Two hosts and a cable between them that is pulled for a minute while people are served.
//!
//! The minute is real: a call older than that is shown and not chimed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use torn_tests::lab::button::Press;
use torn_tests::lab::desks::Desks;
use torn_tests::lab::device::Device;
use torn_tests::lab::face::Face;
use torn_tests::lab::folder::Folder;
use torn_tests::lab::hosts::{Host, Hosts, Place};
use torn_tests::lab::hub::{Answer, Hub, HubSetup, new_key};
use torn_tests::lab::need::{Need, met};
use torn_tests::lab::printer::VirtualPrinter;
use torn_tests::lab::programs::Around;
use torn_tests::lab::screen::Screen;
use torn_tests::lab::wait;

const CUT_FOR: Duration = Duration::from_secs(60);

/// A hub on the first host that listens on the LAN, and the credentials of its desks and of the board.
struct Door {
    hub: Hub,
    token: String,
    lobby_token: String,
}

impl Door {
    fn open(hosts: &Hosts) -> Self {
        let listen = format!("{}:8080", hosts.door.address());
        let setup = HubSetup {
            listen,
            place: Place::Host(hosts.door.clone()),
            ..HubSetup::default()
        };
        let prepared = setup.prepare().expect("a configuration");
        let grants = ["kiosk", "desk:1", "desk:2", "desk:3", "desk:4"];
        let token = prepared
            .add_credential("lab", &grants)
            .expect("a credential");
        let lobby_token = prepared
            .add_credential("lobby-1", &["read"])
            .expect("a credential");
        let hub = prepared.start().expect("the hub starts");
        Self {
            hub,
            token,
            lobby_token,
        }
    }

    fn post(&self, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self
            .hub
            .request(reqwest::Method::POST, path)
            .bearer_auth(&self.token);
        request = request.header("idempotency-key", new_key());
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::to(request, &format!("POST {path}")).expect("an answer")
    }

    /// A device on `host` that has this credential in a file in `card`.
    fn device(&self, host: &Host, card: &Folder, token: &str) -> Device {
        let file = format!("token-{}", host.address());
        Device {
            place: Place::Host(host.clone()),
            hub: self.hub.address().to_owned(),
            token_file: Some(card.write(&file, token).expect("a file")),
            around: Around::default(),
        }
    }

    /// Somebody comes and is called to `desk`; gives the number.
    fn serve(&self, desk: &str) -> String {
        let wish = json!({ "service": "general" });
        self.post("/v1/tickets", Some(&wish))
            .expect(201)
            .expect("a ticket");
        let called = self
            .post(&format!("/v1/desks/{desk}/next"), None)
            .expect(200)
            .expect("a call");
        called["number"].as_str().expect("a number").to_owned()
    }
}

/// A player that writes down what it is given instead of sounding it.
struct Ear {
    folder: Folder,
}

impl Ear {
    fn new() -> Self {
        let folder = Folder::new("ear").expect("a folder");
        let heard = folder.path().join("heard");
        let script = format!("#!/bin/sh\nexec cat >> {:?}\n", heard);
        let player = folder.write("aplay", script).expect("a file");
        fs::set_permissions(&player, fs::Permissions::from_mode(0o755)).expect("it can be run");
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Waits until so many sounds were heard.
    fn hears(&self, sounds: usize) {
        let heard = || (self.heard() >= sounds).then_some(());
        wait::until(&format!("sound {sounds}"), wait::GENEROUS, heard).expect("a sound");
        assert_eq!(self.heard(), sounds);
    }

    /// How many sounds were heard: stretches of it with a second of silence between.
    fn heard(&self) -> usize {
        let samples = fs::read(self.folder.path().join("heard")).unwrap_or_default();
        // 48 kHz, two channels of 16 bits.
        let quarter_seconds = samples
            .chunks(48_000)
            .map(|piece| piece.iter().any(|byte| *byte != 0));
        let (mut heard, mut silent_for) = (0, 4);
        for sounds in quarter_seconds {
            if sounds {
                heard += usize::from(silent_for >= 4);
                silent_for = 0;
            } else {
                silent_for += 1;
            }
        }
        heard
    }
}

#[test]
fn after_a_minute_without_the_cable_the_board_shows_what_happened_in_order_and_chimes_only_what_is_new()
 {
    if !met("a minute without the cable", &[Need::Hosts]) {
        return;
    }
    let hosts = Hosts::new().expect("two hosts");
    let door = Door::open(&hosts);
    let ear = Ear::new();
    let card = Folder::new("card").expect("a folder");
    let mut lobby = door.device(&hosts.lobby, &card, &door.lobby_token);
    lobby.around.path = Some(ear.path().to_owned());
    let lobby = Face::lobby(&lobby, "headless", true).expect("the board starts");
    let lobby = lobby.ready("headless").expect("the board's page");
    let board = lobby.screen().expect("headless");
    let before = door.serve("1");
    board
        .wait_for_words(&before)
        .expect("the board shows a call");
    ear.hears(1);

    hosts.cut().expect("the cable is pulled");
    let cut_at = Instant::now();
    let missed: Vec<String> = ["2", "3", "4"].map(|desk| door.serve(desk)).to_vec();
    board
        .wait_for("stale")
        .expect("the board says that it hears nothing");
    // Two falling notes, once.
    ear.hears(2);
    assert!(
        !numbers(board).iter().any(|one| missed.contains(one)),
        "it can't know them"
    );
    wait::until("the minute is over", CUT_FOR * 2, || {
        (cut_at.elapsed() >= CUT_FOR).then_some(())
    })
    .expect("a minute passes");
    // Called while the cable is still out, and still true when it is plugged in again.
    let fresh = door.serve("1");
    hosts.mend().expect("the cable is plugged in");

    board.wait_for_words(&fresh).expect("the board catches up");
    shows_in_order(board, &[&fresh, &missed[2], &missed[1], &missed[0]]);
    ear.hears(3);
    board.still_frame().expect("whatever is announced has been");
    assert_eq!(ear.heard(), 3, "only the call that is still true is chimed");
    assert!(
        board
            .elements()
            .expect("elements")
            .iter()
            .all(|one| one.name != "stale")
    );
}

#[test]
fn a_touch_at_the_door_gives_paper_there_and_a_press_there_is_shown_on_the_board_of_the_other_host()
{
    if !met("a touch and a call over two hosts", &[Need::Hosts]) {
        return;
    }
    let hosts = Hosts::new().expect("two hosts");
    let door = Door::open(&hosts);
    let card = Folder::new("card").expect("a folder");
    let near = door.device(&hosts.door, &card, &door.token);
    let far = door.device(&hosts.lobby, &card, &door.lobby_token);
    let printer = VirtualPrinter::start_pty().expect("a printer");
    let kiosk = Face::kiosk(&near, "headless", &printer, 576).expect("the kiosk starts");
    let lobby = Face::lobby(&far, "headless", false).expect("the board starts");
    let desks = Desks::start(&near, &["2"]).expect("the buttons");
    let (kiosk, lobby) = (
        kiosk.ready("headless").expect("the kiosk's page"),
        lobby.ready("headless").expect("the board's page"),
    );
    let screen = kiosk.screen().expect("headless");
    screen.touch("service:general").expect("a tile");
    screen.wait_for("number").expect("a number is given");
    let slip = printer.wait_for_slip(wait::GENEROUS).expect("paper");
    let waiting = door.hub.request(reqwest::Method::GET, "/v1/state");
    let waiting = Answer::to(waiting.bearer_auth(&door.token), "GET /v1/state");
    let waiting = waiting
        .and_then(|answer| answer.expect(200))
        .expect("the state");
    let number = waiting["waiting"][0]["number"].as_str().expect("a number");
    let code = slip.qr().expect("a code on the slip");
    assert!(code.contains(number), "{number}: {code}");

    let button = desks.button("2").expect("a button");
    button.press(Press::Short).expect("a press");
    let board = lobby.screen().expect("headless");
    let call = board.wait_for("call").expect("the board shows a call");
    assert!(call.spoken.contains(number), "{number}: {}", call.spoken);
}

fn shows_in_order(board: &Screen, wanted: &[&String]) {
    for number in wanted {
        board
            .wait_for_words(number)
            .expect("each call that was missed is shown");
    }
    let shown = numbers(board);
    let shown: Vec<&String> = shown.iter().take(wanted.len()).collect();
    assert_eq!(shown, wanted, "newest first, as they were called");
}

/// The numbers on the board: the call first, then the last ones from the newest on.
fn numbers(board: &Screen) -> Vec<String> {
    let elements = board.elements().expect("the board's elements");
    let number = |spoken: &str| {
        spoken
            .split([',', ' '])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let places = ["call", "next"]
        .map(str::to_owned)
        .into_iter()
        .chain((1..=12).map(|n| format!("last:{n}")));
    places
        .filter_map(|place| elements.iter().find(|one| one.name == place))
        .map(|one| number(&one.spoken))
        .collect()
}
