// SPDX-License-Identifier: GPL-3.0-or-later
//! The walls between the rooms: what each package is built without, and what each module does not name.
//!
//! Between packages a wall is a line that is missing in a Cargo.toml; inside a package it is a name
//! that is missing in a module.

use std::collections::BTreeSet;

use crate::metadata::Packages;
use crate::sources::{Source, module, sources};

/// A package, the rooms it may be built on, and what must not be in it even by way of others.
struct Room {
    name: &'static str,
    may_use: &'static [&'static str],
    without: &'static [&'static str],
}

const ROOMS: [Room; 15] = [
    Room {
        name: "torn-queue",
        may_use: &[],
        without: &[
            "slint",
            "winit",
            "rusqlite",
            "libsqlite3-sys",
            "axum",
            "hyper",
            "tokio",
            "mio",
            "reqwest",
            "socket2",
            "rand",
            "getrandom",
            "uuid",
            "escpos",
            "rustix",
            "libc",
        ],
    },
    Room {
        name: "torn-wire",
        may_use: &["torn-queue"],
        without: &[
            "slint", "winit", "rusqlite", "axum", "hyper", "tokio", "reqwest", "escpos", "png",
        ],
    },
    Room {
        name: "torn-config",
        may_use: &["torn-queue"],
        without: &["slint", "rusqlite", "axum", "tokio", "reqwest", "escpos"],
    },
    Room {
        name: "torn-program",
        may_use: &["torn-config", "torn-queue"],
        without: &[
            "slint", "rusqlite", "axum", "tokio", "reqwest", "escpos", "png",
        ],
    },
    Room {
        name: "torn-client",
        may_use: &["torn-queue", "torn-wire"],
        without: &[
            "slint", "winit", "rusqlite", "axum", "escpos", "png", "fast_qr",
        ],
    },
    Room {
        name: "torn-look",
        may_use: &["torn-queue"],
        without: &["rusqlite", "axum", "tokio", "reqwest", "escpos"],
    },
    Room {
        name: "torn-window",
        may_use: &["torn-look"],
        without: &["rusqlite", "reqwest", "escpos", "torn-queue"],
    },
    Room {
        name: "torn-appointments",
        may_use: &["torn-queue"],
        without: &[
            "slint", "rusqlite", "axum", "hyper", "tokio", "mio", "reqwest", "socket2", "rand",
            "chrono", "rustix", "escpos",
        ],
    },
    Room {
        name: "torn-hub",
        may_use: &[
            "torn-appointments",
            "torn-config",
            "torn-program",
            "torn-queue",
            "torn-wire",
        ],
        without: &[
            "slint",
            "i-slint-core",
            "winit",
            "escpos",
            "rppal",
            "gpiocdev",
            "evdev",
            "png",
            "reqwest",
        ],
    },
    Room {
        name: "torn-kiosk",
        may_use: &[
            "torn-client",
            "torn-config",
            "torn-look",
            "torn-program",
            "torn-queue",
            "torn-window",
            "torn-wire",
        ],
        without: &["rusqlite", "libsqlite3-sys", "rppal", "gpiocdev", "evdev"],
    },
    Room {
        name: "torn-button",
        may_use: &[
            "torn-client",
            "torn-config",
            "torn-program",
            "torn-queue",
            "torn-wire",
        ],
        without: &[
            "slint",
            "i-slint-core",
            "winit",
            "rusqlite",
            "axum",
            "escpos",
            "png",
        ],
    },
    Room {
        name: "torn-display",
        may_use: &[
            "torn-client",
            "torn-config",
            "torn-look",
            "torn-program",
            "torn-queue",
            "torn-window",
            "torn-wire",
        ],
        without: &[
            "rusqlite",
            "libsqlite3-sys",
            "escpos",
            "rppal",
            "gpiocdev",
            "evdev",
        ],
    },
    // A disk is a disk: what is tested on it is not known there.
    Room {
        name: "torn-disk",
        may_use: &[],
        without: &["axum", "tokio"],
    },
    // The hub's and the client's own code in one process, with neither a socket nor a screen.
    Room {
        name: "torn-simulation",
        may_use: &[
            "torn-client",
            "torn-config",
            "torn-disk",
            "torn-hub",
            "torn-queue",
            "torn-wire",
        ],
        without: &["slint", "winit", "escpos", "reqwest"],
    },
    // It stands outside the programs and meets them by socket, file and process.
    Room {
        name: "torn-tests",
        may_use: &["torn-queue", "torn-wire"],
        without: &[
            "slint",
            "escpos",
            "torn-hub",
            "torn-kiosk",
            "torn-display",
            "torn-button",
        ],
    },
];

#[test]
fn every_room_is_built_on_the_rooms_it_may_know_and_no_other() {
    let packages = Packages::read();
    let known: BTreeSet<&str> = ROOMS.iter().map(|room| room.name).collect();
    assert_eq!(
        packages.rooms(),
        known,
        "a room without walls, or walls without a room"
    );
    for room in &ROOMS {
        let may_use: BTreeSet<&str> = room.may_use.iter().copied().collect();
        let uses = packages.rooms_of(room.name);
        let beyond: Vec<_> = uses.difference(&may_use).collect();
        assert!(beyond.is_empty(), "{} must not know {beyond:?}", room.name);
    }
}

#[test]
fn no_room_is_built_with_what_it_must_not_know() {
    let packages = Packages::read();
    for room in &ROOMS {
        let built_with = packages.all_of(room.name);
        let behind_the_wall: Vec<_> = room
            .without
            .iter()
            .filter(|one| built_with.contains(*one))
            .collect();
        assert!(
            behind_the_wall.is_empty(),
            "{} is built with {behind_the_wall:?}",
            room.name
        );
    }
}

#[test]
fn the_rules_of_the_queue_are_no_std() {
    let lib = &sources("common/queue/src", &["lib.rs"])[0];
    assert!(
        lib.text.contains("#![no_std]"),
        "common/queue/src/lib.rs does not say #![no_std]"
    );
    let named = naming(&sources("common/queue/src", &[".rs"]), &["std::"]);
    let outside_tests: Vec<_> = named.iter().filter(|one| !one.contains("test")).collect();
    assert!(outside_tests.is_empty(), "{outside_tests:?}");
}

#[test]
fn the_log_knows_no_rule_of_the_queue() {
    let rules = [
        "torn_queue::decide",
        "torn_queue::State",
        "torn_queue::state",
        "torn_queue::Command",
        "torn_queue::command",
        "torn_queue::Refusal",
        "torn_queue::refusal",
        "torn_queue::order",
        "crate::writer",
        "crate::http",
        "axum",
    ];
    nobody_names(&module("kiosk/hub", "store"), &rules);
}

#[test]
fn the_hub_knows_no_screen_and_no_printer() {
    nobody_names(
        &sources("kiosk/hub/src", &[".rs"]),
        &["slint", "escpos", "torn_look", "torn_window"],
    );
}

#[test]
fn only_the_source_of_appointments_asks_other_machines() {
    let mut hub = sources("kiosk/hub/src", &[".rs"]);
    hub.retain(|source| !source.path.ends_with("appointments/fetch.rs"));
    nobody_names(&hub, &["hyper_rustls", "hyper_util::client", "rustls"]);
}

#[test]
fn the_ticket_knows_nothing_of_the_queue_but_what_it_prints() {
    let state = [
        "torn_queue::State",
        "torn_queue::state",
        "torn_queue::Event",
        "torn_queue::event::Event",
        "torn_queue::Fact",
        "torn_queue::order",
        "torn_client",
        "torn_wire",
        "crate::view_model",
        "crate::adapter",
        "crate::printer",
    ];
    nobody_names(&module("kiosk/screen", "ticket"), &state);
}

#[test]
fn the_printer_knows_nothing_of_what_is_on_the_ticket() {
    let content = [
        "crate::ticket",
        "crate::view_model",
        "torn_queue",
        "torn_wire",
        "torn_client",
        "torn_look",
        "slint",
    ];
    // The words in which it tells how it is and how printing went.
    let words = ["torn_queue::Key", "torn_queue::event::PrintOutcome"];
    let mut named = naming(&module("kiosk/screen", "printer"), &content);
    named.retain(|one| {
        let path = one.rsplit(' ').next().unwrap_or_default();
        !words.iter().any(|word| is_under(path, word))
    });
    assert!(named.is_empty(), "behind a wall: {named:#?}");
}

#[test]
fn view_models_are_plain_data_without_a_window_or_a_device() {
    let beyond = [
        "slint",
        "torn_window",
        "crate::adapter",
        "crate::printer",
        "crate::press",
        "crate::sound",
        "tokio",
    ];
    nobody_names(&module("kiosk/screen", "view_model"), &beyond);
    nobody_names(&module("display", "view_model"), &beyond);
}

#[test]
fn what_is_told_of_paper_names_neither_who_says_it_nor_who_hears_it() {
    let both = [
        "slint",
        "torn_wire",
        "torn_client",
        "crate::adapter",
        "crate::press",
        "crate::printer",
        "crate::ticket",
        "crate::view_model",
    ];
    nobody_names(&module("kiosk/screen", "paper"), &both);
}

#[test]
fn nobody_takes_all_that_another_room_or_module_has() {
    let mut taken = Vec::new();
    for source in sources("", &[".rs"]) {
        let globs = source.globs().into_iter();
        let of_the_house = globs.filter(|path| {
            let first = path.split("::").next().unwrap_or_default();
            first == "crate" || first == "super" || first.starts_with("torn_")
        });
        taken.extend(of_the_house.map(|path| format!("{} takes {path}", source.path)));
    }
    assert!(taken.is_empty(), "a wall can't be seen: {taken:#?}");
}

fn nobody_names(module: &[Source], forbidden: &[&str]) {
    let named = naming(module, forbidden);
    assert!(named.is_empty(), "behind a wall: {named:#?}");
}

fn naming(module: &[Source], forbidden: &[&str]) -> Vec<String> {
    let mut named = Vec::new();
    for source in module {
        for path in source.paths() {
            if forbidden.iter().any(|wall| is_behind(&path, wall)) {
                named.push(format!("{} names {path}", source.path));
            }
        }
    }
    named
}

/// Who takes all of a module takes what is behind the wall too.
fn is_behind(path: &str, wall: &str) -> bool {
    let all = path.strip_suffix('*');
    is_under(path, wall) || all.is_some_and(|all| wall.starts_with(all))
}

fn is_under(path: &str, root: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::") || root.ends_with("::"))
}
