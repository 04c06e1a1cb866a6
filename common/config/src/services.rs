// SPDX-License-Identifier: GPL-3.0-or-later
//! The services and desks of an `office.toml`, and what each says of the others.

use std::collections::BTreeMap;

use torn_queue::ids::Letter;
use torn_queue::office::{AppointmentRule, Desk, Service};
use torn_queue::{DeskId, Language, ServiceId};

use crate::ICONS;
use crate::nearest::did_you_mean;
use crate::office::{name, names};
use crate::reader::{Table, read_all};
use crate::value::{Value, short};

/// A first guess of how long a visit takes, in minutes, when the file has none.
const MINUTES: u32 = 10;

const APPOINTMENT: [(&str, AppointmentRule); 3] = [
    ("none", AppointmentRule::None),
    ("optional", AppointmentRule::Optional),
    ("required", AppointmentRule::Required),
];

/// What desks and other services may refer to, whatever else is wrong with it.
pub(crate) struct Known {
    pub(crate) id: ServiceId,
    needs_appointment: bool,
    elsewhere: bool,
}

/// Reads every `[[service]]` of the office that calls itself `office`.
pub(crate) fn services(
    root: &Table<'_>,
    spoken: &[Language],
    office: Option<&str>,
) -> (Vec<Known>, Option<Vec<Service>>) {
    let mut known: Vec<Known> = Vec::new();
    let mut letters: BTreeMap<Letter, String> = BTreeMap::new();
    let mut fallbacks: Vec<(Value<'_>, ServiceId, ServiceId)> = Vec::new();
    let tables = root.tables("service");
    if tables.is_empty() && !root.has("service") {
        root.missing("there is no [[service]]: the office must have one".to_owned());
    }
    let services = read_all(&tables, |table| {
        let id = table.need("id").and_then(|value| unique_id(&value, &known));
        let letter = table.need("letter").and_then(|value| letter(&value));
        let named = id.as_ref().map_or("another service", ServiceId::as_str);
        if let (Some(letter), Some(value)) = (letter, table.get("letter"))
            && let Some(other) = letters.insert(letter, named.to_owned())
        {
            value.mistake(format!(
                "{letter} is the letter of {other:?} already; no two services share one"
            ));
        }
        let appointment = table.get("appointment");
        let appointment = appointment.map_or(Some(AppointmentRule::None), |value| {
            value.one_of(&APPOINTMENT)
        });
        let fallback = table
            .get("fallback")
            .and_then(|value| Some((value.parse::<ServiceId>()?, value)));
        let place = table
            .get("place")
            .and_then(|value| name(&value))
            .map(str::to_owned);
        let elsewhere = matches!((&place, office), (Some(place), Some(own)) if place != own);
        let needs_appointment = appointment == Some(AppointmentRule::Required);
        if let Some(value) = table.get("appointment")
            && needs_appointment
            && !elsewhere
            && !table.has("fallback")
        {
            value
                .warn("who comes without one leaves without a number; give the service a fallback");
        }
        if let Some(id) = &id {
            known.push(Known {
                id: id.clone(),
                needs_appointment,
                elsewhere,
            });
            fallbacks.extend(fallback.clone().map(|(to, value)| (value, id.clone(), to)));
        }
        let name = table.need("name").and_then(|value| names(&value, spoken));
        let minutes = table
            .get("minutes")
            .map_or(Some(MINUTES), |value| value.number(1..=480));
        let board_name = table
            .get("board_name")
            .and_then(|value| names(&value, spoken));
        let icon = table.get("icon").and_then(|value| icon(&value));
        Some(Service {
            id: id?,
            letter: letter?,
            name: name?,
            appointment: appointment?,
            minutes: minutes?,
            board_name,
            fallback: fallback.map(|(id, _)| id),
            place,
            icon,
        })
    });
    for (value, own, to) in fallbacks {
        check_fallback(&value, &own, &to, &known);
    }
    (known, services)
}

fn unique_id(value: &Value<'_>, known: &[Known]) -> Option<ServiceId> {
    let id: ServiceId = value.parse()?;
    if known.iter().any(|one| one.id == id) {
        value.mistake(format!(
            "{:?} is the id of another service already",
            id.as_str()
        ));
    }
    Some(id)
}

fn letter(value: &Value<'_>) -> Option<Letter> {
    let text = value.text()?;
    let mut chars = text.chars();
    let one = chars.next().filter(|_| chars.as_str().is_empty());
    let letter = one.and_then(|one| Letter::new(one).ok());
    if letter.is_none() {
        value.mistake(format!(
            "{:?} is not one of the letters A to Z without I, O and Q",
            short(text)
        ));
    }
    letter
}

fn icon(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    if !ICONS.contains(&text) {
        let near = did_you_mean(text, ICONS.iter().copied());
        let names = ICONS.join(", ");
        value.mistake(format!("{:?} is not one of {names}{near}", short(text)));
    }
    Some(text.to_owned())
}

fn check_fallback(value: &Value<'_>, own: &ServiceId, to: &ServiceId, known: &[Known]) {
    if own == to {
        value.mistake("a service can't be its own fallback");
        return;
    }
    match known.iter().find(|one| one.id == *to) {
        None => unknown_service(value, to, known),
        Some(other) if other.needs_appointment => {
            value.mistake(format!(
                "{:?} needs an appointment itself, so it is no way out",
                to.as_str()
            ));
        }
        Some(other) if other.elsewhere => {
            value.mistake(format!(
                "{:?} is given in another building, so nobody here gets its ticket",
                to.as_str()
            ));
        }
        Some(_) => {}
    }
}

fn unknown_service(value: &Value<'_>, id: &ServiceId, known: &[Known]) {
    let near = did_you_mean(id.as_str(), known.iter().map(|one| one.id.as_str()));
    value.dangling(format!(
        "there is no service {:?}{near}",
        short(id.as_str())
    ));
}

/// Reads every `[[desk]]`.
pub(crate) fn desks(root: &Table<'_>, spoken: &[Language], known: &[Known]) -> Option<Vec<Desk>> {
    let mut ids: Vec<DeskId> = Vec::new();
    let tables = root.tables("desk");
    if tables.is_empty() && !root.has("desk") {
        root.missing("there is no [[desk]]: the office must have one".to_owned());
    }
    let desks = read_all(&tables, |table| {
        let id = table.need("id").and_then(|value| {
            let id: DeskId = value.parse()?;
            if ids.contains(&id) {
                value.mistake(format!(
                    "{:?} is the id of another desk already",
                    id.as_str()
                ));
            }
            ids.push(id.clone());
            Some(id)
        });
        let name = table.need("name").and_then(|value| names(&value, spoken));
        let services = table.get("services").map(|value| served(&value, known));
        let services = match services {
            None => None,
            Some(some) => Some(some?),
        };
        Some(Desk {
            id: id?,
            name: name?,
            services,
        })
    });
    if let Some(desks) = &desks {
        for service in known.iter().filter(|one| !one.elsewhere) {
            if !desks.iter().any(|desk| desk.serves(&service.id)) {
                let id = service.id.as_str();
                root.warn(format!(
                    "no desk serves {id:?}: every desk will call its tickets"
                ));
            }
        }
    }
    desks
}

fn served(value: &Value<'_>, known: &[Known]) -> Option<Vec<ServiceId>> {
    let mut services: Vec<ServiceId> = Vec::new();
    let items = value.items()?;
    for item in &items {
        let Some(id) = item.parse::<ServiceId>() else {
            continue;
        };
        if !known.iter().any(|one| one.id == id) {
            unknown_service(item, &id, known);
        } else if services.contains(&id) {
            item.mistake(format!("{:?} is there twice", id.as_str()));
        } else {
            services.push(id);
        }
    }
    if items.is_empty() {
        value.mistake("must name a service; leave it out for every service");
    }
    Some(services)
}
