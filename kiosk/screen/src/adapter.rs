// SPDX-License-Identifier: GPL-3.0-or-later
//! The only place that wires the view model to the Slint window.
//!
//! It turns a [`View`] into properties and rows, touches into [`Touch`]es, and tells the window's
//! witness what is where. It decides nothing; what is equal to what is drawn is not touched.

mod code;
mod fonts;
mod rows;

use std::cell::RefCell;
use std::rc::Rc;

use slint::{Color, ComponentHandle, Global, ModelRc, SharedString, VecModel};
use torn_config::DeviceConfig;
use torn_look::words::{self, QrKind};
use torn_queue::Language;
use torn_window::{Place, Witness};

use crate::ui::{self, Fit, Kiosk, KioskWindow, Places, Theme};
use crate::view_model::{Appointment, Page, Paper, Taken, Touch, View, Why};

/// The window, and what is drawn on it.
pub struct Adapter {
    window: KioskWindow,
    tiles: Rc<VecModel<ui::Tile>>,
    tongues: Rc<VecModel<ui::Tongue>>,
    drawn: Rc<RefCell<Option<View>>>,
    /// The colour of the look, for an office that names none.
    usual_accent: Color,
    witness: Witness,
}

impl Adapter {
    /// Makes the window. `touched` is called for each touch that asks for something.
    ///
    /// # Errors
    /// When there is no window to be had.
    pub fn new(
        witness: Witness,
        config: &DeviceConfig,
        touched: impl Fn(Touch) + 'static,
    ) -> Result<Self, slint::PlatformError> {
        let window = KioskWindow::new()?;
        fonts::complete_each_other();
        let (tiles, tongues) = (Rc::new(VecModel::default()), Rc::new(VecModel::default()));
        let kiosk = Kiosk::get(&window);
        kiosk.set_tiles(ModelRc::from(tiles.clone()));
        kiosk.set_tongues(ModelRc::from(tongues.clone()));
        let theme = Theme::get(&window);
        theme.set_reduced_motion(config.reduced_motion);
        Fit::get(&window).set_height_mm(i32::try_from(config.screen.height_mm).unwrap_or(i32::MAX));
        Fit::get(&window).on_words(|text| rows::apart(&text).into());
        let usual_accent = theme.get_accent();
        listen(&kiosk, Rc::new(touched));
        let drawn = Rc::new(RefCell::default());
        testify(&window, witness.clone(), Rc::clone(&drawn));
        Ok(Self {
            window,
            tiles,
            tongues,
            drawn,
            usual_accent,
            witness,
        })
    }

    /// The window.
    #[must_use]
    pub fn window(&self) -> &KioskWindow {
        &self.window
    }

    /// Draws what differs from what is drawn.
    pub fn draw(&self, view: &View) {
        let before = self.drawn.replace(Some(view.clone()));
        if before.as_ref() == Some(view) {
            return;
        }
        let before = before.as_ref();
        if before.is_none_or(|one| one.language != view.language) {
            self.speak(&view.language);
        }
        if before.is_none_or(|one| one.accent != view.accent) {
            let accent = view
                .accent
                .as_deref()
                .and_then(color)
                .unwrap_or(self.usual_accent);
            Theme::get(&self.window).set_accent(accent);
        }
        self.frame(view);
        rows::replace(&self.tiles, view.tiles.iter().map(rows::tile));
        rows::replace(&self.tongues, rows::tongues(view));
        // Before the page itself, so that it appears with what it shows.
        if let Some(taken) = &view.taken {
            let known = before
                .and_then(|one| one.taken.as_ref())
                .and_then(|one| one.target.as_ref());
            self.taken(taken, known != taken.target.as_ref());
        }
        if let Some(appointment) = &view.appointment {
            self.appointment(appointment, before.and_then(|one| one.appointment.as_ref()));
        }
        let kiosk = Kiosk::get(&self.window);
        if let Some((service, why)) = &view.refused {
            self.service(service);
            kiosk.set_refusal(match why {
                Why::Closed => ui::Refusal::Closed,
                Why::Full => ui::Refusal::Full,
                Why::Other => ui::Refusal::Other,
            });
        }
        kiosk.set_page(page(view.page));
        self.witness.keep_places(|name| is_on(view, name));
    }

    fn frame(&self, view: &View) {
        let kiosk = Kiosk::get(&self.window);
        kiosk.set_town(view.town.as_str().into());
        kiosk.set_office(view.office.as_str().into());
        kiosk.set_date(view.date.as_str().into());
        kiosk.set_hour(view.hour.as_str().into());
        kiosk.set_desk(view.desk.as_str().into());
        kiosk.set_since(view.since.as_str().into());
        kiosk.set_asked(view.asked.as_deref().unwrap_or_default().into());
        kiosk.set_slow(view.slow);
        kiosk.set_seconds_left(i32::try_from(view.seconds_left).unwrap_or(i32::MAX));
    }

    fn speak(&self, language: &Language) {
        let theme = Theme::get(&self.window);
        let tag = language.as_str().split('-').next().unwrap_or_default();
        // A language without translations speaks as the faces were written: in Catalan.
        if let Err(error) = slint::select_bundled_translation(tag)
            .or_else(|_| slint::select_bundled_translation("ca"))
        {
            tracing::error!(tag, %error, "the translations are not in the program");
        }
        theme.set_rtl(words::is_right_to_left(language));
    }

    fn service(&self, name: &str) {
        let kiosk = Kiosk::get(&self.window);
        kiosk.set_service(name.into());
        kiosk.set_service_latin(rows::is_latin(name));
    }

    fn taken(&self, taken: &Taken, new_target: bool) {
        let kiosk = Kiosk::get(&self.window);
        self.service(&taken.service);
        kiosk.set_number(taken.number.as_str().into());
        kiosk.set_ahead(i32::try_from(taken.ahead).unwrap_or(i32::MAX));
        kiosk.set_wait(taken.wait.as_str().into());
        kiosk.set_paper(paper(taken.paper));
        kiosk.set_settled(taken.settled);
        let code = taken
            .target
            .as_ref()
            .filter(|_| new_target)
            .map(|target| code::picture(&target.url));
        if let Some(Some(picture)) = code {
            kiosk.set_qr(picture);
        }
        kiosk.set_code(match taken.target.as_ref().map(|target| target.kind) {
            None => ui::Code::None,
            Some(QrKind::Page) => ui::Code::Page,
            Some(QrKind::WhatsApp) => ui::Code::Whatsapp,
            Some(QrKind::EOffice) => ui::Code::EOffice,
        });
    }

    fn appointment(&self, appointment: &Appointment, before: Option<&Appointment>) {
        let kiosk = Kiosk::get(&self.window);
        self.service(&appointment.service);
        kiosk.set_service_icon(appointment.icon.as_str().into());
        kiosk.set_web_books(appointment.books);
        kiosk.set_fallback(appointment.information);
        let (web, chat) = (appointment.web.as_deref(), appointment.whatsapp.as_deref());
        kiosk.set_web(web.map(code::address).unwrap_or_default().into());
        kiosk.set_chat(chat.map(code::phone).unwrap_or_default().into());
        if before
            .is_some_and(|one| one.web == appointment.web && one.whatsapp == appointment.whatsapp)
        {
            return;
        }
        kiosk.set_web_qr(web.and_then(code::picture).unwrap_or_default());
        let chat = chat.and_then(|number| code::picture(&format!("https://wa.me/{number}")));
        kiosk.set_chat_qr(chat.unwrap_or_default());
    }
}

fn listen(kiosk: &Kiosk<'_>, touched: Rc<dyn Fn(Touch)>) {
    let named = |touched: &Rc<dyn Fn(Touch)>| touched.clone();
    let tell = named(&touched);
    kiosk.on_tile(move |id: SharedString| match id.as_str() {
        "more" => tell(Touch::More),
        id => match id.parse() {
            Ok(service) => tell(Touch::Service(service)),
            Err(error) => tracing::error!(%error, "a tile without a service"),
        },
    });
    let tell = named(&touched);
    kiosk.on_language(move |id: SharedString| match id.parse() {
        Ok(language) => tell(Touch::Language(language)),
        Err(error) => tracing::error!(%error, "a button without a language"),
    });
    let simple = |touch: Touch| {
        let tell = named(&touched);
        move || tell(touch.clone())
    };
    kiosk.on_done(simple(Touch::Done));
    kiosk.on_no_paper(simple(Touch::NoPaper));
    kiosk.on_more_time(simple(Touch::MoreTime));
    kiosk.on_back(simple(Touch::Back));
    kiosk.on_information(simple(Touch::Information));
}

/// Tells the witness where things are, in pixels of the window.
fn testify(window: &KioskWindow, witness: Witness, drawn: Rc<RefCell<Option<View>>>) {
    let weak = window.as_weak();
    Places::get(window).on_moved(move |name, spoken, x, y, width, height| {
        // A page that was left may move its things once more.
        if drawn
            .borrow()
            .as_ref()
            .is_none_or(|view| !is_on(view, &name))
        {
            return;
        }
        let scale = weak
            .upgrade()
            .map_or(1.0, |window| window.window().scale_factor());
        let (name, spoken) = (name.to_string(), spoken.to_string());
        let [x, y, width, height] = [x, y, width, height].map(|length| length * scale);
        witness.place(Place {
            name,
            spoken,
            x,
            y,
            width,
            height,
        });
    });
}

/// Whether a place belongs to what is shown.
fn is_on(view: &View, name: &str) -> bool {
    let with_tiles = matches!(view.page, Page::Home | Page::More);
    match name {
        "number" => view.page == Page::Ticket,
        "done" => view.taken.as_ref().is_some_and(|one| one.settled),
        "paper" => view.taken.as_ref().is_some_and(|one| one.paper.ails()),
        "no-paper" => view
            .taken
            .as_ref()
            .is_some_and(|one| one.paper.may_be_missed()),
        "more-time" => matches!(view.page, Page::Ticket | Page::StillThere),
        "notice" => matches!(view.page, Page::Away | Page::Connecting | Page::Refused),
        "back" => matches!(
            view.page,
            Page::More | Page::Appointment | Page::Refused | Page::StillThere
        ),
        "information" => view.page == Page::Appointment,
        "more" => with_tiles && view.tiles.iter().any(|one| one.id == "more"),
        _ => match name.strip_prefix("service:") {
            Some(id) => with_tiles && view.tiles.iter().any(|one| one.id == id),
            None => name.starts_with("language:"),
        },
    }
}

fn page(page: Page) -> ui::Page {
    match page {
        Page::Connecting => ui::Page::Connecting,
        Page::Away => ui::Page::Away,
        Page::Home => ui::Page::Home,
        Page::More => ui::Page::More,
        Page::Ticket => ui::Page::Ticket,
        Page::Appointment => ui::Page::Appointment,
        Page::Refused => ui::Page::Refused,
        Page::StillThere => ui::Page::StillThere,
    }
}

fn paper(paper: Paper) -> ui::Paper {
    match paper {
        Paper::Printing => ui::Paper::Printing,
        Paper::Printed => ui::Paper::Printed,
        Paper::Unknown => ui::Paper::Unknown,
        Paper::PaperOut => ui::Paper::PaperOut,
        Paper::CoverOpen => ui::Paper::CoverOpen,
        Paper::Off => ui::Paper::Off,
        Paper::Silent => ui::Paper::Silent,
        Paper::Broken => ui::Paper::Broken,
        Paper::NoPrinter => ui::Paper::NoPrinter,
    }
}

/// `#0A5361` as a colour.
fn color(text: &str) -> Option<Color> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    u32::from_str_radix(digits, 16)
        .ok()
        .map(|rgb| Color::from_argb_encoded(0xff00_0000 | rgb))
}
