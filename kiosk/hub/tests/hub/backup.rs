// SPDX-License-Identifier: GPL-3.0-or-later
//! A backup made while the hub runs, and brought back: the drill that an office hopes never to need.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use torn_hub::store::History;
use torn_queue::Seq;

use crate::new_log::in_days;
use crate::support::{Folder, Hub, OFFICE, SetTime};

const CODE: &str = "SECRET-K7Q2-9981";
const UID: &str = "uid-7731@booking.example";

/// A hub's log in a folder that can be thrown away, and a place for its backups that stays.
pub(crate) struct Office {
    pub(crate) card: Folder,
    pub(crate) stick: Folder,
}

impl Office {
    pub(crate) fn new() -> Self {
        let (card, stick) = (Folder::new(), Folder::new());
        let more = "[clock]\nrequire_sync = false\n[store]\npath = ";
        let config = format!("{OFFICE}{more}{:?}\n", card.log());
        fs::write(stick.path().join("office.toml"), config).unwrap();
        Self { card, stick }
    }

    /// A task as the one who looks after the hub runs it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_torn-hub"));
        let config = self.stick.path().join("office.toml");
        command.arg("--config").arg(config).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub(crate) fn does(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    pub(crate) fn place(&self, name: &str) -> String {
        let path = self.stick.path().join(name);
        path.to_str().unwrap().to_owned()
    }

    fn backups(&self) -> String {
        self.place("backups")
    }

    fn lose_the_card(&self) {
        fs::remove_dir_all(self.card.path()).unwrap();
        fs::create_dir(self.card.path()).unwrap();
    }
}

/// What lies in a folder, by name.
pub(crate) fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn sets(office: &Office) -> Vec<PathBuf> {
    let names = names(office.backups()).into_iter();
    names
        .map(|name| Path::new(&office.backups()).join(name))
        .collect()
}

fn number(answer: &crate::support::Answer) -> String {
    answer.json()["number"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_broke_is_brought_back_from_a_backup_made_under_load() {
    let office = Office::new();
    let hub = Hub::start(&office.card);
    let mut before = Vec::new();
    for at in 0..40 {
        let key = format!("before-{at}");
        before.push((hub.issue(&key).await, key));
    }
    hub.command("/v1/desks/1/next", &Value::Null).await;
    let page = before[5].0.json()["link"].as_str().unwrap().to_owned();
    let page = page.rsplit('/').next().unwrap().to_owned();
    // While it is written to, from this thread, as fast as it answers.
    let backup = std::thread::scope(|scope| {
        let backup = scope.spawn(|| office.does(&["backup", &office.backups()]));
        let mut during = Vec::new();
        tokio::task::block_in_place(|| {
            while !backup.is_finished() {
                let handle = tokio::runtime::Handle::current();
                let key = format!("during-{}", during.len());
                during.push(number(&handle.block_on(hub.issue(&key))));
            }
        });
        (backup.join().unwrap(), during)
    });
    let (said, during) = backup;
    assert!(said.contains("checked"), "{said}");
    let later = number(&hub.issue("after").await);
    hub.end();
    office.lose_the_card();

    let said = office.does(&["restore", &office.backups()]);
    assert!(said.contains("what happened after that is lost"), "{said}");
    let hub = Hub::start(&office.card);
    for (first, key) in &before {
        let again = hub.issue(key).await;
        assert_eq!(again.headers["idempotency-replayed"], "true");
        assert_eq!(
            again.body, first.body,
            "{key} is answered as the first time"
        );
    }
    let shown = hub.get(&format!("/t/{page}/ticket")).await;
    assert_eq!(shown.status.as_u16(), 200, "a phone's page still opens");
    let next = number(&hub.issue("the next").await);
    let mut given = during;
    given.push(later);
    given.extend(before.iter().map(|(answer, _)| number(answer)));
    assert!(!given.contains(&next), "{next} is on somebody's slip");
    assert!(next.ends_with("01"), "{next} is after a full hundred");
    let state = hub.state().await;
    assert_eq!(state["calls"][0]["number"], "A001", "{state}");
}

#[tokio::test]
async fn who_is_booked_or_signed_in_is_not_in_a_backup_and_only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::new();
    let hub = Hub::start(&office.card);
    let day = hub.state().await["day"].as_str().unwrap().to_owned();
    let many: Vec<Value> = (0..400)
        .map(|at| {
            json!({"uid": format!("{UID}/{at}"), "start": format!("{day}T10:00:00Z"), "service": "general",
                "code": format!("{CODE}-{at}")})
        })
        .collect();
    hub.command("/v1/appointments", &json!({"appointments": many}))
        .await;
    fs::write(office.card.path().join("torn.sessions"), "{}").unwrap();
    office.does(&["backup", &office.backups()]);
    hub.end();
    let set = sets(&office).remove(0);
    assert_eq!(
        names(&set),
        ["manifest.json", "office.toml", "torn.db", "torn.key"]
    );
    for name in names(&set) {
        let bytes = fs::read(set.join(&name)).unwrap();
        for secret in [CODE, UID] {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} is in {name}");
        }
        let mode = fs::metadata(set.join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

#[tokio::test]
async fn restore_leaves_a_log_alone_that_goes_further_and_one_that_a_hub_has_open() {
    let office = Office::new();
    let hub = Hub::start(&office.card);
    hub.issue("a").await;
    office.does(&["backup", &office.backups()]);
    hub.issue("b").await;
    let said = office.refuses(&["restore", &office.backups()]);
    assert!(said.contains("another hub has the log"), "{said}");
    hub.end();
    let said = office.refuses(&["restore", &office.backups()]);
    assert!(said.contains("--put-aside"), "{said}");
    let hub = Hub::start(&office.card);
    assert_eq!(number(&hub.issue("b").await), "A002", "nothing was changed");
    hub.end();
    // Who means it gets it, and loses nothing by it.
    office.does(&[
        "restore",
        &office.backups(),
        "--put-aside",
        "--after",
        "A002",
    ]);
    assert!(names(office.card.path()).contains(&"torn-aside.db".to_owned()));
    let hub = Hub::start(&office.card);
    assert_eq!(number(&hub.issue("c").await), "A003", "as --after says");
    hub.end();
    let said = office.refuses(&["restore", &office.backups()]);
    assert!(said.contains("is another log, with 2 tickets"), "{said}");
}

#[test]
fn on_a_card_without_a_configuration_it_is_said_where_there_is_one() {
    let office = Office::new();
    let mut task = Command::new(env!("CARGO_BIN_EXE_torn-hub"));
    task.arg("--config").arg(office.place("none.toml"));
    let refused = task.args(["restore", &office.backups()]).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        said.contains("a backup has the office.toml") && said.contains("--log"),
        "{said}"
    );
}

#[tokio::test]
async fn a_log_of_a_newer_version_is_put_aside_only_when_that_is_said_and_not_copied() {
    let office = Office::new();
    let hub = Hub::start(&office.card);
    hub.issue("a").await;
    hub.end();
    office.does(&["backup", &office.backups()]);
    let log = rusqlite::Connection::open(office.card.log()).unwrap();
    log.pragma_update(None, "user_version", 1000).unwrap();
    drop(log);
    let newer = fs::read(office.card.log()).unwrap();
    for task in ["backup", "restore"] {
        let said = office.refuses(&[task, &office.backups()]);
        let names_it = said.contains(office.card.log().to_str().unwrap());
        assert!(
            names_it && said.contains("install the newer version"),
            "{said}"
        );
    }
    assert_eq!(sets(&office).len(), 1);
    office.does(&["restore", &office.backups(), "--put-aside"]);
    assert_eq!(
        fs::read(office.card.path().join("torn-aside.db")).unwrap(),
        newer
    );
    let hub = Hub::start(&office.card);
    assert_eq!(number(&hub.issue("b").await), "A601");
}

#[tokio::test]
async fn a_log_is_the_same_one_where_nothing_happened_since() {
    let office = Office::new();
    let hub = Hub::start(&office.card);
    hub.issue("a").await;
    let log = hub.get("/v1/state").await.headers["torn-log"].clone();
    hub.end();
    office.does(&["backup", &office.backups()]);
    office.lose_the_card();
    office.does(&["restore", &office.backups(), "--nothing-since"]);
    let hub = Hub::start(&office.card);
    assert_eq!(hub.get("/v1/state").await.headers["torn-log"], log);
    assert_eq!(number(&hub.issue("b").await), "A002");
    hub.end();
    // One whose events may be lost has a name of its own: a follower of the old one begins afresh.
    office.lose_the_card();
    office.does(&["restore", &office.backups()]);
    let hub = Hub::start(&office.card);
    assert_ne!(hub.get("/v1/state").await.headers["torn-log"], log);
}

#[tokio::test]
async fn numbers_that_a_restore_leaves_out_are_not_counted_as_given_out() {
    let office = Office::new();
    let hub = Hub::start(&office.card);
    hub.issue("a").await;
    hub.end();
    office.does(&["backup", &office.backups()]);
    office.lose_the_card();
    office.does(&["restore", &office.backups()]);
    let now = SetTime::at(&in_days(0));
    let limited = format!("{OFFICE}[limits]\ntickets_per_day = 3\n");
    let hub = Hub::start_at(&office.card, &limited, &now);
    for (key, expected) in [("b", "A601"), ("c", "A602")] {
        assert_eq!(number(&hub.issue(key).await), expected);
    }
    assert_eq!(hub.issue("d").await.code(), "too-many");
}

#[tokio::test]
async fn a_damaged_backup_is_refused_and_a_damaged_log_is_put_aside() {
    let office = Office::new();
    let hub = Hub::start(&office.card);
    for key in ["a", "b", "c"] {
        hub.issue(key).await;
    }
    hub.end();
    office.does(&["backup", &office.backups()]);
    let set = sets(&office).remove(0);
    let log = fs::read(set.join("torn.db")).unwrap();
    let mut wrong = log.clone();
    let middle = wrong.len() / 2;
    wrong[middle] ^= 1;
    fs::write(set.join("torn.db"), &wrong).unwrap();
    office.lose_the_card();
    let said = office.refuses(&["restore", &office.backups()]);
    assert!(said.contains("is damaged"), "{said}");
    assert!(!office.card.log().exists(), "nothing was brought back");
    fs::write(set.join("torn.db"), &log).unwrap();

    let garbage = [&log[..4096], &vec![0xa5; log.len() - 4096]].concat();
    fs::write(office.card.log(), &garbage).unwrap();
    office.does(&["restore", &office.backups()]);
    let aside = office.card.path().join("torn-damaged.db");
    assert_eq!(
        fs::read(aside).unwrap(),
        garbage,
        "it is renamed, not deleted"
    );
    let hub = Hub::start(&office.card);
    assert_eq!(hub.issue("c").await.headers["idempotency-replayed"], "true");
}

#[tokio::test]
async fn backups_are_kept_for_so_many_days_and_the_newest_always() {
    let office = Office::new();
    let hub = Hub::start(&office.card);
    hub.issue("a").await;
    office.does(&["backup", &office.backups()]);
    let made = sets(&office).remove(0);
    let old = Path::new(&office.backups()).join("2024-02-29T21-30-00Z");
    fs::rename(made, &old).unwrap();
    let foreign = Path::new(&office.backups()).join("2024-holiday-photos");
    fs::create_dir(&foreign).unwrap();
    let said = office.does(&["backup", &office.backups(), "--keep", "36500"]);
    assert!(!said.contains("removed"), "{said}");
    let said = office.does(&["backup", &office.backups(), "--keep", "30"]);
    assert!(said.contains("removed, older than 30 days"), "{said}");
    assert!(!old.exists() && foreign.exists());
    assert_eq!(sets(&office).len(), 3, "two of now, and what is not ours");
    office.does(&["backup", &office.backups(), "--keep", "0"]);
    assert!(sets(&office).len() >= 2, "the one just made stays");
    hub.end();
}

#[tokio::test]
async fn a_backup_that_is_cut_off_leaves_no_half_set() {
    let office = Office::new();
    let hub = Hub::start(&office.card);
    for at in 0..200 {
        hub.issue(&format!("key-{at}")).await;
    }
    fs::create_dir(office.backups()).unwrap();
    for _ in 0..10 {
        let mut command = office.command(&["backup", &office.backups()]);
        let mut backup = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        // Killed as soon as there is something to be seen of it.
        while names(office.backups())
            .iter()
            .all(|name| !name.starts_with('.'))
            && backup.try_wait().unwrap().is_none()
        {}
        let _ = backup.kill();
        backup.wait().unwrap();
        let whole = names(office.backups());
        for name in whole.iter().filter(|name| !name.starts_with('.')) {
            let set = Path::new(&office.backups()).join(name);
            let log = office.place("elsewhere/torn.db");
            office.does(&["restore", set.to_str().unwrap(), "--log", &log]);
            fs::remove_dir_all(office.place("elsewhere")).unwrap();
        }
    }
    office.does(&["backup", &office.backups()]);
    let left = names(office.backups());
    assert!(left.iter().all(|name| !name.starts_with('.')), "{left:?}");
    hub.end();
}

#[test]
fn what_can_not_be_done_is_said_with_what_to_do() {
    let office = Office::new();
    let said = office.refuses(&["backup", &office.backups()]);
    assert!(said.contains("there is no log at"), "{said}");
    let said = office.refuses(&["restore", &office.place("")]);
    assert!(said.contains("there is no backup in"), "{said}");
    fs::write(office.card.log(), "").unwrap();
    let own = office.card.path().to_str().unwrap().to_owned();
    let said = office.refuses(&["backup", &own]);
    assert!(said.contains("the folder of the log itself"), "{said}");
    let said = office.refuses(&["backup", &office.place("no/such")]);
    assert!(said.contains("can't make the folder"), "{said}");
}

#[test]
fn who_runs_a_task_as_the_wrong_user_is_told_as_whom_to_run_it() {
    if !rustix::process::geteuid().is_root() {
        // Only root can be somebody else.
        return;
    }
    let office = Office::new();
    fs::write(office.card.log(), "").unwrap();
    std::os::unix::fs::chown(office.card.path(), Some(1234), Some(1234)).unwrap();
    use std::os::unix::process::CommandExt;
    let tasks = [
        vec!["backup".to_owned(), office.backups()],
        ["credential", "add", "kiosk-1", "kiosk"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for arguments in tasks {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = office.command(&arguments).uid(4321).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(
            said.contains("sudo -u #1234 torn-hub"),
            "{arguments:?}: {said}"
        );
    }
}

#[tokio::test]
async fn a_backup_of_an_older_format_comes_back_as_a_log_of_today_s() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs");
    for format in ["format-1.db", "format-2.db"] {
        let office = Office::new();
        fs::copy(recorded.join(format), office.card.log()).unwrap();
        fs::write(office.card.path().join("torn.key"), [7; 32]).unwrap();
        let before = rusqlite::Connection::open(office.card.log()).unwrap();
        let count = "SELECT count(*) FROM event WHERE kind = 'ticket-issued'";
        let tickets: u64 = before.query_row(count, [], |row| row.get(0)).unwrap();
        drop(before);
        office.does(&["backup", &office.backups()]);
        office.lose_the_card();
        office.does(&["restore", &office.backups()]);
        torn_hub::store::check(&office.card.log(), |_, _| ()).unwrap();
        let after = rusqlite::Connection::open(office.card.log()).unwrap();
        let restored: u64 = after.query_row(count, [], |row| row.get(0)).unwrap();
        assert_eq!(restored, tickets, "{format}");
        assert!(tickets > 0);
    }
}

#[tokio::test]
async fn the_file_of_a_hub_that_was_stopped_has_all_of_it_although_somebody_reads_on() {
    let (folder, copy) = (Folder::new(), Folder::new());
    let hub = Hub::start(&folder);
    hub.issue("a").await;
    let reads_on = History::open(&folder.log()).unwrap();
    let events = |history: &History| history.after(Seq::new(0), Seq::new(1000), 1000).unwrap();
    let told = events(&reads_on);
    hub.end();
    fs::copy(folder.log(), copy.log()).unwrap();
    assert_eq!(events(&History::open(&copy.log()).unwrap()), told);
}
