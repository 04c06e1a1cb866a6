// SPDX-License-Identifier: GPL-3.0-or-later
//! What changes in the office while somebody looks at it: pictures, slips, lamps, programs that end.
//!
//! A thread looks at all of it and tells only changes, so that the browser page needs one stream.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{mpsc, watch};

use crate::lab::button::VirtualButton;
use crate::lab::face::Face;
use crate::lab::house::House;
use crate::lab::{LabError, wait};

/// Fine enough for a lamp that blinks.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// What there is to see now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct News {
    /// Counts the kiosk's pictures; another number means another picture.
    pub kiosk: u64,
    /// Counts the board's pictures.
    pub lobby: u64,
    /// How many slips have come out of the printer.
    pub slips: usize,
    /// Which lamps are lit, desk by desk.
    pub lamps: Vec<bool>,
    /// The programs that have ended by themselves.
    pub ended: Vec<String>,
}

/// Watches the office until the last one who holds it lets go.
///
/// The second receiver is told of every program that ends, once.
#[must_use]
pub fn watch(house: &Arc<House>) -> (watch::Receiver<News>, mpsc::UnboundedReceiver<LabError>) {
    let (told, news) = watch::channel(News::default());
    let (end_told, ends) = mpsc::unbounded_channel();
    let kiosk = count_frames(&house.kiosk);
    let lobby = count_frames(&house.lobby);
    let house = Arc::downgrade(house);
    thread::spawn(move || {
        let mut ended = Vec::new();
        while let Some(house) = house.upgrade() {
            for error in new_ends(&house, &mut ended) {
                // Nobody listens any more when the office is about to close.
                let _ = end_told.send(error);
            }
            let now = News {
                kiosk: kiosk.load(Ordering::Relaxed),
                lobby: lobby.load(Ordering::Relaxed),
                slips: house.printer.slips().len(),
                lamps: house
                    .desks
                    .buttons()
                    .iter()
                    .map(VirtualButton::lit)
                    .collect(),
                ended: ended.clone(),
            };
            drop(house);
            told.send_if_modified(|before| {
                let changed = *before != now;
                *before = now;
                changed
            });
            wait::pause(LOOK_EVERY);
        }
    });
    (news, ends)
}

fn new_ends(house: &House, ended: &mut Vec<String>) -> Vec<LabError> {
    let mut new = Vec::new();
    for program in house.programs() {
        let name = program.name();
        if let Some(status) = program.ended()
            && !ended.iter().any(|known| known == name)
        {
            ended.push(name.to_owned());
            new.push(LabError::Ended {
                program: name.to_owned(),
                status,
                stderr: program.stderr(),
            });
        }
    }
    new
}

/// Counts what a headless window draws; stays 0 for a real one.
fn count_frames(face: &Face) -> Arc<AtomicU64> {
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    if let Some(Ok(frames)) = face.page().map(crate::lab::screen::Screen::frames) {
        thread::spawn(move || {
            while let Ok(Some(_)) = frames.next(Duration::from_hours(24)) {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    count
}
