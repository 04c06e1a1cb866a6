// SPDX-License-Identifier: GPL-3.0-or-later
//! `cargo office` as a person has it: the page that shows all of it, and a Ctrl-C that leaves nothing.

use std::fs;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;
use torn_tests::lab::browser::{Browser, Page};
use torn_tests::lab::folder::Folder;
use torn_tests::lab::need::{Need, met};
use torn_tests::lab::programs::Program;
use torn_tests::lab::wait;

/// It may be the first to build the programs.
const BUILT_WITHIN: Duration = Duration::from_secs(1_200);

/// An office, where its page is, and the folder that its own folders are in.
fn office() -> (Program, String, Folder) {
    let folder = Folder::new("office").expect("a folder");
    let mut office = Command::new(env!("CARGO_BIN_EXE_office"));
    office
        .args(["--screen", "headless"])
        .env("TMPDIR", folder.path());
    let office = Program::run("office", office).expect("office can be run");
    let page = wait::until("office says what to open", BUILT_WITHIN, || {
        let said = office.stdout();
        let open = said.contains("Ctrl-C closes the office");
        said.split_whitespace()
            .find(|word| word.starts_with("http://") && open)
            .map(str::to_owned)
    });
    (office, page.expect("the address of the page"), folder)
}

fn becomes(page: &Page<'_>, expression: &str) {
    wait::until(expression, wait::GENEROUS, || {
        (page.evaluate(expression).ok()? == true).then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_whole_office_can_be_worked_from_one_browser_page() {
    if !met("the whole office on one page", &[Need::Chromium]) {
        return;
    }
    let (_office, address, _folder) = office();
    let browser = Browser::start().expect("a browser");
    let page = browser.open(&address, (1500, 1100)).expect("the page");
    becomes(
        &page,
        "document.getElementById('kiosk')?.naturalWidth === 1920",
    );
    becomes(
        &page,
        "document.getElementById('lobby')?.naturalWidth === 1920",
    );

    // The first tile of the kiosk, a fifth from the left and two fifths from above.
    let place = page.evaluate(
        "(() => { const box = document.getElementById('kiosk').getBoundingClientRect(); \
         return [box.x + box.width * 0.2, box.y + box.height * 0.38] })()",
    );
    let place = place.expect("where the picture is");
    let at = |axis: usize| place[axis].as_f64().expect("a coordinate");
    page.click_at(at(0), at(1)).expect("a touch");
    becomes(
        &page,
        "!document.getElementById('slip').hidden && document.getElementById('slip').naturalWidth > 500",
    );
    becomes(
        &page,
        "document.getElementById('kiosk').alt.includes('A001')",
    );
    page.click("[data-press=short]")
        .expect("the button of desk 1");
    becomes(
        &page,
        "document.querySelector('.lamp').classList.contains('lit')",
    );
    // What can be read on the two pictures is what a reader of the page is told of them.
    becomes(
        &page,
        "/[A-Z][0-9]{3}/.test(document.getElementById('lobby').alt)",
    );
    let called = page.evaluate("/[A-Z][0-9]{3}/.exec(document.getElementById('lobby').alt)[0]");
    assert_eq!(called.expect("the number on the board"), "A001");

    let hub = page.evaluate("document.getElementById('board').href");
    let hub = hub.expect("the way to the hub's own board");
    let board = browser
        .open(hub.as_str().expect("an address"), (1500, 1100))
        .expect("the hub's board");
    board
        .wait_until("the hub's own board has the call too", |words| {
            words.contains("A001")
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn ctrl_c_ends_the_office_and_leaves_nothing_running() {
    let (office, _, _folder) = office();
    let children = children_of(office.id());
    assert_eq!(children.len(), 4, "hub, kiosk, board and buttons");
    office.signal(Signal::INT);
    let status = office.wait_for_end(wait::GENEROUS).expect("it ends");
    assert!(status.success(), "{status}: {}", office.stderr());
    for child in children {
        assert!(
            !fs::exists(format!("/proc/{child}/exe")).unwrap_or(false),
            "process {child} is left"
        );
    }
}

#[test]
fn an_office_that_is_killed_takes_its_programs_with_it() {
    let (office, _, _folder) = office();
    let children = children_of(office.id());
    assert_eq!(children.len(), 4, "hub, kiosk, board and buttons");
    office.kill();
    wait::until("nothing is left", wait::GENEROUS, || {
        let runs = |child: &String| fs::read_link(format!("/proc/{child}/exe")).is_ok();
        (!children.iter().any(runs)).then_some(())
    })
    .expect("nothing is left");
}

/// The processes that this one has started.
fn children_of(id: u32) -> Vec<String> {
    let processes = fs::read_dir("/proc")
        .expect("/proc can be read")
        .map_while(Result::ok);
    let child = |name: &str| {
        let stat = fs::read_to_string(format!("/proc/{name}/stat")).ok()?;
        // After the name in brackets come the state and the parent.
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?;
        (parent == id.to_string()).then(|| name.to_owned())
    };
    processes
        .filter_map(|entry| child(entry.file_name().to_str()?))
        .collect()
}
