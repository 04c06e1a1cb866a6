// SPDX-License-Identifier: GPL-3.0-or-later
//! What a desk asks of the hub, by a button or by hand.

use std::time::Duration;

use serde::de::DeserializeOwned;
use torn_queue::DeskId;
use torn_wire::request::NoMembers;
use torn_wire::view::{Desk, Ticket};

use crate::{Client, Failure};

/// What a desk can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeskAction {
    /// Finish the current ticket and call the next one.
    Next,
    /// Call the current ticket again.
    Recall,
    /// The visit is over.
    Finish,
    /// Nobody came.
    NoShow,
    /// Set the current ticket aside; it keeps its place.
    Park,
    /// Take people.
    Open,
    /// Take nobody for a while.
    Pause,
    /// Take nobody any more.
    Close,
}

impl DeskAction {
    /// The action as the end of its path.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Recall => "recall",
            Self::Finish => "finish",
            Self::NoShow => "no-show",
            Self::Park => "park",
            Self::Open => "open",
            Self::Pause => "pause",
            Self::Close => "close",
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskAnswer {
    /// A ticket was called to the desk.
    Called(Box<Ticket>),
    /// Nobody is left to call; the current ticket, if there was one, is finished.
    NobodyWaits,
    /// The desk as it is now.
    Desk(Desk),
}

impl Client {
    /// Asks for something at a desk and gives up after `within`: a press that nobody heard is void,
    /// it must not be played when nobody stands there any more.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn desk(
        &self,
        desk: &DeskId,
        action: DeskAction,
        within: Duration,
    ) -> Result<DeskAnswer, Failure> {
        let path = format!("/v1/desks/{desk}/{}", action.as_str());
        if action == DeskAction::Next {
            let ticket = self.ask(&path, within).await?;
            return Ok(ticket.map_or(DeskAnswer::NobodyWaits, DeskAnswer::Called));
        }
        let desk = self.ask(&path, within).await?;
        desk.map(DeskAnswer::Desk)
            .ok_or_else(|| Failure::Unexpected("no desk in the answer".to_owned()))
    }

    async fn ask<A: DeserializeOwned>(
        &self,
        path: &str,
        within: Duration,
    ) -> Result<Option<A>, Failure> {
        self.post_within(path, None::<&NoMembers>, &self.chance().key(), within)
            .await
    }
}
