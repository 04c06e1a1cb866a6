// SPDX-License-Identifier: GPL-3.0-or-later
//! Draws tickets: a slip becomes the Slint component `Ticket`, and that the dots of a thermal head.
//!
//! One look and one text engine for screen and paper. A draughtsman stays on the thread it was made
//! on, which can't be the one that shows the screens: each has its own platform.

use std::cell::OnceCell;
use std::rc::Rc;

use jiff::civil::Time;
use slint::platform::software_renderer::MinimalSoftwareWindow;
use slint::{ComponentHandle, Image, PhysicalSize, Rgb8Pixel, SharedPixelBuffer};
use torn_look::words::{self, QrKind};
use torn_queue::Language;

use super::bitmap::{Bitmap, Gray};
use super::code::{Code, code};
use super::platform::{LastWindow, TicketPlatform};
use super::slip::{Arrival, Slip, balanced};
use crate::ui::{Theme, Ticket, TicketCode};

/// Characters of the town's name that fit on a line next to the arms, a line of 576 dots.
const TOWN_CHARS: u32 = 26;

const NO_BREAK_SPACE: &str = "\u{a0}";

/// The height that a ticket is first laid out with; only its width matters then.
const ANY_HEIGHT: u32 = 64;

thread_local! {
    /// The platform's windows, once this thread has it.
    static WINDOWS: OnceCell<LastWindow> = const { OnceCell::new() };
}

/// Why a ticket could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// The head's width is not one that the layout was made for.
    #[error("a head of {0} dots is not known: set `dots` of the printer to 576, 512 or 384")]
    Dots(u32),
    /// Slint refused.
    #[error("the ticket can't be drawn: {0}")]
    Drawing(#[from] slint::PlatformError),
    /// This thread already has a platform that is not for tickets.
    #[error("this thread draws a screen already, so tickets need a thread of their own")]
    Thread,
}

/// Draws tickets of one width.
pub struct Draughtsman {
    dots: u32,
    windows: LastWindow,
    /// A dot of a dotted line, 6 × 6, and 10 blank after it.
    dot: Image,
}

impl Draughtsman {
    /// A draughtsman for a head of `dots`, on this thread.
    ///
    /// # Errors
    /// [`TicketError::Dots`] for a width other than 576, 512 or 384; [`TicketError::Thread`] on a thread that shows a screen.
    pub fn new(dots: u32) -> Result<Self, TicketError> {
        if !matches!(dots, 576 | 512 | 384) {
            return Err(TicketError::Dots(dots));
        }
        Ok(Self {
            dots,
            windows: windows()?,
            dot: dot(),
        })
    }

    /// Draws a ticket for nobody, so that fonts are loaded before the first person waits for one.
    ///
    /// # Errors
    /// [`TicketError::Drawing`] with Slint's reason.
    pub fn rehearse(&self) -> Result<(), TicketError> {
        let ticket = Ticket::new()?;
        let window = self
            .windows
            .borrow_mut()
            .take()
            .ok_or(TicketError::Thread)?;
        self.render(&ticket, &window).map(drop)
    }

    /// The slip as it will be on the paper.
    ///
    /// # Errors
    /// [`TicketError::Drawing`] with Slint's reason.
    pub fn draw(&self, slip: &Slip) -> Result<Bitmap, TicketError> {
        // Without it each component leaves more than a kilobyte behind.
        slint::platform::update_timers_and_animations();
        let ticket = Ticket::new()?;
        let window = self
            .windows
            .borrow_mut()
            .take()
            .ok_or(TicketError::Thread)?;
        self.fill(&ticket, slip);
        self.render(&ticket, &window)
    }

    fn fill(&self, ticket: &Ticket, slip: &Slip) {
        if slip.is_bilingual() {
            say_own(ticket, slip);
        }
        select(&slip.language);
        let mirrored = words::is_right_to_left(&slip.language);
        ticket.global::<Theme>().set_rtl(mirrored);
        let town_chars = (TOWN_CHARS * self.dots / 576) as usize;
        if mirrored && !words::is_right_to_left(&slip.own_language) {
            ticket.set_own_town(balanced(&slip.own_town, town_chars).into());
        }
        ticket.set_dots(self.dots as f32);
        ticket.set_dot(self.dot.clone());
        ticket.set_town(balanced(&slip.town, town_chars).into());
        ticket.set_service(slip.service.as_str().into());
        ticket.set_number(slip.number.to_string().into());
        ticket.set_issued(issued(slip).into());
        facts(ticket, slip);
        ticket.set_copy(slip.copy);
        let drawn = slip
            .qr
            .as_ref()
            .and_then(|qr| Some((code(&qr.url)?, qr.kind)));
        if let Some((Code { picture, side }, kind)) = drawn {
            ticket.set_code(picture);
            ticket.set_code_side(side as f32);
            ticket.set_code_opens(match kind {
                QrKind::Page => TicketCode::Page,
                QrKind::WhatsApp => TicketCode::Whatsapp,
                QrKind::EOffice => TicketCode::EOffice,
            });
        }
    }

    fn render(
        &self,
        ticket: &Ticket,
        window: &MinimalSoftwareWindow,
    ) -> Result<Bitmap, TicketError> {
        // The width first: the height depends on it.
        window.set_size(PhysicalSize::new(self.dots, ANY_HEIGHT));
        ticket.show()?;
        let rows = ticket.get_content_height().ceil() as u32;
        window.set_size(PhysicalSize::new(self.dots, rows));
        let dots = self.dots as usize;
        let mut pixels = vec![Gray::PAPER; dots * rows as usize];
        window.request_redraw();
        window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, dots);
        });
        ticket.hide()?;
        Ok(Bitmap::from_gray(&pixels, dots))
    }
}

/// What is known of the wait. Before a booked hour nobody counts those who are served meanwhile.
fn facts(ticket: &Ticket, slip: &Slip) {
    let early = matches!(slip.booked, Some((_, Arrival::Early)));
    let ahead = (!early).then(|| slip.ahead.to_string());
    let wait = slip.wait.filter(|_| !early).map(words::range_short);
    ticket.set_ahead(ahead.unwrap_or_default().into());
    ticket.set_wait(wait.unwrap_or_default().into());
    let hour = |at: Time| words::hour(&slip.language, at);
    // On a line of its own a figure keeps its order.
    let alone = |at: Time| hour(at).replace(['\u{2066}', '\u{2069}'], "");
    ticket.set_around(slip.around.map(alone).unwrap_or_default().into());
    if let Some((at, arrival)) = slip.booked {
        ticket.set_booked(hour(at).replace(' ', NO_BREAK_SPACE).into());
        ticket.set_late(arrival == Arrival::Late);
    }
}

/// Where this thread's platform leaves its windows; the first call makes the platform.
fn windows() -> Result<LastWindow, TicketError> {
    WINDOWS.with(|windows| {
        if let Some(windows) = windows.get() {
            return Ok(Rc::clone(windows));
        }
        let (platform, last) = TicketPlatform::new();
        slint::platform::set_platform(Box::new(platform)).map_err(|_| TicketError::Thread)?;
        Ok(Rc::clone(windows.get_or_init(|| last)))
    })
}

/// Fills in what is said again in the office's own language, unless it would be the same words.
fn say_own(ticket: &Ticket, slip: &Slip) {
    let said = |ticket: &Ticket| {
        [
            ticket.get_people_ahead(),
            ticket.get_wait_long(),
            ticket.get_copy_mark(),
            ticket.get_wait_short(),
            ticket.get_around_long(),
            ticket.get_around_short(),
        ]
    };
    select(&slip.language);
    let first = said(ticket);
    select(&slip.own_language);
    let [ahead, wait, copy, wait_short, around, around_short] = said(ticket);
    if ahead != first[0] {
        ticket.set_own_people_ahead(ahead);
    }
    if wait != first[1] {
        ticket.set_own_wait(wait_short);
    }
    if copy != first[2] {
        ticket.set_own_copy_mark(copy);
    }
    if around != first[4] {
        ticket.set_own_around(around_short);
    }
    if slip.own_service != slip.service {
        ticket.set_own_service(slip.own_service.as_str().into());
    }
}

/// Day and hour; the hour, and the words that belong to it, stay on one line.
fn issued(slip: &Slip) -> String {
    let said = words::moment(&slip.language, slip.issued);
    match said.rfind(", ").or_else(|| said.rfind("، ")) {
        Some(comma) => {
            let (day, hour) = said.split_at(comma);
            let mut parts = hour.splitn(2, ' ');
            let (comma, hour) = (
                parts.next().unwrap_or_default(),
                parts.next().unwrap_or_default(),
            );
            format!("{day}{comma} {}", hour.replace(' ', NO_BREAK_SPACE))
        }
        None => said,
    }
}

/// Words that there is no translation for stay in English: a ticket is better than none.
fn select(language: &Language) {
    let tag = language.as_str();
    let primary = tag.split('-').next().unwrap_or(tag);
    if let Err(error) = slint::select_bundled_translation(primary) {
        tracing::warn!(language = tag, %error, "the ticket's words are not translated");
    }
}

fn dot() -> Image {
    const SIDE: usize = 6;
    const STEP: u32 = 16;
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(STEP, SIDE as u32);
    for row in pixels.make_mut_slice().chunks_exact_mut(STEP as usize) {
        row.fill(Rgb8Pixel::new(u8::MAX, u8::MAX, u8::MAX));
        row[..SIDE].fill(Rgb8Pixel::new(0, 0, 0));
    }
    Image::from_rgb8(pixels)
}
