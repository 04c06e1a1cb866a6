// SPDX-License-Identifier: GPL-3.0-or-later
//! The only place that wires the view model to the Slint window.
//!
//! It turns a [`Board`] into properties and rows, and tells the window's witness what is where. It
//! decides nothing: what is equal to what was drawn before is not touched.

use std::cell::RefCell;
use std::rc::Rc;

use jiff::civil::DateTime;
use slint::{Color, ComponentHandle, Global, Model, ModelRc, VecModel};
use torn_look::words;
use torn_queue::Language;
use torn_window::{Place, Witness};

use crate::board::{Board, Closing, DeskName, Notice, Panel, Row, Shown, Waiting};
use crate::ui::{self, BoardWindow, Face, Line, Theme};

/// What is shown where a count is not known.
const UNKNOWN: &str = "–";
/// What the board speaks before it knows an office: what the faces were written in.
const FIRST_LANGUAGE: &str = "ca";

/// The window, and what is drawn on it.
pub struct Adapter {
    window: BoardWindow,
    rows: Rc<VecModel<ui::Row>>,
    counts: Rc<VecModel<ui::Count>>,
    drawn: RefCell<Board>,
    /// The colour of the look, for an office that names none.
    usual_accent: Color,
    witness: Witness,
    /// What was marked last: a mark is the moment at which something is first seen.
    marked: RefCell<Vec<Mark>>,
}

/// A moment worth telling to a program that watches.
#[derive(Clone, PartialEq)]
struct Mark {
    name: &'static str,
    value: String,
    /// Which announcement it is: the same number called again is another moment.
    announcement: u64,
}

impl Adapter {
    /// Makes the window and draws the board of before the first word of a hub.
    ///
    /// # Errors
    /// When there is no window to be had.
    pub fn new(witness: Witness, reduced_motion: bool) -> Result<Self, slint::PlatformError> {
        let window = BoardWindow::new()?;
        let rows = Rc::new(VecModel::default());
        let counts = Rc::new(VecModel::default());
        window.set_rows(ModelRc::from(rows.clone()));
        window.set_counts(ModelRc::from(counts.clone()));
        let theme = Theme::get(&window);
        theme.set_reduced_motion(reduced_motion);
        let usual_accent = theme.get_accent();
        let adapter = Self {
            window,
            rows,
            counts,
            drawn: RefCell::default(),
            usual_accent,
            witness,
            marked: RefCell::default(),
        };
        adapter.speak(None);
        adapter.draw(&Board::default());
        Ok(adapter)
    }

    /// The window.
    #[must_use]
    pub fn window(&self) -> &BoardWindow {
        &self.window
    }

    /// Draws what differs from what is drawn.
    pub fn draw(&self, board: &Board) {
        let before = self.drawn.replace(board.clone());
        if before.language != board.language {
            self.speak(board.language.as_ref());
        }
        if before.accent != board.accent {
            let accent = board
                .accent
                .as_deref()
                .and_then(color)
                .unwrap_or(self.usual_accent);
            Theme::get(&self.window).set_accent(accent);
        }
        let window = &self.window;
        window.set_town(board.town.as_str().into());
        window.set_office(board.office.as_str().into());
        window.set_date(day(board).as_str().into());
        window.set_hour(hour(board, board.now).as_str().into());
        window.set_mute(board.mute);
        self.draw_panel(board);
        self.draw_notice(board);
        update(&self.rows, board.rows.iter().map(row).collect());
        update(&self.counts, board.waiting.iter().map(count).collect());
    }

    fn speak(&self, language: Option<&Language>) {
        // Before an office is known the board speaks as its first one does.
        let plain = language.is_some_and(words::is_right_to_left);
        self.window.set_plain(plain);
        let wanted = language.map_or(FIRST_LANGUAGE, Language::as_str);
        let spoken = [wanted, wanted.split('-').next().unwrap_or(wanted)]
            .into_iter()
            .any(|tag| slint::select_bundled_translation(tag).is_ok());
        if !spoken {
            tracing::warn!(
                language = wanted,
                "the board does not speak the office's first language"
            );
        }
    }

    fn draw_panel(&self, board: &Board) {
        let window = &self.window;
        let face = match &board.panel {
            Panel::Connecting => Face::Connecting,
            Panel::Nobody => Face::Nobody,
            Panel::One(now) => {
                window.set_call(call(now));
                Face::One
            }
            Panel::Two(now, next) => {
                window.set_call(call(now));
                window.set_next(call(next));
                Face::Two
            }
            Panel::Stale(since) => {
                window.set_since(hour(board, *since).as_str().into());
                Face::Stale
            }
            Panel::Closed(closing) => {
                window.set_opens(opens(board, closing).as_str().into());
                let week = words::week(&language(board), &closing.hours);
                window.set_week(week.unwrap_or_default().as_str().into());
                window.set_waited_for(closing.waited_for);
                Face::Closed
            }
        };
        window.set_face(face);
    }

    fn draw_notice(&self, board: &Board) {
        let line = match &board.notice {
            Notice::Nothing => Line::Nothing,
            Notice::NumbersStayValid => Line::NumbersStayValid,
            Notice::ClosedButServing => Line::ClosedButServing,
            Notice::Told(text) => {
                self.window.set_told(text.as_str().into());
                Line::Told
            }
            Notice::ByAppointment(services) => {
                let (last, others) = services
                    .split_last()
                    .map_or(("", &[][..]), |(last, others)| (last, others));
                let others = others.join(comma(&language(board)));
                self.window.set_services(others.into());
                self.window.set_last_service(last.into());
                self.window.set_before_an_i(sounds_as_i(last));
                Line::ByAppointment
            }
        };
        self.window.set_line(line);
    }

    /// Tells the witness what is where now, and which number is up. To be called once it is drawn.
    pub fn testify(&self) {
        let board = self.drawn.borrow();
        let places = self.places(&board);
        self.witness
            .keep_places(|name| places.iter().any(|place| place.name == name));
        for place in places {
            self.witness.place(place);
        }
        let marks = marks(&board);
        let before = self.marked.replace(marks.clone());
        for mark in marks.iter().filter(|mark| !before.contains(mark)) {
            self.witness.mark(mark.name, &mark.value);
        }
    }

    fn places(&self, board: &Board) -> Vec<Place> {
        let scale = self.window.window().scale_factor();
        let frame = |name: String, spoken: String, area: ui::Area| Place {
            name,
            spoken,
            x: area.x * scale,
            y: area.y * scale,
            width: area.width * scale,
            height: area.height * scale,
        };
        let (panel, next) = (self.window.get_panel_area(), self.window.get_next_area());
        let spoken = |shown: &Shown| format!("{}, {}", shown.number, shown.desk.whole());
        let mut places = match &board.panel {
            Panel::Connecting => vec![frame("connecting".to_owned(), String::new(), panel)],
            Panel::Nobody => vec![frame("nobody".to_owned(), String::new(), panel)],
            Panel::Stale(since) => vec![frame("stale".to_owned(), hour(board, *since), panel)],
            Panel::Closed(closing) => {
                vec![frame("closed".to_owned(), opens(board, closing), panel)]
            }
            Panel::One(now) => vec![frame("call".to_owned(), spoken(now), panel)],
            Panel::Two(now, after) => {
                vec![
                    frame("call".to_owned(), spoken(now), panel),
                    frame("next".to_owned(), spoken(after), next),
                ]
            }
        };
        if matches!(board.panel, Panel::Closed(_)) {
            return places;
        }
        let mut area = self.window.get_row_area();
        let rows_shown = usize::try_from(self.window.get_rows_shown()).unwrap_or(0);
        for (row, at) in board.rows.iter().zip(1..=rows_shown) {
            let spoken = format!("{}, {}", row.number, row.desk.whole());
            places.push(frame(format!("last:{at}"), spoken, area.clone()));
            area.y += area.height;
        }
        let foot = self.window.get_counts_area();
        places.extend(board.waiting.iter().map(|waiting| {
            let spoken = format!("{}: {}", waiting.service, people(waiting));
            frame(format!("waiting:{}", waiting.service), spoken, foot.clone())
        }));
        places
    }
}

/// What stands between the names of a list.
fn comma(language: &Language) -> &'static str {
    if language.as_str().starts_with("ar") {
        "، "
    } else {
        ", "
    }
}

/// Whether a name begins with the sound before which Spanish says `e` for `y`.
fn sounds_as_i(name: &str) -> bool {
    let name = name.to_lowercase();
    let name = name.strip_prefix('h').unwrap_or(&name);
    name.starts_with(['i', 'í']) && !name.starts_with("ie")
}

/// The board's language; before an office is known, that of the first one.
fn language(board: &Board) -> Language {
    board.language.clone().unwrap_or_else(|| {
        FIRST_LANGUAGE
            .parse()
            .unwrap_or_else(|error| unreachable!("{error}"))
    })
}

fn day(board: &Board) -> String {
    board
        .now
        .map(|now| words::date(&language(board), now.date()))
        .unwrap_or_default()
}

/// When it opens next, `demà, dimecres, a les 9 h`; empty when nobody knows.
fn opens(board: &Board, closing: &Closing) -> String {
    let when = closing.opens.zip(board.now);
    when.map(|(opens, now)| words::opening(&language(board), now.date(), opens))
        .unwrap_or_default()
}

/// The hour, which no line breaks within.
fn hour(board: &Board, at: Option<DateTime>) -> String {
    let hour = at.map(|at| words::hour(&language(board), at.time()));
    hour.unwrap_or_default().replace(' ', "\u{a0}")
}

/// `shown`: the newest number that is up, be it announced already or not; `announced`: the one that
/// fills the panel.
fn marks(board: &Board) -> Vec<Mark> {
    let mark = |name, value: &str, announcement| Mark {
        name,
        value: value.to_owned(),
        announcement,
    };
    let coming = board
        .rows
        .iter()
        .rfind(|row| row.bell)
        .map(|row| &row.number);
    let up = |now: &Shown, newest: &str| {
        vec![
            mark("shown", newest, 0),
            mark("announced", &now.number, now.announcement),
        ]
    };
    match &board.panel {
        Panel::One(now) => up(now, &now.number),
        Panel::Two(now, next) => up(now, coming.unwrap_or(&next.number)),
        Panel::Stale(since) => vec![mark("stale", &hour(board, *since), 0)],
        Panel::Nobody => vec![mark("nobody", "", 0)],
        Panel::Closed(closing) => vec![mark("closed", &opens(board, closing), 0)],
        Panel::Connecting => vec![mark("connecting", "", 0)],
    }
}

fn call(shown: &Shown) -> ui::Call {
    let DeskName { word, figure } = &shown.desk;
    ui::Call {
        number: shown.number.as_str().into(),
        word: word.as_str().into(),
        figure: figure.as_str().into(),
        desk: shown.desk.whole().into(),
        again: shown.again,
        deep: shown.deep,
    }
}

fn row(row: &Row) -> ui::Row {
    ui::Row {
        number: row.number.as_str().into(),
        word: row.desk.word.as_str().into(),
        figure: row.desk.figure.as_str().into(),
        longest: row.desk.longest_word().into(),
        bell: row.bell,
    }
}

fn count(waiting: &Waiting) -> ui::Count {
    ui::Count {
        service: waiting.service.as_str().into(),
        people: people(waiting).into(),
    }
}

fn people(waiting: &Waiting) -> String {
    waiting
        .people
        .map_or(UNKNOWN.to_owned(), |people| people.to_string())
}

/// Changes only the rows that differ: each one that is told is drawn anew.
fn update<T: Clone + PartialEq + 'static>(model: &VecModel<T>, wanted: Vec<T>) {
    while model.row_count() > wanted.len() {
        model.remove(model.row_count() - 1);
    }
    for (at, row) in wanted.into_iter().enumerate() {
        match model.row_data(at) {
            None => model.push(row),
            Some(drawn) if drawn == row => {}
            Some(_) => model.set_row_data(at, row),
        }
    }
}

/// The colour that `#0A5361` means.
fn color(text: &str) -> Option<Color> {
    let digits = text
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6 && digits.bytes().all(|one| one.is_ascii_hexdigit()))?;
    let rgb = u32::from_str_radix(digits, 16).ok()?;
    Some(Color::from_argb_encoded(0xFF00_0000 | rgb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_begins_as_idcat_does_wants_another_word_before_it_in_spanish() {
        assert!(sounds_as_i("idCAT") && sounds_as_i("Hijos"));
        assert!(!sounds_as_i("Hielo") && !sounds_as_i("Urbanismo"));
    }

    #[test]
    fn a_colour_is_six_digits_after_a_hash() {
        assert_eq!(color("#0A5361"), Some(Color::from_rgb_u8(0x0A, 0x53, 0x61)));
        assert_eq!(color("0A5361"), None);
        assert_eq!(color("#0A53"), None);
        assert_eq!(color("#+A5361"), None);
    }
}
