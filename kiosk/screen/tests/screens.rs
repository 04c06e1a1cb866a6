// SPDX-License-Identifier: GPL-3.0-or-later
//! Every screen in every language on every size: no text is cut, nothing that is touched lies on
//! something else or is too small. `TORN_PICTURES=DIR` keeps the pictures to look at,
//! `TORN_ONLY=1280x720-home` leaves the others out.

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
use torn_kiosk::view_model::{Input, TileKind, Touch, View, ViewModel};
use torn_look::words;
use torn_queue::event::{
    Class, OpeningReason, PrintOutcome, ServiceClosedReason, TicketStatus, Wait,
};
use torn_queue::office::AppointmentRule;
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
const SCREENS: [&str; 39] = [
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
    match screen {
        "no-town" => office.town = None,
        "booking" => office.links.booking = Some("https://cita.torroella.cat/oiac".to_owned()),
        "mixed" | "elsewhere" | "other-place" => {
            office.services[2].place = Some("Can Mach, carrer Major 3".to_owned());
        }
        "no-appointments" => {
            for service in &mut office.services {
                service.appointment = AppointmentRule::None;
            }
        }
        _ => {}
    }
    let services: Vec<_> = office.services.iter().map(|one| one.id.clone()).collect();
    let shut = match screen {
        "mixed" => &services[1..2],
        "no-more" => &services[..],
        _ => &[],
    };
    let full = shut.iter().map(|service| Fact::ServiceClosed {
        service: service.clone(),
        reason: ServiceClosedReason::Full,
        next_open_at: None,
    });
    let closed = screen.starts_with("closed").then(|| Fact::OfficeClosed {
        reason: OpeningReason::Hours,
        next_open_at: Some("2026-11-25T08:00:00.000Z".parse().unwrap()),
    });
    let waiting = screen != "closed";
    for event in morning(at, office, waiting, full.chain(closed)) {
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
        "appointment" | "booking" => drop(model.take(touch("idcat"), now)),
        "elsewhere" => drop(model.take(touch("padro"), now)),
        _ if screen.starts_with("check-in") => type_code(&mut model, screen, now),
        "checked-in" | "cancelled" | "other-day" | "day-gone" | "other-place" => {
            model.take(Input::Touch(Touch::Scanned("482915".to_owned())), now);
            model.take(refused_check_in(screen), now);
        }
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
        "printing" | "printed" | "unknown" | "paper-out" | "off" | "silent" | "no-printer"
        | "early" | "in-time" | "late" | "late-paper-out" => {
            model.take(touch("general"), now);
            let ticket = booked(screen, ticket(at, language));
            let id = ticket.id;
            model.take(Input::Issued(Ok(IssuedTicket { ticket, link: None })), now);
            let state = match screen {
                "off" => PrinterState::Offline,
                "silent" | "unknown" => PrinterState::Silent,
                _ => PrinterState::PaperOut,
            };
            let outcome = match screen {
                "printed" | "early" | "in-time" | "late" => PrintOutcome::Printed,
                "unknown" => PrintOutcome::Unknown,
                "paper-out" | "off" | "silent" | "late-paper-out" => PrintOutcome::Failed,
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

/// What was typed, and what the hub said to it.
fn type_code(model: &mut ViewModel, screen: &str, now: Instant) {
    model.take(Input::Touch(Touch::CheckIn), now);
    let code = match screen {
        "check-in-letters" => "K7P",
        "check-in-unknown" | "check-in-failed" | "check-in-slow" => "482915",
        "check-in-long" => "48291548291548",
        _ => "4829",
    };
    for key in code.chars() {
        model.take(Input::Touch(Touch::Key(key)), now);
    }
    match screen {
        "check-in-letters" => drop(model.take(Input::Touch(Touch::OtherKeys), now)),
        "check-in-slow" => drop(model.take(Input::Touch(Touch::Continue), now)),
        "check-in-unknown" | "check-in-failed" => {
            model.take(Input::Touch(Touch::Continue), now);
            model.take(refused_check_in(screen), now);
        }
        _ => {}
    }
}

fn refused_check_in(screen: &str) -> Input {
    let (code, detail) = match screen {
        "checked-in" => (Code::AlreadyCheckedIn, "it has its number: E001"),
        "cancelled" => (Code::AppointmentCancelled, ""),
        "other-day" => (Code::AppointmentOtherDay, "it is for 2026-12-10; come then"),
        "day-gone" => (
            Code::AppointmentOtherDay,
            "it was for 2026-11-23; come then",
        ),
        "other-place" => (
            Code::AppointmentOtherPlace,
            "it is at Can Mach, carrer Major 3; go there",
        ),
        "check-in-failed" => (Code::Forbidden, ""),
        _ => (Code::UnknownAppointment, ""),
    };
    Input::Issued(Err(Failure::Refused(Problem::new(code, detail))))
}

/// The ticket of somebody who was booked, and came like that.
fn booked(screen: &str, ticket: Ticket) -> Ticket {
    let (class, appointment_at) = match screen {
        "early" => (Class::Appointment, "2026-11-24T10:30:00.000Z"),
        "in-time" => (Class::Appointment, "2026-11-24T09:40:00.000Z"),
        "late" | "late-paper-out" => (Class::WalkIn, "2026-11-24T09:00:00.000Z"),
        _ => return ticket,
    };
    let wait = Some(Wait {
        low_min: 10,
        high_min: 20,
    });
    Ticket {
        class,
        appointment_at: Some(appointment_at.parse().unwrap()),
        wait,
        ..ticket
    }
}

fn morning(
    at: Timestamp,
    office: Office,
    waiting: bool,
    then: impl Iterator<Item = Fact>,
) -> Vec<Event> {
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
    let people = [
        ("general", "A", 4),
        ("registre", "B", 1),
        ("padro", "C", 3),
        ("tributs", "D", 2),
        ("idcat", "E", 1),
    ];
    for (service, letter, count) in people.into_iter().filter(|_| waiting) {
        for number in 1..=count {
            let number = format!("{letter}{number:03}");
            facts.push(Fact::TicketIssued {
                ticket: format!("2026-11-24-{number}").parse().unwrap(),
                number: number.parse().unwrap(),
                service: service.parse().unwrap(),
                class: Class::WalkIn,
                language: "ca".parse().unwrap(),
                due_at: at,
                appointment_at: (letter == "E").then_some(at),
                ahead: 0,
                wait: None,
            });
        }
    }
    facts.extend(then);
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
        "asking" | "check-in-slow" => now + Duration::from_secs(1),
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
