// SPDX-License-Identifier: GPL-3.0-or-later
//! `device.toml`: what is accepted, and that every mistake is named where it is.

use std::path::PathBuf;

use torn_config::{ButtonLine, DeviceConfig, Mistake, PrinterDevice, Screen, Via, device};

const HEAD: &str = "id = \"kiosk-1\"\nhub = \"http://127.0.0.1:8080\"\n";

fn good(more: &str) -> DeviceConfig {
    let text = format!("{HEAD}{more}");
    device(&text).unwrap_or_else(|mistakes| panic!("refused:\n{mistakes}\n{text}"))
}

fn the_mistake(more: &str) -> Mistake {
    let text = format!("{HEAD}{more}");
    let mut found = device(&text)
        .err()
        .unwrap_or_else(|| panic!("accepted:\n{text}"))
        .0;
    assert_eq!(found.len(), 1, "{more}: {found:#?}");
    found.remove(0)
}

fn printer(device: &str) -> PrinterDevice {
    good(&format!("[printer]\ndevice = \"{device}\"\n"))
        .printer
        .expect("the file has a printer")
        .device
}

#[test]
fn a_device_needs_its_name_and_its_hub() {
    let config = good("");
    assert_eq!(
        (config.id.as_str(), config.hub.as_str()),
        ("kiosk-1", "http://127.0.0.1:8080")
    );
    assert_eq!(config.screen, Screen::default());
    assert!(config.printer.is_none() && config.buttons.is_empty() && config.token_file.is_none());
    assert!(config.sound.enabled && config.sound.player.is_none() && !config.reduced_motion);
    assert_eq!(device("").unwrap_err().0.len(), 2);
}

#[test]
fn the_shape_of_the_design_is_read_whole() {
    let config = good(
        "token_file = \"/etc/torn/token\"\n\
         [screen]\nwidth_mm = 941\nheight_mm = 529\nviewing_distance_mm = 6000\nreduced_motion = true\n\
         [printer]\ndevice = \"/dev/usb/lp0\"\ndots = 384\n\
         [sound]\nenabled = false\nplayer = \"pw-cat\"\n\
         [[button]]\ndesk = \"1\"\nvia = \"rppal\"\nline = \"GPIO17\"\nlamp = \"GPIO27\"\n\
         [[button]]\ndesk = \"2\"\nevdev = \"/dev/input/by-path/x\"\nkey = \"KEY_KP1\"\n",
    );
    assert_eq!(config.token_file, Some(PathBuf::from("/etc/torn/token")));
    assert_eq!(
        config.screen,
        Screen {
            width_mm: 941,
            height_mm: 529,
            viewing_distance_mm: 6000
        }
    );
    assert!(config.reduced_motion && !config.sound.enabled);
    assert_eq!(config.sound.player.as_deref(), Some("pw-cat"));
    assert_eq!(config.printer.unwrap().dots, 384);
    assert_eq!(
        config.buttons[0].line,
        ButtonLine::Gpio {
            via: Via::Rppal,
            line: "GPIO17".into()
        }
    );
    assert_eq!(config.buttons[0].lamp.as_deref(), Some("GPIO27"));
    let key = ButtonLine::Evdev {
        path: "/dev/input/by-path/x".into(),
        key: "KEY_KP1".into(),
    };
    assert_eq!(config.buttons[1].line, key);
}

#[test]
fn every_shape_of_printer_is_known() {
    assert_eq!(
        printer("/dev/usb/lp0"),
        PrinterDevice::File("/dev/usb/lp0".into())
    );
    assert_eq!(
        printer("/dev/pts/3"),
        PrinterDevice::File("/dev/pts/3".into())
    );
    assert_eq!(
        printer("tcp://192.168.1.50"),
        PrinterDevice::Tcp("192.168.1.50:9100".into())
    );
    assert_eq!(
        printer("tcp://printer.local:9101"),
        PrinterDevice::Tcp("printer.local:9101".into())
    );
    assert_eq!(
        printer("tcp://[::1]"),
        PrinterDevice::Tcp("[::1]:9100".into())
    );
    let serial = |baud| PrinterDevice::Serial {
        path: "/dev/ttyUSB0".into(),
        baud,
    };
    assert_eq!(
        printer("serial:///dev/ttyUSB0?baud=115200"),
        serial(115_200)
    );
    assert_eq!(printer("serial:///dev/ttyUSB0"), serial(19200));
}

#[test]
fn other_shapes_of_printer_are_refused() {
    for bad in [
        "lp0",
        "usb",
        "tcp://",
        "tcp://host:0",
        "tcp://host:x",
        "tcp:192.168.1.50",
        "tcp://a/b",
        "serial:///dev/ttyUSB0?baud=7",
        "serial:///dev/ttyUSB0?speed=9600",
        "serial://ttyUSB0",
        "http://host:9100",
    ] {
        let found = the_mistake(&format!("[printer]\ndevice = \"{bad}\"\n"));
        assert_eq!((found.line, found.column), (4, 10), "{found}");
        assert!(
            found.message.contains("is not a printer such as"),
            "{found}"
        );
    }
}

#[test]
fn the_hub_is_an_address_without_a_path() {
    let hub =
        |url: &str| device(&format!("id = \"a\"\nhub = \"{url}\"\n")).map(|config| config.hub);
    assert_eq!(
        hub("http://hub.local:8080/").unwrap(),
        "http://hub.local:8080"
    );
    assert_eq!(hub("http://192.168.1.2").unwrap(), "http://192.168.1.2");
    for bad in [
        "hub.local:8080",
        "https://hub.local",
        "http://hub/v1",
        "http://",
        "http://a:b",
    ] {
        let found = hub(bad).unwrap_err().0;
        assert_eq!(
            (found[0].line, found[0].column, found.len()),
            (2, 7, 1),
            "{found:?}"
        );
    }
}

#[test]
fn a_button_has_a_line_or_a_key() {
    let cases = [
        ("", "button needs line, or evdev and key"),
        (
            "line = \"GPIO17\"\nevdev = \"/dev/input/x\"\nkey = \"KEY_1\"\n",
            "not both",
        ),
        ("evdev = \"/dev/input/x\"\n", "button.key is missing"),
        ("line = \"GPIO17\"\nkey = \"KEY_1\"\n", "goes with evdev"),
        (
            "evdev = \"/dev/input/x\"\nkey = \"kp1\"\n",
            "not a key such as KEY_KP1",
        ),
        ("evdev = \"input/x\"\nkey = \"KEY_1\"\n", "begins with /"),
        (
            "via = \"rppal\"\nevdev = \"/dev/input/x\"\nkey = \"KEY_1\"\n",
            "goes with line",
        ),
        (
            "evdev = \"/dev/input/x\"\nkey = \"KEY_1\"\nlamp = \"GPIO1\"\n",
            "goes with line",
        ),
        ("line = \"17\"\n", "GPIO0 to GPIO27"),
        ("line = \"GPIO28\"\n", "GPIO0 to GPIO27"),
        ("line = \"GPIO07\"\n", "GPIO0 to GPIO27"),
        ("via = \"value-file\"\nline = \"value\"\n", "begins with /"),
        (
            "via = \"gpio\"\nline = \"GPIO17\"\n",
            "not one of rppal, gpio-cdev, value-file",
        ),
        (
            "line = \"GPIO17\"\nlamp = \"GPIO17\"\n",
            "another button or lamp",
        ),
        (
            "line = \"GPIO17\"\ncolour = \"red\"\n",
            "no setting \"colour\" in button",
        ),
    ];
    for (more, part) in cases {
        let found = the_mistake(&format!("[[button]]\ndesk = \"1\"\n{more}"));
        assert!(
            found.message.contains(part),
            "{more}: {found} does not say {part:?}"
        );
    }
}

#[test]
fn a_line_is_one_buttons_only() {
    let two = |a: &str, b: &str| {
        format!("[[button]]\ndesk = \"1\"\n{a}\n[[button]]\ndesk = \"2\"\n{b}\n")
    };
    let key = |key: &str| format!("evdev = \"/dev/input/x\"\nkey = \"{key}\"");
    let found = the_mistake(&two("line = \"GPIO17\"", "line = \"GPIO17\""));
    assert_eq!((found.line, found.column), (8, 8), "{found}");
    the_mistake(&two(
        "line = \"GPIO17\"\nlamp = \"GPIO5\"",
        "line = \"GPIO6\"\nlamp = \"GPIO5\"",
    ));
    the_mistake(&two(&key("KEY_1"), &key("KEY_1")));
    good(&two(&key("KEY_1"), &key("KEY_2")));
    let lab = "via = \"value-file\"\nline = \"/run/a\"\nlamp = \"/run/b\"";
    let config = good(&two(lab, &lab.replace("/run", "/tmp")));
    assert_eq!(config.buttons[1].lamp.as_deref(), Some("/tmp/b"));
    let line = ButtonLine::Gpio {
        via: Via::ValueFile,
        line: "/tmp/a".into(),
    };
    assert_eq!(config.buttons[1].line, line);
}

#[test]
fn sizes_and_players_are_judged() {
    let cases = [
        (
            "[screen]\nwidth_mm = 0\nheight_mm = 1\nviewing_distance_mm = 1\n",
            "0 is not between 1 and",
        ),
        (
            "[screen]\nwidth_mm = 1\nheight_mm = -1\nviewing_distance_mm = 1\n",
            "-1 is not between 1 and",
        ),
        (
            "[screen]\nwidth_mm = 1\nheight_mm = 1\n",
            "screen.viewing_distance_mm is missing",
        ),
        (
            "[screen]\nwith_mm = 1\nwidth_mm = 1\nheight_mm = 1\nviewing_distance_mm = 1\n",
            "did you mean \"width_mm\"?",
        ),
        ("[printer]\ndots = 576\n", "printer.device is missing"),
        (
            "[printer]\ndevice = \"/dev/usb/lp0\"\ndots = 500\n",
            "500 is not one of 576, 512, 384",
        ),
        (
            "[sound]\nplayer = \"mplayer\"\n",
            "not one of aplay, pw-cat",
        ),
        (
            "[[screen]]\nwidth_mm = 1\n",
            "screen: must be a table, not a list",
        ),
        ("button = 1\n", "must be written as [[button]]"),
    ];
    for (more, part) in cases {
        let found = the_mistake(more);
        assert!(
            found.message.contains(part),
            "{more}: {found} does not say {part:?}"
        );
    }
}
