// SPDX-License-Identifier: GPL-3.0-or-later
//! The board's one loop: what the hub tells and what the clock brings, into a board and a chime.
//!
//! It owns the view model and hands on boards only when they differ. It draws nothing and keeps no
//! rule of its own.

use std::time::Instant;

use tokio::sync::{mpsc, watch};
use tokio::time::sleep_until;
use torn_client::{Client, Update};
use torn_queue::Fact;

use crate::board::Board;
use crate::chime::Tone;
use crate::reports::Reports;
use crate::sound::{self, Sound};
use crate::view_model::{Heard, ViewModel};

/// What the loop works with.
pub struct Follow {
    /// What the board understands.
    pub view: ViewModel,
    /// Where boards go.
    pub boards: watch::Sender<Board>,
    /// What rings; `None`: it was turned off.
    pub sound: Option<Sound>,
    /// What the sound thread tells.
    pub sound_news: mpsc::UnboundedReceiver<sound::News>,
    /// Whom the hub hears of the board's parts from.
    pub reports: Reports,
    /// What the sound thread told last: a player that fails again is no news.
    pub sound_was: Option<sound::News>,
}

impl Follow {
    /// Follows the hub for as long as somebody takes the boards.
    pub async fn run(mut self, client: &Client) {
        let mut updates = client.follow();
        self.reports.part("screen", "ok");
        while !self.boards.is_closed() {
            let next = self.view.next_change(Instant::now());
            tokio::select! {
                update = updates.recv() => match update {
                    Some(update) => self.take(update),
                    None => return,
                },
                Some(news) = self.sound_news.recv() => self.take_sound(news),
                () = sleep_until(next.unwrap_or_else(Instant::now).into()), if next.is_some() => {}
            }
            // What came together is shown together.
            while let Ok(update) = updates.try_recv() {
                self.take(update);
            }
            self.show();
        }
    }

    fn take(&mut self, update: Update) {
        let now = Instant::now();
        match update {
            Update::Afresh => self.view.afresh(),
            Update::Event(event) => {
                self.view.event(&event, now);
                if matches!(event.fact, Fact::DayBegan { .. }) {
                    self.reports.again();
                }
            }
            Update::UnknownKind { seq, at, kind } => {
                tracing::warn!(
                    kind,
                    "the hub tells what this board does not know; install its newer version here"
                );
                self.view.skip(seq, at, now);
                self.reports.part("screen", "out-of-date");
            }
            Update::Beat(beat) => self.view.beat(&beat, now),
            Update::Connected => self.reports.again(),
            // The view model counts the silence itself: a short cut is nobody's concern.
            Update::Away { .. } => {}
        }
    }

    fn take_sound(&mut self, news: sound::News) {
        if self.sound_was.as_ref() == Some(&news) {
            return;
        }
        self.sound_was = Some(news.clone());
        let (mute, state) = match news {
            sound::News::Sounded(_) => return,
            sound::News::Ready(player) => {
                tracing::info!(player = %player.display(), "the board can be heard");
                (false, "ok")
            }
            sound::News::NoPlayer => {
                tracing::warn!("no player of sound is found; install alsa-utils or pipewire-bin");
                (true, "no-player")
            }
            sound::News::Failed(why) => {
                tracing::warn!(
                    why,
                    "the board can't be heard; see the loudspeaker and its player"
                );
                (true, "failed")
            }
        };
        self.view.set_mute(mute);
        self.reports.part("sound", state);
    }

    fn show(&mut self) {
        let now = Instant::now();
        if let (Some(heard), Some(sound)) = (self.view.settle(now), &self.sound) {
            sound.sound(match heard {
                Heard::Call => Tone::Call,
                Heard::Away => Tone::Away,
            });
        }
        let board = self.view.board(now);
        self.boards.send_if_modified(|shown| {
            let differs = *shown != board;
            if differs {
                *shown = board;
            }
            differs
        });
    }
}
