// SPDX-License-Identifier: GPL-3.0-or-later
//! The only place that wires the view model to the Slint window.
//!
//! It turns a [`View`] into properties and rows, touches into [`Touch`]es, and tells the window's
//! witness what is where. It decides nothing; what is equal to what is drawn is not touched.

mod code;
mod fonts;
mod page;
mod rows;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use slint::{Color, ComponentHandle, Global, ModelRc, SharedString, VecModel};
use torn_config::DeviceConfig;
use torn_look::words::{self, QrKind};
use torn_queue::Language;
use torn_window::{Place, Witness};

use crate::reader::{Heard, Reader};
use crate::ui::{self, Fit, Kiosk, KioskWindow, Places, Theme};
use crate::view_model::{Page, Taken, Touch, View};

/// What a code of an appointment may say: three figures and three, as on the keys beside it.
const SAMPLE: &str = "482 915";

/// The window, and what is drawn on it.
pub struct Adapter {
    window: KioskWindow,
    tiles: Rc<VecModel<ui::Tile>>,
    tongues: Rc<VecModel<ui::Tongue>>,
    signs: Rc<VecModel<SharedString>>,
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
        let signs = Rc::new(VecModel::default());
        let kiosk = Kiosk::get(&window);
        kiosk.set_tiles(ModelRc::from(tiles.clone()));
        kiosk.set_tongues(ModelRc::from(tongues.clone()));
        kiosk.set_code_signs(ModelRc::from(signs.clone()));
        kiosk.set_sample_qr(code::picture(SAMPLE).unwrap_or_default());
        let theme = Theme::get(&window);
        theme.set_reduced_motion(config.reduced_motion);
        Fit::get(&window).set_height_mm(i32::try_from(config.screen.height_mm).unwrap_or(i32::MAX));
        Fit::get(&window).on_words(|text| rows::apart(&text).into());
        let usual_accent = theme.get_accent();
        let drawn: Rc<RefCell<Option<View>>> = Rc::default();
        let touched: Rc<dyn Fn(Touch)> = Rc::new(touched);
        listen(&kiosk, &touched);
        hear(&kiosk, touched, Rc::clone(&drawn));
        testify(&window, witness.clone(), Rc::clone(&drawn));
        Ok(Self {
            window,
            tiles,
            tongues,
            signs,
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
        self.ways_on(view, before);
        let kiosk = Kiosk::get(&self.window);
        kiosk.set_page(page::page(view.page));
        // What had the focus of the keyboard may be gone.
        let gone = |one: &View| one.page != view.page || one.tiles.len() != view.tiles.len();
        if before.is_none_or(gone) {
            self.window.invoke_listen();
        }
        self.witness.keep_places(|name| page::is_on(view, name));
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
        kiosk.set_paper(page::paper(taken.paper));
        let (booked, arrival) = taken.booked.clone().unzip();
        kiosk.set_arrival(page::arrival(arrival));
        kiosk.set_booked(booked.unwrap_or_default().into());
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

    /// What there is on the pages without a number.
    fn ways_on(&self, view: &View, before: Option<&View>) {
        let kiosk = Kiosk::get(&self.window);
        kiosk.set_checks_in(view.checks_in);
        kiosk.set_no_more(view.no_more.is_some());
        if let Some(entry) = &view.check_in {
            rows::replace(&self.signs, entry.code.chars().map(rows::sign));
            kiosk.set_keys(page::keys(entry.keys));
            kiosk.set_code_unknown(entry.unknown);
        }
        let before = before.and_then(page::links);
        if let Some(instead) = &view.instead {
            self.service(&instead.service);
            kiosk.set_service_icon(instead.icon.as_str().into());
            kiosk.set_reason(page::reason(instead.reason));
            kiosk.set_place(instead.place.as_str().into());
            kiosk.set_fallback(instead.information);
            kiosk.set_checks_in(instead.checks_in);
        }
        if let Some(closed) = &view.closed {
            kiosk.set_week(closed.week.as_str().into());
            kiosk.set_serves(closed.serves);
        }
        if let Some(links) = page::links(view) {
            self.links(&links, before.as_ref());
        }
        if let Some(opens) = page::opens(view) {
            kiosk.set_opens(opens.into());
        }
        if let Some(refused) = &view.refused {
            kiosk.set_refusal(page::refusal(&refused.why));
            kiosk.set_refused_what(refused.what.as_str().into());
            kiosk.set_may_try_again(refused.again);
            kiosk.set_may_take_a_number(refused.number);
        }
    }

    fn links(&self, links: &page::Links, before: Option<&page::Links>) {
        let kiosk = Kiosk::get(&self.window);
        kiosk.set_web_books(links.books);
        if before == Some(links) {
            return;
        }
        let (web, chat) = (links.web.as_deref(), links.whatsapp.as_deref());
        kiosk.set_web(web.map(code::address).unwrap_or_default().into());
        kiosk.set_chat(chat.map(code::phone).unwrap_or_default().into());
        kiosk.set_web_qr(web.and_then(code::picture).unwrap_or_default());
        let chat = chat.and_then(|number| code::picture(&format!("https://wa.me/{number}")));
        kiosk.set_chat_qr(chat.unwrap_or_default());
    }
}

fn listen(kiosk: &Kiosk<'_>, touched: &Rc<dyn Fn(Touch)>) {
    let tell = Rc::clone(touched);
    kiosk.on_tile(move |id: SharedString| match id.as_str() {
        "more" => tell(Touch::More),
        id => match id.parse() {
            Ok(service) => tell(Touch::Service(service)),
            Err(error) => tracing::error!(%error, "a tile without a service"),
        },
    });
    let tell = Rc::clone(touched);
    kiosk.on_language(move |id: SharedString| match id.parse() {
        Ok(language) => tell(Touch::Language(language)),
        Err(error) => tracing::error!(%error, "a button without a language"),
    });
    let simple = |touch: Touch| {
        let tell = Rc::clone(touched);
        move || tell(touch.clone())
    };
    kiosk.on_done(simple(Touch::Done));
    kiosk.on_no_paper(simple(Touch::NoPaper));
    kiosk.on_more_time(simple(Touch::MoreTime));
    kiosk.on_back(simple(Touch::Back));
    kiosk.on_information(simple(Touch::Information));
    kiosk.on_check_in(simple(Touch::CheckIn));
    kiosk.on_erase(simple(Touch::Erase));
    kiosk.on_other_keys(simple(Touch::OtherKeys));
    kiosk.on_enter(simple(Touch::Continue));
    let tell = Rc::clone(touched);
    kiosk.on_press(move |sign: SharedString| sign.chars().for_each(|sign| tell(Touch::Key(sign))));
}

/// Hears a reader, which is a keyboard to the window.
fn hear(kiosk: &Kiosk<'_>, touched: Rc<dyn Fn(Touch)>, drawn: Rc<RefCell<Option<View>>>) {
    let reader = RefCell::new(Reader::default());
    kiosk.on_typed(move |text: SharedString| {
        let asked_for = drawn
            .borrow()
            .as_ref()
            .is_some_and(|view| view.page == Page::CheckIn);
        let heard = reader.borrow_mut().key(&text, asked_for, Instant::now());
        match heard {
            Heard::NotMine => false,
            Heard::Kept => true,
            Heard::Read(text) => {
                touched(Touch::Scanned(text));
                true
            }
        }
    });
}

/// Tells the witness where things are, in pixels of the window.
fn testify(window: &KioskWindow, witness: Witness, drawn: Rc<RefCell<Option<View>>>) {
    let weak = window.as_weak();
    Places::get(window).on_moved(move |name, spoken, x, y, width, height| {
        // A page that was left may move its things once more.
        if drawn
            .borrow()
            .as_ref()
            .is_none_or(|view| !page::is_on(view, &name))
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

/// `#0A5361` as a colour.
fn color(text: &str) -> Option<Color> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    u32::from_str_radix(digits, 16)
        .ok()
        .map(|rgb| Color::from_argb_encoded(0xff00_0000 | rgb))
}
