// SPDX-License-Identifier: GPL-3.0-or-later
//! Commands through lost replies, refusals and hubs that can't take them now.

use std::sync::Mutex;
use std::time::Duration;

use torn_client::{Client, CommandKey, DeskAction, DeskAnswer, Failure, Update};
use torn_queue::Timestamp;
use torn_queue::event::PrintOutcome;
use torn_wire::request::{CheckIn, IssueTicket, NotePrint, ReportDevice};
use torn_wire::{Code, Problem};

use crate::hub::{Connection, LOG, Reply, Script, beat, start};

const PRESS: Duration = Duration::from_secs(5);

fn ticket(link: &str) -> String {
    format!(
        r#"{{"id":"2026-11-24-A007","number":"A007","service":"general","class":"walk-in","status":"called","language":"ca",
        "issued_at":"2026-11-24T09:42:00.000Z","due_at":"2026-11-24T09:42:00.000Z","appointment_at":null,
        "called_at":null,"finished_at":null,"desk":null,"ahead":3,"wait":null{link}}}"#
    )
}

fn script(replies: Vec<Reply>) -> Script {
    Script {
        replies: Mutex::new(replies.into()),
        ..Script::default()
    }
}

fn json(status: u16, body: impl Into<String>) -> Reply {
    Reply::Whole(status, "application/json", body.into())
}

fn problem(code: Code) -> Reply {
    let body = format!(
        r#"{{"type":"urn:torn:problem:{0}","title":"{1}","status":{2},"detail":"as it happened","code":"{0}"}}"#,
        code.as_str(),
        code.title(),
        code.status()
    );
    Reply::Whole(code.status(), "application/problem+json", body)
}

fn wish() -> IssueTicket {
    IssueTicket {
        service: "general".parse().unwrap(),
        language: Some("ca".parse().unwrap()),
        class: None,
    }
}

#[tokio::test]
async fn a_check_in_is_sent_as_it_was_typed_or_read_and_its_refusal_has_a_code() {
    let (hub, script) = start(script(vec![
        json(201, ticket(r#","link":null"#)),
        problem(Code::UnknownAppointment),
    ]))
    .await;
    let client = Client::new(&hub, None).unwrap();
    let typed = CheckIn {
        code: Some("482915".to_owned()),
        ..CheckIn::default()
    };
    let issued = client.check_in(&typed).await.unwrap();
    assert_eq!(issued.ticket.number.to_string(), "A007");
    let read = CheckIn {
        scan: Some("https://cita.example/482915".to_owned()),
        ..CheckIn::default()
    };
    let refused = client.check_in(&read).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::UnknownAppointment));
    let asked = script.asked.lock().unwrap();
    assert_eq!(asked[0].path, "/v1/check-ins");
    assert!(asked[0].body.contains(r#""code":"482915","scan":null"#));
    assert!(asked[1].body.contains("https://cita.example/482915"));
}

#[tokio::test]
async fn after_a_lost_reply_the_same_key_gets_the_first_answer() {
    let (hub, script) = start(script(vec![
        Reply::Lost,
        json(201, ticket(r#","link":null"#)),
    ]))
    .await;
    let issued = Client::new(&hub, Some("s3cret"))
        .unwrap()
        .issue(&wish())
        .await
        .unwrap();
    assert_eq!(issued.ticket.number.to_string(), "A007");
    let asked = script.asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0], asked[1]);
    assert_eq!(asked[0].path, "/v1/tickets");
    assert_eq!(asked[0].key.as_deref().map(str::len), Some(36));
    assert_eq!(asked[0].credential.as_deref(), Some("Bearer s3cret"));
    assert_eq!(
        asked[0].body,
        r#"{"service":"general","language":"ca","class":null}"#
    );
}

#[tokio::test]
async fn a_hub_that_is_busy_is_asked_again_with_the_same_key() {
    let (hub, script) = start(script(vec![
        problem(Code::Busy),
        problem(Code::StoreFailed),
        json(200, ticket("")),
    ]))
    .await;
    let client = Client::new(&hub, None).unwrap();
    let answer = client
        .desk(&"2".parse().unwrap(), DeskAction::Next, PRESS)
        .await
        .unwrap();
    assert!(matches!(answer, DeskAnswer::Called(ticket) if ticket.number.to_string() == "A007"));
    let asked = script.asked.lock().unwrap();
    assert!(asked.len() == 3 && asked.iter().all(|one| *one == asked[0]));
}

#[tokio::test]
async fn two_commands_have_two_keys() {
    let (hub, script) = start(script(vec![json(204, ""), json(204, "")])).await;
    let client = Client::new(&hub, None).unwrap();
    for _ in 0..2 {
        let answer = client
            .desk(&"2".parse().unwrap(), DeskAction::Next, PRESS)
            .await
            .unwrap();
        assert_eq!(answer, DeskAnswer::NobodyWaits);
    }
    let asked = script.asked.lock().unwrap();
    assert_ne!(asked[0].key, asked[1].key);
    assert_eq!(
        (asked[0].path.as_str(), asked[0].body.as_str()),
        ("/v1/desks/2/next", "")
    );
    assert_eq!(asked[0].media, None);
}

#[tokio::test]
async fn a_refusal_is_final_and_says_why() {
    let (hub, script) = start(script(vec![problem(Code::AppointmentRequired)])).await;
    let failure = Client::new(&hub, None)
        .unwrap()
        .issue(&wish())
        .await
        .unwrap_err();
    assert_eq!(failure.code(), Some(Code::AppointmentRequired));
    let expected = Problem::new(Code::AppointmentRequired, "as it happened");
    assert_eq!(failure, Failure::Refused(expected));
    assert_eq!(script.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_of_no_hub_is_told_as_it_is() {
    let page = "<html>Sign in to the router</html>";
    let (hub, _script) = start(script(vec![
        Reply::Whole(200, "text/html", page.into()),
        Reply::Whole(502, "text/html", page.into()),
    ]))
    .await;
    let client = Client::new(&hub, None).unwrap();
    for _ in 0..2 {
        let failure = client.issue(&wish()).await.unwrap_err();
        assert!(
            matches!(&failure, Failure::Unexpected(why) if why.contains("Sign in")),
            "{failure}"
        );
    }
}

#[tokio::test]
async fn a_press_at_a_hub_that_is_away_gives_up_in_its_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hub = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::new(&hub, None).unwrap();
    let answer = client
        .desk(
            &"2".parse().unwrap(),
            DeskAction::Recall,
            Duration::from_millis(50),
        )
        .await;
    assert_eq!(answer, Err(Failure::HubAway));
}

#[tokio::test]
async fn the_other_actions_of_a_desk_answer_with_the_desk() {
    let desk = r#"{"id":"2","status":"open","ticket":null,"since":"2026-11-24T09:42:00.000Z"}"#;
    let (hub, script) = start(script((0..5).map(|_| json(200, desk)).collect())).await;
    let client = Client::new(&hub, None).unwrap();
    let actions = [
        DeskAction::Recall,
        DeskAction::Finish,
        DeskAction::NoShow,
        DeskAction::Open,
        DeskAction::Close,
    ];
    for action in actions {
        let answer = client
            .desk(&"2".parse().unwrap(), action, PRESS)
            .await
            .unwrap();
        assert!(matches!(answer, DeskAnswer::Desk(desk) if desk.id.as_str() == "2"));
    }
    let asked = script.asked.lock().unwrap();
    let paths: Vec<&str> = asked.iter().map(|one| one.path.as_str()).collect();
    let expected = [
        "/v1/desks/2/recall",
        "/v1/desks/2/finish",
        "/v1/desks/2/no-show",
        "/v1/desks/2/open",
        "/v1/desks/2/close",
    ];
    assert_eq!(paths, expected);
}

#[tokio::test]
async fn reports_go_to_their_place() {
    let (hub, script) = start(script(vec![
        json(200, ticket("")),
        json(200, "{}"),
        json(204, ""),
    ]))
    .await;
    let client = Client::new(&hub, None).unwrap();
    let note = NotePrint {
        outcome: PrintOutcome::Printed,
        copy: false,
    };
    client
        .note_print("2026-11-24-A007".parse().unwrap(), &note)
        .await
        .unwrap();
    let report = ReportDevice {
        state: "paper-out".parse().unwrap(),
        what: "printer".parse().unwrap(),
        until: None,
    };
    client
        .report(&"kiosk-1".parse().unwrap(), &report)
        .await
        .unwrap();
    let key = CommandKey::new();
    let nothing: Option<Problem> = client
        .post("/v1/tickets/2026-11-24-A007/cancel", None::<&()>, &key)
        .await
        .unwrap();
    assert_eq!(nothing, None);
    let asked = script.asked.lock().unwrap();
    assert_eq!(asked[0].path, "/v1/tickets/2026-11-24-A007/print");
    assert_eq!(asked[0].body, r#"{"outcome":"printed","copy":false}"#);
    assert_eq!(asked[1].path, "/v1/devices/kiosk-1/report");
    assert_eq!(
        asked[1].body,
        r#"{"state":"paper-out","what":"printer","until":null}"#
    );
    assert_eq!(asked[2].key.as_deref(), Some(key.as_str()));
}

#[tokio::test]
async fn a_command_says_until_when_it_is_wanted_by_the_hubs_own_clock() {
    let (hub, script) = start(Script {
        connections: Mutex::new(
            [Connection {
                log: LOG,
                frames: vec![beat(1)],
                stays: true,
            }]
            .into(),
        ),
        ..script(vec![
            json(201, ticket(r#","link":null"#)),
            problem(Code::Expired),
        ])
    })
    .await;
    let client = Client::new(&hub, None).unwrap();
    let mut updates = client.follow();
    while !matches!(updates.recv().await, Some(Update::Beat(_))) {}
    client.issue(&wish()).await.unwrap();
    let late = client.issue(&wish()).await;
    assert!(matches!(late, Err(Failure::HubAway)), "{late:?}");
    let asked = script.asked.lock().unwrap();
    let expires: Timestamp = asked[0].expires.as_deref().unwrap().parse().unwrap();
    // The beat said 09:42:02, and a command is sent again for 15 s.
    let told: Timestamp = "2026-11-24T09:42:17.000Z".parse().unwrap();
    assert!((0..60_000).contains(&expires.ms_since(told)), "{expires}");
}
