// SPDX-License-Identifier: GPL-3.0-or-later
//! Every screen in every language on every size: no text is cut, nothing that is touched lies on
//! something else or is too small. `TORN_PICTURES=DIR` keeps the pictures to look at.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says so")]

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter, update_timers_and_animations};
use slint::{ComponentHandle, Global, PhysicalSize, PlatformError, Rgb8Pixel};
use torn_client::{Failure, Update};
use torn_config::DeviceConfig;
use torn_kiosk::adapter::Adapter;
use torn_kiosk::paper::{News, PrinterState};
use torn_kiosk::ui::Cut;
use torn_kiosk::view_model::{Input, Touch, ViewModel};
use torn_queue::event::{Class, OpeningReason, PrintOutcome, TicketStatus};
use torn_queue::{Event, Fact, Language, Office, Seq, Timestamp};
use torn_window::Witness;
use torn_wire::view::{IssuedTicket, Ticket};
use torn_wire::{Beat, Code, Problem};

const OFFICE: &str = include_str!("../../hub/oiac/office.toml");
const LANGUAGES: [&str; 5] = ["ca", "es", "en", "fr", "ar"];
/// The first three have drawings of their own; the others are these, scaled.
const SIZES: [(u32, u32); 5] = [
    (1280, 720),
    (800, 480),
    (720, 1280),
    (1920, 1080),
    (1080, 1920),
];
const SCREENS: [&str; 17] = [
    "home",
    "no-town",
    "more",
    "printing",
    "printed",
    "unknown",
    "paper-out",
    "off",
    "silent",
    "no-printer",
    "appointment",
    "full",
    "asking",
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

/// A view model that is told a morning, and then what leads to `screen`.
fn shown(screen: &str, language: &Language, now: Instant) -> ViewModel {
    let mut model = ViewModel::new(screen != "no-printer", now);
    if screen == "connecting" {
        return model;
    }
    let at: Timestamp = "2026-11-24T09:42:00.000Z".parse().unwrap();
    let mut office = torn_config::office(OFFICE).unwrap().office;
    if screen == "no-town" {
        office.town = None;
    }
    for event in morning(at, office) {
        model.take(Input::Hub(Update::Event(Box::new(event))), now);
    }
    model.take(Input::Hub(Update::Connected), now);
    let beat = Beat {
        seq: Seq::default(),
        now: at,
        clock_trusted: true,
    };
    model.take(Input::Hub(Update::Beat(beat)), now);
    model.take(Input::Touch(Touch::Language(language.clone())), now);
    let touch = |id: &str| Input::Touch(Touch::Service(id.parse().unwrap()));
    match screen {
        "more" => drop(model.take(Input::Touch(Touch::More), now)),
        "appointment" => drop(model.take(touch("idcat"), now)),
        "away" => drop(model.take(Input::Hub(Update::Away { since: now }), now)),
        "asking" => drop(model.take(touch("general"), now)),
        "asking-away" => {
            model.take(touch("general"), now);
            model.take(Input::Hub(Update::Away { since: now }), now);
        }
        "full" => {
            model.take(touch("registre"), now);
            let refused = Failure::Refused(Problem::new(Code::ServiceFull, ""));
            model.take(Input::Issued(Err(refused)), now);
        }
        "still-there" => {
            model.take(Input::Touch(Touch::More), now);
            model.take(Input::Tick, now + Duration::from_secs(30));
        }
        "printing" | "printed" | "unknown" | "paper-out" | "off" | "silent" | "no-printer" => {
            model.take(touch("general"), now);
            let ticket = ticket(at, language);
            let id = ticket.id;
            model.take(Input::Issued(Ok(IssuedTicket { ticket, link: None })), now);
            let state = match screen {
                "off" => PrinterState::Offline,
                "silent" | "unknown" => PrinterState::Silent,
                _ => PrinterState::PaperOut,
            };
            let outcome = match screen {
                "printed" => PrintOutcome::Printed,
                "unknown" => PrintOutcome::Unknown,
                "paper-out" | "off" | "silent" => PrintOutcome::Failed,
                _ => return model,
            };
            model.take(Input::Paper(News::Printer(state)), now);
            model.take(
                Input::Paper(News::Done {
                    ticket: id,
                    outcome,
                    copy: false,
                }),
                now,
            );
        }
        _ => {}
    }
    model
}

fn morning(at: Timestamp, office: Office) -> Vec<Event> {
    let day = "2026-11-24".parse().unwrap();
    let log = "5e0b2f9c-6c56-4f5e-9d6f-0d6f3c2b1a00".parse().unwrap();
    let mut facts = vec![Fact::DayBegan {
        log,
        day,
        office: Box::new(office),
        left: 0,
        ended: 0,
        midnight_at: Some("2026-11-23T23:00:00.000Z".parse().unwrap()),
        special_days: vec![],
        notice: None,
        learnt: Default::default(),
    }];
    facts.push(Fact::OfficeOpened {
        reason: OpeningReason::Hours,
    });
    let waiting = [
        ("general", "A", 4),
        ("registre", "B", 1),
        ("padro", "C", 3),
        ("tributs", "D", 2),
    ];
    for (service, letter, count) in waiting {
        for number in 1..=count {
            let number = format!("{letter}{number:03}");
            facts.push(Fact::TicketIssued {
                ticket: format!("2026-11-24-{number}").parse().unwrap(),
                number: number.parse().unwrap(),
                service: service.parse().unwrap(),
                class: Class::WalkIn,
                language: "ca".parse().unwrap(),
                due_at: at,
                appointment_at: None,
                ahead: 0,
                wait: None,
            });
        }
    }
    let mut seq = Seq::default();
    let by = "clock".parse().unwrap();
    let event = |fact| {
        seq = seq.next();
        Event {
            seq,
            at,
            by: torn_queue::Actor::clone(&by),
            fact,
        }
    };
    facts.into_iter().map(event).collect()
}

fn ticket(at: Timestamp, language: &Language) -> Ticket {
    Ticket {
        id: "2026-11-24-A012".parse().unwrap(),
        number: "A012".parse().unwrap(),
        service: "general".parse().unwrap(),
        class: Class::WalkIn,
        status: TicketStatus::Waiting,
        language: language.clone(),
        issued_at: at,
        due_at: at,
        appointment_at: None,
        called_at: None,
        finished_at: None,
        desk: None,
        ahead: Some(4),
        wait: None,
    }
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
    for size in SIZES
        .into_iter()
        .take(if looked_at { SIZES.len() } else { 3 })
    {
        for language in LANGUAGES {
            let language: Language = language.parse().unwrap();
            for screen in SCREENS {
                let name = format!("{}x{}-{screen}-{language}", size.0, size.1);
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

/// The place that home keeps for the slip of whoever has an appointment: x, y, width, height.
fn check_in((width, height): (u32, u32), language: &Language) -> (f32, f32, f32, f32) {
    let (drawing, (x, y, wide, high)) = match (width, height) {
        (800, 480) => (800.0, (634.0, 64.0, 150.0, 310.0)),
        _ if width < height => (720.0, (24.0, 821.0, 672.0, 150.0)),
        _ => (1920.0, (1344.0, 166.0, 512.0, 746.0)),
    };
    let mirrored = language.as_str() == "ar";
    let x = if mirrored { drawing - x - wide } else { x };
    let unit = width as f32 / drawing;
    (x * unit, y * unit, wide * unit, high * unit)
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
        "asking" => now + Duration::from_secs(1),
        "away" | "asking-away" => now + Duration::from_secs(5),
        _ => now,
    };
    adapter.draw(&shown(screen, language, now).view(later));
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
        let (x, y, width, height) = check_in(size, language);
        if matches!(screen, "home" | "more") && on(x, y, width, height) {
            faults.push(format!("{name}: {} is where the check-in goes", one.name));
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
