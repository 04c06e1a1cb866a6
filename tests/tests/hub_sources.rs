// SPDX-License-Identifier: GPL-3.0-or-later
//! Appointments from where they are booked, read again as they change while the hub runs: a folder that is
//! watched, an address that is polled. What is bad never wipes what was good.
//!
//! What the parsers make of the kinds of file there are is tested with them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::folder::Folder;
use torn_tests::lab::hub::{Hub, HubSetup};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::wait;
use torn_tests::lab::web::Web;

const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in</body></html>\n";

/// The mapping from what stands in an event to its service and code.
const MAPPING: &str = "code = 'Codi (\\w+)'\n\
    [[appointments.map]]\nmatch = '(?i)padr'\nservice = \"padro\"\n\
    [[appointments.map]]\nmatch = '.'\nservice = \"general\"\n";

/// The shortest that the configuration allows between two looks, and more.
const ASKED_AGAIN_WITHIN: Duration = Duration::from_secs(150);

fn hub(source: &str) -> Option<(Hub, SetClock)> {
    if !need::met("hub_sources", &[Need::Faketime]) {
        return None;
    }
    let clock = SetClock::at("2026-11-24T08:00:00Z").expect("a clock");
    let own = format!("[appointments]\n{source}\n{MAPPING}");
    let hub = Hub::start(HubSetup {
        own,
        ..HubSetup::at(&clock)
    })
    .expect("the hub starts");
    Some((hub, clock))
}

/// A calendar with an event for each code, at ten, as a booking tool would write it.
fn calendar(codes: &[&str]) -> String {
    let event = |code: &&str| {
        format!(
            "BEGIN:VEVENT\r\nUID:uid-{code}@booking.example\r\nDTSTAMP:20261101T080000Z\r\n\
             DTSTART;TZID=Europe/Madrid:20261124T100000\r\nDTEND;TZID=Europe/Madrid:20261124T101500\r\n\
             SUMMARY:Padró - Somebody Secret - Codi {code}\r\nATTENDEE;CN=Somebody Secret:mailto:secret@person.example\r\n\
             DESCRIPTION:Tel. 600 000 000\r\nEND:VEVENT\r\n"
        )
    };
    let events: String = codes.iter().map(event).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Lab//EN\r\n{events}END:VCALENDAR\r\n")
}

fn table(codes: &[&str]) -> String {
    let row =
        |code: &&str| format!("2026-11-24 10:30,2026-11-24 10:45,general,{code},Somebody Secret\n");
    let rows: String = codes.iter().map(row).collect();
    format!("start,end,service,code,name\n{rows}")
}

/// Written beside and renamed, as an exporter should; a plain copy is tested by the cut file.
fn put(folder: &Path, name: &str, text: &str) {
    let beside = folder.join(format!(".{name}.part"));
    fs::write(&beside, text).expect("it can be written");
    fs::rename(beside, folder.join(name)).expect("it can be put there");
}

/// How many are booked today and have not come, as followers are told.
fn expected(hub: &Hub) -> usize {
    let mut state = torn_queue::State::default();
    for event in hub.events().expect("the log") {
        state.apply(&serde_json::from_value(event).expect("an event"));
    }
    state.expected().values().map(Vec::len).sum()
}

fn expects(hub: &Hub, count: usize) {
    wait::until("the list is read", wait::GENEROUS, || {
        (expected(hub) == count).then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: {} are expected, not {count}", expected(hub)));
}

/// Waits until the hub has said this of a source, so that it has seen the change.
fn says(hub: &Hub, part: &str) {
    wait::until("the hub says what is wrong", wait::GENEROUS, || {
        hub.program().stderr().contains(part).then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: {part:?} in {}", hub.program().stderr()));
}

fn check_in(hub: &Hub, code: &str) -> String {
    let answer = hub.command("/v1/check-ins", &json!({ "code": code }));
    answer.expect("an answer").outcome()
}

/// Neither the log, nor the files beside it, nor what it writes has a word of who is booked.
fn keeps_no_person(hub: &Hub) {
    let mut texts: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(hub.folder())
        .expect("its folder")
        .map_while(Result::ok)
        .map(|file| (file.path(), fs::read(file.path()).unwrap_or_default()))
        .collect();
    let said = format!("{}{}", hub.program().stdout(), hub.program().stderr());
    texts.push(("what it writes".into(), said.into_bytes()));
    for (path, bytes) in texts {
        for secret in ["Secret", "secret@person", "600 000 000"] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret:?} is in {}", path.display());
        }
    }
}

#[test]
fn a_watched_folder_is_read_again_as_it_changes_and_what_is_bad_wipes_nothing() {
    let folder = Folder::new("agenda").expect("a folder");
    let source = format!("folder = {:?}", folder.path());
    let Some((hub, _clock)) = hub(&source) else {
        return;
    };
    put(
        folder.path(),
        "agenda.ics",
        &calendar(&["AA1", "BB2", "CC3"]),
    );
    expects(&hub, 3);
    assert_eq!(check_in(&hub, "AA1"), "201");
    put(
        folder.path(),
        "agenda.ics",
        &calendar(&["AA1", "BB2", "DD4"]),
    );
    wait::until("the new one is known", wait::GENEROUS, || {
        (check_in(&hub, "DD4") == "201").then_some(())
    })
    .expect("the new one is known");
    assert_eq!(
        check_in(&hub, "CC3"),
        "409 appointment-cancelled",
        "who was taken off was cancelled"
    );
    assert_eq!(
        check_in(&hub, "AA1"),
        "409 already-checked-in",
        "read anew, and the mark stays"
    );
    expects(&hub, 1);

    put(folder.path(), "second.csv", &table(&["EE5", "FF6"]));
    expects(&hub, 3);
    put(folder.path(), "agenda.ics", LOGIN_PAGE);
    says(&hub, "web page");
    put(folder.path(), "second.csv", "");
    says(&hub, "empty");
    expects(&hub, 3);
    assert_eq!(
        (check_in(&hub, "BB2"), check_in(&hub, "EE5")),
        ("201".to_owned(), "201".to_owned())
    );

    fs::remove_file(folder.path().join("second.csv")).expect("it is taken away");
    expects(&hub, 0);
    assert_eq!(
        check_in(&hub, "FF6"),
        "409 appointment-cancelled",
        "gone with its file"
    );
    keeps_no_person(&hub);
}

#[test]
fn a_file_that_ends_in_its_middle_wipes_nothing_also_when_the_hub_starts_anew() {
    let folder = Folder::new("agenda").expect("a folder");
    let source = format!("folder = {:?}", folder.path());
    let Some((mut hub, _clock)) = hub(&source) else {
        return;
    };
    let whole = calendar(&["AA1", "BB2", "CC3"]);
    put(folder.path(), "agenda.ics", &whole);
    expects(&hub, 3);
    put(folder.path(), "agenda.ics", &whole[..whole.len() / 2]);
    says(&hub, "ends in its middle");
    assert_eq!(
        expected(&hub),
        3,
        "what was known beyond the cut stays known"
    );

    hub.kill();
    hub.start_again().expect("it starts again");
    // Files are looked at in their order, so when this one is known the other one was read.
    put(folder.path(), "second.csv", &table(&["EE5"]));
    wait::until("the new file is read", wait::GENEROUS, || {
        (expected(&hub) != 3).then_some(())
    })
    .expect("it is read");
    assert_eq!(
        expected(&hub),
        4,
        "the list in the table is better than half a file"
    );
    put(folder.path(), "agenda.ics", &calendar(&["AA1", "DD4"]));
    expects(&hub, 3);
    assert_eq!(
        (check_in(&hub, "DD4"), check_in(&hub, "EE5")),
        ("201".to_owned(), "201".to_owned())
    );
}

#[test]
fn who_was_cancelled_where_it_was_booked_is_told_so() {
    let folder = Folder::new("agenda").expect("a folder");
    let source = format!("folder = {:?}", folder.path());
    let Some((hub, _clock)) = hub(&source) else {
        return;
    };
    put(folder.path(), "agenda.ics", &calendar(&["AA1", "BB2"]));
    expects(&hub, 2);
    let cancelled =
        calendar(&["AA1", "BB2"]).replacen("END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT", 1);
    put(folder.path(), "agenda.ics", &cancelled);
    expects(&hub, 1);
    assert_eq!(check_in(&hub, "AA1"), "409 appointment-cancelled");
    assert_eq!(check_in(&hub, "BB2"), "201");
}

#[test]
fn an_address_is_asked_with_its_tag_and_what_is_bad_wipes_nothing() {
    let web = Web::start().expect("a web server");
    web.serve("text/calendar", calendar(&["AA1", "BB2"]));
    let source = format!("url = {:?}\npoll_min = 1", web.url());
    let Some((mut hub, _clock)) = hub(&source) else {
        return;
    };
    expects(&hub, 2);
    let answered = |status: u16| web.answers().iter().filter(|one| **one == status).count();
    wait::until("it asks again", ASKED_AGAIN_WITHIN, || {
        (answered(304) > 0).then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: {:?}", web.answers()));
    assert_eq!(answered(200), 1, "what is unchanged is not sent again");
    assert_eq!(expected(&hub), 2);

    // A hub that starts asks at once.
    let again = |hub: &mut Hub| hub.start_again().expect("it starts again");
    web.serve("text/html", LOGIN_PAGE);
    again(&mut hub);
    says(&hub, "web page");
    assert_eq!(expected(&hub), 2, "a login page in its place wipes nothing");
    web.fail(500);
    again(&mut hub);
    wait::until("it is refused", wait::GENEROUS, || {
        (answered(500) > 0).then_some(())
    })
    .expect("it asks");
    says(&hub, "500");
    assert_eq!(expected(&hub), 2);
    assert_eq!(check_in(&hub, "AA1"), "201");
    web.serve("text/calendar", calendar(&["AA1", "CC3"]));
    again(&mut hub);
    wait::until("the new one is known", wait::GENEROUS, || {
        (check_in(&hub, "CC3") == "201").then_some(())
    })
    .expect("the new one is known");
    assert_eq!(check_in(&hub, "AA1"), "409 already-checked-in");
    assert_eq!(check_in(&hub, "BB2"), "409 appointment-cancelled");
    keeps_no_person(&hub);
    assert!(
        !hub.program().stderr().contains(web.url()),
        "an address is a secret: who has it reads the calendar"
    );
}

#[test]
fn what_is_posted_and_what_is_read_stand_beside_each_other() {
    let folder = Folder::new("agenda").expect("a folder");
    let source = format!("folder = {:?}", folder.path());
    let Some((hub, _clock)) = hub(&source) else {
        return;
    };
    put(folder.path(), "agenda.ics", &calendar(&["AA1"]));
    expects(&hub, 1);
    let posted = |codes: &[&str]| {
        let list: Vec<Value> = codes
            .iter()
            .map(|code| {
                json!({ "uid": format!("posted-{code}"), "start": "2026-11-24T09:30:00Z", "end": null,
                    "service": "general", "code": code })
            })
            .collect();
        let answer = hub
            .command("/v1/appointments", &json!({ "appointments": list }))
            .expect("an answer");
        answer.expect(200).expect("taken");
    };
    posted(&["PP1"]);
    expects(&hub, 2);
    posted(&[]);
    expects(&hub, 1);
    assert_eq!(
        (check_in(&hub, "PP1"), check_in(&hub, "AA1")),
        ("409 appointment-cancelled".to_owned(), "201".to_owned())
    );
}
