// SPDX-License-Identifier: GPL-3.0-or-later
//! The sources of appointments: a folder and an address, what they hand over and what they don't.
#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::{CancellationToken, DropGuard};
use torn_hub::appointments::{Pace, SourceList, watch};

const TUESDAY: Date = date(2026, 11, 24);

fn calendar(hours: &[u8]) -> String {
    let event = |hour: &u8| {
        format!(
            "BEGIN:VEVENT\nUID:{hour}\nDTSTART:20261124T{hour:02}0000\nEND:VEVENT\nBEGIN:VEVENT\nUID:w{hour}\nDTSTART:20261125T{hour:02}0000\nEND:VEVENT\n"
        )
    };
    let events: String = hours.iter().map(event).collect();
    format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n")
}

/// A folder of its own, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("torn-sources-{}-{next}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        let beside = self.0.join(".new");
        fs::write(&beside, text).unwrap();
        fs::rename(&beside, self.0.join(name)).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The sources of a configuration, being watched.
struct Watching {
    lists: UnboundedReceiver<SourceList>,
    day: Arc<Mutex<Date>>,
    room: Arc<AtomicBool>,
    _stop: DropGuard,
}

impl Watching {
    fn new(settings: &str) -> Self {
        let small = include_str!("../../../common/config/tests/small.toml");
        let config = torn_config::office(&format!("{small}[appointments]\n{settings}")).unwrap();
        let (sender, lists) = unbounded_channel();
        let day = Arc::new(Mutex::new(TUESDAY));
        let room = Arc::new(AtomicBool::new(true));
        let stop = CancellationToken::new();
        let quick = Duration::from_millis(20);
        let pace = Pace {
            look: quick,
            poll: quick,
            back_off: Duration::from_millis(1),
        };
        let today = {
            let day = Arc::clone(&day);
            Arc::new(move || *day.lock().unwrap())
        };
        let hand_over = {
            let room = Arc::clone(&room);
            Arc::new(move |list| room.load(Ordering::SeqCst) && sender.send(list).is_ok())
        };
        let task = {
            let stop = stop.clone();
            async move { watch(&config, pace, today, hand_over, stop).await }
        };
        tokio::spawn(task);
        Self {
            lists,
            day,
            room,
            _stop: stop.drop_guard(),
        }
    }

    fn folder(folder: &Folder) -> Self {
        Self::new(&format!("folder = {:?}", folder.0))
    }

    /// The next list: its source, the day that it is, and the uids of that day.
    async fn next(&mut self) -> String {
        let SourceList {
            source,
            days,
            list,
            whole,
            ..
        } = self.next_list().await;
        let day = *days.start();
        let madrid = TimeZone::get("Europe/Madrid").unwrap();
        let of_day = list
            .iter()
            .filter(|one| madrid.to_datetime(one.start).date() == day);
        let uids: Vec<&str> = of_day.map(|one| one.uid.as_str()).collect();
        let end = if whole { "" } else { " and more" };
        format!("{source} {day} {}{end}", uids.join(","))
    }

    async fn next_list(&mut self) -> SourceList {
        let list = tokio::time::timeout(Duration::from_secs(30), self.lists.recv()).await;
        list.expect("a list in time").expect("watching")
    }
}

#[tokio::test]
async fn a_file_is_read_when_it_comes_when_it_changes_and_when_it_goes() {
    let folder = Folder::new();
    folder.put("a.ics", calendar(&[10]));
    folder.put("notes.txt", calendar(&[9]));
    let mut watching = Watching::folder(&folder);
    assert_eq!(watching.next().await, "a.ics 2026-11-24 10");
    folder.put("b.CSV", "start,uid\n2026-11-24 11:00,r\n");
    assert_eq!(watching.next().await, "b.CSV 2026-11-24 r");
    folder.put("a.ics", calendar(&[10, 12]));
    assert_eq!(watching.next().await, "a.ics 2026-11-24 10,12");
    fs::remove_file(folder.0.join("b.CSV")).unwrap();
    assert_eq!(watching.next().await, "b.CSV 2026-11-24 ");
}

#[tokio::test]
async fn a_bad_file_leaves_the_list_that_was_good_and_a_cut_one_says_that_it_is() {
    let folder = Folder::new();
    folder.put("a.ics", calendar(&[10, 11]));
    let mut watching = Watching::folder(&folder);
    assert_eq!(watching.next().await, "a.ics 2026-11-24 10,11");
    for bad in ["", "<html>login</html>"] {
        folder.put("a.ics", bad);
        // The next list is that of the other file: the bad one was looked at before it.
        folder.put("b.ics", calendar(&[12]));
        assert_eq!(watching.next().await, "b.ics 2026-11-24 12");
        fs::remove_file(folder.0.join("b.ics")).unwrap();
        assert_eq!(watching.next().await, "b.ics 2026-11-24 ");
    }
    let whole = calendar(&[10, 11]);
    folder.put("a.ics", &whole[..whole.len() / 2]);
    assert_eq!(watching.next().await, "a.ics 2026-11-24 10 and more");
    folder.put("a.ics", calendar(&[11]));
    assert_eq!(watching.next().await, "a.ics 2026-11-24 11");
}

#[tokio::test]
async fn a_list_has_what_is_cancelled_and_what_can_not_be_read_on_all_its_days() {
    let folder = Folder::new();
    let head = "start;uid;codi;servei;estat\n";
    let rows = "24/11/2026 10:00;a;A;general;\n24/11/2026 11:00;b;B;general;anul·lada\n25/11/2026 11:00;c;C;general;cancelled\nsoon;d;D;general;\n25/11/2026;e;E;general;\n";
    folder.put("a.csv", format!("{head}{rows}"));
    let mut watching = Watching::folder(&folder);
    let list = watching.next_list().await;
    let uids = |all: &[torn_appointments::Appointment]| -> Vec<String> {
        all.iter().map(|one| one.uid.clone()).collect()
    };
    assert_eq!(uids(&list.list), ["a"]);
    assert_eq!(uids(&list.cancelled), ["b", "c"]);
    let unreadable = list.unreadable;
    assert!(unreadable.has("d") && unreadable.has("e") && !unreadable.has("a"));
    assert!(list.whole);
}

#[tokio::test]
async fn a_table_that_is_broken_or_unreadable_is_not_whole_and_one_without_rows_is() {
    let folder = Folder::new();
    let head = "start;uid;nom\n";
    let mut watching = Watching::folder(&folder);
    for (rows, said) in [
        (
            "24/11/2026 10:00;a;x\n24/11/2026 11:00;b;y\n",
            "a.csv 2026-11-24 a,b",
        ),
        (
            "24/11/2026 10:00;a;\"x\n24/11/2026 11:00;b;y\n",
            "a.csv 2026-11-24 b and more",
        ),
        (
            "24/11/2026 10:00;a;x\n24/11/2026 11:0",
            "a.csv 2026-11-24 a and more",
        ),
        ("soon;a;x\nsooner;b;y\n", "a.csv 2026-11-24  and more"),
        ("", "a.csv 2026-11-24 "),
    ] {
        folder.put("a.csv", format!("{head}{rows}"));
        assert_eq!(watching.next().await, said, "{rows}");
    }
}

#[tokio::test]
async fn a_folder_that_can_not_be_read_takes_nothing_away() {
    let folder = Folder::new();
    folder.put("a.ics", calendar(&[10]));
    let mut watching = Watching::folder(&folder);
    assert_eq!(watching.next().await, "a.ics 2026-11-24 10");
    let away = folder.0.with_extension("away");
    fs::rename(&folder.0, &away).unwrap();
    fs::create_dir(folder.0.with_extension("other")).unwrap();
    fs::rename(&away, &folder.0).unwrap();
    fs::remove_dir(folder.0.with_extension("other")).unwrap();
    folder.put("a.ics", calendar(&[11]));
    assert_eq!(watching.next().await, "a.ics 2026-11-24 11");
}

#[tokio::test]
async fn a_new_day_has_its_own_list() {
    let folder = Folder::new();
    folder.put("a.ics", calendar(&[10]));
    let mut watching = Watching::folder(&folder);
    assert_eq!(watching.next().await, "a.ics 2026-11-24 10");
    *watching.day.lock().unwrap() = date(2026, 11, 25);
    assert_eq!(watching.next().await, "a.ics 2026-11-25 w10");
}

#[tokio::test]
async fn a_list_has_the_days_to_come_as_well() {
    let folder = Folder::new();
    folder.put("a.ics", calendar(&[10]));
    let mut watching = Watching::folder(&folder);
    let SourceList { days, list, .. } = watching.next_list().await;
    assert_eq!(days, TUESDAY..=date(2026, 12, 1));
    let uids: Vec<&str> = list.iter().map(|one| one.uid.as_str()).collect();
    assert_eq!(uids, ["10", "w10"]);
}

#[tokio::test]
async fn a_list_without_room_is_handed_over_later() {
    let folder = Folder::new();
    let mut watching = Watching::folder(&folder);
    watching.room.store(false, Ordering::SeqCst);
    folder.put("a.ics", calendar(&[10]));
    assert!(
        tokio::time::timeout(Duration::from_millis(300), watching.lists.recv())
            .await
            .is_err()
    );
    watching.room.store(true, Ordering::SeqCst);
    assert_eq!(watching.next().await, "a.ics 2026-11-24 10");
}

/// A server whose answer can be changed.
#[derive(Clone, Default)]
struct Server {
    answer: Arc<Mutex<(u16, String)>>,
    asked: Arc<AtomicUsize>,
    unchanged: Arc<AtomicUsize>,
}

impl Server {
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/secret.ics", get(answer))
            .route(
                "/moved.ics",
                get(async || (StatusCode::FOUND, [("location", "/secret.ics")])),
            )
            .route(
                "/circle.ics",
                get(async || (StatusCode::FOUND, [("location", "/circle.ics")])),
            )
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn set(&self, status: u16, body: &str) {
        *self.answer.lock().unwrap() = (status, body.to_owned());
    }

    /// Waits until it was asked so many times more.
    async fn asked(&self, times: usize) {
        let until = self.asked.load(Ordering::SeqCst) + times;
        while self.asked.load(Ordering::SeqCst) < until {
            tokio::task::yield_now().await;
        }
    }
}

async fn answer(State(server): State<Server>, headers: HeaderMap) -> Response {
    server.asked.fetch_add(1, Ordering::SeqCst);
    let (status, body) = server.answer.lock().unwrap().clone();
    let etag = format!("\"{}\"", body.len());
    if headers
        .get("if-none-match")
        .is_some_and(|value| value == etag.as_str())
    {
        server.unchanged.fetch_add(1, Ordering::SeqCst);
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let status = StatusCode::from_u16(status).unwrap();
    (status, [("etag", etag)], body).into_response()
}

#[tokio::test]
async fn an_address_is_read_when_it_changed_and_else_only_asked() {
    let server = Server::default();
    server.set(200, &calendar(&[10]));
    let address = server.start().await;
    let mut watching = Watching::new(&format!("url = \"{address}/moved.ics\""));
    assert_eq!(watching.next().await, "url 2026-11-24 10");
    server.asked(3).await;
    assert!(server.unchanged.load(Ordering::SeqCst) > 0);
    assert!(watching.lists.try_recv().is_err());
    server.set(200, &calendar(&[10, 11]));
    assert_eq!(watching.next().await, "url 2026-11-24 10,11");
}

#[tokio::test]
async fn an_address_that_fails_leaves_the_list_and_a_new_day_has_what_was_read() {
    let server = Server::default();
    server.set(200, &calendar(&[10]));
    let address = server.start().await;
    let mut watching = Watching::new(&format!("url = \"{address}/secret.ics\""));
    assert_eq!(watching.next().await, "url 2026-11-24 10");
    for (status, body) in [
        (500, ""),
        (404, "gone"),
        (200, "<html>login</html>"),
        (200, ""),
    ] {
        server.set(status, body);
        server.asked(2).await;
        assert!(watching.lists.try_recv().is_err(), "{status}");
    }
    *watching.day.lock().unwrap() = date(2026, 11, 25);
    assert_eq!(watching.next().await, "url 2026-11-25 w10");
    server.set(200, &calendar(&[12, 13]));
    assert_eq!(watching.next().await, "url 2026-11-25 w12,w13");
}

#[tokio::test]
async fn what_is_too_large_or_goes_in_a_circle_is_not_taken() {
    let server = Server::default();
    server.set(200, &(calendar(&[10]) + &"X".repeat(9 * 1024 * 1024)));
    let address = server.start().await;
    let mut large = Watching::new(&format!("url = \"{address}/secret.ics\""));
    server.asked(2).await;
    let mut circle = Watching::new(&format!("url = \"{address}/circle.ics\""));
    assert!(
        tokio::time::timeout(Duration::from_millis(300), circle.lists.recv())
            .await
            .is_err()
    );
    assert!(large.lists.try_recv().is_err());
}

#[tokio::test]
async fn an_address_in_a_file_is_read_only_where_no_other_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let (server, folder) = (Server::default(), Folder::new());
    server.set(200, &calendar(&[10]));
    let file: &Path = &folder.0.join("calendar.url");
    fs::write(file, format!("{}/secret.ics\n", server.start().await)).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
    let mut watching = Watching::new(&format!("url_file = {file:?}"));
    assert!(
        tokio::time::timeout(Duration::from_millis(300), watching.lists.recv())
            .await
            .is_err()
    );
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(watching.next().await, "url 2026-11-24 10");
}
