// SPDX-License-Identifier: GPL-3.0-or-later
//! Signing in to a hub that runs: how a password gets into it, where it does not get to, and when a session ends.

use std::fs;

use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::json;
use torn_tests::lab::hosts::Place;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, Prepared, new_key};
use torn_tests::lab::wait;

const PASSWORD: &str = "a counter at nine";

fn house() -> Prepared {
    let prepared = HubSetup::default().prepare().expect("a configuration");
    prepared
        .add_password("desk-2", &["desk:2"], PASSWORD)
        .expect("a password");
    prepared
}

fn answer(request: RequestBuilder) -> Answer {
    Answer::to(request, "the session").expect("an answer")
}

fn sign_in(hub: &Hub, password: &str) -> Answer {
    let wish = json!({ "id": "desk-2", "password": password });
    answer(hub.request(Method::PUT, "/v1/session").json(&wish))
}

fn signed_in(hub: &Hub) -> String {
    let came = sign_in(hub, PASSWORD);
    assert_eq!(came.outcome(), "200");
    let set = came.header("set-cookie").expect("a cookie");
    set.split(';').next().unwrap_or_default().to_owned()
}

fn next(hub: &Hub, cookie: &str) -> String {
    let request = hub.request(Method::POST, "/v1/desks/2/next");
    let request = request.header("idempotency-key", new_key());
    answer(request.header("cookie", cookie)).outcome()
}

fn out_within_a_second_or_so(hub: &Hub, cookie: &str) {
    wait::until("the session has ended", wait::GENEROUS, || {
        (next(hub, cookie) == "401 unauthenticated").then_some(())
    })
    .expect("the session has ended");
}

#[test]
fn a_password_is_taken_from_a_pipe_if_it_is_long_enough_and_listed_without_itself() {
    let prepared = house();
    for refused in ["too short", "aaaaaaaaaaaaaaa"] {
        let said = prepared.add_password("desk-1", &["desk:1"], refused);
        let said = said.expect_err("it is refused").to_string();
        assert!(!said.contains(refused), "{said}");
    }
    let none = prepared.credential(&["add", "desk-1", "desk:1", "--password"]);
    let none = none.expect_err("there was no line").to_string();
    assert!(none.contains("one line of standard input"), "{none}");
    let argument = prepared.credential(&["password", "desk-2", PASSWORD]);
    assert!(argument.is_err(), "the command line is everybody's to read");
    prepared
        .add_credential("kiosk-1", &["kiosk"])
        .expect("a token");
    let listed = prepared.credential(&["list"]).expect("a list");
    assert_eq!(listed, "desk-2\tdesk:2\tpassword\nkiosk-1\tkiosk\ttoken\n");
}

#[test]
fn who_signs_in_calls_and_stays_signed_in_while_the_hub_is_killed_and_comes_back() {
    let mut hub = house().start().expect("the hub starts");
    let cookie = signed_in(&hub);
    assert_eq!(next(&hub, &cookie), "204");
    hub.start_again().expect("the hub starts again");
    assert_eq!(next(&hub, &cookie), "204");
    let out = hub.request(Method::DELETE, "/v1/session");
    assert_eq!(answer(out.header("cookie", &cookie)).outcome(), "204");
    hub.start_again().expect("the hub starts again");
    assert_eq!(next(&hub, &cookie), "401 unauthenticated");
}

#[test]
fn a_session_ends_when_its_password_is_changed_and_when_its_credential_is_revoked() {
    let prepared = house();
    // Where there is no credential at all, nobody has to sign in.
    prepared
        .add_credential("kiosk-1", &["kiosk"])
        .expect("another credential");
    let hub = prepared.start().expect("the hub starts");
    let cookie = signed_in(&hub);
    hub.set_password("desk-2", "another counter")
        .expect("another password");
    out_within_a_second_or_so(&hub, &cookie);
    let again = sign_in(&hub, "another counter");
    let again = again.header("set-cookie").expect("a cookie").to_owned();
    assert_eq!(next(&hub, &again), "204");
    hub.credential(&["revoke", "desk-2"])
        .expect("it is revoked");
    out_within_a_second_or_so(&hub, &again);
}

#[test]
fn what_is_typed_to_sign_in_is_in_no_file_and_on_no_output_of_the_hub() {
    let hub = house().start().expect("the hub starts");
    let cookie = signed_in(&hub);
    let mistaken = "a password in the wrong field";
    for _ in 0..6 {
        let wish = json!({ "id": mistaken, "password": "a wrong password" });
        answer(hub.request(Method::PUT, "/v1/session").json(&wish));
        sign_in(&hub, "a wrong password");
    }
    wait::until("the hub says that an id is locked", wait::GENEROUS, || {
        hub.program().stderr().contains("desk-2").then_some(())
    })
    .expect("it says so");
    let token = cookie.strip_prefix("torn-session=").expect("a token");
    let secrets = [PASSWORD, mistaken, "a wrong password", token];
    let said = hub.program().stderr() + &hub.program().stdout();
    for entry in fs::read_dir(hub.folder()).expect("the folder") {
        let path = entry.expect("a file").path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} in {}", path.display());
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
}

#[test]
fn a_machine_that_guesses_is_locked_out_and_another_is_not() {
    let setup = HubSetup {
        listen: "0.0.0.0:0".to_owned(),
        ..HubSetup::default()
    };
    let prepared = setup.prepare().expect("a configuration");
    prepared
        .add_password("desk-2", &["desk:2"], PASSWORD)
        .expect("a password");
    let hub = prepared.start().expect("the hub starts");
    let port = hub.address().rsplit(':').next().expect("a port").to_owned();
    let from = |address: [u8; 4], password: &str| {
        let client = Client::builder()
            .no_proxy()
            .local_address(std::net::IpAddr::from(address));
        let client = client.build().expect("a client");
        let url = format!("http://127.0.0.1:{port}/v1/session");
        let wish = json!({ "id": "desk-2", "password": password });
        answer(client.put(url).json(&wish))
    };
    for _ in 0..5 {
        assert_eq!(
            from([127, 0, 0, 7], "a guess").outcome(),
            "401 unauthenticated"
        );
    }
    let locked = from([127, 0, 0, 7], PASSWORD);
    assert_eq!(locked.outcome(), "429 too-many");
    let wait_s: u32 = locked
        .header("retry-after")
        .expect("a wait")
        .parse()
        .expect("seconds");
    assert!((1..=60).contains(&wait_s), "{wait_s}");
    assert_eq!(from([127, 0, 0, 8], PASSWORD).outcome(), "200");
}

#[test]
fn the_memory_that_a_password_is_checked_in_goes_back_to_the_system() {
    let hub = house().start().expect("the hub starts");
    // What a hub loads once is not what is looked for.
    signed_in(&hub);
    let before_kib = resident_kib(&hub);
    for _ in 0..8 {
        signed_in(&hub);
    }
    let after_kib = resident_kib(&hub);
    assert!(
        after_kib < before_kib + 10 * 1024,
        "{before_kib} KiB before, {after_kib} KiB after; one check takes 19 MiB"
    );
}

fn resident_kib(hub: &Hub) -> u64 {
    assert!(matches!(hub.place(), Place::Here));
    let path = format!("/proc/{}/status", hub.program().id());
    let status = fs::read_to_string(path).expect("its status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.expect("its memory").parse().expect("a number")
}
