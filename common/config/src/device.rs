// SPDX-License-Identifier: GPL-3.0-or-later
//! `device.toml`: which hub a screen or button belongs to, and what is plugged into it.

use std::path::PathBuf;

use torn_queue::{DeskId, DeviceId};

use crate::address;
use crate::mistake::Mistakes;
use crate::reader::{Table, read, read_all};
use crate::value::{Value, short};

/// What a screen or button needs to know of its machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceConfig {
    /// The device's own name, `kiosk-1`.
    pub id: DeviceId,
    /// Its hub, `http://host:port`, without a slash at the end.
    pub hub: String,
    /// The file that holds its credential; not needed on the hub's own machine.
    pub token_file: Option<PathBuf>,
    /// Its screen.
    pub screen: Screen,
    /// Its printer.
    pub printer: Option<Printer>,
    /// How it sounds.
    pub sound: Sound,
    /// The buttons plugged into it.
    pub buttons: Vec<Button>,
    /// Whether nothing on its screen may move.
    pub reduced_motion: bool,
    /// Settings that are not wrong and yet not wise, each as a sentence.
    pub warnings: Vec<String>,
}

/// A screen, as it is measured with a ruler: sizes of type follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// How wide the picture is, in millimetres.
    pub width_mm: u32,
    /// How high the picture is, in millimetres.
    pub height_mm: u32,
    /// From how far it is read, in millimetres.
    pub viewing_distance_mm: u32,
}

/// A kiosk of 15.6 inches at arm's length.
impl Default for Screen {
    fn default() -> Self {
        Self {
            width_mm: 344,
            height_mm: 194,
            viewing_distance_mm: 600,
        }
    }
}

/// A ticket printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    /// Where it is.
    pub device: PrinterDevice,
    /// Dots across its paper: 576, 512 or 384.
    pub dots: u32,
}

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrinterDevice {
    /// A device file, `/dev/usb/lp0`, or a pty.
    File(PathBuf),
    /// `host:port` of a network printer.
    Tcp(String),
    /// A serial line.
    Serial {
        /// Its device file.
        path: PathBuf,
        /// Its speed in bits a second.
        baud: u32,
    },
}

/// How a device sounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// The program that plays, `aplay` or `pw-cat`; `None`: whichever is found.
    pub player: Option<String>,
    /// Whether it sounds at all.
    pub enabled: bool,
}

/// A desk's button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// Whose button it is.
    pub desk: DeskId,
    /// Where its presses come from.
    pub line: ButtonLine,
    /// The line of its lamp, in the way of the button's own line.
    pub lamp: Option<String>,
}

/// Where a button's presses come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ButtonLine {
    /// A line that is pulled low.
    Gpio {
        /// Who reads it.
        via: Via,
        /// Its name there: `GPIO17`; a file's path with [`Via::ValueFile`].
        line: String,
    },
    /// A key of a USB keypad.
    Evdev {
        /// The keypad, by its place: `/dev/input/by-path/…`.
        path: PathBuf,
        /// The key, `KEY_KP1`.
        key: String,
    },
}

/// Who reads a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The Raspberry Pi's own registers.
    Rppal,
    /// The kernel's GPIO character device.
    GpioCdev,
    /// A file that holds `1` released or `0` pressed, as the kernel's GPIO value files do.
    ValueFile,
}

/// Reads the text of a `device.toml`.
///
/// # Errors
/// Every mistake in it, with its line and column.
pub fn device(text: &str) -> Result<DeviceConfig, Mistakes> {
    let (config, warnings) = read(text, whole)?;
    Ok(DeviceConfig { warnings, ..config })
}

fn whole(root: &Table<'_>) -> Option<DeviceConfig> {
    let id = root.need("id").and_then(|value| value.parse());
    let hub = root.need("hub").and_then(|value| hub(&value));
    let token_file = root
        .get("token_file")
        .map(|value| value.text().map(PathBuf::from));
    let (screen, reduced_motion) = root
        .table("screen")
        .map_or((Some(Screen::default()), Some(false)), |table| {
            screen(&table)
        });
    let printer = root.table("printer").map(|table| printer(&table));
    let sound = root.table("sound").map_or(
        Some(Sound {
            player: None,
            enabled: true,
        }),
        |table| sound(&table),
    );
    let buttons = buttons(root);
    Some(DeviceConfig {
        id: id?,
        hub: hub?,
        token_file: token_file.flatten(),
        screen: screen?,
        printer: printer.flatten(),
        sound: sound?,
        buttons: buttons?,
        reduced_motion: reduced_motion?,
        warnings: Vec::new(),
    })
}

fn hub(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    match address::web(text) {
        Some(web) if web.scheme == "http" && matches!(web.rest, "" | "/") => {
            Some(format!("http://{}", web.authority))
        }
        _ => {
            value.mistake(format!(
                "{:?} is not a hub's address such as http://127.0.0.1:8080",
                short(text)
            ));
            None
        }
    }
}

fn screen(table: &Table<'_>) -> (Option<Screen>, Option<bool>) {
    // The largest video wall there is measures well under a hundred metres.
    let size = |key| table.need(key).and_then(|value| value.number(1..=100_000));
    let (width, height, distance) = (
        size("width_mm"),
        size("height_mm"),
        size("viewing_distance_mm"),
    );
    let reduced_motion = table
        .get("reduced_motion")
        .map_or(Some(false), |value| value.boolean());
    let screen = || {
        Some(Screen {
            width_mm: width?,
            height_mm: height?,
            viewing_distance_mm: distance?,
        })
    };
    (screen(), reduced_motion)
}

fn printer(table: &Table<'_>) -> Option<Printer> {
    let device = table
        .need("device")
        .and_then(|value| printer_device(&value));
    let dots = table.get("dots").map_or(Some(576), |value| {
        let dots = value.number(1..=u32::MAX)?;
        if !matches!(dots, 576 | 512 | 384) {
            value.mistake(format!("{dots} is not one of 576, 512, 384"));
        }
        Some(dots)
    });
    Some(Printer {
        device: device?,
        dots: dots?,
    })
}

fn printer_device(value: &Value<'_>) -> Option<PrinterDevice> {
    let text = value.text()?;
    let device = if let Some(rest) = text.strip_prefix("tcp://") {
        tcp(rest)
    } else if let Some(rest) = text.strip_prefix("serial://") {
        serial(rest)
    } else {
        text.starts_with('/')
            .then(|| PrinterDevice::File(PathBuf::from(text)))
    };
    if device.is_none() {
        value.mistake(format!(
            "{:?} is not a printer such as /dev/usb/lp0, tcp://192.168.1.50:9100 or serial:///dev/ttyUSB0?baud=19200",
            short(text)
        ));
    }
    device
}

fn tcp(rest: &str) -> Option<PrinterDevice> {
    match address::host_port(rest) {
        Some((_, port)) => (port > 0).then(|| PrinterDevice::Tcp(rest.to_owned())),
        None => address::is_host(rest).then(|| PrinterDevice::Tcp(format!("{rest}:9100"))),
    }
}

fn serial(rest: &str) -> Option<PrinterDevice> {
    const BAUDS: [u32; 8] = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200];
    let (path, baud) = match rest.split_once('?') {
        Some((path, query)) => (path, query.strip_prefix("baud=")?.parse().ok()?),
        None => (rest, 19200),
    };
    let good = path.starts_with('/') && BAUDS.contains(&baud);
    good.then(|| PrinterDevice::Serial {
        path: PathBuf::from(path),
        baud,
    })
}

fn sound(table: &Table<'_>) -> Option<Sound> {
    let enabled = table
        .get("enabled")
        .map_or(Some(true), |value| value.boolean());
    let player = table
        .get("player")
        .map(|value| value.one_of(&[("aplay", "aplay"), ("pw-cat", "pw-cat")]));
    Some(Sound {
        player: player.flatten().map(str::to_owned),
        enabled: enabled?,
    })
}

fn buttons(root: &Table<'_>) -> Option<Vec<Button>> {
    let mut taken: Vec<(String, String)> = Vec::new();
    read_all(&root.tables("button"), |table| {
        let desk = table.need("desk").and_then(|value| value.parse());
        let line = button_line(table);
        let lamp = table.get("lamp");
        if let (Some(ButtonLine::Evdev { .. }), Some(lamp)) = (&line, &lamp) {
            lamp.mistake("a lamp needs a line of its own kind: it goes with line, not with evdev");
        }
        let via = match &line {
            Some(ButtonLine::Gpio { via, .. }) => Some(*via),
            _ => None,
        };
        let lamp = lamp.map(|value| Some((gpio_line(&value, via?)?, value)));
        let lamp = lamp.flatten();
        if let Some(line) = &line {
            claim(table, line, lamp.as_ref(), &mut taken);
        }
        Some(Button {
            desk: desk?,
            line: line?,
            lamp: lamp.map(|(line, _)| line),
        })
    })
}

/// Two that listen to one line would both hear each press; a lamp on it would press it.
fn claim(
    table: &Table<'_>,
    line: &ButtonLine,
    lamp: Option<&(String, Value<'_>)>,
    taken: &mut Vec<(String, String)>,
) {
    let (own, place) = match line {
        ButtonLine::Gpio { line, .. } => ((String::new(), line.clone()), table.get("line")),
        ButtonLine::Evdev { path, key } => {
            ((path.display().to_string(), key.clone()), table.get("key"))
        }
    };
    let lamp = lamp.map(|(line, value)| ((String::new(), line.clone()), value.clone()));
    for (one, value) in place.map(|value| (own, value)).into_iter().chain(lamp) {
        if taken.contains(&one) {
            value.mistake(format!(
                "{:?} is used by another button or lamp already",
                short(&one.1)
            ));
        } else {
            taken.push(one);
        }
    }
}

fn button_line(table: &Table<'_>) -> Option<ButtonLine> {
    const VIA: [(&str, Via); 3] = [
        ("rppal", Via::Rppal),
        ("gpio-cdev", Via::GpioCdev),
        ("value-file", Via::ValueFile),
    ];
    let (line, evdev, key) = (table.get("line"), table.get("evdev"), table.get("key"));
    let given = table.get("via");
    let via = given
        .as_ref()
        .map_or(Some(Via::Rppal), |value| value.one_of(&VIA));
    match (line, evdev) {
        (Some(line), None) => {
            if let Some(key) = key {
                key.mistake("goes with evdev, not with line");
            }
            let via = via?;
            Some(ButtonLine::Gpio {
                via,
                line: gpio_line(&line, via)?,
            })
        }
        (None, Some(evdev)) => {
            if let Some(given) = given {
                given.mistake("goes with line, not with evdev");
            }
            let path = absolute(&evdev);
            let key = match key {
                Some(key) => key_name(&key),
                None => {
                    table.missing("button.key is missing: which key of evdev is it?".to_owned());
                    None
                }
            };
            Some(ButtonLine::Evdev {
                path: PathBuf::from(path?),
                key: key?,
            })
        }
        (Some(_), Some(evdev)) => {
            evdev.mistake("a button has line or evdev, not both");
            None
        }
        (None, None) => {
            table.missing("button needs line, or evdev and key".to_owned());
            None
        }
    }
}

fn gpio_line(value: &Value<'_>, via: Via) -> Option<String> {
    let text = value.text()?;
    match via {
        Via::Rppal => {
            // The header of every Pi with forty pins.
            let number = text
                .strip_prefix("GPIO")
                .and_then(|digits| digits.parse::<u8>().ok());
            let good = number.is_some_and(|one| one <= 27 && text == format!("GPIO{one}"));
            if !good {
                value.mistake(format!("{:?} is not one of GPIO0 to GPIO27", short(text)));
            }
            good.then(|| text.to_owned())
        }
        Via::GpioCdev => Some(text.to_owned()),
        Via::ValueFile => absolute(value).map(str::to_owned),
    }
}

fn absolute<'a>(value: &Value<'a>) -> Option<&'a str> {
    let text = value.text()?;
    if !text.starts_with('/') {
        value.mistake(format!(
            "{:?} is not a path that begins with /",
            short(text)
        ));
    }
    Some(text)
}

fn key_name(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    let rest = text
        .strip_prefix("KEY_")
        .or_else(|| text.strip_prefix("BTN_"))
        .unwrap_or_default();
    let plain = rest
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if rest.is_empty() || !plain {
        value.mistake(format!("{:?} is not a key such as KEY_KP1", short(text)));
    }
    Some(text.to_owned())
}
