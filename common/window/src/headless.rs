// SPDX-License-Identifier: GPL-3.0-or-later
//! The platform of an off-screen window: Slint's loop without a display.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{
    EventLoopProxy, Platform, PointerEventButton, WindowAdapter, WindowEvent,
    duration_until_next_timer_update, update_timers_and_animations,
};
use slint::{LogicalPosition, PlatformError, SharedString};

use crate::inbox::{Inbox, Proxy, Wish};
use crate::page::{Touch, TouchKind};
use crate::picture::Picture;

/// While something moves, a frame is drawn this often: as on a screen of 60 Hz.
const FRAME: Duration = Duration::from_millis(16);

/// One off-screen window and its loop.
pub(crate) struct Headless {
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) picture: Arc<Picture>,
    pub(crate) window: OnceCell<Rc<MinimalSoftwareWindow>>,
}

impl Platform for Headless {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        let first = self.window.set(window.clone()).is_ok();
        if first {
            Ok(window)
        } else {
            Err("a headless face has one window".into())
        }
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        loop {
            update_timers_and_animations();
            while let Some(wish) = self.inbox.take() {
                match wish {
                    Wish::Quit => return Ok(()),
                    Wish::Call(call) => call(),
                    Wish::Touch(touch, done) => {
                        self.touch(touch);
                        // Whoever touched may have gone away meanwhile.
                        let _ = done.send(());
                    }
                    Wish::Keys(text, done) => {
                        self.keys(&text);
                        let _ = done.send(());
                    }
                }
            }
            // What was called may have changed what others watch.
            update_timers_and_animations();
            self.draw();
            self.inbox.wait(self.until_something_moves());
        }
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(Proxy(Arc::clone(&self.inbox))))
    }
}

impl Headless {
    fn draw(&self) {
        let Some(window) = self.window.get() else {
            return;
        };
        window.draw_if_needed(|renderer| {
            self.picture.draw(|pixels, row| {
                renderer.render(pixels, row);
            });
        });
    }

    fn until_something_moves(&self) -> Option<Duration> {
        let moving = self
            .window
            .get()
            .is_some_and(|window| window.has_active_animations());
        if moving {
            Some(FRAME)
        } else {
            duration_until_next_timer_update()
        }
    }

    /// Each letter is a key that is pressed and let go; a line's end is Enter.
    fn keys(&self, text: &str) {
        let Some(window) = self.window.get() else {
            return;
        };
        for key in text.chars() {
            let text = SharedString::from(key);
            window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
            window.dispatch_event(WindowEvent::KeyReleased { text });
        }
        self.draw();
    }

    fn touch(&self, touch: Touch) {
        let Some(window) = self.window.get() else {
            return;
        };
        let scale = window.scale_factor();
        let position = LogicalPosition::new(touch.x / scale, touch.y / scale);
        let button = PointerEventButton::Left;
        let press = [
            WindowEvent::PointerMoved { position },
            WindowEvent::PointerPressed { position, button },
        ];
        // A finger that is lifted points nowhere.
        let release = [
            WindowEvent::PointerReleased { position, button },
            WindowEvent::PointerExited,
        ];
        let events: Vec<WindowEvent> = match touch.kind {
            TouchKind::Press => press.into(),
            TouchKind::Move => vec![WindowEvent::PointerMoved { position }],
            TouchKind::Release => release.into(),
            TouchKind::Tap => press.into_iter().chain(release).collect(),
        };
        for event in events {
            window.dispatch_event(event);
            self.draw();
        }
    }
}
