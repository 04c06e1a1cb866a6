// SPDX-License-Identifier: GPL-3.0-or-later
//! The units of systemd, and what the programs tell a service manager that started them by one.

use std::fs;
use std::process::Command;

use torn_tests::lab::desks::Desks;
use torn_tests::lab::device::Device;
use torn_tests::lab::face::Face;
use torn_tests::lab::folder::Folder;
use torn_tests::lab::hub::{Hub, HubSetup, new_key};
use torn_tests::lab::manager::Manager;
use torn_tests::lab::need::{Need, met};
use torn_tests::lab::printer::VirtualPrinter;
use torn_tests::lab::programs::{Around, Programs, Progress, workspace};
use torn_tests::lab::raw::{Raw, post};
use torn_tests::lab::wait;

use crate::hub_bodies::PLACES;

const UNITS: [&str; 4] = ["torn-hub", "torn-kiosk", "torn-display", "torn-button"];
const READY: &str = "READY=1";
const FED: &str = "WATCHDOG=1";

#[test]
fn every_program_has_a_unit_that_systemd_understands() {
    if !met("units that systemd understands", &[Need::SystemdAnalyze]) {
        return;
    }
    let programs = Programs::built(Progress::Hidden).expect("the programs");
    let folder = Folder::new("units").expect("a folder");
    for name in UNITS {
        let file = workspace().join(format!("systemd/{name}.service"));
        let unit = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        // systemd looks whether the program is there; installed it is, here it is where it was built.
        let installed = format!("ExecStart=/usr/bin/{name} ");
        assert!(
            unit.contains(&installed),
            "{name}.service starts something else"
        );
        let built = format!("ExecStart={} ", programs.path(name).display());
        let copy = folder
            .write(&format!("{name}.service"), unit.replace(&installed, &built))
            .expect("a file");
        let output = Command::new("systemd-analyze")
            .args(["verify", "--recursive-errors=no", "--man=no"])
            .arg(copy)
            .output()
            .expect("systemd-analyze can be run");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !said.contains(&format!("{name}.service")),
            "{name}.service: {said}"
        );
    }
}

#[test]
fn the_backup_has_a_unit_and_a_timer_that_systemd_understands_and_that_do_not_wait_for_a_missed_night()
 {
    if !met("the backup's units", &[Need::SystemdAnalyze]) {
        return;
    }
    let programs = Programs::built(Progress::Hidden).expect("the programs");
    let folder = Folder::new("units").expect("a folder");
    let read = |name: &str| fs::read_to_string(workspace().join("systemd").join(name));
    let service = read("torn-backup.service").expect("the backup has a unit");
    let timer = read("torn-backup.timer").expect("the backup has a timer");
    // Installed it is there, here it is where it was built.
    let installed = "ExecStart=/usr/bin/torn-hub backup ";
    assert!(service.contains(installed), "{service}");
    let built = format!("ExecStart={} backup ", programs.path("torn-hub").display());
    let copies = [
        ("torn-backup.service", service.replace(installed, &built)),
        ("torn-backup.timer", timer.clone()),
    ]
    .map(|(name, text)| folder.write(name, text).expect("a file"));
    let output = Command::new("systemd-analyze")
        .args(["verify", "--recursive-errors=no", "--man=no"])
        .args(copies)
        .output()
        .expect("systemd-analyze can be run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && !said.contains("torn-backup"),
        "{said}"
    );
    for wanted in ["Persistent=true", "Unit=torn-backup.service"] {
        assert!(timer.contains(wanted), "the timer lacks {wanted}");
    }
    // It runs as the hub does, so that it may read the key and the hub may read what is restored.
    for wanted in ["Type=oneshot", "User=torn", "ProtectSystem=strict"] {
        assert!(service.contains(wanted), "the unit lacks {wanted}");
    }
}

/// systemd gives 1024 where a unit asks for nothing: then it is the kernel that turns people away.
#[test]
fn the_hubs_unit_gives_it_a_file_for_every_place_that_it_gives_out_and_for_its_log() {
    let unit = fs::read_to_string(workspace().join("systemd/torn-hub.service"));
    let unit = unit.expect("the hub has a unit");
    let mut settings = unit.lines().filter_map(|line| line.split_once('='));
    let limit = settings.find(|(name, _)| *name == "LimitNOFILE");
    let files: usize = limit.map_or(1024, |(_, files)| files.parse().expect("a number"));
    assert!(files >= PLACES + 100, "{files} files for {PLACES} places");
}

fn around(manager: &Manager) -> Around {
    Around {
        manager: Some(manager.socket().to_owned()),
        ..Around::default()
    }
}

fn hub_under(manager: &Manager) -> Hub {
    let setup = HubSetup {
        around: around(manager),
        ..HubSetup::default()
    };
    Hub::start(setup).expect("the hub starts")
}

#[test]
fn every_program_says_that_it_is_ready_once_and_feeds_its_watchdog_again_and_again() {
    let managers = UNITS.map(|_| Manager::start().expect("a manager"));
    let [of_hub, of_kiosk, of_lobby, of_buttons] = &managers;
    let hub = hub_under(of_hub);
    let printer = VirtualPrinter::start_tcp().expect("a printer");
    let under = |manager: &Manager| Device {
        around: around(manager),
        ..Device::beside(&hub)
    };
    let kiosk = Face::kiosk(&under(of_kiosk), "headless", &printer, 576);
    let lobby = Face::lobby(&under(of_lobby), "headless", false);
    let desks = Desks::start(&under(of_buttons), &["1"]);
    let _running = (
        kiosk.expect("the kiosk starts"),
        lobby.expect("the board starts"),
        desks.expect("the buttons"),
    );
    for (manager, name) in managers.iter().zip(UNITS) {
        let hears = |line, times| {
            manager
                .hears(line, times)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        };
        hears(READY, 1);
        hears(FED, 3);
        assert_eq!(manager.count(READY), 1, "{name} was ready twice");
    }
}

#[test]
fn a_hub_whose_writer_hangs_lets_its_watchdog_starve() {
    let manager = Manager::start().expect("a manager");
    let hub = hub_under(&manager);
    manager.hears(FED, 2).expect("a writer that goes on");
    // Who holds the log keeps the writer waiting in its commit, until SQLite gives up after five seconds.
    let other = rusqlite::Connection::open(hub.store()).expect("the log can be opened");
    other
        .execute_batch("BEGIN IMMEDIATE")
        .expect("the log can be held");
    let mut wish = Raw::to(&hub).expect("the hub listens");
    let body = r#"{"service": "general"}"#;
    let length = format!("Content-Length: {}\r\n", body.len());
    wish.say(post("/v1/tickets", &new_key(), &length));
    let fed_before = manager.count(FED);
    wish.say(body);
    let answer = wish.answer();
    assert!(answer.contains("store-failed"), "{answer}");
    // Fed once a second by anything but the writer, it would have been fed five times.
    let fed_meanwhile = manager.count(FED) - fed_before;
    assert!(
        fed_meanwhile <= 2,
        "fed {fed_meanwhile} times while nothing could be written"
    );
    let status = hub.program().wait_for_end(wait::GENEROUS).expect("it ends");
    assert!(!status.success(), "{status}");
}
