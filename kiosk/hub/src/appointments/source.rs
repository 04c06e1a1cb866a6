// SPDX-License-Identifier: GPL-3.0-or-later
//! The sources of a configuration, each watched by a task of its own, and what they hand over.
//!
//! How a folder or an address is watched is not known here.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use tokio_util::sync::CancellationToken;
use torn_appointments::{Appointment, Unreadable};
use torn_config::HubConfig;

use super::folder::{self, Folder};
use super::reader::Reader;
use super::web::{self, Web};

/// All that a source has for some days, in place of what it had for them before.
#[derive(Debug)]
pub struct SourceList {
    /// The source's name, the same each time: that of the file, or `url`.
    pub source: String,
    /// The day that it is, and those after it on which somebody may be told to come, in the office's zone.
    pub days: RangeInclusive<Date>,
    /// By day, then by start.
    pub list: Vec<Appointment>,
    /// Those of these days that the source says are cancelled.
    pub cancelled: Vec<Appointment>,
    /// What can't be read in it: what it had for that before still holds.
    pub unreadable: Unreadable,
    /// `false`: the source ended in its middle, or is broken, so what is not on the list may be booked all the same.
    pub whole: bool,
}

/// Takes a list. `false`: there is no room at the moment, and the list is handed over again a little later.
pub type HandOver = Arc<dyn Fn(SourceList) -> bool + Send + Sync>;

/// Says which business day it is.
pub type Today = Arc<dyn Fn() -> Date + Send + Sync>;

/// How often is looked.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// At the files, and at the day.
    pub look: Duration,
    /// At an address.
    pub poll: Duration,
    /// After a first failure; doubled with each further one.
    pub back_off: Duration,
}

impl Pace {
    /// The pace of a configuration.
    #[must_use]
    pub fn of(config: &HubConfig) -> Self {
        Self {
            look: Duration::from_secs(2),
            poll: Duration::from_secs(60 * u64::from(config.appointments.poll_min)),
            back_off: Duration::from_secs(30),
        }
    }
}

/// Watches the sources of a configuration until `stop`; returns at once where there are none.
pub async fn watch(
    config: &HubConfig,
    pace: Pace,
    today: Today,
    hand_over: HandOver,
    stop: CancellationToken,
) {
    let reader = Arc::new(Reader::new(config, today, hand_over));
    let folder = async {
        if let Some(path) = &config.appointments.folder {
            let folder = Folder::new(path.clone(), Arc::clone(&reader));
            folder::watch(folder, pace, stop.clone()).await;
        }
    };
    let web = async {
        if let Some(url) = &config.appointments.url {
            match Web::new(url.clone(), Arc::clone(&reader)) {
                Ok(web) => web::watch(web, pace, stop.clone()).await,
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the address of the appointments is never asked"
                ),
            }
        }
    };
    tokio::join!(folder, web);
}
