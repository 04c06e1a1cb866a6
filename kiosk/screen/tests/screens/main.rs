// SPDX-License-Identifier: GPL-3.0-or-later
//! Every screen in every language on every size: no text is cut, nothing that is touched lies on
//! something else or is too small. `TORN_PICTURES=DIR` keeps the pictures to look at,
//! `TORN_ONLY=1280x720-home` leaves the others out.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so")]

mod told;

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter, update_timers_and_animations};
use slint::{ComponentHandle, Global, PhysicalSize, PlatformError, Rgb8Pixel};
use torn_config::DeviceConfig;
use torn_kiosk::adapter::Adapter;
use torn_kiosk::ui::Cut;
use torn_kiosk::view_model::{TileKind, View};
use torn_look::words;
use torn_queue::Language;
use torn_queue::event::Wait;
use torn_window::Witness;

use told::shown;

const LANGUAGES: [&str; 5] = ["ca", "es", "en", "fr", "ar"];
/// The first three have drawings of their own; the others are these, scaled.
const SIZES: [(u32, u32); 5] = [
    (1280, 720),
    (800, 480),
    (720, 1280),
    (1920, 1080),
    (1080, 1920),
];
const SCREENS: [&str; 40] = [
    "home",
    "no-town",
    "more",
    "mixed",
    "no-more",
    "no-appointments",
    "printing",
    "printed",
    "unknown",
    "paper-out",
    "off",
    "silent",
    "no-printer",
    "early",
    "in-time",
    "late",
    "late-paper-out",
    "check-in",
    "check-in-letters",
    "check-in-unknown",
    "check-in-long",
    "check-in-slow",
    "appointment",
    "booking",
    "full",
    "elsewhere",
    "checked-in",
    "cancelled",
    "other-day",
    "day-gone",
    "other-place",
    "check-in-failed",
    "closed",
    "closed-serving",
    "asking",
    "scanning",
    "away",
    "asking-away",
    "connecting",
    "still-there",
];

struct OffScreen(RefCell<Option<Rc<MinimalSoftwareWindow>>>);

impl Platform for OffScreen {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        LAST.with(|last| last.replace(Some(window.clone())));
        self.0.replace(Some(window.clone()));
        Ok(window)
    }
}

thread_local! {
    static LAST: RefCell<Option<Rc<MinimalSoftwareWindow>>> = const { RefCell::new(None) };
}

fn draw(window: &MinimalSoftwareWindow, (width, height): (u32, u32)) -> Vec<Rgb8Pixel> {
    // Once for the size, once for what follows from it.
    update_timers_and_animations();
    update_timers_and_animations();
    let mut pixels = vec![Rgb8Pixel::default(); (width * height) as usize];
    window.request_redraw();
    window.draw_if_needed(|renderer| {
        renderer.render(&mut pixels, width as usize);
    });
    update_timers_and_animations();
    pixels
}

fn keep(name: &str, (width, height): (u32, u32), pixels: &[Rgb8Pixel]) {
    let Some(folder) = std::env::var_os("TORN_PICTURES").map(PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&folder).unwrap();
    let file = std::fs::File::create(folder.join(format!("{name}.png"))).unwrap();
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let bytes: Vec<u8> = pixels
        .iter()
        .flat_map(|one| [one.r, one.g, one.b])
        .collect();
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&bytes)
        .unwrap();
}

#[test]
fn no_screen_cuts_a_text_or_lays_one_thing_that_is_touched_on_another() {
    slint::platform::set_platform(Box::new(OffScreen(RefCell::default()))).unwrap();
    let mut faults = Vec::new();
    let looked_at = std::env::var_os("TORN_PICTURES").is_some();
    let only = std::env::var("TORN_ONLY").unwrap_or_default();
    for size in SIZES
        .into_iter()
        .take(if looked_at { SIZES.len() } else { 3 })
    {
        for language in LANGUAGES {
            let language: Language = language.parse().unwrap();
            for screen in SCREENS {
                let name = format!("{}x{}-{screen}-{language}", size.0, size.1);
                if !name.contains(&only) {
                    continue;
                }
                faults.extend(look(&name, size, screen, &language));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn device() -> DeviceConfig {
    let device = torn_config::device(
        "id = \"kiosk-1\"
hub = \"http://127.0.0.1:8080\"
",
    );
    DeviceConfig {
        reduced_motion: true,
        ..device.unwrap()
    }
}

/// The ranges of the sheet, since this morning has taught nothing yet.
fn with_waits(mut view: View) -> View {
    let waits = [(10, 20), (0, 10), (10, 20), (20, 35)];
    for (tile, (low_min, high_min)) in view.tiles.iter_mut().zip(waits) {
        if tile.kind == TileKind::Service {
            tile.wait = words::range(&view.language, Wait { low_min, high_min });
        }
    }
    view
}

/// How far the letters beside the crest stand from its middle, in pixels, counting from the top.
fn off_the_crest(pixels: &[Rgb8Pixel], (width, height): (u32, u32)) -> f32 {
    let dark = |x: u32, y: u32| pixels[(y * width + x) as usize].r < 0x60;
    let head = height / if width < height { 13 } else { 8 };
    let rows = |from: u32, to: u32| {
        let inked: Vec<u32> = (0..head)
            .filter(|y| (from..to).any(|x| dark(x, *y)))
            .collect();
        (inked[0] + inked[inked.len() - 1]) as f32 / 2.0
    };
    // The crest, and then the letters, up to the middle of the screen.
    let letters = (width / 40..width / 2)
        .skip_while(|x| !(0..head).any(|y| dark(*x, y)))
        .find(|x| !(0..head).any(|y| dark(*x, y)))
        .unwrap();
    rows(letters, width / 2) - rows(0, letters)
}

/// Draws one screen, and says what is wrong with it.
fn look(name: &str, size: (u32, u32), screen: &str, language: &Language) -> Vec<String> {
    let now = Instant::now();
    let witness = Witness::default();
    let adapter = Adapter::new(witness.clone(), &device(), |_| {}).unwrap();
    let cut = Rc::new(RefCell::new(Vec::new()));
    let found = Rc::clone(&cut);
    Cut::get(adapter.window()).on_found(move |text| found.borrow_mut().push(text.to_string()));
    let window = LAST.with(|last| last.borrow_mut().take()).unwrap();
    window.set_size(PhysicalSize::new(size.0, size.1));
    adapter.window().show().unwrap();
    update_timers_and_animations();
    let later = match screen {
        "still-there" => now + Duration::from_secs(36),
        "asking" | "scanning" | "check-in-slow" => now + Duration::from_secs(1),
        "away" | "asking-away" => now + Duration::from_secs(5),
        _ => now,
    };
    adapter.draw(&with_waits(shown(screen, language, now).view(later)));
    draw(&window, size);
    // What was cut before the window had its size is not looked at.
    let pixels = draw(&window, size);
    keep(name, size, &pixels);
    let mut faults: Vec<String> = Vec::new();
    for text in cut.borrow().iter() {
        faults.push(format!("{name}: {text:?} is cut"));
    }
    let places = witness.places();
    for (at, one) in places.iter().enumerate() {
        let touched = !["number", "notice", "paper"].contains(&one.name.as_str());
        let (right, bottom) = (one.x + one.width, one.y + one.height);
        if one.x < 0.0 || one.y < 0.0 || right > size.0 as f32 || bottom > size.1 as f32 {
            faults.push(format!("{name}: {} is not on the screen", one.name));
        }
        if touched && (one.width < 60.0 || one.height < 50.0) {
            faults.push(format!(
                "{name}: {} is too small: {} × {}",
                one.name, one.width, one.height
            ));
        }
        let on = |x: f32, y: f32, width: f32, height: f32| {
            right > x && x + width > one.x && bottom > y && y + height > one.y
        };
        for other in &places[at + 1..] {
            if touched && on(other.x, other.y, other.width, other.height) {
                faults.push(format!("{name}: {} and {} overlap", one.name, other.name));
            }
        }
    }
    if screen == "no-town" && language.as_str() != "ar" {
        let off = off_the_crest(&pixels, size);
        if off.abs() > 4.0 {
            faults.push(format!("{name}: the name hangs {off} px beside the crest"));
        }
    }
    adapter.window().hide().unwrap();
    faults
}
