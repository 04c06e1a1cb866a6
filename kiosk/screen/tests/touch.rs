// SPDX-License-Identifier: GPL-3.0-or-later
//! A finger on the window: what it does is seen at once, and acts when it leaves the tile inside.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so")]

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{
    Platform, PointerEventButton, WindowAdapter, WindowEvent, update_timers_and_animations,
};
use slint::{
    ComponentHandle, LogicalPosition, PhysicalSize, PlatformError, Rgb8Pixel, SharedString,
};
use torn_client::Update;
use torn_config::DeviceConfig;
use torn_kiosk::adapter::Adapter;
use torn_kiosk::view_model::{Input, Touch, ViewModel};
use torn_queue::event::OpeningReason;
use torn_queue::{Event, Fact, Seq};
use torn_window::{Place, Witness};

const SIZE: (u32, u32) = (800, 480);

struct OffScreen(Rc<MinimalSoftwareWindow>);

impl Platform for OffScreen {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.0.clone())
    }
}

/// A kiosk on its home screen, and what its touches ask for.
struct Home {
    window: Rc<MinimalSoftwareWindow>,
    adapter: Adapter,
    witness: Witness,
    model: ViewModel,
    asked: Rc<RefCell<Vec<Touch>>>,
}

impl Home {
    fn new() -> Self {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        slint::platform::set_platform(Box::new(OffScreen(window.clone()))).unwrap();
        let device = "id = \"kiosk-1\"\nhub = \"http://127.0.0.1:8080\"\n";
        let (witness, asked) = (Witness::default(), Rc::new(RefCell::new(Vec::new())));
        let told = Rc::clone(&asked);
        let config = torn_config::device(device).unwrap();
        let config = DeviceConfig {
            reduced_motion: true,
            ..config
        };
        let adapter = Adapter::new(witness.clone(), &config, move |touch| {
            told.borrow_mut().push(touch)
        })
        .unwrap();
        window.set_size(PhysicalSize::new(SIZE.0, SIZE.1));
        adapter.window().show().unwrap();

        let now = Instant::now();
        let mut model = ViewModel::new(true, now);
        let office = torn_config::office(include_str!("../../hub/oiac/office.toml"))
            .unwrap()
            .office;
        let log = "5e0b2f9c-6c56-4f5e-9d6f-0d6f3c2b1a00".parse().unwrap();
        let day = "2026-11-24".parse().unwrap();
        let fact = Fact::DayBegan {
            log,
            day,
            office: Box::new(office),
            left: 0,
            ended: 0,
            midnight_at: Some("2026-11-23T23:00:00.000Z".parse().unwrap()),
            special_days: vec![],
            notice: None,
            learnt: Default::default(),
            numbers: vec![],
        };
        let at = "2026-11-24T09:42:00.000Z".parse().unwrap();
        let opened = Fact::OfficeOpened {
            reason: OpeningReason::Hours,
        };
        model.take(Input::Hub(Update::Connected), now);
        let mut seq = Seq::default();
        for fact in [fact, opened] {
            seq = seq.next();
            let by = "clock".parse().unwrap();
            let event = Event { seq, at, by, fact };
            model.take(Input::Hub(Update::Event(Box::new(event))), now);
        }
        let home = Self {
            window,
            adapter,
            witness,
            model,
            asked,
        };
        home.show();
        home
    }

    /// Draws what the view model says, and gives the pixels.
    fn show(&self) -> Vec<Rgb8Pixel> {
        self.adapter.draw(&self.model.view(Instant::now()));
        update_timers_and_animations();
        update_timers_and_animations();
        let mut pixels = vec![Rgb8Pixel::default(); (SIZE.0 * SIZE.1) as usize];
        self.window.request_redraw();
        self.window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, SIZE.0 as usize);
        });
        update_timers_and_animations();
        pixels
    }

    fn place(&self, name: &str) -> Place {
        self.witness
            .places()
            .into_iter()
            .find(|one| one.name == name)
            .unwrap()
    }

    fn press(&self, name: &str) {
        let position = middle(&self.place(name));
        self.window
            .dispatch_event(WindowEvent::PointerMoved { position });
        let button = PointerEventButton::Left;
        self.window
            .dispatch_event(WindowEvent::PointerPressed { position, button });
    }

    fn release_on(&self, name: &str) {
        let position = middle(&self.place(name));
        self.window
            .dispatch_event(WindowEvent::PointerMoved { position });
        let button = PointerEventButton::Left;
        self.window
            .dispatch_event(WindowEvent::PointerReleased { position, button });
        self.window.dispatch_event(WindowEvent::PointerExited);
    }

    fn tap(&self, name: &str) {
        self.press(name);
        self.release_on(name);
    }

    /// The keys of a keyboard, or of a reader, one after the other.
    fn types(&self, text: &str) {
        for key in text.chars() {
            let text = SharedString::from(key);
            self.window
                .dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
            self.window
                .dispatch_event(WindowEvent::KeyReleased { text });
        }
    }

    /// Shows what follows from a touch.
    fn follow(&mut self, touch: Touch) {
        self.model.take(Input::Touch(touch), Instant::now());
        self.show();
    }

    fn asked(&self) -> Vec<Touch> {
        self.asked.take()
    }
}

fn middle(place: &Place) -> LogicalPosition {
    LogicalPosition::new(place.x + place.width / 2.0, place.y + place.height / 2.0)
}

#[test]
fn a_tile_shows_the_finger_at_once_and_acts_when_it_is_lifted_inside() {
    let home = Home::new();
    let at_rest = home.show();
    let service = Touch::Service("registre".parse().unwrap());

    home.press("service:registre");
    assert!(
        home.show() != at_rest,
        "the touch is seen before anything else happens"
    );
    assert_eq!(home.asked(), [], "nothing is asked for yet");
    home.release_on("service:padro");
    assert_eq!(
        home.asked(),
        [],
        "a finger that slides away has thought better of it"
    );
    assert!(home.show() == at_rest, "and the screen is as before");

    home.press("service:registre");
    home.release_on("service:registre");
    assert_eq!(home.asked(), [service]);
}

#[test]
fn a_language_is_one_touch_and_mirrors_the_screen() {
    let mut home = Home::new();
    let general = home.place("service:general");
    home.press("language:ar");
    home.release_on("language:ar");
    let asked = home.asked();
    assert_eq!(asked, [Touch::Language("ar".parse().unwrap())]);
    for touch in asked {
        home.model.take(Input::Touch(touch), Instant::now());
    }
    home.show();
    let mirrored = home.place("service:general");
    assert_eq!(mirrored.x, SIZE.0 as f32 - general.x - general.width);
    assert!(
        mirrored.spoken.contains("معلومات عامة"),
        "{}",
        mirrored.spoken
    );
}

#[test]
fn a_screen_that_shows_the_same_is_not_drawn_again() {
    let home = Home::new();
    home.show();
    home.adapter.draw(&home.model.view(Instant::now()));
    update_timers_and_animations();
    assert!(!home.window.draw_if_needed(|_| {}), "nothing has changed");
}

#[test]
fn a_code_reader_is_a_keyboard_that_is_heard_on_every_page_and_leaves_enter_to_the_keyboard_of_a_person()
 {
    let mut home = Home::new();
    home.types("482915\n");
    assert_eq!(home.asked(), [Touch::Scanned("482915".to_owned())]);

    // Another page, whose things are new: what had the focus is gone.
    home.tap("check-in");
    assert_eq!(home.asked(), [Touch::CheckIn]);
    home.follow(Touch::CheckIn);
    home.types("\u{10}K7\u{1d}Q2\n");
    assert_eq!(home.asked(), [Touch::Scanned("K7Q2".to_owned())]);
    home.tap("back");
    assert_eq!(home.asked(), [Touch::Back]);
    home.follow(Touch::Back);

    // Tab goes to the first tile, Enter acts on it, and a reader is heard all the same.
    home.types("\t");
    home.types("5512\n");
    assert_eq!(home.asked(), [Touch::Scanned("5512".to_owned())]);
    home.types("\n");
    assert_eq!(home.asked(), [Touch::Service("general".parse().unwrap())]);
}

#[test]
fn a_code_is_typed_on_keys_that_are_large_enough_for_a_finger() {
    let mut home = Home::new();
    home.tap("check-in");
    home.follow(Touch::CheckIn);
    home.asked();
    for key in ["4", "0"] {
        home.tap(&format!("key:{key}"));
    }
    assert_eq!(home.asked(), [Touch::Key('4'), Touch::Key('0')]);
    home.tap("other-keys");
    home.follow(Touch::OtherKeys);
    assert_eq!(home.asked(), [Touch::OtherKeys]);
    home.tap("key:M");
    home.tap("erase");
    home.tap("enter");
    assert_eq!(
        home.asked(),
        [Touch::Key('M'), Touch::Erase, Touch::Continue]
    );
    let at_least_15_mm = 15.0 * SIZE.0 as f32 / 154.0;
    for place in home.witness.places() {
        let smaller = place.width.min(place.height);
        assert!(
            smaller >= at_least_15_mm || place.name.starts_with("language:"),
            "{}: {smaller}",
            place.name
        );
    }
}
