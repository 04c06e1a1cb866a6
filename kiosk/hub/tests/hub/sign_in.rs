// SPDX-License-Identifier: GPL-3.0-or-later
//! Signing in with a password: the cookie, what it opens, how it ends, and who guesses too often.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::request::Builder;
use serde_json::json;
use torn_hub::credential::Credentials;
use torn_hub::session::OF_ONE_MAX;
use torn_hub::session::entrance::WAITING_MAX;

use crate::support::{Answer, Folder, Hub, OFFICE, SetTime};

const PASSWORD: &str = "a counter at nine";
const WRONG: &str = "a counter at ten";

fn credentials(folder: &Folder) -> Credentials {
    Credentials::open(folder.path().join("torn.credentials")).unwrap()
}

/// A folder with the password of `desk-1` and the token of `kiosk-1`.
fn house() -> (Folder, String) {
    let folder = Folder::new();
    let credentials = credentials(&folder);
    let id = "desk-1".parse().unwrap();
    let grants = vec!["desk:1".parse().unwrap()];
    credentials
        .add_with_password(&id, grants, PASSWORD)
        .unwrap();
    let kiosk = vec!["kiosk".parse().unwrap()];
    let token = credentials.add(&"kiosk-1".parse().unwrap(), kiosk).unwrap();
    (folder, token)
}

fn put(id: &str, password: &str) -> Request<Body> {
    let wish = json!({ "id": id, "password": password }).to_string();
    Request::put("/v1/session").body(Body::from(wish)).unwrap()
}

async fn sign_in(hub: &Hub, id: &str, password: &str) -> Answer {
    hub.ask(put(id, password)).await
}

/// The cookie that an answer sets, as a browser sends it back.
fn cookie(answer: &Answer) -> String {
    let set = answer.headers["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

async fn signed_in(hub: &Hub) -> String {
    let answer = sign_in(hub, "desk-1", PASSWORD).await;
    assert_eq!(answer.outcome(), "200");
    cookie(&answer)
}

fn empty(request: Builder) -> Request<Body> {
    request.body(Body::empty()).unwrap()
}

async fn who(hub: &Hub, cookie: &str) -> String {
    let request = Request::get("/v1/session").header("cookie", cookie);
    hub.ask(empty(request)).await.outcome()
}

fn next(cookie: &str) -> Builder {
    let key = uuid::Uuid::new_v4().to_string();
    let request = Request::post("/v1/desks/1/next").header("idempotency-key", key);
    request
        .header("cookie", cookie)
        .header("host", "torn.local:8080")
}

#[tokio::test]
async fn who_signs_in_gets_a_cookie_that_no_script_and_no_other_site_may_use_and_calls_with_it() {
    let (folder, token) = house();
    let time = SetTime::at("2026-11-24T09:00:00.000Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    assert_eq!(
        hub.get("/v1/session").await.outcome(),
        "401 unauthenticated"
    );
    let answer = sign_in(&hub, "desk-1", PASSWORD).await;
    let told = answer.json();
    assert_eq!(told["id"], "desk-1");
    assert_eq!(told["grants"], json!(["desk:1"]));
    assert!(
        told["until"]
            .as_str()
            .unwrap()
            .starts_with("2026-11-24T21:00:"),
        "{told}"
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
    let set = answer.headers["set-cookie"].to_str().unwrap();
    let (ours, flags) = set.split_once(';').unwrap();
    assert_eq!(flags, " HttpOnly; SameSite=Strict; Path=/; Max-Age=43200");
    let secret = ours.strip_prefix("torn-session=").unwrap();
    assert!(secret.len() == 64 && secret.bytes().all(|one| one.is_ascii_hexdigit()));

    let bearer = format!("Bearer {token}");
    let issue = Request::post("/v1/tickets").header("idempotency-key", "i");
    let issue = issue
        .header("authorization", &bearer)
        .body(Body::from(r#"{"service":"general"}"#));
    assert_eq!(hub.ask(issue.unwrap()).await.outcome(), "201");
    let called = hub.ask(empty(next(ours))).await;
    assert_eq!(called.json()["number"], "A001");
    let events = hub.events().await;
    assert_eq!(events.last().unwrap()["by"], "desk-1");

    let elsewhere = Request::post("/v1/desks/2/next").header("idempotency-key", "e");
    let elsewhere = hub.ask(empty(elsewhere.header("cookie", ours))).await;
    assert_eq!(elsewhere.outcome(), "403 forbidden");
    let both = Request::get("/v1/session")
        .header("cookie", ours)
        .header("authorization", &bearer);
    let both = hub.ask(empty(both)).await.json();
    assert_eq!(
        (&both["id"], &both["until"]),
        (&json!("kiosk-1"), &json!(null)),
        "a token outweighs a cookie"
    );
}

#[tokio::test]
async fn a_page_of_another_origin_neither_commands_nor_signs_in_or_out_for_somebody() {
    let (folder, _) = house();
    let hub = Hub::start(&folder);
    let ours = signed_in(&hub).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://torn.local:9999"),
        ("origin", "null"),
    ] {
        let refused = hub.ask(empty(next(&ours).header(name, value))).await;
        assert_eq!(refused.outcome(), "403 forbidden", "{name}: {value}");
        for method in ["PUT", "DELETE"] {
            let request = Request::builder().method(method).uri("/v1/session");
            let request = request
                .header("host", "torn.local:8080")
                .header("cookie", &ours);
            let refused = hub.ask(empty(request.header(name, value))).await;
            assert_eq!(
                refused.outcome(),
                "403 forbidden",
                "{method}, {name}: {value}"
            );
        }
    }
    let own = next(&ours).header("sec-fetch-site", "same-origin");
    let own = own.header("origin", "http://torn.local:8080");
    assert_eq!(hub.ask(empty(own)).await.outcome(), "204");
    assert_eq!(
        hub.ask(empty(next(&ours))).await.outcome(),
        "204",
        "who is no browser says neither"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_sign_in_is_told_without_a_word_of_it() {
    let (folder, _) = house();
    let hub = Hub::start(&folder);
    let wrong = sign_in(&hub, "desk-1", WRONG).await;
    let unknown = sign_in(&hub, "desk-7", PASSWORD).await;
    let of_a_token = sign_in(&hub, "kiosk-1", PASSWORD).await;
    assert_eq!(wrong.outcome(), "401 unauthenticated");
    assert_eq!(
        (&wrong.body, &wrong.body),
        (&unknown.body, &of_a_token.body),
        "nothing is learnt of ids"
    );
    let long = "x".repeat(70_000);
    for (body, outcome) in [
        (r#"{"id":"desk-1"}"#.to_owned(), "400 malformed"),
        (
            format!(r#"{{"id":"desk-1","password":"{PASSWORD}","remember":"{PASSWORD}"}}"#),
            "400 malformed",
        ),
        (
            format!(r#"{{"id":"desk-1","password":["{PASSWORD}"]}}"#),
            "400 malformed",
        ),
        (format!(r#"["desk-1","{PASSWORD}"]"#), "400 malformed"),
        (
            format!(r#"{{"id":"desk-1","password":"{PASSWORD}"#),
            "400 malformed",
        ),
        (String::new(), "400 malformed"),
        (long, "413 body-too-large"),
    ] {
        let request = Request::put("/v1/session").body(Body::from(body)).unwrap();
        let answer = hub.ask(request).await;
        assert_eq!(answer.outcome(), outcome);
        let said = String::from_utf8(answer.body).unwrap();
        assert!(
            !said.contains("counter") && !said.contains("desk-1"),
            "{said}"
        );
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    let form =
        Request::put("/v1/session").header("content-type", "application/x-www-form-urlencoded");
    let form = form.body(Body::from("id=desk-1&password=x")).unwrap();
    assert_eq!(hub.ask(form).await.outcome(), "415 media-type");
}

#[tokio::test]
async fn five_failures_lock_an_id_for_a_machine_also_for_the_right_password_until_the_time_is_over()
{
    let (folder, _) = house();
    let time = SetTime::at("2026-11-24T09:00:00.000Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    for id in ["desk-1", "nobody-at-all"] {
        for _ in 0..5 {
            assert_eq!(
                sign_in(&hub, id, WRONG).await.outcome(),
                "401 unauthenticated"
            );
        }
        let locked = sign_in(&hub, id, PASSWORD).await;
        assert_eq!(locked.outcome(), "429 too-many", "{id}");
        let wait_s: u64 = locked.headers["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=60).contains(&wait_s), "{wait_s}");
    }
    let mut from_elsewhere = put("desk-1", PASSWORD);
    let other: SocketAddr = "10.0.0.9:50000".parse().unwrap();
    from_elsewhere.extensions_mut().insert(ConnectInfo(other));
    assert_eq!(
        hub.ask(from_elsewhere).await.outcome(),
        "200",
        "another machine is not locked out"
    );

    time.set("2026-11-24T09:01:30.000Z");
    assert_eq!(
        sign_in(&hub, "desk-1", WRONG).await.outcome(),
        "401 unauthenticated"
    );
    let locked = sign_in(&hub, "desk-1", PASSWORD).await;
    let wait_s: u64 = locked.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((61..=120).contains(&wait_s), "twice as long: {wait_s}");
    time.set("2026-11-24T09:04:00.000Z");
    assert_eq!(sign_in(&hub, "desk-1", PASSWORD).await.outcome(), "200");
    assert_eq!(
        sign_in(&hub, "desk-1", WRONG).await.outcome(),
        "401 unauthenticated"
    );
    assert_eq!(
        sign_in(&hub, "desk-1", PASSWORD).await.outcome(),
        "200",
        "it began anew"
    );
}

#[tokio::test]
async fn of_guesses_that_come_at_once_none_is_ahead_of_the_count() {
    let (folder, _) = house();
    let hub = Hub::start(&folder);
    let guesses = (0..WAITING_MAX).map(|_| sign_in(&hub, "desk-1", WRONG));
    let outcomes = futures_util::future::join_all(guesses).await;
    let tried = outcomes.iter().filter(|one| one.status == 401).count();
    assert_eq!(tried, 5);
    assert_eq!(
        sign_in(&hub, "desk-1", PASSWORD).await.outcome(),
        "429 too-many"
    );
}

#[tokio::test]
async fn more_who_sign_in_at_once_than_may_wait_are_told_to_come_again() {
    let (folder, _) = house();
    let hub = Hub::start(&folder);
    let many = (0..3 * WAITING_MAX).map(|_| sign_in(&hub, "desk-1", PASSWORD));
    let outcomes = futures_util::future::join_all(many).await;
    let of = |status: u16| outcomes.iter().filter(|one| one.status == status).count();
    assert_eq!((of(200), of(503)), (WAITING_MAX + 1, 2 * WAITING_MAX - 1));
    let busy = outcomes.iter().find(|one| one.status == 503).unwrap();
    assert_eq!(
        (busy.code().as_str(), &busy.headers["retry-after"]),
        ("busy", &"1".parse().unwrap())
    );
    assert_eq!(
        sign_in(&hub, "desk-1", PASSWORD).await.outcome(),
        "200",
        "the places are free again"
    );
}

#[tokio::test]
async fn a_session_outlives_a_restart_and_ends_with_its_time() {
    let (folder, _) = house();
    let time = SetTime::at("2026-11-24T09:00:00.000Z");
    let hub = Hub::start_at(&folder, OFFICE, &time);
    let ours = signed_in(&hub).await;
    hub.end();
    let hub = Hub::start_at(&folder, OFFICE, &time);
    assert_eq!(who(&hub, &ours).await, "200");
    time.set("2026-11-24T20:59:00.000Z");
    assert_eq!(who(&hub, &ours).await, "200");
    time.set("2026-11-24T21:01:00.000Z");
    assert_eq!(who(&hub, &ours).await, "401 unauthenticated");
    let over = hub.ask(empty(next(&ours))).await;
    assert_eq!(over.headers["www-authenticate"], "Bearer");
    assert!(
        over.json()["detail"]
            .as_str()
            .unwrap()
            .contains("sign in again")
    );
}

#[tokio::test]
async fn who_signs_out_is_out_also_after_a_restart_and_the_cookie_is_taken_back() {
    let (folder, _) = house();
    let hub = Hub::start(&folder);
    let (ours, other) = (signed_in(&hub).await, signed_in(&hub).await);
    let out = Request::delete("/v1/session").header("cookie", &ours);
    let out = hub.ask(empty(out)).await;
    assert_eq!(out.outcome(), "204");
    assert_eq!(
        out.headers["set-cookie"],
        "torn-session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
    );
    assert_eq!(
        hub.ask(empty(Request::delete("/v1/session")))
            .await
            .outcome(),
        "204"
    );
    hub.end();
    let hub = Hub::start(&folder);
    assert_eq!(who(&hub, &ours).await, "401 unauthenticated");
    assert_eq!(who(&hub, &other).await, "200");
}

#[tokio::test]
async fn a_session_ends_with_its_credential_and_with_its_password_and_an_older_one_does_not_come_back()
 {
    let (folder, _) = house();
    let hub = Hub::start(&folder);
    let ours = signed_in(&hub).await;
    let aside = credentials(&folder);
    let id = "desk-1".parse().unwrap();
    aside.set_password(&id, "another counter").unwrap();
    hub.app.credentials.refresh().unwrap();
    assert_eq!(who(&hub, &ours).await, "401 unauthenticated");
    assert_eq!(
        sign_in(&hub, "desk-1", PASSWORD).await.outcome(),
        "401 unauthenticated"
    );
    let again = sign_in(&hub, "desk-1", "another counter").await;
    assert_eq!(who(&hub, &cookie(&again)).await, "200");
    aside.revoke(&id).unwrap();
    hub.app.credentials.refresh().unwrap();
    assert_eq!(who(&hub, &cookie(&again)).await, "401 unauthenticated");
    aside
        .add_with_password(&id, vec!["supervisor".parse().unwrap()], "another counter")
        .unwrap();
    hub.app.credentials.refresh().unwrap();
    assert_eq!(
        who(&hub, &cookie(&again)).await,
        "401 unauthenticated",
        "the same id is another credential"
    );
}

#[tokio::test]
async fn of_more_sessions_than_one_credential_may_have_the_oldest_goes() {
    let (folder, _) = house();
    let hub = Hub::start(&folder);
    let mut cookies = Vec::new();
    for _ in 0..=OF_ONE_MAX {
        cookies.push(signed_in(&hub).await);
    }
    assert_eq!(who(&hub, &cookies[0]).await, "401 unauthenticated");
    for cookie in &cookies[1..] {
        assert_eq!(who(&hub, cookie).await, "200");
    }
    // Who signs in again in the same browser has one session, not two.
    let mut again = put("desk-1", PASSWORD);
    again
        .headers_mut()
        .insert("cookie", cookies[5].parse().unwrap());
    assert_eq!(hub.ask(again).await.outcome(), "200");
    assert_eq!(who(&hub, &cookies[5]).await, "401 unauthenticated");
    assert_eq!(who(&hub, &cookies[1]).await, "200");
}

#[tokio::test]
async fn the_files_hold_neither_a_password_nor_a_token_and_are_the_hubs_alone() {
    let (folder, _) = house();
    let hub = Hub::start(&folder);
    let ours = signed_in(&hub).await;
    let token = ours.strip_prefix("torn-session=").unwrap();
    hub.end();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for secret in [PASSWORD, token] {
            let found = bytes
                .windows(secret.len())
                .any(|one| one == secret.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
    for name in ["torn.credentials", "torn.sessions"] {
        let mode = std::fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn sessions_that_can_not_be_read_or_written_let_nobody_in_and_keep_nobody_from_working() {
    let (folder, token) = house();
    let sessions = folder.path().join("torn.sessions");
    std::fs::write(&sessions, "no sessions at all").unwrap();
    let hub = Hub::start(&folder);
    let ours = signed_in(&hub).await;
    std::fs::remove_file(&sessions).unwrap();
    std::fs::create_dir(&sessions).unwrap();
    let answer = sign_in(&hub, "desk-1", PASSWORD).await;
    assert_eq!(answer.outcome(), "503 busy");
    assert!(!answer.headers.contains_key("set-cookie"));
    let out = hub
        .ask(empty(
            Request::delete("/v1/session").header("cookie", &ours),
        ))
        .await;
    assert_eq!(
        out.outcome(),
        "503 busy",
        "who is not out for good is not told so"
    );
    assert_eq!(who(&hub, &ours).await, "200");
    let bearer = Request::get("/v1/session").header("authorization", format!("Bearer {token}"));
    assert_eq!(hub.ask(empty(bearer)).await.outcome(), "200");
}

#[tokio::test]
async fn where_nobody_has_to_sign_in_everything_is_allowed_and_nothing_ends() {
    let folder = Folder::new();
    let hub = Hub::start(&folder);
    let told = hub.get("/v1/session").await.json();
    assert_eq!(
        (&told["id"], &told["until"]),
        (&json!("local"), &json!(null))
    );
    assert_eq!(
        told["grants"],
        json!(["kiosk", "supervisor", "read", "desk:1", "desk:2"])
    );
    assert_eq!(
        sign_in(&hub, "local", PASSWORD).await.outcome(),
        "401 unauthenticated"
    );
}

#[test]
fn credentials_of_a_hub_that_knew_no_passwords_are_read_and_can_be_given_one() {
    let folder = Folder::new();
    let hash = "0".repeat(64);
    let old = format!(r#"[{{"id":"desk-1","grants":["desk:1"],"token_sha256":"{hash}"}}]"#);
    std::fs::write(folder.path().join("torn.credentials"), old).unwrap();
    let credentials = credentials(&folder);
    credentials
        .set_password(&"desk-1".parse().unwrap(), PASSWORD)
        .unwrap();
    let one = &credentials.list()[0];
    assert!(one.has_token() && one.password().unwrap().is_of(PASSWORD));
    let nobody = credentials.set_password(&"desk-2".parse().unwrap(), PASSWORD);
    assert!(nobody.unwrap_err().to_string().contains("list shows"));
}
