// SPDX-License-Identifier: GPL-3.0-or-later
//! The services and desks of a day while their configuration changes under them.
//!
//! What the configuration drops takes nothing new, and whoever waits for it is still called.

use alloc::vec::Vec;

use super::{Desk, Service, State};
use crate::event::DeskStatus;
use crate::ids::DeskId;
use crate::office::{self, Office};

impl State {
    /// The desks that call people for `service`: those whose configuration says so; or else, of
    /// those that did so last, the ones that are still there; or else every one.
    pub(crate) fn desks_of(&self, service: &Service) -> Vec<&Desk> {
        let present = || self.desks.iter().filter(|one| !one.removed);
        let serve = present().filter(|one| one.config.serves(&service.config.id));
        let did = present().filter(|one| service.desks.contains(&one.config.id));
        [serve.collect(), did.collect()]
            .into_iter()
            .find(|some: &Vec<&Desk>| !some.is_empty())
            .unwrap_or_else(|| present().collect())
    }

    pub(super) fn configure(&mut self, office: &Office) {
        let Some(today) = &mut self.today else { return };
        today.office = office.clone();
        let began_at = today.began_at;
        self.configure_services(office);
        let (kept, dropped) = split(&self.desks, |one| {
            office.desks.iter().any(|config| config.id == one.config.id)
        });
        let known = |config: &office::Desk| kept.iter().find(|one| one.config.id == config.id);
        let mut desks: Vec<Desk> = Vec::with_capacity(self.desks.len());
        for config in &office.desks {
            let config = config.clone();
            desks.push(match known(&config) {
                Some(desk) => Desk {
                    config,
                    removed: false,
                    ..Desk::clone(desk)
                },
                None => Desk {
                    config,
                    removed: false,
                    status: DeskStatus::Closed,
                    ticket: None,
                    since: began_at,
                    called_at: None,
                },
            });
        }
        for desk in dropped {
            let mut desk = Desk {
                removed: true,
                ..Desk::clone(desk)
            };
            // Who is being served is served to the end.
            if matches!(desk.status, DeskStatus::Open | DeskStatus::Paused) {
                (desk.status, desk.since) = (DeskStatus::Closed, self.at);
            }
            desks.push(desk);
        }
        self.desks = desks;
        let gone = self.desks.iter().filter(|one| one.removed);
        let gone: Vec<DeskId> = gone.map(|one| one.config.id.clone()).collect();
        for desk in &gone {
            self.release(desk);
        }
    }

    fn configure_services(&mut self, office: &Office) {
        let serving = |id| -> Vec<DeskId> {
            let now = office.desks.iter().filter(|desk| desk.serves(id));
            let now: Vec<DeskId> = now.map(|desk| desk.id.clone()).collect();
            let before = self.service(id).map(|one| one.desks.clone());
            if now.is_empty() {
                before.unwrap_or_default()
            } else {
                now
            }
        };
        let dropped = self.services.iter().filter(|one| {
            !office
                .services
                .iter()
                .any(|config| config.id == one.config.id)
        });
        let dropped = dropped.map(|one| Service {
            removed: true,
            ..one.clone()
        });
        let known = |id| self.service(id);
        let current = office.services.iter().map(|config| Service {
            config: config.clone(),
            removed: false,
            closed: known(&config.id).and_then(|one| one.closed),
            kept_open: known(&config.id).is_some_and(|one| one.kept_open),
            elsewhere: office.is_elsewhere(config),
            desks: serving(&config.id),
        });
        let services: Vec<Service> = current.chain(dropped).collect();
        // Waiting tickets point to their service by its place.
        for one in &mut self.waiting {
            let id = &self.services[one.service].config.id;
            if let Some(place) = services.iter().position(|service| service.config.id == *id) {
                one.service = place;
            }
        }
        self.services = services;
    }
}

fn split<T>(all: &[T], belongs: impl Fn(&&T) -> bool) -> (Vec<&T>, Vec<&T>) {
    all.iter().partition(belongs)
}
