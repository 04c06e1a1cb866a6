// SPDX-License-Identifier: GPL-3.0-or-later
//! `office.toml`: the office, its services and desks, and how the hub runs.
//!
//! Every part is read even when another is wrong, so that a person mends the file in one go.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use torn_queue::limits::NAME_CHARS_MAX;
use torn_queue::office::{Links, Names, Office, OpenSpan, Policy, Season, Weekday};
use torn_queue::{Key, Language, ServiceId};

use crate::appointments::{Appointments, appointments};
use crate::contrast::Colour;
use crate::limits::{Limits, limits};
use crate::mistake::Mistakes;
use crate::nearest::did_you_mean;
use crate::reader::{Table, read};
use crate::value::{Value, short};
use crate::{address, hours, services};

/// Text and fine lines in the accent: less than this can't be read by everyone.
const CONTRAST_MIN: f64 = 4.5;
/// What is good: at this, it can be read from afar and by weak eyes.
const CONTRAST_GOOD: f64 = 7.0;

/// Where the hub listens and keeps its log when the file does not say.
const LISTEN: &str = "127.0.0.1:8080";
const STORE: &str = "/var/lib/torn/torn.db";

/// What a hub needs to know to run its office.
#[derive(Debug, Clone)]
pub struct HubConfig {
    /// The office itself, as it enters the log.
    pub office: Office,
    /// The office's time zone, looked up.
    pub zone: TimeZone,
    /// Where the hub listens, `127.0.0.1:8080`.
    pub listen: String,
    /// The file of the log.
    pub store: PathBuf,
    /// Where appointments come from, and how they are read.
    pub appointments: Appointments,
    /// Whether the clock is trusted only once it was set by NTP.
    pub require_sync: bool,
    /// How much may be asked of the hub.
    pub limits: Limits,
    /// Settings that are not wrong and yet not wise, each as a sentence.
    pub warnings: Vec<String>,
}

/// Reads the text of an `office.toml`.
///
/// # Errors
/// Every mistake in it, with its line and column.
pub fn office(text: &str) -> Result<HubConfig, Mistakes> {
    let (config, warnings) = read(text, hub)?;
    Ok(HubConfig { warnings, ..config })
}

fn hub(root: &Table<'_>) -> Option<HubConfig> {
    let head = root
        .need("office")
        .and_then(|value| value.table())
        .map(|table| head(&table));
    let spoken = head
        .as_ref()
        .and_then(|head| head.languages.clone())
        .unwrap_or_default();
    let own_id = head.as_ref().and_then(|head| head.id.as_deref());
    let (known, services) = services::services(root, &spoken, own_id);
    let desks = services::desks(root, &spoken, &known);
    let policy = root
        .table("policy")
        .map_or_else(|| Some(Policy::default()), |table| policy(&table));
    let links = root
        .table("links")
        .map_or_else(|| Some(Links::default()), |table| links(&table));
    let ids: Vec<&ServiceId> = known.iter().map(|one| &one.id).collect();
    let appointments = root.table("appointments").map_or_else(
        || Some(Appointments::default()),
        |table| appointments(&table, &ids),
    );
    let machine = machine(root);
    let head = head?;
    let (time_zone, zone) = head.zone?;
    let office = Office {
        id: head.id?,
        time_zone,
        languages: head.languages?,
        name: head.name?,
        town: head.town,
        public_url: head.public_url,
        hours: head.hours?,
        seasons: head.seasons?,
        holidays: head.holidays?,
        services: services?,
        desks: desks?,
        policy: policy?,
        links: links?,
        accent: head.accent,
    };
    let Machine {
        listen,
        store,
        require_sync,
        limits,
    } = machine?;
    Some(HubConfig {
        office,
        zone,
        listen,
        store,
        appointments: appointments?,
        require_sync,
        limits,
        warnings: Vec::new(),
    })
}

/// What stands under `[office]`; a part that is wrong is `None`.
struct Head {
    id: Option<String>,
    zone: Option<(String, TimeZone)>,
    languages: Option<Vec<Language>>,
    name: Option<Names>,
    town: Option<Names>,
    public_url: Option<String>,
    hours: Option<BTreeMap<Weekday, Vec<OpenSpan>>>,
    seasons: Option<Vec<Season>>,
    holidays: Option<Vec<Date>>,
    accent: Option<String>,
}

fn head(table: &Table<'_>) -> Head {
    let languages = table.need("languages").and_then(|value| languages(&value));
    let spoken = languages.as_deref().unwrap_or_default();
    Head {
        id: table
            .need("id")
            .and_then(|value| value.parse::<Key>())
            .map(String::from),
        zone: table.need("time_zone").and_then(|value| zone(&value)),
        name: table.need("name").and_then(|value| names(&value, spoken)),
        town: table.get("town").and_then(|value| names(&value, spoken)),
        public_url: table.get("public_url").and_then(|value| public_url(&value)),
        hours: table.get("hours").map_or_else(
            || Some(hours::round_the_clock()),
            |value| hours::ordinary(&value, table.has("season")),
        ),
        seasons: hours::seasons(table),
        holidays: table
            .get("holidays")
            .map_or_else(|| Some(Vec::new()), |value| hours::holidays(&value)),
        accent: table.get("accent").and_then(|value| accent(&value)),
        languages,
    }
}

/// The languages that screens and tickets have words in.
const TRANSLATED: [&str; 5] = ["ca", "es", "en", "fr", "ar"];

fn languages(value: &Value<'_>) -> Option<Vec<Language>> {
    let mut languages: Vec<Language> = Vec::new();
    let items = value.items()?;
    for item in &items {
        let Some(language) = item.parse::<Language>() else {
            continue;
        };
        if languages.contains(&language) {
            item.mistake(format!(
                "{language:?} is there twice",
                language = language.as_str()
            ));
        } else {
            if !TRANSLATED.contains(&language.as_str()) {
                item.warn(format!(
                    "the screens have no words in {language} yet; there they speak English"
                ));
            }
            languages.push(language);
        }
    }
    if items.is_empty() {
        value.mistake("must name a language: the first is the office's own");
    }
    Some(languages).filter(|some| !some.is_empty())
}

fn zone(value: &Value<'_>) -> Option<(String, TimeZone)> {
    let name = value.text()?;
    let zone = TimeZone::get(name).ok();
    if zone.is_none() {
        let known: Vec<String> = jiff::tz::db()
            .available()
            .map(|one| one.to_string())
            .collect();
        let near = did_you_mean(name, known.iter().map(String::as_str));
        let message = format!(
            "{:?} is not an IANA time zone such as Europe/Madrid{near}",
            short(name)
        );
        value.mistake(message);
    }
    Some((name.to_owned(), zone?))
}

/// A text by language, `{ ca = "…", es = "…" }`; the office's first language must be there.
pub(crate) fn names(value: &Value<'_>, spoken: &[Language]) -> Option<Names> {
    let table = value.table()?;
    let mut names = BTreeMap::new();
    for (key, text) in table.entries() {
        let known = spoken.iter().find(|one| one.as_str() == key.text);
        // A language taken off the list is no reason to strike it from every name. Where the languages
        // themselves are wrong, whether this is one of them can't be said.
        if known.is_none() && !spoken.is_empty() {
            let near = did_you_mean(key.text, spoken.iter().map(Language::as_str));
            value.warn(format!(
                "{:?} is not one of office.languages, so nobody sees it{near}",
                short(key.text)
            ));
        }
        if let (Some(language), Some(text)) = (known, name(&text)) {
            names.insert(language.clone(), text.to_owned());
        }
    }
    if let Some(own) = spoken.first()
        && !table.has(own.as_str())
    {
        table.missing(format!(
            "{} has no text in {own}, the office's first language",
            value.path()
        ));
    }
    let silent: Vec<&str> = spoken
        .iter()
        .skip(1)
        .map(Language::as_str)
        .filter(|one| !table.has(one))
        .collect();
    if !silent.is_empty() {
        value.warn(format!(
            "has no text in {}: another language's is shown there",
            silent.join(", ")
        ));
    }
    Some(Names(names))
}

/// A name in one language, that screens and slips have room for.
pub(crate) fn name<'a>(value: &Value<'a>) -> Option<&'a str> {
    let text = value.text()?;
    if text.chars().count() > NAME_CHARS_MAX {
        let text = short(text);
        value.mistake(format!(
            "{text:?} has more than {NAME_CHARS_MAX} characters, which no screen has room for"
        ));
    }
    Some(text)
}

fn public_url(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    match address::web(text) {
        Some(web) if !web.rest.contains(['?', '#']) => Some(text.trim_end_matches('/').to_owned()),
        _ => {
            let text = short(text);
            value.mistake(format!(
                "{text:?} is not an address such as https://torn.example.cat"
            ));
            None
        }
    }
}

fn accent(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    let Some(colour) = Colour::parse(text) else {
        value.mistake(format!("{:?} is not a colour such as #0A5361", short(text)));
        return None;
    };
    // Cut, not rounded: 4.46 is not to be called 4.5.
    let contrast = colour.least_contrast();
    let shown = (contrast * 100.0).floor() / 100.0;
    if contrast < CONTRAST_MIN {
        value.mistake(format!(
            "{text} is too light: its contrast with white and with paper (#F4F1EA) must be 4.5 or more, the lesser is {shown:.2}"
        ));
    } else if contrast < CONTRAST_GOOD {
        value.warn(format!(
            "{text} has a contrast of {shown:.2}; from 7 on everyone reads it with ease"
        ));
    }
    Some(text.to_owned())
}

fn policy(table: &Table<'_>) -> Option<Policy> {
    let usual = Policy::default();
    let number = |key, range, usual| {
        table
            .get(key)
            .map_or(Some(usual), |value| value.number(range))
    };
    let appointment_weight = number("appointment_weight", 1..=1000, usual.appointment_weight);
    let appointment_grace_min = number(
        "appointment_grace_min",
        0..=480,
        usual.appointment_grace_min,
    );
    let next_guard_s = number("next_guard_s", 0..=60, usual.next_guard_s);
    let stop_issuing = table
        .get("stop_issuing")
        .map_or(Some(usual.stop_issuing), |value| value.boolean());
    Some(Policy {
        appointment_weight: appointment_weight?,
        appointment_grace_min: appointment_grace_min?,
        next_guard_s: next_guard_s?,
        stop_issuing: stop_issuing?,
    })
}

fn links(table: &Table<'_>) -> Option<Links> {
    Some(Links {
        booking: table.get("booking").and_then(|value| link(&value)),
        e_office: table.get("e_office").and_then(|value| link(&value)),
        whatsapp: table.get("whatsapp").and_then(|value| whatsapp(&value)),
    })
}

fn link(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    if address::web(text).is_none() {
        let text = short(text);
        value.mistake(format!(
            "{text:?} is not an address such as https://www.example.cat/page"
        ));
    }
    Some(text.to_owned())
}

fn whatsapp(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    // E.164: at most fifteen digits, and no country's code begins with 0.
    if !digits || !(8..=15).contains(&text.len()) || text.starts_with('0') {
        value.mistake(format!(
            "{:?} is not a number such as 34663740355: country code first, digits only",
            short(text)
        ));
    }
    Some(text.to_owned())
}

/// How the hub runs on its machine.
struct Machine {
    listen: String,
    store: PathBuf,
    require_sync: bool,
    limits: Limits,
}

fn machine(root: &Table<'_>) -> Option<Machine> {
    let value = |section: &str, key: &str| root.table(section).and_then(|table| table.get(key));
    let switch = |section, key| value(section, key).map_or(Some(true), |value| value.boolean());
    let require_sync = switch("clock", "require_sync");
    let limits = root
        .table("limits")
        .map_or_else(|| Some(Limits::default()), |table| limits(&table));
    let listen =
        value("listen", "address").map_or_else(|| Some(LISTEN.to_owned()), |value| listen(&value));
    let store = value("store", "path")
        .map_or(Some(STORE), |value| value.text())
        .map(PathBuf::from);
    Some(Machine {
        listen: listen?,
        store: store?,
        require_sync: require_sync?,
        limits: limits?,
    })
}

fn listen(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    if address::host_port(text).is_none() {
        value.mistake(format!(
            "{:?} is not host:port, such as 127.0.0.1:8080",
            short(text)
        ));
    }
    Some(text.to_owned())
}
