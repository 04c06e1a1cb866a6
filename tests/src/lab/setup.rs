// SPDX-License-Identifier: GPL-3.0-or-later
//! How a hub of the lab is to be started, and the office that it is given.
//!
//! It is the shipped office, made such that a test runs alike at any hour: it never closes, and where it is,
//! it is about noon. A test that is about hours says its own.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::time::{ClockId, clock_gettime};
use toml::{Table, Value};

use super::LabError;
use super::clock::SetClock;
use super::hosts::Place;
use super::programs::{self, Around};

/// How a hub is to be started.
#[derive(Debug, Clone)]
pub struct HubSetup {
    /// Where it listens; port 0 is any.
    pub listen: String,
    /// Where its log is; left out, in the hub's own folder.
    pub store: Option<PathBuf>,
    /// Seconds within which a second `next` is refused; the shipped office's if left out.
    pub next_guard_s: Option<u32>,
    /// Whether rates and counts are limited.
    pub limits: bool,
    /// Where phones reach it.
    pub public_url: Option<String>,
    /// The office's time zone; the shipped office's if left out.
    pub time_zone: Option<String>,
    /// What else the office has of its own, as TOML: put over the shipped one, services and desks by their
    /// ids; the hours of an office or a season are replaced whole.
    pub own: String,
    /// On which host it runs.
    pub place: Place,
    /// What the program finds around it.
    pub around: Around,
}

impl Default for HubSetup {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            store: None,
            next_guard_s: Some(0),
            limits: false,
            public_url: None,
            time_zone: Some(zone_where_it_is_noon()),
            own: String::new(),
            place: Place::Here,
            around: Around::default(),
        }
    }
}

impl HubSetup {
    /// A hub in the shipped office's own time zone, for which it is whatever time `clock` says.
    #[must_use]
    pub fn at(clock: &SetClock) -> Self {
        Self {
            time_zone: None,
            around: Around {
                clock: Some(clock.clone()),
                ..Around::default()
            },
            ..Self::default()
        }
    }

    /// The configuration: the shipped office, open round the clock, with what this setup changes.
    ///
    /// # Errors
    /// [`LabError::File`] and [`LabError::Unexpected`], when the shipped office can't be read.
    pub fn config(&self, store: &Path) -> Result<String, LabError> {
        let shipped = programs::workspace().join("kiosk/hub/oiac/office.toml");
        let text = fs::read_to_string(&shipped).map_err(LabError::file(&shipped))?;
        let unreadable = |answer: String| LabError::Unexpected {
            what: shipped.display().to_string(),
            answer,
        };
        let mut config: Table =
            toml::from_str(&text).map_err(|source| unreadable(source.to_string()))?;

        set(&mut config, "listen", "address", self.listen.clone());
        set(&mut config, "store", "path", store.display().to_string());
        set(&mut config, "clock", "require_sync", false);
        set(&mut config, "limits", "enabled", self.limits);
        if let Some(office) = config.get_mut("office").and_then(Value::as_table_mut) {
            // An office without hours never closes.
            office.remove("hours");
            office.remove("holidays");
        }
        if let Some(guard_s) = self.next_guard_s {
            set(&mut config, "policy", "next_guard_s", i64::from(guard_s));
        }
        if let Some(zone) = &self.time_zone {
            set(&mut config, "office", "time_zone", zone.clone());
        }
        if let Some(url) = &self.public_url {
            set(&mut config, "office", "public_url", url.clone());
        }
        let own: Table =
            toml::from_str(&self.own).map_err(|source| unreadable(source.to_string()))?;
        merge(&mut config, own);
        toml::to_string(&config).map_err(|source| unreadable(source.to_string()))
    }
}

/// A test that ran over midnight would see its numbers begin again.
fn zone_where_it_is_noon() -> String {
    let hour = clock_gettime(ClockId::Realtime).tv_sec.rem_euclid(86_400) / 3_600;
    match 12 - hour {
        0 => "Etc/GMT".to_owned(),
        // The sign of these names is the other way round.
        east @ 1.. => format!("Etc/GMT-{east}"),
        west => format!("Etc/GMT+{}", -west),
    }
}

fn set(config: &mut Table, section: &str, member: &str, value: impl Into<Value>) {
    let section = config.entry(section).or_insert_with(|| Table::new().into());
    if let Some(section) = section.as_table_mut() {
        section.insert(member.to_owned(), value.into());
    }
}

fn merge(config: &mut Table, own: Table) {
    for (key, value) in own {
        match (config.get_mut(&key), value) {
            (Some(Value::Table(there)), Value::Table(own)) if key != "hours" => merge(there, own),
            (Some(Value::Array(there)), Value::Array(own)) => merge_by_id(there, own),
            (_, value) => {
                config.insert(key, value);
            }
        }
    }
}

/// Tables with an id go over the one that has it; a list of anything else is replaced.
fn merge_by_id(there: &mut Vec<Value>, own: Vec<Value>) {
    let id = |one: &Value| one.get("id").and_then(Value::as_str).map(str::to_owned);
    if own.iter().any(|one| id(one).is_none()) {
        *there = own;
        return;
    }
    for one in own {
        let same = there.iter_mut().find(|other| id(other) == id(&one));
        match (same.and_then(Value::as_table_mut), one) {
            (Some(there), Value::Table(own)) => merge(there, own),
            (_, one) => there.push(one),
        }
    }
}
