// SPDX-License-Identifier: GPL-3.0-or-later
//! What other threads want of the loop of an off-screen window.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use slint::EventLoopError;
use slint::platform::EventLoopProxy;
use tokio::sync::oneshot;

use crate::page::Touch;

/// One wish.
pub(crate) enum Wish {
    /// End the loop.
    Quit,
    /// Call this.
    Call(Box<dyn FnOnce() + Send>),
    /// A finger on the picture; answered once the window knows of it and is drawn.
    Touch(Touch, oneshot::Sender<()>),
    /// Keys, one after the other; answered once the window knows of them and is drawn.
    Keys(String, oneshot::Sender<()>),
}

/// The wishes that wait, and the bell that wakes the loop.
#[derive(Default)]
pub(crate) struct Inbox {
    wishes: Mutex<VecDeque<Wish>>,
    bell: Condvar,
}

impl Inbox {
    pub(crate) fn put(&self, wish: Wish) {
        self.lock().push_back(wish);
        self.bell.notify_one();
    }

    pub(crate) fn take(&self) -> Option<Wish> {
        self.lock().pop_front()
    }

    /// Waits for a wish, at most so long; `None`: as long as it takes.
    pub(crate) fn wait(&self, at_most: Option<Duration>) {
        let wishes = self.lock();
        let nothing = |wishes: &mut VecDeque<Wish>| wishes.is_empty();
        match at_most {
            Some(at_most) => {
                let waited = self.bell.wait_timeout_while(wishes, at_most, nothing);
                drop(waited.unwrap_or_else(PoisonError::into_inner));
            }
            None => drop(
                self.bell
                    .wait_while(wishes, nothing)
                    .unwrap_or_else(PoisonError::into_inner),
            ),
        }
    }

    // A list of wishes has no half-done state, whoever panicked with it.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Wish>> {
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What Slint gives to other threads.
pub(crate) struct Proxy(pub(crate) Arc<Inbox>);

impl EventLoopProxy for Proxy {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        self.0.put(Wish::Quit);
        Ok(())
    }

    fn invoke_from_event_loop(
        &self,
        event: Box<dyn FnOnce() + Send>,
    ) -> Result<(), EventLoopError> {
        self.0.put(Wish::Call(event));
        Ok(())
    }
}
