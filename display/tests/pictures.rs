// SPDX-License-Identifier: GPL-3.0-or-later
//! The board as it is drawn, in every state and size, looked at pixel by pixel.
//!
//! With `TORN_PICTURES=FOLDER` each picture is also kept there as a PNG, for eyes.

#![expect(
    clippy::unwrap_used,
    reason = "what can not be made here fails the test"
)]

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, WindowAdapter};
use slint::{ComponentHandle, PhysicalSize, PlatformError, Rgb8Pixel};
use torn_display::adapter::Adapter;
use torn_display::board::{Board, Closing, DeskName, Notice, Panel, Row, Shown, Waiting};
use torn_queue::office::Weekday;
use torn_window::Witness;

const PAPER: Rgb8Pixel = Rgb8Pixel {
    r: 0xF4,
    g: 0xF1,
    b: 0xEA,
};
const WHITE: Rgb8Pixel = Rgb8Pixel {
    r: 0xFF,
    g: 0xFF,
    b: 0xFF,
};
const ACCENT: Rgb8Pixel = Rgb8Pixel {
    r: 0x0A,
    g: 0x53,
    b: 0x61,
};

/// Every size that a lobby has: a television, a smaller one, one that stands upright.
const SIZES: [(u32, u32); 3] = [(1920, 1080), (1280, 720), (1080, 1920)];

type Made = Rc<RefCell<Option<Rc<MinimalSoftwareWindow>>>>;

/// A platform whose windows are pixels in memory.
struct OffScreen(Made);

impl Platform for OffScreen {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        *self.0.borrow_mut() = Some(window.clone());
        Ok(window)
    }
}

/// The board on an easel.
struct Easel {
    adapter: Adapter,
    window: Rc<MinimalSoftwareWindow>,
}

struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<Rgb8Pixel>,
}

impl Easel {
    fn new() -> Self {
        let made = Made::default();
        slint::platform::set_platform(Box::new(OffScreen(made.clone()))).unwrap();
        let adapter = Adapter::new(Witness::default(), true).unwrap();
        let window = made.borrow_mut().take().unwrap();
        adapter.window().show().unwrap();
        Self { adapter, window }
    }

    fn draw(&self, name: &str, board: &Board, (width, height): (u32, u32)) -> Picture {
        self.adapter.draw(board);
        self.window.set_size(PhysicalSize::new(width, height));
        self.window.request_redraw();
        let mut pixels = vec![Rgb8Pixel::default(); (width * height) as usize];
        slint::platform::update_timers_and_animations();
        assert!(self.window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, width as usize);
        }));
        let picture = Picture {
            width,
            height,
            pixels,
        };
        if let Some(folder) = std::env::var_os("TORN_PICTURES") {
            picture.keep(&Path::new(&folder).join(format!("{name}-{width}x{height}.png")));
        }
        picture
    }
}

impl Picture {
    fn at(&self, x: u32, y: u32) -> Rgb8Pixel {
        self.pixels[(y * self.width + x) as usize]
    }

    fn keep(&self, path: &Path) {
        let file = std::fs::File::create(path).unwrap();
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        let bytes: Vec<u8> = self
            .pixels
            .iter()
            .flat_map(|one| [one.r, one.g, one.b])
            .collect();
        encoder
            .write_header()
            .unwrap()
            .write_image_data(&bytes)
            .unwrap();
    }

    /// Whether nothing is drawn within `margin` of the edges, where a television may cut it off.
    fn keeps_clear_of_its_edges(&self, margin: u32) -> bool {
        let ground = self.at(0, 0);
        let clear = |x, y| self.at(x, y) == ground;
        (0..self.width).all(|x| (0..margin).all(|y| clear(x, y) && clear(x, self.height - 1 - y)))
            && (0..self.height)
                .all(|y| (0..margin).all(|x| clear(x, y) && clear(self.width - 1 - x, y)))
    }

    /// How many pixels are of this colour.
    fn count(&self, color: Rgb8Pixel) -> usize {
        self.pixels.iter().filter(|one| **one == color).count()
    }

    /// The longest run of lines above `end` that have this colour somewhere: the tallest letters.
    fn tallest(&self, color: Rgb8Pixel, end: u32) -> u32 {
        let has = |y: u32| (0..self.width).any(|x| self.at(x, y) == color);
        let (mut tallest, mut run) = (0, 0);
        for y in 0..end {
            run = if has(y) { run + 1 } else { 0 };
            tallest = tallest.max(run);
        }
        tallest
    }
}

fn shown(number: &str, desk: &str) -> Shown {
    Shown {
        number: number.to_owned(),
        desk: DeskName::of(desk),
        ..Shown::default()
    }
}

fn row(number: &str, desk: &str) -> Row {
    Row {
        number: number.to_owned(),
        desk: DeskName::of(desk),
        bell: false,
    }
}

fn bell(number: &str, desk: &str) -> Row {
    Row {
        bell: true,
        ..row(number, desk)
    }
}

fn count(service: &str, people: usize) -> Waiting {
    Waiting {
        service: service.to_owned(),
        people: Some(people),
    }
}

/// The morning of the sheets.
fn morning() -> Board {
    Board {
        language: Some("ca".parse().unwrap()),
        town: "Ajuntament de Torroella de Montgrí".to_owned(),
        office: "Oficina d’Informació i Atenció Ciutadana".to_owned(),
        now: Some("2026-11-24T10:42".parse().unwrap()),
        panel: Panel::One(shown("A007", "Taula 2")),
        rows: vec![
            row("C014", "Taula 1"),
            row("D021", "Taula 3"),
            row("A006", "Taula 2"),
            row("B009", "Taula 4"),
            row("A005", "Taula 1"),
            row("F002", "Taula 3"),
        ],
        waiting: vec![
            count("Informació general", 5),
            count("Registre d’entrada", 2),
            count("Padró d’habitants", 3),
            count("Tributs i rebuts", 6),
            count("idCAT", 1),
            count("Urbanisme", 0),
        ],
        notice: Notice::ByAppointment(
            ["Cadastre", "plusvàlues", "idCAT"]
                .map(str::to_owned)
                .into(),
        ),
        ..Board::default()
    }
}

fn two() -> Board {
    Board {
        panel: Panel::Two(shown("A007", "Taula 2"), shown("C015", "Taula 4")),
        ..morning()
    }
}

fn bells() -> Board {
    let mut board = two();
    board
        .rows
        .splice(0..0, [bell("B010", "Taula 3"), bell("A008", "Taula 1")]);
    board
}

fn stale() -> Board {
    let mut board = morning();
    board.panel = Panel::Stale(board.now);
    board.now = Some("2026-11-24T10:47".parse().unwrap());
    board.rows.insert(0, row("A007", "Taula 2"));
    board.waiting.iter_mut().for_each(|one| one.people = None);
    board.notice = Notice::NumbersStayValid;
    board
}

fn closed() -> Board {
    let hours = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
    ]
    .map(|day| (day, vec!["09:00-14:00".to_owned().try_into().unwrap()]));
    Board {
        now: Some("2026-11-24T16:20".parse().unwrap()),
        panel: Panel::Closed(Closing {
            opens: Some("2026-11-25T09:00".parse().unwrap()),
            hours: hours.into(),
            waited_for: false,
        }),
        notice: Notice::Nothing,
        ..morning()
    }
}

fn told(text: &str) -> Board {
    Board {
        notice: Notice::Told(text.to_owned()),
        ..morning()
    }
}

/// Names and numbers longer than anyone hopes for.
fn long() -> Board {
    Board {
        panel: Panel::Two(
            shown("A1007", "Despatx de l’alcaldia"),
            shown("C1015", "Finestreta gran 12"),
        ),
        rows: vec![
            bell("B1010", "Despatx de l’alcaldia"),
            row("A1006", "Sala de plens"),
            row("A1005", "Finestreta gran 12"),
            bell("D1021", "Finestreta gran 12"),
            row("A1004", "Servei de sociolingüística"),
        ],
        town: "Ajuntament de Santa Coloma de Gramenet i la seva àrea metropolitana".to_owned(),
        mute: true,
        ..morning()
    }
}

/// More services than one line holds, and no notice.
fn many() -> Board {
    let mut board = morning();
    board.panel = Panel::One(Shown {
        again: true,
        ..shown("A1007", "Despatx de l’alcaldia")
    });
    for name in [
        "Cadastre",
        "Plusvàlues",
        "Obres i activitats",
        "Serveis socials i família",
    ] {
        board.waiting.push(count(name, 12));
    }
    board.notice = Notice::Nothing;
    board
}

fn states() -> Vec<(&'static str, Board)> {
    let again = Shown {
        again: true,
        deep: true,
        ..shown("A007", "Taula 2")
    };
    vec![
        ("connecting", Board::default()),
        (
            "nobody",
            Board {
                panel: Panel::Nobody,
                rows: vec![],
                ..morning()
            },
        ),
        ("one", morning()),
        (
            "again",
            Board {
                panel: Panel::One(again),
                ..morning()
            },
        ),
        ("two", two()),
        ("bells", bells()),
        ("stale", stale()),
        (
            "mute",
            Board {
                mute: true,
                ..morning()
            },
        ),
        (
            "garnet",
            Board {
                accent: Some("#7D1F3A".to_owned()),
                ..morning()
            },
        ),
        ("long", long()),
        ("many", many()),
        (
            "spanish",
            Board {
                language: Some("es".parse().unwrap()),
                panel: Panel::Nobody,
                ..morning()
            },
        ),
        (
            "english",
            Board {
                language: Some("en".parse().unwrap()),
                ..stale()
            },
        ),
        ("closed", closed()),
        (
            "closed-arabic",
            Board {
                language: Some("ar".parse().unwrap()),
                ..closed()
            },
        ),
        (
            "closed-waited-for",
            Board {
                panel: Panel::Closed(Closing {
                    waited_for: true,
                    opens: Some("2026-11-30T09:00".parse().unwrap()),
                    ..Closing::default()
                }),
                notice: Notice::Told("Demà no hi ha idCAT.".to_owned()),
                mute: true,
                ..closed()
            },
        ),
        (
            "closing",
            Board {
                notice: Notice::ClosedButServing,
                ..morning()
            },
        ),
        ("told", told("Demà no hi ha idCAT: veniu un altre dia.")),
        (
            "told-longest",
            told(&"Avís per a tothom que espera. ".repeat(16)),
        ),
        (
            "told-long",
            told(
                "Per la festa major, dilluns i dimarts l’oficina obre de 10 a 12 h. El registre \
                 d’entrada també es pot fer a la seu electrònica, a qualsevol hora.",
            ),
        ),
        (
            "arabic",
            Board {
                language: Some("ar".parse().unwrap()),
                mute: true,
                ..morning()
            },
        ),
    ]
}

#[test]
fn every_state_keeps_clear_of_the_edges_on_every_screen() {
    let easel = Easel::new();
    for size in SIZES {
        for (name, board) in states() {
            let picture = easel.draw(name, &board, size);
            let margin = 30 * size.0.min(size.1) / 1080;
            assert!(
                picture.keeps_clear_of_its_edges(margin),
                "{name} at {size:?}"
            );
        }
    }
}

#[test]
fn the_number_can_be_read_from_across_the_lobby() {
    let easel = Easel::new();
    // 0.7° at 6 m on a screen of 43 inches is 150 px of 1080.
    let one = easel
        .draw("one", &morning(), (1920, 1080))
        .tallest(WHITE, 600);
    assert!(one >= 270, "a number alone is {one} px high");
    let announced = easel.draw("two", &two(), (1920, 1080)).tallest(WHITE, 470);
    assert!(announced >= 170, "one of two is {announced} px high");
}

#[test]
fn a_stale_board_has_nothing_of_the_accent_but_the_sign_of_its_notice() {
    let easel = Easel::new();
    assert!(easel.draw("stale", &stale(), (1920, 1080)).count(ACCENT) < 1_000);
    assert!(easel.draw("one", &morning(), (1920, 1080)).count(ACCENT) > 300_000);
}

#[test]
fn a_closed_board_is_ink_all_over_and_has_no_number() {
    let easel = Easel::new();
    let picture = easel.draw("closed", &closed(), (1920, 1080));
    assert_eq!((picture.count(PAPER), picture.count(ACCENT)), (0, 0));
    let title = picture.tallest(WHITE, 1080);
    assert!(
        (100..150).contains(&title),
        "the tallest letters are {title} px"
    );
}

#[test]
fn a_board_that_says_the_same_is_not_drawn_again() {
    let easel = Easel::new();
    easel.draw("one", &morning(), (1920, 1080));
    easel.adapter.draw(&morning());
    slint::platform::update_timers_and_animations();
    assert!(!easel.window.draw_if_needed(|_| panic!("nothing changed")));
}

#[test]
fn an_office_can_choose_its_colour_and_go_back() {
    let easel = Easel::new();
    let garnet = Board {
        accent: Some("#7D1F3A".to_owned()),
        ..morning()
    };
    assert_eq!(easel.draw("garnet", &garnet, (1920, 1080)).count(ACCENT), 0);
    assert!(easel.draw("one", &morning(), (1920, 1080)).count(ACCENT) > 300_000);
}
