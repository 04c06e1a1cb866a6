// SPDX-License-Identifier: GPL-3.0-or-later
//! A day with people in it, right and wrong, and then a search: no word of who they are, and no secret of the
//! house, is in what the hub writes, tells those who need no credential, or says of what it refuses.
//!
//! The hub logs as much as an operator can have it log. Who may do what is tested elsewhere.

use std::fs;
use std::path::Path;

use reqwest::Method;
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};
use torn_tests::lab::clock::SetClock;
use torn_tests::lab::folder::Folder;
use torn_tests::lab::hub::{Answer, Hub, HubSetup, Prepared, new_key};
use torn_tests::lab::need::{self, Need};
use torn_tests::lab::raw::{self, Raw};
use torn_tests::lab::wait;

/// What identifies those who are booked by a calendar, and what was written beside it.
const IN_THE_CALENDAR: [&str; 6] = [
    "ICSQ7K2",
    "uid-ics-7731",
    "Nomocult",
    "Cognomocult",
    "bustia-oculta",
    "612 908 417",
];

/// What identifies the one whom the supervisor posted, and the code that is nobody's.
const POSTED: [&str; 3] = ["PSTZ4H9", "uid-posted-7732", "WRNGX8T1"];

/// What only somebody who signs in or comes to a page has: the right password, a wrong one, and what is none.
const TYPED: [&str; 4] = [
    PASSWORD,
    "Contrasenya-oculta-2",
    "c00kie-0culta",
    "pagina-0culta",
];

const PASSWORD: &str = "Contrasenya-oculta-1";

/// What the house keeps to itself, found out while the day goes on.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn of_the_house(hub: &Hub, tokens: &[String]) -> Self {
        let key = fs::read(hub.store().with_extension("key")).expect("the hub's key");
        let credentials = hub.store().with_extension("credentials");
        let credentials = fs::read_to_string(credentials).expect("the credentials");
        // What is long and has no space is a hash there.
        let hashes = credentials.split('"').filter(|text| text.len() >= 40);
        let mut all: Vec<String> = hashes.map(str::to_owned).collect();
        assert!(all.len() >= tokens.len(), "{credentials}");
        all.push(key.iter().map(|byte| format!("{byte:02x}")).collect());
        all.extend_from_slice(tokens);
        Self(all)
    }

    /// The secrets of people and those of the house that `bytes` have.
    fn in_bytes(&self, bytes: &[u8]) -> Vec<&str> {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        let people = IN_THE_CALENDAR.into_iter().chain(POSTED).chain(TYPED);
        let all = people.chain(self.0.iter().map(String::as_str));
        all.filter(|secret| text.contains(&secret.to_lowercase()))
            .collect()
    }
}

/// A booked hour for a person, an event that is none, and a broken one, each with names all over it.
fn calendar() -> String {
    let event = |uid: &str, start: &str, more: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}@agenda.example\r\nDTSTAMP:20261101T080000Z\r\n{start}\r\n\
             SUMMARY:Padró - Nomocult Cognomocult - Codi ICSQ7K2\r\n{more}\
             ATTENDEE;CN=Nomocult Cognomocult:mailto:bustia-oculta@persona.example\r\n\
             DESCRIPTION:Tel. 612 908 417\r\nEND:VEVENT\r\n"
        )
    };
    let at_ten = "DTSTART;TZID=Europe/Madrid:20261124T100000";
    let events = [
        event("uid-ics-7731", at_ten, ""),
        event("uid-ics-7731-b", "DTSTART:Nomocult Cognomocult", ""),
        event(
            "uid-ics-7731-c",
            "DTSTART;TZID=Nomocult/Cognomocult:20261124T110000",
            "",
        ),
        event("uid-ics-7731-d", at_ten, "RRULE:FREQ=Nomocult\r\n"),
        event("uid-ics-7731-e", at_ten, "DURATION:Cognomocult\r\n"),
        event("uid-ics-7731-f", at_ten, "STATUS:CANCELLED\r\n"),
    ];
    let events = events.concat();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Lab//EN\r\n{events}END:VCALENDAR\r\n")
}

/// A table with rows that are broken in the ways that people break them.
const TABLE: &str = "start,end,service,code,name,phone\n\
    2026-11-24 10:30,2026-11-24 10:45,general,ICSQ7K2-T,Nomocult Cognomocult,612 908 417\n\
    Nomocult,Cognomocult,general,ICSQ7K2-U,,612 908 417\n\
    2026-11-24 11:30,Cognomocult,Nomocult,ICSQ7K2-V\n\
    2026-11-24 12:30,,general,\"ICSQ7K2-W,Nomocult\n";

fn put(folder: &Path, name: &str, text: &str) {
    let beside = folder.join(format!(".{name}.part"));
    fs::write(&beside, text).expect("it can be written");
    fs::rename(beside, folder.join(name)).expect("it can be put there");
}

fn prepare(agenda: &Path, clock: &SetClock) -> Prepared {
    let own = format!(
        "[appointments]\nfolder = {agenda:?}\ncode = 'Codi (\\w+)'\n\
         [[appointments.map]]\nmatch = '.'\nservice = \"general\"\n"
    );
    let mut setup = HubSetup::at(clock);
    setup.own = own;
    setup.public_url = Some("https://torn.example".to_owned());
    setup.around.levels = Some("trace");
    setup.prepare().expect("a configuration")
}

/// A hub on its day, and what it has said so far to whom.
struct House {
    hub: Hub,
    kiosk: String,
    chief: String,
    told: Vec<(String, Vec<u8>)>,
}

impl House {
    fn ask(&mut self, request: RequestBuilder, what: &str) -> Answer {
        let answer = Answer::to(request, what).expect("an answer");
        self.told.push((what.to_owned(), answer.body.clone()));
        answer
    }

    fn request(&self, token: &str, path: &str) -> RequestBuilder {
        let request = self.hub.request(Method::POST, path).bearer_auth(token);
        request.header("idempotency-key", new_key())
    }

    fn post(&mut self, token: &str, path: &str, wish: &Value) -> Answer {
        let request = self.request(token, path).json(wish);
        self.ask(request, &format!("POST {path}"))
    }

    /// What a citizen or an agent types, as it should be and as it should not.
    fn check_in(&mut self) {
        let kiosk = self.kiosk.clone();
        let wish = json!({ "code": "ICSQ7K2" });
        // Several hours have the code: each is given its ticket, and then there is none left.
        wait::until("the calendar is read", wait::GENEROUS, || {
            let answer = self.post(&kiosk, "/v1/check-ins", &wish);
            (answer.outcome() == "409 already-checked-in").then_some(())
        })
        .expect("the calendar is read");
        for (wish, outcome) in [
            (json!({ "scan": "PSTZ4H9" }), "201"),
            (json!({ "code": "WRNGX8T1" }), "404 unknown-appointment"),
            (
                json!({ "scan": "WRNGX8T1 Nomocult" }),
                "404 unknown-appointment",
            ),
            (json!({ "code": ["WRNGX8T1"] }), "400 malformed"),
            (
                json!({ "code": "WRNGX8T1", "name": "Nomocult" }),
                "400 malformed",
            ),
            (
                json!({ "code": "WRNGX8T1", "WRNGX8T1": 1 }),
                "400 malformed",
            ),
            (
                json!({ "code": "WRNGX8T1", "scan": "WRNGX8T1" }),
                "400 malformed",
            ),
            (
                json!({ "code": "WRNGX8T1", "language": "WRNGX8T1" }),
                "400 malformed",
            ),
            (json!({ "code": "WRNGX8T1 ".repeat(100) }), "400 malformed"),
            (json!(["WRNGX8T1"]), "400 malformed"),
            (
                json!({ "code": "WRNGX8T1".repeat(9_000) }),
                "413 body-too-large",
            ),
        ] {
            let answer = self.post(&kiosk, "/v1/check-ins", &wish);
            assert_eq!(answer.outcome(), outcome);
        }
        for body in ["{\"code\":\"WRNGX8T1\"", "WRNGX8T1", "{\"code\":WRNGX8T1}"] {
            let request = self.request(&kiosk, "/v1/check-ins").body(body);
            assert_eq!(self.ask(request, "a broken body").status, 400);
        }
        let request = self.request(&kiosk, "/v1/check-ins").body("WRNGX8T1");
        let request = request.header("content-type", "text/plain");
        assert_eq!(self.ask(request, "a body of another kind").status, 415);
    }

    /// What the supervisor's program posts.
    fn book(&mut self) {
        let chief = self.chief.clone();
        let booked = json!({ "uid": "uid-posted-7732", "start": "2026-11-24T09:00:00Z", "service": "general",
            "code": "PSTZ4H9" });
        let answer = self.post(
            &chief,
            "/v1/appointments",
            &json!({ "appointments": [booked] }),
        );
        assert_eq!(answer.outcome(), "200");
        for (member, value) in [
            ("uid", json!(["uid-posted-7732"])),
            ("uid", json!("uid-posted-7732".repeat(50))),
            ("start", json!("uid-posted-7732")),
            ("start", json!("0026-11-24T09:00:00Z")),
            ("service", json!({ "Nomocult": 1 })),
            ("code", json!("PSTZ4H9".repeat(50))),
            ("Nomocult Cognomocult", json!("612 908 417")),
        ] {
            let mut broken = booked.clone();
            broken[member] = value;
            let list = json!({ "appointments": [broken] });
            let answer = self.post(&chief, "/v1/appointments", &list);
            assert_eq!(answer.outcome(), "400 malformed", "{member}");
        }
    }

    /// What an agent types to sign in: wrong, in the wrong field until it is locked out, and right. The cookie
    /// is a secret.
    fn sign_in(&mut self) -> String {
        let wrong = TYPED[1];
        for (wish, outcome) in [
            (
                json!({ "id": "agent", "password": wrong }),
                "401 unauthenticated",
            ),
            (
                json!({ "id": "agent", "password": [wrong] }),
                "400 malformed",
            ),
            (
                json!({ "id": "agent", "password": wrong, wrong: 1 }),
                "400 malformed",
            ),
        ] {
            let request = self.hub.request(Method::PUT, "/v1/session").json(&wish);
            assert_eq!(self.ask(request, "a wrong password").outcome(), outcome);
        }
        let confused = json!({ "id": wrong, "password": "agent" });
        wait::until("it is locked out", wait::GENEROUS, || {
            let request = self.hub.request(Method::PUT, "/v1/session");
            let answer = self.ask(request.json(&confused), "a password as an id");
            (answer.outcome() == "429 too-many").then_some(())
        })
        .expect("it is locked out");
        let wish = json!({ "id": "agent", "password": PASSWORD });
        let request = self.hub.request(Method::PUT, "/v1/session").json(&wish);
        let answer = self.ask(request, "the right password");
        assert_eq!(answer.outcome(), "200");
        let cookie = answer.header("set-cookie").expect("a cookie");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        for (method, path) in [
            (Method::GET, "/v1/session"),
            (Method::POST, "/v1/desks/2/open"),
            (Method::DELETE, "/v1/session"),
        ] {
            let request = self.hub.request(method, path).header("cookie", &cookie);
            let answer = self.ask(request.header("idempotency-key", new_key()), path);
            assert!(answer.status < 300, "{path}: {}", answer.outcome());
        }
        cookie.replace("torn-session=", "")
    }

    /// What comes to the wrong place, or is said in the wrong way.
    fn mistake(&mut self) {
        for path in [
            "/v1/check-ins/PSTZ4H9",
            "/PSTZ4H9",
            "/v1/appointments/uid-posted-7732?code=PSTZ4H9",
            "/v1/events?after=PSTZ4H9",
            "/v1/check-ins?code=PSTZ4H9",
            "/t/pagina-0culta/nowhere",
            "/t/pagina-0culta/ticket",
            "/assets/PSTZ4H9",
        ] {
            let request = self.hub.request(Method::GET, path);
            let answer = self.ask(request, &format!("GET {path}"));
            assert!(answer.status >= 400, "{path}: {}", answer.status);
        }
        let kiosk = self.kiosk.clone();
        for (name, value) in [
            ("torn-expires", "PSTZ4H9".to_owned()),
            ("authorization", format!("Basic {kiosk}")),
            ("authorization", format!("{kiosk}{kiosk}")),
            ("cookie", "torn-session=c00kie-0culta".to_owned()),
            ("x-large", "PSTZ4H9".repeat(4_000)),
        ] {
            let request = self.hub.request(Method::POST, "/v1/check-ins");
            let request = request.header("idempotency-key", new_key());
            let request = match name {
                "torn-expires" => request.bearer_auth(&kiosk),
                _ => request,
            };
            let request = request.header(name, value).body("{\"code\":\"PSTZ4H9\"}");
            let answer = self.ask(request, name);
            assert!(
                (400..500).contains(&answer.status),
                "{name}: {}",
                answer.status
            );
        }
        let cut = format!(
            "{}{{\"code\":\"PSTZ4H9\"",
            raw::post("/v1/check-ins", "k", "Content-Length: 400\r\n")
        );
        for said in ["PSTZ4H9 \x16\x03\x01 Nomocult\r\n\r\n", &cut] {
            let mut raw = Raw::to(&self.hub).expect("a connection");
            raw.say(said);
            raw.say_no_more();
            self.told
                .push(("what is no request".to_owned(), raw.answer().into_bytes()));
        }
    }

    /// What a day is made of, and what anyone may read of it. The page of the ticket, which is its holder's
    /// alone, is a secret.
    fn go_on(&mut self) -> String {
        let (kiosk, chief) = (self.kiosk.clone(), self.chief.clone());
        let request = self
            .request(&kiosk, "/v1/tickets")
            .json(&json!({ "service": "general" }));
        let ticket = Answer::to(request, "a ticket").expect("an answer");
        let ticket = ticket.expect(201).expect("a ticket");
        let text = |member: &str| ticket[member].as_str().unwrap_or_default().to_owned();
        let page = text("link")
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        assert_eq!(page.len(), 32, "{ticket}");
        self.post(
            &chief,
            &format!("/v1/tickets/{}/call", text("id")),
            &json!({ "desk": "1" }),
        );
        self.post(&kiosk, "/v1/notice", &json!({}));
        for path in [format!("/t/{page}"), format!("/t/{page}/ticket")] {
            let request = self.hub.request(Method::GET, &path);
            assert_eq!(self.ask(request, "a page").status, 200);
        }
        for path in [
            "/v1/state",
            "/v1/office",
            "/metrics",
            "/openapi.json",
            "/readyz",
            "/healthz",
        ] {
            let request = self.hub.request(Method::GET, path);
            assert_eq!(self.ask(request, path).status, 200);
        }
        for event in self.hub.events().expect("the log") {
            self.told
                .push(("the stream".to_owned(), event.to_string().into_bytes()));
        }
        page
    }
}

/// The files of the hub's folder that have one of the secrets; its own key is in one of them, by its name.
fn files_with(hub: &Hub, secrets: &Secrets) -> Vec<String> {
    let files = fs::read_dir(hub.folder()).expect("its folder");
    let with = files.map_while(Result::ok).filter_map(|file| {
        let name = file.file_name().to_string_lossy().into_owned();
        let bytes = fs::read(file.path()).unwrap_or_default();
        let mut found = secrets.in_bytes(&bytes);
        if name.ends_with(".credentials") || name.ends_with(".sessions") {
            // Hashes are what these are for.
            found.retain(|one| {
                !bytes
                    .windows(one.len() + 1)
                    .any(|part| part == format!("{one}\"").as_bytes())
            });
        }
        (!found.is_empty()).then(|| format!("{name} has {found:?}"))
    });
    with.collect()
}

#[test]
fn a_whole_day_leaves_no_word_of_a_person_and_no_secret_in_what_the_hub_writes_or_tells() {
    if !need::met("a day's journal has no personal data", &[Need::Faketime]) {
        return;
    }
    let clock = SetClock::at("2026-11-24T08:00:00Z").expect("a clock");
    let agenda = Folder::new("agenda").expect("a folder");
    let prepared = prepare(agenda.path(), &clock);
    let add = |id: &str, grant: &str| prepared.add_credential(id, &[grant]).expect("a credential");
    let (kiosk, chief) = (add("kiosk-1", "kiosk"), add("chief", "supervisor"));
    let agent = prepared.add_password("agent", &["desk:2"], PASSWORD);
    agent.expect("a password");
    let hub = prepared.start().expect("the hub starts");
    let mut secrets = Secrets::of_the_house(&hub, &[kiosk.clone(), chief.clone()]);
    let told = Vec::new();
    let mut house = House {
        hub,
        kiosk,
        chief,
        told,
    };
    put(agenda.path(), "agenda.ics", &calendar());
    put(agenda.path(), "taula.csv", TABLE);

    house.book();
    house.check_in();
    house.mistake();
    secrets.0.push(house.sign_in());
    let page = house.go_on();
    let House { hub, told, .. } = house;
    let written = |hub: &Hub| format!("{}{}", hub.program().stdout(), hub.program().stderr());
    for said in ["DEBUG", "appointments read", "skipped"] {
        assert!(
            written(&hub).contains(said),
            "the journal does not say {said:?}"
        );
    }
    for (what, bytes) in &told {
        let found = secrets.in_bytes(bytes);
        let text = String::from_utf8_lossy(bytes);
        assert!(found.is_empty(), "{what} tells {found:?}: {text}");
    }

    clock.set("2026-11-24T23:00:00Z").expect("it is set");
    // The exporter empties its calendar, too.
    put(
        agenda.path(),
        "agenda.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Lab//EN\r\nEND:VCALENDAR\r\n",
    );
    put(
        agenda.path(),
        "taula.csv",
        "start,end,service,code,name,phone\n",
    );
    wait::until("the day's bytes go", wait::GENEROUS, || {
        files_with(&hub, &secrets).is_empty().then_some(())
    })
    .unwrap_or_else(|error| panic!("{error}: {:?}", files_with(&hub, &secrets)));
    hub.program().stop(wait::GENEROUS).expect("it stops");
    // For two days the answer to the kiosk, in the log, has the page of the ticket; the journal never does.
    secrets.0.push(page);
    let written = written(&hub);
    let found = secrets.in_bytes(written.as_bytes());
    let lines = written
        .lines()
        .filter(|line| !secrets.in_bytes(line.as_bytes()).is_empty());
    let lines: Vec<&str> = lines.take(5).collect();
    assert!(found.is_empty(), "the journal has {found:?}: {lines:#?}");
}
