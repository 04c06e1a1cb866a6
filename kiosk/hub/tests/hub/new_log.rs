// SPDX-License-Identifier: GPL-3.0-or-later
//! A log that a wrong clock sent into the future, and one that is archived: what the next one takes over.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use torn_queue::Timestamp;

use crate::backup::{Office, names};
use crate::support::{Folder, Hub, OFFICE, SetTime};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// This machine's time, so many days from now: the tasks ask the system, the hub of a test need not.
#[expect(
    clippy::disallowed_methods,
    reason = "the task that is tested asks the system too"
)]
pub(crate) fn in_days(days: i64) -> String {
    let now = Timestamp::from(jiff::Timestamp::now());
    now.plus_ms(days * DAY_MS).to_string()
}

async fn numbers<const N: usize>(hub: &Hub, keys: [&str; N]) -> Vec<String> {
    let mut numbers = Vec::new();
    for key in keys {
        let answer = hub.issue(key).await;
        numbers.push(answer.json()["number"].as_str().unwrap().to_owned());
    }
    numbers
}

async fn log_name(hub: &Hub) -> String {
    let answer = hub.get("/v1/state").await;
    answer.headers["torn-log"].to_str().unwrap().to_owned()
}

fn hub_at(folder: &Folder, time: &str) -> Hub {
    Hub::start_at(folder, OFFICE, &SetTime::at(time))
}

#[tokio::test]
async fn a_log_that_ran_into_the_future_is_put_aside_and_no_number_of_today_is_given_out_again() {
    let office = Office::new();
    let hub = hub_at(&office.card, &in_days(0));
    assert_eq!(
        numbers(&hub, ["a", "b", "c"]).await,
        ["A001", "A002", "A003"]
    );
    let (name, today) = (log_name(&hub).await, hub.state().await["day"].clone());
    let special = json!({"days": [{"day": "2099-12-24", "hours": []}]});
    assert_eq!(hub.command("/v1/calendar", &special).await.outcome(), "200");
    hub.end();
    let hub = hub_at(&office.card, &in_days(1826));
    assert_eq!(numbers(&hub, ["d"]).await, ["A001"], "a day of its own");
    let token = hub.issue("d").await.json()["link"].clone();
    hub.end();
    // With the right clock again the hub would stay in that future.
    let said = office.refuses(&["archive", &office.place("archive")]);
    assert!(said.contains("torn-hub new-log"), "{said}");
    let said = office.does(&["new-log"]);
    assert!(
        said.contains("go on after A003") && said.contains("1 waited"),
        "{said}"
    );
    let hub = hub_at(&office.card, &in_days(0));
    let state = hub.state().await;
    assert_eq!(state["day"], today);
    assert_eq!(state["waiting"], json!([]));
    assert_ne!(log_name(&hub).await, name, "whoever followed begins afresh");
    assert_eq!(numbers(&hub, ["e", "f"]).await, ["A004", "A005"]);
    let events = hub.events().await;
    assert_eq!(events[0]["numbers"], json!(["A003"]));
    assert_eq!(events[0]["special_days"][0]["day"], "2099-12-24");
    assert_eq!(
        events[0]["log"].as_str(),
        Some(log_name(&hub).await.as_str())
    );
    hub.end();
    let kept = names(office.card.path());
    assert!(
        kept.iter().any(|name| name.starts_with("torn-put-aside-")),
        "{kept:?}"
    );
    assert!(token.is_string() && kept.contains(&"torn.key".to_owned()));
    let hub = hub_at(&office.card, &in_days(1));
    assert_eq!(
        numbers(&hub, ["g"]).await,
        ["A001"],
        "the next day has its own"
    );
}

#[tokio::test]
async fn a_log_that_is_not_ahead_is_not_put_aside() {
    let office = Office::new();
    let hub = Hub::start(&office.card);
    numbers(&hub, ["a"]).await;
    let said = office.refuses(&["new-log"]);
    assert!(said.contains("another hub has the log"), "{said}");
    hub.end();
    let before = fs::read(office.card.log()).unwrap();
    let said = office.refuses(&["new-log"]);
    assert!(said.contains("did not run into the future"), "{said}");
    assert_eq!(fs::read(office.card.log()).unwrap(), before);
}

#[tokio::test]
async fn an_archived_log_is_whole_and_the_next_one_carries_on_the_day() {
    let office = Office::new();
    let archive = office.place("archive");
    let hub = hub_at(&office.card, &in_days(-1));
    numbers(&hub, ["a", "b"]).await;
    hub.command("/v1/desks/1/next", &Value::Null).await;
    hub.command("/v1/desks/1/finish", &Value::Null).await;
    let yesterday = hub.state().await["day"].as_str().unwrap().to_owned();
    hub.end();
    let hub = hub_at(&office.card, &in_days(0));
    let first = hub.issue("c").await;
    numbers(&hub, ["d"]).await;
    hub.command("/v1/desks/1/next", &Value::Null).await;
    let (name, before) = (log_name(&hub).await, hub.state().await);
    let listed = json!({"appointments": [{"uid": "u-1", "start": in_days(0), "service": "general",
        "code": "CODE-OF-TODAY"}]});
    hub.command("/v1/appointments", &listed).await;
    let said = office.refuses(&["archive", &archive]);
    assert!(said.contains("another hub has the log"), "{said}");
    hub.end();

    let said = office.does(&["archive", &archive]);
    assert!(said.contains("archived"), "{said}");
    let today = before["day"].as_str().unwrap();
    let stem = format!("torn-{yesterday}-to-{today}");
    let expected = ["csv", "db", "db.sha256"].map(|end| format!("{stem}.{end}"));
    assert_eq!(names(&archive), expected);
    let closed = Path::new(&archive).join(format!("{stem}.db"));
    let mode = fs::metadata(&closed).unwrap().permissions().mode();
    assert_eq!(mode & 0o222, 0, "nobody writes to it");
    let bytes = fs::read(&closed).unwrap();
    assert!(
        !bytes.windows(4).any(|part| part == b"CODE"),
        "nobody is in it"
    );
    let figures = fs::read_to_string(closed.with_extension("csv")).unwrap();
    let rows: Vec<&str> = figures.lines().skip(1).collect();
    assert_eq!(rows.len(), 1, "today is told by the next one: {figures}");
    assert!(
        rows[0].starts_with(&format!("{yesterday},general,")) && rows[0].contains(",2,1,1,0,0,"),
        "{figures}"
    );

    let hub = hub_at(&office.card, &in_days(0));
    assert_ne!(log_name(&hub).await, name);
    let after = hub.state().await;
    for member in ["day", "waiting", "calls", "desks"] {
        let stripped = |value: &Value| {
            let mut value = value[member].clone();
            for one in value.as_array_mut().into_iter().flatten() {
                // Minutes pass, and with them the promise.
                one.as_object_mut().map(|one| one.remove("wait"));
            }
            value
        };
        assert_eq!(stripped(&after), stripped(&before), "{member}");
    }
    let again = hub.issue("c").await;
    assert!(again.replayed() && again.body == first.body);
    assert_eq!(numbers(&hub, ["e"]).await, ["A003"]);
    let code = json!({"code": "CODE-OF-TODAY"});
    assert_eq!(
        hub.command("/v1/check-ins", &code).await.outcome(),
        "201",
        "who is booked still is"
    );
    hub.end();
}

#[tokio::test]
async fn raw_events_go_only_when_that_is_said_and_their_figures_stay() {
    let office = Office::new();
    let archive = office.place("archive");
    let hub = hub_at(&office.card, &in_days(-1200));
    numbers(&hub, ["a", "b"]).await;
    hub.end();
    let said = office.does(&["archive", &archive]);
    assert!(said.contains("archived"), "{said}");
    let said = office.does(&["archive", &archive]);
    assert!(said.contains("nobody came yet, so it goes on"), "{said}");
    assert!(said.contains("--drop-older-than 2y"), "{said}");
    assert_eq!(names(&archive).len(), 3, "told, and not done");
    let said = office.does(&["archive", &archive, "--drop-older-than", "5"]);
    assert!(!said.contains("deleted"), "{said}");
    let said = office.does(&["archive", &archive, "--drop-older-than", "2y"]);
    assert!(said.contains("deleted, its figures stay"), "{said}");
    let left = names(&archive);
    assert!(left.len() == 1 && left[0].ends_with(".csv"), "{left:?}");
}

#[tokio::test]
async fn a_damaged_log_is_not_archived_and_leaves_nothing_half_done() {
    let office = Office::new();
    let archive = office.place("archive");
    for (day, key) in [(-1, "a"), (0, "b")] {
        let hub = hub_at(&office.card, &in_days(day));
        numbers(&hub, [key]).await;
        hub.end();
    }
    let log = rusqlite::Connection::open(office.card.log()).unwrap();
    let spoilt = "UPDATE event SET data = replace(data, 'A001', 'A002') WHERE seq = \
                  (SELECT min(seq) FROM event WHERE kind = 'ticket-issued')";
    assert_eq!(log.execute(spoilt, []).unwrap(), 1);
    drop(log);
    let before = fs::read(office.card.log()).unwrap();
    let said = office.refuses(&["archive", &archive]);
    assert!(said.contains("damaged at seq"), "{said}");
    assert_eq!(names(&archive), Vec::<String>::new());
    assert_eq!(fs::read(office.card.log()).unwrap(), before);
}

#[tokio::test]
async fn an_archiving_that_is_cut_off_loses_nothing() {
    let office = Office::new();
    let archive = office.place("archive");
    fs::create_dir(&archive).unwrap();
    let mut given = Vec::new();
    for round in 0..12 {
        let hub = Hub::start(&office.card);
        for at in 0..3 {
            given.extend(numbers(&hub, [format!("key-{round}-{at}").as_str()]).await);
        }
        hub.end();
        let mut task = office.command(&["archive", &archive]);
        let mut task = task.stdout(Stdio::null()).spawn().unwrap();
        // Killed at another step each round: while it copies, while it makes the new log, when that is in place.
        let reached = || {
            let (there, here) = (names(&archive), names(office.card.path()));
            match round % 4 {
                0 => there.iter().any(|name| name.starts_with(".unfinished")),
                1 => there.iter().any(|name| name.ends_with(".sha256")),
                2 => here.contains(&".torn-making".to_owned()),
                _ => here.contains(&"torn-archived.db".to_owned()),
            }
        };
        while !reached() && task.try_wait().unwrap().is_none() {}
        let _ = task.kill();
        task.wait().unwrap();
    }
    let hub = Hub::start(&office.card);
    let state = hub.state().await;
    let waiting = state["waiting"].as_array().unwrap().iter();
    let waiting: Vec<&str> = waiting.map(|one| one["id"].as_str().unwrap()).collect();
    let of_today = |number: &String| waiting.iter().any(|id| id.ends_with(number.as_str()));
    assert_eq!(waiting.len(), given.len());
    assert!(given.iter().all(of_today), "{given:?}: {waiting:?}");
    assert!(hub.issue("key-3-1").await.replayed());
    hub.end();
    torn_hub::store::check(&office.card.log(), |_, _| ()).unwrap();
}
