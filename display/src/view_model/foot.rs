// SPDX-License-Identifier: GPL-3.0-or-later
//! What stands at the foot of the board: how many wait for what, and the line to all.
//!
//! It reads the office and the state, and knows nothing of calls or of how the foot is drawn.

use std::collections::BTreeMap;

use jiff::civil::Date;
use torn_queue::office::{AppointmentRule, Names, OpenSpan, Weekday};
use torn_queue::{Office, State};

use crate::board::{Notice, SERVICES_MAX, Waiting};

/// Services that take walk-ins, and others while somebody waits for them.
pub(super) fn waiting(state: &State, office: &Office, stale: bool) -> Vec<Waiting> {
    let services = state.services().iter().filter_map(|service| {
        let config = &service.config;
        let people = state.waiting_for(&config.id);
        let ordinary = !service.removed
            && !service.elsewhere
            && config.appointment != AppointmentRule::Required;
        (ordinary || people > 0).then(|| Waiting {
            service: text(
                office,
                Some(config.board_name.as_ref().unwrap_or(&config.name)),
            ),
            people: (!stale).then_some(people),
        })
    });
    services.take(SERVICES_MAX).collect()
}

/// The week's hours as they are on `day`.
pub(super) fn hours(office: &Office, day: Date) -> BTreeMap<Weekday, Vec<OpenSpan>> {
    let season = office.seasons.iter().find(|one| one.has(day));
    season.map_or_else(|| office.hours.clone(), |one| one.hours.clone())
}

/// A name in the office's own language.
pub(super) fn text(office: &Office, names: Option<&Names>) -> String {
    match (names, office.languages.first()) {
        (Some(names), Some(language)) => names.in_language(language, &office.languages).to_owned(),
        _ => String::new(),
    }
}

/// The services of the office that nobody gets without an appointment.
pub(super) fn by_appointment(office: &Office) -> Notice {
    let required = office
        .services
        .iter()
        .filter(|one| one.appointment == AppointmentRule::Required);
    let names =
        required.map(|one| text(office, Some(one.board_name.as_ref().unwrap_or(&one.name))));
    let names = in_a_sentence(names.collect());
    if names.is_empty() {
        Notice::Nothing
    } else {
        Notice::ByAppointment(names)
    }
}

/// Names as they begin a sentence: `Cadastre`, `plusvàlues`, `idCAT`. Those with a spelling of their
/// own stand last, so that a capital comes first where any name allows it.
pub(super) fn in_a_sentence(mut names: Vec<String>) -> Vec<String> {
    names.sort_by_key(|name| keeps_its_spelling(name));
    let written = |(at, name): (usize, String)| {
        let mut rest = name.chars();
        match rest.next() {
            Some(first) if !keeps_its_spelling(&name) && at == 0 => {
                first.to_uppercase().chain(rest).collect()
            }
            Some(first) if !keeps_its_spelling(&name) => first.to_lowercase().chain(rest).collect(),
            _ => name,
        }
    };
    names.into_iter().enumerate().map(written).collect()
}

/// Whether a name has capitals of its own, as `idCAT` and `NIE` have.
fn keeps_its_spelling(name: &str) -> bool {
    let first_word = name.split_whitespace().next().unwrap_or_default();
    first_word.chars().skip(1).any(char::is_uppercase)
}
